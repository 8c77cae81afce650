"""The rules in plain Python: the oracle that durable-rules is compared with, and its stated fallback."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

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
    by_subject, fields = _sorted(tuple(rules))
    hits: list[Hit] = []
    for fact in facts:
        id_, subject = identity(fact)
        if subject in by_subject:
            values = quantised_fact(fact, fields[subject])
            hits += [Hit(rule.id, subject, id_) for rule in by_subject[subject] if fires(rule, values)]
    return hits


Sorted = tuple[Mapping[str, Sequence[CompiledRule]], Mapping[str, tuple[str, ...]]]


@lru_cache(maxsize=16)
def _sorted(rules: tuple[CompiledRule, ...]) -> Sorted:
    """The rules of each subject by id, and the fields that they test."""
    by_subject: dict[str, list[CompiledRule]] = {}
    for rule in sorted(rules, key=lambda one: one.id):
        by_subject.setdefault(rule.subject, []).append(rule)
    return by_subject, tested_fields(rules)


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
