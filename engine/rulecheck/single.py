"""Faults of one rule: conditions that never hold, citations, texts, examples, proposals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from engine.knowledge.rules import PARAMETERS, Rule, Test, placeholders
from engine.rulecheck.problem import Problem, problem
from engine.rulecheck.reach import Reach, ways

if TYPE_CHECKING:
    from engine.knowledge import Knowledge
    from engine.knowledge.fields import FieldSpec
    from engine.model import CatalogueEntry, Text

_SIGNS = {"eq": "=", "neq": "≠", "gt": ">", "gte": "≥", "lt": "<", "lte": "≤", "in": "∈"}


def shown(test: Test) -> str:
    """Return a condition as one reads it.

    >>> shown(Test("points", "gt", 0))
    'points > 0'
    """
    value = "{" + ", ".join(map(str, test.value)) + "}" if isinstance(test.value, tuple) else str(test.value)
    return f"{test.field} {_SIGNS[test.op]} {value}"


def unknown_fields(rule: Rule, specs: Mapping[str, FieldSpec]) -> Iterator[Problem]:
    """Yield each field that no fact of the subject has, each value of another type or never taken."""
    for test in (*rule.tests, *rule.unless, *(t for cite in rule.cites for t in cite.when)):
        spec = specs.get(test.field)
        if spec is None:
            yield problem(
                rule.id, "unknown",
                f"字段 {test.field} 不存在于 {rule.subject}。请核对 fields.yaml。",
                f"a {rule.subject} has no field {test.field}. See fields.yaml.",
            )  # fmt: skip
            continue
        for value in test.value if isinstance(test.value, tuple) else (test.value,):
            if _kind(value) != spec.type or (spec.values is not None and value not in spec.values):
                yield problem(
                    rule.id, "unknown",
                    f"条件“{shown(test)}”的取值 {value!r} 从不出现。请改为该字段的取值。",
                    f"{shown(test)}: the value {value!r} never occurs. Use a value of that field.",
                )  # fmt: skip


def _kind(value: object) -> str:
    return "bool" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"


def dead_parts(rule: Rule, reach: Reach, specs: Mapping[str, FieldSpec]) -> Iterator[Problem]:
    """Yield what can never happen: the rule, one of its ways, its exception, a citation's condition."""
    if not any(reach.admits(way) for way in ways(rule)):
        listed = "; ".join(shown(test) for test in rule.tests)
        yield problem(
            rule.id, "dead",
            f"各项条件不可能同时成立，规则永远不会触发：{listed}。",
            f"its conditions can never hold together, so the rule never fires: {listed}.",
        )  # fmt: skip
        return
    yield from _dead_ways(rule, reach)
    yield from _dead_exception(rule, reach)
    for test in rule.tests:
        if not specs[test.field].attribute and reach.implies((), (test,)):
            yield problem(
                rule.id, "always",
                f"条件“{shown(test)}”总是成立，没有作用。请删去。",
                f"{shown(test)} always holds and tells nothing. Delete it.",
            )  # fmt: skip
    for cite in rule.cites:
        if cite.when and not any(reach.admits((*way, *cite.when)) for way in ways(rule)):
            yield problem(
                rule.id, "dead",
                f"引用 {cite.source} 的条件与触发条件不能同时成立，永远不会被引用。",
                f"the citation of {cite.source} is never used: its condition excludes those of the rule.",
            )  # fmt: skip


def _dead_ways(rule: Rule, reach: Reach) -> Iterator[Problem]:
    every = ways(rule)
    for number, way in enumerate(every, start=1):
        others = [other for other in every if other is not way]
        if not reach.admits(way):
            yield problem(
                rule.id, "dead",
                f"第 {number} 种情形不可能成立。请更正或删去。",
                f"alternative {number} can never hold. Correct or delete it.",
            )  # fmt: skip
        elif any(reach.implies(way, other) and not reach.implies(other, way) for other in others):
            yield problem(
                rule.id, "overlap",
                f"第 {number} 种情形已包含在另一种情形中。请删去。",
                f"alternative {number} is contained in another one. Delete it.",
            )  # fmt: skip


def _dead_exception(rule: Rule, reach: Reach) -> Iterator[Problem]:
    if not rule.unless:
        return
    listed = "; ".join(shown(test) for test in rule.unless)
    if all(reach.implies(way, rule.unless) for way in ways(rule)):
        yield problem(
            rule.id, "dead",
            f"例外（{listed}）在触发条件成立时总是成立，规则永远不会触发。",
            f"its exception ({listed}) holds whenever its conditions do, so the rule never fires.",
        )  # fmt: skip
    elif not any(reach.admits((*way, *rule.unless)) for way in ways(rule)):
        yield problem(
            rule.id, "dead",
            f"例外（{listed}）与触发条件不能同时成立，没有作用。",
            f"its exception ({listed}) can never hold together with its conditions.",
        )  # fmt: skip


def text_faults(rule: Rule, specs: Mapping[str, FieldSpec]) -> Iterator[Problem]:
    """Yield placeholders that differ between the languages or that no fact can fill."""
    texts: dict[str, Text | None] = {
        "title": rule.title, "message": rule.message, "fix": rule.fix, "page": rule.page
    }  # fmt: skip
    for key, text in texts.items():
        if text is None:
            continue
        zh, en = placeholders(text.zh), placeholders(text.en)
        strange = sorted((zh | en) - PARAMETERS - set(specs))
        if zh != en or strange:
            listed = ", ".join(sorted(zh ^ en) or strange)
            yield problem(
                rule.id, "placeholders",
                f"{key} 的中英文占位符不一致或无从取值：{listed}。",
                f"{key}: placeholders differ between zh and en, or nothing fills them: {listed}.",
            )  # fmt: skip


def example_faults(rule: Rule) -> Iterator[Problem]:
    """Yield the kind of example that is missing: one that fires, one that is silent."""
    fires = [bool(example.expect) or example.not_checked for example in rule.examples]
    if not any(fires):
        yield problem(rule.id, "examples", "缺少触发示例。", "no example on which the rule fires.")
    if all(fires):
        yield problem(rule.id, "examples", "缺少不触发示例。", "no example on which the rule is silent.")


def citation_faults(rule: Rule, knowledge: Knowledge, as_of: str) -> Iterator[Problem]:
    """Yield sources and sections that are unknown, documents that do not apply on the day, and a rule without a
    citation for those whom none of its documents binds."""
    yield from _unbound(rule, knowledge)
    for cite in rule.cites:
        document = knowledge.sources.get(cite.source)
        if document is None or (cite.section is not None and cite.section not in document.sections):
            name = f"{cite.source}, {cite.section}" if document else cite.source
            yield problem(
                rule.id,
                "citation",
                f"引用的 {name} 不存在于 sources.yaml。",
                f"{name} is not in sources.yaml.",
            )
        elif not document.is_in_force(as_of):
            ended = document.repealed is not None and as_of[: len(document.repealed)] >= document.repealed
            yield problem(
                rule.id, "citation",
                f"引用的{document.shown('zh')}在 {as_of} {'已废止' if ended else '尚未施行'}。",
                f"{document.shown('en')} is {'repealed' if ended else 'not yet in force'} on {as_of}.",
            )  # fmt: skip


def _unbound(rule: Rule, knowledge: Knowledge) -> Iterator[Problem]:
    documents = [knowledge.sources[cite.source] for cite in rule.cites if cite.source in knowledge.sources]
    if any(document.binds is None for document in documents):
        return
    asked = {test.field for test in rule.tests}
    for name in sorted({str(document.binds) for document in documents}):
        if name in knowledge.fields[rule.subject] and name not in asked:
            yield problem(
                rule.id, "citation",
                f"所引文件只约束一部分对象，条件中却没有 {name}。请加上该条件，或补一条对所有对象都适用的引用。",
                f"its documents bind only some, and no condition asks for {name}. Ask for it, or add a citation that "
                "binds all.",
            )  # fmt: skip


def proposal_faults(rule: Rule, catalogue: Mapping[str, CatalogueEntry]) -> Iterator[Problem]:
    """Yield the indicators proposed that the catalogue does not hold."""
    for name in rule.propose:
        if name not in catalogue:
            yield problem(
                rule.id, "proposal", f"建议指标 {name} 不在指标库中。", f"{name} is not in the catalogue."
            )


def catalogue_faults(catalogue: Mapping[str, CatalogueEntry]) -> Iterator[Problem]:
    """Yield the standards of the catalogue whose places differ between the languages."""
    for name, entry in catalogue.items():
        zh, en = placeholders(entry.standard.zh), placeholders(entry.standard.en)
        differ = sorted((zh ^ en) - {"duty"})  # the duty's name is Chinese; English says "this duty"
        if differ:
            yield problem(
                name, "placeholders",
                f"standard 的中英文占位符不一致：{', '.join(differ)}。",
                f"standard: placeholders differ between zh and en: {', '.join(differ)}.",
            )  # fmt: skip
