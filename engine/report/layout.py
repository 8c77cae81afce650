"""A proposal written into the layout of the input: which cells change, and where new lines go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from engine import model
from engine.report.words import say

_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_FIELDS = ("block", "name", "criterion", "points")

Place = tuple[int, int]  # row and column, zero-based


class Edit(NamedTuple):
    """What a cell holds in the proposal; `old` is the text it had, None in a new line."""

    value: model.Value
    old: str | None


def edited(
    report: model.Report, layout: model.Layout, lang: model.Lang, *, with_new: bool
) -> tuple[model.Layout, dict[Place, Edit]]:
    """Return the layout with room for new lines, and the cells that change.

    Args:
        report: an audit and its proposal.
        layout: one sheet of the input.
        lang: the language of our own words.
        with_new: whether this sheet takes the new lines.
    """
    if report.proposal is None:
        return layout, {}
    lines = {line.code: line for line in report.audit.scheme.indicators}
    edits: dict[Place, Edit] = {}
    for new in report.proposal.lines:
        old = lines.get(new.code)
        if old is not None and old.location.sheet == layout.sheet and new.is_changed:
            edits |= _changed(layout, old, new, lang)
    if with_new:
        for new in (line for line in report.proposal.lines if line.action == "new"):
            layout, edits = _with_line(report.audit.scheme, layout, edits, new)
    return layout, edits


def in_unit(shown: model.Value, before: float, value: float) -> model.Value:
    """Return points as the cell wrote them: a share, a percentage, or with its unit.

    >>> in_unit(0.2, 20.0, 15.0), in_unit("20%", 20.0, 15.0), in_unit("5分", 5.0, 4.5), in_unit(8.0, 8.0, 7.0)
    (0.15, '15%', '4.5分', 7.0)
    """
    if isinstance(shown, str):
        match = re.fullmatch(r"\D*?(\d+(?:\.\d+)?)(\s*[%％分])", shown.strip())
        return f"{value:g}{match[2].strip()}" if match else value
    if isinstance(shown, (int, float)) and before > 0 and shown > 0 and abs(shown - before) > 1e-9:
        return round(value * float(shown) / before, 9)
    return value


def _changed(
    layout: model.Layout, old: model.Indicator, new: model.ProposedLine, lang: model.Lang
) -> dict[Place, Edit]:
    found: dict[Place, Edit] = {}
    value = new.after if new.rate_after is None else new.rate_after
    before = new.before if new.rate_before is None else new.rate_before
    points = position(old.cells.get("points", ""))
    if points and abs(value - before) > 1e-9:
        shown = layout.at(*points)
        found[points] = Edit(in_unit(shown, before, value), f"{shown}")
    if new.standard:
        proof = say(model.Text(zh="按新评分标准", en="by the new standard"), lang)
        texts = {"name": new.standard.name, "criterion": new.standard.text, "proof": proof}
        for field, text in texts.items():
            place = position(old.cells.get(field, ""))
            if place and text != getattr(old, field):
                found[place] = Edit(text, getattr(old, field) or "")
    return found


def _with_line(
    scheme: model.Scheme, layout: model.Layout, edits: Mapping[Place, Edit], new: model.ProposedLine
) -> tuple[model.Layout, dict[Place, Edit]]:
    """Open a row under the last line of the block, in the columns that the block's lines use."""
    mates = [line for line in scheme.indicators if line.location.sheet == layout.sheet and line.location.row]
    same = [line for line in mates if line.kind == "base" and (line.block or None) == (new.block or None)]
    if not mates:
        return layout, dict(edits)
    last = max(same or mates, key=lambda line: line.location.row or 0)
    after = last.location.row or 1  # one-based row of the last line is the zero-based row of the new one
    moved = {((row + 1 if row >= after else row), column): edit for (row, column), edit in edits.items()}
    columns = {field: place[1] for field in _FIELDS if (place := position(last.cells.get(field, "")))}
    points = position(last.cells.get("points", ""))
    shown = layout.at(*points) if points else None
    values: dict[str, model.Value] = {
        "block": new.block, "name": new.name, "criterion": new.standard.text if new.standard else None,
        "points": in_unit(shown, last.points or 0.0, new.after),
    }  # fmt: skip
    moved |= {(after, column): Edit(values[field], None) for field, column in columns.items()}
    width = max((len(row) for row in layout.cells), default=0)
    cells = (*layout.cells[:after], (None,) * width, *layout.cells[after:])
    merges = tuple(_opened(span, after) for span in layout.merges)
    covered = {(r, c) for r1, c1, r2, c2 in merges for r in range(r1, r2 + 1) for c in range(c1, c2 + 1)}
    kept = {place: edit for place, edit in moved.items() if edit.old is not None or place not in covered}
    return model.Layout(layout.sheet, cells, merges), kept


def _opened(span: tuple[int, int, int, int], row: int) -> tuple[int, int, int, int]:
    """A merged range with a row opened at `row`; one that ends just above it and is high takes the row in."""
    top, left, bottom, right = span
    if top >= row:
        return top + 1, left, bottom + 1, right
    if bottom >= row or (bottom == row - 1 and bottom > top):
        return top, left, bottom + 1, right
    return span


def position(cell: str) -> Place | None:
    """Return the zero-based row and column of an address such as D7; None for no address.

    >>> position("D7"), position("")
    ((6, 3), None)
    """
    match = _CELL.fullmatch(cell)
    if not match:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1
