"""A scheme as flat facts: every number and tag that a rule may test, derived once, with the words behind it.

Four subjects: line, pair (two lines that ask for the same thing), block, scheme. A fact holds its `id` and
`subject`; yes/no sets are always present, an attribute that is unknown is absent (the check is then
"not checked", never silent). `rulesets/fields.yaml` declares each field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.facts.lines import Reading, Values, line_fact, rewrite, stake, told_by_words
from engine.facts.overlap import Overlap, overlaps
from engine.facts.schemes import scheme_fact
from engine.facts.wording import LineWords, words_of_lines
from engine.knowledge.fields import Fields
from engine.model import (
    Block,
    Classification,
    Evidence,
    Indicator,
    LinePoints,
    Profile,
    Scheme,
    Subject,
    Text,
)

Key = tuple[Subject, str]
Fact = Mapping[str, bool | int | float | str | None]


@dataclass(frozen=True)
class FactSet:
    """The facts in the order line, pair, block, scheme, and what a message needs beside them.

    `codes` are the lines a fact is about, `words` the quoted places by field, `texts` values of messages.
    """

    facts: tuple[Fact, ...]
    codes: Mapping[Key, tuple[str, ...]]
    words: Mapping[Key, Mapping[str, tuple[Evidence, ...]]]
    texts: Mapping[Key, Mapping[str, Text]]
    _by_key: Mapping[Key, Fact] = field(default_factory=dict, repr=False)

    def fact(self, subject: Subject, id_: str) -> Fact:
        """Return one fact; KeyError where there is none."""
        return self._by_key[subject, id_]


@dataclass
class Collector:
    """Facts as they are made, with what belongs to each; unknown attributes are marked here, once."""

    fields: Fields
    facts: list[Fact] = field(default_factory=list)
    codes: dict[Key, tuple[str, ...]] = field(default_factory=dict)
    words: dict[Key, Mapping[str, tuple[Evidence, ...]]] = field(default_factory=dict)
    texts: dict[Key, Mapping[str, Text]] = field(default_factory=dict)
    keyed: dict[Key, Fact] = field(default_factory=dict)
    _marks: dict[Subject, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def add(
        self, key: Key, values: Values, codes: tuple[str, ...],
        words: Mapping[str, tuple[Evidence, ...]], texts: Mapping[str, Text],
    ) -> None:  # fmt: skip
        fact: dict[str, bool | int | float | str | None] = {"id": key[1], "subject": key[0]}
        fact.update({name: value for name, value in values.items() if value is not None})
        for name, mark in self._attributes(key[0]):
            fact[mark] = name not in fact
        self.facts.append(fact)
        self.codes[key], self.words[key], self.texts[key], self.keyed[key] = codes, words, texts, fact

    def _attributes(self, subject: Subject) -> tuple[tuple[str, str], ...]:
        """The attributes of a subject that may be unknown, each with the field that says so."""
        if subject not in self._marks:
            specs = self.fields[subject].items()
            self._marks[subject] = tuple((name, f"unknown_{name}") for name, spec in specs if spec.attribute)
        return self._marks[subject]

    def done(self) -> FactSet:
        """Return what was collected."""
        return FactSet(tuple(self.facts), self.codes, self.words, self.texts, self.keyed)


def derive(
    scheme: Scheme,
    classifications: Sequence[Classification],
    points: Sequence[LinePoints],
    *,
    profile: Profile,
    as_of: str,
    fields: Fields,
) -> FactSet:
    """Return the facts of a scheme.

    Args:
        scheme: what was read.
        classifications: one for each line, in the scheme's order.
        points: effective points, likewise.
        profile: its limits become facts (`restricted_excess`, …).
        as_of: YYYY-MM-DD; recorded exceptions end on their date.
        fields: the declared fields, with the words that set some of them.
    """
    reading = Reading(scheme, classifications, points, profile, as_of, fields)
    words = words_of_lines(fields["line"])
    into = Collector(fields)
    lines = [_add_line(into, reading, words, n) for n in range(len(scheme.indicators))]
    for overlap in overlaps(scheme.indicators):
        _add_pair(into, overlap, reading, lines)
    for block in scheme.blocks:
        _add_block(into, block, reading, lines)
    values, texts = scheme_fact(reading, lines)
    into.add(("scheme", "scheme"), values, (), {}, texts)
    return into.done()


def _add_line(into: Collector, reading: Reading, words: LineWords, n: int) -> Values:
    line = reading.scheme.indicators[n]
    tags = words.of(line)
    values = line_fact(reading, n)
    values.update(dict.fromkeys(words.names, False))
    values.update(dict.fromkeys(tags, True))
    values.update(told_by_words(reading, values))
    texts = {"name": _both(line.name), "stake": stake(line), "rewrite": rewrite(line)}
    shown = {name: spans for name, spans in tags.items() if reading.fields["line"][name].quoted}
    into.add(("line", line.code), values, (line.code,), {**_class_words(reading.classes[n]), **shown}, texts)
    return values


def _both(text: str) -> Text:
    return Text(zh=text, en=text)


def _class_words(found: Classification) -> dict[str, tuple[Evidence, ...]]:
    """The words behind a classification, by the field that they set."""
    words = {f"family_{hit.family}": hit.evidence for hit in found.families}
    for what, spans in found.evidence.items():
        words[what] = spans
    if found.guard is not None:
        words[f"guard_{found.guard}"] = found.evidence.get("guard", ())
    return words


def _add_pair(into: Collector, overlap: Overlap, reading: Reading, lines: Sequence[Values]) -> None:
    indicators, points = reading.scheme.indicators, reading.points
    a, b = indicators[overlap.first], indicators[overlap.second]
    owners = {x for x in (lines[overlap.first].get("owner"), lines[overlap.second].get("owner")) if x}
    values: Values = {
        "similarity": overlap.similarity,
        "same_text": overlap.same_text,
        "same_datum": overlap.same_datum,
        "same_kind": a.kind == b.kind,
        "same_block": a.block == b.block,
        "both_scored": bool(lines[overlap.first]["scored"] and lines[overlap.second]["scored"]),
        "party_duty": bool(lines[overlap.first]["party_duty"] and lines[overlap.second]["party_duty"]),
        "points": points[overlap.first].value + points[overlap.second].value,
        "owners_differ": len(owners) == 2 if owners else None,
    }
    texts = {"name": _both(a.name), "other": _both(b.name)}
    into.add(("pair", f"{overlap.first}|{overlap.second}"), values, (a.code, b.code), {}, texts)


def _add_block(into: Collector, block: Block, reading: Reading, lines: Sequence[Values]) -> None:
    indicators, points, base = reading.scheme.indicators, reading.points, reading.base
    rows = [i for i, line in enumerate(indicators) if line.block == block.name]
    held = sum(points[i].value for i in rows)
    kinds = {indicators[i].kind for i in rows}
    countable = bool(rows) and all(_is_countable(indicators[i], points[i]) for i in rows)
    gap = abs(held - block.points) if block.points is not None and countable and held > 0 else None
    values: Values = {
        "whole": reading.circumstances["whole"],
        "stated": block.points,
        "sum": held,
        "gap": gap,
        "line_count": len(rows),
        "share": held / base if base > 0 else 0.0,
        "deduction_only": kinds == {"deduction"},
        "bonus_only": bool(rows) and kinds == {"bonus"},
        "outcome_share": _part(rows, lines, points, "class_outcome"),
        "process_share": _part(rows, lines, points, "class_process"),
        "restricted_share": _part(rows, lines, points, "class_restricted"),
        "unclear_share": _part(rows, lines, points, "class_unclear"),
    }
    codes = tuple(indicators[i].code for i in rows)
    into.add(("block", block.name), values, codes, {}, {"name": _both(block.name)})


def _part(rows: Sequence[int], lines: Sequence[Values], points: Sequence[LinePoints], name: str) -> float:
    held = sum(points[i].value for i in rows)
    return sum(points[i].value for i in rows if lines[i][name]) / held if held > 0 else 0.0


def _is_countable(line: Indicator, held: LinePoints) -> bool:
    """Whether a line's share of its block's total is known: base lines with points, pooled deductions."""
    if line.kind == "base":
        return line.points is not None
    return line.kind in ("bonus", "veto") or held.value > 0
