"""Lines that no row can tell apart: of such lines the standard of the one that ties favour is rewritten first.

Swapping two of them changes no stage's value, so asking for an order loses no answer that could be printed,
and spares the search every permutation. Schemes with equal points on many lines are full of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from itertools import pairwise

from engine.reweight.programme import Programme

Mark = tuple[Hashable, ...]
OWN = frozenset({"balance", "whole", "growth", "bound", "single"})  # rows about one line


def ordered(programme: Programme, ties: Mapping[int, float]) -> Iterator[tuple[int, int]]:
    """Yield (first, second): of two lines alike, the column of `second` may be 1 only where `first` is.

    Args:
        programme: rows and columns.
        ties: what each column of a standard weighs; the lighter goes first.
    """
    rows = _rows_of(programme)
    groups: dict[Mark, list[int]] = {}
    for i, column in programme.variables.chosen.items():
        if programme.lower[column] < programme.upper[column]:
            groups.setdefault(_mark(programme, i, rows), []).append(column)
    for columns in groups.values():
        yield from pairwise(sorted(columns, key=ties.__getitem__))


def _rows_of(programme: Programme) -> dict[int, list[tuple[Hashable, float]]]:
    """Return each column's rows: a line's own row by what it says, one of several lines by its place."""
    found: dict[int, list[tuple[Hashable, float]]] = {}
    for r, row in enumerate(programme.rows):
        says = (row.kind, row.sense, row.limit, row.row_class, row.scale)
        mark: Hashable = says if row.kind in OWN else r
        for column, k in zip(row.columns, row.coefficients, strict=True):
            found.setdefault(column, []).append((mark, k))
    return found


def _mark(programme: Programme, i: int, rows: Mapping[int, list[tuple[Hashable, float]]]) -> Mark:
    """Return all that the programme knows of a line but its name."""
    variables = programme.variables
    parts = (variables.kept, variables.rewritten, variables.chosen, variables.up, variables.down)
    columns = [part.get(i, -1) for part in parts]
    return programme.lines[i].class_, *(
        (
            programme.lower[c],
            programme.upper[c],
            programme.disruption.get(c, 0.0),
            tuple(sorted(rows.get(c, []), key=repr)),
        )
        for c in columns
        if c >= 0
    )
