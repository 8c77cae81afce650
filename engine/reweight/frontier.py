"""What more outcome points cost: in disruption, and in standards rewritten.

Both frontiers are exact in whole steps: each point is the answer of an integer programme, and no point of
the list is beaten by another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from engine.reweight.building import build
from engine.reweight.problem import Problem
from engine.reweight.programme import Programme, outcome_terms
from engine.reweight.solver import Highs, Model, Solution
from engine.reweight.stages import outlook

MOST = 120


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """An answer nobody can better in one figure without losing in the other.

    `outcome` in points, `share` of the adjustable base, `rewritten` in lines.
    """

    outcome: float
    share: float
    disruption: float
    rewritten: int


@dataclass(frozen=True, slots=True)
class Frontier:
    """Outcome share against disruption and against lines rewritten; `exact` False: coarser than a step."""

    by_disruption: tuple[FrontierPoint, ...]
    by_lines: tuple[FrontierPoint, ...]
    exact: bool


def frontier(problem: Problem, make: Callable[[Programme], Model] = Highs) -> Frontier:
    """Return both frontiers of a problem; empty where there is no adjustable base.

    The other soft rows keep the values they have without the floor.

    Raises:
        SchemeError: a problem no programme can be built from.
        SolverError: the solver failed.
    """
    free = replace(problem, settings=replace(problem.settings, floor=0.0))
    programme = build(free)
    first = outlook(programme, make)
    if programme.adjustable <= 0 or first.status == "infeasible":
        return Frontier((), (), exact=True)
    model = make(programme)
    for row in programme.rows:
        if row.slack is not None and row.scale > 0:
            given = float(first.columns[row.slack])
            model.set_column(row.slack, 0.0, 0.0 if given < 1e-6 else given + 1e-6)
    grid = max(1.0, math.floor(programme.adjustable / MOST)) if problem.step else programme.adjustable / 100
    points = tuple(_by_disruption(programme, model, grid))
    exact = problem.step is not None and grid == 1.0
    return Frontier(_undominated(points), tuple(_by_lines(programme, model)), exact)


def _by_disruption(programme: Programme, model: Model, grid: float) -> Iterator[FrontierPoint]:
    outcome = outcome_terms(programme)
    most = {c: -k for c, k in outcome}
    floor = model.add_row(outcome, 0.0, np.inf)
    spent = model.add_row(list(programme.disruption.items()), -np.inf, np.inf)
    while True:
        cheapest = model.minimise(programme.disruption)
        if cheapest.status == "infeasible":
            break
        model.set_row(spent, -np.inf, cheapest.value + 1e-6)
        best = model.minimise(most)
        model.set_row(spent, -np.inf, np.inf)
        found = best if best.status == "optimal" else cheapest
        yield _point(programme, found)
        reached = sum(k * float(found.columns[c]) for c, k in outcome)
        model.set_row(floor, math.floor(reached / grid + 1e-6) * grid + grid, np.inf)
    model.set_row(floor, -np.inf, np.inf)


def _by_lines(programme: Programme, model: Model) -> Iterator[FrontierPoint]:
    chosen = dict.fromkeys(programme.variables.chosen.values(), 1.0)
    if not chosen:
        return
    outcome = outcome_terms(programme)
    lines = model.add_row(list(chosen.items()), -np.inf, np.inf)
    kept = model.add_row(outcome, -np.inf, np.inf)
    count, before = _count(programme, model.minimise(chosen)), -1.0
    while count <= len(chosen):
        model.set_row(lines, -np.inf, count + 0.4)
        best = model.minimise({c: -k for c, k in outcome})
        if best.status == "infeasible" or -best.value <= before + 1e-6:
            break
        before = -best.value
        model.set_row(kept, before - 1e-6, np.inf)
        cheapest = model.minimise(programme.disruption)
        model.set_row(kept, -np.inf, np.inf)
        yield _point(programme, cheapest if cheapest.status == "optimal" else best)
        count += 1
    model.set_row(lines, -np.inf, np.inf)


def _count(programme: Programme, found: Solution) -> int:
    return round(float(sum(found.columns[c] for c in programme.variables.chosen.values())))


def _point(programme: Programme, found: Solution) -> FrontierPoint:
    slacks = {row.slack for row in programme.rows}
    outcome = sum(k * float(found.columns[c]) for c, k in outcome_terms(programme))
    cost = sum(k * float(found.columns[c]) for c, k in programme.disruption.items() if c not in slacks)
    return FrontierPoint(
        outcome=round(outcome * programme.unit, 4), share=round(outcome / programme.adjustable, 4),
        disruption=round(cost * programme.unit, 4) + 0.0, rewritten=_count(programme, found),
    )  # fmt: skip


def _undominated(points: tuple[FrontierPoint, ...]) -> tuple[FrontierPoint, ...]:
    """Keep the points that no later one matches in disruption with more outcome."""
    kept: list[FrontierPoint] = []
    for point in points:
        while kept and kept[-1].disruption >= point.disruption - 1e-4:
            kept.pop()
        kept.append(point)
    return tuple(kept)
