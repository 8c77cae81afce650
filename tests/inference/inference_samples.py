"""A fixed pack of rules over every operator, and the odd values that facts are made of."""

from __future__ import annotations

import random

from engine.inference.conditions import OPS, ORDER_OPS, CompiledRule, Condition, Scalar

SUBJECTS = ("line", "pair", "scheme")
FIELDS = (
    "points",
    "share",
    "family_login",
    "carrier",
    "名称",
    "😀",
    "id",
    "sid",
    "$s",
    "m",
    "a.b",
    "hours low",
)
NUMBERS: tuple[int | float, ...] = (
    0, 1, -1, 2, 5, 3.5, 5.0, 0.3, 0.1 + 0.2, 1e-7, 1e-6, -1e-6, 1.5e-6, 5e-324, -0.0,
    1e16, -1e16, 1e300, 9e9, 9_000_000_001, 2**31, -(2**31) - 1, 2**63, 10**40, 4_294_967_296.5,
)  # fmt: skip
TEXTS = (
    "", "5", "5.0", "true", "True", "null", "NaN", "line", "app", "政务App日均登录时长", "𠮷野家", "😀", "👩‍👩‍👧",
    'quote"back\\slash', "new\nline\x00nul", "\ud800", "长" * 70_000, "长" * 69_999 + "短", "$m", "{}", "}],[{",
)  # fmt: skip
VALUES: tuple[Scalar, ...] = (True, False, *NUMBERS, *TEXTS)


def rules(number: int, seed: int, prefix: str = "R") -> tuple[CompiledRule, ...]:
    """The same pack for the same arguments; nearly a third of the rules have an `unless`."""
    source = random.Random(seed)
    return tuple(
        CompiledRule(
            f"{prefix}{source.randrange(number):04}",  # some ids twice, as rules with alternatives have them
            source.choice(SUBJECTS),
            tuple(condition(source) for _ in range(source.choice((0, 1, 1, 1, 2, 2, 3)))),
            tuple(condition(source) for _ in range(source.choice((0, 0, 1, 2)))),
        )
        for _ in range(number)
    )


def condition(source: random.Random) -> Condition:
    op, field = source.choice(OPS), source.choice(FIELDS)
    if op in ORDER_OPS:
        return Condition(field, op, source.choice(NUMBERS))
    if op == "in":
        return Condition(field, op, tuple(source.sample(VALUES, source.randrange(4))))
    return Condition(field, op, source.choice(VALUES))


def plain_facts(number: int, seed: int, start: int = 0) -> list[dict[str, Scalar]]:
    """Facts as an audit makes them: mostly booleans and numbers, a few fields unknown."""
    source = random.Random(seed)
    return [
        {
            "id": f"I{start + i:06}",
            "subject": "line",
            **{f"family_{n}": source.random() < 0.2 for n in range(20)},
            **{f"number_{n}": round(source.uniform(0, 20), 1) for n in range(12) if source.random() < 0.8},
            "carrier": source.choice(("app", "chat_group", "none", f"other {i}")),
        }
        for i in range(number)
    ]


def plain_rules(number: int, seed: int) -> tuple[CompiledRule, ...]:
    """Rules as a rule base has them: a tag, often a number over a limit, sometimes an exception."""
    source = random.Random(seed)
    made = []
    for i in range(number):
        when = [Condition(f"family_{source.randrange(20)}", "eq", True)]
        if source.random() < 0.6:
            when.append(Condition(f"number_{source.randrange(12)}", "gt", source.randrange(20)))
        if source.random() < 0.3:
            when.append(Condition("carrier", "in", ("app", "chat_group")))
        unless = (Condition(f"family_{source.randrange(20)}", "eq", True),) if source.random() < 0.3 else ()
        made.append(CompiledRule(f"F{i:03}", "line", tuple(when), unless))
    return tuple(made)
