"""The profile's limits: met, not met or not checked."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from engine.knowledge.words import words
from engine.model import Classification, LimitState, LinePoints, Profile, Scheme
from engine.scoring.shares import frozen_codes


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
    text = words().of("limit")[name]
    if value is None:
        return LimitState(id=name, state="not_checked", limit=limit, text=text)
    met = value <= limit + 1e-9 if upper else value >= limit - 1e-9
    return LimitState(id=name, state="met" if met else "not_met", value=value, limit=limit, text=text)
