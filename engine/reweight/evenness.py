"""S4: the evenest among the least disruptive answers (leximin by repeated linear programmes)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.errors import SolverError
from engine.reweight.programme import Programme
from engine.reweight.solver import Model, Solution

EPS = 1e-6
ROUNDS = 60
MANY, FEW_ROUNDS = 1500, 10
TOO_MANY = 6000  # lines above which changes are not evened out at all


def found_optimum(model: Model, cost: Mapping[int, float]) -> Solution:
    """Minimise on after an optimum was found; SolverError where the solver now sees no answer."""
    found = model.minimise(cost)
    if found.status != "optimal":
        raise SolverError("the solver lost an answer it had found. Loosen bounds that are almost equal.")
    return found


def leximin(
    model: Model, items: Sequence[tuple[int, float]], last: Solution, margin: float
) -> tuple[Solution, bool]:
    """Minimise the largest column/weight, then the next largest, …; hold each column at its level.

    A row with a non-zero price is tight in every optimal answer, so each round settles at least one line.

    Args:
        model: a model whose integers are fixed.
        items: (column, weight > 0).
        last: the answer so far.
        margin: how far a settled column may stray.
    Returns:
        The last answer and whether every level was settled (False: coarsened after 60 rounds,
        after 10 with thousands of lines, and at once with very many).
    """
    open_items = dict(items)
    if all(last.columns[c] <= EPS for c in open_items):
        for column in open_items:
            model.set_column(column, 0.0, max(float(last.columns[column]), 0.0) + margin)
        return last, True
    if len(items) >= TOO_MANY:
        return last, False
    top = model.add_column(0.0, np.inf)
    start = model.add_rows([[(c, 1.0), (top, -w)] for c, w in open_items.items()], 0.0)
    rows = {c: start + n for n, c in enumerate(open_items)}
    for _ in range(ROUNDS if len(items) < MANY else FEW_ROUNDS):
        if not open_items:
            break
        last = found_optimum(model, {top: 1.0})
        for column in _tight(open_items, rows, last):
            level = max(last.value, 0.0) * open_items.pop(column)
            model.set_column(column, 0.0, level + margin * max(1.0, level / 100))
            model.set_row(rows[column], -np.inf, np.inf)
    return last, not open_items


def _tight(open_items: dict[int, float], rows: dict[int, int], last: Solution) -> list[int]:
    """Return the columns settled by this round: all of them when the level is nought."""
    if last.value * max(open_items.values()) <= EPS:
        return list(open_items)
    tight = [c for c in open_items if abs(last.row_duals[rows[c]]) > 1e-7]
    return tight or [c for c, w in open_items.items() if last.columns[c] >= last.value * w - EPS]


def even_out(model: Model, programme: Programme, last: Solution, margin: float) -> tuple[Solution, bool]:
    """Run S4 and return the last answer, and whether it was settled line by line.

    Relative cuts, then relative raises (points-only mode: absolute raises, then absolute cuts), then
    lines of zero points and new lines in the order of their identity.
    """
    variables, points = programme.variables, programme.points
    relative = programme.problem.mode == "levers"
    scored = [i for i in variables.kept if points[i] > 0 or not relative]
    cuts = [(variables.down[i], points[i] if relative else 1.0) for i in scored]
    raises = [(variables.up[i], points[i] if relative else 1.0) for i in scored]
    settled = True
    for items in (cuts, raises) if relative else (raises, cuts):
        last, done = leximin(model, items, last, margin)
        settled = settled and done
    rest = [variables.up[i] for i in variables.kept if points[i] <= 0 and relative]
    for column in [*rest, *variables.new.values()]:
        if last.columns[column] > EPS:
            last = found_optimum(model, {column: 1.0})
        value = max(float(last.columns[column]), 0.0)
        model.set_column(column, 0.0, value + margin * max(1.0, value / 100))
    return last, settled
