"""Pages of the rule base: what a rule says, why it fired or not, in words, in both languages."""

import pytest

from engine import intake
from engine.cli import main
from engine.errors import RuleError
from engine.inference.conditions import Condition, Verdict
from engine.knowledge.rules import Test as Asked
from engine.model import Attribute, Indicator, Scheme
from engine.report import pages
from engine.report.conditions import condition_text, verdict_text

AS_OF = "2026-06-01"


@pytest.fixture(scope="module")
def explained(auditor, knowledge):
    """The explanation of a rule on one line, or on the scheme it makes."""

    def run(code, lang="zh", **line):
        parts = {"code": "1", "points": 3.0, **line}
        scheme = Scheme(title="镇考核方案", indicators=(Indicator(**parts),))
        audit = auditor.audit(scheme, as_of=AS_OF)
        rule = pages.find_rule(knowledge, code)
        about = None if rule.subject == "scheme" else "1"
        rows = auditor.explain(rule.id, audit, about)
        fired = any(finding.rule == rule.id for finding in audit.findings)
        return fired, pages.explain_page(rule, rows, knowledge, lang, audit.classifications[0])

    return run


def test_a_rule_that_fires(explained):
    fired, page = explained("F004", name="App打卡次数", criterion="每日在App上打卡，缺一次扣0.1分")
    assert fired
    assert page.startswith("F004 以App打卡、签到、轨迹计分 (错误)\n\n1 读作：红线类；层次：")
    assert "  [成立] 形式化类型：打卡签到、轨迹 = 是 [family_punch_in]；实际：是\n" in page
    assert "例外（全部成立时不提示）：\n  [不成立] 已登记例外" in page
    assert page.endswith("\n\n结论：条件成立，规则触发。\n")


def test_a_rule_that_is_silent_says_which_condition_failed(explained):
    fired, page = explained("F004", "en", name="群众满意度", criterion="第三方抽样调查，满意率达到90%得3分")
    assert not fired
    assert "[does not hold] family: punch in = yes [family_punch_in]; seen: no" in page
    assert page.endswith(
        "Conclusion: the rule does not fire: “family: punch in = yes; class: prohibited = yes” does not hold.\n"
    )


def test_a_rule_on_the_scheme(explained):
    _, zh = explained("S003", name="召开会议次数")
    fired, en = explained("S003", "en", name="召开会议次数")
    assert fired == ("so the rule fires" in en) == ("规则触发。" in zh)
    assert "[result_lines]" in zh


def test_a_recorded_exception(explained):
    recorded = {
        "exception_basis": "县应急预案", "exception_approver": "县应急局", "exception_until": "2026-12-31",
    }  # fmt: skip
    attributes = {name: Attribute(value=value, basis="stated") for name, value in recorded.items()}
    fired, page = explained("F004", name="App打卡次数", attributes=attributes)
    assert not fired
    assert "结论：规则不触发：条件成立，但例外也成立（已登记例外" in page


def test_what_is_not_known_is_said(explained):
    fired, page = explained("D003", name="填报人口信息", criterion="按月填报")
    assert not fired
    assert (
        "并且至少一种情形成立：\n  1. [缺信息] 同一数据录入的系统个数 > 1 [systems]；实际：方案未提供" in page
    )
    assert page.endswith("规则不触发：方案未提供“同一数据录入的系统个数”，无法核查；补充后再审。\n")


def test_a_rule_on_pairs_where_there_is_none(explained):
    fired, page = explained("D001", name="群众满意度")
    assert not fired
    assert page.endswith("结论：规则不触发：没有另一项与该项名称相近或要求同一数据。\n")


def test_each_pair_of_a_line_is_explained(auditor, knowledge):
    lines = tuple(Indicator(code=str(n), name="群众诉求按期办结率", points=3.0) for n in (1, 2, 3))
    audit = auditor.audit(Scheme(title="镇考核方案", indicators=lines), as_of=AS_OF)
    rule = pages.find_rule(knowledge, "D001")
    page = pages.explain_page(rule, auditor.explain("D001", audit, "2"), knowledge, "zh")
    assert page.count("第 1 处") == page.count("第 2 处") == 1 and page.count("规则触发。") == 2


def test_alternatives_share_their_conditions(explained, knowledge):
    rule = pages.find_rule(knowledge, "F010")
    _, page = explained("F010", name="三会一课", criterion="按规定召开")
    assert page.count("[class_required]") == 1
    assert all(f"  {n}. [" in page for n in range(1, len(rule.any) + 1))


def test_every_rule_and_every_example_can_be_explained(auditor, knowledge):
    """The conclusion agrees with the audit on each rule's first example."""
    from engine.audit.examples import example_scheme

    for rule in knowledge.rules:
        example = rule.examples[0]
        audit = auditor.audit(example_scheme(example), profile=example.profile, as_of=example.as_of)
        finding = next((f for f in audit.findings if f.rule == rule.id), None)
        about = {"line": audit.scheme.indicators[0].code, "scheme": None}.get(rule.subject, "")
        if finding is not None and finding.codes and rule.subject in ("line", "pair"):
            about = finding.codes[0]
        if about == "":
            about = next((b.name for b in audit.scheme.blocks), audit.scheme.indicators[0].code)
        rows = auditor.explain(rule.id, audit, about)
        for lang in ("zh", "en"):
            page = pages.explain_page(rule, rows, knowledge, lang)
            says = "规则触发" in page or "so the rule fires" in page
            assert says == (finding is not None), (rule.id, page)


@pytest.mark.parametrize("lang", ["zh", "zh-Hant", "en"])
def test_every_page_can_be_read(knowledge, lang):
    for rule in knowledge.rules:
        page = pages.rule_page(knowledge, rule.id, lang)
        assert rule.id in page and "{" not in page and "()" not in page, rule.id
        assert lang == "en" or "：" in page


def test_a_page_in_an_officials_words(knowledge):
    page = pages.rule_page(knowledge, "app-time-as-score", "zh")
    assert "级别：错误；红线：该项不得如此计分，分值须改写标准或调出" in page
    assert "豁免：不得豁免" in page
    assert "  · “〔引文〕”以在线、学习时长或积分〔计分方式和分值〕，与〔依据〕要求不一致。" in page
    assert "（载体 = App、小程序 时引用）" in page
    assert "  · 出勤情况：无故缺勤每次扣0.5分 → 不提示" in page


def test_an_unknown_rule_is_answered_with_the_nearest(knowledge):
    with pytest.raises(RuleError) as caught:
        pages.rule_page(knowledge, "F01", "zh")
    assert str(caught.value) == ("F01: no such rule. Did you mean 'F101'? `quanheng rules` lists them all.")


def test_values_are_shown_in_words(knowledge):
    line, scheme = knowledge.fields["line"], knowledge.fields["scheme"]
    assert condition_text(Asked("class", "in", ("restricted", "process")), line, "zh") == (
        "类别 ∈ 从严控制类、一般过程类 [class]"
    )
    assert condition_text(Asked("share", "gt", 0.075), line, "en") == "share of the base > 7.5% [share]"
    assert condition_text(Asked("tier", "eq", "village"), scheme, "zh") == "层级 = 村 [tier]"
    verdict = Verdict(Condition("required_by", "eq", "statute"), "none", "false")
    assert verdict_text(verdict, line, "zh") == "[不成立] 必要性依据 = 法律法规 [required_by]；实际：无"


def test_the_verb_explains_a_line_and_the_scheme(capfdbinary, township):
    scheme = intake.read_scheme(township)
    code = next(line.code for line in scheme.indicators if "打卡" in line.name)
    assert main(["explain", "f004", f"{township}#{code}", "--as-of", AS_OF]) == 0
    assert f"{code} 读作：" in capfdbinary.readouterr().out.decode()
    assert (
        main(["explain", "outcome-share-under-floor", str(township), "--lang", "en", "--as-of", AS_OF]) == 0
    )
    assert "Conclusion: " in capfdbinary.readouterr().out.decode()


def test_the_verb_asks_for_a_line_that_is_there(capfdbinary, township):
    for target, said in (("", "F004 asks about a line."), ("#Z9", "no 'Z9'.")):
        assert main(["explain", "F004", f"{township}{target}", "--as-of", AS_OF]) == 2
        err = capfdbinary.readouterr().err.decode()
        assert said in err and "#CODE with one of: I01, I02" in err


def test_a_prefix_lists_its_rules(capfdbinary, knowledge):
    assert main(["rules", "f1"]) == 0
    out = capfdbinary.readouterr().out.decode()
    listed = [row.split()[0] for row in out.splitlines()[1:]]
    assert listed == [rule.id for rule in knowledge.rules if rule.id.startswith("F1")]
