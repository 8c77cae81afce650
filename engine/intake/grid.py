"""A sheet as text in rows and columns, each cell with its address and its merged range."""

from __future__ import annotations

import csv
import datetime as dt
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.intake.faults import fault, place
from engine.intake.limits import Limits, check_size
from engine.model import Location, Note

Span = tuple[int, int, int, int]  # top, left, bottom, right; 0-based, inclusive
_DELIMITERS = ",\t;，"


def column_letters(index: int) -> str:
    """Return the letters of a 0-based column.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True)
class Grid:
    """One sheet; `rows[r][c]` is clean text, "" for an empty cell; row numbers shown are 1-based."""

    file: str
    sheet: str | None
    rows: tuple[tuple[str, ...], ...]
    merged: tuple[Span, ...] = ()
    cleaned: tuple[Note, ...] = ()
    _spans: dict[tuple[int, int], Span] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for span in self.merged:
            top, left, bottom, right = span
            for row in range(top, min(bottom, len(self.rows)) + 1):
                for column in range(left, right + 1):
                    self._spans[row, column] = span

    def text(self, row: int, column: int) -> str:
        """Return the text written in this very cell ("" inside a merged range, its first cell aside)."""
        cells = self.rows[row] if 0 <= row < len(self.rows) else ()
        return cells[column] if column < len(cells) else ""

    def span(self, row: int, column: int) -> Span:
        """Return the merged range around a cell, the cell itself where it is not merged."""
        return self._spans.get((row, column), (row, column, row, column))

    def filled(self, row: int, column: int) -> str:
        """Return the text that stands over a cell: its own, or that of its merged range."""
        top, left, _, _ = self.span(row, column)
        return self.text(top, left)

    def address(self, row: int, column: int) -> str:
        """Return the address, like D7, of the cell whose text stands over this one."""
        top, left, _, _ = self.span(row, column)
        return f"{column_letters(left)}{top + 1}"

    def location(self, row: int, column: int | None = None) -> Location:
        """Return where a row, or a cell of it, stands."""
        cell = None if column is None else self.address(row, column)
        return Location(file=self.file, sheet=self.sheet, row=row + 1, cell=cell)

    def where(self, row: int, column: int | None = None) -> str:
        """Return the place as messages say it; the cell only in workbooks, where people see its address."""
        cell = self.address(row, column) if self.sheet and column is not None else None
        return place(self.file, sheet=self.sheet, row=row + 1, cell=cell)


def make_grid(
    file: str, sheet: str | None, rows: Iterable[Sequence[object]], merged: Iterable[Span], limits: Limits
) -> Grid:
    """Return a grid of clean text; cells that held unreadable characters are named in `cleaned`."""
    texts: list[tuple[str, ...]] = []
    notes: list[Note] = []
    for index, row in enumerate(rows):
        check_size(file, index + 1, len(row), limits)
        cells = []
        for column, value in enumerate(row):
            raw = cell_text(value)
            text = clean(raw)
            if text != _plain(raw):
                cell = f"{column_letters(column)}{index + 1}"
                where = Location(file=file, sheet=sheet, row=index + 1, cell=cell)
                notes.append(Note(text=f"{cell} 有无法显示的字符，已去掉，请核对。", location=where))
            cells.append(text[: limits.cell_characters])
        texts.append(tuple(cells))
    while texts and not any(texts[-1]):
        texts.pop()
    return Grid(file, sheet, tuple(texts), tuple(merged), tuple(notes))


def csv_grid(text: str, file: str, limits: Limits) -> Grid:
    """Return the grid of a CSV file; the delimiter is the one that splits its lines most evenly."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    previous = csv.field_size_limit(limits.file_bytes)
    try:
        return make_grid(file, None, reader, (), limits)
    except csv.Error as error:
        raise fault(
            place(file, row=reader.line_num),
            f"the row cannot be split into cells ({error}). Check the quotation marks.",
            f"这一行无法分成单元格（{error}）。请检查引号。",
        ) from None
    finally:
        csv.field_size_limit(previous)


def clean(text: str) -> str:
    """Return text without control characters, lone surrogates and invisible marks; line ends become \\n.

    >>> clean(" 党建\\r\\n工作\\x00 ")
    '党建\\n工作'
    """
    return "".join(
        c for c in _plain(text) if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn")
    )


def cell_text(value: object) -> str:
    """Return a cell's value as people see it: 10.0 is "10", 0.15 is "0.15"."""
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(round(value, 10))
    if isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        return value.isoformat() if not isinstance(value, dt.timedelta) else str(value)
    return str(value)


def _plain(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").replace("\xa0", " ")
    for mark in ("\ufeff", "\u200b", "\u200c", "\u200d", "\u2060"):
        text = text.replace(mark, "")
    return text.strip(" \n\u3000")


def _delimiter(text: str) -> str:
    lines = [line for line in text.splitlines()[:200] if line.strip()]
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) == 5:
        return lines[0][4]
    return max(
        _DELIMITERS[:3], key=lambda mark: (sum(mark in line for line in lines), -_DELIMITERS.index(mark))
    )
