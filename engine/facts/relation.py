"""How two schemes stand to each other: whom they assess, which tier is lower, how alike their points are."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engine.facts.overlap import Overlap, matches
from engine.model import LinePoints, Scheme, Tier
from engine.text import fold

# From the top down; a department has no place between the tiers.
_DEPTH: dict[Tier, int] = {
    "national": 0, "province": 1, "city": 2, "county": 3, "township": 4, "village": 5, "community": 5, "grid": 6,
}  # fmt: skip
# What tells groups of one assessment apart in its title.
_GROUP = re.compile(
    r"第?[一二三四五六甲乙丙丁abcd1-6](?:类|组|档)|[((](?!.*年).{1,8}[))]|(?:城区|城关|中心|农业|工业|山区|平原|生态|边远|综合)(?:型|类|组)?"
)
_SHORTEST_FAMILY = 6  # characters left of a title; fewer name no assessment


@dataclass(frozen=True)
class Held:
    """A scheme with its number (from 1) and effective points, one for each line."""

    number: int
    scheme: Scheme
    points: Sequence[LinePoints]

    def code(self, n: int) -> str:
        """The code of line `n` (0-based) among several schemes."""
        return f"{self.number}#{self.scheme.indicators[n].code}"

    def share(self, n: int) -> float:
        """Line `n`'s part of the base, 0 where nothing holds points."""
        base = sum(one.value for one in self.points)
        return self.points[n].value / base if base > 0 else 0.0


class Relation(NamedTuple):
    """Two schemes, the lower tier first where both are known, and the lines of each that match.

    `tier_gap`: how many tiers `lower` stands below `upper`; None where a tier is not known.
    `same_family`: one assessment made for several groups, by title.
    """

    lower: Held
    upper: Held
    tier_gap: int | None
    objects_differ: bool
    same_family: bool
    matched: tuple[Overlap, ...]
    likeness: float


def relation(a: Held, b: Held) -> Relation:
    """Return how two schemes stand to each other."""
    depths = [_DEPTH.get(one.scheme.tier) if one.scheme.tier else None for one in (a, b)]
    gap = depths[0] - depths[1] if depths[0] is not None and depths[1] is not None else None
    if gap is not None and gap < 0:
        a, b, gap = b, a, -gap
    matched = tuple(matches(a.scheme.indicators, b.scheme.indicators))
    return Relation(
        a, b, gap, _objects_differ(a.scheme, b.scheme), _same_family(a.scheme, b.scheme), matched,
        _likeness(a, b, matched),
    )  # fmt: skip


def _objects_differ(a: Scheme, b: Scheme) -> bool:
    """Whether they name different objects or posts; what is not named does not differ."""
    pairs = ((a.object, b.object), (a.role, b.role))
    return any(x and y and fold(x) != fold(y) for x, y in pairs)


def _same_family(a: Scheme, b: Scheme) -> bool:
    if a.region and b.region and a.region != b.region:
        return False
    if a.year and b.year and a.year != b.year:
        return False
    left, right = (_GROUP.sub("", fold(one.title)) for one in (a, b))
    return left == right and len(left) >= _SHORTEST_FAMILY and fold(a.title) != fold(b.title)


def _likeness(a: Held, b: Held, matched: Sequence[Overlap]) -> float:
    """The cosine of the two vectors of points; matched lines share an axis, each other line has its own.

    Lines without a partner count in the lengths, so that two sheets that share a few lines are not alike.
    """
    left, right = ([one.value for one in held.points] for held in (a, b))
    length = math.hypot(*left) * math.hypot(*right)
    return min(1.0, sum(left[m.first] * right[m.second] for m in matched) / length) if length > 0 else 0.0
