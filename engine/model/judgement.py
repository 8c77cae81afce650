"""Judgements on how lines or blocks weigh against one another, and what they come to."""

from __future__ import annotations

from typing import Literal, NamedTuple

from engine.model.lists import Frozen, Method, RowClass


class Judgement(Frozen):
    """What one person or one table of scores says about how some lines or blocks weigh against one another.

    `where` is its place, for messages. `of` are codes, names of lines or names of blocks; for roc, rs and rr
    the weightiest first. `matrix` (ahp) is reciprocal, in the order of `of`; `best_to_others` and
    `others_to_worst` (bwm) likewise. `tolerance` is how far a ratio of points may stray, as a fraction.
    """

    where: str
    title: str
    method: Method
    over: Literal["lines", "blocks"] = "lines"
    of: tuple[str, ...]
    matrix: tuple[tuple[float, ...], ...] = ()
    best: str | None = None
    worst: str | None = None
    best_to_others: tuple[float, ...] = ()
    others_to_worst: tuple[float, ...] = ()
    tolerance: float = 0.10
    row_class: RowClass = "preference"


class JudgedItem(NamedTuple):
    """One line or block judged: its weight, and its points before and after; `held` ones cannot move."""

    code: str
    name: str
    weight: float
    before: float
    after: float
    held: bool


class Revisit(NamedTuple):
    """The judgement furthest from what the others imply: how many times more `first` weighs than `second`."""

    first: str
    second: str
    judged: float
    implied: float


class JudgedWeights(NamedTuple):
    """What a judgement comes to, and whether the proposal keeps its ratios.

    `consistency_ratio` (ahp) should not exceed 0.10; `ksi` (bwm) is 0 where the judgements agree.
    """

    judgement: Judgement
    items: tuple[JudgedItem, ...]
    consistency_ratio: float | None
    ksi: float | None
    is_consistent: bool
    revisit: Revisit | None
    is_kept: bool
