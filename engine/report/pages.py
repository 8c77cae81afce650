"""Pages of the rule base: the list of rules, one rule's page, the self-check, an explanation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from engine import model
from engine.errors import RuleError
from engine.knowledge import Knowledge
from engine.knowledge.accuracy import FamilyAccuracy, shipped_accuracy
from engine.knowledge.documents import suggest
from engine.knowledge.rules import Example, Rule, RuleCite, Test
from engine.report.conditions import asked_text, condition_text
from engine.report.explanation import explain_page
from engine.report.localpack import change_rows, changes_head
from engine.report.words import say, term
from engine.rulecheck import Problem

__all__ = ["check_page", "explain_page", "find_rule", "rule_list", "rule_page"]

_FAMILIES: Mapping[str, model.Text] = {
    "F": model.Text(zh="形式化计分", en="formalistic measures"),
    "S": model.Text(zh="方案结构", en="structure"),
    "D": model.Text(zh="数据与报送", en="data and reporting"),
    "R": model.Text(zh="职责、权限、资源", en="responsibility, authority, resources"),
    "A": model.Text(zh="否决、奖惩、容错", en="vetoes, deductions, bonuses, fault tolerance"),
    "V": model.Text(zh="核验与数据风险", en="verification and data risk"),
    "C": model.Text(zh="能力与价值", en="capability and value"),
    "X": model.Text(zh="跨方案、跨层级", en="across schemes, roles and tiers"),
}
_EFFECT: Mapping[model.Effect, model.Text] = {
    "prohibit": model.Text(
        zh="红线：该项不得如此计分，分值须改写标准或调出",
        en="red line: the points must get another standard, or go",
    ),
    "carrier": model.Text(
        zh="只改载体：事项照做，分值不动，换掉记录方式",
        en="carrier only: the duty and its points stay, the way of recording it changes",
    ),
    "none": model.Text(zh="提示改进，不设红线", en="advice, no red line"),
}
_WAIVER: Mapping[model.Suppressible, model.Text] = {
    "never": model.Text(zh="不得豁免", en="never"),
    "with-basis": model.Text(
        zh="写明理由、依据、批准人、截止日期的可以豁免",
        en="with reason, basis, approver and end date on record",
    ),
    "yes": model.Text(
        zh="可以豁免，须写明理由、批准人、截止日期", en="yes, with reason, approver and end date"
    ),
}
_SUBJECT: Mapping[model.Subject, model.Text] = {
    "line": model.Text(zh="逐项指标", en="each line"),
    "pair": model.Text(zh="两项指标之间", en="each pair of lines"),
    "block": model.Text(zh="板块", en="each block"),
    "scheme": model.Text(zh="整个方案", en="the scheme"),
    "match": model.Text(zh="不同方案的相同指标之间", en="the same line in two schemes"),
    "group": model.Text(zh="几份方案都要的同一数据", en="one datum that several schemes demand"),
    "schemes": model.Text(zh="两份方案之间", en="two schemes"),
}
_PAPER: Mapping[str, model.Text] = {
    "technology": model.Text(zh="技术", en="technology"),
    "institution": model.Text(zh="制度", en="institution"),
    "behaviour": model.Text(zh="行为", en="behaviour"),
    "resource": model.Text(zh="资源", en="resources"),
    "risk": model.Text(zh="风险", en="risk"),
    "skill": model.Text(zh="能力", en="skill"),
    "ability": model.Text(zh="能力", en="ability"),
    "value": model.Text(zh="价值", en="value"),
}
_PLACES: Mapping[str, model.Text] = {
    "name": model.Text(zh="指标名称", en="name"),
    "block name": model.Text(zh="板块名称", en="block"),
    "scheme name": model.Text(zh="方案名称", en="scheme"),
    "evidence": model.Text(zh="引文", en="quoted words"),
    "stake": model.Text(zh="计分方式和分值", en="points at stake"),
    "rewrite": model.Text(zh="保留分值，改写标准为", en="Keep the points and rewrite the standard to"),
    "source": model.Text(zh="依据", en="basis"),
    "proposal": model.Text(zh="建议指标", en="proposed indicator"),
    "other": model.Text(zh="另一项指标", en="the other line"),
    "listed": model.Text(zh="所列事项", en="what is listed"),
    "scheme": model.Text(zh="方案", en="scheme"),
    "other_scheme": model.Text(zh="另一方案", en="the other scheme"),
    "quote": model.Text(zh="引文", en="quoted words"),
    "other_quote": model.Text(zh="另一项的引文", en="quoted words of the other line"),
    "collector": model.Text(zh="采集部门", en="office that collects"),
    "saving": model.Text(zh="可省工时", en="hours saved"),
}
_PLACEHOLDER = re.compile(r"\{(\w+)[^}]*\}")


def rule_list(knowledge: Knowledge, lang: model.Lang, prefix: str = "") -> str:
    """Return the rules whose codes begin with a prefix by family, one line each, and what a local pack changed."""
    parts = []
    for letter, family in _FAMILIES.items():
        rules = [
            rule for rule in knowledge.rules if rule.id.startswith(letter) and rule.id.startswith(prefix)
        ]
        if rules:
            parts.append(
                _block(f"{letter} {say(family, lang)} ({len(rules)})", [_row(r, lang) for r in rules], "")
            )
    changes = [one for one in knowledge.changes if one.about.startswith(prefix)]
    if changes:
        parts.append(_block(changes_head(changes, lang), change_rows(changes, lang)))
    return "\n\n".join(parts) + "\n"


def _row(rule: Rule, lang: model.Lang) -> str:
    marks = [_t(lang, "红线", "red line")] if rule.effect == "prohibit" else []
    marks += [_t(lang, "只改载体", "carrier only")] if rule.effect == "carrier" else []
    marks += [_t(lang, "本地", "local")] if rule.origin != "core" else []
    tail = f" [{', '.join(marks)}]" if marks else ""
    severity = term("severity", rule.severity, lang)
    severity = f"{severity:<7}" if lang == "en" else severity
    return f"{rule.id} {severity} {say(rule.title, lang)}{tail}"


def find_rule(knowledge: Knowledge, code: str) -> Rule:
    """Return a rule by its code or name.

    Raises:
        RuleError: no such rule.
    """
    known = {rule.id: rule for rule in knowledge.rules} | {rule.name: rule for rule in knowledge.rules}
    rule = known.get(code) or known.get(code.upper())
    if rule is None:
        raise RuleError(
            f"{code}: no such rule.{suggest(code.upper(), known)} `quanheng rules` lists them all."
        )
    return rule


def rule_page(knowledge: Knowledge, code: str, lang: model.Lang) -> str:
    """Return a rule's page: what it says, when, on what basis, what it proposes, its examples.

    Raises:
        RuleError: no such rule.
    """
    rule = find_rule(knowledge, code)
    parts = [
        _head(rule, lang),
        *([say(rule.page, lang)] if rule.page else []),
        *_conditions(rule, knowledge, lang),
        _block(_t(lang, "提示内容", "What it says"), [_readable(rule.message, rule, knowledge, lang)]),
        _block(_t(lang, "修改建议", "Remedy"), [_readable(rule.fix, rule, knowledge, lang)]),
        *_proposals(rule, knowledge, lang),
        *_basis(rule, knowledge, lang),
        *_accuracy(rule, lang),
        *_examples(rule, lang),
    ]
    return "\n\n".join(parts) + "\n"


def _accuracy(rule: Rule, lang: model.Lang) -> list[str]:
    """How well the families that the rule asks about are found, where it asks about any."""
    asked = [family for family in model.FAMILIES if f"family_{family}" in {test.field for test in rule.tests}]
    figures = shipped_accuracy()
    rows = [
        f"{term('family', family, lang)}{_t(lang, '：', ': ')}{_rate(figures.families[family], lang)}"
        for family in asked
    ]
    if not rows:
        return []
    title = _t(
        lang, f"识别准确度（{figures.lines} 行公开方案指标，读时均未参与训练）",
        f"How well it is found ({figures.lines} lines of public schemes, none trained on when read)",
    )  # fmt: skip
    return [_block(title, rows)]


def _rate(one: FamilyAccuracy, lang: model.Lang) -> str:
    if not one.is_measured:
        return _t(lang, f"仅 {one.lines} 行，未测", f"only {one.lines} lines: not measured")
    return _t(
        lang, f"{one.lines} 行中认出 {one.found} 行；认为是的 {one.said} 行中 {one.right} 行确是",
        f"{one.found} of {one.lines} found; {one.right} of the {one.said} taken for it are",
    )  # fmt: skip


def check_page(problems: Sequence[Problem], rules: int, lang: model.Lang) -> str:
    """Return what the self-check of the rule base found."""
    if not problems:
        return (
            _t(lang, f"规则库自检通过：{rules} 条规则。", f"Rule base checked: {rules} rules, nothing found.")
            + "\n"
        )
    rows = [f"{one.about} [{one.kind}] {say(one.text, lang)}" for one in problems]
    return (
        "\n".join(
            [
                *rows,
                _t(lang, f"共 {len(rows)} 处问题。", f"{len(rows)} problem{'s' if len(rows) > 1 else ''}."),
            ]
        )
        + "\n"
    )


def _head(rule: Rule, lang: model.Lang) -> str:
    paper = " · ".join(say(_PAPER[key], lang) for key in (rule.stage, rule.mechanism, rule.path))
    rows = [
        f"{rule.id} {say(rule.title, lang)} ({rule.name})",
        _pair(
            lang,
            "级别",
            "Severity",
            f"{term('severity', rule.severity, lang)}{_t(lang, '；', '; ')}{say(_EFFECT[rule.effect], lang)}",
        ),
        _pair(lang, "豁免", "Waiver", say(_WAIVER[rule.suppressible], lang)),
        _pair(lang, "环节 · 机制 · 路径", "Stage · mechanism · path", paper),
    ]
    if rule.origin != "core":
        rows.append(_pair(lang, "来源", "Origin", _t(lang, "本地规则包", "local pack")))
    if rule.inferred:
        rows.append(
            _t(
                lang,
                "依据文件“等”字等概括表述推断，非明文列举。",
                "Inferred from general wording, not listed in the text.",
            )
        )
    return "\n".join(rows)


def _conditions(rule: Rule, knowledge: Knowledge, lang: model.Lang) -> list[str]:
    head = _t(lang, "触发条件（{}，须全部成立）", "Fires when ({}, all must hold)").format(
        say(_SUBJECT[rule.subject], lang)
    )
    blocks = [_block(head, _tests(rule.when, rule, knowledge, lang))]
    if rule.any:
        joint = _t(lang, "；且 ", "; and ")
        listed = (joint.join(_tests(way, rule, knowledge, lang)) for way in rule.any)
        head = _t(lang, "并且至少符合下列一种情形", "And at least one of")
        blocks.append(_block(head, (f"{n}. {way}" for n, way in enumerate(listed, 1)), ""))
    if rule.unless:
        words = _t(lang, "例外（全部成立时不提示）", "Unless (silent where all hold)")
        blocks.append(_block(words, _tests(rule.unless, rule, knowledge, lang)))
    return blocks


def _tests(tests: Iterable[Test], rule: Rule, knowledge: Knowledge, lang: model.Lang) -> list[str]:
    specs = knowledge.fields[rule.subject]
    return [condition_text(test, specs, lang) for test in tests]


def _readable(text: model.Text, rule: Rule, knowledge: Knowledge, lang: model.Lang) -> str:
    """Return a message with each place named by what will stand there."""
    specs = knowledge.fields[rule.subject]

    def name(match: re.Match[str]) -> str:
        key = match[1]
        spec = specs.get(key)
        place = f"{rule.subject} {key}"
        meaning = (
            _PLACES.get(place) or _PLACES.get(key) or (model.Text(zh=spec.zh, en=spec.en) if spec else None)
        )
        shown = say(meaning, lang) if meaning else key
        return _t(lang, f"〔{shown}〕", f"[{shown}]")

    return _PLACEHOLDER.sub(name, say(text, lang))


def _basis(rule: Rule, knowledge: Knowledge, lang: model.Lang) -> list[str]:
    rows = [_cite(cite, rule, knowledge, lang) for cite in rule.cites]
    return [_block(_t(lang, "依据", "Basis"), rows)] if rows else []


def _cite(cite: RuleCite, rule: Rule, knowledge: Knowledge, lang: model.Lang) -> str:
    document = knowledge.sources[cite.source]
    section = document.sections.get(cite.section) if cite.section else None
    article = cite.article or (section.article if section else None) or ""
    date = document.in_force or document.issued or document.published
    dated = _t(lang, f"（{date}）", f" ({date})") if date else ""
    specs = knowledge.fields[rule.subject]
    binds = [Test(name, "eq", True) for name in (document.binds,) if name is not None and name in specs]
    condition = _t(lang, "，", ", ").join(asked_text(test, specs, lang) for test in (*cite.when, *binds))
    when = _t(lang, f"（{condition} 时引用）", f" (cited when {condition})") if condition else ""
    text = f"{_t(lang, '：', ': ')}{say(section.text, lang)}" if section else ""
    place = (section.place if section else None) or ""
    gap = " " if (article or place) and lang == "en" else ""
    return f"{document.shown(lang)}{gap}{article}{place}{dated}{when}{text}"


def _proposals(rule: Rule, knowledge: Knowledge, lang: model.Lang) -> list[str]:
    rows = [
        f"{say(knowledge.catalogue[entry].title, lang)} ({entry})"
        for entry in rule.propose
        if entry in knowledge.catalogue
    ]
    return [_block(_t(lang, "可替换为", "May be replaced by"), rows)] if rows else []


def _examples(rule: Rule, lang: model.Lang) -> list[str]:
    return [
        _block(
            _t(lang, "示例（每例都经测试）", "Examples (each is a test)"),
            [_example(e, n, lang) for n, e in enumerate(rule.examples, 1)],
        )
    ]


def _example(example: Example, number: int, lang: model.Lang) -> str:
    said = example.expect_en if lang == "en" and example.expect_en is not None else example.expect
    outcome = "; ".join(said) if said else _t(lang, "不提示", "silent")
    if example.not_checked:
        outcome = _t(lang, "未能核查（缺少信息）", "not checked for want of information")
    shown = _t(lang, f"方案示例 {number}", example.title)
    if example.line is not None and lang != "en":
        parts = [example.line.get("name"), example.line.get("criterion")]
        shown = say(model.Text(zh="：".join(str(part) for part in parts if part), en=""), lang)
    return f"{shown} → {outcome}"


def _block(title: str, rows: Iterable[str], mark: str = "· ") -> str:
    return "\n".join([f"{title}", *(f"  {mark}{row}" for row in rows)])


def _pair(lang: model.Lang, zh: str, en: str, text: str) -> str:
    return f"{say(model.Text(zh=zh, en=en), lang)}{_t(lang, '：', ': ')}{text}"


def _t(lang: model.Lang, zh: str, en: str) -> str:
    return say(model.Text(zh=zh, en=en), lang)
