"""What the command line says of itself: one text for each verb and option, in both languages."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from engine.knowledge.documents import checked, read_yaml, rulesets_path
from engine.model import Frozen, Text

FILE = "help.yaml"


class Help(Frozen):
    """Texts by verb and by option; `option` may hold `verb.option` where a verb means something else by it."""

    program: dict[str, Text]
    verb: dict[str, Text]
    option: dict[str, Text]

    def of(self, option: str, verb: str) -> Text:
        """Return the text of an option.

        Raises:
            KeyError: there is none.
        """
        own = self.option.get(f"{verb}.{option}")
        return own if own is not None else self.option[option]


def load_help(folder: Path) -> Help:
    """Return the texts of `help.yaml`; RuleError where a language is missing."""
    return checked(Help, read_yaml(folder / FILE), FILE)


@lru_cache(maxsize=1)
def shipped_help() -> Help:
    """Return the texts shipped with the package, read once per process."""
    return load_help(rulesets_path())
