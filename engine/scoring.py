"""Effective points, the score vector, the headline and the profile's limits (pure functions).

All shares are of the base: the sum of effective points of base and pooled deduction lines. Every
share carries an interval in which lines of unclear class and lines under review stand at both ends.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.model import (
    Class,
    Classification,
    Indicator,
    LimitState,
    LinePoints,
    LineRisk,
    Profile,
    Scheme,
    Score,
    Severity,
    Text,
)

FloatArray = NDArray[np.float64]

FROZEN_CLASSES: frozenset[Class] = frozenset({"required", "internal", "unclear"})
_OPEN: frozenset[Class] = frozenset({"restricted", "process", "output", "outcome"})


def weight_shares(weights: FloatArray) -> FloatArray:
    """Return each weight's share of the total.

    Args:
        weights: shape (n,), points, all >= 0.
    Returns:
        shape (n,), fractions, sum 1; all 0 where the total is 0.

    >>> weight_shares(np.array([60.0, 20.0])).tolist()
    [0.75, 0.25]
    """
    total = weights.sum()
    return weights / total if total > 0 else np.zeros_like(weights)


def effective_breadth(weights: FloatArray) -> float:
    """Return N_eff = 1/Σw², the number of equal lines that would be as concentrated (0 for no points).

    >>> effective_breadth(np.array([5.0, 5.0, 0.0]))
    2.0
    """
    square = float(np.square(weight_shares(weights)).sum())
    return 1.0 / square if square > 0 else 0.0


def pool_shares(rates: FloatArray, caps: FloatArray, pool: float) -> FloatArray:
    """Divide a pool of points over deduction lines in proportion to `rates`, none above its cap.

    Args:
        rates: shape (n,), rate × frequency, > 0.
        caps: shape (n,), the most each line can move (inf where not limited).
        pool: points to divide, >= 0.
    Returns:
        shape (n,), points; their sum is the pool unless every line is at its cap.

    >>> pool_shares(np.array([1.0, 3.0]), np.array([np.inf, 10.0]), 20.0).tolist()
    [10.0, 10.0]
    """
    shares = np.zeros_like(rates)
    open_lines = np.ones(len(rates), dtype=bool)
    while open_lines.any():
        left = pool - shares[~open_lines].sum()
        shares[open_lines] = left * rates[open_lines] / rates[open_lines].sum()
        over = open_lines & (shares > caps)
        if not over.any():
            break
        shares[over] = caps[over]
        open_lines &= ~over
    return shares


def effective_points(scheme: Scheme) -> tuple[LinePoints, ...]:
    """Return the effective points of each line, in the order of the scheme.

    A base line has its points. Deduction lines divide their pool by rate × last year's frequency
    (equal frequency, marked as assumed, where unknown); without a pool they take from other lines and
    hold none themselves. Bonus lines count beside the base, vetoes not at all.
    """
    pooled = _pooled_points(scheme)
    return tuple(pooled.get(line.code) or _plain_points(line) for line in scheme.indicators)


def bonus_cap(line: Indicator) -> float | None:
    """Return the most a bonus line can add: its cap, its points where it has no rate, else None."""
    if line.cap is not None:
        return line.cap
    return None if line.rate is not None else line.points


def _plain_points(line: Indicator) -> LinePoints:
    if line.kind == "base":
        points = line.points or 0.0
        return LinePoints(code=line.code, value=points, low=points, high=points)
    beside = (bonus_cap(line) or 0.0) if line.kind == "bonus" else 0.0
    return LinePoints(code=line.code, value=0.0, low=0.0, high=0.0, beside=beside)


def _pooled_points(scheme: Scheme) -> dict[str, LinePoints]:
    groups: dict[tuple[str | None, float], list[Indicator]] = {}
    for line in scheme.indicators:
        if line.kind == "deduction" and line.pool:
            block = None if line.pool == scheme.total else line.block
            groups.setdefault((block, line.pool), []).append(line)
    found: dict[str, LinePoints] = {}
    for (_, pool), lines in groups.items():
        frequencies = [_number(line, "frequency") for line in lines]
        known = all(f is not None for f in frequencies)
        rates = np.array(
            [
                max(line.rate or 1.0, 1e-9) * ((f or 0.0) if known else 1.0)
                for line, f in zip(lines, frequencies, strict=True)
            ]
        )
        if not rates.sum() > 0:
            rates = np.ones(len(lines))
        caps = np.array([np.inf if line.cap is None else line.cap for line in lines])
        shares = pool_shares(np.maximum(rates, 1e-12), caps, pool)
        for line, share, cap in zip(lines, shares.tolist(), caps.tolist(), strict=True):
            found[line.code] = LinePoints(
                code=line.code, value=share, low=share if known else 0.0,
                high=share if known else min(pool, cap), assumed=not known,
            )  # fmt: skip
    return found


def _number(line: Indicator, name: str) -> float | None:
    attribute = line.attributes.get(name)
    value = attribute.value if attribute else None
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def possible_classes(found: Classification) -> frozenset[Class]:
    """Return the classes a line may turn out to have: several where it is unclear or under review."""
    if found.class_ == "unclear":
        return _OPEN | {"unclear"}
    if found.formalistic == "review" and found.class_ in ("process", "output", "outcome", "internal"):
        return frozenset({found.class_, "restricted"})
    if found.formalistic == "review" and found.class_ == "restricted":
        return frozenset({"restricted", "process"})
    return frozenset({found.class_})


def class_share(
    name: Class, points: Sequence[LinePoints], classes: Sequence[Classification]
) -> tuple[float, float, float]:
    """Return (value, low, high) of a class's share of the base; zeros where there are no points."""
    base = sum(p.value for p in points)
    if base <= 0:
        return 0.0, 0.0, 0.0
    rows = list(zip(points, classes, strict=True))
    value = sum(p.value for p, c in rows if c.class_ == name)
    low = sum(p.low for p, c in rows if possible_classes(c) == {name})
    high = sum(p.high for p, c in rows if name in possible_classes(c))
    return value / base, min(low, value) / base, min(max(high, value), base) / base


def frozen_codes(scheme: Scheme, classes: Sequence[Classification]) -> frozenset[str]:
    """Return the codes of lines a proposal may not touch: required, internal, unclear, inherited."""
    inherited = {
        line.code for line in scheme.indicators if (a := line.attributes.get("inherited")) and a.value is True
    }
    return frozenset(c.code for c in classes if c.class_ in FROZEN_CLASSES) | inherited


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


def limit_states(
    scheme: Scheme, points: Sequence[LinePoints], classes: Sequence[Classification], profile: Profile
) -> tuple[LimitState, ...]:
    """Return each limit of the profile as met, not met or not checked, with the value seen."""
    frozen = frozen_codes(scheme, classes)
    rows = list(zip(points, classes, strict=True))
    base = sum(p.value for p in points)
    adjustable = sum(p.value for p in points if p.code not in frozen)
    scored = sum(line.kind == "base" for line in scheme.indicators)

    def share(wanted: Collection[str], of: float) -> float | None:
        if of <= 0:
            return None
        return sum(p.value for p, c in rows if p.code not in frozen and c.class_ in wanted) / of

    perception = None
    if base > 0:
        perception = sum(p.value for p, c in rows if c.level == "perception" and c.class_ == "outcome") / base
    bonus = sum(p.beside for p in points) / base if base > 0 else None
    largest = max((p.value for p in points), default=0.0) / base if base > 0 else None
    states = [
        _limit("red_line", share({"prohibited"}, adjustable), 0.0, upper=True),
        _limit("cap", share({"restricted"}, adjustable), profile.cap.value, upper=True),
        _limit("floor", share({"outcome"}, adjustable), profile.floor.value, upper=False),
        _limit("largest_line", largest, profile.largest_line.value, upper=True),
        _limit("most_lines", float(scored), profile.most_lines.value, upper=True),
        _limit("bonus", bonus, profile.bonus_cap.value, upper=True),
    ]
    if profile.perception_low and profile.perception_high:
        states.append(_limit("perception_low", perception, profile.perception_low.value, upper=False))
        states.append(_limit("perception_high", perception, profile.perception_high.value, upper=True))
    return tuple(states)


def _limit(name: str, value: float | None, limit: float, *, upper: bool) -> LimitState:
    text = MEANINGS[f"limit.{name}"]
    if value is None:
        return LimitState(id=name, state="not_checked", limit=limit, text=text)
    met = value <= limit + 1e-9 if upper else value >= limit - 1e-9
    return LimitState(id=name, state="met" if met else "not_met", value=value, limit=limit, text=text)


def _score(
    name: str, value: float | None, low: float | None = None, high: float | None = None, unit: str = "share"
) -> Score:
    return Score(
        name=name, value=value, low=value if low is None else low, high=value if high is None else high,
        unit=unit, meaning=MEANINGS[name],
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
        mid = _number(line, "hours")
        if mid is None:
            continue
        low, high = _number(line, "hours_low"), _number(line, "hours_high")
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


_SHARES: dict[str, Class] = {
    "red_line_share": "prohibited",
    "restricted_share": "restricted",
    "outcome_share": "outcome",
    "required_share": "required",
    "unclear_share": "unclear",
    "guarded_share": "guarded",
}

MEANINGS: dict[str, Text] = {
    "headline": Text(
        zh="可保留分值：没有错误或警告的指标所占有效分值，折合百分",
        en="Points that can stand as they are: on lines without an error or a warning, of 100",
    ),
    "red_line_share": Text(zh="红线类分值占比", en="Share of points on red-line measures"),
    "restricted_share": Text(zh="从严控制类分值占比", en="Share of points on restricted measures"),
    "outcome_share": Text(zh="结果类分值占比", en="Share of points on outcomes"),
    "required_share": Text(zh="必要过程类分值占比", en="Share of points on required duties"),
    "unclear_share": Text(zh="标准缺失类分值占比", en="Share of points on lines without a standard"),
    "guarded_share": Text(zh="不宜加码类分值占比", en="Share of points on counts that must not be raised"),
    "formalistic_share": Text(
        zh="形式化分值期望占比：各项有效分值乘以被判为形式化的概率",
        en="Expected share of formalistic points, Σ p·e",
    ),
    "data_risk_share": Text(
        zh="数据失真风险占比：各项有效分值乘以易修饰程度与未经外部核验程度",
        en="Share of points at data risk: ease of shaping times lack of outside verification",
    ),
    "bonus_weight": Text(zh="加分项封顶合计与基本分之比", en="Sum of bonus caps over the base"),
    "uncapped_bonuses": Text(zh="未设上限的加分项数", en="Bonus lines without a cap"),
    "deduction_weight": Text(zh="扣分项有效分值占比", en="Share of points in deduction lines"),
    "burden_hours": Text(
        zh="每周填报与留痕用时（同一数据只计一次）", en="Hours a week for data, each datum once"
    ),
    "duplicate_data": Text(zh="重复采集的数据项数", en="Data asked for more than once"),
    "breadth": Text(zh="有效指标数：权重相等时相当于多少项", en="Effective number of lines, 1/Σw²"),
    "largest_line": Text(zh="最大单项占比", en="Share of the largest line"),
    "limit.red_line": Text(zh="红线类分值为零", en="No points on red-line measures"),
    "limit.cap": Text(zh="从严控制类占可调分值不超过", en="Restricted points of the adjustable base at most"),
    "limit.floor": Text(
        zh="结果类占可调分值不低于（第三年目标）",
        en="Outcome points of the adjustable base at least (third year)",
    ),
    "limit.largest_line": Text(zh="单项分值占比不超过", en="No line holds more than"),
    "limit.most_lines": Text(zh="指标数不超过", en="Lines at most"),
    "limit.bonus": Text(zh="加分项封顶合计占比不超过", en="Bonus caps together at most"),
    "limit.perception_low": Text(zh="群众评价占比不低于", en="Citizens' ratings at least"),
    "limit.perception_high": Text(zh="群众评价占比不超过", en="Citizens' ratings at most"),
}
