"""The toy scheme of tests/data/reference.json: levers, points only, and the relaxed case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.model import Standard
from engine.reweight.answer import reweigh
from engine.reweight.problem import Line, Problem, Settings
from engine.reweight.solver import Cbc, Highs

REFERENCE = json.loads((Path(__file__).parents[1] / "data" / "reference.json").read_text(encoding="utf-8"))
STANDARD = Standard(catalogue="issue-resolution-rate", name="问题办结率", text="按办结率计分")
BOUNDS = {4: (0.08, 0.10), 5: (None, 0.30), 6: (None, 0.30), 7: (0.10, 0.25)}


def toy(unit: float = 1.0, *, bounded: bool = False) -> tuple[Line, ...]:
    """The eight lines of the reference, points times `unit`, with its bounds in points-only mode."""
    lines = []
    for number, line in enumerate(REFERENCE["toy_scheme"]):
        low, high = BOUNDS.get(number, (None, None)) if bounded else (None, None)
        class_ = line["class"]
        lines.append(
            Line(
                code=f"I{number + 1:02d}", name=line["name"], block=line["block"], e=line["points"] * unit,
                class_=class_, identity=f"toy-{number}", level=line["level"],
                frozen="required" if class_ == "required" else None, red=class_ == "prohibited",
                substitute=STANDARD if class_ in ("prohibited", "restricted") else None, low=low, high=high,
            )
        )  # fmt: skip
    return tuple(lines)


@pytest.mark.parametrize("make", [Highs, Cbc])
def test_levers_rewrite_four_standards(make):
    settings = Settings(cap=0.10, floor=0.60, perception_low=0.10, perception_high=0.25)
    proposal = reweigh(Problem(toy(), settings), make=make)
    expected = REFERENCE["levers"]["expected"]
    rewritten = [line for line in proposal.lines if line.action == "rewrite"]
    assert proposal.status == "optimal"
    assert proposal.disruption == pytest.approx(expected["disruption"], abs=1e-6)
    assert [line.name for line in rewritten] == expected["rewritten"]
    assert [line.rewritten for line in rewritten] == expected["rewritten_points"]
    assert all(line.after == line.before for line in proposal.lines)
    assert all(block.before == block.after for block in proposal.blocks)
    assert {c.id: c.limit for c in proposal.constraints if c.id in ("cap", "floor")} == {
        "cap": 9,
        "floor": 54,
    }


@pytest.mark.parametrize("make", [Highs, Cbc])
def test_points_only_reproduces_the_weights(make):
    problem = Problem(
        toy(0.01, bounded=True), Settings(largest_line=None), levers=("shift", "cross"), step=None
    )
    proposal = reweigh(problem, make=make)
    expected = REFERENCE["points_only"]
    after = [line.after for line in proposal.lines]
    assert proposal.mode == "points_only"
    assert after == pytest.approx(expected["w"], abs=1e-6)
    assert proposal.disruption == pytest.approx(expected["L1"], abs=1e-6)
    raises = [line.after - line.before for line in proposal.lines]
    assert max(raises) == pytest.approx(expected["largest_raise"], abs=1e-6)
    assert 1 / sum(w * w for w in after) == pytest.approx(expected["N_eff"], abs=1e-5)


def test_points_only_names_the_floor_it_cannot_reach():
    problem = Problem(
        toy(0.01, bounded=True), Settings(largest_line=None, floor=0.9), levers=("shift", "cross"), step=None
    )
    proposal = reweigh(problem)
    expected = REFERENCE["points_only"]["relaxed"]
    assert proposal.status == "relaxed"
    assert [(r.id, r.by) for r in proposal.relaxations] == [("floor", expected["shortfall"])]
    reached = next(c.value for c in proposal.constraints if c.id == "floor")
    assert reached == pytest.approx(expected["attainable"], abs=1e-6)
