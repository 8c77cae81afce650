"""S0 to S4, each kept before the next: shortfall, disruption, standards rewritten, cuts, evenness."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.model import Certificate, Class, RowClass
from engine.reweight.certificate import certify
from engine.reweight.evenness import EPS, even_out, found_optimum
from engine.reweight.programme import Programme, Row
from engine.reweight.solver import Highs, Model, Solution

FloatArray = NDArray[np.float64]
SOFT: tuple[RowClass, ...] = ("provincial", "local", "preference")
CUT_ORDER: tuple[Class, ...] = ("outcome", "output", "guarded", "process", "restricted")
REWRITE_ORDER: tuple[Class, ...] = ("output", "guarded", "process")


@dataclass(slots=True)
class Answer:
    """What the stages found, in whole steps; `columns` is empty where nothing satisfies the hard rows.

    `kept` are the rows (coefficients, limit) that hold the values of S0.
    """

    status: Literal["optimal", "relaxed", "infeasible"]
    columns: FloatArray
    disruption: float = 0.0
    shortfall: dict[RowClass, float] = field(default_factory=dict)
    kept: list[tuple[dict[int, float], float]] = field(default_factory=list)
    certificate: Certificate | None = None
    exact: bool = True
    settled: bool = True


def solve(programme: Programme, make: Callable[[Programme], Model] = Highs) -> Answer:
    """Return the answer of S0 to S4.

    Args:
        programme: the rows and columns.
        make: the solver, HiGHS unless another is to be compared.
    Raises:
        SolverError: the solver failed, or its answer has no certificate.
    """
    model = make(programme)
    answer = Answer("optimal", np.zeros(len(programme.lower)))
    last = _shortfall(model, programme, answer)
    if last is None:
        return Answer("infeasible", np.zeros(0))
    answer.disruption = last.value
    _keep(model, programme.disruption, last.value)
    last = _fewest(model, programme, last, answer)
    if programme.problem.mode == "levers":
        last = _least_cut(model, programme, last, answer)
    _fix(model, programme, last)
    last = found_optimum(model, programme.disruption)
    last, answer.settled = even_out(model, programme, last)
    last = found_optimum(model, programme.disruption)
    answer.certificate = certify(model.matrix(), last.columns, last.row_duals)
    answer.columns = last.columns[: len(programme.lower)]
    return answer


def _keep(model: Model, cost: Mapping[int, float], value: float) -> None:
    if cost:
        model.add_row(list(cost.items()), -np.inf, value + model.margin * max(1.0, abs(value)))


def _shortfall(model: Model, programme: Programme, answer: Answer) -> Solution | None:
    """S0 and S1: try without any shortfall first; else give way class by class, the softest last."""
    soft = [row for row in programme.rows if row.slack is not None and row.scale > 0]
    for row in soft:
        model.set_column(_slack(row), 0.0, 0.0)
    found = model.minimise(programme.disruption)
    if found.status == "optimal" or not soft:
        answer.exact = found.exact
        answer.kept = [({_slack(row): 1.0}, 0.0) for row in soft]
        return found if found.status == "optimal" else None
    for row in soft:
        model.set_column(_slack(row), 0.0, np.inf)
    for name in SOFT:
        cost = {_slack(row): 1.0 / row.scale for row in soft if row.row_class == name}
        if not cost:
            continue
        found = model.minimise(cost)
        if found.status == "infeasible":
            return None
        _keep_class(model, cost, found, answer, name)
    answer.status = "relaxed" if sum(answer.shortfall.values()) > EPS else "optimal"
    found = model.minimise(programme.disruption)
    answer.exact = answer.exact and found.exact
    return found if found.status == "optimal" else None


def _slack(row: Row) -> int:
    return -1 if row.slack is None else row.slack


def _keep_class(
    model: Model, cost: dict[int, float], found: Solution, answer: Answer, name: RowClass
) -> None:
    value = found.value if found.value > 1e-9 else 0.0
    answer.shortfall[name] = value
    answer.exact = answer.exact and found.exact
    if value == 0.0:
        for column in cost:
            model.set_column(column, 0.0, 0.0)
        answer.kept += [({column: 1.0}, 0.0) for column in cost]
        return
    answer.kept.append((cost, value))
    model.add_row(list(cost.items()), -np.inf, value + 0.1 * model.margin)


def _fewest(model: Model, programme: Programme, last: Solution, answer: Answer) -> Solution:
    """S2: the fewest standards rewritten."""
    cost = dict.fromkeys(programme.variables.chosen.values(), 1.0)
    forced = sum(programme.lower[c] for c in cost)
    if round(sum(last.columns[c] for c in cost)) > forced:
        last = found_optimum(model, cost)
        answer.exact = answer.exact and last.exact
    count = round(sum(last.columns[c] for c in cost))
    if cost:
        model.add_row(list(cost.items()), -np.inf, count + 0.5)
    return last


def _least_cut(model: Model, programme: Programme, last: Solution, answer: Answer) -> Solution:
    """S3: least cut by class, then least rewriting by class, then ties by identity."""
    variables, lines = programme.variables, programme.lines
    groups = [[variables.down[i] for i in variables.down if lines[i].class_ == name] for name in CUT_ORDER]
    groups += [
        [variables.rewritten[i] for i in variables.rewritten if lines[i].class_ == name]
        for name in REWRITE_ORDER
    ]
    for group in groups:
        last = _least(model, group, last, answer)
    ties = {c: _weight(lines[i].identity) for i, c in variables.chosen.items()}
    ties |= {c: _weight(block) for block, c in variables.opened.items()}
    if any(programme.lower[c] < programme.upper[c] for c in ties):
        last = found_optimum(model, ties)
        answer.exact = answer.exact and last.exact
    return last


def _least(model: Model, group: list[int], last: Solution, answer: Answer) -> Solution:
    value = float(sum(last.columns[c] for c in group))
    if not group or value <= EPS:
        for column in group:
            model.set_column(column, 0.0, 0.0)
        return last
    cost = dict.fromkeys(group, 1.0)
    last = found_optimum(model, cost)
    answer.exact = answer.exact and last.exact
    _keep(model, cost, last.value)
    return last


def _weight(identity: str) -> float:
    """Return a whole number 1 … 65536 from an identity: which standard goes first when all else is equal."""
    return float(int.from_bytes(hashlib.sha256(identity.encode()).digest()[:2], "big") + 1)


def _fix(model: Model, programme: Programme, last: Solution) -> None:
    """Hold z where it is: from here everything is linear."""
    for column, whole in enumerate(programme.integer):
        if whole:
            value = float(round(last.columns[column]))
            model.set_column(column, value, value)
    model.relax_integers()
