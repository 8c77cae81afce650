"""Standard texts for required duties whose way of proving is barred: who checks them instead."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from engine.errors import RuleError
from engine.knowledge.documents import checked, read_yaml
from engine.model import Frozen, Requirement, Text

_PLACES = ("{duty}", "{frequency}", "{full}", "{minus}", "{loss}", "{end}")


class DutyStandard(Frozen):
    """A duty stays as prescribed and keeps its points; `check` says in a few words who verifies it.

    `text` has the places {duty}, {frequency}, {full}, {minus}, {loss}, {end}; `loss` is the share of the
    line's points that one confirmed omission costs. `topics` empty: any duty of its requirements.
    """

    id: str = Field(pattern=r"^[a-z]+(-[a-z]+)+$")
    requirements: tuple[Requirement, ...]
    topics: tuple[str, ...] = ()
    check: Text
    text: Text
    loss: float = Field(gt=0, le=0.5)
    reason: Text


def load_duties(rulesets: Path) -> tuple[DutyStandard, ...]:
    """Return the texts of `rulesets/duties.yaml` in the order in which they are asked.

    Raises:
        RuleError: an unknown key, an id that stands twice, a text without one of its places, a requirement
            without a text for any topic.
    """
    raw = read_yaml(rulesets / "duties.yaml")
    found = tuple(checked(DutyStandard, one, "duties.yaml") for one in raw or ())
    for duty in found:
        if sum(other.id == duty.id for other in found) > 1:
            raise RuleError(f"duties.yaml: {duty.id}: the id stands twice. Rename one.")
        for words in (duty.text.zh, duty.text.en):
            missing = [place for place in _PLACES if place not in words]
            if missing:
                raise RuleError(f"duties.yaml: {duty.id}: the text lacks {missing[0]}. Add the place.")
    for requirement in ("statute", "emergency_plan", "party_regulation"):
        if not any(requirement in duty.requirements and not duty.topics for duty in found):
            raise RuleError(f"duties.yaml: no text for any duty of {requirement}. Add one without topics.")
    return found
