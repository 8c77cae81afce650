"""A written model, solved by any solver, has the optimum that the proposal has."""

from __future__ import annotations

import highspy
import pulp
import pytest
from hypothesis import given, settings

from engine.errors import SolverError
from engine.reweight.answer import write_problem
from engine.reweight.building import build
from engine.reweight.problem import Problem, Settings
from engine.reweight.solver import state
from tests.reweight.schemes import problems
from tests.reweight.test_properties import EASY
from tests.reweight.test_reference import toy


def optimum(path) -> float:
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.readModel(str(path))
    model.run()
    assert model.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return model.getInfo().objective_function_value


@settings(EASY, max_examples=25)
@given(problem=problems(most=8))
def test_any_solver_finds_the_same_optimum(problem, tmp_path_factory):
    if not build(problem).lower:
        return
    for suffix in ("lp", "mps"):
        path = tmp_path_factory.mktemp("model") / f"model.{suffix}"
        expected = write_problem(problem, path)
        assert optimum(path) == pytest.approx(expected, rel=1e-5, abs=1e-4)


def test_the_reference_through_cbc(tmp_path):
    problem = Problem(toy(), Settings(perception_low=0.1, perception_high=0.25))
    path = tmp_path / "toy.mps"
    assert write_problem(problem, path) == pytest.approx(50.0)
    _, model = pulp.LpProblem.fromMPS(str(path))
    model.solve(pulp.COIN_CMD(path=pulp.apis.PULP_CBC_CMD.pulp_cbc_path, msg=False))
    assert pulp.value(model.objective) == pytest.approx(50.0)


def test_names_are_generated_so_that_none_collide():
    stated = state(build(Problem(toy(), Settings())))
    assert {column.name for column in stated.columns} == {f"c{j}" for j in range(len(stated.columns))}


def test_another_suffix_is_refused(tmp_path):
    with pytest.raises(SolverError, match=r"a model is written as \.lp or \.mps"):
        write_problem(Problem(toy(), Settings()), tmp_path / "model.txt")


def test_a_contradiction_has_no_model(tmp_path):
    with pytest.raises(SolverError, match="hard rows contradict one another"):
        write_problem(Problem(toy(), Settings(), levers=("shift",)), tmp_path / "model.lp")
