"""Rules compiled to single-fact conditions: alternatives spelled out, and a twin for what can't be checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations

from engine.inference.conditions import CompiledRule, Condition
from engine.knowledge.fields import Fields
from engine.knowledge.rules import Rule, Test


@dataclass(frozen=True)
class Ruleset:
    """Rules with their compiled forms.

    `unknown` are the twins that say what could not be checked; `owner` maps a compiled id to its rule's
    code, `missing` a twin's id to the attributes that it lacks.
    """

    rules: tuple[Rule, ...]
    compiled: tuple[CompiledRule, ...]
    unknown: tuple[CompiledRule, ...]
    owner: Mapping[str, str]
    missing: Mapping[str, tuple[str, ...]]

    @cached_property
    def by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}


def compile_rules(rules: Iterable[Rule], fields: Fields) -> Ruleset:
    """Return the rules as `CompiledRule`s.

    A rule with `any` becomes one compiled rule per alternative; a rule that tests an attribute which may
    be unknown gets twins that fire where the rest holds and the attribute is missing.
    """
    kept = tuple(rules)
    compiled: list[CompiledRule] = []
    twins: list[CompiledRule] = []
    owner: dict[str, str] = {}
    missing: dict[str, tuple[str, ...]] = {}
    for rule in kept:
        for n, way in enumerate(rule.any or ((),)):
            tests = (*rule.when, *way)
            unless = conditions(rule.unless)
            one = f"{rule.id}.{n}"
            compiled.append(CompiledRule(one, rule.subject, conditions(tests), unless))
            owner[one] = rule.id
            for k, (unknown, rest) in enumerate(_unknown(tests, rule, fields)):
                twin = f"{one}?{k}"
                asked = tuple(Condition(f"unknown_{name}", "eq", True) for name in unknown)
                twins.append(CompiledRule(twin, rule.subject, conditions(rest) + asked, unless))
                owner[twin], missing[twin] = rule.id, unknown
    return Ruleset(kept, tuple(compiled), tuple(twins), owner, missing)


@lru_cache(maxsize=4096)  # the tests of citations are asked for with every finding
def conditions(tests: tuple[Test, ...]) -> tuple[Condition, ...]:
    """Return tests as conditions."""
    return tuple(Condition(test.field, test.op, test.value) for test in tests)


def _unknown(
    tests: Sequence[Test], rule: Rule, fields: Fields
) -> Iterable[tuple[tuple[str, ...], tuple[Test, ...]]]:
    """Yield each set of attributes that may be missing, with the tests that still can be made."""
    known = fields[rule.subject]
    names = sorted({test.field for test in tests if known[test.field].attribute})
    for size in range(1, len(names) + 1):
        for chosen in combinations(names, size):
            yield chosen, tuple(test for test in tests if test.field not in chosen)


def select_rules(rules: Iterable[Rule], select: Sequence[str], ignore: Sequence[str]) -> tuple[Rule, ...]:
    """Return the rules whose codes begin with one of `select` (all when empty) and none of `ignore`."""
    return tuple(
        rule
        for rule in rules
        if (not select or rule.id.startswith(tuple(select)))
        and not (ignore and rule.id.startswith(tuple(ignore)))
    )
