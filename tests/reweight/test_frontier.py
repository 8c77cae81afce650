"""The frontier: monotone, unbeaten, and each end is what a proposal with that floor costs."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings

from engine.model import Standard
from engine.reweight.answer import reweigh
from engine.reweight.frontier import FrontierPoint, frontier
from engine.reweight.problem import Line, Problem, Settings
from tests.reweight.schemes import problems
from tests.reweight.test_properties import EASY


def by_hand() -> Problem:
    """The scheme solved by hand in docs/programme.md."""

    def line(code: str, e: float, class_: str, **changes) -> Line:
        return Line(code=code, name=code, block="A", e=e, class_=class_, identity=code, **changes)

    standard = Standard(catalogue="c", name="n", text="t")
    lines = (
        line("a", 10, "outcome"), line("b", 10, "process"), line("c", 20, "process"),
        line("d", 4, "prohibited", red=True, substitute=standard),
    )  # fmt: skip
    limits = Settings(cap=None, floor=0.5, path_step=1.0, largest_line=None)
    return Problem(lines, limits, levers=("rewrite", "shift"))


def at(problem: Problem, point: FrontierPoint) -> float:
    """S1's value of the proposal whose floor is the point's outcome."""
    limits = replace(problem.settings, floor=point.outcome / problem.adjustable, path_step=1.0)
    proposal = reweigh(replace(problem, settings=limits), prices=False)
    assert proposal.status == "optimal", proposal.relaxations
    assert proposal.disruption is not None and proposal.rounding_loss is not None
    return proposal.disruption - proposal.rounding_loss


def test_by_hand():
    found = frontier(by_hand())
    # d rewritten costs 4 and leaves 14; to 24 a point is shifted to a (2), to 28 to d under its new standard (3).
    expected = [(14 + n, 4 + 2 * n) for n in range(11)] + [(24 + n, 24 + 3 * n) for n in range(1, 5)]
    assert [(point.outcome, point.disruption) for point in found.by_disruption] == expected
    assert {point.rewritten for point in found.by_disruption} == {1}
    # With nothing rewritten d is emptied, and a may hold 20.
    lines = [(p.rewritten, p.outcome, p.disruption) for p in found.by_lines]
    assert lines == [(0, 20.0, 20.0), (1, 28.0, 36.0)]
    assert found.exact


def test_each_point_by_hand_is_a_proposal():
    problem = by_hand()
    for point in frontier(problem).by_disruption:
        assert at(problem, point) == pytest.approx(point.disruption)


@settings(EASY, max_examples=60)
@given(problems(levers=("rewrite", "shift", "new"), most=8))
def test_monotone_unbeaten_and_ends_reproduced(problem):
    limits = replace(problem.settings, perception_low=None, perception_high=None, largest_line=None)
    problem = replace(problem, settings=limits)
    found = frontier(problem)
    assume(found.by_disruption)
    for one, other in pairwise(found.by_disruption):
        assert one.outcome < other.outcome and one.disruption < other.disruption
    for one, other in pairwise(found.by_lines):
        assert one.outcome < other.outcome and one.rewritten < other.rewritten
    assert all(point.share <= 1 + 1e-6 for point in (*found.by_disruption, *found.by_lines))
    free = reweigh(replace(problem, settings=replace(limits, floor=0.0)), prices=False)
    assume(free.status == "optimal")
    for point in (found.by_disruption[0], found.by_disruption[-1]):
        steps = point.outcome / (problem.step or 1.0)
        assume(abs(steps - round(steps)) < 1e-6)  # a floor is a whole step
        assert at(problem, point) == pytest.approx(point.disruption, abs=1e-4)


def test_nothing_adjustable_has_no_frontier():
    lines = tuple(replace(line, frozen="locked", red=False) for line in by_hand().lines)
    found = frontier(replace(by_hand(), lines=lines))
    assert (found.by_disruption, found.by_lines) == ((), ())
