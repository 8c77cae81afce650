"""An answer as printed: points by line and block, and the columns they stand for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np

from engine.reweight.programme import Programme, Row
from engine.reweight.run import Answer, FloatArray

DUST = 1e-5


@dataclass(slots=True)
class Printed:
    """The points as printed, in the scheme's points, by position in `Programme.lines` and by block.

    `coarse` says that whole steps could not keep the rows, so a finer step was printed.
    """

    kept: list[float]
    rewritten: list[float]
    chosen: list[bool]
    new: dict[str, float] = field(default_factory=dict)
    columns: FloatArray = field(default_factory=lambda: np.zeros(0))
    finer: bool = False

    def after(self, i: int) -> float:
        """Return a line's points after."""
        return self.kept[i] + self.rewritten[i]


def after_values(programme: Programme, columns: FloatArray) -> dict[int, float]:
    """Return each line's points after, in steps."""
    variables = programme.variables
    return {
        i: float(columns[c] + (columns[variables.rewritten[i]] if i in variables.rewritten else 0.0))
        for i, c in variables.kept.items()
    }


def complete(programme: Programme, columns: FloatArray) -> FloatArray:
    """Return the columns with cuts, raises, block shifts and slacks recomputed from kept, rewritten and new."""
    found, variables = columns.copy(), programme.variables
    after = after_values(programme, found)
    for i, value in after.items():
        change = value - programme.points[i]
        found[variables.up[i]], found[variables.down[i]] = max(change, 0.0), max(-change, 0.0)
    for row in programme.rows:
        if row.kind == "block" and row.subject in variables.gained:
            extra = sum(
                k * found[c]
                for c, k in zip(row.columns, row.coefficients, strict=True)
                if c not in (variables.gained[row.subject], variables.lost[row.subject])
            )
            moved = extra - row.limit
            found[variables.gained[row.subject]] = max(moved, 0.0)
            found[variables.lost[row.subject]] = max(-moved, 0.0)
        if row.slack is not None:
            found[row.slack] = 0.0
            found[row.slack] = max(excess(row, found), 0.0)
    return found


def excess(row: Row, columns: FloatArray) -> float:
    """Return by how much a row is broken, in steps (<= 0: it holds)."""
    value = sum(k * columns[c] for c, k in zip(row.columns, row.coefficients, strict=True))
    if row.sense == "=":
        return float(abs(value - row.limit))
    return float(value - row.limit if row.sense == "<=" else row.limit - value)


def shortfall(programme: Programme, columns: FloatArray, name: str) -> float:
    """Return S0's value of a class of rows: Σ shortfall / max(limit, one step)."""
    return float(
        sum(
            columns[row.slack] / row.scale
            for row in programme.rows
            if row.slack is not None and row.scale > 0 and row.row_class == name
        )
    )


def kept_value(answer: Answer, name: str) -> float:
    return next((v for k, v in answer.shortfall.items() if k == name), 0.0)


def rank(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def printed_of(programme: Programme, columns: FloatArray) -> Printed:
    variables, unit = programme.variables, programme.unit
    kept = [line.e for line in programme.lines]
    rewritten = [0.0] * len(kept)
    chosen = [False] * len(kept)
    for i, c in variables.kept.items():
        e, line = programme.points[i], programme.lines[i]
        chosen[i] = i in variables.chosen and bool(columns[variables.chosen[i]] > 0.5)
        total = float(columns[c] + (columns[variables.rewritten[i]] if i in variables.rewritten else 0.0))
        points = line.e if abs(total - e) <= DUST else _points(total, unit)
        kept[i], rewritten[i] = (0.0, points) if chosen[i] else (points, 0.0)
    new = {b: _points(float(columns[c]), unit) for b, c in variables.new.items() if columns[c] > DUST}
    return Printed(kept, rewritten, chosen, new, complete(programme, columns))


def _points(steps: float, unit: float) -> float:
    return round(steps * unit, 8) + 0.0
