"""Why a rule fired or did not: every condition with the value asked for and the value seen, then one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine import model
from engine.inference.conditions import Verdict
from engine.knowledge import Knowledge
from engine.knowledge.rules import Rule
from engine.report.conditions import Specs, family_word, meanings, value_word, verdict_text, wanted
from engine.report.words import say, term

Way = Sequence[Verdict]


@dataclass(frozen=True)
class Case:
    """The conditions of one rule on one subject, those that all its alternatives share apart."""

    shared: Way
    ways: tuple[Way, ...]
    excepted: Way

    @property
    def firing(self) -> tuple[int, ...]:
        """The numbers of the alternatives that hold, from 1, whatever the exception says."""
        if any(v.holds != "true" for v in self.shared):
            return ()
        return tuple(n for n, way in enumerate(self.ways, 1) if all(v.holds == "true" for v in way))

    @property
    def is_excepted(self) -> bool:
        return bool(self.excepted) and all(v.holds == "true" for v in self.excepted)


def explain_page(
    rule: Rule,
    rows: Sequence[Way],
    knowledge: Knowledge,
    lang: model.Lang,
    line: model.Classification | None = None,
) -> str:
    """Return the explanation of one rule on one subject, or on each of several (the pairs of a line).

    Args:
        rule: the rule explained.
        rows: the conditions of each alternative of the rule, subject after subject.
        knowledge: the rule base, for the meaning of the fields.
        lang: the language.
        line: how the line was classified, where the rule asks about one.
    """
    specs = knowledge.fields[rule.subject]
    cases = _cases(rule, rows)
    parts = [f"{rule.id} {say(rule.title, lang)} ({term('severity', rule.severity, lang)})"]
    if line is not None:
        parts.append(_classified(line, knowledge.fields["line"], lang))
    if not cases:
        parts.append(
            _t(
                lang,
                "结论：规则不触发：没有另一项与该项名称相近或要求同一数据。",
                "Conclusion: the rule does not fire: no other line has a similar name or asks for the same datum.",
            )
        )
    for number, case in enumerate(cases, start=1):
        if len(cases) > 1:
            parts.append(_t(lang, f"第 {number} 处", f"case {number}"))
        parts.append(_conditions(case, specs, lang))
        parts.append(_conclusion(case, specs, lang))
    return "\n\n".join(parts) + "\n"


def _cases(rule: Rule, rows: Sequence[Way]) -> list[Case]:
    width, shared = len(rule.any) or 1, len(rule.when)
    cases = []
    for start in range(0, len(rows), width):
        wanted = [[v for v in way if not v.unless] for way in rows[start : start + width]]
        excepted = [v for v in rows[start] if v.unless]
        cases.append(Case(wanted[0][:shared], tuple(way[shared:] for way in wanted), excepted))
    return cases


def _classified(line: model.Classification, specs: Specs, lang: model.Lang) -> str:
    comma = _t(lang, "、", ", ")
    words = comma.join(dict.fromkeys(e.text for hit in line.families for e in hit.evidence))
    families = _t(lang, "；", "; ").join(say(family_word(name, specs), lang) for name in line.family_names)
    quoted = _t(lang, f"“{words}”", f" “{words}”") if words else ""
    level, carrier = (
        say(value_word(v, n, specs), lang) for v, n in ((line.level, "level"), (line.carrier, "carrier"))
    )
    return _t(
        lang,
        f"{line.code} 读作：{term('class', line.class_, 'zh')}；层次：{level}；形式化类型：{families or '无'}{quoted}；载体：{carrier}",
        f"{line.code} is read as: {term('class', line.class_, 'en')}; level: {level}; formalistic families: "
        f"{families or 'none'}{quoted}; carrier: {carrier}",
    )


def _conditions(case: Case, specs: Specs, lang: model.Lang) -> str:
    rows: list[str] = []
    if case.shared:
        rows.append(_t(lang, "须全部成立：", "All must hold:"))
        rows += [f"  {verdict_text(v, specs, lang)}" for v in case.shared]
    if len(case.ways) > 1:
        rows.append(_t(lang, "并且至少一种情形成立：", "And at least one of these:"))
        for number, way in enumerate(case.ways, start=1):
            rows += [f"  {number}. {verdict_text(v, specs, lang)}" for v in way]
    elif case.ways[0]:
        rows += [f"  {verdict_text(v, specs, lang)}" for v in case.ways[0]]
    if case.excepted:
        rows.append(_t(lang, "例外（全部成立时不提示）：", "Exception (silent where all hold):"))
        rows += [f"  {verdict_text(v, specs, lang)}" for v in case.excepted]
    return "\n".join(rows)


def _conclusion(case: Case, specs: Specs, lang: model.Lang) -> str:
    firing = case.firing
    if firing and not case.is_excepted:
        numbers = ", ".join(map(str, firing))
        which = _t(lang, f"（情形 {numbers}）", f" (alternative {numbers})") if len(case.ways) > 1 else ""
        return _t(
            lang,
            f"结论：条件成立，规则触发{which}。",
            f"Conclusion: the conditions hold, so the rule fires{which}.",
        )
    if firing:
        listed = wanted(case.excepted, specs, lang)
        return _t(
            lang,
            f"结论：规则不触发：条件成立，但例外也成立（{listed}）。",
            f"Conclusion: the rule does not fire: its exception holds ({listed}).",
        )
    return _t(lang, "结论：规则不触发：", "Conclusion: the rule does not fire: ") + _reason(case, specs, lang)


def _reason(case: Case, specs: Specs, lang: model.Lang) -> str:
    """What kept the rule from firing: a condition that is false, else one that could not be asked."""
    ways = case.ways if len(case.ways) > 1 else ()
    single = case.ways[0] if len(case.ways) == 1 else ()
    asked = [*case.shared, *single]
    if failed := [v for v in asked if v.holds == "false"]:
        listed = wanted(failed, specs, lang)
        return _t(lang, f"“{listed}”不成立。", f"“{listed}” does not hold.")
    if missing := [v for v in asked if v.holds == "missing"]:
        return _unknown(missing, specs, lang)
    if missing := [
        v for way in ways if all(v.holds != "false" for v in way) for v in way if v.holds == "missing"
    ]:
        return _unknown(missing, specs, lang)
    return _t(lang, f"{len(ways)} 种情形都不成立。", f"none of its {len(ways)} alternatives holds.")


def _unknown(missing: Way, specs: Specs, lang: model.Lang) -> str:
    listed = meanings(missing, specs, lang)
    return _t(
        lang,
        f"方案未提供“{listed}”，无法核查；补充后再审。",
        f"“{listed}” is not given, so it could not be checked; add it and audit again.",
    )


def _t(lang: model.Lang, zh: str, en: str) -> str:
    return say(model.Text(zh=zh, en=en), lang)
