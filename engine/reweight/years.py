"""The years of a path: their limits, and what each would ask for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from engine.model import Proposal, YearStep
from engine.reweight.building import build
from engine.reweight.problem import Problem, year_floor
from engine.reweight.programme import Programme, lever_cost, outcome_terms
from engine.reweight.run import FloatArray
from engine.reweight.solver import Highs, Model
from engine.reweight.stages import outlook


def path(
    problem: Problem, proposal: Proposal, make: Callable[[Programme], Model] = Highs
) -> tuple[YearStep, ...]:
    """Return each year of the path: its limits, and what the least disruptive answer would be by then.

    A standard rewritten in one year stays rewritten in the next.

    Args:
        problem: the problem of the year proposed.
        proposal: its proposal, which gives the figures of that year.
        make: the solver of the outlook on the other years.
    """
    settings = problem.settings
    start = problem.outcome_share if settings.path_start is None else settings.path_start
    if problem.mode == "points_only":  # no path: the floor is asked for at once
        start = settings.floor or 0.0
    steps: list[YearStep] = []
    solved: dict[float | None, YearStep] = {
        year_floor(settings, start, settings.year): _proposed_year(problem, proposal)
    }
    rewritten = {line.code for line in proposal.lines if line.action == "rewrite"}
    for year in range(1, settings.years + 1):
        floor = year_floor(settings, start, year)
        if floor not in solved:
            here = replace(problem, settings=replace(settings, year=year, path_start=start))
            done = rewritten if year > settings.year else set()
            solved[floor], chosen = _year(here, done, make)
            rewritten = rewritten | chosen if year > settings.year else rewritten
        limits = {"year": year, "floor": round(floor or 0.0, 6), "cap": settings.cap or 0.0}
        steps.append(solved[floor].model_copy(update=limits))
    return tuple(steps)


def _proposed_year(problem: Problem, proposal: Proposal) -> YearStep:
    counted = [x for x in proposal.lines if x.action != "frozen" and x.kind in ("base", "deduction")]
    outcome = {line.code for line in problem.lines if line.class_ == "outcome" and not line.guarded}
    total = math.fsum(x.rewritten + (x.kept if x.code in outcome else 0.0) for x in counted)
    base = problem.adjustable
    return YearStep(
        year=1, floor=0.0, cap=0.0, outcome_share=round(total / base, 6) if base > 0 else None,
        rewritten=sum(x.action == "rewrite" for x in proposal.lines), disruption=proposal.disruption,
        status=proposal.status,
    )  # fmt: skip


def _year(problem: Problem, done: set[str], make: Callable[[Programme], Model]) -> tuple[YearStep, set[str]]:
    """Return a year's outlook and the lines rewritten by then; what an earlier year rewrote stays so."""
    programme = build(problem)
    chosen = {programme.lines[i].code: c for i, c in programme.variables.chosen.items()}
    for code in done & chosen.keys():
        programme.lower[chosen[code]] = 1.0
    answer = outlook(programme, make)
    if answer.status == "infeasible":
        return YearStep(year=1, floor=0.0, cap=0.0, status="infeasible"), set(done)
    rewritten = {code for code, c in chosen.items() if answer.columns[c] > 0.5}
    step = YearStep(
        year=1, floor=0.0, cap=0.0, outcome_share=outcome_share(programme, answer.columns),
        rewritten=len(rewritten),
        disruption=round(lever_cost(programme, answer.columns) * programme.unit, 4) + 0.0,
        status=answer.status,
    )  # fmt: skip
    return step, rewritten


def outcome_share(programme: Programme, columns: FloatArray) -> float | None:
    """Return the outcome share of the adjustable base (None where there is no base)."""
    if programme.adjustable <= 0:
        return None
    total = math.fsum(k * float(columns[c]) for c, k in outcome_terms(programme))
    return round(total / programme.adjustable, 6)
