"""Pages of the rule base: the list of rules, one rule's page, the self-check, an explanation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine import model
from engine.errors import RuleError
from engine.knowledge import Knowledge
from engine.knowledge.documents import suggest
from engine.knowledge.rules import Rule, RuleCite, Test
from engine.report.words import SEVERITY, say
from engine.rulecheck import Problem

_OPERATORS = {"eq": "=", "neq": "≠", "gt": ">", "gte": "≥", "lt": "<", "lte": "≤", "in": "∈"}


def rule_list(knowledge: Knowledge, lang: model.Lang) -> str:
    """Return one line a rule: code, severity, effect, title."""
    rows = [
        f"{rule.id}  {say(SEVERITY[rule.severity], lang)}  {rule.effect:<8}  {say(rule.title, lang)}  ({rule.name})"
        for rule in knowledge.rules
    ]
    return "\n".join(rows) + "\n"


def rule_page(knowledge: Knowledge, code: str, lang: model.Lang) -> str:
    """Return a rule's page: what it says, when, on what basis, what it proposes, its examples.

    Raises:
        RuleError: no such rule.
    """
    known = {rule.id: rule for rule in knowledge.rules} | {rule.name: rule for rule in knowledge.rules}
    rule = known.get(code) or known.get(code.upper())
    if rule is None:
        raise RuleError(
            f"{code}: no such rule.{suggest(code.upper(), known)} `quanheng rules` lists them all."
        )
    parts = [
        f"{rule.id} {rule.name} — {say(rule.title, lang)}",
        _pair(lang, "级别", "Severity", f"{say(SEVERITY[rule.severity], lang)}; effect: {rule.effect}"),
        _pair(lang, "说明", "Message", say(rule.message, lang)),
        _pair(lang, "建议", "Remedy", say(rule.fix, lang)),
        *_conditions(rule, knowledge, lang),
        *_basis(rule, knowledge, lang),
        *_proposals(rule, knowledge, lang),
        _pair(lang, "论文环节", "In the paper", f"{rule.stage} / {rule.mechanism} / {rule.path}"),
        _pair(lang, "可否豁免", "Waiver", rule.suppressible),
    ]
    if rule.inferred:
        parts.append(
            _t(
                lang,
                "依据文件“等”字等概括表述推断，非明文列举。",
                "Inferred from general wording, not listed in the text.",
            )
        )
    if rule.page:
        parts.append(say(rule.page, lang))
    parts.extend(_examples(rule, lang))
    return "\n\n".join(parts) + "\n"


def explain_page(rows: Sequence[tuple[str, str, str]], lang: model.Lang) -> str:
    """Return an explanation: one row a condition — its text, the value seen, whether it holds."""
    head = _t(lang, "条件\t实际值\t结果", "condition\tvalue\tholds")
    return "\n".join([head, *("\t".join(row) for row in rows)]) + "\n"


def check_page(problems: Sequence[Problem], rules: int, lang: model.Lang) -> str:
    """Return what the self-check of the rule base found."""
    if not problems:
        return (
            _t(lang, f"规则库自检通过：{rules} 条规则。", f"Rule base checked: {rules} rules, nothing found.")
            + "\n"
        )
    rows = [f"{one.about} [{one.kind}] {say(one.text, lang)}" for one in problems]
    return "\n".join([*rows, _t(lang, f"共 {len(rows)} 处问题。", f"{len(rows)} problems.")]) + "\n"


def _conditions(rule: Rule, knowledge: Knowledge, lang: model.Lang) -> list[str]:
    rows = [_t(lang, f"对象：{rule.subject}", f"subject: {rule.subject}")]
    rows += [_test(test, knowledge, lang) for test in rule.when]
    for way in rule.any:
        rows.append(
            _t(lang, "任一组：", "any of: ") + "; ".join(_test(test, knowledge, lang) for test in way)
        )
    if rule.unless:
        words = _t(lang, "同时满足下列条件的除外：", "unless all of: ")
        rows.append(words + "; ".join(_test(test, knowledge, lang) for test in rule.unless))
    return [_block(_t(lang, "触发条件", "Fires when"), rows)]


def _test(test: Test, knowledge: Knowledge, lang: model.Lang) -> str:
    field = knowledge.fields.get(test.field)
    meaning = f"（{say(field.meaning, lang)}）" if field else ""
    value = ", ".join(map(str, test.value)) if isinstance(test.value, tuple) else str(test.value)
    return f"{test.field}{meaning} {_OPERATORS[test.op]} {value}"


def _basis(rule: Rule, knowledge: Knowledge, lang: model.Lang) -> list[str]:
    rows = [_cite(cite, knowledge, lang) for cite in rule.cites]
    return (
        [_block(_t(lang, "依据（取第一条适用的）", "Basis (the first that applies)"), rows)] if rows else []
    )


def _cite(cite: RuleCite, knowledge: Knowledge, lang: model.Lang) -> str:
    document = knowledge.sources[cite.source]
    section = document.sections.get(cite.section) if cite.section else None
    article = cite.article or (section.article if section else None) or ""
    dates = document.in_force or document.issued or document.published or ""
    when = f" [{'; '.join(_test(t, knowledge, lang) for t in cite.when)}]" if cite.when else ""
    text = f" {say(section.text, lang)}" if section else ""
    return f"{document.shown(lang)}{article} ({dates}){when}{text}"


def _proposals(rule: Rule, knowledge: Knowledge, lang: model.Lang) -> list[str]:
    rows = [
        f"{entry}: {say(knowledge.catalogue[entry].title, lang)}"
        for entry in rule.propose
        if entry in knowledge.catalogue
    ]
    return [_block(_t(lang, "可替换为", "May be replaced by"), rows)] if rows else []


def _examples(rule: Rule, lang: model.Lang) -> list[str]:
    rows = []
    for example in rule.examples:
        fires = "; ".join(example.expect) if example.expect else _t(lang, "不提示", "silent")
        rows.append(f"{example.title} → {fires}")
    return [_block(_t(lang, "示例（即测试）", "Examples (its tests)"), rows)]


def _block(title: str, rows: Iterable[str]) -> str:
    return "\n".join([f"{title}:", *(f"  · {row}" for row in rows)])


def _pair(lang: model.Lang, zh: str, en: str, text: str) -> str:
    return f"{_t(lang, zh, en)}: {text}"


def _t(lang: model.Lang, zh: str, en: str) -> str:
    return say(model.Text(zh=zh, en=en), lang)
