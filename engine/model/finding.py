"""What is said of lines: what they measure, what a rule found, the words quoted, the basis."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.model.lists import (
    Carrier,
    Class,
    Decision,
    Effect,
    Family,
    Frozen,
    Guard,
    Level,
    Mechanism,
    Path,
    Requirement,
    Severity,
    Stage,
    Subject,
    Text,
)
from engine.model.scheme import Attribute, Location


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


class Quote(Evidence):
    """Quoted words of one of several lines; `code` is the line's, with the number of its scheme (2#I03)."""

    code: str


class AcrossFinding(Finding):
    """A finding on several schemes: their numbers, codes like 2#I03, and the words compared (`quotes`)."""

    schemes: tuple[int, ...] = ()
    quotes: tuple[Quote, ...] = ()
