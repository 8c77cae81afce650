"""HiGHS: one model, passed once and changed in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import highspy
import numpy as np
import pulp
from numpy.typing import NDArray

from engine.errors import SolverError
from engine.reweight.programme import Programme
from engine.reweight.solver.asked import LARGE, FloatArray, Matrix, Solution
from engine.reweight.solver.stated import Stated, state


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
