"""What a condition means, on every kind of value; explanations; refusals with their messages."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import InferenceError
from engine.inference.conditions import CompiledRule, Condition, explain, quantised


@pytest.mark.parametrize(
    ("op", "limit", "value", "holds"),
    [
        ("eq", 5, 5.0, True),
        ("eq", 0.3, 0.1 + 0.2, True),
        ("gt", 0, 1e-17, False),
        ("gt", 0, 1e-6, True),
        ("gte", 0, -0.0, True),
        ("lt", 5, 4.999999, True),
        ("lte", 5, 5, True),
        ("gt", 10**12, 10**15, False),  # both beyond what is told apart
        ("neq", 5, 6, True),
        ("neq", 5, 5, False),
        ("eq", True, True, True),
        ("eq", True, 1, False),
        ("eq", 1, True, False),
        ("neq", True, False, True),
        ("neq", 5, "5", False),  # another type is no comparison at all
        ("eq", 5, "5", False),
        ("gt", 4, "5", False),
        ("gt", 0, True, False),
        ("eq", "app", "app", True),
        ("neq", "app", "应用", True),
        ("in", ("app", 2, True), 2.0, True),
        ("in", ("app", 2, True), 1, False),
        ("in", ("app", 2, True), True, True),
        ("in", (), "app", False),
        ("gt", 1, np.float64(1.5), True),
    ],
)
def test_holds(op, limit, value, holds):
    assert Condition("field", op, limit).holds(quantised(value)) is holds


@pytest.mark.parametrize("op", ["eq", "neq", "gt", "gte", "lt", "lte", "in"])
def test_a_missing_field_makes_every_condition_false(op):
    assert Condition("field", op, (1,) if op == "in" else 1).holds(None) is False


@pytest.mark.parametrize(
    ("op", "value", "message"),
    [
        ("gt", "5", "condition on field: \"gt\" got '5'. Only numbers have an order."),
        ("lt", True, 'condition on field: "lt" got True. Only numbers have an order.'),
        ("in", ["a"], "condition on field: \"in\" got ['a']. Give a tuple of values."),
        ("eq", float("nan"), "nan is not a number that a rule can test. Leave the field out instead."),
        ("eq", None, "None is a NoneType. Give a bool, int, float or str."),
        (
            "like",
            "a",
            'condition on field: unknown operator "like". Use one of eq, neq, gt, gte, lt, lte, in.',
        ),
    ],
)
def test_a_condition_that_cannot_be_tested_is_refused(op, value, message):
    with pytest.raises(InferenceError) as refused:
        Condition("field", op, value)
    assert str(refused.value) == message


def test_conditions_on_true_and_on_one_are_different_rules():
    assert Condition("field", "eq", True) != Condition("field", "eq", 1)
    assert len({Condition("field", "in", (True,)), Condition("field", "in", (1,))}) == 2


def test_explain_says_true_false_and_missing():
    rule = CompiledRule(
        "F001",
        "line",
        (Condition("family_login_duration", "eq", True), Condition("points", "gt", 5)),
        (Condition("exception_recorded", "eq", True),),
    )
    fact = {
        "id": "I03",
        "subject": "line",
        "family_login_duration": True,
        "points": 3,
        "exception_recorded": None,
    }
    assert [(one.condition.field, one.value, one.holds, one.unless) for one in explain(rule, fact)] == [
        ("family_login_duration", True, "true", False),
        ("points", 3, "false", False),
        ("exception_recorded", None, "missing", True),
    ]


def test_durable_rules_can_be_loaded_where_the_tests_run():
    """Its own tests are skipped without the C module; then this one must fail."""
    from engine.inference import durable

    assert durable.available()
