"""What the stages ask of a solver, and the answer they get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

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
    def narrow(self, columns: Sequence[int]) -> dict[int, float]: ...
    def branch(
        self, cost: Mapping[int, float], columns: Sequence[int], start: Solution | None
    ) -> Solution | None: ...
    def add_row(self, terms: Sequence[tuple[int, float]], low: float, high: float) -> int: ...
    def add_rows(self, rows: Sequence[Sequence[tuple[int, float]]], high: float) -> int: ...
    def set_row(self, row: int, low: float, high: float) -> None: ...
    def set_column(self, column: int, lower: float, upper: float) -> None: ...
    def add_column(self, lower: float, upper: float) -> int: ...
    def relax_integers(self) -> None: ...
    def matrix(self) -> Matrix: ...
