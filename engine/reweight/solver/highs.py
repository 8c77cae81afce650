"""HiGHS: one model, passed once and changed in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import highspy
import numpy as np

from engine.errors import SolverError
from engine.reweight.programme import Programme
from engine.reweight.solver.arrays import lp_of, matrix_of
from engine.reweight.solver.asked import LARGE, Matrix, Solution
from engine.reweight.solver.branching import Branching, Fixed, Found
from engine.reweight.solver.stated import state

QUESTIONS = 120  # of branching, before the solver's own search is asked


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
        self._partly = False
        self._highs.passModel(lp_of(state(programme), self._integers))

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
        if self._integers and not self._partly:
            del usual["presolve"]  # with it the search may print a line on standard output
        for option, value in usual.items():
            self._highs.setOptionValue(option, value)
        self._highs.run()
        self._highs.setOptionValue("presolve", _OPTIONS["presolve"])
        for option in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
            self._highs.setOptionValue(option, self._tolerance)

    def bound(self, cost: Mapping[int, float]) -> Solution:
        """Return the least value with standards rewritten in part: never above that of `minimise`."""
        self._relax(on=True)
        found = self.minimise(cost)
        self._relax(on=False)
        return replace(found, exact=True)

    def branch(
        self, cost: Mapping[int, float], columns: Sequence[int], start: Solution | None
    ) -> Solution | None:
        """Return the least value with `columns` whole, or None where that asks too much of branching.

        Args:
            cost: coefficients of the sum to minimise.
            columns: whole columns (0 or 1) that are open; the other whole ones are fixed by their bounds.
            start: an answer that is known already; it is returned where none is better.
        """
        if self.bound(cost).status == "infeasible":
            return Solution("infeasible", 0.0, np.zeros(self._size), np.zeros(0))
        search = Branching(self._asker(), columns)
        if start is not None and start.status == "optimal":
            search.best = (start.value, start.columns.tolist())
        self._relax(on=True)
        is_done = search.finish(QUESTIONS)
        for column in columns:
            self._highs.changeColBounds(column, 0.0, 1.0)
        self._relax(on=False)
        if not is_done or not len(search.best[1]):
            return None
        return Solution("optimal", search.best[0], np.array(search.best[1]), np.zeros(0))

    def _asker(self) -> Callable[[Fixed], Found | None]:
        """Return the question of a branch: only the bounds that differ from the last one's are changed."""
        before: dict[int, float] = {}

        def ask(fixed: Fixed) -> Found | None:
            for column in before.keys() | fixed.keys():
                value = fixed.get(column)
                if before.get(column) != value:
                    low, high = (0.0, 1.0) if value is None else (value, value)
                    self._highs.changeColBounds(column, low, high)
            before.clear()
            before.update(fixed)
            self._highs.run()
            if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return None
            return self._highs.getInfo().objective_function_value, self._highs.getSolution().col_value

        return ask

    def _relax(self, *, on: bool) -> None:
        self._partly = on
        self._highs.setOptionValue("solve_relaxation", on)

    def narrow(self, columns: Sequence[int]) -> dict[int, float]:
        """Fix whole columns (0 or 1) at the only value that leaves an answer, asked with the others in part.

        Returns:
            the value of each column that was fixed; the others keep their bounds.
        """
        self._relax(on=True)
        self._highs.run()
        given = self._highs.getSolution().col_value
        fixed = {}
        for column in columns:
            for value in (0.0, 1.0):
                if abs(given[column] - value) > 1e-6 and not self._leaves_an_answer(column, value):
                    fixed[column] = 1.0 - value
                    break
            low, high = (fixed[column],) * 2 if column in fixed else (0.0, 1.0)
            self._highs.changeColBounds(column, low, high)
        self._relax(on=False)
        return fixed

    def _leaves_an_answer(self, column: int, value: float) -> bool:
        self._highs.changeColBounds(column, value, value)
        self._highs.run()
        return bool(self._highs.getModelStatus() != highspy.HighsModelStatus.kInfeasible)

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
        if self._integers:
            columns = np.array(self._integers, dtype=np.int32)
            kinds = np.full(len(columns), int(highspy.HighsVarType.kContinuous), dtype=np.uint8)
            self._highs.changeColsIntegrality(len(columns), columns, kinds)
        self._integers = []

    def matrix(self) -> Matrix:
        """Return the model as it stands now, for the certificate."""
        return matrix_of(self._highs.getLp())


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
    "mip_root_presolve_only": True,
    "presolve": "off",
}
