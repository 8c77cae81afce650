"""Rule pages say how well their families are found, and say nothing where too little was measured."""

import pytest

from engine.errors import RuleError
from engine.knowledge import load_knowledge
from engine.knowledge.accuracy import FEWEST, load_accuracy, shipped_accuracy
from engine.model import FAMILIES
from engine.report.pages import rule_page


@pytest.mark.parametrize(
    "lang, found, silent", [("zh", "行中认出", "未测"), ("en", "found;", "not measured")]
)
def test_a_rule_on_a_family_shows_its_figures(lang, found, silent):
    figures = shipped_accuracy().families
    page = rule_page(load_knowledge(), "F110", lang)
    assert figures["org_setup"].is_measured
    assert found in page and str(figures["org_setup"].found) in page
    few = next(family for family in FAMILIES if figures[family].lines < FEWEST)
    pages = [rule_page(load_knowledge(), rule.id, lang) for rule in load_knowledge().rules
             if f"family_{few}" in {test.field for test in rule.when}]  # fmt: skip
    assert pages and all(silent in page for page in pages)


def test_a_rule_on_no_family_shows_none():
    assert "识别准确度" not in rule_page(load_knowledge(), "S001", "zh")


@pytest.mark.parametrize(
    "counts, message",
    [
        ("", "accuracy.yaml: no figure for login_duration"),
        ("{lines: 1, found: 2, said: 0, right: 0}", "more found than there are"),
    ],
)
def test_figures_that_cannot_be_are_refused(tmp_path, counts, message):
    (tmp_path / "learned").mkdir()
    rows = "".join(f"  {family}: {counts}\n" for family in FAMILIES) if counts else "  {}\n"
    (tmp_path / "learned" / "accuracy.yaml").write_text(f"lines: 5\nfamilies:\n{rows}", encoding="utf-8")
    with pytest.raises(RuleError, match=message):
        load_accuracy(tmp_path)
