"""The workbench without a browser: what the page shows, and that levers, limits and words act on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.errors import InferenceError

ROOT = Path(__file__).parents[2]
WAIT = 120


@pytest.fixture
def page():
    return AppTest.from_file(str(ROOT / "ui" / "app.py"), default_timeout=WAIT).run()


@pytest.fixture
def township_page(page):
    return page.selectbox(key="example").select("township.xlsx").run()


def html(page):
    return "\n".join(element.proto.body for element in page.get("html"))


def words(page):
    """Everything a reader sees: messages, text and tables."""
    parts = [
        e.value
        for kind in ("error", "warning", "info", "success", "markdown", "caption")
        for e in page.get(kind)
    ]
    return re.sub(r"\\(.)", r"\1", "\n".join([*parts, html(page)]))


def metrics(page):
    return {metric.label: metric.value for metric in page.metric}


def test_first_screen_warns_of_classified_material_and_says_what_to_do(page):
    assert not page.exception
    assert "不得处理涉密信息" in words(page)
    assert "请在左侧载入方案文件，或选一个示例。" in words(page)
    assert not page.metric


def test_example_shows_findings_with_quoted_words_and_basis(township_page):
    assert not township_page.exception
    shown = html(township_page)
    assert "<mark>App注册率</mark>" in shown
    assert "《政务移动互联网应用程序规范化管理办法》" in shown
    assert re.search(r"F003 · (第10行|[A-Z]+10)</span>", shown), "the place in the file"
    before, after = metrics(township_page)["错误（条）"].split(" → ")
    assert int(before) > 0 and after == "0"


def test_no_code_word_of_the_engine_reaches_the_page(township_page):
    shown = re.sub(r"<style>.*?</style>|<[^>]*>", " ", words(township_page), flags=re.S)
    for code in (
        "login_duration",
        "punch_in",
        "perception_internal",
        "not_checked",
        "slack",
        "rewrite",
        "None",
    ):
        assert code not in shown


def test_proposal_shows_standards_blocks_years_and_one_sentence_a_change(township_page):
    shown = words(township_page)
    assert re.search(r"“政务服务App注册率”（数字政务与宣传）分值不变（5分），评分标准改为“.+”。", shown)
    assert "辖区常住居民注册率达到90%得满分" in shown and "核验方式：" in shown
    assert "第 3 年" in shown and "板块合计" in shown and "不变" in shown


def test_block_totals_are_shown_as_unchanged(township_page):
    table = next(
        e.proto.body
        for e in township_page.get("html")
        if ">板块</th>" in e.proto.body and '<td class="k">不变' in e.proto.body
    )
    rows = re.findall(r'<td class="">([^<]+)</td><td class="n">([^<]+)</td><td class="n">([^<]+)</td>', table)
    assert len(rows) >= 4 and all(before == after for _, before, after in rows)


def test_turning_off_rewriting_changes_the_proposal_and_says_why_and_what_to_do(township_page):
    before = html(township_page)
    township_page.checkbox(key="lever_rewrite").uncheck().run()
    assert not township_page.exception
    assert html(township_page) != before
    reason = "\n".join(e.value for e in (*township_page.error, *township_page.warning))
    assert "为什么做不到：下列条件不能同时满足" in reason
    assert "“学习平台参与度”的现有计分方式不得计分" in reason.replace("\\", "")
    (way,) = [button for button in township_page.button if button.key.startswith("way")]
    assert way.label.replace("\\", "") == "启用“改写标准”"
    way.click().run()
    assert township_page.session_state["lever_rewrite"] and not township_page.error


def test_floor_at_a_hundred_without_rewriting_says_what_gives_way(township_page):
    township_page.checkbox(key="lever_rewrite").uncheck()
    township_page.checkbox(key="lever_cross").check()
    township_page.slider(key="limit_floor").set_value(100).run()
    assert not township_page.exception
    reason = "\n".join(e.value for e in (*township_page.error, *township_page.warning))
    assert "不能同时满足" in reason or "已按最小幅度放宽" in reason
    assert "怎么办" in words(township_page) or "要全部达到" in words(township_page)


def test_a_limit_out_of_reach_is_relaxed_named_and_explained(township_page):
    township_page.slider(key="limit_named_minimum").set_value(50).run()
    assert not township_page.exception
    (warning,) = (e.value.replace("\\", "") for e in township_page.warning)
    assert "下列约束做不到，已按最小幅度放宽" in warning
    assert "“群众满意度”类指标不低于最低分值：放宽" in warning
    assert "原因：以下条件不能同时满足" in warning
    assert "能核查的条件全部满足" not in words(township_page)
    ways = [button for button in township_page.button if button.key.startswith("way")]
    lower = next(way for way in ways if "满意度、解决率等各项占比下限改为" in way.label)
    lower.click().run()
    assert township_page.session_state["limit_named_minimum"] < 50
    assert not township_page.warning and "能核查的条件全部满足" in words(township_page)


def test_locking_a_line_keeps_it(township_page):
    township_page.multiselect(key="locks").select("I15").run()
    assert not township_page.exception
    assert "“人居环境整治成效”（" not in words(township_page)


def test_lines_whose_measure_may_not_be_scored_are_not_offered_for_locking(township_page):
    assert not any(option.startswith("I06 ") for option in township_page.multiselect(key="locks").options)


def test_clearing_forgets_the_scheme(township_page):
    township_page.button(key="save").click().run()
    township_page.button(key="clear").click().run()
    assert not township_page.exception and not township_page.metric
    assert "请在左侧载入方案文件" in words(township_page)
    assert not [key for key in ("source", "saved", "audit", "report") if key in township_page.session_state]


def test_undo_and_reset(township_page):
    township_page.slider(key="limit_cap").set_value(40).run()
    township_page.slider(key="limit_cap").set_value(70).run()
    township_page.button(key="undo").click().run()
    assert township_page.slider(key="limit_cap").value == 40
    township_page.button(key="reset").click().run()
    assert township_page.slider(key="limit_cap").value == 10
    township_page.button(key="undo").click().run()
    assert township_page.slider(key="limit_cap").value == 40


@pytest.mark.parametrize(
    "lang, title, secret, level",
    [
        ("zh-Hant", "權衡工作臺", "不得處理涉密信息", "活動"),
        ("en", "Quanheng workbench", "No classified material", "activity"),
    ],
)
def test_language_keeps_file_and_settings(township_page, lang, title, secret, level):
    township_page.slider(key="limit_floor").set_value(45).run()
    township_page.selectbox(key="profile").select("village").run()
    township_page.selectbox(key="lang").select(lang).run()
    assert not township_page.exception
    assert township_page.title[0].value == title
    assert secret in words(township_page) and level in html(township_page)
    assert township_page.selectbox(key="profile").value == "village"
    township_page.selectbox(key="profile").select("").run()
    assert township_page.slider(key="limit_floor").value == 45, "each profile remembers its own limits"
    assert township_page.metric


def test_every_word_exists_in_both_languages():
    from ui.words import WORDS

    assert all(zh and en for zh, en in WORDS.values())


def test_bad_file_gives_one_message_and_loses_nothing(township_page):
    township_page.slider(key="limit_cap").set_value(25).run()
    shown = metrics(township_page)
    bad = "指标名称,分值\n群众满意度,3O\n".encode()
    township_page.file_uploader(key="file").upload("坏表.csv", bad, "text/csv").run()
    assert not township_page.exception
    assert [e.value.replace("\\", "") for e in township_page.error] == [
        "这个文件没有载入：\n\n坏表.csv，第2行：分值“3O”不是数字。请只写数字。"
    ]
    assert "以下仍是上一份文件“township.xlsx”的结果。" in words(township_page)
    assert metrics(township_page) == shown
    assert township_page.slider(key="limit_cap").value == 25


def test_bad_file_in_english_on_an_empty_page(page):
    page.selectbox(key="lang").select("en").run()
    page.file_uploader(key="file").upload("bad.csv", b"name,points\nA,3O\n", "text/csv").run()
    (error,) = page.error
    assert "bad.csv, row 2" in error.value.replace("\\", "") and "is not a number" in error.value
    assert not page.metric


def test_markup_in_a_scheme_is_shown_not_run(page):
    table = "指标名称,分值,评分标准\n<img src=x onerror=alert(1)>,50,按登录时长计分\n群众满意度**高**,50,抽样调查\n"
    page.file_uploader(key="file").upload("a.csv", table.encode(), "text/csv").run()
    assert not page.exception and page.metric
    assert "<img" not in html(page) and "&lt;img" in html(page)


def test_an_engine_failure_never_reads_as_clean(township_page, monkeypatch):
    def fail(*_, **__):
        raise InferenceError("durable-rules lost 1 of 3 hits. Run the audit again.")

    monkeypatch.setattr("engine.audit.Auditor.audit", fail)
    township_page.selectbox(key="profile").select("village").run()
    (error,) = township_page.error
    assert "审查未能完成，没有结果可看（这不表示没有问题）" in error.value
    assert not township_page.metric and not township_page.tabs
    monkeypatch.undo()
    township_page.run()
    assert township_page.metric and not township_page.error


def test_a_bug_is_one_message_without_the_scheme_s_words(township_page, monkeypatch, caplog):
    def fail(*_, **__):
        raise KeyError("政务服务App注册率")

    monkeypatch.setattr("engine.audit.Auditor.audit", fail)
    township_page.selectbox(key="profile").select("village").run()
    (error,) = township_page.error
    assert "工作台出错（KeyError），没有结果可看" in error.value and not township_page.metric
    assert not township_page.exception
    assert "KeyError at" in caplog.text and "注册率" not in caplog.text


def test_snapshots_are_kept_compared_and_restored(township_page):
    township_page.button(key="save").click().run()
    township_page.slider(key="limit_cap").set_value(30).run()
    township_page.text_input(key="snap_name").set_value("放宽上限")
    township_page.button(key="save").click().run()
    assert township_page.selectbox(key="snap_left").value == "方案1"
    assert township_page.selectbox(key="snap_right").value == "放宽上限"
    table = html(township_page)
    assert re.search(
        r'<tr class="on"><td class="">从严控制类占比上限</td><td class="">10%</td><td class="">30%</td>',
        table,
    )
    township_page.button(key="restore_left").click().run()
    assert township_page.slider(key="limit_cap").value == 10
    assert [s["name"] for s in township_page.session_state["saved"]] == ["方案1", "放宽上限"]
    township_page.button(key="delete_right").click().run()
    assert [s["name"] for s in township_page.session_state["saved"]] == ["方案1"]
    assert not township_page.exception


@pytest.mark.parametrize(
    "name", ["public_chongren.csv", "public_hehu.yaml", "public_jiegan.yaml", "township.csv", "township.yaml"]
)
def test_every_example_opens(page, name):
    page.selectbox(key="example").select(name).run()
    assert not page.exception and not [e for e in page.error if "没有载入" in e.value]
    assert page.metric
