"""The only door to durable-rules: the same answers as `plain`, or an InferenceError, never a lost hit.

What durable-rules does unreliably is kept away from it (see `encoding`), and what it answers is counted:
every fact must have matched the catch-all of every shard exactly once. A pack of rules is built once a
process and on the main thread only, because building elsewhere crashes and nothing built can be freed;
`evaluate` is then right from any thread, one call at a time. A server whose threads cannot prepare their
rules beforehand uses `child.ChildEngine`.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from engine.errors import InferenceError
from engine.inference.conditions import CompiledRule, Fact, Hit, identity, quantised_fact
from engine.inference.encoding import BATCH, CATCH_ALL, Encoded, Row, Shard, SubjectPlan, plan

try:
    from durable.engine import Host, MessageNotHandledException, MessageObservedException
    from durable_rules_engine import error as EngineFault  # noqa: N812  (the C module's own name)
except ImportError:  # no C module for this Python or machine; `available` says so
    Host = object
    MessageNotHandledException = MessageObservedException = EngineFault = InferenceError
    _AVAILABLE = False
else:
    _AVAILABLE = True

_FAILURES = (
    EngineFault,
    MessageNotHandledException,
    MessageObservedException,
    MemoryError,
    LookupError,
    ValueError,
    TypeError,
)
_REMEDY = "The audit did not run; run it again with the plain engine and report the rules."
_lock = threading.RLock()  # the C module keeps global tables
_packs: dict[tuple[CompiledRule, ...], _Pack] = {}
_sessions = count(1)
Matched = dict[int, set[int]]  # the rows that each pattern matched, by its number


def available() -> bool:
    """Whether the C module of durable-rules could be imported; if not, use `plain` and say so."""
    return _AVAILABLE


def prepare(rules: Sequence[CompiledRule]) -> None:
    """Build the rulesets of a pack, once; later calls of `evaluate` with equal rules may come from any thread.

    Raises:
        InferenceError: not on the main thread, no C module, or rules that durable-rules refuses.
    """
    with _lock:
        _pack(tuple(rules))


def evaluate(rules: Sequence[CompiledRule], facts: Sequence[Fact]) -> list[Hit]:
    """Return which rules fire on which facts, as `plain.evaluate` does.

    Raises:
        InferenceError: as `plain.evaluate`; rules not prepared and this is no main thread; an error of
            durable-rules; a fact that was lost or counted twice.
    """
    rules = tuple(rules)
    with _lock:
        pack = _pack(rules)
        try:
            return pack.evaluate(facts)
        finally:
            if not pack.sound:
                del _packs[rules]  # what it still holds could answer a later call


class _QuietHost(Host):  # type: ignore[misc]
    """A host without the two polling threads, which would run actions behind our back."""

    def _run(self) -> None:
        return


@dataclass(slots=True)
class _Pack:
    """One pack of rules as built rulesets; `sound` while every batch that was asserted has been answered."""

    plans: Mapping[str, SubjectPlan]
    host: Any = None
    sound: bool = True
    fired: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def build(self) -> None:
        """Build all rulesets; each pattern's action notes which rows matched."""
        definitions = {}
        for shard in (shard for one in self.plans.values() for shard in one.shards):
            definitions[shard.name] = shard.definition()
            for name, rule in definitions[shard.name].items():
                rule["run"] = self._action(name)
        try:
            self.host = _QuietHost(definitions)
        except _FAILURES as error:
            raise InferenceError(
                f"durable-rules refused the rules: {error}. Use the plain engine."
            ) from error

    def _action(self, name: str) -> Callable[[Any], None]:
        def note(closure: Any) -> None:  # exactly one argument: with two, durable-rules waits for a callback
            self.fired[name].extend(int(message["id"]) for message in closure.m)

        return note

    def evaluate(self, facts: Sequence[Fact]) -> list[Hit]:
        rows: dict[str, dict[int, Row]] = {subject: {} for subject in self.plans}
        ids = []
        for order, fact in enumerate(facts):
            id_, subject = identity(fact)
            ids.append(id_)
            if subject in self.plans:
                one = self.plans[subject]
                rows[subject][order] = one.layout.row(quantised_fact(fact, one.fields))
        hits = [
            (order, encoded.rule.id, subject)
            for subject, one in self.plans.items()
            for encoded, orders in self._fired_rules(one, rows[subject])
            for order in orders
        ]
        return [Hit(rule, subject, ids[order]) for order, rule, subject in sorted(hits)]

    def _fired_rules(self, one: SubjectPlan, rows: Mapping[int, Row]) -> list[tuple[Encoded, set[int]]]:
        matched: Matched = defaultdict(set)
        orders = list(rows)
        for start in range(0, len(orders), BATCH):
            batch = {order: rows[order] for order in orders[start : start + BATCH]}
            for shard in one.shards:
                self._match(shard, batch, matched)
        return [(rule, self._where(rule, matched)) for rule in one.rules]

    def _where(self, rule: Encoded, matched: Matched) -> set[int]:
        """The rows on which a rule fires: its `when` matched, its exemption did not."""
        when = matched.get(rule.when, set())
        exempt = matched.get(rule.exempt, set()) if rule.exempt is not None else set()
        if not exempt <= when:
            self.sound = False
            raise InferenceError(
                f"durable-rules exempted facts of {rule.rule.id} that it had not matched. {_REMEDY}"
            )
        return when - exempt

    def _match(self, shard: Shard, batch: Mapping[int, Row], matched: Matched) -> None:
        """Assert one batch as one session, check that every row was seen once, note what matched.

        A row that lacks what every pattern needs cannot match and is not sent, nor is what no pattern can
        match by.
        """
        asked = {order: names for order, row in batch.items() if (names := shard.asked(row)) is not None}
        if not asked:
            return
        orders = list(asked)
        session = f"s{next(_sessions)}"
        self.fired.clear()
        rows = [
            {"id": at, "sid": session, "t": 1} | {name: batch[order][name] for name in asked[order]}
            for at, order in enumerate(orders)
        ]
        self.sound = False
        try:
            state = self.host.assert_facts(shard.name, rows)
        except _FAILURES as error:
            raise InferenceError(f"durable-rules failed on {len(rows)} facts: {error}. {_REMEDY}") from error
        self._check(state, len(rows))
        self.host.delete_state(shard.name, session)  # only now: it crashes where nothing matched
        self.sound = True
        for name, ats in self.fired.items():
            if name != CATCH_ALL:
                matched[shard.numbers[name]].update(orders[at] for at in ats)

    def _check(self, state: object, rows: int) -> None:
        if not isinstance(state, dict) or "exception" in state:
            cause = (
                str(state["exception"]).partition(", traceback")[0] if isinstance(state, dict) else "no state"
            )
            raise InferenceError(f"durable-rules lost an action: {cause}. {_REMEDY}")
        seen = sorted(self.fired[CATCH_ALL])
        if seen != list(range(rows)):
            raise InferenceError(f"durable-rules saw {len(seen)} of {rows} facts once. {_REMEDY}")
        for name, ats in self.fired.items():
            if len(set(ats)) != len(ats):
                raise InferenceError(
                    f"durable-rules fired {name} {len(ats)} times on {len(set(ats))} facts. {_REMEDY}"
                )


def _pack(rules: tuple[CompiledRule, ...]) -> _Pack:
    if (pack := _packs.get(rules)) is not None:
        return pack
    if not _AVAILABLE:
        raise InferenceError("durable-rules is not built for this Python. Use the plain engine.")
    if threading.current_thread() is not threading.main_thread():
        raise InferenceError(
            "these rules were not prepared: they cannot be built outside the main thread. "
            "Call prepare there first, or use a child process."
        )
    pack = _Pack(plan(rules))
    pack.build()
    _packs[rules] = pack
    return pack
