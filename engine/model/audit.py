"""Everything an audit says of one scheme or of several, with what made it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.model.finding import AcrossFinding, Classification, Finding, NotChecked
from engine.model.lists import Frozen, Severity, Text
from engine.model.scheme import Scheme


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


class LocalChange(Frozen):
    """One thing that a local pack changed: a rule, a text, or a limit of a profile.

    `about` is a rule's code, a profile's id or a file of the pack; `key` the limit, `region` where it holds
    (None: everywhere), `before` and `after` its values, `reason` the pack's.
    """

    about: str
    kind: Literal["added", "changed", "tighter", "looser"]
    key: str | None = None
    region: str | None = None
    before: float | None = None
    after: float | None = None
    reason: Text | None = None
    text: Text


class Provenance(Frozen):
    """What made a result, so that the same input gives the same bytes.

    `local_rules` came from a local pack, `local_changes` is what that pack changed and bears on the result.
    """

    quanheng: str
    engine: Literal["durable", "plain"]
    ruleset_sha256: str
    input_sha256: str
    as_of: str
    versions: dict[str, str] = Field(default_factory=dict)
    local_rules: tuple[str, ...] = ()
    local_changes: tuple[LocalChange, ...] = ()


class Audit(Frozen):
    """Everything the audit of one scheme says."""

    scheme: Scheme
    profile: str
    profile_title: Text
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


class Across(Frozen):
    """What several schemes say when read side by side; in `2#I03` the 2 is the second of `schemes`."""

    schemes: tuple[Scheme, ...]
    as_of: str
    findings: tuple[AcrossFinding, ...]
    not_checked: tuple[NotChecked, ...]
    provenance: Provenance

    def count(self, severity: Severity) -> int:
        return sum(f.severity == severity and not (f.waived or f.baselined) for f in self.findings)
