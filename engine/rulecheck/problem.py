"""What the self-check found: a value, never an exception, so that all problems are seen at once."""

from __future__ import annotations

from typing import Literal

from engine.model import Frozen, Text

ProblemKind = Literal[
    "dead", "always", "overlap", "shadowed", "contradiction", "unmatched", "unknown", "examples", "placeholders", "citation",
    "proposal",
]  # fmt: skip


class Problem(Frozen):
    """One problem of the rule base; `about` is a rule's code, an entry's or a field's id."""

    about: str
    kind: ProblemKind
    text: Text


def problem(about: str, kind: ProblemKind, zh: str, en: str) -> Problem:
    """Return a problem from its two sentences."""
    return Problem(about=about, kind=kind, text=Text(zh=zh, en=en))
