"""A proposal in the layout of the input: new lines in their block, points in the unit of the cell."""

import pytest

from engine.model import ProposedLine, Standard, Text
from engine.report.layout import edited, in_unit
from engine.workbench import open_scheme, rebalance


@pytest.fixture(scope="module")
def report(auditor, township):
    scheme, layouts = open_scheme(township.name, township.read_bytes())
    return rebalance(auditor, auditor.audit(scheme, as_of="2026-06-01"), layouts)


def test_a_new_line_opens_a_row_under_its_block(report):
    block = "数字政务与宣传"
    new = ProposedLine(
        code="N1", name="群众满意度", block=block, before=0, after=2, kept=0, rewritten=2, action="new",
        reason=Text(zh="补足", en="needed"), standard=Standard(catalogue="x", name="群众满意度", text="第三方抽样"),
    )  # fmt: skip
    proposal = report.proposal.model_copy(update={"lines": (*report.proposal.lines, new)})
    sheet = report.layouts[0]
    layout, edits = edited(report._replace(proposal=proposal), sheet, "zh", with_new=True)
    last = max(i.location.row for i in report.audit.scheme.indicators if i.block == block)
    sample = next(i for i in report.audit.scheme.indicators if i.location.row == last)
    name, points = ord(sample.cells["name"][0]) - 65, ord(sample.cells["points"][0]) - 65
    assert edits[last, name].value == "群众满意度" and edits[last, name].old is None
    assert edits[last, points].value == 2
    assert len(layout.cells) == len(sheet.cells) + 1
    assert layout.cells[last + 1] == sheet.cells[last]
    grown = [m for m in layout.merges if m[0] <= last <= m[2]]
    assert grown and all(m[2] >= last for m in grown), "the block's merged cell takes the new row in"
    total = next(r for r, row in enumerate(sheet.cells) if row[0] == "合计")
    assert layout.cells[total + 1][0] == "合计"


@pytest.mark.parametrize(
    "shown, before, after, written",
    [(0.15, 15, 10, 0.1), ("15%", 15, 12.5, "12.5%"), ("4分", 4, 3, "3分"), (8.0, 8, 7, 7), ("最高加3分", 3, 2, "2分"), (None, 5, 4, 4)],
)  # fmt: skip
def test_points_keep_the_unit_of_their_cell(shown, before, after, written):
    assert in_unit(shown, before, after) == written


def test_a_sheet_without_the_lines_takes_no_new_ones(report):
    other = report.layouts[0]._replace(sheet="别的")
    assert edited(report, other, "zh", with_new=False) == (other, {})
