"""Last year's scores: one row a unit, one column a line, headed by the line's code or name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.errors import SchemeError
from engine.intake.faults import fault
from engine.intake.grid import Grid
from engine.intake.limits import DEFAULT_LIMITS, Limits
from engine.intake.reader import read_grids
from engine.model import Indicator, UnitScores


def read_unit_scores(
    path: Path, lines: Sequence[Indicator], *, limits: Limits = DEFAULT_LIMITS
) -> UnitScores:
    """Return what each unit earned on each line.

    Args:
        path: a csv or workbook; the row that names the lines is found by their codes or names, the unit's
            name stands in the first filled column.
        lines: the scheme's lines, in the order wanted.
        limits: how much a file may hold.
    Raises:
        SchemeError: no such row, a line without a column, a cell that is no number.
    """
    for grid in read_grids(path, limits=limits):
        columns = _header(grid, lines)
        if columns is not None:
            row, found = columns
            return _scores(grid, row, found, lines)
    raise fault(
        path.name, "no row names the scheme's lines. Head one column a line with its code or its name.",
        "没有找到写明指标的一行。请用指标编号或名称作表头，每个单位一行。",
    )  # fmt: skip


def _header(grid: Grid, lines: Sequence[Indicator]) -> tuple[int, dict[str, int]] | None:
    """The first row that names at least half of the lines, and the column of each line named there."""
    for row in range(min(len(grid.rows), 20)):
        cells = {grid.text(row, column).strip(): column for column in range(len(grid.rows[row]))}
        found = {
            line.code: cells.get(line.code, cells.get(line.name, -1))
            for line in lines
            if line.code in cells or line.name in cells
        }
        if 2 * len(found) >= len(lines):
            return row, found
    return None


def _scores(grid: Grid, header: int, columns: dict[str, int], lines: Sequence[Indicator]) -> UnitScores:
    missing = [f"{line.code} {line.name}" for line in lines if line.code not in columns and _is_scored(line)]
    if missing:
        raise SchemeError(
            f"{grid.where(header)}: no column for {', '.join(missing[:5])}. Add one column for each scored line."
        )
    first = min(columns.values())
    units, rows = [], []
    for row in range(header + 1, len(grid.rows)):
        name = next((grid.text(row, c) for c in range(first) if grid.text(row, c)), "")
        values = [grid.text(row, columns[line.code]) if line.code in columns else "0" for line in lines]
        if name and any(values):
            units.append(name)
            rows.append(tuple(_number(grid, row, columns, line) for line in lines))
    if len(set(units)) < 2:
        raise SchemeError(
            f"{grid.where(header)}: fewer than two units have scores below this row. Give one row a unit."
        )
    return UnitScores(tuple(units), tuple(line.code for line in lines), tuple(rows))


def _is_scored(line: Indicator) -> bool:
    return line.kind == "base" and bool(line.points)


def _number(grid: Grid, row: int, columns: dict[str, int], line: Indicator) -> float:
    if line.code not in columns:
        return 0.0
    text = grid.text(row, columns[line.code])
    try:
        return float(text or 0)
    except ValueError:
        raise SchemeError(
            f'{grid.where(row, columns[line.code])}: score "{text}" is not a number. Write the points earned.'
        ) from None
