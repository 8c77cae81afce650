"""The score vector and the headline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.knowledge.words import words
from engine.model import Class, Classification, LinePoints, LineRisk, Scheme, Score, Severity
from engine.scoring.points import bonus_cap, effective_breadth, number, weight_shares
from engine.scoring.shares import class_share, possible_classes

_SHARES: dict[str, Class] = {
    "red_line_share": "prohibited",
    "restricted_share": "restricted",
    "outcome_share": "outcome",
    "required_share": "required",
    "unclear_share": "unclear",
    "guarded_share": "guarded",
}


def score_vector(
    scheme: Scheme, points: Sequence[LinePoints], classes: Sequence[Classification],
    risks: Sequence[LineRisk] = (), least_known: float = 0.5,
) -> tuple[Score, ...]:  # fmt: skip
    """Return the score vector of MODEL: shares of the base, bonus and deduction weight, burden, breadth.

    Args:
        scheme: the scheme read.
        points: effective points, in the scheme's order.
        classes: classifications, in the scheme's order.
        risks: data risk of each line, in the scheme's order; without any its share is not checked.
        least_known: the share of the base whose source must be known for data risk to have a value.
    """
    base = sum(p.value for p in points)
    weights = np.array([p.value for p in points])
    scores = [_class_score(name, points, classes) for name in _SHARES]
    scores.append(_expected_share(points, classes, base))
    scores.append(_data_risk(points, risks, least_known))
    scores.extend(_extras(scheme, points, base))
    scores.extend(_burden(scheme))
    breadth = effective_breadth(weights)
    largest = float(weight_shares(weights).max(initial=0.0))
    scores.append(_score("breadth", breadth, unit="lines"))
    scores.append(_score("largest_line", largest))
    return tuple(scores)


def headline(
    points: Sequence[LinePoints], classes: Sequence[Classification], flagged: Mapping[str, Severity]
) -> Score:
    """Return the points that can stand as they are, 0–100: those on lines without an error or a warning.

    Args:
        points: effective points.
        classes: classifications in the same order; unclear and review lines make the interval.
        flagged: the worst severity of each line's findings that are not waived.
    """
    base = sum(p.value for p in points)
    bad = {code for code, severity in flagged.items() if severity in ("error", "warning")}
    errors = {code for code, severity in flagged.items() if severity == "error"}
    rows = list(zip(points, classes, strict=True))
    value = sum(p.value for p, _ in rows if p.code not in bad)
    low = sum(p.value for p, c in rows if p.code not in bad and len(possible_classes(c)) == 1)
    high = sum(
        p.value
        for p, c in rows
        if p.code not in bad or (p.code not in errors and len(possible_classes(c)) > 1)
    )
    scale = 100.0 / base if base > 0 else 0.0
    return _score("headline", value * scale, low * scale, high * scale, unit="points of 100")


def _score(
    name: str, value: float | None, low: float | None = None, high: float | None = None, unit: str = "share"
) -> Score:
    return Score(
        name=name, value=value, low=value if low is None else low, high=value if high is None else high,
        unit=unit, meaning=words().of("score")[name],
    )  # fmt: skip


def _class_score(name: str, points: Sequence[LinePoints], classes: Sequence[Classification]) -> Score:
    return _score(name, *class_share(_SHARES[name], points, classes))


def _expected_share(points: Sequence[LinePoints], classes: Sequence[Classification], base: float) -> Score:
    if base <= 0:
        return _score("formalistic_share", 0.0)
    # A required duty is not formalistic: only its carrier may be, and that has findings of its own.
    rows = [(p, c) for p, c in zip(points, classes, strict=True) if c.class_ != "required"]
    unsure = [len(possible_classes(c)) > 1 for _, c in rows]
    value = sum(p.value * c.p for p, c in rows) / base
    low = sum(p.value * c.p for (p, c), open_ in zip(rows, unsure, strict=True) if not open_) / base
    high = sum(p.value * (1.0 if open_ else c.p) for (p, c), open_ in zip(rows, unsure, strict=True)) / base
    return _score("formalistic_share", value, low, high)


def _data_risk(points: Sequence[LinePoints], risks: Sequence[LineRisk], least_known: float) -> Score:
    """Σ r·e over the base; lines without a source count in full, so that silence never earns points.

    No value where less than `least_known` of the base has a source.
    """
    base = sum(p.value for p in points)
    known = sum(p.value for p, risk in zip(points, risks, strict=bool(risks)) if risk.known)
    if base <= 0 or known < least_known * base or known <= 0:
        return _score("data_risk_share", None)
    value, low, high = (
        sum(p.value * getattr(risk, end) for p, risk in zip(points, risks, strict=True)) / base
        for end in ("value", "low", "high")
    )
    return _score("data_risk_share", value, low, high)


def _extras(scheme: Scheme, points: Sequence[LinePoints], base: float) -> list[Score]:
    bonuses = [line for line in scheme.indicators if line.kind == "bonus"]
    uncapped = sum(bonus_cap(line) is None for line in bonuses)
    deducted = sum(
        p.value for p, line in zip(points, scheme.indicators, strict=True) if line.kind == "deduction"
    )

    def share(amount: float) -> float | None:
        return amount / base if base > 0 else None

    return [
        _score("bonus_weight", share(sum(p.beside for p in points))),
        _score("uncapped_bonuses", float(uncapped), unit="lines"),
        _score("deduction_weight", share(deducted)),
    ]


def _burden(scheme: Scheme) -> list[Score]:
    """Hours a week over distinct data; a datum asked for twice counts once in hours, and as a duplicate."""
    hours: dict[str, tuple[float, float, float]] = {}
    items: list[str] = []
    for line in scheme.indicators:
        item = line.attributes.get("data_item")
        key = str(item.value) if item and item.value is not None else f"line:{line.code}"
        if not key.startswith("line:"):
            items.append(key)
        mid = number(line, "hours")
        if mid is None:
            continue
        low, high = number(line, "hours_low"), number(line, "hours_high")
        one = (mid if low is None else low, mid, mid if high is None else high)
        hours[key] = tuple(max(a, b) for a, b in zip(hours.get(key, (0.0, 0.0, 0.0)), one, strict=True))  # type: ignore[assignment]
    duplicates = float(len(items) - len(set(items))) if items else None
    if not hours:
        return [
            _score("burden_hours", None, unit="hours a week"),
            _score("duplicate_data", duplicates, unit="data"),
        ]
    low_sum, mid_sum, high_sum = (sum(h[i] for h in hours.values()) for i in range(3))
    return [
        _score("burden_hours", mid_sum, low_sum, high_sum, unit="hours a week"),
        _score("duplicate_data", duplicates, unit="data"),
    ]
