"""The facts of a scheme as a whole: shares against the profile's limits, balance, and clauses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from engine.facts.lines import Reading, Values
from engine.facts.wording import text_has
from engine.knowledge.fields import FieldSpec
from engine.model import LinePoints, Scheme, Text
from engine.scoring import effective_breadth, frozen_codes

CLAUSE_LENGTH = 120  # characters of notes; with fewer we have a bare table and cannot miss a clause
_ABOUT_FILE = ("来源", "http", "注：", "备注")  # notes about the file or the table, no clauses of the scheme
_NAMED = ("named_satisfaction", "named_solved", "named_disputes", "named_delivery")
_DISTINCTIONS = ("says_distinction_trial", "says_distinction_ban", "says_distinction_intent")
_PURPOSES = ("purpose_service", "purpose_disputes", "purpose_vitality")


def scheme_fact(reading: Reading, lines: Sequence[Values]) -> tuple[Values, dict[str, Text]]:
    """Return the scheme's fields and the texts of its messages.

    Args:
        reading: the scheme as read and classified.
        lines: the line facts, in the scheme's order.
    """
    scheme, profile, points = reading.scheme, reading.profile, reading.points
    frozen = frozen_codes(scheme, reading.classes)
    weights = [p.value for p in points]
    base = reading.base
    adjustable = [0.0 if p.code in frozen else p.value for p in points]
    free = sum(adjustable)

    def share(name: str, of: Sequence[float] = weights) -> float:
        total = sum(of)
        return sum(w for w, line in zip(of, lines, strict=True) if line[name]) / total if total > 0 else 0.0

    values: Values = {
        "line_count": len(lines),
        "scored_lines": sum(line.kind == "base" for line in scheme.indicators),
        "base": base,
        "has_points": base > 0,
        "is_adjustable": free > 0,
        "comprehensive": profile.kind == "comprehensive",
        "profile_kind": profile.kind,
        "tier": scheme.tier,
        "breadth": effective_breadth_of(weights),
    }
    values.update(_totals(scheme, points))
    values.update(_limits(share, adjustable, reading))
    values.update(_kinds(reading))
    values.update(_purposes(lines))
    values.update(_clauses(scheme, reading.fields["scheme"]))
    values.update(reading.circumstances)
    values["hours_total"] = _hours(scheme, lines)
    undrawn = _undrawn(values, reading.fields["scheme"])
    return values, {"name": Text(zh=scheme.title, en=scheme.title), "listed": undrawn}


def effective_breadth_of(weights: Sequence[float]) -> float:
    """Return the number of equal lines that would be as concentrated."""
    return effective_breadth(np.array(weights, dtype=float))


def _totals(scheme: Scheme, points: Sequence[LinePoints]) -> Values:
    """The gap between the stated total and the sum; a total may or may not include bonuses."""
    known = all(line.points is not None for line in scheme.indicators if line.kind == "base")
    held = sum(p.value for p in points)
    gap = None
    if scheme.total is not None and known and held > 0:
        gap = min(abs(held - scheme.total), abs(held + sum(p.beside for p in points) - scheme.total))
    return {"total_stated": scheme.total, "total_gap": gap}


def _limits(share: Callable[..., float], adjustable: Sequence[float], reading: Reading) -> Values:
    profile, indicators = reading.profile, reading.scheme.indicators
    restricted, outcome = share("class_restricted", adjustable), share("class_outcome", adjustable)
    perception = share("level_perception")
    low, high, ratio = profile.perception_low, profile.perception_high, profile.digital_ratio
    scored = sum(line.kind == "base" for line in indicators)
    return {
        "prohibited_share": share("class_prohibited"),
        "required_share": share("class_required"),
        "process_share": share("class_process"),
        "output_share": share("class_output"),
        "unclear_share": share("class_unclear"),
        "guarded_share": share("class_guarded"),
        "internal_share": share("class_internal"),
        "restricted_share": restricted,
        "restricted_limit": profile.cap.value,
        "restricted_excess": restricted - profile.cap.value,
        "outcome_share": outcome,
        "outcome_limit": profile.floor.value,
        "outcome_shortfall": profile.floor.value - outcome,
        "line_limit": profile.most_lines.value,
        "lines_excess": scored - profile.most_lines.value,
        "perception_share": perception,
        "perception_low": low.value if low else 0.0,
        "perception_high": high.value if high else 1.0,
        "perception_shortfall": low.value - perception if low else 0.0,
        "perception_excess": perception - high.value if high else 0.0,
        "platform_share": share("on_platform"),
        "platform_excess": share("on_platform") - (ratio.value if ratio else 1.0) * share("class_outcome"),
        "literacy_share": share("says_digital_literacy"),
    }


def _kinds(reading: Reading) -> Values:
    base, points, limit = reading.base, reading.points, reading.profile.bonus_cap.value
    kinds = [line.kind for line in reading.scheme.indicators]
    deducted = sum(p.value for p, kind in zip(points, kinds, strict=True) if kind == "deduction")
    added = sum(p.beside for p in points)
    positive = base - deducted + added
    bonus = added / base if base > 0 else 0.0
    return {
        "veto_count": kinds.count("veto"),
        "deduction_lines": kinds.count("deduction"),
        "bonus_lines": kinds.count("bonus"),
        "deduction_share": deducted / base if base > 0 else 0.0,
        "only_deductions": bool(kinds) and set(kinds) <= {"deduction", "veto"},
        "incentive_balance": positive / (positive + deducted) if positive + deducted > 0 else None,
        "bonus_share": bonus,
        "bonus_limit": limit,
        "bonus_excess": bonus - limit,
    }


def _purposes(lines: Sequence[Values]) -> Values:
    """Which named outcomes and purposes have an outcome line; counted lines without one are not it."""

    def has(name: str) -> bool:
        return any(line[name] and line["class_outcome"] for line in lines)

    values: Values = {name: has(name) for name in (*_NAMED, *_PURPOSES)}
    values["named_present"] = sum(bool(values[name]) for name in _NAMED)
    values["purposes_covered"] = sum(bool(values[name]) for name in _PURPOSES)
    # A line may hold a citizens' rating beside its main measure: then nobody can say that none is asked.
    heard = [bool(line["level_perception"] or line["named_satisfaction"]) for line in lines]
    values["perception_lines"] = sum(heard)
    outcomes = [bool(line["class_outcome"]) or voice for line, voice in zip(lines, heard, strict=True)]
    values["outcome_lines"] = sum(outcomes)
    values["result_lines"] = sum(
        found or bool(line["level_output_quality"]) for found, line in zip(outcomes, lines, strict=True)
    )
    return values


def _hours(scheme: Scheme, lines: Sequence[Values]) -> float | None:
    """Hours a week over distinct data (one datum once, its largest figure); None where no line states any."""
    most: dict[str, float] = {}
    for line, values in zip(scheme.indicators, lines, strict=True):
        hours = values["hours"]
        if isinstance(hours, float):
            key = f"datum {values['data_item']}" if values["data_item"] else f"line {line.code}"
            most[key] = max(most.get(key, 0.0), hours)
    return sum(most.values()) if most else None


def _clauses(scheme: Scheme, specs: Mapping[str, FieldSpec]) -> Values:
    """Clauses of the scheme's text: found, absent from a text that was read, or unknown."""
    notes = "\n".join(n.text for n in scheme.notes if not n.text.lstrip().startswith(_ABOUT_FILE))
    lines = "\n".join(f"{line.name} {line.criterion or ''}" for line in scheme.indicators)
    whole = f"{scheme.title}\n{notes}\n{lines}"
    values: Values = {}
    for name, spec in specs.items():
        if spec.words is not None:
            found = text_has(spec.words, scheme.title if spec.words.where == ("title",) else whole)
            readable = not spec.attribute or len(notes) >= CLAUSE_LENGTH
            values[name] = True if found else (False if readable else None)
    values["distinctions_named"] = _distinctions(values)
    return values


def _distinctions(values: Values) -> int | None:
    """How many of the three distinctions the text draws; all where it names them by their name."""
    if values["says_distinctions"]:
        return len(_DISTINCTIONS)
    drawn = [values[name] for name in _DISTINCTIONS]
    return None if None in drawn else sum(bool(one) for one in drawn)


def _undrawn(values: Values, specs: Mapping[str, FieldSpec]) -> Text:
    """The distinctions that the text does not draw, in words."""
    missing = [specs[name] for name in _DISTINCTIONS if not values[name]]
    return Text(zh="；".join(one.zh for one in missing), en="; ".join(one.en for one in missing))
