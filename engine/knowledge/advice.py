"""Advice that the report adds by the four paths: what a scheme alone cannot mend, and what is never scored."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path as Folder

from engine.knowledge.documents import checked, read_yaml, rulesets_path
from engine.model import Frozen, Path, Text

FILE = "advice.yaml"


class Advice(Frozen):
    """One sentence of advice; `rows` are the requirements of the article that it answers."""

    rows: tuple[int, ...]
    zh: str
    en: str

    @property
    def text(self) -> Text:
        return Text(zh=self.zh, en=self.en)


class _File(Frozen):
    technology: tuple[Advice, ...]
    institution: tuple[Advice, ...]
    ability: tuple[Advice, ...]
    value: tuple[Advice, ...]


def load_advice(folder: Folder) -> dict[Path, tuple[Advice, ...]]:
    """Return the advice of `advice.yaml` by path; RuleError where a path or a language is missing."""
    made = checked(_File, read_yaml(folder / FILE), FILE)
    return {
        "technology": made.technology, "institution": made.institution,
        "ability": made.ability, "value": made.value,
    }  # fmt: skip


@lru_cache(maxsize=1)
def shipped_advice() -> dict[Path, tuple[Advice, ...]]:
    """Return the advice shipped with the package, read once per process."""
    return load_advice(rulesets_path())
