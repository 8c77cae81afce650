"""The only door to PuLP and HiGHS: a programme is stated in PuLP and passed once; the status is read first.

`Highs` keeps one model and changes bounds, costs and rows in place. `Cbc` states each question anew and
is there to compare with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Protocol

import highspy
import numpy as np
import pulp
from numpy.typing import NDArray

from engine.errors import SolverError
from engine.reweight.programme import Programme

FloatArray = NDArray[np.float64]
LARGE = 300  # standards above which they are no longer chosen one by one


@dataclass(frozen=True, slots=True)
class Solution:
    """The answer to one stage; `value` and `columns` mean nothing unless the status is optimal."""

    status: Literal["optimal", "infeasible"]
    value: float
    columns: FloatArray
    row_duals: FloatArray
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Matrix:
    """A linear programme as arrays: min cost·x, low <= A x <= high (by rows), lower <= x <= upper."""

    cost: FloatArray
    lower: FloatArray
    upper: FloatArray
    starts: NDArray[np.int32]
    indices: NDArray[np.int32]
    values: FloatArray
    low: FloatArray
    high: FloatArray


class Model(Protocol):
    """What the stages ask of a solver; `margin` is how far, in steps, a value is kept."""

    margin: float

    def minimise(self, cost: Mapping[int, float]) -> Solution: ...
    def bound(self, cost: Mapping[int, float]) -> Solution: ...
    def add_row(self, terms: Sequence[tuple[int, float]], low: float, high: float) -> int: ...
    def add_rows(self, rows: Sequence[Sequence[tuple[int, float]]], high: float) -> int: ...
    def set_row(self, row: int, low: float, high: float) -> None: ...
    def set_column(self, column: int, lower: float, upper: float) -> None: ...
    def add_column(self, lower: float, upper: float) -> int: ...
    def relax_integers(self) -> None: ...
    def matrix(self) -> Matrix: ...


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


_SENSES = {"<=": pulp.LpConstraintLE, ">=": pulp.LpConstraintGE, "=": pulp.LpConstraintEQ}


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


class Highs:
    """One HiGHS model, passed once and changed in place (warm starts)."""

    margin = 1e-8

    def __init__(self, programme: Programme) -> None:
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in _OPTIONS.items():
            self._highs.setOptionValue(option, value)
        self._scale(max((abs(row.limit) for row in programme.rows), default=1.0))
        self._integers = [j for j, flag in enumerate(programme.integer) if flag]
        if len(self._integers) > LARGE:
            self._highs.setOptionValue("mip_rel_gap", 0.01)
            self._highs.setOptionValue("mip_max_nodes", 200)
        self._size = len(programme.lower)
        self._cost: dict[int, float] = {}
        self._pass(state(programme))

    def restart(self, programme: Programme) -> None:
        """Go back to a programme of the same shape: its limits, bounds and whole columns; added rows go."""
        rows, columns = int(self._highs.getNumRow()), int(self._highs.getNumCol())
        if rows > len(programme.rows):
            self._highs.deleteRows(
                rows - len(programme.rows), np.arange(len(programme.rows), rows, dtype=np.int32)
            )
        self._size = len(programme.lower)
        if columns > self._size:
            self._highs.deleteCols(columns - self._size, np.arange(self._size, columns, dtype=np.int32))
        for r, row in enumerate(programme.rows):
            self.set_row(
                r, -np.inf if row.sense == "<=" else row.limit, np.inf if row.sense == ">=" else row.limit
            )
        for c, (lower, upper) in enumerate(zip(programme.lower, programme.upper, strict=True)):
            self.set_column(c, lower, upper)
        self._cost = dict.fromkeys(range(self._size), 0.0) | {j: 0.0 for j in self._cost if j < self._size}
        self._integers = [j for j, flag in enumerate(programme.integer) if flag]
        for j in self._integers:
            self._highs.changeColIntegrality(j, highspy.HighsVarType.kInteger)

    def _scale(self, largest: float) -> None:
        """Ask for no more digits than a double holds at the size of the points."""
        self._tolerance = max(1e-9, 1e-12 * largest)
        self.margin = 10 * self._tolerance
        for option in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
            self._highs.setOptionValue(option, self._tolerance)

    def _pass(self, stated: Stated) -> None:
        """Hand the stated problem over in one call of arrays."""
        lp = highspy.HighsLp()
        columns = stated.columns
        number = {id(v): j for j, v in enumerate(columns)}
        lp.num_col_, lp.num_row_ = len(columns), len(stated.rows)
        lp.col_cost_ = np.zeros(len(columns))
        lp.col_lower_ = np.array([v.lowBound for v in columns], dtype=np.float64)
        lp.col_upper_ = np.array([np.inf if v.upBound is None else v.upBound for v in columns])
        starts, indices, values, low, high = [0], [], [], [], []
        for row in stated.rows:
            for variable, k in row.items():
                indices.append(number[id(variable)])
                values.append(k)
            starts.append(len(indices))
            low.append(-np.inf if row.sense == pulp.LpConstraintLE else -row.constant)
            high.append(np.inf if row.sense == pulp.LpConstraintGE else -row.constant)
        lp.row_lower_, lp.row_upper_ = np.array(low), np.array(high)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(starts, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(indices, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(values, dtype=np.float64)
        if self._integers:
            kinds = [highspy.HighsVarType.kContinuous] * len(columns)
            for j in self._integers:
                kinds[j] = highspy.HighsVarType.kInteger
            lp.integrality_ = kinds
        self._highs.passModel(lp)

    def minimise(self, cost: Mapping[int, float]) -> Solution:
        """Return the least value of Σ cost·column.

        Raises:
            SolverError: the solver ended in any other way than optimal or infeasible.
        """
        changed = {j: cost.get(j, 0.0) for j in self._cost.keys() | cost.keys()}
        if changed:
            indices = np.fromiter(changed, dtype=np.int32, count=len(changed))
            values = np.fromiter(changed.values(), dtype=np.float64, count=len(changed))
            self._highs.changeColsCost(len(indices), indices, values)
        self._cost = dict(cost)
        self._highs.run()
        if self._is_unsure():
            self._again()
        return self._read()

    def _is_unsure(self) -> bool:
        status, info = self._highs.getModelStatus(), self._highs.getInfo()
        lost = info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible
        return status in _UNSURE or (status == highspy.HighsModelStatus.kOptimal and lost)

    def _again(self) -> None:
        """A warm start can end in doubt: forget it, and ask once more with usual tolerances and presolve."""
        usual = {
            "presolve": "choose",
            "primal_feasibility_tolerance": 1e-7,
            "dual_feasibility_tolerance": 1e-7,
        }
        self._highs.clearSolver()
        for option, value in usual.items():
            self._highs.setOptionValue(option, value)
        self._highs.run()
        self._highs.setOptionValue("presolve", _OPTIONS["presolve"])
        for option in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
            self._highs.setOptionValue(option, self._tolerance)

    def bound(self, cost: Mapping[int, float]) -> Solution:
        """Return the least value with standards rewritten in part: never above that of `minimise`."""
        self._highs.setOptionValue("solve_relaxation", True)
        found = self.minimise(cost)
        self._highs.setOptionValue("solve_relaxation", False)
        return replace(found, exact=True)

    def _read(self) -> Solution:
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kModelEmpty:
            return Solution("optimal", 0.0, np.zeros(0), np.zeros(0))
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return Solution("infeasible", 0.0, np.zeros(self._size), np.zeros(0))
        stopped = status == highspy.HighsModelStatus.kSolutionLimit
        if status != highspy.HighsModelStatus.kOptimal and not stopped:
            text = self._highs.modelStatusToString(status)
            raise SolverError(f"HiGHS ended with status {text!r}. Check the limits and bounds given.")
        info, found = self._highs.getInfo(), self._highs.getSolution()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            raise SolverError("HiGHS stopped without an answer. Give fewer lines or wider limits.")
        exact = not stopped and (not self._integers or info.mip_gap <= 1e-6)
        return Solution(
            "optimal", float(info.objective_function_value), np.array(found.col_value), np.array(found.row_dual),
            exact,
        )  # fmt: skip

    def add_row(self, terms: Sequence[tuple[int, float]], low: float, high: float) -> int:
        """Add low <= Σ coefficient·column <= high and return the row's number."""
        columns = np.array([c for c, _ in terms], dtype=np.int32)
        values = np.array([k for _, k in terms], dtype=np.float64)
        self._highs.addRow(low, high, len(columns), columns, values)
        return int(self._highs.getNumRow()) - 1

    def add_rows(self, rows: Sequence[Sequence[tuple[int, float]]], high: float) -> int:
        """Add rows Σ coefficient·column <= high in one call and return the first one's number."""
        first, pairs = int(self._highs.getNumRow()), [pair for terms in rows for pair in terms]
        starts = np.concatenate([[0], np.cumsum([len(terms) for terms in rows])])[:-1].astype(np.int32)
        self._highs.addRows(
            len(rows), np.full(len(rows), -np.inf), np.full(len(rows), high), len(pairs), starts,
            np.array([c for c, _ in pairs], dtype=np.int32), np.array([k for _, k in pairs], dtype=np.float64),
        )  # fmt: skip
        return first

    def set_row(self, row: int, low: float, high: float) -> None:
        """Change a row's limits."""
        self._highs.changeRowBounds(row, low, high)

    def set_column(self, column: int, lower: float, upper: float) -> None:
        """Change a column's bounds."""
        self._highs.changeColBounds(column, lower, upper)

    def set_coefficient(self, row: int, column: int, value: float) -> None:
        """Change one coefficient."""
        self._highs.changeCoeff(row, column, value)

    def add_column(self, lower: float, upper: float) -> int:
        """Add a continuous column and return its number."""
        self._highs.addCol(0.0, lower, upper, 0, np.array([], dtype=np.int32), np.array([], dtype=np.float64))
        self._size += 1
        return self._size - 1

    def relax_integers(self) -> None:
        """Make every column continuous (their values are held by bounds): from here all is linear."""
        for j in self._integers:
            self._highs.changeColIntegrality(j, highspy.HighsVarType.kContinuous)
        self._integers = []

    def matrix(self) -> Matrix:
        """Return the model as it stands now, for the certificate."""
        lp = self._highs.getLp()
        starts, indices, values = lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_
        columns = [np.array(x) for x in (lp.col_cost_, lp.col_lower_, lp.col_upper_)]
        rowwise = lp.a_matrix_.format_ == highspy.MatrixFormat.kRowwise
        start, index, value = np.array(starts, np.int32), np.array(indices, np.int32), np.array(values)
        if not rowwise:
            start, index, value = _by_rows(start, index, value, int(lp.num_row_))
        return Matrix(
            columns[0], columns[1], columns[2], start, index, value, np.array(lp.row_lower_), np.array(lp.row_upper_)
        )  # fmt: skip


_UNSURE = (highspy.HighsModelStatus.kUnknown, highspy.HighsModelStatus.kSolveError)
_OPTIONS: dict[str, Any] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-7,
    "mip_feasibility_tolerance": 1e-8,
    "mip_detect_symmetry": False,
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_allow_restart": False,
    "presolve": "off",
}


def _by_rows(
    starts: NDArray[np.int32], indices: NDArray[np.int32], values: FloatArray, rows: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], FloatArray]:
    """Turn a column-wise sparse matrix into a row-wise one."""
    columns = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
    order = np.argsort(indices, kind="stable")
    counts = np.bincount(indices, minlength=rows)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32), columns[order], values[order]


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
