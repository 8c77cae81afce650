"""The quoted words behind a verdict: spans in the original text, one list per thing decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from engine.classify.learned import GUARD_GROUPS
from engine.classify.reading import Reading
from engine.classify.verdicts import Verdicts
from engine.knowledge.lexicon import FIELD_NAMES, Entry
from engine.model import Evidence, FamilyHit

_MOST_SPANS: Final = 4
_MARKS: Final = "，。；、：（）()【】“”《》,;:!？?\n 　"
_LONGEST_QUOTE: Final = 24
Span = tuple[int, int, int]  # field, start, end


def family_hits(
    reading: Reading, verdicts: Verdicts, number: int, fields: Sequence[str]
) -> tuple[FamilyHit, ...]:
    """Return the families of one line with the words that show each."""
    return tuple(
        FamilyHit(
            family=family,
            evidence=_quoted(verdicts, number, fields, _speaks_for("family", family))
            or _learned(reading, verdicts, number, fields, f"family:{family}"),
        )
        for family in verdicts.rows[number][1]
    )


def evidence_of(
    reading: Reading, verdicts: Verdicts, number: int, fields: Sequence[str]
) -> dict[str, tuple[Evidence, ...]]:
    """Return the words that decided level, requirement, guard and carrier, where there are any."""
    level, _, required, guard, carrier, *_ = verdicts.rows[number]
    wanted: dict[str, Callable[[Entry], bool]] = {
        "level": lambda e: e.level == level or (e.about == "level" and e.value == level),
        "required_by": _speaks_for("requirement", required),
        "guard": _speaks_for("guard", guard),
        "carrier": _speaks_for("carrier", carrier),
    }
    found = {name: _quoted(verdicts, number, fields, test) for name, test in wanted.items()}
    if not found["level"] and level != "unclear":
        found["level"] = _learned(reading, verdicts, number, fields, f"level:{level}")
    if not found["required_by"] and required == "party_regulation":
        found["required_by"] = _learned(reading, verdicts, number, fields, "party_duty")
    if not found["guard"] and guard is not None:
        found["guard"] = _learned(reading, verdicts, number, fields, f"guard:{GUARD_GROUPS[guard]}")
    return {name: spans for name, spans in found.items() if spans}


def _speaks_for(about: str, value: str | None) -> Callable[[Entry], bool]:
    return lambda entry: entry.about == about and entry.value == value


def _quoted(
    verdicts: Verdicts, number: int, fields: Sequence[str], test: Callable[[Entry], bool]
) -> tuple[Evidence, ...]:
    spans = {
        (field, start, end)
        for entry, field, start, end in verdicts.hits[number]
        if test(verdicts.entries[entry])
    }
    return tuple(_quote(fields, span) for span in longest(spans)[:_MOST_SPANS]) if spans else ()


def _learned(
    reading: Reading, verdicts: Verdicts, number: int, fields: Sequence[str], head: str
) -> tuple[Evidence, ...]:
    """Quote the clause in which an n-gram stands: a few characters torn out of it are no quotation."""
    spans = reading.strongest(head, verdicts, number)
    found = {_clause(fields[span[0]], span) for span in spans}
    return tuple(_quote(fields, span) for span in longest(found))


def _clause(text: str, span: Span) -> Span:
    """Return the span widened to the marks around it, or as it is where the clause is too long to quote."""
    field, start, end = span
    first = max((text.rfind(mark, 0, start) for mark in _MARKS), default=-1) + 1
    last = min((at for mark in _MARKS if (at := text.find(mark, end)) >= 0), default=len(text))
    return (field, first, last) if last - first <= _LONGEST_QUOTE else span


def longest(spans: set[Span]) -> list[Span]:
    """Return the spans that lie in no other, in reading order."""
    return sorted(
        a for a in spans if not any(b != a and b[0] == a[0] and b[1] <= a[1] and a[2] <= b[2] for b in spans)
    )


def _quote(fields: Sequence[str], span: Span) -> Evidence:
    field, start, end = span
    return Evidence(field=FIELD_NAMES[field], start=start, end=end, text=fields[field][start:end])
