"""One model going through the stages, each value kept before the next, and what the stages found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.model import Certificate, RowClass
from engine.reweight.evenness import EPS, found_optimum
from engine.reweight.programme import Programme
from engine.reweight.solver import LARGE, Model, Solution

FloatArray = NDArray[np.float64]
Terms = dict[int, float]
SOFT: tuple[RowClass, ...] = ("provincial", "local", "preference")
FEW = 60  # standards up to which each is tried alone before a search, and the search is our own


@dataclass(slots=True)
class Answer:
    """What the stages found, in whole steps; `columns` is empty where nothing satisfies the hard rows.

    `shortfall` is S0's value by class of rows, 0 where the class is met.
    """

    status: Literal["optimal", "relaxed", "infeasible"]
    columns: FloatArray
    disruption: float = 0.0
    shortfall: dict[RowClass, float] = field(default_factory=dict)
    certificate: Certificate | None = None
    exact: bool = True
    settled: bool = True


@dataclass(slots=True)
class Run:
    """One model going through the stages; `held` are the rows that keep earlier values."""

    model: Model
    programme: Programme
    margin: float
    answer: Answer
    held: list[int] = field(default_factory=list)
    fixed: bool = False
    settled: dict[int, float] | None = None

    @property
    def is_coarse(self) -> bool:
        """Return whether there are too many standards to choose among one by one."""
        return sum(self.programme.integer) > LARGE

    @property
    def open(self) -> list[int]:
        """Return the whole columns that are not settled yet."""
        programme, settled = self.programme, self.settled or {}
        free = (c for c, whole in enumerate(programme.integer) if whole and c not in settled)
        return [c for c in free if programme.lower[c] < programme.upper[c]]

    def minimise(self, terms: Mapping[int, float]) -> Solution:
        """Minimise with whole standards; with very many, round up what a part would be rewritten of."""
        if not self.is_coarse:
            return self.model.minimise(terms)
        self.answer.exact = False
        bound = self.model.bound(terms)
        return bound if bound.status == "infeasible" else self.rounded(terms, bound)

    def keep(self, terms: Mapping[int, float], value: float) -> None:
        if terms:
            limit = value + self.margin * max(1.0, abs(value) / 100)
            self.held.append(self.model.add_row(list(terms.items()), -np.inf, limit))

    def forget(self) -> None:
        for row in self.held:
            self.model.set_row(row, -np.inf, np.inf)
        self.held.clear()

    def least(self, terms: Mapping[int, float], last: Solution) -> Solution:
        """Minimise and keep; a sum that is nought already needs no question."""
        value = sum(k * last.columns[c] for c, k in terms.items())
        if value > EPS:
            last = self._least(terms, last)
            value = last.value
        self.keep(terms, float(value))
        return last

    def _least(self, terms: Mapping[int, float], last: Solution) -> Solution:
        """Keep the standards chosen where rewriting in part could not do better, else choose anew."""
        whole = [c for c, flag in enumerate(self.programme.integer) if flag and not self.fixed]
        if whole:
            bound = self.model.bound(terms)
            same = self.rounded(terms, last)
            if same.status == "optimal" and same.value <= bound.value + EPS:
                return same
            return self.search(terms, same)
        return found_optimum(self.model, terms)

    def best(self, terms: Mapping[int, float]) -> Solution:
        """Minimise with whole standards, without a search where rounding up is as good as parts."""
        bound, whole = self.model.bound(terms), None
        if bound.status == "optimal":
            whole = self.rounded(terms, bound)
            if whole.status == "optimal" and whole.value <= bound.value + EPS:
                return whole
        return self.search(terms, whole)

    def search(self, terms: Mapping[int, float], start: Solution | None) -> Solution:
        """Minimise with whole standards by a search, first narrowed to standards that are open at all.

        S1's value is kept by a row, so a standard that would cost more in part already is settled.
        """
        free = [c for c in self.programme.variables.chosen.values() if self.programme.lower[c] == 0.0]
        if self.settled is None and len(free) <= FEW:
            self.settled = self.model.narrow(free)
        found = self.branch(terms, start) or found_optimum(self.model, terms)
        self.answer.exact = self.answer.exact and found.exact
        return found

    def branch(self, terms: Mapping[int, float], start: Solution | None) -> Solution | None:
        """Minimise by branching where few standards are open; None: the solver's own search is quicker."""
        return self.model.branch(terms, self.open, start) if len(self.open) <= FEW else None

    def rounded(self, terms: Mapping[int, float], last: Solution) -> Solution:
        """Minimise with every standard that `last` rewrites, in part or whole, rewritten whole."""
        whole = [c for c, flag in enumerate(self.programme.integer) if flag]
        for c in whole:
            value = float(last.columns[c] > EPS)
            self.model.set_column(c, value, value)
        found = self.model.bound(terms)
        settled = self.settled or {}
        for c in whole:
            low, high = self.programme.lower[c], self.programme.upper[c]
            self.model.set_column(c, settled.get(c, low), settled.get(c, high))
        return found


def shortfalls(programme: Programme) -> Iterator[tuple[RowClass, Terms]]:
    """Yield S0's terms of each class of soft rows: Σ shortfall / max(limit, one step)."""
    for name in SOFT:
        terms = {
            row.slack: 1.0 / row.scale
            for row in programme.rows
            if row.slack is not None and row.scale > 0 and row.row_class == name
        }
        if terms:
            yield name, terms
