"""The cells of a table file as they stood, so that a report can be written in the same layout."""

from __future__ import annotations

import re
from pathlib import Path

from engine.intake.grid import Grid
from engine.intake.limits import DEFAULT_LIMITS, Limits
from engine.intake.reader import read_grids
from engine.model import Layout, Value

# A number as a spreadsheet writes it; codes such as 001 stay text.
_NUMBER = re.compile(r"(0|[1-9]\d{0,8})(\.\d{1,9})?")


def read_layouts(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> tuple[Layout, ...]:
    """Return the sheets of a table file in their order; empty for yaml, json and jsonl.

    Raises:
        SchemeError: as `read_scheme`.
    """
    return tuple(_layout(grid) for grid in read_grids(path, limits=limits))


def _layout(grid: Grid) -> Layout:
    cells = tuple(tuple(_value(text) for text in row) for row in grid.rows)
    merges = tuple((span[0], span[1], span[2], span[3]) for span in grid.merged)
    return Layout(grid.sheet, cells, merges)


def _value(text: str) -> Value:
    return float(text) if _NUMBER.fullmatch(text) else text
