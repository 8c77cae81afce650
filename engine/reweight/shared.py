"""Which lines of several schemes are one line: the same name and standard, or stated by a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.errors import SchemeError
from engine.facts.identity import normal
from engine.knowledge.documents import suggest
from engine.model import Indicator, Scheme, Text

Place = tuple[int, str]  # the scheme's position from 0, and the line's code
_TWICE = Text(zh="同一方案中出现两次，无法对应", en="stands twice in one scheme, so it cannot be matched")


@dataclass(frozen=True, slots=True)
class Shared:
    """One line that stands in several schemes; `reason` says why it is not held equal (None: it is)."""

    name: str
    places: tuple[Place, ...]
    basis: Literal["same", "stated"]
    reason: Text | None = None


def numbered(place: Place) -> str:
    """Return a line of several schemes as people write it.

    >>> numbered((1, "I03"))
    '2#I03'
    """
    return f"{place[0] + 1}#{place[1]}"


def place_of(text: str, schemes: Sequence[Scheme], option: str) -> Place:
    """Return the line that 2#I03 names.

    Args:
        text: the number of the scheme, #, the line's code.
        schemes: in the order in which they are numbered from 1.
        option: the option it was given to, for messages.
    Raises:
        SchemeError: not of that form, no such scheme, no such line.
    """
    number, mark, code = text.strip().partition("#")
    if not (mark and number.isdecimal() and number.isascii() and 1 <= int(number) <= len(schemes)):
        raise SchemeError(
            f"{option} {text}: of which scheme? Write its number and the code: from 1#{(code or number).strip()} to "
            f"{len(schemes)}#{(code or number).strip()}."
        )
    known = [line.code for line in schemes[int(number) - 1].indicators]
    if code not in known:
        raise SchemeError(
            f"{option} {text}: scheme {number} ({schemes[int(number) - 1].title}) has no line {code!r}."
            f"{suggest(code, known)} Use a code of its table."
        )
    return int(number) - 1, code


def shared_lines(
    schemes: Sequence[Scheme], same: Sequence[str] = (), *, by_text: bool = True
) -> tuple[Shared, ...]:
    """Return the lines that several schemes share, in the order of the first scheme that has each.

    Lines with points of their own are one by default where name and standard are the same text.

    Args:
        schemes: two or more.
        same: what a person states: a line's name, or codes joined as 1#I03=2#I05; it goes before the default.
        by_text: False takes as shared only what is stated.
    Raises:
        SchemeError: a statement that names no line, one scheme only, or a line twice.
    """
    stated = [_stated(schemes, text) for text in same]
    taken: dict[Place, str] = {}
    for one, text in zip(stated, same, strict=True):
        for place in one.places:
            if place in taken:
                raise SchemeError(
                    f"--same {text}: {numbered(place)} is already in --same {taken[place]}. Name it once."
                )
            taken[place] = text
    found = [*stated, *(_by_text(schemes, taken) if by_text else ())]
    order = {
        (n, line.code): (n, i) for n, scheme in enumerate(schemes) for i, line in enumerate(scheme.indicators)
    }
    return tuple(sorted(found, key=lambda one: order[one.places[0]]))


def _by_text(schemes: Sequence[Scheme], taken: Mapping[Place, str]) -> Iterable[Shared]:
    texts: dict[tuple[str, str], list[tuple[Place, Indicator]]] = {}
    for n, scheme in enumerate(schemes):
        for line in scheme.indicators:
            if _has_points(line) and (n, line.code) not in taken:
                key = (normal(line.name), normal(line.criterion or ""))
                texts.setdefault(key, []).append(((n, line.code), line))
    for lines in texts.values():
        places = tuple(place for place, _ in lines)
        if len({n for n, _ in places}) > 1:
            twice = len({n for n, _ in places}) < len(places)
            yield Shared(lines[0][1].name, places, "same", _TWICE if twice else None)


def _has_points(line: Indicator) -> bool:
    return line.kind == "base" and bool(line.points)


def _stated(schemes: Sequence[Scheme], text: str) -> Shared:
    places = _by_codes(schemes, text) if "#" in text else _by_name(schemes, text)
    lines = {
        (n, line.code): line for n, scheme in enumerate(schemes) for line in scheme.indicators
    }  # fmt: skip
    for place in places:
        if not _has_points(lines[place]):
            raise SchemeError(
                f"--same {text}: {numbered(place)} ({lines[place].name}) has no points of its own to hold equal. "
                "Name lines that are scored."
            )
    return Shared(lines[places[0]].name, places, "stated")


def _by_codes(schemes: Sequence[Scheme], text: str) -> tuple[Place, ...]:
    places = tuple(sorted(place_of(part, schemes, "--same") for part in text.split("=")))
    if len({n for n, _ in places}) < max(len(places), 2):
        raise SchemeError(f"--same {text}: one line each of two schemes or more. Write 1#I03=2#I05.")
    return places


def _by_name(schemes: Sequence[Scheme], text: str) -> tuple[Place, ...]:
    found = [
        [(n, line.code) for line in scheme.indicators if normal(line.name) == normal(text)]
        for n, scheme in enumerate(schemes)
    ]
    places = tuple(place for one in found for place in one)
    if len([one for one in found if one]) < 2:
        names = [line.name for scheme in schemes for line in scheme.indicators]
        seen = f"{len([one for one in found if one])} of {len(schemes)} schemes have a line of that name"
        near = suggest(text, names) if not places else ""
        raise SchemeError(f"--same {text}: {seen}.{near} Write the name, or codes as 1#I03=2#I05.")
    if any(len(one) > 1 for one in found):
        twice = ", ".join(numbered(place) for one in found if len(one) > 1 for place in one)
        raise SchemeError(f"--same {text}: {twice} have that name. Write codes as 1#I03=2#I05.")
    return places
