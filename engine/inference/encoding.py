"""Rules and facts put into the small language that durable-rules evaluates reliably: whole numbers.

Each tested field gets short property names, one for its numbers and one for each other thing asked of it,
so that a value of another type is a missing property, and no field name or text of a user ever reaches the
C module. In a property

- a number stands as its millionths;
- a yes stands as 1, and a no as 1 in a property of its own: most tags of a line are False, and few are sent;
- a comparison with a text, or an `in`, as a tag of its own, set outside where it holds.

A rule with `unless` becomes two patterns, `when` and `when` + `unless`; it fires where the first matched
and the second did not. So durable-rules needs neither `$or` (which fires twice) nor `$nex` (which hangs),
and a missing field makes an `unless` false by itself. Rules with the same conditions share a pattern.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.errors import InferenceError
from engine.inference.conditions import CompiledRule, Condition, Quantum, tested_fields

SHARD_PATTERNS = 49  # with the catch-all 50 siblings; over 64 matched siblings durable-rules answers nothing
SHARD_PROPERTIES = 200  # a fact of over 250 properties crashes it
CATCH_ALL = "every"
CAP = 1000  # above any batch, so that each pattern runs its action once a batch
BATCH = 500
TYPE_TAG: dict[str, float] = {"t": 1.0}

Pattern = tuple[tuple[str, str, float], ...]  # sorted (property, operator, number)
Row = dict[str, int]


@dataclass(slots=True)
class Vocabulary:
    """Property names of the facts of one subject, given as they are met."""

    flags: dict[tuple[str, bool], str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    tags: dict[Condition, str] = field(default_factory=dict)

    def expression(self, condition: Condition) -> tuple[str, str, float]:
        """The (property, operator, number) of a condition."""
        quantum = condition.quantum
        if isinstance(quantum, bool):
            asked = quantum is (condition.op == "eq")
            return self.flags.setdefault((condition.field, asked), f"b{len(self.flags)}"), "eq", 1.0
        if isinstance(quantum, int):
            name = self.numbers.setdefault(condition.field, f"f{len(self.numbers)}")
            return (
                name,
                condition.op,
                float(quantum),
            )  # whole numbers of a rule are read in 32 bits on Windows
        return self.tags.setdefault(condition, f"g{len(self.tags)}"), "eq", 1.0

    def layout(self) -> Layout:
        """How facts become rows, once all rules are known."""
        flags = tuple((name, asked, property_) for (name, asked), property_ in self.flags.items())
        return Layout(flags, tuple(self.numbers.items()), tuple(self.tags.items()))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the values of a fact stand in its row: fields asked for a yes or a no, numbers, tags."""

    flags: tuple[tuple[str, bool, str], ...]
    numbers: tuple[tuple[str, str], ...]
    tags: tuple[tuple[Condition, str], ...]

    def row(self, values: Mapping[str, Quantum]) -> Row:
        """The properties of one fact; what no rule compares is left out."""
        row: Row = {property_: 1 for name, asked, property_ in self.flags if values.get(name) is asked}
        for name, property_ in self.numbers:
            quantum = values.get(name)
            if type(quantum) is int:
                row[property_] = quantum
        for condition, tag in self.tags:
            if condition.holds(values.get(condition.field)):
                row[tag] = 1
        return row


@dataclass(frozen=True, slots=True)
class Encoded:
    """One rule as patterns, by their numbers: it fires where `when` matched and `exempt` (if any) did not."""

    rule: CompiledRule
    when: int
    exempt: int | None


@dataclass(frozen=True, slots=True)
class Shard:
    """Up to SHARD_PATTERNS patterns that one ruleset evaluates, by their names there, and their numbers.

    `needs` are the sets of properties that its patterns test, each once.
    """

    name: str
    patterns: Mapping[str, Pattern]
    numbers: Mapping[str, int]
    needs: tuple[frozenset[str], ...]

    def asked(self, row: Row) -> frozenset[str] | None:
        """The properties of a row that some pattern could match by; None where none can.

        A pattern needs all the properties that it tests, so the others need not be sent.
        """
        names = row.keys()
        likely = [need for need in self.needs if need <= names]
        return frozenset().union(*likely) if likely else None

    def definition(self) -> dict[str, Any]:
        """The ruleset as durable-rules reads it, without actions; it must not be shared, durable edits it."""
        rules = {CATCH_ALL: _ruled(())}
        return rules | {name: _ruled(pattern) for name, pattern in self.patterns.items()}


def _ruled(pattern: Pattern) -> dict[str, Any]:
    tests: list[dict[str, Any]] = [dict(TYPE_TAG)]
    for name, op, number in pattern:
        tests.append({name: number} if op == "eq" else {f"${op}": {name: number}})
    return {"all": [{"m": {"$and": tests}}], "cap": CAP}


@dataclass(frozen=True, slots=True)
class SubjectPlan:
    """Everything needed to evaluate the rules of one subject."""

    subject: str
    fields: tuple[str, ...]
    layout: Layout
    rules: tuple[Encoded, ...]
    shards: tuple[Shard, ...]


def plan(rules: Sequence[CompiledRule]) -> dict[str, SubjectPlan]:
    """Encode rules, per subject; pure and deterministic for the same rules in the same order."""
    return {
        subject: _subject_plan(subject, fields, [rule for rule in rules if rule.subject == subject], at)
        for at, (subject, fields) in enumerate(sorted(tested_fields(rules).items()))
    }


def _subject_plan(
    subject: str, fields: tuple[str, ...], rules: Sequence[CompiledRule], at: int
) -> SubjectPlan:
    vocabulary = Vocabulary()
    asked = [_patterns(rule, vocabulary) for rule in rules]
    patterns = sorted({one for pair in asked for one in pair if one is not None})
    numbers = {pattern: number for number, pattern in enumerate(patterns)}
    encoded = tuple(
        Encoded(rule, numbers[when], numbers[exempt] if exempt is not None else None)
        for rule, (when, exempt) in zip(rules, asked, strict=True)
    )
    shards = tuple(_shard(f"s{at}x{i}", group, numbers) for i, group in enumerate(_groups(patterns)))
    return SubjectPlan(subject, fields, vocabulary.layout(), encoded, shards)


def _groups(patterns: Sequence[Pattern]) -> Iterator[list[Pattern]]:
    """Cut patterns into groups that one ruleset can hold."""
    group: list[Pattern] = []
    tested: set[str] = set()
    for pattern in patterns:
        names = {test[0] for test in pattern}
        if group and (len(group) == SHARD_PATTERNS or len(tested | names) > SHARD_PROPERTIES):
            yield group
            group, tested = [], set()
        group.append(pattern)
        tested |= names
    if group:
        yield group


def _shard(name: str, group: Sequence[Pattern], numbers: Mapping[Pattern, int]) -> Shard:
    named = {f"p{k}": pattern for k, pattern in enumerate(group)}
    needs = dict.fromkeys(frozenset(test[0] for test in pattern) for pattern in group)
    return Shard(name, named, {key: numbers[pattern] for key, pattern in named.items()}, tuple(needs))


def _patterns(rule: CompiledRule, vocabulary: Vocabulary) -> tuple[Pattern, Pattern | None]:
    when = {vocabulary.expression(condition) for condition in rule.when}
    unless = {vocabulary.expression(condition) for condition in rule.unless}
    if len(tested := {name for name, _, _ in when | unless}) > SHARD_PROPERTIES:
        raise InferenceError(f"rule {rule.id} tests {len(tested)} fields at once. Split it.")
    return tuple(sorted(when)), tuple(sorted(when | unless)) if unless else None
