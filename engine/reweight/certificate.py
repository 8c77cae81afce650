"""A proof, apart from the solver, that the last convex stage is solved: residuals recomputed from the matrix."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.errors import SolverError
from engine.model import Certificate
from engine.reweight.solver import Matrix

FloatArray = NDArray[np.float64]
TOLERANCE = 1e-6


def certify(matrix: Matrix, columns: FloatArray, duals: FloatArray) -> Certificate:
    """Return primal residual, dual residual and duality gap of an answer, in whole steps.

    Args:
        matrix: the linear programme as it was solved.
        columns: shape (n,), the values claimed optimal.
        duals: shape (m,), one price per row, >= 0 where the lower limit binds, <= 0 the upper.
    Raises:
        SolverError: a residual above 1e-6 of the size of the answer: no certificate, no proposal.

    >>> two = Matrix(np.array([1.0]), np.array([0.0]), np.array([np.inf]), np.array([0, 1], np.int32),
    ...              np.array([0], np.int32), np.array([1.0]), np.array([2.0]), np.array([np.inf]))
    >>> certify(two, np.array([2.0]), np.array([1.0])).gap
    0.0
    """
    rows = _times(matrix, columns)
    reduced = matrix.cost - _transposed(matrix, duals)
    primal = max(_outside(rows, matrix.low, matrix.high), _outside(columns, matrix.lower, matrix.upper))
    row_value, row_stray = _bound_value(duals, matrix.low, matrix.high)
    column_value, column_stray = _bound_value(reduced, matrix.lower, matrix.upper)
    value = float(matrix.cost @ columns)
    found = Certificate(
        primal_residual=primal,
        dual_residual=max(row_stray, column_stray),
        gap=abs(value - row_value - column_value),
    )
    scale = max(1.0, abs(value), float(np.abs(columns).max(initial=0.0)))
    worst = max(found.primal_residual, found.dual_residual, found.gap)
    if not worst <= TOLERANCE * scale:
        raise SolverError(
            f"certificate: the answer misses its own rows by {worst:.3g} (allowed {TOLERANCE * scale:.3g}). "
            "No proposal is given; please report the scheme's numbers."
        )
    return found


def _times(matrix: Matrix, columns: FloatArray) -> FloatArray:
    rows = np.repeat(np.arange(len(matrix.starts) - 1), np.diff(matrix.starts))
    sums = np.bincount(rows, matrix.values * columns[matrix.indices], minlength=len(matrix.low))
    return np.asarray(sums, dtype=np.float64)


def _transposed(matrix: Matrix, duals: FloatArray) -> FloatArray:
    rows = np.repeat(np.arange(len(matrix.starts) - 1), np.diff(matrix.starts))
    sums = np.bincount(matrix.indices, matrix.values * duals[rows], minlength=len(matrix.cost))
    return np.asarray(sums, dtype=np.float64)


def _outside(values: FloatArray, low: FloatArray, high: FloatArray) -> float:
    return float(np.maximum(np.maximum(low - values, values - high), 0.0).max(initial=0.0))


def _bound_value(prices: FloatArray, low: FloatArray, high: FloatArray) -> tuple[float, float]:
    """Return Σ price·(the limit it belongs to), and the largest price whose limit does not exist."""
    limit = np.where(prices > 0, low, high)
    missing = ~np.isfinite(limit)
    stray = float(np.abs(prices[missing]).max(initial=0.0))
    return float((prices[~missing] * limit[~missing]).sum()), stray
