"""The facts of one line, and what is at stake on it in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

from engine.facts.circumstances import circumstances
from engine.facts.explicit import enforced_by
from engine.knowledge.fields import Fields
from engine.model import (
    CLASSES,
    FAMILIES,
    GUARDS,
    LEVELS,
    Carrier,
    Classification,
    Indicator,
    Kind,
    LinePoints,
    Profile,
    Requirement,
    Scheme,
    Text,
    Value,
)
from engine.scoring import bonus_cap

Values = dict[str, Value]
_PLATFORM = frozenset({"app", "public_account", "chat_group"})
_ADDED = re.compile(r"(?:加|得|计|奖|[+＋\-－~～至])\s*(\d+(?:\.\d+)?)(?=\s*(?:分|[，,。；;、（(]|$))")
_NUMBERS = (
    "hours", "target", "parent_target", "target_growth", "resource_growth", "systems", "sample_size",
    "visits_per_week",
)  # fmt: skip
_FLAGS = (
    "higher_basis", "duty_listed", "resourced", "inherited", "app_filed", "outside_verifier", "fixed_format",
    "high_frequency", "clear_source",
)  # fmt: skip
_TEXTS = ("owner", "data_item", "beneficiary", "guardrail", "data_origin")
_UNKNOWN: Values = dict.fromkeys((*_NUMBERS, *_FLAGS, *_TEXTS))


@dataclass(frozen=True)
class Reading:
    """A scheme as it was read and classified: what facts are derived from.

    `classes` and `points` hold one value for each line, in the scheme's order; `as_of` is YYYY-MM-DD.
    """

    scheme: Scheme
    classes: Sequence[Classification]
    points: Sequence[LinePoints]
    profile: Profile
    as_of: str
    fields: Fields

    @cached_property
    def circumstances(self) -> Values:
        """What holds for the scheme and each of its lines."""
        return circumstances(self.scheme, self.fields)

    @cached_property
    def total(self) -> float:
        """What shares are taken of: the base, or the stated total where the lines read do not reach it."""
        return max(self.base, self.scheme.total or 0.0)

    @cached_property
    def base(self) -> float:
        """Effective points of all lines together."""
        return sum(held.value for held in self.points)

    @cached_property
    def least_largest(self) -> float:
        """The share that some line must hold whatever the limit: 1/n of n base lines with points."""
        holding = sum(line.kind == "base" and bool(line.points) for line in self.scheme.indicators)
        return 1 / max(1, holding)


def line_fact(reading: Reading, n: int) -> Values:
    """Return the fields of line `n` (0-based); None where an attribute is unknown."""
    line, found, held = reading.scheme.indicators[n], reading.classes[n], reading.points[n]
    share = held.value / reading.total if reading.total > 0 else 0.0
    limit = reading.profile.largest_line.value
    values: Values = {
        "points": held.value or held.beside,
        "share": share,
        "limit": limit,
        "largest_line_excess": share - max(limit, reading.least_largest),
        "scored": _is_scored(line, held) and not reading.circumstances["barred_list"],
        "has_points": bool(held.value or held.beside or line.points),
        "has_criterion": bool(line.criterion and line.criterion.strip()),
        "has_proof": bool(line.proof and line.proof.strip()),
        "uncapped": line.kind == "bonus" and bonus_cap(line) is None,
        "uncapped_deduction": _is_uncapped_deduction(line),
        "p": found.p,
        "party_duty": found.party_duty,
        "carrier": found.carrier,
        "kind": line.kind,
        "level": found.level,
        "class": found.class_,
        "required_by": found.required_by,
        "guard": found.guard or "none",
        "formalistic": found.formalistic,
        "on_platform": found.carrier in _PLATFORM,
        "families": len(found.families),
    }
    values.update(_sets(line, found))
    values.update(_attributes(line, found, reading.as_of))
    values.update(reading.circumstances)
    return values


_NO_SETS: Values = dict.fromkeys(
    (
        *(f"family_{name}" for name in FAMILIES),
        *(f"level_{name}" for name in LEVELS),
        *(f"class_{name}" for name in CLASSES),
        *(f"guard_{name}" for name in GUARDS),
        *(f"carrier_{name}" for name in get_args(Carrier)),
        *(f"kind_{name}" for name in get_args(Kind)),
        *(f"required_{name}" for name in get_args(Requirement)),
    ),
    False,
)


def _sets(line: Indicator, found: Classification) -> Values:
    """One yes or no for each value of a closed list."""
    held = [f"family_{hit.family}" for hit in found.families]
    if found.guard is not None:
        held.append(f"guard_{found.guard}")
    held += [
        f"level_{found.level}", f"class_{found.class_}", f"carrier_{found.carrier}", f"kind_{line.kind}",
        f"required_{found.required_by}",
    ]  # fmt: skip
    return {**_NO_SETS, **dict.fromkeys(held, True)}


def _attributes(line: Indicator, found: Classification, as_of: str) -> Values:
    known = {
        name: attribute.value
        for source in (found.attributes, line.attributes)
        for name, attribute in source.items()
        if attribute.basis != "unknown" and attribute.value is not None
    }
    values = dict(_UNKNOWN)
    for name, value in known.items():
        if name in _TEXTS:
            values[name] = str(value)
        elif isinstance(value, (bool, int, float)):
            if name in _FLAGS:
                values[name] = bool(value)
            elif name in _NUMBERS and not isinstance(value, bool):
                values[name] = float(value)
    values["exception_recorded"] = _exception(known, as_of)
    values["target_excess"] = _difference(values["target"], values["parent_target"])
    values["growth_gap"] = _difference(values["target_growth"], values["resource_growth"])
    return values


def _exception(known: Mapping[str, Value], as_of: str) -> bool:
    """An exception counts with its basis, approver and an end date that has not passed."""
    until = known.get("exception_until")
    named = bool(known.get("exception_basis")) and bool(known.get("exception_approver"))
    return named and isinstance(until, str) and as_of <= until


def told_by_words(reading: Reading, values: Values) -> Values:
    """Return what follows from the words of a line together with its scheme's.

    Args:
        reading: the scheme as read.
        values: the line's fields, those set by words included.
    """
    tags = {name for name in ("says_police", "says_judicial") if values[name]}
    return {
        "platform_named_only": bool(values["family_login_duration"] and not values["says_use_counted"]),
        "enforced_by": enforced_by(reading.scheme, tags, reading.fields)
        if values["guard_case_quota"]
        else "other",
    }


def _is_uncapped_deduction(line: Indicator) -> bool:
    return line.kind == "deduction" and line.rate is not None and line.cap is None and not line.pool


def _difference(a: object, b: object) -> float | None:
    return a - b if isinstance(a, float) and isinstance(b, float) else None


def _is_scored(line: Indicator, held: LinePoints) -> bool:
    """Whether a line can move a result: it holds points, none are stated, or it decides alone."""
    if line.kind == "veto":
        return True
    if line.kind == "base":
        return line.points is None or line.points > 0
    return bool(held.value or held.beside or line.rate or line.points or line.cap) or (
        line.rate is None and line.points is None
    )


def stake(line: Indicator) -> Text:
    """Return what is at stake on a line, as the part of a sentence.

    >>> stake(Indicator(code="1", name="a", points=3)).zh
    '计 3 分'
    """
    if line.kind == "veto":
        return Text(zh="作为一票否决事项", en="a veto")
    if line.kind == "bonus":
        return _bonus(line)
    if line.kind == "deduction":
        return Text(zh="列入扣分", en="a deduction")
    if not line.points:
        return Text(zh="列入考评", en="part of the assessment")
    one = "point" if line.points == 1 else "points"
    return Text(zh=f"计 {line.points:g} 分", en=f"{line.points:g} {one}")


def _bonus(line: Indicator) -> Text:
    most = bonus_cap(line)
    if most is None:
        return Text(zh="加分", en="a bonus without a cap")
    if _asks_for_more(line, most):
        return Text(zh="加分", en="a bonus")
    return Text(zh=f"最高加 {most:g} 分", en=f"a bonus of up to {most:g} points")


def _asks_for_more(line: Indicator, most: float) -> bool:
    """Whether the criterion adds more than the points that were read as the most, for one grade of several."""
    return any(float(number) > most for number in _ADDED.findall(line.criterion or ""))


def rewrite(line: Indicator) -> Text:
    """Return how a remedy begins: points that are stated stay, and only the standard changes.

    >>> rewrite(Indicator(code="1", name="a")).zh
    '改写标准为'
    """
    if line.kind == "veto" or not line.points:
        return Text(zh="改写标准为", en="Rewrite the standard to")
    return Text(zh="保留分值，改写标准为", en="Keep the points and rewrite the standard to")
