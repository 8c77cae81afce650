"""The oracle: unless, missing fields, order, refusals."""

from __future__ import annotations

import pytest

from engine.errors import InferenceError
from engine.inference.conditions import CompiledRule, Condition, Hit
from engine.inference.plain import evaluate

TIME = Condition("family_login_duration", "eq", True)
RECORDED = Condition("exception_recorded", "eq", True)
EMERGENCY = Condition("emergency", "eq", True)


def fires(rule: CompiledRule, **fields: object) -> bool:
    return bool(evaluate([rule], [{"id": "a", "subject": "line", **fields}]))


def test_unless_prevents_only_when_all_of_it_holds():
    rule = CompiledRule("F001", "line", (TIME,), (RECORDED, EMERGENCY))
    assert fires(rule, family_login_duration=True)
    assert fires(rule, family_login_duration=True, exception_recorded=True)
    assert fires(rule, family_login_duration=True, exception_recorded=True, emergency=False)
    assert not fires(rule, family_login_duration=True, exception_recorded=True, emergency=True)
    assert not fires(rule, exception_recorded=False)


def test_a_rule_without_conditions_fires_on_every_fact_of_its_subject_only():
    rule = CompiledRule("S001", "scheme", ())
    facts = [{"id": "x", "subject": "scheme"}, {"id": "y", "subject": "line"}]
    assert evaluate([rule], facts) == [Hit("S001", "scheme", "x")]


def test_hits_follow_the_facts_and_then_the_rule_ids():
    rules = [CompiledRule(name, "line", ()) for name in ("S010", "F002", "F001")]
    facts = [{"id": "z", "subject": "line"}, {"id": "a", "subject": "line"}]
    assert [(hit.fact, hit.rule) for hit in evaluate(rules, facts)] == [
        ("z", "F001"), ("z", "F002"), ("z", "S010"), ("a", "F001"), ("a", "F002"), ("a", "S010"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        (
            {"id": "a", "subject": "line", "family_login_duration": float("inf")},
            "fact a, family_login_duration: inf is not a number that a rule can test. "
            "Leave the field out instead.",
        ),
        ({"id": "a"}, "fact 'a' of subject None: both must be texts. Give each fact both."),
    ],
)
def test_a_fact_that_cannot_be_tested_is_refused(fact, message):
    with pytest.raises(InferenceError) as refused:
        evaluate([CompiledRule("F001", "line", (TIME,))], [fact])
    assert str(refused.value) == message
