"""What a set of conditions leaves open: whether they can hold together, whether one set implies another.

Conditions on one field divide its values into few stretches on which none of them changes. One value of each
stretch is tried with the comparison of the rules engine itself, so the answer is exact, not sampled.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from engine.inference.conditions import Condition, Scalar, quantised
from engine.knowledge.fields import FieldSpec
from engine.knowledge.rules import Rule, Test

Tests = Sequence[Test]
_COUNTED = frozenset(
    {"lines", "points", "hours", "families", "systems", "cases", "visits", "purposes", "tiers", "schemes"}
)
_PREFIXES = {
    "required_by": "required"
}  # the yes/no fields of a text field begin with its name, this one aside
_OTHER = "\N{REPLACEMENT CHARACTER}"  # stands for any text that no condition names


class Reach:
    """Answers about the fields of one subject.

    A yes/no field that restates a text field (`class_outcome` of `class`) is read as a condition on it, so
    that two values of one exclusive set cannot both hold.
    """

    def __init__(self, specs: Mapping[str, FieldSpec]) -> None:
        self._specs = specs
        self._restates = {
            f"{_PREFIXES.get(name, name)}_{value}": (name, value)
            for name, spec in specs.items()
            for value in spec.values or ()
            if f"{_PREFIXES.get(name, name)}_{value}" in specs
        }

    def admits(self, tests: Tests) -> bool:
        """Whether all tests can hold together."""
        return all(self._left(name, own, own) for name, own in self._by_dimension(tests).items())

    def implies(self, given: Tests, then: Tests) -> bool:
        """Whether `then` holds wherever `given` does; a field that may be unknown is implied by no other."""
        known, asked = self._by_dimension(given), self._by_dimension(then)
        for name, own in asked.items():
            before = known.get(name, [])
            if not before and self._specs[name].attribute:
                return False
            every = [*before, *own]
            if len(self._left(name, before, every)) != len(self._left(name, every, every)):
                return False
        return True

    def fires_within(self, inner: Rule, outer: Rule) -> bool:
        """Whether `outer` fires wherever `inner` does; both of this subject, neither dead."""
        mine, theirs = ways(inner), ways(outer)
        if not all(any(self.implies(way, other) for other in theirs) for way in mine):
            return False
        if not outer.unless or not any(self.admits((*way, *outer.unless)) for way in mine):
            return True
        return bool(inner.unless) and self.implies(outer.unless, inner.unless)

    def _by_dimension(self, tests: Tests) -> dict[str, list[Test]]:
        parts: dict[str, list[Test]] = {}
        for test in tests:
            parts.setdefault(self._restates.get(test.field, (test.field, ""))[0], []).append(test)
        return parts

    def _left(self, name: str, tests: Iterable[Test], every: Iterable[Test]) -> list[Scalar]:
        """The sample values of a field on which all tests hold; `every` test divides the values."""
        kept = list(tests)
        return [value for value in self._samples(name, every) if all(self._holds(t, value) for t in kept)]

    def _holds(self, test: Test, value: Scalar) -> bool:
        seen = value == self._restates[test.field][1] if test.field in self._restates else value
        return Condition(test.field, test.op, test.value).holds(quantised(seen))

    def _samples(self, name: str, tests: Iterable[Test]) -> list[Scalar]:
        spec = self._specs[name]
        if spec.type == "bool":
            return [True, False]
        if spec.values:
            return list(spec.values)
        named = [value for test in tests for value in operands(test)]
        if spec.type == "text":
            return [*dict.fromkeys(named), _OTHER]
        low, high = bounds(name, spec)
        marks = sorted({float(v) for v in named} | {b for b in (low, high) if math.isfinite(b)}) or [0.0]
        between = [(a + b) / 2 for a, b in pairwise(marks)]
        return [v for v in (marks[0] - 1, *marks, *between, marks[-1] + 1) if low <= v <= high]


def ways(rule: Rule) -> tuple[tuple[Test, ...], ...]:
    """Return the alternatives of a rule, each with the conditions that all share."""
    return tuple((*rule.when, *way) for way in rule.any or ((),))


def operands(test: Test) -> tuple[Scalar, ...]:
    """Return the values that a test compares with."""
    return test.value if isinstance(test.value, tuple) else (test.value,)


def bounds(name: str, spec: FieldSpec) -> tuple[float, float]:
    """Return the least and greatest value of a number, from its unit; growth has no upper end."""
    if spec.unit in _COUNTED:
        return 0.0, math.inf
    if spec.unit == "share" and "growth" not in name:
        return -1.0, 1.0  # an excess or a gap may be below zero
    return -math.inf, math.inf
