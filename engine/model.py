"""The nouns of Quanheng: frozen values handed from one room of the house to the next.

Points are the scheme's own points; shares are fractions of 1; spans are half-open code-point
offsets into the original text; dates are ISO strings (YYYY-MM-DD).
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["base", "deduction", "bonus", "veto"]
Tier = Literal[
    "national", "province", "city", "county", "township", "village", "community", "grid", "department"
]
Level = Literal[
    "impact", "perception", "perception_internal", "outcome", "output_quality", "output_volume",
    "process", "activity", "input", "conduct", "unclear",
]  # fmt: skip
Family = Literal[
    "login_duration", "likes_shares", "clicks_views", "registration_install", "punch_in", "trace_keeping",
    "posting_volume", "ranking", "response_speed", "meeting_count", "report_count", "org_setup",
    "form_timeliness", "award_count", "visit_count", "volume_output",
]  # fmt: skip
Requirement = Literal["none", "statute", "emergency_plan", "party_regulation"]
Guard = Literal[
    "petition_count", "case_quota", "fine_quota", "inspection_quota", "revenue_target", "macro_economic"
]
Carrier = Literal["app", "public_account", "chat_group", "paper", "none"]
Class = Literal[
    "required", "prohibited", "guarded", "restricted", "internal", "process", "output", "outcome", "unclear"
]  # in the order in which the decision table asks
Decision = Literal["yes", "no", "review"]
Basis = Literal["stated", "text", "default", "unknown"]
Severity = Literal["error", "warning", "info"]
Effect = Literal["prohibit", "carrier", "none"]
Stage = Literal["technology", "institution", "behaviour"]
Mechanism = Literal["resource", "risk", "skill", "value"]
Path = Literal["technology", "institution", "ability", "value"]
Suppressible = Literal["never", "with-basis", "yes"]
Subject = Literal["line", "pair", "block", "scheme", "match", "group", "schemes"]
RowClass = Literal["national", "provincial", "local", "preference"]
Action = Literal["keep", "rewrite", "cut", "raise", "new", "frozen"]
Lang = Literal["zh", "zh-Hant", "en"]
Value = bool | int | float | str | None

LEVELS: tuple[Level, ...] = get_args(Level)
FAMILIES: tuple[Family, ...] = get_args(Family)
GUARDS: tuple[Guard, ...] = get_args(Guard)
CLASSES: tuple[Class, ...] = get_args(Class)
OUTCOME_LIKE: frozenset[Level] = frozenset({"outcome", "impact", "perception"})


class Frozen(BaseModel):
    """A value: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Text(Frozen):
    """One text in both languages; traditional characters are made from `zh`."""

    zh: str
    en: str


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
    blocks: tuple[Block, ...] = ()
    indicators: tuple[Indicator, ...]
    notes: tuple[Note, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    path: PathBase | None = None
    questions: tuple[Note, ...] = ()
    source: SourceFile = SourceFile(name="(memory)", sha256="", format="memory")


class Evidence(Frozen):
    """Quoted words: `field` is name | criterion | proof | block, offsets into that field's original text."""

    field: Literal["name", "criterion", "proof", "block"]
    start: int
    end: int
    text: str


class FamilyHit(Frozen):
    """A formalistic family found in a line, with the words that show it."""

    family: Family
    evidence: tuple[Evidence, ...]


class Classification(Frozen):
    """What a line measures. `p` is the probability that an expert calls its measure formalistic.

    `substitute` is the catalogue id where the line's standard was already rewritten (stated).
    `evidence` maps level, required_by, guard, carrier to the words that decided them.
    """

    code: str
    level: Level
    families: tuple[FamilyHit, ...] = ()
    required_by: Requirement = "none"
    required_source: str | None = None
    party_duty: bool = False
    guard: Guard | None = None
    carrier: Carrier = "none"
    class_: Class = Field(alias="class")
    formalistic: Decision
    p: float
    attributes: dict[str, Attribute] = Field(default_factory=dict)
    evidence: dict[str, tuple[Evidence, ...]] = Field(default_factory=dict)

    @property
    def family_names(self) -> tuple[Family, ...]:
        return tuple(hit.family for hit in self.families)


class Cite(Frozen):
    """A citation as shown in a finding; `title` is the document's name."""

    source: str
    title: str
    article: str | None = None
    section: str | None = None
    date: str | None = None
    in_force: bool = True


class Finding(Frozen):
    """One rule's answer about one subject; `codes` are the lines concerned, the first has the location.

    `waived`: a recorded exception covers it; `baselined`: it was known before. Neither counts.
    """

    rule: str
    name: str
    severity: Severity
    effect: Effect
    subject: Subject
    codes: tuple[str, ...] = ()
    location: Location = Location()
    title: Text
    message: Text
    fix: Text
    proposals: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    cites: tuple[Cite, ...] = ()
    stage: Stage
    mechanism: Mechanism
    path: Path
    waived: bool = False
    baselined: bool = False


class NotChecked(Frozen):
    """A rule that could not answer because an attribute is unknown."""

    rule: str
    subject: str
    missing: tuple[str, ...]


class Score(Frozen):
    """One part of the score vector; value, low and high are None where it could not be computed."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    unit: str = "share"
    meaning: Text


class LimitState(Frozen):
    """One limit of the profile: met, not_met or not_checked."""

    id: str
    state: Literal["met", "not_met", "not_checked"]
    value: float | None = None
    limit: float | None = None
    text: Text


class Provenance(Frozen):
    """What made a result, so that the same input gives the same bytes; `local_rules` came from a local pack."""

    quanheng: str
    engine: Literal["durable", "plain"]
    ruleset_sha256: str
    input_sha256: str
    as_of: str
    versions: dict[str, str] = Field(default_factory=dict)
    local_rules: tuple[str, ...] = ()


class Audit(Frozen):
    """Everything the audit of one scheme says."""

    scheme: Scheme
    profile: str
    profile_reason: Text
    as_of: str
    classifications: tuple[Classification, ...]
    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]
    scores: tuple[Score, ...]
    headline: Score
    limits: tuple[LimitState, ...]
    provenance: Provenance

    def count(self, severity: Severity) -> int:
        return sum(f.severity == severity and not (f.waived or f.baselined) for f in self.findings)


class Quote(Evidence):
    """Quoted words of one of several lines; `code` is the line's, with the number of its scheme (2#I03)."""

    code: str


class AcrossFinding(Finding):
    """A finding on lines of several schemes; codes are like 2#I03, `quotes` the words compared."""

    quotes: tuple[Quote, ...] = ()


class Across(Frozen):
    """What several schemes say when read side by side; in `2#I03` the 2 is the second of `schemes`."""

    schemes: tuple[Scheme, ...]
    as_of: str
    findings: tuple[AcrossFinding, ...]
    not_checked: tuple[NotChecked, ...]
    provenance: Provenance

    def count(self, severity: Severity) -> int:
        return sum(f.severity == severity and not f.waived for f in self.findings)


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


class Setting(Frozen):
    """A number that is our judgement: its value, its reason, and how soft the row built on it is."""

    value: float
    reason: Text
    row_class: RowClass = Field(default="local", alias="class")


class BorrowedWord(Frozen):
    """A word that names a kind of scheme served by another kind's profile, and what to say about it."""

    word: str
    reason: Text


class Profile(Frozen):
    """Limits 约束方案 for one kind of scheme and object; every number is a setting, never law.

    Shares are fractions: `cap` of restricted points and `floor` of outcome points in the adjustable
    base, `perception_*` of the base, `largest_line` of the base, `role_share` of role-specific points,
    `digital_ratio` of points proved on platforms to outcome points, `data_risk` of Σ r·e, `unresourced_rise`
    of what lines without resources may gain.
    `words`, `roles`, `tiers` say which schemes the profile is suggested for, the lowest `order` first;
    `borrowed` words name kinds of scheme without a profile of their own. `regions` maps a region to the
    settings it replaces. `named_terms` are the words by which a line is known as one of the named hard
    indicators; `growth_*`, `cross_share`, `required_low` and `price_*` (disruption per point of a lever) are
    those of the programme, its own defaults where a profile has none.
    """

    id: str
    title: Text
    kind: Literal["comprehensive", "single_topic", "post"]
    objects: tuple[str, ...]
    cap: Setting
    floor: Setting
    perception_low: Setting | None = None
    perception_high: Setting | None = None
    role_share: Setting | None = None
    most_lines: Setting
    largest_line: Setting
    bonus_cap: Setting
    new_share: Setting
    new_lines: Setting
    path_step: Setting
    named_minimum: Setting | None = None
    digital_ratio: Setting | None = None
    data_risk: Setting | None = None
    unresourced_rise: Setting | None = None
    named_terms: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    growth_factor: Setting | None = None
    growth_points: Setting | None = None
    cross_share: Setting | None = None
    required_low: Setting | None = None
    price_rewrite: Setting | None = None
    price_shift: Setting | None = None
    price_new: Setting | None = None
    price_cross: Setting | None = None
    price_perception: Setting | None = None
    words: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    tiers: tuple[Tier, ...] = ()
    order: int = 100
    borrowed: tuple[BorrowedWord, ...] = ()
    regions: dict[str, dict[str, Setting]] = Field(default_factory=dict)


class CatalogueEntry(Frozen):
    """An outcome indicator of the catalogue, with what it may replace.

    `families` and `topics` say which measures it may replace: a line of one of these families (any when
    empty) whose text holds one of the topic terms (any when empty). `data_cost` 0 … 1 is the extra
    cost of its data. `standard` is the ready-to-paste text (formula, source, verification, steps, cap) with
    the places {points}, {loss}, {full}, {minus}, {end}, {duty} that depend on the line; `loss` is the share
    of the line's points that one step costs. `guards` and `requirements` say which guarded or required
    lines it is meant for (none when empty). A `generic` entry serves where nothing specific fits.
    """

    id: str
    title: Text
    level: Level
    objects: tuple[str, ...] = ()
    families: tuple[Family, ...] = ()
    topics: tuple[str, ...] = ()
    definition: Text
    formula: Text
    unit: str
    data_source: Text
    data_owner: Text
    verification: Text
    sampling: Text
    minimum_cases: int
    traps: Text
    guardrail: str
    data_cost: float
    generic: bool = False
    guards: tuple[Guard, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    loss: float = 0.05
    standard: Text


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
    """Ranks before and after; `tau` is Kendall's tau-b between them (1: nobody moves)."""

    units: tuple[UnitChange, ...]
    lines: tuple[LineUse, ...]
    tau: float


class Report(NamedTuple):
    """What there is to report on one scheme: its audit, and a proposal with the audit of its points as printed."""

    audit: Audit
    proposal: Proposal | None = None
    after: Audit | None = None
    layouts: tuple[Layout, ...] = ()
    ranks: RankReport | None = None


class UnitScores(NamedTuple):
    """Last year's scores: points each unit earned on each line, `scores[unit][line]`."""

    units: tuple[str, ...]
    codes: tuple[str, ...]
    scores: tuple[tuple[float, ...], ...]
