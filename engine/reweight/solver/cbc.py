"""CBC, each question stated anew: slow, and there to compare with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pulp

from engine.errors import SolverError
from engine.reweight.programme import Programme
from engine.reweight.solver.asked import Matrix, Solution


class Cbc:
    """The same questions asked of CBC, each stated anew; slow, for comparison (it prints nine digits)."""

    margin = 1e-6

    def __init__(self, programme: Programme) -> None:
        self._lower, self._upper = list(programme.lower), list(programme.upper)
        self._integer = list(programme.integer)
        self._rows: list[tuple[list[tuple[int, float]], float, float]] = []
        for row in programme.rows:
            low = -np.inf if row.sense == "<=" else row.limit
            high = np.inf if row.sense == ">=" else row.limit
            self._rows.append((list(zip(row.columns, row.coefficients, strict=True)), low, high))
        self._cost: Mapping[int, float] = {}

    def minimise(self, cost: Mapping[int, float]) -> Solution:
        """Return the least value of Σ cost·column; SolverError unless optimal or infeasible."""
        self._cost = cost
        problem = pulp.LpProblem("cbc", pulp.LpMinimize)
        columns = [
            problem.add_variable(
                f"c{j}", lo, None if np.isinf(hi) else hi, pulp.LpInteger if whole else pulp.LpContinuous
            )
            for j, (lo, hi, whole) in enumerate(zip(self._lower, self._upper, self._integer, strict=True))
        ]
        problem.setObjective(pulp.LpAffineExpression([(columns[j], k) for j, k in cost.items() if k]))
        rows = self._state_rows(problem, columns)
        path = pulp.apis.PULP_CBC_CMD.pulp_cbc_path
        problem.solve(pulp.COIN_CMD(path=path, msg=False, gapRel=0.0, gapAbs=1e-7, threads=1))
        return self._read(problem, columns, rows)

    def bound(self, cost: Mapping[int, float]) -> Solution:
        """Return the least value with standards rewritten in part."""
        integer, self._integer = self._integer, [False] * len(self._integer)
        found = self.minimise(cost)
        self._integer = integer
        return found

    def narrow(self, columns: Sequence[int]) -> dict[int, float]:
        """Narrow nothing: each question would have to be stated anew."""
        return {}

    def branch(
        self, cost: Mapping[int, float], columns: Sequence[int], start: Solution | None
    ) -> Solution | None:
        """Leave the search to `minimise`."""
        return None

    def _state_rows(self, problem: pulp.LpProblem, columns: list[pulp.LpVariable]) -> list[list[Any]]:
        names: list[list[Any]] = []
        for r, (terms, low, high) in enumerate(self._rows):
            expression = [(columns[j], k) for j, k in terms]
            here = []
            sides = [("e", pulp.LpConstraintEQ, low)] if low == high else []
            if low != high:
                sides += [("l", pulp.LpConstraintGE, low)] if np.isfinite(low) else []
                sides += [("u", pulp.LpConstraintLE, high)] if np.isfinite(high) else []
            for tag, sense, limit in sides:
                row = pulp.LpConstraint(pulp.LpAffineExpression(expression), sense, f"r{r}{tag}", limit)
                problem.addConstraint(row)
                here.append(row)
            names.append(here)
        return names

    def _read(
        self, problem: pulp.LpProblem, columns: list[pulp.LpVariable], names: list[list[Any]]
    ) -> Solution:
        size = len(columns)
        if problem.status == pulp.LpStatusInfeasible:
            return Solution("infeasible", 0.0, np.zeros(size), np.zeros(0))
        if problem.status != pulp.LpStatusOptimal:
            text = pulp.LpStatus[problem.status]
            raise SolverError(f"CBC ended with status {text!r}. Check the limits and bounds given.")
        values = np.array([v.value() if v.value() is not None else v.lowBound for v in columns])
        duals = np.zeros(len(names))
        if not any(self._integer):
            duals = np.array([sum(row.pi or 0.0 for row in here) for here in names])
        value = float(sum(k * values[j] for j, k in self._cost.items()))
        return Solution("optimal", value, values, duals)

    def add_row(self, terms: Sequence[tuple[int, float]], low: float, high: float) -> int:
        """Add a row and return its number."""
        self._rows.append((list(terms), low, high))
        return len(self._rows) - 1

    def add_rows(self, rows: Sequence[Sequence[tuple[int, float]]], high: float) -> int:
        """Add rows Σ coefficient·column <= high and return the first one's number."""
        first = len(self._rows)
        self._rows += [(list(terms), -np.inf, high) for terms in rows]
        return first

    def set_row(self, row: int, low: float, high: float) -> None:
        """Change a row's limits."""
        self._rows[row] = (self._rows[row][0], low, high)

    def set_column(self, column: int, lower: float, upper: float) -> None:
        """Change a column's bounds."""
        self._lower[column], self._upper[column] = lower, upper

    def add_column(self, lower: float, upper: float) -> int:
        """Add a continuous column and return its number."""
        self._lower.append(lower)
        self._upper.append(upper)
        self._integer.append(False)
        return len(self._lower) - 1

    def relax_integers(self) -> None:
        """Make every column continuous."""
        self._integer = [False] * len(self._integer)

    def matrix(self) -> Matrix:
        """Return the model as it stands now, for the certificate."""
        cost = np.zeros(len(self._lower))
        for j, k in self._cost.items():
            cost[j] = k
        starts = np.concatenate([[0], np.cumsum([len(t) for t, _, _ in self._rows])]).astype(np.int32)
        pairs = [pair for terms, _, _ in self._rows for pair in terms]
        return Matrix(
            cost, np.array(self._lower), np.array(self._upper), starts,
            np.array([c for c, _ in pairs], np.int32), np.array([k for _, k in pairs]),
            np.array([low for _, low, _ in self._rows]), np.array([high for _, _, high in self._rows]),
        )  # fmt: skip
