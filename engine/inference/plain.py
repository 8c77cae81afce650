"""The rules in plain Python: the oracle that durable-rules is compared with, and its stated fallback."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from engine.inference.conditions import (
    CompiledRule,
    Condition,
    Fact,
    Hit,
    Quantum,
    identity,
    quantised_fact,
    tested_fields,
)


def evaluate(rules: Sequence[CompiledRule], facts: Sequence[Fact]) -> list[Hit]:
    """Return which rules fire on which facts.

    Args:
        rules: any order; several may share an id.
        facts: flat, each with the texts `id` and `subject`; a field that is absent or None is missing.
    Returns:
        one hit for each rule and fact, in the order of the facts, then of the rule ids.
    Raises:
        InferenceError: a fact without id or subject, or a tested value that cannot be compared.
    """
    by_subject = _sorted(tuple(rules))
    hits: list[Hit] = []
    for fact in facts:
        id_, subject = identity(fact)
        if subject in by_subject:
            mine = by_subject[subject]
            values = quantised_fact(fact, mine.fields)
            true = {name for name, value in values.items() if value is True}
            hits += [
                Hit(rule.id, subject, id_)
                for rule, yes, no in mine.rules
                if yes <= true and no.isdisjoint(true) and fires(rule, values)
            ]
    return hits


class _Subject(NamedTuple):
    """The rules of a subject by id, each with the fields of which it asks a yes and a no; and the fields tested."""

    rules: Sequence[tuple[CompiledRule, frozenset[str], frozenset[str]]]
    fields: tuple[str, ...]


@lru_cache(maxsize=16)
def _sorted(rules: tuple[CompiledRule, ...]) -> Mapping[str, _Subject]:
    by_subject: dict[str, list[tuple[CompiledRule, frozenset[str], frozenset[str]]]] = {}
    for rule in sorted(rules, key=lambda one: one.id):
        yes, no = (
            frozenset(one.field for one in rule.when if one.op == "eq" and one.value is wanted)
            for wanted in (True, False)
        )
        by_subject.setdefault(rule.subject, []).append((rule, yes, no))
    fields = tested_fields(rules)
    return {subject: _Subject(pairs, fields[subject]) for subject, pairs in by_subject.items()}


def fires(rule: CompiledRule, values: Mapping[str, Quantum]) -> bool:
    """Whether a rule fires on quantised values."""
    if not _all_hold(rule.when, values):
        return False
    return not (rule.unless and _all_hold(rule.unless, values))


def _all_hold(conditions: Iterable[Condition], values: Mapping[str, Quantum]) -> bool:
    for condition in conditions:  # noqa: SIM110 - a loop is half the time of all(…), and this runs in every audit
        if not condition.holds(values.get(condition.field)):
            return False
    return True
