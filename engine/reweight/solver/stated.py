"""A programme stated in PuLP: for writing it to a file, and for handing it to a solver once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pulp

from engine.errors import SolverError
from engine.reweight.programme import Programme

_SENSES = {"<=": pulp.LpConstraintLE, ">=": pulp.LpConstraintGE, "=": pulp.LpConstraintEQ}


@dataclass(frozen=True, slots=True)
class Stated:
    """A programme stated in PuLP: the problem, its columns and its rows in the programme's order."""

    problem: Any
    columns: list[Any]
    rows: list[Any]


def state(programme: Programme, name: str = "quanheng") -> Stated:
    """Return the programme, with disruption as its objective, stated in PuLP under generated names."""
    problem = pulp.LpProblem(name, pulp.LpMinimize)
    columns = [
        problem.add_variable(
            f"c{j}",
            lower,
            None if np.isinf(upper) else upper,
            pulp.LpInteger if programme.integer[j] else pulp.LpContinuous,
        )
        for j, (lower, upper) in enumerate(zip(programme.lower, programme.upper, strict=True))
    ]
    problem.setObjective(pulp.LpAffineExpression([(columns[j], k) for j, k in programme.disruption.items()]))
    rows = []
    for r, row in enumerate(programme.rows):
        terms = [(columns[j], k) for j, k in zip(row.columns, row.coefficients, strict=True)]
        rows.append(pulp.LpConstraint(pulp.LpAffineExpression(terms), _SENSES[row.sense], f"r{r}", row.limit))
        problem.addConstraint(rows[-1])
    return Stated(problem, columns, rows)


def write_model(
    programme: Programme, path: Path, kept: Sequence[tuple[Mapping[int, float], float]] = ()
) -> None:
    """Write the S1 programme as .lp or .mps, the values of S0 as further rows.

    Args:
        programme: the programme.
        path: a file ending in .lp or .mps.
        kept: (coefficients, limit) of each row that keeps a value of S0.
    Raises:
        SolverError: another suffix.
    """
    stated = state(programme)
    problem = stated.problem
    for number, (terms, limit) in enumerate(kept):
        pairs = [(stated.columns[j], k) for j, k in terms.items()]
        problem.addConstraint(
            pulp.LpConstraint(pulp.LpAffineExpression(pairs), pulp.LpConstraintLE, f"s{number}", limit)
        )
    if path.suffix == ".lp":
        problem.writeLP(str(path))
    elif path.suffix == ".mps":
        problem.writeMPS(str(path))
    else:
        raise SolverError(f"{path.name}: a model is written as .lp or .mps. Change the suffix.")


def minimise_linear(
    cost: Sequence[float],
    rows: Sequence[Sequence[float]],
    limits: Sequence[float],
    equal: Sequence[float],
    total: float,
) -> list[float]:
    """Return columns >= 0 of least cost with rows·x <= limits and equal·x = total (a small programme).

    Raises:
        SolverError: no optimum.
    """
    problem = pulp.LpProblem("small", pulp.LpMinimize)
    columns = [problem.add_variable(f"c{j}", 0.0, None) for j in range(len(cost))]
    problem.setObjective(pulp.LpAffineExpression(list(zip(columns, cost, strict=True))))
    stated = [(row, _SENSES["<="], limit) for row, limit in zip(rows, limits, strict=True)]
    for r, (row, sense, limit) in enumerate([*stated, (equal, _SENSES["="], total)]):
        terms = [(c, k) for c, k in zip(columns, row, strict=True) if k]
        problem.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, f"r{r}", limit))
    problem.solve(pulp.HiGHS(msg=False))
    if problem.status != pulp.LpStatusOptimal:
        raise SolverError(f"HiGHS ended with status {pulp.LpStatus[problem.status]!r}. Check the judgements.")
    return [float(column.value()) for column in columns]
