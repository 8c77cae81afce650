"""S0 to S4, each kept before the next: shortfall, disruption, standards rewritten, cuts, evenness.

First whole standards are chosen (integers), with every value kept within a small margin. Then, with the
choice fixed, the same stages are solved again as linear programmes, whose answers are exact.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.errors import SolverError
from engine.model import Certificate
from engine.reweight.alike import ordered
from engine.reweight.certificate import certify
from engine.reweight.choice import choose, cuts_in_order, fix, preference
from engine.reweight.evenness import even_out, found_optimum
from engine.reweight.programme import Programme
from engine.reweight.run import Answer, Run, shortfalls
from engine.reweight.solver import Highs, Model, Solution

LOOSER = (1.0, 100.0, 1000.0)


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
    run = Run(model, programme, max(model.margin, 1e-6), answer)
    last = _feasible(run)
    if last is None:
        return Answer("infeasible", np.zeros(0))
    answer.disruption = last.value
    count, _ = preference(programme)
    if not run.is_coarse:
        last = run.least(count, last)
    if sum(answer.shortfall.values()) > 1e-9:
        answer.status = "relaxed"
    answer.columns = last.columns[: len(programme.lower)]
    return answer


def _solve(programme: Programme, model: Model, looser: float) -> Answer:
    answer = Answer("optimal", np.zeros(len(programme.lower)))
    run = Run(model, programme, max(model.margin, 1e-6) * looser, answer)
    last = _feasible(run)
    if last is None:
        return Answer("infeasible", np.zeros(0))
    if any(programme.integer):
        last = choose(run, last)
        fix(run, last)
    run.forget()
    run.margin = model.margin * looser
    last = _continuous(run)
    answer.columns = last.columns[: len(programme.lower)]
    return answer


def _feasible(run: Run) -> Solution | None:
    """S0 and S1 with integers: try without any shortfall first; else give way class by class."""
    soft = [c for _, terms in shortfalls(run.programme) for c in terms]
    for first, second in () if run.is_coarse else ordered(run.programme, preference(run.programme)[1]):
        run.held.append(run.model.add_row([(second, 1.0), (first, -1.0)], -np.inf, 0.0))
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


def _least_disruption(run: Run) -> Solution:
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
    if run.is_coarse:
        return rounded
    return run.branch(programme.disruption, rounded) or model.minimise(programme.disruption)


def _continuous(run: Run) -> Solution:
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
        for terms in cuts_in_order(programme):
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
