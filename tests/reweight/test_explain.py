"""Prices hold on both sides; conflicts are irreducible; relaxations are enough."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from engine.model import Standard
from engine.reweight.answer import reweigh
from engine.reweight.building import build
from engine.reweight.conflict import Filter, irreducible
from engine.reweight.problem import Line, Prices, Problem, Settings
from engine.reweight.stages import solve
from tests.reweight.schemes import problems
from tests.reweight.test_properties import EASY
from tests.reweight.test_reference import toy


def line(code: str, e: float, class_: str = "process", **changes) -> Line:
    return Line(code=code, name=f"name {code}", block="A", e=e, class_=class_, identity=code, **changes)


def test_the_conflict_of_the_relaxed_reference_is_the_floor_with_three_bounds():
    problem = Problem(
        toy(0.01, bounded=True), Settings(largest_line=None, floor=0.9), levers=("shift", "cross"), step=None
    )
    proposal = reweigh(problem)
    assert [item.id for item in proposal.conflict] == [
        "bound:I06:upper", "bound:I07:upper", "bound:I08:upper", "floor",
    ]  # fmt: skip
    assert proposal.conflict[-1].text.zh == "结果类分值不低于下限（0.9 分）"


def test_without_rewriting_a_red_line_meets_its_block():
    problem = Problem((line("a", 5, "prohibited", red=True), line("b", 3)), levers=("shift",))
    proposal = reweigh(problem)
    assert proposal.status == "infeasible"
    assert {item.id: item.text.zh for item in proposal.conflict} == {
        "block:A": "“A”板块合计不变（其中可调整的指标共 8 分）",
        "growth:b": "“name b”不属结果类，分值不得提高",
        "red:a": "“name a”的现有计分方式不得计分",
    }


def test_contradictory_bounds_across_a_block_are_named():
    lines = (line("a", 5, "outcome", low=8.0), line("b", 5, "outcome", low=4.0))
    proposal = reweigh(Problem(lines))
    assert proposal.status == "infeasible"
    assert [item.id for item in proposal.conflict] == ["block:A", "bound:a:lower", "bound:b:lower"]


@settings(EASY, max_examples=120)
@given(problems(levers=("shift",), most=7))
def test_conflicts_are_irreducible(problem):
    programme = build(problem)
    names = irreducible(programme)
    if solve(programme).status != "infeasible":
        assert names == []
        return
    check = Filter(programme, soft=False)
    check.partly = False
    assert not check.is_feasible(set(names))
    for name in names:
        assert check.is_feasible(set(names) - {name}), name


@settings(EASY, max_examples=100)
@given(problems(most=8))
def test_a_price_is_what_solving_again_says(problem):
    proposal = reweigh(problem)
    for row in proposal.constraints:
        if row.price is None or row.id not in ("cap", "floor") or row.state == "relaxed":
            continue
        assert row.holds_from is not None and row.holds_to is not None
        assert row.holds_from - 1e-6 <= row.limit <= row.holds_to + 1e-6
        assert row.price >= -1e-6 if row.sense == ">=" else row.price <= 1e-6


def test_the_worked_example_of_the_page_on_the_programme():
    standard = Standard(catalogue="c", name="n", text="t")
    lines = (
        line("a", 10, "outcome"),
        line("b", 10, substitute=None),
        line("c", 20, substitute=None),
        line("d", 4, "prohibited", red=True, substitute=standard),
    )
    limits = Settings(cap=None, floor=0.5, path_step=1.0, largest_line=None)
    proposal = reweigh(Problem(lines, limits, levers=("rewrite", "shift")))
    floor = next(row for row in proposal.constraints if row.id == "floor")
    after = {row.code: (row.kept, row.rewritten) for row in proposal.lines}
    assert after == {"a": (18, 0), "b": (7, 0), "c": (15, 0), "d": (0, 4)}
    assert (proposal.disruption, proposal.rounding_loss) == (20, 0)
    assert (floor.limit, floor.value, floor.state) == (22.0, 22.0, "active")
    assert floor.price == pytest.approx(2.0)
    assert floor.holds_to == pytest.approx(24.0)
    assert floor.price_text is not None
    assert floor.price_text.zh == "再提高1分：板块内调剂1分；适用到 24 分"
    dearer = solve(
        build(Problem(lines, replace(limits, floor=23.5 / 44), levers=("rewrite", "shift"), step=0.5))
    )
    now = solve(build(Problem(lines, limits, levers=("rewrite", "shift"), step=0.5)))
    assert (dearer.disruption - now.disruption) * 0.5 == pytest.approx(2.0 * 1.5)


def test_ranges_bracket_the_answer():
    proposal = reweigh(Problem(toy(), Settings()), ranges=True)
    for row in proposal.lines:
        assert row.range_low is not None and row.range_high is not None
        assert row.range_low - 1e-6 <= row.after <= row.range_high + 1e-6


def test_ranges_are_whole_steps_and_reach_new_lines():
    """Three points must leave a; b, c and a new line cost the same, so each could take all of them or none."""
    lines = (
        Line(code="a", name="a", block="A", e=10.0, class_="restricted", identity="a"),
        Line(code="b", name="b", block="A", e=10.0, class_="outcome", identity="b"),
        Line(code="c", name="c", block="A", e=12.0, class_="outcome", identity="c"),
    )
    limits = Settings(cap=0.2, floor=None, largest_line=None)
    fresh = (("A", Standard(catalogue="n", name="新", text="t")),)
    prices = Prices(shift=3.0, new=3.0)
    problem = Problem(lines, limits, prices, ("shift", "new"), new_standards=fresh)
    found = {x.code: x for x in reweigh(problem, ranges=True).lines}
    assert found["a"].after == found["a"].range_low == found["a"].range_high == 7
    assert [(found[c].range_low, found[c].range_high) for c in "bc"] == [(10, 13), (12, 15)]
    assert (found["N01"].range_low, found["N01"].range_high) == (0, 3)


def test_a_range_between_two_steps_is_what_is_printed():
    """The one answer is 10.5 and 9.5 in steps of 1; no other whole steps cost as little."""
    lines = tuple(
        Line(code=c, name=c, block="A", e=e, class_=k, identity=c, high=high)
        for c, e, k, high in (
            ("a", 10.0, "restricted", 6.5), ("b", 10.0, "outcome", None), ("c", 10.0, "outcome", 10.0),
        )
    )  # fmt: skip
    found = reweigh(Problem(lines, Settings(cap=None, floor=None, largest_line=None)), ranges=True)
    assert all((x.range_low, x.range_high) == (x.after, x.after) for x in found.lines)
