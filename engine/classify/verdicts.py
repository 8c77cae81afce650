"""What was read of many lines, as arrays; one line's detail on demand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.classify.attributes import said_attributes
from engine.classify.learned import Grams
from engine.classify.matcher import FIELDS_PER_LINE, Texts
from engine.classify.signals import Signals
from engine.knowledge.classes import ClassTable
from engine.knowledge.lexicon import Entry
from engine.model import (
    FAMILIES,
    LEVELS,
    Attribute,
    Carrier,
    Class,
    Decision,
    Family,
    Guard,
    Level,
    Requirement,
)

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
# level, families, required_by, guard, carrier, class, formalistic, p
Verdict = tuple[Level, tuple[Family, ...], Requirement, Guard | None, Carrier, Class, Decision, float]

REQUIREMENTS: Final[tuple[Requirement, ...]] = ("none", "party_regulation", "emergency_plan", "statute")
CARRIERS: Final[tuple[Carrier, ...]] = (
    "none",
    "chat_group",
    "public_account",
    "app",
    "paper",
)  # the more exact first
GUARDS: Final[tuple[Guard | None, ...]] = (
    None, "fine_quota", "case_quota", "inspection_quota", "petition_count", "revenue_target", "macro_economic",
)  # fmt: skip
DECISIONS: Final[tuple[Decision, ...]] = ("no", "review", "yes")


@dataclass(frozen=True)
class Verdicts:
    """What n lines measure; every array has shape (n,), numbers are places in the tuples above.

    `family_mask` has a bit per family, `barred_mask` those that stand in the name in so many words.
    """

    texts: Texts
    signals: Signals
    grams: Grams | None  # None where there are no weights
    raw: FloatArray | None  # (n, heads + hidden units), the sums behind the scores; likewise
    level: IntArray
    family_mask: IntArray
    barred_mask: IntArray
    required: IntArray
    guard: IntArray
    carrier: IntArray
    platform_points: BoolArray
    p: FloatArray
    decision: IntArray
    by_terms: IntArray  # the level that the wordings alone would give
    entries: tuple[Entry, ...]
    classes: ClassTable

    @cached_property
    def rows(self) -> list[Verdict]:
        """Every line's verdict."""
        decide = _class_of(self.classes)
        columns = zip(
            self.level.tolist(), self.family_mask.tolist(), self.barred_mask.tolist(), self.required.tolist(),
            self.guard.tolist(), self.carrier.tolist(), self.platform_points.tolist(), self.decision.tolist(),
            self.p.tolist(), strict=True,
        )  # fmt: skip
        return [
            (LEVELS[lv], names_of(mask), REQUIREMENTS[r], GUARDS[g], CARRIERS[c],
             decide((lv, mask if d else barred, r, g, c, points)), DECISIONS[d], p)
            for lv, mask, barred, r, g, c, points, d, p in columns
        ]  # fmt: skip

    @cached_property
    def hits(self) -> list[list[tuple[int, int, int, int]]]:
        """Each line's hits as (entry, field, start, end)."""
        found: list[list[tuple[int, int, int, int]]] = [[] for _ in range(self.texts.lines)]
        hits = self.signals.hits
        columns = (column.tolist() for column in (hits.entry, hits.slot, hits.start, hits.end))
        for entry, slot, start, end in zip(*columns, strict=True):
            found[slot // FIELDS_PER_LINE].append((entry, slot % FIELDS_PER_LINE, start, end))
        return found

    def attributes(self, number: int) -> dict[str, Attribute]:
        """Return what the text says of how the line is measured."""
        found = said_attributes(self.entries[entry] for entry, *_ in self.hits[number])
        if self.platform_points[number]:
            found["platform_points"] = Attribute(value=True, basis="text")
        if self.grams is not None and self.by_terms[number] not in (
            self.level[number],
            LEVELS.index("unclear"),
        ):
            found["level_by_terms"] = Attribute(value=LEVELS[self.by_terms[number]], basis="text")
        return found


@lru_cache(maxsize=4096)
def names_of(mask: int) -> tuple[Family, ...]:
    """Return the families of a mask."""
    return tuple(family for number, family in enumerate(FAMILIES) if mask >> number & 1)


@lru_cache(maxsize=8)
def _class_of(classes: ClassTable) -> Callable[[tuple[int, int, int, int, int, bool]], Class]:
    """Return the decision table as a remembered function of the places."""

    @lru_cache(maxsize=16_384)
    def decide(key: tuple[int, int, int, int, int, bool]) -> Class:
        level, mask, required, guard, carrier, points = key
        return classes.decide(
            level=LEVELS[level],
            families=names_of(mask),
            required_by=REQUIREMENTS[required],
            carrier=CARRIERS[carrier],
            guard=GUARDS[guard],
            platform_points=points,
        ).class_

    return decide
