"""Judgements on the lines and blocks of a problem."""

from __future__ import annotations

import pytest

from engine.errors import SchemeError
from engine.model import Judgement, UnitScores
from engine.reweight.answer import reweigh
from engine.reweight.elicit import best_worst
from engine.reweight.judged import judged, judgement_rows, weigh
from engine.reweight.problem import Line, Problem, Settings
from engine.reweight.stated import stated_rows
from engine.reweight.wishes import Wishes

FREE = Settings(cap=None, floor=None, largest_line=None, cross_share=1.0)


def line(code: str, e: float, block: str = "甲板块", **changes) -> Line:
    return Line(code=code, name=f"名{code}", block=block, e=e, class_="outcome", identity=code, **changes)


def judgement(**changes) -> Judgement:
    known = {"where": "j.yaml, judgement 1", "title": "1", "method": "roc", "of": ("a", "b")} | changes
    return Judgement.model_validate(known)


def solved(problem: Problem, *judgements: Judgement, scores: UnitScores | None = None):
    wishes = Wishes(judgements=judgements, scores=scores)
    asked = Problem(problem.lines, problem.settings, levers=problem.levers, rows=stated_rows(problem, wishes))
    proposal = reweigh(asked)
    return proposal, judged(asked, proposal, judgements, scores)


def test_a_judgement_moves_points_and_is_told_beside_them():
    problem = Problem((line("a", 20), line("b", 20)), FREE)
    proposal, (told,) = solved(problem, judgement())
    after = {x.code: x.after for x in proposal.lines}
    assert (after["a"], after["b"]) == (30, 10)  # .75 : .25 within a tenth: at least 2.7 times
    assert [(x.code, x.weight, x.before, x.after, x.held) for x in told.items] == [
        ("a", 0.75, 20, 30, False), ("b", 0.25, 20, 10, False),
    ]  # fmt: skip
    assert told.is_kept and told.is_consistent and not proposal.relaxations


def test_lines_may_be_named_by_their_names():
    problem = Problem((line("a", 20), line("b", 20)), FREE)
    assert weigh(problem, judgement(of=("名b", " 名 a"))).keys == ("b", "a")


def test_a_frozen_line_stays_and_the_other_moves_to_it():
    problem = Problem((line("a", 20, frozen="required"), line("b", 20), line("c", 20)), FREE)
    proposal, (told,) = solved(problem, judgement(method="rr"))
    after = {x.code: x.after for x in proposal.lines}
    assert after["a"] == 20 and after["b"] == 11 and [x.held for x in told.items] == [True, False]


def test_a_limit_comes_before_a_judgement_and_it_is_said():
    problem = Problem((line("a", 20, high=22.0), line("b", 20)), FREE)
    proposal, (told,) = solved(problem, judgement())
    assert proposal.lines[0].after == 22 and not told.is_kept
    assert [r.id for r in proposal.relaxations] == ["judgement:1:ratio:a:b:lower"]


def test_ahp_says_how_far_it_agrees_and_what_to_revisit():
    problem = Problem((line("a", 20), line("b", 20), line("c", 20)), FREE)
    matrix = ((1, 3, 3), (1 / 3, 1, 3), (1 / 3, 1 / 3, 1))
    _, (told,) = solved(problem, judgement(method="ahp", of=("a", "b", "c"), matrix=matrix))
    assert told.consistency_ratio == pytest.approx(0.117, abs=1e-3) and not told.is_consistent
    assert told.revisit is not None and (told.revisit.first, told.revisit.second) == ("名a", "名b")
    assert (told.revisit.judged, round(told.revisit.implied, 2)) == (3, 2.08)


def test_best_worst_takes_the_ends_that_are_named_and_says_what_to_revisit():
    tied = best_worst((1, 1, 3), (3, 3, 1), ends=(1, 2))
    assert tied.weights == pytest.approx((3 / 7, 3 / 7, 1 / 7)) and tied.revisit is None
    found = best_worst((1, 2, 8), (8, 2, 1))
    assert found.ksi > 0 and found.revisit is not None
    i, j, given, implied = found.revisit
    assert {(0, 1): 2, (0, 2): 8, (1, 2): 2}[i, j] == given
    assert implied == pytest.approx(found.weights[i] / found.weights[j])


SCORES = UnitScores(("甲", "乙", "丙"), ("a", "b", "c"), ((20, 10, 8), (5, 11, 8), (12, 12, 8)))


def test_weights_from_scores_need_scores():
    problem = Problem((line("a", 20), line("b", 20), line("c", 10)), FREE)
    found = weigh(problem, judgement(method="entropy"), SCORES)
    assert found.weights[0] > 0.9 and sum(found.weights) == pytest.approx(1)
    with pytest.raises(
        SchemeError, match=r"judgement 1: entropy weighs by last year's scores\. Add --scores FILE\."
    ):
        weigh(problem, judgement(method="entropy"))
    nothing = UnitScores(SCORES.units, SCORES.codes, tuple((*row[:2], 0.0) for row in SCORES.scores))
    with pytest.raises(SchemeError, match=r"j\.yaml, judgement 1: entropy: .*Leave that line out."):
        weigh(problem, judgement(method="entropy", of=("a", "c")), nothing)


def test_a_line_without_weight_gets_no_row():
    problem = Problem((line("a", 20), line("c", 10)), FREE)
    found = weigh(problem, judgement(method="entropy", of=("a", "c")), SCORES)
    assert found.weights[1] == pytest.approx(0, abs=1e-9)
    assert judgement_rows(problem, found) == ()


def test_blocks_are_judged_with_cross_and_by_the_points_of_their_lines():
    lines = (line("a", 20), line("b", 10), line("c", 30, "乙板块"), line("v", 5, "乙板块", kind="bonus"))
    of_blocks = judgement(over="blocks", of=("甲板块", "乙板块"), method="rr")
    with pytest.raises(SchemeError, match=r"blocks keep their totals.*Add cross to --levers"):
        weigh(Problem(lines, FREE), of_blocks)
    proposal, (told,) = solved(Problem(lines, FREE, levers=("shift", "cross", "new")), of_blocks)
    totals = {b.name: b.after for b in proposal.blocks}
    assert (totals["甲板块"], totals["乙板块"]) in {(39, 21), (38, 22)}  # 2 : 1 within a tenth
    assert [(x.code, x.before, x.after) for x in told.items] == [
        ("甲板块", 30, totals["甲板块"]), ("乙板块", 30, totals["乙板块"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"of": ("a", "q")}, 'j.yaml, judgement 1: the scheme has no line "q".'),
        ({"of": ("a", "名a")}, '"名a" and "a" are the same line. Name it once.'),
    ],
)
def test_lines_that_cannot_be_meant(changes, message):
    problem = Problem((line("a", 20), line("b", 20)), FREE)
    with pytest.raises(SchemeError) as raised:
        weigh(problem, judgement(**changes))
    assert message in str(raised.value) and raised.value.zh
    assert "a code or name" in str(raised.value) or "once" in str(raised.value)


def test_a_name_that_two_lines_have_names_neither():
    twin = Line(code="b", name="名a", block="A", e=20, class_="outcome", identity="b")
    with pytest.raises(SchemeError, match='no line "名a"'):
        weigh(Problem((line("a", 20), twin), FREE), judgement(of=("名a", "b")))
