"""The examples of local rules, run: a pack has no test of its own, so the self-check is its test."""

from __future__ import annotations

from collections.abc import Iterator

from engine.audit import Auditor
from engine.audit.across import ACROSS
from engine.audit.examples import example_schemes
from engine.knowledge.rules import Example, Rule
from engine.model import Across, Audit
from engine.rulecheck.problem import Problem, problem


def example_results(rule: Rule, auditor: Auditor) -> Iterator[Problem]:
    """Yield each example that comes out otherwise than it says; of a reworded rule only how often it fires."""
    for example in rule.examples:
        made = _audited(rule, example, auditor)
        found = [one for one in made.findings if one.rule == rule.id]
        if rule.reworded:
            same = len(found) == len(example.expect)
        else:
            same = tuple(one.message.zh for one in found) == example.expect
            same &= example.expect_en in (None, tuple(one.message.en for one in found))
        if not same:
            seen = "；".join(one.message.zh for one in found)
            yield problem(
                rule.id, "examples",
                f"示例“{example.title}”的结果与所写不符，实际为：{seen or '不触发'}。请更正条件或示例。",
                f"the example {example.title!r} comes out otherwise: {seen or 'it does not fire'}. "
                "Correct the conditions or the example.",
            )  # fmt: skip
        if any(one.rule == rule.id for one in made.not_checked) != example.not_checked:
            yield problem(
                rule.id, "examples",
                f"示例“{example.title}”的 not_checked 与结果不符。请更正。",
                f"the example {example.title!r}: not_checked is otherwise. Correct it.",
            )  # fmt: skip


def _audited(rule: Rule, example: Example, auditor: Auditor) -> Audit | Across:
    schemes = example_schemes(example)
    if rule.subject in ACROSS:
        return auditor.audit_across(schemes, as_of=example.as_of)
    return auditor.audit(schemes[0], profile=example.profile, as_of=example.as_of)
