"""durable-rules behind its door gives the answers of the oracle, and fails loudly when it loses one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import inference_samples as samples
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import InferenceError
from engine.inference import durable, encoding, plain
from engine.inference.conditions import CompiledRule, Condition, Hit

pytestmark = pytest.mark.skipif(not durable.available(), reason="no C module of durable-rules")

RULES = samples.rules(240, seed=7)  # one pack for the whole session: what is built cannot be freed
FACTS_COMPARED = 12_000
LINES = 30

values = st.one_of(
    st.sampled_from(samples.VALUES),
    st.none(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(),
    st.text(max_size=6),
)
fact_fields = st.dictionaries(st.sampled_from([f for f in samples.FIELDS if f != "id"]), values, max_size=9)
fact_lists = st.lists(
    st.tuples(st.sampled_from((*samples.SUBJECTS, "block")), fact_fields), min_size=LINES, max_size=LINES
)


class Compared:
    facts = 0
    fired: set[tuple[str, str]] = set()  # noqa: RUF012


@settings(
    max_examples=FACTS_COMPARED // LINES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(fact_lists)
def compare(drawn):
    facts = [
        {**fields, "id": samples.TEXTS[i % 7] or f"I{i}", "subject": subject}
        for i, (subject, fields) in enumerate(drawn)
    ]
    expected = plain.evaluate(RULES, facts)
    assert durable.evaluate(RULES, facts) == expected
    Compared.facts += len(facts)
    Compared.fired |= {(hit.rule, hit.subject) for hit in expected}


def test_durable_and_plain_agree_on_ten_thousand_random_facts():
    compare()
    assert Compared.facts >= 10_000
    assert len(Compared.fired) > 120  # the comparison is not one of empty answers


@pytest.mark.parametrize("op", ["eq", "neq", "gt", "gte", "lt", "lte", "in"])
def test_every_operator_against_every_value(op):
    limits = samples.NUMBERS if op in ("gt", "gte", "lt", "lte") else samples.VALUES
    rules = [
        CompiledRule(f"{i:03}", "line", (Condition("sid", op, (limit,) if op == "in" else limit),))
        for i, limit in enumerate(limits)
    ]
    facts = [{"id": f"{i}", "subject": "line", "sid": value} for i, value in enumerate(samples.VALUES)]
    assert durable.evaluate(rules, facts) == plain.evaluate(rules, facts)


def test_a_fact_that_matches_every_rule_of_a_large_pack_loses_none():
    rules = [CompiledRule(f"{i:04}", "line", (Condition("points", "gt", i),)) for i in range(260)]
    nested = [
        CompiledRule(f"n{i:03}", "line", tuple(Condition(f"f{k}", "eq", True) for k in range(1, 1 + i)))
        for i in range(60)
    ]
    fact = {"id": "x", "subject": "line", "points": 1000} | {f"f{k}": True for k in range(60)}
    assert len(durable.evaluate(rules + nested, [fact])) == 320


def test_a_pack_that_tests_more_fields_than_a_fact_may_have_properties():
    names = [f"field {i}" for i in range(600)]
    rules = [CompiledRule(name, "line", (Condition(name, "eq", True),)) for name in names]
    wide = CompiledRule("wide", "line", tuple(Condition(name, "eq", True) for name in names[:200]))
    fact = {"id": "x", "subject": "line"} | dict.fromkeys(names, True)
    assert len(durable.evaluate([*rules, wide], [fact])) == 601
    wider = CompiledRule("wider", "line", tuple(Condition(name, "eq", True) for name in names[:201]))
    with pytest.raises(InferenceError, match=r"^rule wider tests 201 fields at once\. Split it\.$"):
        durable.evaluate([wider], [fact])


def test_more_facts_than_one_batch_keep_their_order():
    rules = samples.plain_rules(12, seed=3)
    facts = samples.plain_facts(2 * encoding.BATCH + 1, seed=4)
    assert durable.evaluate(rules, facts) == plain.evaluate(rules, facts)


def test_equal_facts_with_the_same_id_are_two_facts():
    rule = CompiledRule("S001", "line", (Condition("points", "gt", 1),))
    fact = {"id": "same", "subject": "line", "points": 2}
    assert durable.evaluate([rule], [fact, fact]) == [Hit("S001", "line", "same")] * 2


@pytest.mark.parametrize(("rules", "facts"), [((), [{"id": "a", "subject": "line"}]), (RULES, [])])
def test_nothing_to_do_is_no_hit(rules, facts):
    assert durable.evaluate(rules, facts) == []


def test_a_value_that_cannot_be_tested_fails_the_call_and_the_next_one_works():
    rules = [CompiledRule("S002", "line", (Condition("points", "gt", 1),))]
    with pytest.raises(InferenceError, match=r"^fact a, points: nan is not a number that a rule can test\."):
        durable.evaluate(rules, [{"id": "a", "subject": "line", "points": float("nan")}])
    assert durable.evaluate(rules, [{"id": "a", "subject": "line", "points": 2}]) == [
        Hit("S002", "line", "a")
    ]


def test_prepared_rules_are_right_from_several_threads():
    rules = samples.plain_rules(60, seed=5)
    durable.prepare(rules)
    schemes = [samples.plain_facts(30, seed) for seed in range(40)]
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda facts: durable.evaluate(rules, facts), schemes))
    assert answers == [plain.evaluate(rules, facts) for facts in schemes]


def test_rules_are_never_built_outside_the_main_thread():
    rules = [CompiledRule("S003", "line", (Condition("unprepared", "eq", True),))]
    with ThreadPoolExecutor(1) as threads, pytest.raises(InferenceError) as refused:
        threads.submit(durable.evaluate, rules, []).result()
    assert str(refused.value) == (
        "these rules were not prepared: they cannot be built outside the main thread. "
        "Call prepare there first, or use a child process."
    )


def test_no_thread_is_left_running():
    durable.evaluate(RULES, [{"id": "a", "subject": "line"}])
    assert not [one for one in threading.enumerate() if isinstance(one, threading.Timer)]


def broken_host(monkeypatch: pytest.MonkeyPatch, **methods: object) -> None:
    for name, method in methods.items():
        monkeypatch.setattr(durable._QuietHost, name, method)


def test_a_lost_fact_fails_the_call_and_the_pack_is_built_again(monkeypatch):
    rules = [CompiledRule("S004", "line", (Condition("points", "gt", 1),))]
    facts = [{"id": str(i), "subject": "line", "points": i} for i in range(5)]
    whole = durable._QuietHost.assert_facts
    with monkeypatch.context() as patch:
        broken_host(patch, assert_facts=lambda host, name, rows: whole(host, name, rows[1:]))
        with pytest.raises(
            InferenceError, match=r"^durable-rules saw 4 of 5 facts once\. The audit did not run"
        ):
            durable.evaluate(rules, facts)
    assert durable.evaluate(rules, facts) == plain.evaluate(rules, facts)


def test_a_hit_counted_twice_fails_the_call(monkeypatch):
    rules = [CompiledRule("S005", "line", (Condition("points", "gt", 1),))]
    whole = durable._Pack._action

    def twice(pack, name):
        note = whole(pack, name)

        def noted_twice(closure):
            note(closure)
            if name != encoding.CATCH_ALL:
                note(closure)

        return noted_twice

    monkeypatch.setattr(durable._Pack, "_action", twice)
    with pytest.raises(InferenceError, match="durable-rules fired p0 2 times on 1 facts"):
        durable.evaluate(rules, [{"id": "a", "subject": "line", "points": 2}])


def test_an_exception_that_durable_rules_swallows_fails_the_call(monkeypatch):
    def raising(pack, name):
        def action(closure):
            raise KeyboardInterrupt(name)

        return action

    monkeypatch.setattr(durable._Pack, "_action", raising)
    rules = [CompiledRule("S006", "line", (Condition("points", "gt", 1),))]
    with pytest.raises(
        InferenceError, match=r"^durable-rules lost an action: exception caught p0\. The audit"
    ):
        durable.evaluate(rules, [{"id": "a", "subject": "line", "points": 2}])


def test_siblings_beyond_what_durable_rules_holds_are_an_error_and_no_silence(monkeypatch):
    monkeypatch.setattr(encoding, "SHARD_PATTERNS", 100)
    rules = [CompiledRule(f"S1{i:02}", "line", (Condition("points", "gt", i),)) for i in range(90)]
    with pytest.raises(InferenceError, match="error code: 303"):
        durable.evaluate(rules, [{"id": "a", "subject": "line", "points": 1000}])
