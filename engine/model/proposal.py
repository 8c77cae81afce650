"""A proposal: its lines, blocks, years, limits, conflicts, and who rises and who falls by it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import Field

from engine.model.audit import Audit
from engine.model.finding import Cite
from engine.model.judgement import JudgedWeights
from engine.model.lists import Action, Frozen, Kind, RowClass, Text
from engine.model.scheme import Layout


class Standard(Frozen):
    """The new standard of a rewritten or new line, ready to paste.

    `check` is set where a duty stays as it is and only its way of proving changes: who verifies it.
    """

    catalogue: str
    name: str
    text: str
    perception: bool = False
    data_cost: float = 0.0
    name_en: str = ""
    text_en: str = ""
    check: Text | None = None

    @property
    def title(self) -> Text:
        return Text(zh=self.name, en=self.name_en or self.name)

    @property
    def words(self) -> Text:
        return Text(zh=self.text, en=self.text_en or self.text)


class ProposedLine(Frozen):
    """One line of a proposal; a new line has before 0 and kept 0; `after` = kept + rewritten."""

    code: str
    name: str
    block: str | None
    kind: Kind = "base"
    before: float
    after: float
    kept: float
    rewritten: float
    action: Action
    reason: Text
    standard: Standard | None = None
    rate_before: float | None = None
    rate_after: float | None = None
    range_low: float | None = None
    range_high: float | None = None

    @property
    def is_changed(self) -> bool:
        """Whether anything of the line changes, be it only the way a duty is proved."""
        return self.action not in ("keep", "frozen") or self.standard is not None


class BlockChange(Frozen):
    """A block's points before and after."""

    name: str
    before: float
    after: float


class YearStep(Frozen):
    """One year of the path: its cap, floor and outcome share reached."""

    year: int
    floor: float
    cap: float
    outcome_share: float | None = None
    rewritten: int | None = None
    disruption: float | None = None
    status: Literal["optimal", "relaxed", "infeasible"] | None = None


class ConstraintReport(Frozen):
    """One row of the programme as a meeting reads it; price is objective change per unit of limit."""

    id: str
    text: Text
    sense: Literal["<=", ">=", "="]
    limit: float
    unit: str = "points"
    value: float | None = None
    slack: float | None = None
    price: float | None = None
    price_text: Text | None = None
    holds_from: float | None = None
    holds_to: float | None = None
    relaxable: bool = False
    row_class: RowClass = "local"
    state: Literal["active", "slack", "relaxed", "not_checked"]
    cites: tuple[Cite, ...] = ()


class Option(Frozen):
    """An option of the command line that releases a row; `drop`: it was given, and is to be taken away."""

    flag: str
    value: str
    text: Text
    drop: bool = False

    @property
    def written(self) -> Text:
        """The option as it is typed."""
        typed = f"{self.flag} {self.value}"
        return Text(zh=f"去掉 {typed}", en=f"drop {typed}") if self.drop else Text(zh=typed, en=typed)


class Remedy(Frozen):
    """Options which together, and no fewer of them, let every limit hold; `row_class` is the hardest given up."""

    options: tuple[Option, ...]
    row_class: RowClass = Field(alias="class")


class Relaxation(Frozen):
    """A soft row that gave way, by how much (in the row's unit), and the option under which it would hold."""

    id: str
    by: float
    row_class: RowClass = Field(alias="class")
    text: Text
    options: tuple[Option, ...] = ()


class ConflictItem(Frozen):
    """A member of an irreducible conflict set; each of `options` alone releases this conflict."""

    id: str
    text: Text
    row_class: RowClass = Field(default="national", alias="class")
    options: tuple[Option, ...] = ()


class Certificate(Frozen):
    """Residuals recomputed apart from the solver for the last convex stage with integers fixed."""

    primal_residual: float
    dual_residual: float
    gap: float


class Proposal(Frozen):
    """The least disruptive way to the goal, under the settings chosen."""

    status: Literal["optimal", "relaxed", "infeasible"]
    mode: Literal["levers", "points_only"]
    levers: tuple[str, ...]
    profile: str
    lines: tuple[ProposedLine, ...] = ()
    blocks: tuple[BlockChange, ...] = ()
    disruption: float | None = None
    movement: float | None = None
    rounding_loss: float | None = None
    step: float | None = None
    notes: tuple[Text, ...] = ()
    years: tuple[YearStep, ...] = ()
    constraints: tuple[ConstraintReport, ...] = ()
    conflict: tuple[ConflictItem, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    certificate: Certificate | None = None


class UnitChange(NamedTuple):
    """One unit: its total and rank before and after (1 is first), the range of its rank, and why it moves.

    `because` are codes of the lines that change its total most against the mean of all units.
    """

    unit: str
    total_before: float
    total_after: float
    rank_before: int
    rank_after: int
    rank_best: int
    rank_worst: int
    because: tuple[str, ...]


class LineUse(NamedTuple):
    """One line: its nominal share, its influence (squared correlation with the total), full marks for all."""

    code: str
    share: float
    influence: float
    is_saturated: bool


class RankReport(NamedTuple):
    """Ranks before and after; `tau` is Kendall's tau-b between them (1: nobody moves).

    `max_change` is the most any total was asked to move, in points (None: not asked); `beyond` are the units
    whose total moves by more all the same.
    """

    units: tuple[UnitChange, ...]
    lines: tuple[LineUse, ...]
    tau: float
    max_change: float | None = None
    beyond: tuple[str, ...] = ()


class Standing(NamedTuple):
    """The action proposed for a line, and the share of label draws in which it stays the same."""

    code: str
    action: Action
    share: float
    is_firm: bool


class DrawReport(NamedTuple):
    """Which actions stand under labels drawn `draws` times; firm from `firm_share` of draws on."""

    draws: int
    seed: int
    firm_share: float
    lines: tuple[Standing, ...]


class Report(NamedTuple):
    """What there is to report on one scheme: its audit, and a proposal with the audit of its points as printed."""

    audit: Audit
    proposal: Proposal | None = None
    after: Audit | None = None
    layouts: tuple[Layout, ...] = ()
    ranks: RankReport | None = None
    judged: tuple[JudgedWeights, ...] = ()
    standing: DrawReport | None = None
