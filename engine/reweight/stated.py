"""The rows a person states beyond the profile: what a unit may gain or lose, and ratios from judgements."""

from __future__ import annotations

import math

import numpy as np

from engine.errors import SchemeError
from engine.reweight.judged import judgement_rows, weigh
from engine.reweight.problem import LinearRow, Problem
from engine.reweight.ranks import unit_rows
from engine.reweight.wishes import Wishes


def stated_rows(problem: Problem, wishes: Wishes) -> tuple[LinearRow, ...]:
    """Return the rows that scores and judgements ask for.

    Raises:
        SchemeError: a largest change without scores or out of range, a judgement that cannot be meant.
    """
    rows = list(_unit_rows(problem, wishes))
    for judgement in wishes.judgements:
        rows += judgement_rows(problem, weigh(problem, judgement, wishes.scores))
    return tuple(rows)


def _unit_rows(problem: Problem, wishes: Wishes) -> tuple[LinearRow, ...]:
    most, scores = wishes.max_change, wishes.scores
    if most is None:
        return ()
    if not (math.isfinite(most) and most >= 0):
        raise SchemeError(
            f"--max-change {most:g}: not a number of points >= 0. Write the points, such as 2.5."
        )
    if scores is None:
        raise SchemeError(
            f"--max-change {most:g}: no scores say what a unit's total is. Add --scores FILE with last year's."
        )
    return unit_rows(scores.units, problem.lines, np.array(scores.scores), most)
