"""docs/coverage.md names every row of the model, every usable requirement and every rule, and stays true."""

from __future__ import annotations

import re
from pathlib import Path

from markupsafe import escape

from engine.intake import read_scheme
from engine.knowledge import load_knowledge
from engine.knowledge.advice import shipped_advice
from engine.model import Indicator, Scheme
from engine.report import FORMS, Report

KNOWLEDGE = load_knowledge()
TEXT = (Path(__file__).parents[1] / "docs" / "coverage.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("| ")
]
CODE = re.compile(r"\b[FSDRAVCX]\d{3}\b")
KINDS = {"rule", "LP row", "simulation", "text", "out of scope", "classification", "profiles", "score"}


def test_every_row_of_the_model_is_answered():
    rows = {int(row[0]): row for row in ROWS if row[0].isdigit()}
    assert sorted(rows) == list(range(1, 100))
    for row in rows.values():
        assert set(row[2].split(", ")) <= KINDS and row[3], row
        if "rule" in row[2].split(", "):
            assert CODE.search(row[3]), row


def test_every_usable_requirement_is_answered():
    answered = {
        row[0]: row for row in ROWS if len(row) == 4 and not row[0].isdigit() and row[0] not in ("id", "---")
    }
    usable = {
        section: entry
        for document in KNOWLEDGE.sources.values() if document.kind != "setting"
        for section, entry in document.sections.items() if entry.is_citable
    }  # fmt: skip
    assert set(answered) - {"#"} == set(usable)
    for section, entry in usable.items():
        assert answered[section][2] == entry.rule_class and answered[section][3], section


def test_the_table_names_the_rules_that_cite():
    for rule in KNOWLEDGE.rules:
        for cite in rule.cites:
            row = next(row for row in ROWS if row[0] == cite.section)
            assert rule.id in CODE.findall(row[-1]), f"{cite.section} does not name {rule.id}"


def test_no_code_is_named_that_does_not_exist():
    known = {rule.id for rule in KNOWLEDGE.rules} | {"A900"}
    assert set(CODE.findall(TEXT)) <= known
    assert known <= set(CODE.findall(TEXT))


def test_hard_requirements_have_a_rule_or_a_reason():
    for row in ROWS:
        if len(row) == 4 and row[2] == "hard_prohibition":
            assert CODE.search(row[3]), row


def test_advice_that_is_named_is_given_and_the_reverse():
    """A row that names the report's advice has a sentence there, in both languages."""
    named = {int(row[0]) for row in ROWS if row[0].isdigit() and "advice text of the report" in row[3]}
    given = [n for sentences in shipped_advice().values() for one in sentences for n in one.rows]
    assert sorted(given) == sorted(named)
    for sentences in shipped_advice().values():
        for one in sentences:
            assert re.search("[\u4e00-\u9fff]", one.zh) and not re.search("[\u4e00-\u9fff]", one.en)


def test_a_report_holds_the_advice_and_names_the_empty_paths(auditor, township):
    report = Report(auditor.audit(read_scheme(township), as_of="2026-06-01"))
    for lang in ("zh", "en"):
        page = FORMS["report"]["html"](report, lang).decode()
        for sentences in shipped_advice().values():
            assert all(str(escape(getattr(one, lang))) in page for one in sentences)
    line = Indicator(code="1", name="群众满意度", criterion="第三方电话抽样300户", points=10)
    found = auditor.audit(Scheme(title="考核", indicators=(line,)), as_of="2026-06-01")
    kinds = {f.path for f in found.findings}
    assert ("没有涉及" in FORMS["audit"]["text"](Report(found), "zh").decode()) == (len(kinds) < 4)


def test_red_lines_rest_on_explicit_bans():
    """What bars a measure is a hard prohibition, of a text that was read, and is not inferred."""
    for rule in KNOWLEDGE.rules:
        if rule.effect == "prohibit":
            assert not rule.inferred
            for cite in rule.cites:
                section = KNOWLEDGE.sources[cite.source].sections[cite.section]
                assert section.rule_class == "hard_prohibition" and section.is_citable, (
                    rule.id,
                    cite.section,
                )
