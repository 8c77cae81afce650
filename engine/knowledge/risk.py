"""The table of judgement behind data risk: how easily a figure is shaped, and what verification takes off it."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from engine.errors import RuleError
from engine.knowledge.documents import checked, read_yaml
from engine.model import Family, Frozen, Level, Text

Share = float


class Judged(Frozen):
    """A judged share with its interval and reason; 0 <= low <= value <= high <= 1."""

    low: Share = Field(ge=0, le=1)
    value: Share = Field(ge=0, le=1)
    high: Share = Field(ge=0, le=1)
    reason: Text


class EaseWhen(Frozen):
    """What a line must be: one of these is given, and it holds."""

    standard: bool = False
    duty_standard: bool = False
    data_origin: str | None = None
    families: tuple[Family, ...] = ()
    levels: tuple[Level, ...] = ()


class Ease(Judged):
    """How easily a figure of some kind is shaped."""

    id: str
    when: EaseWhen


class Verification(Frozen):
    """What verification takes off: named from outside, possible but not named, none."""

    named: Judged
    possible: Judged
    none: Judged


class Known(Frozen):
    """The share of the points whose source must be known before a value is given."""

    value: Share = Field(ge=0, le=1)
    reason: Text


class RiskTable(Frozen):
    """Ease of shaping, the first that holds; verification; when the score has a value; words that name verifiers."""

    ease: tuple[Ease, ...]
    verification: Verification
    least_known: Known
    verifiers: tuple[str, ...]


def load_risk(rulesets: Path) -> RiskTable:
    """Return the table of `rulesets/data_risk.yaml`.

    Raises:
        RuleError: an unknown key, a share out of order, a line of the table with no or two conditions.
    """
    table = checked(RiskTable, read_yaml(rulesets / "data_risk.yaml"), "data_risk.yaml")
    found: list[tuple[str, Judged]] = [(ease.id, ease) for ease in table.ease]
    found += [(name, getattr(table.verification, name)) for name in Verification.model_fields]
    for name, judged in found:
        if not judged.low <= judged.value <= judged.high:
            raise RuleError(
                f"data_risk.yaml: {name}: {judged.low:g}, {judged.value:g}, {judged.high:g} are out of order. "
                "Write low <= value <= high."
            )
    for ease in table.ease:
        if len(ease.when.model_dump(exclude_defaults=True)) != 1:
            raise RuleError(f"data_risk.yaml: {ease.id}: when needs one condition. Write one of them.")
    return table
