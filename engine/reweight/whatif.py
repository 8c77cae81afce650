"""What if a limit were another: the same model kept, one limit changed, solved again."""

from __future__ import annotations

from dataclasses import replace

from engine.model import Proposal
from engine.reweight.answer import proposal_of
from engine.reweight.building import build
from engine.reweight.problem import Problem, override
from engine.reweight.programme import Programme
from engine.reweight.solver import Highs
from engine.reweight.stages import solve


class WhatIf:
    """Keeps a problem's model between changes of limits; for one person at a time, never shared.

    Args:
        problem: the problem to start from.
        profile: the id of the profile its limits came from.
    """

    def __init__(self, problem: Problem, profile: str = "") -> None:
        self.problem, self.profile = problem, profile
        self._programme = build(problem)
        self._model = Highs(self._programme)

    def change(self, **limits: float) -> Proposal:
        """Return the proposal with some limits changed for good (cap=…, floor=…), without prices.

        Raises:
            SchemeError: a limit that does not exist.
            SolverError: the solver failed, or its answer has no certificate.
        """
        settings = override(self.problem.settings, limits)
        self.problem = replace(self.problem, settings=settings)
        programme = build(self.problem)
        self._is_kept = _shape(programme) == _shape(self._programme)
        self._programme = programme
        answer = solve(programme, self._ready)
        return proposal_of(programme, answer, self.profile, prices=False)

    def _ready(self, programme: Programme) -> Highs:
        if self._is_kept:
            self._model.restart(programme)
        else:
            self._model, self._is_kept = Highs(programme), True
        return self._model


def _shape(programme: Programme) -> tuple[object, ...]:
    """Return what must be equal for a model to be kept: the columns and the terms of every row."""
    terms = tuple((row.columns, row.coefficients, row.sense) for row in programme.rows)
    return len(programme.lower), terms, tuple(programme.integer)
