"""Shares of the base by class, with the interval in which unclear lines and lines under review may fall."""

from __future__ import annotations

from collections.abc import Sequence

from engine.model import Class, Classification, LinePoints, Scheme

FROZEN_CLASSES: frozenset[Class] = frozenset({"required", "internal", "unclear"})
_OPEN: frozenset[Class] = frozenset({"restricted", "process", "output", "outcome"})


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
