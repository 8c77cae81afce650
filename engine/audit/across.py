"""Several schemes audited side by side: the rules on matches, groups and pairs of schemes become findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from engine.audit.findings import Desk, finding
from engine.audit.ruleset import Ruleset
from engine.facts import FactSet, Key
from engine.facts.across import Quotes
from engine.model import AcrossFinding, Evidence, Finding, Quote, Scheme, Subject, Text

ACROSS: frozenset[Subject] = frozenset({"match", "group", "schemes"})
WITHIN: frozenset[Subject] = frozenset(get_args(Subject)) - ACROSS
_MOST_QUOTED = 40  # characters of a standard quoted in a message; the whole stands in `quotes`


def joined(schemes: Sequence[Scheme], rules: Ruleset) -> Scheme:
    """Return one scheme of all lines, with codes like 2#I03 and the waivers of rules across schemes."""
    lines = tuple(
        line.model_copy(update={"code": f"{n}#{line.code}"})
        for n, scheme in enumerate(schemes, start=1)
        for line in scheme.indicators
    )
    across = {rule.id for rule in rules.rules if rule.subject in ACROSS}
    waivers = tuple(
        waiver.model_copy(update={"line": f"{n}#{waiver.line}" if waiver.line is not None else None})
        for n, scheme in enumerate(schemes, start=1)
        for waiver in scheme.waivers
        if waiver.rule in across
    )
    title = "、".join(scheme.title for scheme in schemes)
    return Scheme(title=title, indicators=lines, waivers=waivers)


def across_finding(rule_id: str, key: Key, rules: Ruleset, desk: Desk, quotes: Quotes) -> AcrossFinding:
    """Return the finding of a rule on a fact about several schemes, quoting the words that it compares."""
    rule = rules.by_id[rule_id]
    fact, found = desk.facts.fact(*key), quotes.get(key, {})
    pairs = [found[test.field] for test in rule.tests if fact.get(test.field) is True and test.field in found]
    shown = pairs[0] if pairs else ()
    told = replace(desk, facts=_with_quotes(desk.facts, key, shown)) if shown else desk
    made = finding(rule, key, told)
    first = tuple(
        Evidence(field=one.field, start=one.start, end=one.end, text=one.text)
        for one in shown
        if one.code == made.codes[0]
    )
    return AcrossFinding(
        **{**dict(made), "evidence": first}, quotes=tuple(shown), schemes=_numbers(key, made.codes)
    )


def as_across(found: Finding) -> AcrossFinding:
    """Return a finding on waivers as one of several schemes."""
    return found if isinstance(found, AcrossFinding) else AcrossFinding(**dict(found))


def _with_quotes(facts: FactSet, key: Key, shown: Sequence[Quote]) -> FactSet:
    quote, other = (_short(one.text) for one in shown)
    texts = {**facts.texts[key], "quote": Text(zh=quote, en=quote), "other_quote": Text(zh=other, en=other)}
    return replace(facts, texts={**facts.texts, key: texts})


def _numbers(key: Key, codes: Sequence[str]) -> tuple[int, ...]:
    """The numbers of the schemes that a fact is about, in order: from its lines, or from its own id."""
    named = [code.partition("#")[0] for code in codes] or key[1].split("|")
    return tuple(sorted({int(number) for number in named}))


def _short(text: str) -> str:
    return text if len(text) <= _MOST_QUOTED else text[: _MOST_QUOTED - 1] + "…"
