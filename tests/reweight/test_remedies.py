"""When it cannot be done: what contradicts what, and the options that release it, each verified by solving."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model import Option, Standard
from engine.reweight.answer import reweigh
from engine.reweight.building import build
from engine.reweight.conflict import Conflict, Filter, conflict
from engine.reweight.options import apply, unlocked
from engine.reweight.problem import Line, Problem, Settings, override
from engine.reweight.remedies import FLOORS
from tests.reweight.schemes import problems
from tests.reweight.test_properties import EASY

LEVERS = (("shift",), ("rewrite",), ("rewrite", "shift"), ("shift", "cross"), ("rewrite", "shift", "new"))


@st.composite
def wishful(draw) -> Problem:
    """A problem with locks, bounds and levers that may contradict one another."""
    problem = draw(problems(levers=draw(st.sampled_from(LEVERS)), most=8))
    lines = []
    for line in problem.lines:
        wish = draw(st.sampled_from(("none", "none", "low", "high", "lock")))
        if line.frozen is None and line.kind == "base" and wish != "none":
            steps = draw(st.integers(0, 30)) * problem.step
            lines.append(_wished(line, wish, steps))
        else:
            lines.append(line)
    return replace(problem, lines=tuple(lines))


def _wished(line: Line, wish: str, points: float) -> Line:
    if wish == "lock":
        return line if line.red else replace(line, frozen="locked", beneath=None)
    return replace(line, low=points or None) if wish == "low" else replace(line, high=points)


def typed(options: tuple[Option, ...]) -> set[str]:
    return {option.written.en for option in options}


@settings(EASY, max_examples=250)
@given(wishful())
def test_remedies_are_enough_and_none_too_many(problem):
    proposal = reweigh(problem)
    if proposal.status == "optimal":
        assert proposal.remedies == ()
        return
    for way in proposal.remedies:
        assert reweigh(apply(problem, way.options), prices=False).status == "optimal", typed(way.options)
        for option in way.options:
            rest = [other for other in way.options if other is not option]
            assert reweigh(apply(problem, rest), prices=False).status != "optimal", typed(way.options)


@settings(EASY, max_examples=120)
@given(wishful())
def test_what_gave_way_names_options_that_together_are_enough(problem):
    proposal = reweigh(problem)
    if proposal.status != "relaxed":
        return
    options = [option for relaxation in proposal.relaxations for option in relaxation.options]
    assert all(len(relaxation.options) == 1 for relaxation in proposal.relaxations)
    furthest = {}
    for option in options:
        name, _, value = option.value.partition("=")
        best = min if name in FLOORS else max
        furthest[name] = best(furthest.get(name, float(value)), float(value))
    stated = replace(problem, settings=override(problem.settings, furthest))
    assert reweigh(stated, prices=False).status == "optimal"
    assert any(typed(way.options) <= {option.written.en for option in options} for way in proposal.remedies)


@settings(EASY, max_examples=200)
@given(wishful())
def test_conflicts_with_locks_and_bounds_are_irreducible_and_each_option_releases_its_own(problem):
    programme = build(problem)
    soft = reweigh(problem, prices=False).status != "infeasible"
    found = conflict(programme, soft=soft)
    names = [item.id for item in found]
    if not names:
        return
    check = Conflict(programme, soft=soft)
    check.whole.partly = False
    assert check.holds(names)
    for name in names:
        assert not check.holds([other for other in names if other != name]), name
    # Locks that are no members are off for a lock that is one: others may make conflicts of their own.
    alone = problem
    for name in set(check.locks) - set(names):
        alone = unlocked(alone, name.removeprefix("lock:"))
    for item in found:
        for option in item.options:
            asked = apply(alone if option.flag == "--lock" else problem, [option])
            stated = Filter(build(asked), soft=soft)
            stated.partly = False
            kept = {name for name in names if not name.startswith("lock:")} & set(stated.members)
            own = set(stated.members) - set(check.members) if option.flag == "--lock" else set()
            assert stated.is_feasible(kept | own), (item.id, option.written.en)


def line(code: str, e: float, class_: str = "process", block: str = "A", **changes) -> Line:
    return Line(
        code=code, name=f"name {code}", block=block, e=e, class_=class_, identity=code, **changes
    )  # fmt: skip


def new_standard(cost: float = 0.0) -> Standard:
    return Standard(catalogue="c", name="n", text="t", data_cost=cost)


def test_a_red_line_without_the_lever_to_rewrite_it():
    red = line("a", 5, "prohibited", red=True, substitute=new_standard())
    proposal = reweigh(Problem((red, line("b", 3)), levers=("shift",)))
    assert proposal.status == "infeasible"
    by_id = {item.id: item for item in proposal.conflict}
    assert typed(by_id["red:a"].options) == {"--levers rewrite,shift"}
    assert by_id["block:A"].text.zh == "“A”板块合计不变（其中可调整的指标共 8 分）"
    assert [typed(way.options) for way in proposal.remedies] == [{"--levers rewrite,shift"}]
    assert proposal.remedies[0].options[0].text.zh == "启用“改写标准”"


def test_bounds_that_cannot_hold_together_say_how_far_each_would_have_to_give_way():
    lines = (line("a", 5, "outcome", low=8.0), line("b", 5, "outcome", low=4.0))
    proposal = reweigh(Problem(lines, Settings(largest_line=None)))
    by_id = {item.id: typed(item.options) for item in proposal.conflict}
    assert by_id == {
        "block:A": set(), "bound:a:lower": {"--bound a=6:"}, "bound:b:lower": {"--bound b=2:"},
    }  # fmt: skip
    assert [item.row_class for item in proposal.conflict] == ["national", "preference", "preference"]
    (way,) = proposal.remedies
    # 2 points of 8 weigh less than 2 points of 4.
    assert (way.row_class, typed(way.options)) == ("preference", {"--bound a=6:"})


def test_locks_are_named_where_they_stand_in_the_way():
    lines = (
        line("a", 6, "outcome", frozen="locked"),
        line("b", 6, "process", frozen="locked", substitute=new_standard()),
        line("c", 3, "outcome", high=2.0),
    )
    proposal = reweigh(Problem(lines, Settings(largest_line=None), levers=("shift",)))
    assert [item.id for item in proposal.conflict] == ["block:A", "bound:c:upper", "lock:a"]
    assert proposal.conflict[2].text.zh == "“name a”按要求锁定（6 分，标准不动）"
    assert typed(proposal.conflict[2].options) == {"drop --lock a"}
    # Points may only go to an outcome: unlocking b would not help, so nothing says so.
    assert {"drop --lock a"} in [typed(way.options) for way in proposal.remedies]
    assert {"--bound c=:3"} in [typed(way.options) for way in proposal.remedies]
    assert not any("drop --lock b" in typed(way.options) for way in proposal.remedies)


def test_a_lock_on_a_required_line_changes_nothing_and_is_never_named():
    lines = (line("a", 6, "required", frozen="locked", beneath="required"), line("b", 3, "outcome", high=2.0))
    proposal = reweigh(Problem(lines, Settings(largest_line=None), levers=("shift",)))
    assert [item.id for item in proposal.conflict] == ["block:A", "bound:b:upper"]
    assert [typed(way.options) for way in proposal.remedies] == [{"--bound b=:3"}]


def test_a_floor_out_of_reach_is_met_at_the_floor_named_or_by_another_lever():
    lines = (line("a", 4, "outcome"), line("b", 16, "process", substitute=new_standard()))
    limits = Settings(cap=None, floor=0.8, path_step=1.0, largest_line=None)
    proposal = reweigh(Problem(lines, limits, levers=("shift",)))
    (gave_way,) = proposal.relaxations
    assert (proposal.status, gave_way.id, gave_way.by) == ("relaxed", "floor", 8.0)
    assert typed(gave_way.options) == {"--set floor=0.4"}
    assert gave_way.options[0].text.zh == "结果类占比下限改为40%"
    assert [(way.row_class, typed(way.options)) for way in proposal.remedies] == [
        ("preference", {"--levers rewrite,shift"}), ("local", {"--set floor=0.4"}),
    ]  # fmt: skip


def test_in_points_only_mode_the_required_share_is_a_setting():
    lines = (line("a", 10, "required", frozen="required"), line("b", 10, "outcome"))
    limits = Settings(cap=None, floor=0.7, largest_line=None)
    proposal = reweigh(Problem(lines, limits, levers=("shift", "cross")))
    by_id = {item.id: item for item in proposal.conflict}
    assert by_id["bound:a:lower"].text.zh == "“name a”属必要过程类，分值不低于原分值的80%（8 分）"
    assert typed(by_id["bound:a:lower"].options) == {"--set required_low=0.6"}


def test_a_row_stated_by_an_option_is_released_by_dropping_it():
    from engine.model import Text
    from engine.reweight.problem import LinearRow

    stated = LinearRow(
        id="ratio", text=Text(zh="a 不低于 b 的三倍", en="a is at least three times b"),
        terms=(("a", 1.0), ("b", -3.0)), sense=">=", limit=0.0, row_class="national", option="--ratio a:b=3",
    )  # fmt: skip
    lines = (line("a", 5, "outcome", high=6.0), line("b", 5, "outcome"))
    problem = Problem(lines, Settings(largest_line=None), levers=("shift",), rows=(stated,))
    proposal = reweigh(problem)
    by_id = {item.id: typed(item.options) for item in proposal.conflict}
    assert by_id["ratio"] == {"drop --ratio a:b=3"}
    assert reweigh(apply(problem, proposal.conflict[-1].options), prices=False).status != "infeasible"


@pytest.mark.parametrize("prices", [True, False])
def test_an_optimal_proposal_says_nothing_of_it(prices):
    proposal = reweigh(Problem((line("a", 5, "outcome"),)), prices=prices)
    assert (proposal.conflict, proposal.remedies) == ((), ())
