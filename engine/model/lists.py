"""The closed lists of words that values are made of, and the frozen value itself."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

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
Method = Literal["ahp", "bwm", "roc", "rs", "rr", "entropy", "critic"]
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
