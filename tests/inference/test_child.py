"""A crash, a hang or an error of the rules engine costs the one call in which it happens."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import inference_samples as samples
import pytest

from engine.errors import InferenceError
from engine.inference import durable, plain
from engine.inference.child import ChildEngine
from engine.inference.conditions import CompiledRule, Condition, Hit

pytestmark = pytest.mark.skipif(not durable.available(), reason="no C module of durable-rules")

RULES = (CompiledRule("F001", "line", (Condition("points", "gt", 0),)),)
GOOD = [{"id": "a", "subject": "line", "points": 1}]
HITS = [Hit("F001", "line", "a")]
START = 60.0  # a fresh interpreter on a busy machine


@pytest.fixture(scope="module")
def engine():
    with ChildEngine(timeout=START, evaluator="inference_faults:evaluate") as child:
        yield child


def asking_for(fault: str) -> list[dict[str, str]]:
    return [{"id": "x", "subject": "line", "fault": fault}]


@pytest.mark.parametrize(
    ("fault", "code"),
    [("abort", -signal.SIGABRT), ("segfault", -signal.SIGSEGV), ("exit", 7), ("bug", 1)],
)
def test_a_crash_fails_its_call_and_the_next_one_works(engine, fault, code):
    with pytest.raises(InferenceError) as failed:
        engine.evaluate(RULES, asking_for(fault))
    assert str(failed.value) == (
        f"the rules process ended with code {code} before it answered. "
        "This audit did not run; the next one starts a new process."
    )
    assert engine.evaluate(RULES, GOOD) == HITS


def test_a_hang_fails_its_call_and_the_next_one_works(engine):
    assert engine.evaluate(RULES, GOOD) == HITS
    hung = engine.evaluate(RULES, asking_for("pid"))[0].fact
    engine.timeout = 1.0
    try:
        with pytest.raises(
            InferenceError, match=r"^the rules process gave no answer in 1 s\. This audit did not"
        ):
            engine.evaluate(RULES, asking_for("hang"))
    finally:
        engine.timeout = START
    assert engine.evaluate(RULES, GOOD) == HITS
    with pytest.raises(ProcessLookupError):
        os.kill(int(hung), 0)


def test_a_question_larger_than_the_pipe_to_a_hung_child_times_out(engine):
    facts = [*asking_for("hang"), *({**fact, "text": "长" * 50_000} for fact in GOOD * 20)]
    engine.evaluate(RULES, GOOD)
    engine.timeout = 1.0
    try:
        with pytest.raises(InferenceError, match="gave no answer"):
            engine.evaluate(RULES, facts)
    finally:
        engine.timeout = START
    assert engine.evaluate(RULES, GOOD) == HITS


def test_an_error_of_durable_rules_reaches_the_caller_and_keeps_the_child(engine):
    before = engine.evaluate(RULES, asking_for("pid"))
    with pytest.raises(
        InferenceError, match=r"^durable-rules failed on 1 facts: .*error code: 303\. The audit did"
    ):
        engine.evaluate(RULES, asking_for("303"))
    assert engine.evaluate(RULES, GOOD) == HITS
    assert engine.evaluate(RULES, asking_for("pid")) == before


def test_what_the_child_prints_is_no_answer(engine):
    assert engine.evaluate(RULES, [*asking_for("print"), *GOOD]) == HITS


def test_values_that_json_does_not_know_are_refused(engine):
    with pytest.raises(InferenceError, match=r"^fact a, points: nan is not a number"):
        engine.evaluate(RULES, [{**GOOD[0], "points": float("nan")}])
    with pytest.raises(
        InferenceError, match=r"^facts: Object of type object is not JSON serializable\. Give bool"
    ):
        engine.evaluate(RULES, [{**GOOD[0], "points": object()}])
    assert engine.evaluate(RULES, GOOD) == HITS


def test_the_child_answers_as_plain_does_to_odd_values():
    rules = samples.rules(120, seed=11)
    facts = [
        {"id": f"{text}{i}", "subject": subject, field: value}
        for text in ("长" * 100, "😀", "\ud800")
        for i, value in enumerate(samples.VALUES)
        for subject in samples.SUBJECTS
        for field in ("sid", "名称")
    ]
    with ChildEngine(timeout=START) as child:
        assert child.evaluate(rules, facts) == plain.evaluate(rules, facts)


def test_several_threads_share_one_child():
    packs = [samples.plain_rules(20, seed) for seed in range(3)]
    questions = [(packs[i % 3], samples.plain_facts(10, i)) for i in range(30)]
    with ChildEngine(timeout=START) as child, ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda question: child.evaluate(*question), questions))
    assert answers == [plain.evaluate(*question) for question in questions]


def test_closing_ends_the_process_and_leaves_no_thread():
    threads = threading.active_count()
    with ChildEngine(timeout=START, evaluator="inference_faults:evaluate") as child:
        pid = int(child.evaluate(RULES, asking_for("pid"))[0].fact)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert threading.active_count() <= threads
