"""Conditions, compiled rules and hits; and the one place where a fact's value is made comparable.

Every value that a rule tests passes `quantised` first, in both evaluators, so that they can differ in
nothing but the evaluation itself:

- a number becomes a whole number of millionths, so that 0.1 + 0.2 equals 0.3 and a residue of 1e-17 is
  not "greater than 0"; beyond ±9 000 000 000 it counts as ±9 000 000 000;
- True and False stay apart from 1 and 0, a text from the number it spells: a condition on a value of
  another type is false, `neq` included;
- None is the same as an absent field; NaN and infinity are refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as computed
from typing import Literal, NamedTuple, cast, get_args

from engine.errors import InferenceError

Op = Literal["eq", "neq", "gt", "gte", "lt", "lte", "in"]
Holds = Literal["true", "false", "missing"]
Scalar = bool | int | float | str
Fact = Mapping[str, Scalar | None]
Quantum = bool | int | str  # an int counts millionths

OPS: tuple[Op, ...] = get_args(Op)
ORDER_OPS = frozenset({"gt", "gte", "lt", "lte"})
PER_UNIT = 1_000_000
LARGEST = 9_000_000_000  # × PER_UNIT stays below 2**53, where every whole number is also an exact double


def quantised(value: object) -> Quantum:
    """Return the comparable form of a value.

    Raises:
        InferenceError: NaN, infinity, or no bool, int, float or str.

    >>> quantised(0.1 + 0.2) == quantised(0.3), quantised(1e300), quantised(True)
    (True, 9000000000000000, True)
    """
    if isinstance(value, bool) or type(value) is str:
        return value
    if isinstance(value, int | float) and -LARGEST < value < LARGEST:  # false of NaN, too
        return round(value * PER_UNIT)
    return _quantised_odd(value)


def _quantised_odd(value: object) -> Quantum:
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return LARGEST * PER_UNIT if value > 0 else -LARGEST * PER_UNIT
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InferenceError(
                f"{value} is not a number that a rule can test. Leave the field out instead."
            )
        return round(max(-LARGEST, min(LARGEST, value)) * PER_UNIT)
    raise InferenceError(f"{value!r} is a {type(value).__name__}. Give a bool, int, float or str.")


@dataclass(frozen=True, slots=True)
class Condition:
    """`field` compared with `value`; for `in`, `value` is a tuple of the values allowed.

    Raises:
        InferenceError: an unknown operator, an order operator on something that is no number, an `in`
            without a tuple, a value that `quantised` refuses.
    """

    field: str
    op: Op
    value: Scalar | tuple[Scalar, ...]
    quantum: Quantum | frozenset[tuple[str, Quantum]] = computed(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "quantum", self._checked())

    def _checked(self) -> Quantum | frozenset[tuple[str, Quantum]]:
        where = f"condition on {self.field}"
        if self.op not in OPS:
            raise InferenceError(f'{where}: unknown operator "{self.op}". Use one of {", ".join(OPS)}.')
        if self.op == "in":
            if not isinstance(self.value, tuple):
                raise InferenceError(f'{where}: "in" got {self.value!r}. Give a tuple of values.')
            return frozenset(tagged(quantised(one)) for one in self.value)
        quantum = quantised(self.value)
        if self.op in ORDER_OPS and type(quantum) is not int:
            raise InferenceError(f'{where}: "{self.op}" got {self.value!r}. Only numbers have an order.')
        return quantum

    def holds(self, quantum: Quantum | None) -> bool:
        """Whether the condition is true of a quantised value; None is a missing field and never true."""
        mine = self.quantum
        if quantum is None:
            return False
        if isinstance(mine, bool):  # most conditions ask for a yes or no
            return isinstance(quantum, bool) and (quantum is mine) is (self.op == "eq")
        if isinstance(mine, frozenset):
            return tagged(quantum) in mine
        if type(quantum) is not type(mine):
            return False
        if isinstance(quantum, int) and isinstance(mine, int):
            return _compare(self.op, quantum, mine)
        return (quantum == mine) is (self.op == "eq")


def _compare(op: Op, left: int, right: int) -> bool:
    match op:
        case "eq":
            return left == right
        case "neq":
            return left != right
        case "gt":
            return left > right
        case "gte":
            return left >= right
        case "lt":
            return left < right
        case _:
            return left <= right


def tagged(quantum: Quantum) -> tuple[str, Quantum]:
    """The value with its type, because True == 1 in a Python set."""
    return type(quantum).__name__, quantum


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """Fires on a fact of `subject` when every `when` holds and not every `unless` does.

    An empty `unless` never prevents; an empty `when` fires on every fact of the subject.
    """

    id: str
    subject: str
    when: tuple[Condition, ...]
    unless: tuple[Condition, ...] = ()

    def __hash__(self) -> int:
        return hash(self.id)  # a pack of rules is looked up with every audit

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return self.when + self.unless


class Hit(NamedTuple):
    """One rule fired on one fact; `fact` is the fact's id."""

    rule: str
    subject: str
    fact: str


class Verdict(NamedTuple):
    """One condition of a rule on one fact, for explanations. `value` is None where it is missing."""

    condition: Condition
    value: Scalar | None
    holds: Holds
    unless: bool = False


def explain(rule: CompiledRule, fact: Fact) -> tuple[Verdict, ...]:
    """Say of each condition of a rule whether it is true, false or missing, `when` first, then `unless`."""
    whens = tuple(_verdict(condition, fact, unless=False) for condition in rule.when)
    return whens + tuple(_verdict(condition, fact, unless=True) for condition in rule.unless)


def _verdict(condition: Condition, fact: Fact, *, unless: bool) -> Verdict:
    value = fact.get(condition.field)
    if value is None:
        return Verdict(condition, None, "missing", unless)
    holds: Holds = "true" if condition.holds(quantised(value)) else "false"
    return Verdict(condition, value, holds, unless)


def tested_fields(rules: Iterable[CompiledRule]) -> dict[str, tuple[str, ...]]:
    """The fields that the rules test, per subject, sorted."""
    fields: dict[str, set[str]] = {}
    for rule in rules:
        fields.setdefault(rule.subject, set()).update(one.field for one in rule.conditions)
    return {subject: tuple(sorted(names)) for subject, names in fields.items()}


_COMPARABLE = frozenset({bool, str})  # most fields, as they are


def quantised_fact(fact: Fact, fields: Sequence[str]) -> dict[str, Quantum]:
    """The tested fields of a fact, made comparable; None and absent fields are left out.

    Raises:
        InferenceError: a value that cannot be compared, with the fact's id and the field.
    """
    known = {name: value for name in fields if (value := fact.get(name)) is not None}
    values = cast(dict[str, Quantum], known)
    for name in [name for name, value in known.items() if type(value) not in _COMPARABLE]:
        try:
            values[name] = quantised(fact[name])
        except InferenceError as error:
            raise InferenceError(f"fact {fact.get('id')}, {name}: {error}") from None
    return values


def identity(fact: Fact) -> tuple[str, str]:
    """The id and subject of a fact.

    Raises:
        InferenceError: one of them is absent or no text.
    """
    id_, subject = fact.get("id"), fact.get("subject")
    if not isinstance(id_, str) or not isinstance(subject, str):
        raise InferenceError(f"fact {id_!r} of subject {subject!r}: both must be texts. Give each fact both.")
    return id_, subject
