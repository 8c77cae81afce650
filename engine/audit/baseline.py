"""What a legacy scheme is known to have: findings counted by line and rule, so that only new ones count."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, StrictInt

from engine.errors import SchemeError
from engine.knowledge.documents import checked
from engine.model import Frozen

SCHEMA = "quanheng.baseline/1"


class Key(NamedTuple):
    """What an entry is about: one scheme's title or, across schemes, several in order; a line or lines; a rule."""

    titles: tuple[str, ...]
    identity: str
    rule: str


class Entry(Frozen):
    """So many findings of a rule on one line (`identity`); `name` is there for people to read."""

    identity: Annotated[str, Field(min_length=1)]
    rule: Annotated[str, Field(min_length=1)]
    count: Annotated[StrictInt, Field(ge=1)]
    name: str = ""


class SchemeEntries(Frozen):
    """The entries of one scheme, told by its title."""

    title: str
    entries: tuple[Entry, ...]


class AcrossEntries(Frozen):
    """The entries of a comparison, told by the titles of the schemes that its findings are about."""

    titles: Annotated[tuple[str, ...], Field(min_length=2)]
    entries: tuple[Entry, ...]


class Baseline(Frozen):
    """The findings known of some schemes, and of schemes read side by side."""

    schema_: Literal["quanheng.baseline/1"] = Field(default="quanheng.baseline/1", alias="schema")
    schemes: tuple[SchemeEntries, ...]
    across: tuple[AcrossEntries, ...] = ()

    def listed(self) -> list[tuple[Key, Entry]]:
        """Return every entry with its key, one that stands there twice included."""
        parts: list[tuple[tuple[str, ...], tuple[Entry, ...]]] = [
            ((s.title,), s.entries) for s in self.schemes
        ]
        parts += [(tuple(sorted(a.titles)), a.entries) for a in self.across]
        return [(Key(titles, e.identity, e.rule), e) for titles, entries in parts for e in entries]

    def by_key(self) -> dict[Key, Entry]:
        """Return each entry by titles, identity and rule."""
        return dict(self.listed())

    @property
    def total(self) -> int:
        """How many findings it holds."""
        return sum(entry.count for entry in self.by_key().values())


def made_of(entries: Mapping[Key, Entry]) -> Baseline:
    """Return a baseline of some entries, sorted, so that the same findings give the same one."""
    held: dict[tuple[str, ...], list[Entry]] = {}
    for key in sorted(entries):
        held.setdefault(key.titles, []).append(entries[key])
    return Baseline(
        schemes=tuple(SchemeEntries(title=t[0], entries=tuple(e)) for t, e in held.items() if len(t) == 1),
        across=tuple(AcrossEntries(titles=t, entries=tuple(e)) for t, e in held.items() if len(t) > 1),
    )


def dumps(baseline: Baseline) -> str:
    """Return a baseline as JSON: sorted, so that the same findings give the same bytes."""
    data = baseline.model_dump(by_alias=True, exclude=None if baseline.across else {"across"})
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def read_baseline(path: Path) -> Baseline:
    """Return the baseline of a file.

    Raises:
        OSError: there is no such file.
        SchemeError: it is no JSON, or of another version, or holds an entry twice.
        RuleError: a key is missing, unknown, or has a value that cannot be.
    """
    try:
        data: Any = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise SchemeError(
            f"{path}: not a baseline: no JSON text in UTF-8. Write it anew with --write-baseline."
        ) from None
    version = data.get("schema") if isinstance(data, dict) else None
    if version != SCHEMA:
        raise SchemeError(
            f"{path}: not a baseline: schema is {version!r}, not {SCHEMA!r}. Write it anew with --write-baseline."
        )
    made = checked(Baseline, data, str(path))
    held = Counter(key for key, _ in made.listed())
    double = next((key for key, n in held.items() if n > 1), None)
    if double:
        of = "、".join(double.titles)
        raise SchemeError(f"{path}: {double.rule} on {double.identity} of {of} stands there twice. Keep one.")
    return made
