"""Models as arrays: from PuLP to HiGHS in one call, and back from HiGHS for the certificate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import highspy
import numpy as np
import pulp
from numpy.typing import NDArray

from engine.reweight.solver.asked import FloatArray, Matrix
from engine.reweight.solver.stated import Stated


def lp_of(stated: Stated, integers: Sequence[int]) -> Any:
    """Return a stated problem as the arrays that HiGHS takes in one call; `integers` are its whole columns."""
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
    if integers:
        kinds = [highspy.HighsVarType.kContinuous] * len(columns)
        for j in integers:
            kinds[j] = highspy.HighsVarType.kInteger
        lp.integrality_ = kinds
    return lp


def matrix_of(lp: Any) -> Matrix:
    """Return a model of HiGHS as it stands, by rows."""
    starts, indices, values = lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_
    columns = [np.array(x) for x in (lp.col_cost_, lp.col_lower_, lp.col_upper_)]
    rowwise = lp.a_matrix_.format_ == highspy.MatrixFormat.kRowwise
    start, index, value = np.array(starts, np.int32), np.array(indices, np.int32), np.array(values)
    if not rowwise:
        start, index, value = _by_rows(start, index, value, int(lp.num_row_))
    return Matrix(
        columns[0], columns[1], columns[2], start, index, value, np.array(lp.row_lower_), np.array(lp.row_upper_)
    )  # fmt: skip


def _by_rows(
    starts: NDArray[np.int32], indices: NDArray[np.int32], values: FloatArray, rows: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], FloatArray]:
    """Turn a column-wise sparse matrix into a row-wise one."""
    columns = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
    order = np.argsort(indices, kind="stable")
    counts = np.bincount(indices, minlength=rows)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32), columns[order], values[order]
