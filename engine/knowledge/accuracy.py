"""How well each formalistic family is found, as measured; written by `python -m benchmarks.accuracy --write`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from engine.errors import RuleError
from engine.knowledge.documents import checked, read_yaml, rulesets_path
from engine.model import FAMILIES, Family, Frozen

FILE = "accuracy.yaml"
FEWEST = 10  # lines below which no rate is published


class FamilyAccuracy(Frozen):
    """Of `lines` that both annotators give the family `found` were read so; of `said` readings `right` stand."""

    lines: int = Field(ge=0)
    found: int = Field(ge=0)
    said: int = Field(ge=0)
    right: int = Field(ge=0)

    @property
    def is_measured(self) -> bool:
        """Whether there are lines enough for a rate."""
        return self.lines >= FEWEST


class Accuracy(Frozen):
    """Counts by family on lines that the model was not trained on; `lines` is how many there are in all."""

    lines: int = Field(ge=1)
    families: dict[Family, FamilyAccuracy]


@lru_cache(maxsize=1)
def shipped_accuracy() -> Accuracy:
    """Return the measured figures that ship with the rule base."""
    return load_accuracy(rulesets_path())


def load_accuracy(rulesets: Path) -> Accuracy:
    """Return the figures of `rulesets/learned/accuracy.yaml`.

    Raises:
        RuleError: a family without a figure, or counts that cannot be.
    """
    found = checked(Accuracy, read_yaml(rulesets / "learned" / FILE), FILE)
    _check(found.families)
    return found


def _check(families: Mapping[Family, FamilyAccuracy]) -> None:
    for family in FAMILIES:
        if family not in families:
            raise RuleError(f"{FILE}: no figure for {family}. Run `python -m benchmarks.accuracy --write`.")
        counts = families[family]
        if counts.found > counts.lines or counts.right > counts.said:
            raise RuleError(f"{FILE}: {family}: more found than there are. Run the benchmark again.")
