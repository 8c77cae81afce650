"""What to give up so that every limit holds: sets of options, each enough and none larger than it must be.

National rows (red lines, frozen lines, growth, what blocks hold) are never given up. A person's own wishes
are: levers that are off, bounds, locks; and the profile's limits, each by no more than it must.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from engine.model import Option, Proposal, Relaxation, Remedy, RowClass
from engine.reweight.building import build
from engine.reweight.conflict import minimal
from engine.reweight.options import apply, bound_option, levers_option, lock_option, unlocked
from engine.reweight.problem import LEVERS, Line, Problem
from engine.reweight.programme import Programme
from engine.reweight.solver import Highs

Solve = Callable[[Problem], Proposal]
SOFTEST: tuple[RowClass, ...] = ("preference", "local", "provincial", "national")


def remedies(problem: Problem, found: Proposal, again: Solve) -> tuple[Remedy, ...]:
    """Return sets of options under which the proposal is optimal: the softest class and the fewest first.

    Args:
        problem: the problem as it was asked.
        found: its proposal, relaxed or infeasible, with the options of its relaxations.
        again: solves a problem, without prices.
    """
    ways = [limits] if (limits := _by_limits(problem, found.relaxations, again)) else []
    hard = found.status == "infeasible"
    for order in _orders(problem):
        options = _wishes(problem, order, hard=hard)
        if options is None or any(set(options) == set(way.options) for way in ways):
            continue
        way = _completed(problem, options, again, hard=hard)
        if way is not None and not any(set(way.options) == set(other.options) for other in ways):
            ways.append(way)
    return tuple(sorted(ways, key=lambda way: (SOFTEST.index(way.row_class), len(way.options))))


def _by_limits(problem: Problem, relaxed: Sequence[Relaxation], again: Solve) -> Remedy | None:
    """Return the limits that gave way as options, one a setting, without any that rounding made needless."""
    if not relaxed or not all(relaxation.options for relaxation in relaxed):
        return None
    options = _merged([option for relaxation in relaxed for option in relaxation.options])
    if len(options) > 1:
        by_name = {option.value: option for option in options}

        def enough(names: Sequence[str]) -> bool:
            return again(apply(problem, [by_name[name] for name in names])).status == "optimal"

        kept = minimal(list(by_name), enough, steady=False)
        options = [by_name[name] for name in kept]
    given_up = {option.value.partition("=")[0] for option in options}
    classes = [r.row_class for r in relaxed for o in r.options if o.value.partition("=")[0] in given_up]
    hardest = max(classes, key=SOFTEST.index)
    return Remedy(options=tuple(options), row_class=hardest)


def _merged(options: Sequence[Option]) -> list[Option]:
    """Keep one value of each setting: the one that gives way furthest, which was found last among equals."""
    best: dict[str, Option] = {}
    for option in options:
        name, _, value = option.value.partition("=")
        if option.flag != "--set":
            best[option.value] = option
        elif name not in best or _gives_more(name, float(value), float(best[name].value.partition("=")[2])):
            best[name] = option
    return list(best.values())


def _gives_more(name: str, value: float, other: float) -> bool:
    return value < other if name in FLOORS else value > other


BOUNDS = "bounds"  # all of them: which ones, and how far, is then a question of the least
FLOORS = frozenset({"floor", "named_minimum", "perception_low", "role_share", "required_low"})


def is_met(problem: Problem, *, hard: bool = False) -> bool:
    """Return whether some answer keeps every hard row, and unless `hard` every soft one without shortfall."""
    programme = build(problem)
    model = Highs(programme)
    for row in programme.rows:
        if row.slack is not None and row.scale > 0 and not hard:
            model.set_column(row.slack, 0.0, 0.0)
    if model.bound({}).status == "infeasible":
        return False
    return not any(programme.integer) or model.minimise({}).status == "optimal"


def _orders(problem: Problem) -> list[list[str]]:
    """Return the wishes in the orders in which they are kept: what stands first is kept first."""
    prices = {name: getattr(problem.prices, name) for name in LEVERS}
    levers = [
        f"lever:{name}"
        for name in sorted(LEVERS, key=lambda name: (-prices[name], name))
        if name not in problem.levers
    ]
    bounds = [BOUNDS] if _bounded(problem) else []
    locks = [
        f"lock:{x.code}" for x in problem.lines if x.frozen == "locked" and x.beneath in (None, "required")
    ]
    kinds = [kind for kind in (levers, bounds, locks) if kind]
    return [[name for other in kinds if other is not kind for name in other] + kind for kind in kinds]


def _wishes(problem: Problem, order: Sequence[str], *, hard: bool) -> list[Option] | None:
    """Return the options of the fewest wishes to give back, or None where giving all back is not enough."""

    def enough(names: Sequence[str]) -> bool:
        stated = _without(problem, names)
        return stated is not None and is_met(stated, hard=hard)

    if not enough(order):
        return None
    names = minimal(order, enough, steady=False)
    levers = [name.removeprefix("lever:") for name in names if name.startswith("lever:")]
    options = [levers_option(problem, levers)] if levers else []
    by_code = {line.code: line for line in problem.lines}
    options += [
        lock_option(by_code[name.removeprefix("lock:")]) for name in names if name.startswith("lock:")
    ]
    return options + (_loosened(problem, options, hard=hard) if BOUNDS in names else [])


def _without(problem: Problem, names: Sequence[str]) -> Problem | None:
    """Return the problem with wishes given back; None where the levers would then be those of another mode."""
    levers = tuple(name for name in LEVERS if name in problem.levers or f"lever:{name}" in names)
    stated = replace(problem, levers=levers)
    if stated.mode == "points_only" and problem.mode != "points_only":
        return None
    if BOUNDS in names:
        stated = replace(stated, lines=tuple(replace(x, low=None, high=None) for x in stated.lines))
    for name in names:
        if name.startswith("lock:"):
            stated = unlocked(stated, name.removeprefix("lock:"))
    return stated


def _bounded(problem: Problem) -> list[Line]:
    return [line for line in problem.lines if line.low is not None or line.high is not None]


def _loosened(problem: Problem, options: Sequence[Option], *, hard: bool) -> list[Option]:
    """Return the bounds to move, by as little as the rows ask, together measured in shares of each bound."""
    programme = build(apply(problem, options))
    codes = {line.code for line in _bounded(problem)}
    model = Highs(programme)
    slacks = {}
    for r, row in enumerate(programme.rows):
        if row.slack is not None and row.scale > 0 and not hard:
            model.set_column(row.slack, 0.0, 0.0)
        if row.kind == "bound" and row.subject in codes:
            slacks[r] = model.add_column(0.0, np.inf)
            model.set_coefficient(r, slacks[r], 1.0 if row.sense == ">=" else -1.0)
    found = model.minimise({c: 1.0 / max(programme.rows[r].limit, 1.0) for r, c in slacks.items()})
    given = {r: float(found.columns[c]) for r, c in slacks.items() if found.columns[c] > 1e-6}
    moved = {programme.rows[r].subject for r in given}
    return [_moved(programme, line, given) for line in _bounded(problem) if line.code in moved]


def _moved(programme: Programme, line: Line, given: dict[int, float]) -> Option:
    low, high, whole = line.low, line.high, programme.problem.step is not None
    for r, slack in given.items():
        row = programme.rows[r]
        if row.subject != line.code:
            continue
        if row.sense == ">=":
            steps = row.limit - slack
            low = programme.unit * (math.floor(steps + 1e-6) if whole else steps)
            low = low if low > 0 else None
        else:
            steps = row.limit + slack
            high = programme.unit * (math.ceil(steps - 1e-6) if whole else steps)
    return bound_option(line, low=low, high=high)


def _completed(problem: Problem, options: list[Option], again: Solve, *, hard: bool) -> Remedy | None:
    """Return the remedy that these options lead to, checked by solving; limits join where some still give way."""
    stated = apply(problem, options)
    solved = again(stated)
    if solved.status == "optimal":
        return Remedy(options=tuple(options), row_class="preference")
    if solved.status == "infeasible" or not hard:
        return None
    rest = _by_limits(stated, solved.relaxations, again)
    if rest is None:
        return None
    return Remedy(options=(*options, *rest.options), row_class=rest.row_class)
