"""The JSON contracts: versioned payloads, from which the JSON Schemas are generated.

Promises to others: fields are added, never renamed or removed within a version.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine import model


class Payload(BaseModel):
    """A part of a contract: fields in a fixed order, nothing else."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class SpanOut(Payload):
    field: str
    start: int = Field(description="code-point offset into the field's original text, inclusive")
    end: int = Field(description="exclusive")
    text: str


class FamilyOut(Payload):
    family: model.Family
    evidence: list[SpanOut]


class ClassifiedOut(Payload):
    row: int | None
    code: str
    name: str
    kind: model.Kind
    level: model.Level
    families: list[FamilyOut]
    required_by: model.Requirement
    guard: model.Guard | None
    carrier: model.Carrier
    class_: model.Class = Field(alias="class")
    formalistic: model.Decision
    p: float = Field(ge=0, le=1)
    attributes: dict[str, model.Attribute]
    problem: str | None = Field(default=None, description="why this row could not be read in full")


class ClassifyOut(Payload):
    schema_: Literal["quanheng.classify/1"] = Field(default="quanheng.classify/1", alias="schema")
    indicators: list[ClassifiedOut]


class SchemeOut(Payload):
    name: str
    tier: str | None
    object: str | None
    profile: str
    profile_title: str = Field(description="what the profile is for, as people read it")
    profile_reason: str
    total: float
    total_stated: float | None
    lines: int
    as_of: str


class FindingOut(Payload):
    rule: str
    name: str
    severity: model.Severity
    effect: model.Effect
    subject: model.Subject
    codes: list[str]
    location: model.Location
    title: str
    message: str
    fix: str
    proposals: list[str]
    evidence: list[SpanOut]
    cites: list[model.Cite]
    stage: model.Stage
    mechanism: model.Mechanism
    path: model.Path
    waived: bool
    baselined: bool = Field(description="known from the baseline: it does not count")


class NotCheckedOut(Payload):
    rule: str
    subject: str
    missing: list[str]


class ScoreOut(Payload):
    value: float | None
    low: float | None
    high: float | None
    unit: str
    meaning: str


class HeadlineOut(ScoreOut):
    name: str


class LimitOut(Payload):
    id: str
    state: Literal["met", "not_met", "not_checked"]
    value: float | None
    limit: float | None
    text: str


class SummaryOut(Payload):
    error: int
    warning: int
    info: int


class QuestionOut(Payload):
    text: str
    location: model.Location


class AuditOut(Payload):
    schema_: Literal["quanheng.audit/1"] = Field(default="quanheng.audit/1", alias="schema")
    scheme: SchemeOut
    findings: list[FindingOut]
    not_checked: list[NotCheckedOut]
    scores: dict[str, ScoreOut]
    headline: HeadlineOut
    summary: SummaryOut
    questions: list[QuestionOut]
    provenance: model.Provenance


class ScoresOut(Payload):
    schema_: Literal["quanheng.score/1"] = Field(default="quanheng.score/1", alias="schema")
    scheme: SchemeOut
    scores: dict[str, ScoreOut]
    headline: HeadlineOut
    limits: list[LimitOut]
    provenance: model.Provenance


class StandardOut(Payload):
    catalogue: str
    name: str
    text: str
    check: str | None = Field(
        default=None, description="who verifies a duty that stays as it is (the action is then frozen)"
    )


class LineOut(Payload):
    code: str
    name: str
    block: str | None
    kind: model.Kind
    before: float
    after: float
    kept: float
    rewritten: float
    action: model.Action
    reason: str
    standard: StandardOut | None
    rate_before: float | None
    rate_after: float | None
    range_low: float | None
    range_high: float | None


class ConstraintOut(Payload):
    id: str
    text: str
    sense: Literal["<=", ">=", "="]
    limit: float
    unit: str
    value: float | None
    slack: float | None
    price: float | None
    price_text: str | None
    holds_from: float | None
    holds_to: float | None
    relaxable: bool
    row_class: model.RowClass
    state: Literal["active", "slack", "relaxed", "not_checked"]
    cites: list[model.Cite]


class OptionOut(Payload):
    flag: str
    value: str
    drop: bool = Field(description="the option was given, and is to be taken away")
    text: str


class RelaxationOut(Payload):
    id: str
    by: float
    class_: model.RowClass = Field(alias="class")
    text: str
    options: list[OptionOut] = Field(default_factory=list, description="under which the row would hold")


class ConflictOut(Payload):
    id: str
    text: str
    class_: model.RowClass = Field(default="national", alias="class")
    options: list[OptionOut] = Field(
        default_factory=list, description="each alone releases this conflict; none: it may not give way"
    )


class RemedyOut(Payload):
    class_: model.RowClass = Field(alias="class", description="the hardest class of what is given up")
    options: list[OptionOut] = Field(
        description="together enough for every limit to hold, and none of them too many"
    )


class ScoresBeforeAfter(Payload):
    before: dict[str, ScoreOut]
    after: dict[str, ScoreOut]


class UnitOut(Payload):
    unit: str
    total_before: float
    total_after: float
    rank_before: int
    rank_after: int
    rank_best: int = Field(description="whatever a unit would earn on rewritten and new lines")
    rank_worst: int
    because: list[str] = Field(description="codes of the lines that move it most")


class LineUseOut(Payload):
    code: str
    share: float
    influence: float = Field(description="squared correlation with the total")
    is_saturated: bool = Field(description="every unit has full marks")


class UnitsOut(Payload):
    tau: float = Field(description="Kendall's tau-b between the ranks before and after")
    units: list[UnitOut]
    lines: list[LineUseOut]
    max_change: float | None = Field(default=None, description="most points a total was asked to move")
    beyond: list[str] = Field(
        default_factory=list, description="units whose total moves by more all the same"
    )


class JudgedItemOut(Payload):
    code: str = Field(description="of a line; the name of a block")
    name: str
    weight: float = Field(description="as judged; the weights add up to 1")
    before: float
    after: float
    share: float | None = Field(description="of the points of all that was judged, after")
    held: bool = Field(description="its points cannot move")


class RevisitOut(Payload):
    first: str
    second: str
    judged: float = Field(description="how many times more the first weighs than the second")
    implied: float = Field(description="by the other judgements")
    text: str


class JudgementOut(Payload):
    title: str
    method: model.Method
    over: Literal["lines", "blocks"]
    tolerance: float
    row_class: model.RowClass
    items: list[JudgedItemOut]
    consistency_ratio: float | None = Field(description="of AHP: at most 0.10 where judgements agree")
    consistent: bool
    ksi: float | None = Field(description="of best-worst: 0 where the judgements agree")
    revisit: RevisitOut | None = Field(description="the judgement furthest from what the others imply")
    kept: bool = Field(description="the proposal keeps every ratio within the tolerance")


class StandingOut(Payload):
    code: str
    action: model.Action
    share: float = Field(ge=0, le=1, description="of draws in which the action is the same")
    firm: bool


class DrawsOut(Payload):
    draws: int
    seed: int
    firm_share: float = Field(description="share of draws from which an action counts as firm")
    lines: list[StandingOut]


class ReweightOut(Payload):
    schema_: Literal["quanheng.reweight/1"] = Field(default="quanheng.reweight/1", alias="schema")
    scheme: SchemeOut
    status: Literal["optimal", "relaxed", "infeasible"]
    mode: Literal["levers", "points_only"]
    levers: list[str]
    lines: list[LineOut]
    blocks: list[model.BlockChange]
    disruption: float | None
    movement: float | None
    rounding_loss: float | None
    years: list[model.YearStep]
    scores: ScoresBeforeAfter | None
    changes: list[str] = Field(description="every change in one sentence")
    notes: list[str] = Field(default_factory=list, description="what the programme could not do as asked")
    constraints: list[ConstraintOut]
    conflict: list[ConflictOut]
    relaxations: list[RelaxationOut]
    remedies: list[RemedyOut] = Field(default_factory=list, description="any one is enough")
    certificate: model.Certificate | None
    units: UnitsOut | None = Field(default=None, description="who rises and who falls, with --scores")
    judgements: list[JudgementOut] = Field(
        default_factory=list, description="what was judged, with --judgements"
    )
    standing: DrawsOut | None = Field(
        default=None, description="which actions stand when labels are unsure, with --draws"
    )
    provenance: model.Provenance


class FrontierPointOut(Payload):
    outcome: float = Field(description="points on outcomes")
    share: float = Field(description="of the adjustable base")
    disruption: float
    rewritten: int


class FrontierOut(Payload):
    schema_: Literal["quanheng.frontier/1"] = Field(default="quanheng.frontier/1", alias="schema")
    scheme: SchemeOut
    by_disruption: list[FrontierPointOut]
    by_lines: list[FrontierPointOut]
    exact: bool = Field(description="false: coarser than one step of points")
    provenance: model.Provenance


class QuoteOut(SpanOut):
    code: str = Field(description="the line, with the number of its scheme: 2#I03")


class AcrossFindingOut(FindingOut):
    quotes: list[QuoteOut] = Field(description="the words compared, one of each line")
    schemes: list[int] = Field(description="numbers of the schemes concerned, in the order of `schemes`")


class AcrossOut(Payload):
    schema_: Literal["quanheng.across/1"] = Field(default="quanheng.across/1", alias="schema")
    schemes: list[str] = Field(description="titles; the first is number 1 of codes like 1#I03")
    findings: list[AcrossFindingOut]
    not_checked: list[NotCheckedOut]
    summary: SummaryOut
    provenance: model.Provenance


class SharedOut(Payload):
    name: str
    codes: list[str] = Field(
        description="one of each scheme, with its number: 2#I05 is line I05 of the second"
    )
    basis: Literal["same", "stated"] = Field(description="same name and standard, or stated by a person")
    held: bool = Field(description="ends with equal points and the same standard in every scheme")
    reason: str | None = Field(description="why it is not held equal")
    before: list[float]
    after: float | None
    standard: StandardOut | None = Field(description="its new standard, if it gets one")
    paid_in: int | None = Field(description="number of the scheme in which the new standard is paid")


class GroupOut(Payload):
    number: int
    name: str
    file: str
    proposal: ReweightOut


class GroupsOut(Payload):
    schema_: Literal["quanheng.groups/1"] = Field(default="quanheng.groups/1", alias="schema")
    status: Literal["optimal", "relaxed", "infeasible"]
    groups: list[GroupOut]
    shared: list[SharedOut]
    disruption: float | None = Field(description="of all schemes, a shared standard counted once")
    conflict: list[ConflictOut] = Field(description="what cannot hold together, over all schemes")


CONTRACTS: dict[str, type[Payload]] = {
    "classify": ClassifyOut,
    "audit": AuditOut,
    "score": ScoresOut,
    "reweight": ReweightOut,
    "frontier": FrontierOut,
    "across": AcrossOut,
    "groups": GroupsOut,
}


def json_schema(verb: str) -> dict[str, Any]:
    """Return the JSON Schema of a verb's output."""
    return CONTRACTS[verb].model_json_schema(by_alias=True, mode="serialization")
