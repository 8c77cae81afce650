"""Evaluation in a child process: a crash or hang of the C module costs one call, not the server.

The child is a fresh interpreter that evaluates on its own main thread and is started again when it is
next needed. Parent and child exchange one line of JSON a call, so nothing is unpickled; the child is not
made by multiprocessing, which would run the parent's main script (a page of the workbench) a second time.
"""

from __future__ import annotations

import importlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import IO, Any, Self

from engine.errors import InferenceError
from engine.inference.conditions import CompiledRule, Condition, Fact, Hit

Evaluate = Callable[[Sequence[CompiledRule], Sequence[Fact]], list[Hit]]

_SERVE = "import sys; from engine.inference.child import serve; serve(sys.argv[1])"
_REMEDY = "This audit did not run; the next one starts a new process."


class ChildEngine:
    """`evaluate` of another process. Safe from several threads, which take turns; close it or use `with`."""

    def __init__(
        self, *, timeout: float = 30.0, evaluator: str = "engine.inference.durable:evaluate"
    ) -> None:
        """Start nothing yet.

        Args:
            timeout: seconds that one call may take, the start of the child included.
            evaluator: "module:function" that the child calls.
        """
        self.timeout = timeout
        self._evaluator = evaluator
        self._child: _Child | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def evaluate(self, rules: Sequence[CompiledRule], facts: Sequence[Fact]) -> list[Hit]:
        """Return which rules fire on which facts, as `plain.evaluate` does.

        Raises:
            InferenceError: the evaluator refused, or the child crashed, hung, or could not be started.
        """
        with self._lock:
            if self._child is None:
                self._child = _Child(self._evaluator)
            answered = False
            try:
                answer = self._child.ask(tuple(rules), facts, self.timeout)
                answered = True
            finally:
                if not answered:  # also after Ctrl-C: a late answer must not meet the next question
                    self._stop()
        if "error" in answer:
            raise InferenceError(answer["error"])
        return [Hit(*hit) for hit in answer["hits"]]

    def close(self) -> None:
        """End the child; a later call starts another."""
        with self._lock:
            self._stop()

    def _stop(self) -> None:
        if self._child is not None:
            self._child.stop()
            self._child = None


class _Child:
    """One running process and the packs of rules it has been told."""

    def __init__(self, evaluator: str) -> None:
        paths = os.pathsep.join(path or os.getcwd() for path in sys.path)
        try:
            self._process = subprocess.Popen(  # noqa: S603  (our own interpreter and code)
                [sys.executable, "-c", _SERVE, evaluator],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # tracebacks could quote a scheme
                env={**os.environ, "PYTHONPATH": paths},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise InferenceError(f"the rules process could not be started: {error}. {_REMEDY}") from error
        self._packs: dict[tuple[CompiledRule, ...], int] = {}

    def ask(self, rules: tuple[CompiledRule, ...], facts: Sequence[Fact], timeout: float) -> dict[str, Any]:
        """Send one question and wait for its answer."""
        question = self._question(rules, facts)
        answers: queue.Queue[bytes] = queue.Queue()
        exchange = threading.Thread(target=self._exchange, args=(question, answers), daemon=True)
        exchange.start()
        try:
            line = answers.get(timeout=timeout)
        except queue.Empty:
            raise InferenceError(f"the rules process gave no answer in {timeout:g} s. {_REMEDY}") from None
        exchange.join()
        if not line.endswith(b"\n"):
            code = self._process.wait()
            raise InferenceError(f"the rules process ended with code {code} before it answered. {_REMEDY}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _question(self, rules: tuple[CompiledRule, ...], facts: Sequence[Fact]) -> bytes:
        question: dict[str, Any] = {"facts": [dict(fact) for fact in facts]}
        if rules not in self._packs:
            self._packs[rules] = len(self._packs)
            question["rules"] = [_listed(rule) for rule in rules]
        question["pack"] = self._packs[rules]
        try:
            return json.dumps(question).encode() + b"\n"
        except (TypeError, ValueError) as error:
            raise InferenceError(f"facts: {error}. Give bool, int, float or str values only.") from error

    def _exchange(self, question: bytes, answers: queue.Queue[bytes]) -> None:
        """Write and read in a thread of its own, since either can block for as long as the child hangs."""
        stdin, stdout = _pipes(self._process)
        try:
            stdin.write(question)
            stdin.flush()
            answers.put(stdout.readline())
        except (OSError, ValueError):  # the pipe broke, or `stop` closed it
            answers.put(b"")

    def stop(self) -> None:
        """Kill the process and free its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in _pipes(self._process):
            try:
                pipe.close()
            except OSError:  # what was still buffered for the dead child cannot be flushed
                continue


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise InferenceError(f"the rules process has no pipes. {_REMEDY}")
    return process.stdin, process.stdout


def _listed(rule: CompiledRule) -> list[Any]:
    whens, unlesses = ([[one.field, one.op, one.value] for one in part] for part in (rule.when, rule.unless))
    return [rule.id, rule.subject, whens, unlesses]


def _rule(listed: list[Any]) -> CompiledRule:
    id_, subject, whens, unlesses = listed
    return CompiledRule(id_, subject, _conditions(whens), _conditions(unlesses))


def _conditions(listed: list[Any]) -> tuple[Condition, ...]:
    return tuple(
        Condition(name, op, tuple(value) if isinstance(value, list) else value) for name, op, value in listed
    )


def serve(evaluator: str) -> None:
    """Answer questions from stdin until it ends; the main loop of the child.

    Args:
        evaluator: "module:function" with the signature of `plain.evaluate`.
    """
    module, _, function = evaluator.partition(":")
    evaluate: Evaluate = getattr(importlib.import_module(module), function)
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever the C module prints is no reply
    packs: dict[int, tuple[CompiledRule, ...]] = {}
    for line in sys.stdin.buffer:
        question = json.loads(line)
        if "rules" in question:
            packs[question["pack"]] = tuple(_rule(one) for one in question["rules"])
        try:
            answer: dict[str, Any] = {"hits": evaluate(packs[question["pack"]], question["facts"])}
        except InferenceError as error:
            answer = {"error": str(error)}
        replies.write(json.dumps(answer).encode() + b"\n")
        replies.flush()
