"""The audit as an official reads it in a terminal."""

import pytest

from engine import intake
from engine.model import Indicator, Location, Scheme, Waiver
from engine.report.quotes import mark
from engine.report.text import audit_text

AS_OF = "2026-06-01"


@pytest.fixture(scope="module")
def page(auditor, knowledge):
    line = Indicator(
        code="I07", name="网格巡查打卡", points=4, criterion="每日App\n定位打卡不少于2次，缺一次扣0.1分",
        location=Location(sheet="考核", row=9),
    )  # fmt: skip
    audit = auditor.audit(Scheme(title="镇考核方案", indicators=(line,)), as_of=AS_OF)
    return {lang: audit_text(audit, lang, knowledge) for lang in ("zh", "zh-Hant", "en")}


def test_a_finding_names_its_line_its_words_its_remedy_and_its_basis(page):
    found = next(part for part in page["zh"].split("\n\n") if " F004 " in part).splitlines()
    assert found[0] == "[错误] F004 以App打卡、签到、轨迹计分"
    assert found[1] == "    指标：I07 网格巡查打卡（考核 第 9 行）"
    assert found[2].startswith("    问题：“") and found[3].startswith("    原文：")
    assert any("【" in row and row.startswith("    原文：每日App ") for row in found), (
        "a line break is no line end"
    )
    assert found[-2].startswith("    建议：") and found[-1].startswith("    依据：《")


def test_the_same_in_english_and_in_traditional_characters(page):
    assert "[error] F004 " in page["en"] and "    Line: I07 网格巡查打卡 (考核 row 9)\n" in page["en"]
    assert "    Basis: “Measures on standardised management of government mobile applications” " in page["en"]
    assert "[錯誤] F004 " in page["zh-Hant"] and "    問題：" in page["zh-Hant"]


def test_what_is_not_known_is_said_in_words(page, knowledge):
    part = next(part for part in page["zh"].split("\n\n") if part.startswith("未能核查"))
    assert "    在履职事项清单内 (R001)" in part.splitlines()
    assert "_" not in part


def test_the_last_sentence_counts_and_scores(page):
    last = page["zh"].rstrip("\n").split("\n\n")[-1].splitlines()
    assert last[0].startswith("错误 ") and "另有" not in last[0]
    assert last[1].startswith("按现有标准可以保留的分值：每 100 分中 ")


def test_waived_findings_are_marked_and_counted_apart(auditor):
    waiver = Waiver(rule="A003", line="1", reason="试点", basis="文件", approver="李某", until="2026-12-31")
    line = Indicator(code="1", name="加分项", kind="bonus", rate=1)
    audit = auditor.audit(Scheme(title="方案", indicators=(line,), waivers=(waiver,)), as_of=AS_OF)
    text = audit_text(audit, "zh")
    assert "A003 加分不封顶（已豁免）" in text and "，另有 1 处已豁免。" in text


def test_every_line_of_the_example_is_named(auditor, township, knowledge):
    audit = auditor.audit(intake.read_scheme(township), as_of=AS_OF)
    text = audit_text(audit, "zh", knowledge)
    assert text.startswith(audit.scheme.title) and "None" not in text and "  \n" not in text
    for finding in audit.findings:
        assert f"] {finding.rule} {finding.title.zh}" in text


def test_marks_join_spans_that_overlap():
    assert mark("日均登录时长", [(2, 4), (3, 6)]) == "日均【登录时长】"
    assert mark("打卡和打卡", [(3, 5), (0, 2)]) == "【打卡】和【打卡】"
