"""The nearest points in whole steps by a small integer programme, where simple rounding breaks a row."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from engine.reweight.printed import DUST, after_values, complete, kept_value, rank
from engine.reweight.programme import Programme
from engine.reweight.run import SOFT, Answer, FloatArray
from engine.reweight.solver import Model


def nearest_in_steps(
    programme: Programme, answer: Answer, columns: FloatArray, fraction: float,
    make: Callable[[Programme], Model],
) -> FloatArray | None:  # fmt: skip
    """Return the nearest whole-step answer by a small integer programme, or None where there is none.

    First only the lines that S4 changed may move, then all.
    """
    for only_changed in (True, False):
        fresh = _copied(programme)
        cost = _distance(fresh, columns, fraction, only_changed)
        model = make(fresh)
        lost = False
        for name in SOFT:
            terms = {r.slack: 1.0 / r.scale for r in fresh.rows if r.slack is not None and r.scale > 0
                     and r.row_class == name}  # fmt: skip
            if not terms:
                continue
            least = model.minimise(terms)
            # A class that S0 meets stays met, if need be in a finer step; one that gave way may by a step more.
            kept = kept_value(answer, name)
            room = 1.0 / fraction if kept > 1e-9 else 1e-7
            if least.status == "infeasible" or least.value > kept + room:
                lost = True
                break
            model.add_row(list(terms.items()), -np.inf, max(least.value, kept) + 1e-8)
        found = None if lost else model.minimise(cost)
        if found is not None and found.status == "optimal":
            values = np.round(found.columns[: len(columns)], 6) + 0.0
            return complete(programme, values)
    return None


def _copied(programme: Programme) -> Programme:
    """Return a programme that can be added to without changing the one given."""
    return replace(
        programme, lower=list(programme.lower), upper=list(programme.upper), integer=list(programme.integer),
        rows=list(programme.rows), disruption=dict(programme.disruption),
    )  # fmt: skip


def _distance(
    programme: Programme, columns: FloatArray, fraction: float, only_changed: bool
) -> dict[int, float]:
    """Ask for whole steps and return the cost of distance from S4's answer (ties by identity)."""
    cost: dict[int, float] = {}
    variables, after = programme.variables, after_values(programme, columns)
    for c in [*variables.chosen.values(), *variables.opened.values()]:
        programme.lower[c] = programme.upper[c] = float(round(columns[c]))
    for i, value in after.items():
        line, e = programme.lines[i], programme.points[i]
        if only_changed and abs(value - e) <= DUST:
            programme.row("as_written", line.code, programme.after(i), "=", e)
            continue
        _near(programme, programme.after(i), value, line.identity, cost)
        if line.kind in ("base", "bonus"):
            _whole(programme, programme.after(i), fraction)
    for block, c in variables.new.items():
        _near(programme, [(c, 1.0)], float(columns[c]), block, cost)
        _whole(programme, [(c, 1.0)], fraction)
    return cost


def _near(
    programme: Programme, terms: list[tuple[int, float]], value: float, name: str, cost: dict[int, float]
) -> None:
    over, under = programme.column(0.0, math.inf), programme.column(0.0, math.inf)
    programme.row("near", name, [*terms, (over, -1.0), (under, 1.0)], "=", value)
    cost[over] = 1.0 + int(rank(name)[:4], 16) * 1e-8
    cost[under] = 1.0


def _whole(programme: Programme, terms: list[tuple[int, float]], fraction: float) -> None:
    count = programme.column(0.0, 1e7, integer=True)
    programme.row("whole_step", "", [*terms, (count, -1.0 / fraction)], "=", 0.0)
