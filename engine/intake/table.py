"""A sheet as drafts of lines: which rows are lines, headings, totals, sections or notes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.intake.amounts import Amount, named_total, parse_amount
from engine.intake.columns import Header, find_header, is_header, kind_ahead, kind_of_cell, kinds_of
from engine.intake.faults import fault, shown
from engine.intake.grid import Grid
from engine.model import Block, Kind, Location, Note
from engine.text import fold

_TOTAL = re.compile(
    r"(?:合\s*计|总\s*计|总\s*分|共\s*计|小\s*计|total|sub-?total|grand total)[：:\s]*(?:[(（].*[)）])?", re.I
)
_SUBTOTAL = re.compile(r"小\s*计|sub-?total", re.I)
_NOTE = re.compile(
    r"备注|(?:资料)?来源[:：]|注[:：\d一二]|说明|附[:：注则]|本办法|本细则|本表|以上|填表|★|\*|notes?\b|remarks?\b",
    re.I,
)
_NUMBERED = re.compile(r"[(（]?[一二三四五六七八九十]{1,3}[)）、.．]")


@dataclass(frozen=True)
class Draft:
    """One row of a table read as a line, before its kind is settled."""

    row: int
    name: str
    location: Location
    code: str = ""
    block: str | None = None
    criterion: str = ""
    proof: str = ""
    owner: str = ""
    amount: Amount = field(default_factory=Amount)
    kinds: tuple[Kind, ...] = ()
    section_cap: float | None = None
    section: int = 0
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """What one sheet holds; `totals` are the stated scheme totals with their places."""

    grid: Grid
    title: str | None
    drafts: tuple[Draft, ...]
    blocks: tuple[Block, ...]
    notes: tuple[Note, ...]
    questions: tuple[Note, ...]
    total: float | None = None
    total_location: Location = field(default_factory=Location)
    shares: bool = False
    has_points: bool = False


def read_table(grid: Grid) -> Table | None:
    """Return what the sheet holds, None where no header is found.

    Raises:
        SchemeError: a cell of the points column that is no number.
    """
    header = find_header(grid)
    return _Reader(grid, header).read() if header else None


class _Reader:
    """Walks the rows of one sheet; keeps the block, section and header that hold at the row."""

    def __init__(self, grid: Grid, header: Header) -> None:
        self.grid, self.header = grid, header
        self.block: str | None = None
        self.group = ""
        self.kinds: tuple[Kind, ...] = kinds_of(grid.sheet or "")
        self.kind: Kind | None = None  # what a cell before the name says of this row and those below it
        self.cap: float | None = None
        self.section = 0
        self.ended = False
        self.drafts: list[Draft] = []
        self.blocks: dict[str, Block] = {}
        self.notes: list[Note] = []
        self.questions: list[Note] = list(grid.cleaned)
        self.total: float | None = None
        self.total_location = Location()
        self.has_points = False
        self.shares = False

    def read(self) -> Table:
        title = self._read_top()
        self._note_header()
        row = self.header.body
        while row < len(self.grid.rows):
            row = self._read_row(row)
        return Table(
            self.grid, title, tuple(self.drafts), tuple(self.blocks.values()), tuple(self.notes),
            tuple(self.questions), self.total, self.total_location, self.shares, self.has_points,
        )  # fmt: skip

    def _read_top(self) -> str | None:
        """The first text above the header is the title; the other texts above it are notes."""
        title = None
        for row in range(self.header.top):
            texts = self._texts(row)
            if texts and title is None and not re.match(r"附件|附表|附\s*\d|sep=", texts[0]):
                title, texts = texts[0], texts[1:]
            if texts:
                self._note(row, " ".join(texts))
        return title

    def _note_header(self) -> None:
        self.has_points |= self.header.column("points") is not None
        if (column := self.header.column("points")) is not None:
            label = self.header.labels.get(column, "").lower()
            self.shares |= bool(re.search(r"权重|比重|占比|weight|%|％", label))
        column = self.header.column("name")
        if column is not None and (found := kinds_of(self.header.labels.get(column, ""))):
            self.kinds = found

    def _read_row(self, row: int) -> int:
        """Read one row and return the next."""
        texts = self._texts(row)
        if not texts:
            return row + 1
        if is_header(self.grid, row) and row > self.header.top:
            found = find_header(self.grid, row, 1)
            if found:
                self.header, self.ended = found, False
                self._new_section()
                self._note_header()
                return found.body
        if self._is_total(row):
            self._read_total(row)
        elif len(texts) == 1 and self._is_alone(row, texts[0]):
            self._read_single(row, texts[0])
        elif self.ended:
            self._note(row, " ".join(texts))
        else:
            self._read_line(row)
        return row + 1

    def _texts(self, row: int) -> list[str]:
        return [text for text in self.grid.rows[row] if text]

    def _note(self, row: int, text: str) -> None:
        self.notes.append(Note(text=text, location=self.grid.location(row)))

    def _ask(self, row: int, text: str, column: int | None = None) -> None:
        self.questions.append(Note(text=text, location=self.grid.location(row, column)))

    def _new_section(self) -> None:
        self.block, self.group, self.section, self.kind = None, "", self.section + 1, None

    def _is_total(self, row: int) -> bool:
        names = {c for c, m in self.header.columns.items() if m in ("block", "group", "name", "code")}
        return any(_TOTAL.fullmatch(fold(self.grid.text(row, c))) for c in (names or {0}))

    def _read_total(self, row: int) -> None:
        column = self.header.column("points")
        amount = self._amount(row, column) if column is not None else Amount()
        if amount.value is None:
            return
        cell = self.grid.location(row, column)
        if any(_SUBTOTAL.match(fold(text)) for text in self._texts(row)):
            if self.block:
                self._state_block(row, self.block, abs(amount.value), cell)
        elif not self.kinds:
            self.total, self.total_location = amount.value, cell

    def _is_alone(self, row: int, text: str) -> bool:
        """A row with one text is a heading or a note, unless the text stands where a line's name stands."""
        column = next(c for c in range(len(self.grid.rows[row])) if self.grid.text(row, c))
        _, left, _, right = self.grid.span(row, column)
        if right > left or self.header.columns.get(column) not in ("name", "criterion"):
            return True
        if self.header.columns[column] == "criterion":
            return bool(_NOTE.match(fold(text)))
        if kind_ahead(text):
            return False
        first = column == min(self.header.columns)
        return first and bool(
            _NUMBERED.match(text)
            or kinds_of(text)
            or _NOTE.match(fold(text))
            or named_total(text)[1]
            or len(text) > 40
        )

    def _read_single(self, row: int, text: str) -> None:
        kinds = kinds_of(text) if len(text) <= 60 else ()
        is_note = bool(_NOTE.match(fold(text))) or (self.ended and not kinds)
        if is_note or len(text) > 60:
            self.ended = self.ended or bool(_NOTE.match(fold(text)))
            self._note(row, text)
            return
        self._new_section()
        self.kinds, self.ended, self.cap = kinds, False, None
        name, points = named_total(text)
        self.block = name
        if kinds:
            self.cap = points  # "加分项（最高5分）" limits its lines; it holds no points of the base
            if text != name:
                self._note(row, text)
        self._state_block(row, name, None if kinds else points, self.grid.location(row))

    def _state_block(self, row: int, name: str, points: float | None, location: Location) -> None:
        known = self.blocks.get(name)
        if known is None:
            self.blocks[name] = Block(name=name, points=points, location=location)
        elif known.points is None and points is not None:
            self.blocks[name] = replace_points(known, points, location)
        elif points is not None and known.points != points:
            self._ask(
                row, f"板块“{name}”写了 {known.points:g} 分，又写了 {points:g} 分，按前者读入，请确认。"
            )

    def _amount(self, row: int, column: int) -> Amount:
        text = self.grid.filled(row, column)
        amount = parse_amount(text)
        if amount is None:
            raise fault(
                self.grid.where(row, column),
                f'weight "{shown(text)}" is not a number. Write digits only.',
                f"分值“{shown(text)}”不是数字。请只写数字。",
            )
        if amount.doubt:
            self._ask(row, amount.doubt, column)
        return amount

    def _read_line(self, row: int) -> None:
        self._read_block(row)
        texts, cells = self._fields(row)
        column, block = self.header.column("points"), self.header.column("block")
        if block is not None and self.grid.filled(row, block):
            cells["block"] = self.grid.address(row, block)
        if self._continues(row, texts, column):
            self._join(texts)
            return
        amount = self._amount(row, column) if column is not None else Amount()
        if column is not None and self.grid.text(row, column):
            cells["points"] = self.grid.address(row, column)
        if texts["note"]:
            self._note(row, texts["note"])
        self.drafts.append(self._draft(row, texts, cells, amount))

    def _draft(self, row: int, texts: dict[str, str], cells: dict[str, str], amount: Amount) -> Draft:
        name, criterion = texts["name"], texts["criterion"]
        kind = self._row_kind(row) or kind_ahead(name)
        if not name and criterion:
            name = self.drafts[-1].name if self._follows_merged_name(row) else criterion
            cells["name"] = cells["criterion"]
        elif not name:
            name = texts["group"] or self.block or "（未写指标名称）"
            self._ask(row, f"第{row + 1}行没有指标名称，暂记为“{shown(name)}”，请补充。")
        if texts["group"] and texts["name"] and texts["group"] != name and not kind_of_cell(texts["group"]):
            name = f"{texts['group']}：{name}"
        block_kinds = kinds_of(self.block or "") if self.block and not self.kinds else ()
        place = self.grid.location(row)
        if self.grid.sheet:  # addresses mean something to the reader in a workbook only
            place = place.model_copy(update={"cell": cells.get("name") or cells.get("criterion")})
        return Draft(
            row=row, name=name, location=place, code="" if kind_of_cell(texts["code"]) else texts["code"], block=self.block,
            criterion=criterion, proof=texts["proof"], owner=texts["owner"], amount=amount,
            kinds=(kind,) if kind else self.kinds or block_kinds, section_cap=self.cap, section=self.section, cells=cells,
        )  # fmt: skip

    def _row_kind(self, row: int) -> Kind | None:
        """The kind that a cell left of the name states (加分 | 减分 | 否决); it outranks the section's title.

        A cell left blank goes on with the one above; any other text there ends it.
        """
        column = self.header.column("name")
        left = [(c, text) for c in range(column or 0) if (text := self.grid.filled(row, c))]
        stated = next((kind for _, text in left if (kind := kind_of_cell(text))), None)
        if stated or any(self.header.columns.get(c) != "code" for c, _ in left):
            self.kind = stated
        return self.kind

    def _follows_merged_name(self, row: int) -> bool:
        """In a text file a merged name is written once; the rows under it leave it blank."""
        return bool(self.drafts) and self.drafts[-1].block == self.block and self.drafts[-1].row == row - 1

    def _read_block(self, row: int) -> None:
        column = self.header.column("block")
        text = self.grid.filled(row, column) if column is not None else ""
        if column is None or not text:
            return
        name, points = named_total(text)
        stated = self.header.column("block_points")
        location = self.grid.location(row, column)
        if stated is not None and self.grid.text(row, stated):
            points, location = self._amount(row, stated).value, self.grid.location(row, stated)
        if name != self.block:
            self.block, self.group, self.section = name, "", self.section + 1
            self.cap = points if kinds_of(name) else None
        if self.grid.text(row, column) or stated is not None:
            self._state_block(row, name, None if kinds_of(name) else points, location)

    def _fields(self, row: int) -> tuple[dict[str, str], dict[str, str]]:
        """Return the texts of a row by meaning, and the cell each stands in."""
        texts: dict[str, str] = {}
        cells: dict[str, str] = {}
        for meaning in ("code", "group", "name", "criterion", "proof", "owner", "note"):
            parts = [c for c in self.header.all_of(meaning) if self._own(row, c, meaning)]
            texts[meaning] = "\n".join(dict.fromkeys(self._own(row, c, meaning) for c in parts))
            if parts:
                cells[meaning] = self.grid.address(row, parts[0])
        if self.header.column("group") is not None:
            self.group = texts["group"] = texts["group"] or self.group
        return texts, cells

    def _own(self, row: int, column: int, meaning: str) -> str:
        if meaning == "code" and self.grid.span(row, column)[0] != self.grid.span(row, column)[2]:
            return ""  # a number merged over several lines numbers their block
        if meaning in ("note", "criterion", "proof") and self.grid.span(row, column)[0] < row:
            top = self.grid.span(row, column)[0]
            return "" if meaning == "note" else self.grid.text(top, self.grid.span(row, column)[1])
        return self.grid.filled(row, column)

    def _continues(self, row: int, texts: dict[str, str], column: int | None) -> bool:
        """A row goes on with the line above where they share a points cell, or it only adds to the standard."""
        if not self.drafts or self.drafts[-1].row >= row or self.drafts[-1].section != self.section:
            return False
        if column is not None and self.grid.span(row, column)[0] < row:
            return self.grid.span(row, column)[0] >= self.header.body and bool(self.grid.filled(row, column))
        has_points = column is not None and bool(self.grid.text(row, column))
        return not has_points and not texts["name"] and not texts["code"] and bool(texts["criterion"])

    def _join(self, texts: dict[str, str]) -> None:
        last = self.drafts[-1]
        name = last.name
        if texts["name"] and texts["name"] not in last.name:
            name = f"{last.name}；{texts['name']}"
            self._ask(last.row, f"“{shown(name)}”合用一个分值，已并为一条，请确认。")
        added = texts["criterion"]
        criterion = (
            last.criterion if not added or added in last.criterion else f"{last.criterion}\n{added}".strip()
        )
        self.drafts[-1] = replace(last, name=name, criterion=criterion)


def replace_points(block: Block, points: float | None, location: Location) -> Block:
    """Return the block with a stated total and its place."""
    return block.model_copy(update={"points": points, "location": location})
