"""From an audit to a problem: which lines may move, which measures must go, what could stand instead."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from engine.errors import SchemeError
from engine.facts.identity import identities
from engine.facts.risk import line_risks, standard_risk
from engine.knowledge import Knowledge
from engine.knowledge.profiles import for_region
from engine.model import (
    Audit,
    Class,
    Classification,
    Indicator,
    LinePoints,
    LineRisk,
    Profile,
    RowClass,
    Scheme,
    Standard,
)
from engine.reweight.problem import Line, Prices, Problem, Settings, natural_step, override, suggest
from engine.reweight.standards import block_standards, line_standards, topic_of
from engine.reweight.wishes import Bounds, Wishes
from engine.scoring import effective_points

OWN = ("growth_factor", "growth_points", "cross_share", "required_low")
ASKED = ("role_share", "digital_ratio", "data_risk", "unresourced_rise")
LEVER_PRICES = ("rewrite", "shift", "new", "cross", "perception")


def problem_of(audit: Audit, knowledge: Knowledge, wishes: Wishes) -> Problem:
    """Return the problem of an audited scheme.

    Args:
        audit: the audit; its profile is one of those known.
        knowledge: profiles, catalogue, and the table of data risk.
        wishes: the levers, and what the person asks for beyond the profile.
    Raises:
        SchemeError: points that are no numbers or add up to 0; a lock or bound on a line that does not
            exist, is frozen, or whose measure may not be scored; a limit that does not exist.
    """
    scheme, points = audit.scheme, effective_points(audit.scheme)
    profile, catalogue = knowledge.profiles[audit.profile], knowledge.catalogue
    _check_points(scheme, points)
    red = red_lines(audit)
    bounds = dict(wishes.bounds or {})
    _check_codes(scheme, wishes.locks, bounds, red)
    standards = line_standards(audit, points, red, catalogue, topic_of(scheme, profile))
    names = identities(scheme.indicators)
    risks = line_risks(scheme, audit.classifications, knowledge.risk)
    lines = tuple(
        _line(
            audit,
            n,
            points[n],
            red=red,
            standard=standards.get(line.code),
            identity=names[n],
            locks=wishes.locks,
            named=profile.named_terms,
            risk=risks[n],
        )
        for n, line in enumerate(scheme.indicators)
    )
    settings = override(settings_of(profile, scheme), dict(wishes.settings or {}) | {"years": wishes.years})
    return Problem(
        lines=_on_path(_bounded(lines, bounds), scheme),
        settings=settings,
        prices=prices_of(for_region(profile, scheme.region)),
        levers=tuple(wishes.levers),  # type: ignore[arg-type]
        step=_step(wishes, scheme, lines),
        new_standards=block_standards(audit, lines, standards.values(), catalogue) if "new" in wishes.levers else (),
        standard_risk=standard_risk(knowledge.risk),
    )  # fmt: skip


def _step(wishes: Wishes, scheme: Scheme, lines: Sequence[Line]) -> float:
    """Return the step asked for, else the scheme's own, else the one its points are written in."""
    if wishes.step is not None:
        return wishes.step
    return scheme.step or natural_step([line.e for line in lines if line.kind != "deduction"])


def red_lines(audit: Audit) -> frozenset[str]:
    """Return the codes of lines with a finding whose rule prohibits the measure: the only red lines."""
    return frozenset(
        code
        for finding in audit.findings
        if finding.effect == "prohibit" and not finding.waived and finding.subject in ("line", "pair")
        for code in finding.codes
    )


def _check_points(scheme: Scheme, points: Sequence[LinePoints]) -> None:
    for line, found in zip(scheme.indicators, points, strict=True):
        if not math.isfinite(found.value) or found.value < 0:
            raise SchemeError(
                f"line {line.code}: points {found.value} are not a number >= 0. Write digits only, e.g. 5."
            )


def _check_codes(scheme: Scheme, locks: Collection[str], bounds: Bounds, red: Collection[str]) -> None:
    known = [line.code for line in scheme.indicators]
    for option, codes in (("--lock", locks), ("--bound", bounds)):
        for code in codes:
            if code not in known:
                raise SchemeError(
                    f"{option} {code}: the scheme has no such line.{suggest(code, known)} "
                    "Use a code of the table."
                )
    for code in sorted(locks):
        if code in red:
            raise SchemeError(
                f"--lock {code}: the line's present measure may not be scored (red line), so it cannot be "
                "kept as it is. Take the lock away, or bound its points with --bound."
            )


def _line(
    audit: Audit, n: int, points: LinePoints, *, red: Collection[str], standard: Standard | None,
    identity: str, locks: Collection[str], named: Mapping[str, Sequence[str]], risk: LineRisk,
) -> Line:  # fmt: skip
    line, class_ = audit.scheme.indicators[n], audit.classifications[n]
    path = audit.scheme.path
    gone = path is not None and line.code in path.points and points.value + points.beside <= 0
    is_red = line.code in red and not gone
    reason = _frozen(line, class_, points, locks)
    done = path is not None and line.code in (*path.rewritten, *path.new)
    return Line(
        code=line.code, name=line.name, block=line.block or "",
        e=points.beside if line.kind == "bonus" else points.value,
        class_=_class(class_, done and not is_red), identity=identity, level=class_.level, kind=line.kind,
        frozen=None if is_red else reason, beneath=_frozen(line, class_, points, ()), held=is_red and reason is not None, red=is_red,
        guarded=class_.guard is not None and not done, substitute=standard, p=class_.p, settled=done,
        is_new=path is not None and line.code in path.new, named=_named(line, class_, named),
        digital=class_.carrier in ("app", "public_account", "chat_group") and not done, risk=risk.value if risk.known else None,
        role_specific=_yes_or_no(line, "role_specific"), resourced=_yes_or_no(line, "resourced"),
    )  # fmt: skip


def _yes_or_no(line: Indicator, name: str) -> bool | None:
    attribute = line.attributes.get(name)
    return attribute.value if attribute is not None and isinstance(attribute.value, bool) else None


def _class(found: Classification, settled: bool) -> Class:
    return "outcome" if settled and found.class_ not in ("required", "internal", "unclear") else found.class_


def _frozen(line: Indicator, found: Classification, points: LinePoints, locks: Collection[str]) -> str | None:
    if line.code in locks:
        return "locked"
    inherited = line.attributes.get("inherited")
    if inherited is not None and inherited.value is True:
        return "inherited"
    if found.class_ in ("required", "internal", "unclear"):
        return found.class_
    if points.value <= 0 and points.beside <= 0:
        return "unscored"
    return None


def _named(line: Indicator, found: Classification, named: Mapping[str, Sequence[str]]) -> str | None:
    if found.class_ != "outcome":
        return None
    return next((name for name, words in named.items() if any(word in line.name for word in words)), None)


def prices_of(profile: Profile) -> Prices:
    """Return the prices of the levers, the programme's own where the profile has none."""
    stated = {name: getattr(profile, f"price_{name}") for name in LEVER_PRICES}
    return Prices(**{name: setting.value for name, setting in stated.items() if setting is not None})


def settings_of(profile: Profile, scheme: Scheme) -> Settings:
    """Return the limits of a profile, with those of the scheme's region."""
    profile = for_region(profile, scheme.region)
    names = (
        "cap",
        "floor",
        "largest_line",
        "named_minimum",
        "bonus_cap",
        "perception_low",
        "perception_high",
        *ASKED,
    )
    classes: dict[str, RowClass] = {
        name: setting.row_class for name in names if (setting := getattr(profile, name)) is not None
    }
    low, high, named = profile.perception_low, profile.perception_high, profile.named_minimum
    comprehensive = profile.kind == "comprehensive"
    path = scheme.path
    own: dict[str, float] = {
        name: setting.value for name in (*OWN, *ASKED) if (setting := getattr(profile, name)) is not None
    }
    found = Settings(
        cap=profile.cap.value, floor=profile.floor.value, path_step=profile.path_step.value,
        path_start=path.outcome_share if path else None, year=path.year if path else 1,
        perception_low=low.value if low else None, perception_high=high.value if high else None,
        largest_line=profile.largest_line.value,
        named_minimum=named.value if named and comprehensive else None,
        new_share=profile.new_share.value, new_lines=int(profile.new_lines.value),
        bonus_cap=profile.bonus_cap.value, classes=tuple(sorted(classes.items())),
    )  # fmt: skip
    if not comprehensive:  # a scheme on one topic or one post may rest on one platform; a rule says so
        own.pop("digital_ratio", None)
    return replace(found, **own)  # type: ignore[arg-type]


def _bounded(lines: tuple[Line, ...], bounds: Bounds) -> tuple[Line, ...]:
    found = []
    for line in lines:
        low, high = bounds.get(line.code, (None, None))
        low = None if low == 0 else low
        high = None if high == math.inf else high
        if (low is not None or high is not None) and line.frozen is not None:
            raise SchemeError(
                f"--bound {line.code}: the line is frozen ({line.frozen}) and keeps {line.e:g} points. "
                "Take the bound away."
            )
        found.append(replace(line, low=low, high=high))
    return tuple(found)


def _on_path(lines: tuple[Line, ...], scheme: Scheme) -> tuple[Line, ...]:
    """Lines that moved on an earlier proposal may rise only to the limit of where they started."""
    start = scheme.path.points if scheme.path else {}
    return tuple(replace(line, start=start.get(line.code)) for line in lines)
