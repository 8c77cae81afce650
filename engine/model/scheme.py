"""A scheme as it was read: lines, blocks, notes, waivers, and the sheets it came from."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import Field

from engine.model.lists import Basis, Frozen, Kind, Tier, Value


class Location(Frozen):
    """Where a value stands in the file a person gave us; row is 1-based, cell like "D7"."""

    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    cell: str | None = None


class Attribute(Frozen):
    """What is known of a line beyond its text, and how it is known."""

    value: Value = None
    basis: Basis = "unknown"


class Indicator(Frozen):
    """One line 指标 of a scheme.

    `points` is what the points column says (base lines: the line's points, >= 0). For a deduction or
    bonus line `rate` is points per event and `cap` the most it can move; `pool` is the sum from which
    deduction lines of one block take. `cells` maps a field name to its cell, e.g. {"points": "D7"}.
    """

    code: str
    name: str
    criterion: str | None = None
    proof: str | None = None
    block: str | None = None
    kind: Kind = "base"
    points: float | None = None
    rate: float | None = None
    cap: float | None = None
    pool: float | None = None
    attributes: dict[str, Attribute] = Field(default_factory=dict)
    location: Location = Location()
    cells: dict[str, str] = Field(default_factory=dict)


class Block(Frozen):
    """A dimension 板块; `points` is the total stated in the file, never a sum of ours."""

    name: str
    points: float | None = None
    location: Location = Location()


class Note(Frozen):
    """Text of the file that is no line: title rows, notes under the table, clauses."""

    text: str
    location: Location = Location()


class Waiver(Frozen):
    """A recorded exception from one rule (`rule`) for one line (`line`, a code; None: the scheme)."""

    rule: str
    line: str | None = None
    reason: str
    basis: str
    approver: str
    until: str


class PathBase(Frozen):
    """Where a proposal's path started, kept in a proposed scheme so that proposing again changes nothing.

    `rewritten` and `new` are codes; `points` holds the points at the start of lines that have moved since.
    """

    outcome_share: float
    year: int = 1
    rewritten: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    points: dict[str, float] = Field(default_factory=dict)


class SourceFile(Frozen):
    """The file a scheme came from."""

    name: str
    sha256: str
    format: Literal["csv", "xlsx", "xls", "docx", "yaml", "json", "memory"]
    encoding: str | None = None


class Scheme(Frozen):
    """A proposed evaluation scheme 方案: what was read, nothing derived.

    `total` is the stated total, `questions` what the reader was unsure of and a person should confirm.
    `complete` is what the file says of itself: False where it holds a part of the scheme only.
    """

    title: str
    tier: Tier | None = None
    object: str | None = None
    role: str | None = None
    region: str | None = None
    year: int | None = None
    profile: str | None = None
    total: float | None = None
    step: float | None = None
    complete: bool | None = None
    blocks: tuple[Block, ...] = ()
    indicators: tuple[Indicator, ...]
    notes: tuple[Note, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    path: PathBase | None = None
    questions: tuple[Note, ...] = ()
    source: SourceFile = SourceFile(name="(memory)", sha256="", format="memory")


class LinePoints(Frozen):
    """Effective points of one line: `value` in the base (0 for bonus and veto), with its interval.

    `beside` is a bonus line's cap, counted beside the base. `assumed` where frequencies were not known.
    """

    code: str
    value: float
    low: float
    high: float
    beside: float = 0.0
    assumed: bool = False


class LineRisk(NamedTuple):
    """Data risk r = a·(1−v) of one line with its interval; not `known`: no source of the figure is named."""

    value: float
    low: float
    high: float
    known: bool


class Layout(NamedTuple):
    """The cells of one input sheet as they stood, so that a report can be written in the same layout.

    `merges` are (first row, first column, last row, last column), zero-based and inclusive.
    """

    sheet: str | None
    cells: tuple[tuple[Value, ...], ...]
    merges: tuple[tuple[int, int, int, int], ...] = ()

    def at(self, row: int, column: int) -> Value:
        """Return a cell's value; None outside the sheet."""
        inside = row < len(self.cells) and column < len(self.cells[row])
        return self.cells[row][column] if inside else None


class UnitScores(NamedTuple):
    """Last year's scores: points each unit earned on each line, `scores[unit][line]`."""

    units: tuple[str, ...]
    codes: tuple[str, ...]
    scores: tuple[tuple[float, ...], ...]
