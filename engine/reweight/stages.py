"""S0 to S4, each kept before the next: shortfall, disruption, standards rewritten, cuts, evenness.

First whole standards are chosen (integers), with every value kept within a small margin. Then, with the
choice fixed, the same stages are solved again as linear programmes, whose answers are exact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import SolverError
from engine.model import Certificate, Class, RowClass
from engine.reweight.certificate import certify
from engine.reweight.evenness import EPS, even_out, found_optimum
from engine.reweight.programme import Programme
from engine.reweight.solver import LARGE, Highs, Model, Solution

FloatArray = NDArray[np.float64]
Terms = dict[int, float]
SOFT: tuple[RowClass, ...] = ("provincial", "local", "preference")
CUT_ORDER: tuple[Class, ...] = ("outcome", "output", "guarded", "process", "restricted")
LOOSER = (1.0, 100.0, 1000.0)


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
class _Run:
    """One model going through the stages; `held` are the rows that keep earlier values."""

    model: Model
    programme: Programme
    margin: float
    answer: Answer
    held: list[int] = field(default_factory=list)
    fixed: bool = False

    @property
    def is_coarse(self) -> bool:
        """Return whether there are too many standards to choose among one by one."""
        return sum(self.programme.integer) > LARGE

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
        found = found_optimum(self.model, terms)
        self.answer.exact = self.answer.exact and found.exact
        return found

    def best(self, terms: Mapping[int, float]) -> Solution:
        """Minimise with whole standards, without a search where rounding up is as good as parts."""
        bound = self.model.bound(terms)
        if bound.status == "optimal":
            whole = self.rounded(terms, bound)
            if whole.status == "optimal" and whole.value <= bound.value + EPS:
                return whole
        found = found_optimum(self.model, terms)
        self.answer.exact = self.answer.exact and found.exact
        return found

    def rounded(self, terms: Mapping[int, float], last: Solution) -> Solution:
        """Minimise with every standard that `last` rewrites, in part or whole, rewritten whole."""
        whole = [c for c, flag in enumerate(self.programme.integer) if flag]
        for c in whole:
            value = float(last.columns[c] > EPS)
            self.model.set_column(c, value, value)
        found = self.model.bound(terms)
        for c in whole:
            self.model.set_column(c, self.programme.lower[c], self.programme.upper[c])
        return found


def solve(programme: Programme, make: Callable[[Programme], Model] = Highs) -> Answer:
    """Return the answer of S0 to S4.

    Args:
        programme: the rows and columns.
        make: the solver, HiGHS unless another is to be compared.
    Raises:
        SolverError: the solver failed, or its answer has no certificate.
    """
    if not programme.lower:
        nothing = Certificate(primal_residual=0.0, dual_residual=0.0, gap=0.0)
        return Answer("optimal", np.zeros(0), certificate=nothing)
    for looser in LOOSER:
        try:
            return _solve(programme, make(programme), looser)
        except SolverError:
            if looser == LOOSER[-1]:
                raise
    raise SolverError("the solver gave no answer. Loosen bounds that are almost equal.")


def outlook(programme: Programme, make: Callable[[Programme], Model] = Highs) -> Answer:
    """Return S0 to S2 only: how much a later year would ask for; its columns are one answer of several."""
    answer = Answer("optimal", np.zeros(len(programme.lower)))
    if not programme.lower:
        return answer
    model = make(programme)
    run = _Run(model, programme, max(model.margin, 1e-6), answer)
    last = _feasible(run)
    if last is None:
        return Answer("infeasible", np.zeros(0))
    answer.disruption = last.value
    count, _ = _preference(programme)
    if not run.is_coarse:
        last = run.least(count, last)
    if sum(answer.shortfall.values()) > 1e-9:
        answer.status = "relaxed"
    answer.columns = last.columns[: len(programme.lower)]
    return answer


def _solve(programme: Programme, model: Model, looser: float) -> Answer:
    answer = Answer("optimal", np.zeros(len(programme.lower)))
    run = _Run(model, programme, max(model.margin, 1e-6) * looser, answer)
    last = _feasible(run)
    if last is None:
        return Answer("infeasible", np.zeros(0))
    if any(programme.integer):
        last = _choose(run, last)
        _fix(run, last)
    run.forget()
    run.margin = model.margin * looser
    last = _continuous(run)
    answer.columns = last.columns[: len(programme.lower)]
    return answer


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


def _feasible(run: _Run) -> Solution | None:
    """S0 and S1 with integers: try without any shortfall first; else give way class by class."""
    soft = [c for _, terms in shortfalls(run.programme) for c in terms]
    for column in soft:
        run.model.set_column(column, 0.0, 0.0)
    found = _least_disruption(run)
    if found.status == "infeasible" and soft:
        for column in soft:
            run.model.set_column(column, 0.0, np.inf)
        for name, terms in shortfalls(run.programme):
            found = run.minimise(terms)
            if found.status == "infeasible":
                return None
            run.answer.shortfall[name] = found.value
            run.keep(terms, found.value)
        found = _least_disruption(run)
    run.answer.exact = found.exact and not run.is_coarse
    if found.status == "infeasible":
        return None
    run.keep(run.programme.disruption, found.value)
    return found


def _least_disruption(run: _Run) -> Solution:
    """S1: where rewriting in part is no cheaper than rewriting the same lines whole, that is the answer."""
    model, programme = run.model, run.programme
    if not any(programme.integer):
        return model.minimise(programme.disruption)
    bound = model.bound(programme.disruption)
    if bound.status == "infeasible":
        return bound
    rounded = run.rounded(programme.disruption, bound)
    if rounded.status == "optimal" and rounded.value <= bound.value + 1e-7:
        return rounded
    return rounded if run.is_coarse else model.minimise(programme.disruption)


def _choose(run: _Run, last: Solution) -> Solution:
    """S2 and S3 with integers: which standards are rewritten, to the last tie.

    Counting and breaking ties in one question is enough where no line is cut by it.
    """
    if run.is_coarse:
        return last
    count, ties = _preference(run.programme)
    cuts = list(_cuts(run.programme)) if run.programme.problem.mode == "levers" else []
    every: Terms = {c: k for terms in cuts for c, k in terms.items()}
    held = _at_least(run, count)
    if run.model.bound(every).value <= EPS:
        last = run.best(ties)
        if sum(last.columns[c] for c in every) <= EPS:
            return last
    else:
        last = run.best(count)
    if count:
        number = float(round(sum(last.columns[c] for c in count)))
        run.model.set_row(held, number - 1e-6, number + 1e-6)
    for terms in cuts:
        last = run.least(terms, last)
    return run.best(ties)


def _at_least(run: _Run, count: Terms) -> int:
    """Add the row that no fewer standards than the bound, as a whole number, are rewritten; -1: none."""
    if not count:
        return -1
    fewest = float(np.ceil(run.model.bound(count).value - 1e-5))
    run.held.append(run.model.add_row(list(count.items()), fewest - 1e-6, np.inf))
    return run.held[-1]


def _preference(programme: Programme) -> tuple[Terms, Terms]:
    """Return the count of rewritten standards, and the count with its ties broken.

    Ties: rather a restricted line's standard than a process line's, a guarded or an output line's; then
    by identity.
    """
    chosen, opened = programme.variables.chosen, programme.variables.opened
    count = dict.fromkeys(chosen.values(), 1.0)
    heavy = 13.0 * (len(chosen) + len(opened)) + 1.0
    ties = {
        c: heavy + 4.0 * _RANKS.get(programme.lines[i].class_, 0) + _weight(programme.lines[i].identity)
        for i, c in chosen.items()
    }
    return count, ties | {c: _weight(block) for block, c in opened.items()}


_RANKS: dict[Class, int] = {"process": 1, "guarded": 2, "output": 3}


def _cuts(programme: Programme) -> Iterator[Terms]:
    """Yield S3's terms: the cut of outcome lines first, of restricted lines last."""
    for name in CUT_ORDER:
        terms = {c: 1.0 for i, c in programme.variables.down.items() if programme.lines[i].class_ == name}
        if terms:
            yield terms


def _weight(identity: str) -> float:
    """Return a fraction (0, 1] from an identity: which standard goes first when all else is equal."""
    return (int.from_bytes(hashlib.sha256(identity.encode()).digest()[:2], "big") // 4 + 1) / 16384


def _fix(run: _Run, last: Solution) -> None:
    """Hold z where it is: from here everything is linear."""
    for column, whole in enumerate(run.programme.integer):
        if whole:
            value = float(round(last.columns[column]))
            run.model.set_column(column, value, value)
    run.model.relax_integers()
    run.fixed = True


def _continuous(run: _Run) -> Solution:
    """S0, S1, S3 and S4 as linear programmes, and the certificate of S1 and of the last stage."""
    answer, programme = run.answer, run.programme
    if answer.shortfall:
        for name, terms in shortfalls(programme):
            found = found_optimum(run.model, terms)
            answer.shortfall[name] = found.value if found.value > 1e-9 else 0.0
            run.keep(terms, found.value)
        answer.status = "relaxed" if sum(answer.shortfall.values()) > 1e-9 else "optimal"
    last = found_optimum(run.model, programme.disruption)
    answer.disruption = last.value
    first = certify(run.model.matrix(), last.columns, last.row_duals)
    run.keep(programme.disruption, last.value)
    if programme.problem.mode == "levers":
        for terms in _cuts(programme):
            last = run.least(terms, last)
    last, answer.settled = even_out(run.model, programme, last, run.margin)
    last = found_optimum(run.model, programme.disruption)
    second = certify(run.model.matrix(), last.columns, last.row_duals)
    answer.certificate = Certificate(
        primal_residual=max(first.primal_residual, second.primal_residual),
        dual_residual=max(first.dual_residual, second.dual_residual),
        gap=max(first.gap, second.gap),
    )
    return last
