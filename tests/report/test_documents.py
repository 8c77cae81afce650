"""The documents people take to a meeting: complete, safe to open, in the layout of the input."""

import re
import zipfile
from io import BytesIO

import pytest
from python_calamine import load_workbook

from engine.model import Indicator, Report, Scheme
from engine.report import FORMS
from engine.report.sentences import change_sentences
from engine.report.tables import safe_cell, to_csv
from engine.workbench import open_scheme, rebalance

HOSTILE = [
    "=cmd|'/c calc'!A1", "+1+1", "@SUM(A1)", "＝1+1", '<script>alert(1)</script>', "=HYPERLINK(\"http://x\")", "【引文】",
]  # fmt: skip


@pytest.fixture(scope="module")
def report(auditor, township):
    scheme, layouts = open_scheme(township.name, township.read_bytes())
    return rebalance(auditor, auditor.audit(scheme, as_of="2026-06-01"), layouts)


@pytest.fixture(scope="module")
def hostile(auditor):
    lines = tuple(
        Indicator(code=f"I{n}", name=f"{text} App登录时长", criterion=text, block=text, points=10)
        for n, text in enumerate(HOSTILE)
    )
    return rebalance(auditor, auditor.audit(Scheme(title=HOSTILE[4], indicators=lines), as_of="2026-06-01"))


def test_html_holds_every_finding_change_and_new_standard(report):
    page = FORMS["report"]["html"](report, "zh").decode()
    for finding in report.audit.findings:
        assert finding.rule in page
    for sentence in change_sentences(report.proposal, "zh"):
        assert sentence in page
    for line in report.proposal.lines:
        if line.standard and line.action in ("rewrite", "new"):
            assert line.standard.text in page
    assert "<mark>" in page and "新旧标准对照表" in page


def test_html_fetches_nothing_and_runs_nothing(report, hostile):
    for made in (report, hostile):
        page = FORMS["report"]["html"](made, "zh").decode()
        assert not re.search(r"(src|href)\s*=|@import|url\(", page)
        assert "<script" not in page and "default-src 'none'" in page
    assert "&lt;script&gt;" in page and "【引文】" in page


def test_the_workbook_keeps_the_layout_and_marks_what_changed(report, township):
    data = FORMS["report"]["xlsx"](report, "zh")
    old = load_workbook(str(township)).get_sheet_by_index(0)
    book = load_workbook(BytesIO(data))
    new = book.get_sheet_by_index(0)
    assert new.merged_cell_ranges == old.merged_cell_ranges
    before, after = old.to_python(skip_empty_area=False), new.to_python(skip_empty_area=False)
    rewritten = {
        line.code: line for line in report.proposal.lines if line.action in ("rewrite", "cut", "raise")
    }
    changed = set()
    for line in report.audit.scheme.indicators:
        if line.code in rewritten:
            changed |= set(line.cells.values())
    for r, row in enumerate(before):
        for c, value in enumerate(row):
            cell = f"{chr(65 + c)}{r + 1}"
            if cell not in changed:
                assert str(after[r][c]).strip().rstrip(".0") == str(value).strip().rstrip(".0"), cell
    target = next(line for line in rewritten.values() if line.standard)
    source = next(i for i in report.audit.scheme.indicators if i.code == target.code)
    column, row = ord(source.cells["criterion"][0]) - 65, int(source.cells["criterion"][1:]) - 1
    assert after[row][column] == target.standard.text
    comments = zipfile.ZipFile(BytesIO(data)).read("xl/comments1.xml").decode()
    assert source.criterion[:20] in comments
    assert book.sheet_names == ["建议方案", "新旧标准对照表", "问题清单", "评分", "说明"]


def test_no_cell_of_a_hostile_scheme_becomes_a_formula_or_a_link(hostile):
    archive = zipfile.ZipFile(BytesIO(FORMS["report"]["xlsx"](hostile, "zh")))
    for name in archive.namelist():
        if name.startswith("xl/worksheets/sheet"):
            text = archive.read(name).decode()
            assert "<f>" not in text and "<hyperlink" not in text
    table = FORMS["audit"]["csv"](hostile, "zh").decode()
    assert not re.search(r'(^|,)"?[=+@＝]', table, re.M)


@pytest.mark.parametrize(
    "value, kept", [("-0.5", "-0.5"), ("+3%", "+3%"), (7, 7), ("普通", "普通"), ("\t=1", "'\t=1")]
)
def test_numbers_stay_numbers_and_formulas_become_text(value, kept):
    assert safe_cell(value) == kept


def test_csv_opens_as_utf8_in_a_spreadsheet():
    assert to_csv(["甲"], [["乙"]]).encode().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("lang", ["zh", "zh-Hant", "en"])
@pytest.mark.parametrize(
    "verb, form", [("audit", "text"), ("score", "text"), ("reweight", "text"), ("report", "html")]
)
def test_every_language_is_whole(report, verb, form, lang):
    text = FORMS[verb][form](report, lang).decode()
    if lang == "zh-Hant":
        assert "標準" in text and "标准" not in text
    own = {"audit": "Remedy: ", "score": "not met", "reweight": "Before and after:", "report": "Old standard"}
    assert (own[verb] in text) == (lang == "en")


def test_an_audit_alone_makes_a_report_without_a_proposal(report):
    alone = Report(report.audit)
    assert "新旧标准对照表" not in FORMS["audit"]["html"](alone, "zh").decode()
    book = load_workbook(BytesIO(FORMS["audit"]["xlsx"](alone, "zh")))
    assert book.sheet_names == ["问题清单", "评分", "说明"]


def test_words_never_accuse(report):
    for verb, form in (("audit", "text"), ("reweight", "text"), ("report", "html")):
        text = FORMS[verb][form](report, "zh").decode()
        assert not re.search("违反|形式主义问题|纪律处分", re.sub("《[^》]*》", "", text))
