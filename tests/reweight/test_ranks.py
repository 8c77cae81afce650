"""Who rises and who falls, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kendalltau

from engine.errors import SchemeError
from engine.model import ProposedLine, Text
from engine.reweight.answer import reweigh
from engine.reweight.problem import Line, Problem, Settings
from engine.reweight.ranks import kendall_tau, rank_report, unit_rows


def line(code: str, before: float, kept: float, rewritten: float = 0.0) -> ProposedLine:
    return ProposedLine(
        code=code, name=code, block="A", before=before, after=kept + rewritten, kept=kept, rewritten=rewritten,
        action="rewrite" if rewritten else "keep", reason=Text(zh="", en=""),
    )  # fmt: skip


LINES = (line("a", 50, 40), line("b", 30, 40), line("c", 20, 20))
SCORES = np.array([[50.0, 15.0, 20.0], [40.0, 30.0, 20.0], [25.0, 24.0, 20.0]])


def test_ranks_by_hand():
    report = rank_report(["甲", "乙", "丙"], LINES, SCORES)
    assert [(u.total_before, u.total_after) for u in report.units] == [(85, 80), (90, 92), (69, 72)]
    assert [(u.rank_before, u.rank_after) for u in report.units] == [(2, 2), (1, 1), (3, 3)]
    assert report.tau == 1.0
    assert report.units[0].because == ("b", "a")
    assert [use.is_saturated for use in report.lines] == [False, False, True]
    assert report.lines[2].influence == 0.0
    assert report.lines[0].share == 0.5


def test_a_rewritten_line_gives_a_range_of_ranks():
    lines = (line("a", 50, 0, 50), line("b", 30, 30), line("c", 20, 20))
    report = rank_report(["甲", "乙", "丙"], lines, SCORES, (0.8, 0.9))
    first = report.units[0]
    assert (first.rank_before, first.rank_best, first.rank_worst) == (2, 3, 3)
    wide = rank_report(["甲", "乙", "丙"], lines, SCORES)
    assert (wide.units[0].rank_best, wide.units[0].rank_worst) == (1, 3)


def test_kendall_agrees_with_scipy():
    rng = np.random.default_rng(1)
    for _ in range(20):
        one, two = rng.integers(0, 6, 12).astype(float), rng.integers(0, 6, 12).astype(float)
        assert kendall_tau(one, two) == pytest.approx(kendalltau(one, two).statistic)


def test_a_row_bounds_what_any_unit_can_lose():
    lines = tuple(
        Line(code=c, name=c, block="A", e=e, class_=k, identity=c)
        for c, e, k in (("a", 50.0, "restricted"), ("b", 30.0, "outcome"), ("c", 20.0, "outcome"))
    )
    limits = Settings(cap=0.1, floor=None, largest_line=None)
    problem = Problem(lines, limits)
    free = reweigh(problem)
    units = ["甲", "乙", "丙"]
    moves = [u.total_after - u.total_before for u in rank_report(units, free.lines, SCORES).units]
    assert max(abs(move) for move in moves) > 5
    rows = unit_rows(units, free.lines, SCORES, 5.0, "national")
    held = reweigh(Problem(lines, limits, rows=rows))
    moves = [u.total_after - u.total_before for u in rank_report(units, held.lines, SCORES).units]
    assert max(abs(move) for move in moves) <= 5 + 1e-6
    assert held.status == "relaxed"


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        (SCORES[:2], "3 units and 3 lines are expected"),
        (np.where(SCORES == 15, np.nan, SCORES), "scores, 甲, line b: the cell is empty"),
        (SCORES + 10, "scores, 甲, line a: 60 is outside 0 to 50"),
    ],
)
def test_bad_tables_are_named(scores, message):
    with pytest.raises(SchemeError, match=message):
        rank_report(["甲", "乙", "丙"], LINES, scores)
