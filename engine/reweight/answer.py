"""One problem in, one proposal out: stages, rounding, actions, rows and relaxations as people read them."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from engine.errors import SolverError
from engine.model import Proposal, Text
from engine.reweight.building import build
from engine.reweight.changes import block_changes, proposed_lines
from engine.reweight.conflict import conflict
from engine.reweight.explain import Pricing
from engine.reweight.printed import Printed
from engine.reweight.problem import Problem
from engine.reweight.programme import Programme, lever_cost
from engine.reweight.remedies import remedies
from engine.reweight.reports import not_checked, relaxations, reports
from engine.reweight.rounding import print_points
from engine.reweight.run import Answer, shortfalls
from engine.reweight.solver import Highs, Model, write_model
from engine.reweight.stages import solve

MANY = 1500  # rows above which conflicts are not sought unasked


def reweigh(
    problem: Problem,
    profile: str = "",
    make: Callable[[Programme], Model] = Highs,
    *,
    prices: bool = True,
    ranges: bool = False,
) -> Proposal:
    """Return the least disruptive proposal for one year of the path.

    Args:
        problem: lines, limits, prices and levers.
        profile: the id of the profile the limits came from.
        make: the solver.
        prices: also say what each row costs and how far that holds, why a row gave way, and what would help.
        ranges: also say each line's range over all answers of the same disruption.
    Raises:
        SchemeError: a problem no programme can be built from.
        SolverError: the solver failed, or its answer has no certificate.
    """
    programme = build(problem)
    answer = solve(programme, make)
    return proposal_of(programme, answer, profile, make, prices=prices, ranges=ranges)


def write_problem(problem: Problem, file: Path, make: Callable[[Programme], Model] = Highs) -> float:
    """Write the S1 programme with S0's values as rows, for any solver; return the optimum it should find.

    Args:
        problem: the problem.
        file: ends in .lp or .mps; in whole steps of the scheme, columns c0, c1, … in the programme's order.
        make: the solver that finds S0's values.
    Raises:
        SolverError: another suffix, or hard rows that contradict one another.
    """
    programme = build(problem)
    answer = solve(programme, make)
    if answer.status == "infeasible":
        raise SolverError(
            f"{file.name}: hard rows contradict one another, so there is no model to keep S0 in."
        )
    kept: list[tuple[dict[int, float], float]] = []
    for name, terms in shortfalls(programme):
        kept.append((terms, answer.shortfall.get(name, 0.0) + 1e-9))
    write_model(programme, file, kept)
    return answer.disruption


def proposal_of(
    programme: Programme,
    answer: Answer,
    profile: str,
    make: Callable[[Programme], Model] = Highs,
    *,
    prices: bool = True,
    ranges: bool = False,
) -> Proposal:
    """Return an answer of the stages as people read it; the arguments are those of `reweigh`."""
    problem = programme.problem
    if answer.status == "infeasible":
        found = Proposal(
            status="infeasible", mode=problem.mode, levers=problem.levers, profile=profile,
            conflict=conflict(programme),
        )  # fmt: skip
        return _with_remedies(problem, found, make) if prices else found
    printed = print_points(programme, answer, make)
    pricing = Pricing(programme, answer) if (prices or ranges) and programme.lower else None
    lines = proposed_lines(programme, printed, pricing if ranges else None)
    disruption = lever_cost(programme, printed.columns)
    relaxed = relaxations(programme, printed)
    found = Proposal(
        status="relaxed" if relaxed else "optimal", mode=problem.mode, levers=problem.levers, profile=profile,
        lines=lines, blocks=block_changes(problem, lines),
        disruption=round(disruption * programme.unit, 6),
        movement=round(math.fsum(abs(x.after - x.before) for x in lines) / 2, 6),
        rounding_loss=_loss(programme, answer, printed), step=problem.step, notes=notes(answer, printed),
        constraints=reports(programme, printed, pricing if prices else None) + not_checked(problem),
        relaxations=relaxed, certificate=answer.certificate,
    )  # fmt: skip
    if not relaxed or not prices or len(programme.rows) >= MANY:
        return found
    found = found.model_copy(update={"conflict": conflict(programme, soft=True)})
    return _with_remedies(problem, found, make)


def _with_remedies(problem: Problem, found: Proposal, make: Callable[[Programme], Model]) -> Proposal:
    """Say also what to give up so that every limit holds."""
    ways = remedies(problem, found, lambda stated: reweigh(stated, make=make, prices=False))
    return found.model_copy(update={"remedies": ways})


def notes(answer: Answer, printed: Printed) -> tuple[Text, ...]:
    """Return what the programme could not do as finely as asked, in words."""
    found = []
    if not answer.exact:
        found.append(
            Text(
                zh="指标过多，改写哪些标准未逐项择优，改动可能略多于最少。",
                en="Very many lines: standards were not chosen one by one, so slightly more may change than must.",
            )
        )
    if not answer.settled:
        found.append(
            Text(
                zh="指标过多，各项增减的均匀程度未逐级比较到底。",
                en="Very many lines: how evenly points move was not settled to the last line.",
            )
        )
    if printed.finer:
        found.append(
            Text(
                zh="按整步长无法同时满足各项约束，个别分值取了更小的步长。",
                en="Whole steps could not keep every row, so some points are written in a finer step.",
            )
        )
    return tuple(found)


def _loss(programme: Programme, answer: Answer, printed: Printed) -> float:
    value = math.fsum(k * float(printed.columns[c]) for c, k in programme.disruption.items())
    return round((value - answer.disruption) * programme.unit, 6) + 0.0
