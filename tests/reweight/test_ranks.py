"""Who rises and who falls, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kendalltau

from engine.errors import SchemeError
from engine.model import ProposedLine, Standard, Text
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
    rows = unit_rows(units, lines, SCORES, 5.0, "national")
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


def test_a_row_counts_a_new_line_as_the_ranks_do():
    """A new line is earned at the unit's rate over the whole scheme, in the row and in the report."""
    lines = tuple(
        Line(code=code, name=code, block="A", e=50.0, class_=class_, identity=code, high=high)
        for code, class_, high in (("a", "restricted", None), ("b", "outcome", 50.0))
    )
    limits = Settings(cap=0.4, floor=None, largest_line=None)
    fresh = (("A", Standard(catalogue="n", name="新", text="t")),)
    units, scores = ["甲", "乙"], np.array([[50.0, 25.0], [25.0, 50.0]])
    problem = Problem(lines, limits, levers=("shift", "new"), new_standards=fresh)
    free = reweigh(problem)
    assert [(x.action, x.after) for x in free.lines] == [("cut", 40), ("keep", 50), ("new", 10)]
    report = rank_report(units, free.lines, scores, max_change=2.0)
    # Ten points leave a line earned in full (甲) or by half (乙) for one earned by three quarters.
    assert [u.total_after - u.total_before for u in report.units] == [-2.5, 2.5]
    assert report.beyond == ("甲", "乙")
    held = reweigh(replace(problem, rows=unit_rows(units, lines, scores, 2.0, "provincial")))
    report = rank_report(units, held.lines, scores, max_change=2.0)
    assert [u.total_after - u.total_before for u in report.units] == [-2, 2] and report.beyond == ()
