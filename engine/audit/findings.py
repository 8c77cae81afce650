"""A rule that fired on a fact becomes a finding: citation by carrier and date, messages, quoted words."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from engine.audit.ruleset import conditions
from engine.errors import RuleError
from engine.facts import Fact, FactSet, Key
from engine.inference.conditions import quantised
from engine.knowledge.rules import Rule, RuleCite, Test, placeholders
from engine.knowledge.sources import Document, Sources
from engine.model import (
    CatalogueEntry,
    Cite,
    Classification,
    Evidence,
    Finding,
    Indicator,
    Lang,
    Location,
    Scheme,
    Severity,
    Text,
)
from engine.reweight.substitutes import standard_title, substitute_for

_MOST_QUOTED = 3  # at most this many different words are quoted in one sentence
_SHORTEST = 2  # a single character says nothing to a reader
_READING = ("name", "criterion", "proof", "block")
_MILDER: Mapping[Severity, Severity] = {"error": "warning", "warning": "info", "info": "info"}
GENERIC = Text(
    zh="改为结果类标准，或并入同类指标", en="an outcome standard, or merge it with a line of its kind"
)


@dataclass(frozen=True)
class Desk:
    """What findings of one audit are written with; `chosen` remembers substitutes from audit to audit."""

    scheme: Scheme
    facts: FactSet
    sources: Sources
    catalogue: Mapping[str, CatalogueEntry]
    as_of: str
    classifications: Mapping[str, Classification] = field(default_factory=dict)
    object: str | None = None
    chosen: dict[tuple[Hashable, ...], CatalogueEntry | None] = field(default_factory=dict)

    def substitute(self, line: Indicator) -> CatalogueEntry | None:
        """What the line could be scored by instead; None where it needs nothing else."""
        found = self.classifications.get(line.code)
        if found is None:
            return None
        key = (
            line.name, line.criterion, line.block, self.object, found.class_, found.family_names, found.guard,
            found.required_by, found.party_duty, found.carrier,
        )  # fmt: skip
        if key not in self.chosen:
            self.chosen[key] = substitute_for(line, found, self.object, self.catalogue)
        return self.chosen[key]

    @cached_property
    def lines(self) -> Mapping[str, Indicator]:
        """The scheme's lines by code."""
        return {line.code: line for line in self.scheme.indicators}


def finding(rule: Rule, key: Key, desk: Desk) -> Finding:
    """Return the finding of a rule on a fact.

    Where none of its bases is in force on the day of the audit the finding is milder by one step and says
    from when the basis applies, or that it has ended.
    """
    fact = desk.facts.fact(*key)
    cites = _cites(rule, fact, desk)
    in_force = any(cite.in_force for cite in cites)
    evidence = _evidence(rule, key, desk.facts)
    codes = desk.facts.codes[key]
    values = _values(rule, key, desk, cites[0], evidence)
    return Finding(
        rule=rule.id, name=rule.name, severity=rule.severity if in_force else _MILDER[rule.severity],
        effect=rule.effect, subject=rule.subject, codes=codes, location=_location(codes, key, desk),
        title=rule.title, message=_message(rule, desk, cites[0], values),
        fix=_rendered(rule.fix, values, rule),
        proposals=_proposals(rule, key, desk),
        evidence=evidence, cites=cites, stage=rule.stage, mechanism=rule.mechanism, path=rule.path,
    )  # fmt: skip


def _cites(rule: Rule, fact: Fact, desk: Desk) -> tuple[Cite, ...]:
    """The citations that hold and bind, those in force first; the rule's last one where there is none."""
    fitting = [
        cite for cite in rule.cites if holds(cite.when, fact) and _binds(desk.sources[cite.source], fact)
    ] or [rule.cites[-1]]
    shown = [_cite(cite, desk.sources[cite.source], desk.as_of) for cite in fitting]
    return tuple(sorted(shown, key=lambda cite: not cite.in_force))


def _binds(document: Document, fact: Fact) -> bool:
    """Whether a document binds those assessed; a fact that knows nothing of whom they are does not ask."""
    if document.binds is None or (document.binds not in fact and f"unknown_{document.binds}" not in fact):
        return True
    return fact.get(document.binds) is True


def _cite(cite: RuleCite, document: Document, as_of: str) -> Cite:
    section = document.sections[cite.section] if cite.section else None
    return Cite(
        source=document.id,
        title=document.title.zh,
        article=cite.article or (section.article if section else None),
        section=(section.place if section and section.place else None),
        date=document.in_force or document.issued,
        in_force=document.is_in_force(as_of),
    )


def holds(tests: Sequence[Test], fact: Fact) -> bool:
    """Whether every test holds on a fact; a missing field makes it false."""
    for condition in conditions(tests):
        value = fact.get(condition.field)
        if value is None or not condition.holds(quantised(value)):
            return False
    return True


def _evidence(rule: Rule, key: Key, facts: FactSet) -> tuple[Evidence, ...]:
    """The quoted words of the fields the rule tests as true, in order, each place once."""
    fact, words = facts.fact(*key), facts.words[key]
    named = [test.field for test in rule.tests if fact.get(test.field) is True]
    spans = [span for name in named for span in words.get(name, ())]
    if not spans:
        spans = [
            s for t in rule.tests if t.field in ("guard", "carrier", "level") for s in words.get(t.field, ())
        ]
    return merged(spans)


def merged(spans: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Return spans in reading order, those that overlap or touch inside one field made one."""
    found: list[Evidence] = []
    for span in sorted(spans, key=lambda s: (_READING.index(s.field), s.start, s.end)):
        last = found[-1] if found else None
        if last is None or last.field != span.field or span.start > last.end:
            found.append(span)
        elif span.end > last.end:
            text = last.text + span.text[last.end - span.start :]
            found[-1] = Evidence(field=span.field, start=last.start, end=span.end, text=text)
    return tuple([span for span in found if len(span.text) >= _SHORTEST] or found)


def _quoted(evidence: Iterable[Evidence]) -> str:
    """The words of a sentence: each once, none that stands inside another."""
    texts = list(dict.fromkeys(span.text for span in evidence if len(span.text) >= _SHORTEST))
    return "、".join([t for t in texts if not any(t != o and t in o for o in texts)][:_MOST_QUOTED])


def _location(codes: Sequence[str], key: Key, desk: Desk) -> Location:
    if key[0] == "block":
        return next((b.location for b in desk.scheme.blocks if b.name == key[1]), Location())
    line = desk.lines.get(codes[0]) if codes else None
    return line.location if line else Location()


class _Told(dict[str, object]):
    """The values a text may ask for: those made for it, else the fact's own."""

    def __init__(self, fact: Fact, own: Mapping[str, object]) -> None:
        super().__init__(own)
        self._fact = fact

    def __missing__(self, name: str) -> object:
        return self._fact[name]


Told = Mapping[Lang, Mapping[str, object]]


def _values(rule: Rule, key: Key, desk: Desk, cite: Cite, evidence: Sequence[Evidence]) -> Told:
    fact, texts = desk.facts.fact(*key), desk.facts.texts[key]
    document = desk.sources[cite.source]
    asked = rule.message.zh + rule.fix.zh
    proposal = _proposal(rule, key, desk) if "{proposal" in asked else GENERIC
    quoted = _quoted(evidence)
    values: dict[Lang, Mapping[str, object]] = {}
    for lang in ("zh", "en"):
        shown = {name: getattr(text, lang) for name, text in texts.items()}
        values[lang] = _Told(
            fact,
            {
                **shown, "evidence": quoted or shown.get("name", ""), "source": document.shown(lang),
                "proposal": getattr(proposal, lang),
            },
        )  # fmt: skip
    return values


def _proposal(rule: Rule, key: Key, desk: Desk) -> Text:
    """What the line would be scored by instead: the answer of the proposal itself, so that both say the same."""
    line = _line_of(key, desk)
    entry = desk.substitute(line) if line is not None and rule.propose else None
    if entry is not None and line is not None:
        return standard_title(entry, line)
    first = next((desk.catalogue[name] for name in rule.propose if name in desk.catalogue), None)
    return first.title if first else GENERIC


def _proposals(rule: Rule, key: Key, desk: Desk) -> tuple[str, ...]:
    """Catalogue ids: the line's own substitute first, then what the rule suggests for its kind."""
    line = _line_of(key, desk)
    entry = desk.substitute(line) if line is not None and rule.propose else None
    own = (entry.id,) if entry is not None else ()
    known = (name for name in rule.propose if not desk.catalogue or name in desk.catalogue)
    return tuple(dict.fromkeys((*own, *known)))


def _line_of(key: Key, desk: Desk) -> Indicator | None:
    codes = desk.facts.codes[key]
    return desk.lines.get(codes[0]) if key[0] == "line" and codes else None


def _message(rule: Rule, desk: Desk, cite: Cite, values: Told) -> Text:
    message = _rendered(rule.message, values, rule)
    if cite.in_force:
        return message
    document = desk.sources[cite.source]
    zh, en = document.shown("zh"), document.shown("en")
    if document.in_force is not None and desk.as_of[: len(document.in_force)] < document.in_force:
        return Text(
            zh=f"{message.zh}{zh}自{_day(document.in_force)}起施行，此前的方案不溯及，今后不得如此设置。",
            en=f"{message.en} {en} applies from {document.in_force}: not to earlier schemes, but from then on.",
        )
    return Text(
        zh=f"{message.zh}{zh}已于{_day(document.repealed or '')}废止，请核对现行规定。",
        en=f"{message.en} {en} was repealed on {document.repealed}; check the rules now in force.",
    )


def _day(date: str) -> str:
    """Return a date as Chinese text.

    >>> _day("2026-01-25"), _day("2023-12")
    ('2026年1月25日', '2023年12月')
    """
    parts = [str(int(part)) for part in date.split("-") if part]
    return "".join(part + unit for part, unit in zip(parts, "年月日", strict=False))


def _rendered(text: Text, values: Told, rule: Rule) -> Text:
    try:
        return Text(zh=text.zh.format_map(values["zh"]), en=text.en.format_map(values["en"]))
    except (KeyError, ValueError) as error:
        asked = ", ".join(sorted(placeholders(text.zh)))
        raise RuleError(
            f"{rule.id}-{rule.name}: a message needs {asked}, but {error} is missing. Test the field in when."
        ) from None
