"""The lexicon: wordings that speak for a level, a family, a requirement, a guard, a carrier."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field

from engine.errors import RuleError
from engine.knowledge.documents import checked, read_yaml, suggest
from engine.model import FAMILIES, GUARDS, LEVELS, Carrier, Frozen, Level, Requirement, Text

About = Literal["level", "family", "requirement", "guard", "carrier", "context", "attribute"]
FieldName = Literal["name", "criterion", "proof", "block"]
FIELD_NAMES: tuple[FieldName, ...] = get_args(FieldName)
_VALUES: dict[str, tuple[str, ...]] = {
    "level": LEVELS,
    "family": FAMILIES,
    "requirement": get_args(Requirement),
    "guard": GUARDS,
    "carrier": get_args(Carrier),
}


class Pattern(Frozen):
    """A regex on folded text, tried only in a field where one of its anchor words stands."""

    anchors: tuple[str, ...] = Field(min_length=1)
    regex: str


class Entry(Frozen):
    """One kind of wording.

    `value` is what it speaks for; `level` what it says of the level besides, with `weight` 0 (nothing) to
    6 (settles it). `but` are longer words that swallow a hit; `unless` words that cancel the entry in the
    field where they stand. `yes` and `no` are names of lines that it must, or must not, find.
    """

    id: str
    title: Text
    about: About
    value: str
    level: Level | None = None
    weight: float = Field(default=0.0, ge=0, le=6)
    fields: tuple[FieldName, ...] = ("name", "criterion")
    terms: tuple[str, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    but: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    yes: tuple[str, ...] = Field(min_length=1)
    no: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lexicon:
    """All entries in the order of their files, and the folder of learned weights beside them."""

    entries: tuple[Entry, ...]
    learned: Path | None = None


def load_lexicon(folder: Path) -> Lexicon:
    """Return the lexicon of `folder`/lexicon/*.yaml.

    Raises:
        RuleError: an unknown key or value, a doubled id, a regex that does not compile.
    """
    entries: list[Entry] = []
    for path in sorted((folder / "lexicon").glob("*.yaml")):
        data = read_yaml(path)
        if not isinstance(data, list):
            raise RuleError(f"lexicon/{path.name}: expected a list of entries, got {type(data).__name__}.")
        entries += [_entry(item, f"lexicon/{path.name}") for item in data]
    _refuse_doubles(entries)
    return Lexicon(entries=tuple(entries), learned=folder / "learned")


def _entry(item: object, where: str) -> Entry:
    entry = checked(Entry, item, where)
    where = f"{where}, {entry.id}"
    known = _VALUES.get(entry.about)
    if known and entry.value not in known:
        raise RuleError(
            f"{where}: {entry.value!r} is not a {entry.about}.{suggest(entry.value, known)} Correct `value`."
        )
    for pattern in entry.patterns:
        try:
            re.compile(pattern.regex)
        except re.error as error:
            raise RuleError(f"{where}: regex {pattern.regex!r}: {error}. Mend the pattern.") from None
    if not entry.terms and not entry.patterns:
        raise RuleError(f"{where}: no terms and no patterns. Add one, or delete the entry.")
    if entry.but and not entry.no:
        raise RuleError(f"{where}: `but` without an example under `no`. Add a line it must not find.")
    return entry


def _refuse_doubles(entries: list[Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise RuleError(f"lexicon: id {entry.id!r} stands twice. Give each entry its own id.")
        seen.add(entry.id)
        doubled = [term for term in entry.terms if entry.terms.count(term) > 1]
        if doubled:
            raise RuleError(f"lexicon, {entry.id}: term {doubled[0]!r} stands twice. Keep one.")
