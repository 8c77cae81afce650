"""Words for the values of closed lists: what reports call a class, a severity, a score, a setting."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from pydantic import Field

from engine import model
from engine.errors import RuleError
from engine.knowledge.documents import checked, read_yaml, rulesets_path, suggest

FILE = "words.yaml"
Terms = dict[str, model.Text]


class Words(model.Frozen):
    """One table a closed list: its values, each with its word; `report` holds what every report says."""

    severity: Terms
    class_: Terms = Field(alias="class")
    action: Terms
    method: Terms
    status: Terms
    kind: Terms
    level: Terms
    family: Terms
    decision: Terms
    state: Terms
    path: Terms
    score: Terms
    limit: Terms
    setting: Terms
    value: Terms
    holds: Terms
    report: Terms

    def of(self, name: str) -> Mapping[str, model.Text]:
        """Return one table by the name it has in the file.

        Raises:
            KeyError: no such table.
        """
        found = getattr(self, _ATTRIBUTES[name])
        return found if isinstance(found, dict) else {}


_ATTRIBUTES = {(field.alias or name): name for name, field in Words.model_fields.items()}


def _values(kind: type[model.Frozen], field: str) -> tuple[str, ...]:
    return get_args(kind.model_fields[field].annotation)


def _settings() -> tuple[str, ...]:
    kinds: dict[str, Any] = {name: field.annotation for name, field in model.Profile.model_fields.items()}
    return tuple(name for name, kind in kinds.items() if model.Setting in (kind, *get_args(kind)))


SETTINGS = _settings()
# The lists whose values the code itself fixes; each must have a word for every value and for no other.
CLOSED: Mapping[str, tuple[str, ...]] = {
    "severity": get_args(model.Severity),
    "class": model.CLASSES,
    "action": get_args(model.Action),
    "method": get_args(model.Method),
    "status": _values(model.Proposal, "status"),
    "kind": get_args(model.Kind),
    "level": model.LEVELS,
    "family": model.FAMILIES,
    "decision": get_args(model.Decision),
    "state": (*_values(model.ConstraintReport, "state"), *_values(model.LimitState, "state")),
    "path": get_args(model.Path),
    "setting": SETTINGS,
    "holds": ("true", "false", "missing"),
    "report": ("caution", "waived", "baselined"),
}


def load_words(folder: Path) -> Words:
    """Return the words of `words.yaml`.

    Raises:
        RuleError: a table or a language is missing, a value has no word, a word names no value.
    """
    made = checked(Words, read_yaml(folder / FILE), FILE)
    for name, values in CLOSED.items():
        held = made.of(name)
        for value in values:
            if value not in held:
                raise RuleError(f"{FILE}: {name}: no word for {value!r}. Add {value}: {{zh: …, en: …}}.")
        for value in held:
            if value not in values:
                raise RuleError(f"{FILE}: {name}: {value!r} names no value.{suggest(value, values)}")
    return made


@lru_cache(maxsize=1)
def words() -> Words:
    """Return the words shipped with the package, read once per process."""
    return load_words(rulesets_path())
