"""Faults between rules: one that says what another says, one that bars what another proposes or protects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import TYPE_CHECKING

from engine.audit import Auditor
from engine.audit.examples import example_schemes
from engine.knowledge.rules import Rule
from engine.model import Audit, Indicator, Scheme
from engine.rulecheck.problem import Problem, problem
from engine.rulecheck.reach import Reach

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.knowledge import Knowledge
    from engine.model import Subject

_HEAVY = ("info", "warning", "error")
_PLACE = re.compile(r"\{[^}]*\}")


def overlaps(rules: Sequence[Rule], reach: Mapping[Subject, Reach]) -> Iterator[Problem]:
    """Yield each rule that only fires where another does that says at least as much.

    Two that fire on the same overlap; one within a wider one is shadowed by it. A rule without effect is
    shadowed by a red line, too.
    """
    for inner, outer in permutations(rules, 2):
        if inner.subject != outer.subject or inner.effect not in (outer.effect, "none"):
            continue
        if _HEAVY.index(inner.severity) > _HEAVY.index(outer.severity):
            continue
        space = reach[inner.subject]
        if not space.fires_within(inner, outer):
            continue
        if not space.fires_within(outer, inner):
            yield problem(
                inner.id, "shadowed",
                f"凡本规则触发之处 {outer.id} 也触发，级别不低于本规则。请删去本规则，或使条件互斥。",
                f"wherever it fires, {outer.id} fires too, at least as severe. Drop it, or set them apart.",
            )  # fmt: skip
        elif inner.severity != outer.severity or inner.effect != outer.effect or inner.id < outer.id:
            yield problem(  # of two that say the same it is said once, of the first
                inner.id, "overlap",
                f"凡本规则触发之处 {outer.id} 也触发，级别不低于本规则。请合并，或使条件互斥。",
                f"wherever it fires, {outer.id} fires too, at least as severe. Merge them, or set them apart.",
            )  # fmt: skip


def contradictions(
    rules: Sequence[Rule], reach: Mapping[Subject, Reach], knowledge: Knowledge, auditor: Auditor
) -> Iterator[Problem]:
    """Yield each red line that bars what another rule protects or proposes."""
    barring = [rule for rule in rules if rule.effect == "prohibit"]
    keeping = [rule for rule in rules if rule.effect == "carrier"]
    said: set[tuple[str, str]] = set()
    for bar in barring:
        for keep in keeping:
            if bar.subject == keep.subject:
                space = reach[bar.subject]
                if space.fires_within(bar, keep) or space.fires_within(keep, bar):
                    said.add((bar.id, keep.id))
    said |= _in_examples(rules, auditor)
    for bar_id, keep_id in sorted(said):
        yield problem(
            bar_id, "contradiction",
            f"本规则清零的分值，{keep_id} 要求不动。请使两者条件互斥。",
            f"it bars points that {keep_id} keeps. Set their conditions apart.",
        )  # fmt: skip
    yield from _barred_proposals(rules, auditor, knowledge)


def _in_examples(rules: Sequence[Rule], auditor: Auditor) -> set[tuple[str, str]]:
    """The pairs of a barring and a keeping rule that fire on one line of some example."""
    pairs: set[tuple[str, str]] = set()
    for rule in rules:
        for example in rule.examples:
            for scheme in example_schemes(example):
                found = auditor.audit(scheme, profile=example.profile, as_of=example.as_of)
                pairs |= _at_odds(found)
    return pairs


def _at_odds(found: Audit) -> set[tuple[str, str]]:
    barred = {(code, f.rule) for f in found.findings if f.effect == "prohibit" for code in f.codes}
    kept = {(code, f.rule) for f in found.findings if f.effect == "carrier" for code in f.codes}
    return {(bar, keep) for code, bar in barred for other, keep in kept if code == other}


def _barred_proposals(rules: Sequence[Rule], auditor: Auditor, knowledge: Knowledge) -> Iterator[Problem]:
    """Audit the standards that rules propose: none may be what a red line bars."""
    users: dict[str, str] = {}
    for rule in rules:
        for name in rule.propose:
            users.setdefault(name, rule.id)
    entries = [knowledge.catalogue[name] for name in users if name in knowledge.catalogue]
    if not entries:
        return
    lines = tuple(
        Indicator(code=e.id, name=e.title.zh, criterion=_PLACE.sub("1", e.standard.zh), points=1.0)
        for e in entries
    )
    found = auditor.audit(Scheme(title="指标库", indicators=lines), as_of="9999-12-31")
    for finding in found.findings:
        if finding.effect == "prohibit":
            for code in finding.codes:
                yield problem(
                    finding.rule, "contradiction",
                    f"{users[code]} 建议的 {code} 被本规则禁止。请更换建议指标。",
                    f"it bars {code}, which {users[code]} proposes. Propose another indicator.",
                )  # fmt: skip
