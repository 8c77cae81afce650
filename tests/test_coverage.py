"""docs/coverage.md names every row of the model, every usable requirement and every rule, and stays true."""

from __future__ import annotations

import re
from pathlib import Path

from engine.knowledge import load_knowledge

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
