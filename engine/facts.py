"""A scheme as flat facts: every number and tag that a rule may test, derived once, with the words behind it.

Four subjects: line, pair (two lines that ask for the same thing), block, scheme. A fact holds its `id` and
`subject`; yes/no sets are always present, an attribute that is unknown is absent (the check is then
"not checked", never silent). `rulesets/fields.yaml` declares each field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.knowledge.fields import Fields, FieldSpec
from engine.linefacts import Values, line_fact, stake
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
from engine.overlap import Overlap, overlaps
from engine.schemefacts import scheme_fact
from engine.wording import line_words

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
class _Collector:
    facts: list[Fact] = field(default_factory=list)
    codes: dict[Key, tuple[str, ...]] = field(default_factory=dict)
    words: dict[Key, Mapping[str, tuple[Evidence, ...]]] = field(default_factory=dict)
    texts: dict[Key, Mapping[str, Text]] = field(default_factory=dict)
    keyed: dict[Key, Fact] = field(default_factory=dict)

    def add(
        self, subject: Subject, id_: str, values: Values, codes: tuple[str, ...],
        words: Mapping[str, tuple[Evidence, ...]], texts: Mapping[str, Text], specs: Mapping[str, FieldSpec],
    ) -> None:  # fmt: skip
        fact: dict[str, bool | int | float | str | None] = {"id": id_, "subject": subject}
        fact.update({name: value for name, value in values.items() if value is not None})
        for name, spec in specs.items():
            if spec.attribute:
                fact[f"unknown_{name}"] = name not in fact
        key = (subject, id_)
        self.facts.append(fact)
        self.codes[key], self.words[key], self.texts[key], self.keyed[key] = codes, words, texts, fact


def derive(
    scheme: Scheme,
    classifications: Sequence[Classification],
    points: Sequence[LinePoints],
    profile: Profile,
    as_of: str,
    fields: Fields,
) -> FactSet:
    """Return the facts of a scheme.

    Args:
        scheme: what was read.
        classifications, points: one for each line, in the scheme's order.
        profile: its limits become facts (`restricted_excess`, …).
        as_of: YYYY-MM-DD; recorded exceptions end on their date.
        fields: the declared fields, with the words that set some of them.
    """
    base = sum(p.value for p in points)
    into = _Collector()
    lines: list[Values] = []
    found_words: list[Mapping[str, tuple[Evidence, ...]]] = []
    for line, found, held in zip(scheme.indicators, classifications, points, strict=True):
        tags = line_words(line, fields["line"])
        values: Values = line_fact(line, found, held, base, profile, as_of)
        values.update({n: n in tags for n, s in fields["line"].items() if s.words is not None})
        lines.append(values)
        found_words.append({**_class_words(found), **tags})
        texts = {"name": _both(line.name), "stake": stake(line, held)}
        into.add("line", line.code, values, (line.code,), found_words[-1], texts, fields["line"])
    for overlap in overlaps(scheme.indicators):
        _add_pair(into, overlap, scheme.indicators, lines, points, fields)
    for block in scheme.blocks:
        _add_block(into, block, scheme.indicators, lines, points, base, fields)
    values, texts = scheme_fact(scheme, classifications, points, lines, profile, fields["scheme"])
    into.add("scheme", "scheme", values, (), {}, texts, fields["scheme"])
    return FactSet(tuple(into.facts), into.codes, into.words, into.texts, into.keyed)


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


def _add_pair(
    into: _Collector, overlap: Overlap, indicators: Sequence[Indicator], lines: Sequence[Values],
    points: Sequence[LinePoints], fields: Fields,
) -> None:  # fmt: skip
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
    id_ = f"{overlap.first}|{overlap.second}"
    into.add("pair", id_, values, (a.code, b.code), {}, texts, fields["pair"])


def _add_block(
    into: _Collector, block: Block, indicators: Sequence[Indicator], lines: Sequence[Values],
    points: Sequence[LinePoints], base: float, fields: Fields,
) -> None:  # fmt: skip
    rows = [i for i, line in enumerate(indicators) if line.block == block.name]
    held = sum(points[i].value for i in rows)
    kinds = {indicators[i].kind for i in rows}
    countable = bool(rows) and all(_is_countable(indicators[i], points[i]) for i in rows)
    gap = abs(held - block.points) if block.points is not None and countable and held > 0 else None
    values: Values = {
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
    into.add("block", block.name, values, codes, {}, {"name": _both(block.name)}, fields["block"])


def _part(rows: Sequence[int], lines: Sequence[Values], points: Sequence[LinePoints], name: str) -> float:
    held = sum(points[i].value for i in rows)
    return sum(points[i].value for i in rows if lines[i][name]) / held if held > 0 else 0.0


def _is_countable(line: Indicator, held: LinePoints) -> bool:
    """Whether a line's share of its block's total is known: base lines with points, pooled deductions."""
    if line.kind == "base":
        return line.points is not None
    return line.kind in ("bonus", "veto") or held.value > 0
