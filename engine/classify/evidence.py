"""The quoted words behind a verdict: spans in the original text, one list per thing decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.classify.matcher import FIELDS_PER_LINE
from engine.knowledge.lexicon import FIELD_NAMES
from engine.model import Evidence, FamilyHit

if TYPE_CHECKING:
    from engine.classify.reading import Reading, Verdicts

_MOST_SPANS = 4


def family_hits(
    reading: Reading, verdicts: Verdicts, number: int, fields: Sequence[str]
) -> tuple[FamilyHit, ...]:
    """Return the families of one line with the words that show each."""
    found = []
    for family in verdicts.families[number]:
        spans = _spans(
            reading, verdicts, number, fields, lambda e, f=family: e.about == "family" and e.value == f
        )
        found.append(
            FamilyHit(
                family=family, evidence=spans or reading.learned_words(verdicts, number, family, fields)
            )
        )
    return tuple(found)


def evidence_of(
    reading: Reading, verdicts: Verdicts, number: int, fields: Sequence[str]
) -> dict[str, tuple[Evidence, ...]]:
    """Return the words that decided level, requirement, guard and carrier."""
    level, _, required, guard, carrier, *_ = verdicts.tuple(number)
    wanted = {
        "level": lambda e: (e.about == "level" and e.value == level) or e.level == level,
        "required_by": lambda e: e.about == "requirement" and e.value == required,
        "guard": lambda e: e.about == "guard" and e.value == guard,
        "carrier": lambda e: e.about == "carrier" and e.value == carrier,
    }
    found = {name: _spans(reading, verdicts, number, fields, test) for name, test in wanted.items()}
    if not found["level"] and level != "unclear":
        found["level"] = reading.learned_words(verdicts, number, level, fields)
    return {name: spans for name, spans in found.items() if spans}


def _spans(reading, verdicts, number, fields, test):  # type: ignore[no-untyped-def]
    hits = verdicts.signals.hits
    low, high = verdicts.hit_range(number)
    spans: set[tuple[int, int, int]] = set()
    for index in range(low, high):
        index = int(verdicts.hit_order[index])
        if test(reading.entries[int(hits.entry[index])]):
            spans.add((int(hits.slot[index]) % FIELDS_PER_LINE, int(hits.start[index]), int(hits.end[index])))
    return tuple(_quote(fields, *span) for span in longest(spans)[:_MOST_SPANS])


def longest(spans: set[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return the spans that lie in no other, in reading order."""
    return sorted(
        a for a in spans if not any(b != a and b[0] == a[0] and b[1] <= a[1] and a[2] <= b[2] for b in spans)
    )


def _quote(fields: Sequence[str], field: int, start: int, end: int) -> Evidence:
    return Evidence(field=FIELD_NAMES[field], start=start, end=end, text=fields[field][start:end])
