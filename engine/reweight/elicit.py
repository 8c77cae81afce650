"""Judgements into weights: pairwise (AHP), best-worst (BWM), ranks (ROC, RS, RR), and unit data (entropy, CRITIC).

Pure array functions; each formula's source stands beside it. The weights feed ratio rows of the programme
(`judged`), never the answer itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import SchemeError
from engine.reweight.solver import minimise_linear

FloatArray = NDArray[np.float64]

# Mean consistency index of random matrices of size 1, 2, …: Saaty 1980, and Donegan & Dodd 1991.
SAATY = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
DONEGAN_DODD = (0.0, 0.0, 0.4914, 0.8286, 1.0591, 1.1797, 1.2519, 1.3171, 1.3733, 1.4055)
CONSISTENT = 0.10


@dataclass(frozen=True, slots=True)
class Pairwise:
    """Weights from pairwise judgements; `revisit` is (i, j, judged, implied), the judgement furthest off."""

    weights: tuple[float, ...]
    lambda_max: float
    consistency_index: float
    consistency_ratio: float
    revisit: tuple[int, int, float, float] | None

    @property
    def is_consistent(self) -> bool:
        """Return whether the ratio is at most 0.10; above it the judgements should be looked at again."""
        return self.consistency_ratio <= CONSISTENT


@dataclass(frozen=True, slots=True)
class BestWorst:
    """Weights from best-worst judgements; `ksi` is the largest deviation, 0 where they are consistent.

    `revisit` is (i, j, judged, implied), the judgement furthest off, as in `Pairwise`.
    """

    weights: tuple[float, ...]
    ksi: float
    revisit: tuple[int, int, float, float] | None = None


def ahp(matrix: Sequence[Sequence[float]], random_index: Sequence[float] = SAATY) -> Pairwise:
    """Return the principal eigenvector of a pairwise matrix, its consistency, and the judgement to revisit.

    Args:
        matrix: shape (n, n), entry i, j says how many times more i weighs than j; reciprocal.
        random_index: the mean index of random matrices by size.
    Raises:
        SchemeError: not square, an entry not above 0, or not reciprocal.

    >>> round(ahp([[1, 3], [1 / 3, 1]]).weights[0], 4)
    0.75
    """
    judged = _reciprocal(matrix)
    n = len(judged)
    weights = np.full(n, 1.0 / n)
    for _ in range(1000):
        moved = judged @ weights
        moved = moved / moved.sum()
        if np.abs(moved - weights).max() < 1e-14:
            break
        weights = moved
    largest = float((judged @ weights).sum() / weights.sum())
    return _pairwise(judged, weights, largest, random_index)


def ahp_columns(matrix: Sequence[Sequence[float]], random_index: Sequence[float] = SAATY) -> Pairwise:
    """Return weights as the mean of normalised columns; λ as the mean of (A w)_i / w_i.

    An approximation found in many handbooks; it differs from `ahp` where judgements are inconsistent.
    """
    judged = _reciprocal(matrix)
    weights = (judged / judged.sum(axis=0)).mean(axis=1)
    largest = float((judged @ weights / weights).mean())
    return _pairwise(judged, weights, largest, random_index)


def _reciprocal(matrix: Sequence[Sequence[float]]) -> FloatArray:
    judged = np.array(matrix, dtype=np.float64)
    if judged.ndim != 2 or judged.shape[0] != judged.shape[1] or not len(judged):
        raise SchemeError(
            f"pairwise matrix: {judged.shape} is not square. Give each pair of lines one number."
        )
    if not (np.isfinite(judged).all() and (judged > 0).all()):
        raise SchemeError("pairwise matrix: every judgement must be a number above 0, like 3 or 1/3.")
    off = np.argwhere(np.abs(judged * judged.T - 1.0) > 1e-3)
    if len(off):
        i, j = (int(k) for k in off[0])
        raise SchemeError(
            f"pairwise matrix: judgement {i + 1},{j + 1} is {judged[i, j]:g} but {j + 1},{i + 1} is "
            f"{judged[j, i]:g}. Write {1 / judged[i, j]:g} there."
        )
    return judged


def _pairwise(
    judged: FloatArray, weights: FloatArray, largest: float, random_index: Sequence[float]
) -> Pairwise:
    n = len(judged)
    index = (largest - n) / (n - 1) if n > 1 else 0.0
    mean = random_index[min(n, len(random_index)) - 1]
    implied = weights[:, None] / weights[None, :]
    off = np.round(np.abs(np.log(judged / implied)), 9)
    i, j = (int(k) for k in np.unravel_index(int(off.argmax()), off.shape))
    if judged[i, j] < 1:
        i, j = j, i
    revisit = (i, j, float(judged[i, j]), float(implied[i, j])) if off.max() > 1e-6 else None
    return Pairwise(tuple(weights.tolist()), largest, index, index / mean if mean > 0 else 0.0, revisit)


def best_worst(
    best_to_others: Sequence[float], others_to_worst: Sequence[float], ends: tuple[int, int] | None = None
) -> BestWorst:
    """Return the weights of the linear best-worst method (Rezaei 2016, Omega 64).

    min ξ subject to |w_B − a_Bj·w_j| ≤ ξ and |w_j − a_jW·w_W| ≤ ξ for all j, Σ w = 1, w ≥ 0.

    Args:
        best_to_others: how many times more the best weighs than each (1 for itself).
        others_to_worst: how many times more each weighs than the worst (1 for itself).
        ends: which are the best and the worst; by default the first judged equal to the best, and to the worst.
    Raises:
        SchemeError: lengths differ, a number below 1, no best or no worst.

    >>> best_worst([1, 2], [2, 1]).ksi
    0.0
    """
    found = _best_and_worst(best_to_others, others_to_worst)
    best, worst = ends or found
    n = len(best_to_others)
    rows: list[list[float]] = []
    for j in range(n):
        for sign in (1.0, -1.0):
            rows.append(_pair_row(n, best, j, best_to_others[j], sign))
            rows.append(_pair_row(n, j, worst, others_to_worst[j], sign))
    columns = minimise_linear(
        cost=[0.0] * n + [1.0], rows=rows, limits=[0.0] * len(rows), equal=[1.0] * n + [0.0], total=1.0
    )
    weights, ksi = tuple(columns[:n]), max(columns[n], 0.0)
    pairs = [(best, j, best_to_others[j]) for j in range(n)]
    pairs += [(j, worst, others_to_worst[j]) for j in range(n)]
    return BestWorst(weights, ksi, _furthest(pairs, weights) if ksi > 1e-6 else None)


def _furthest(
    pairs: Sequence[tuple[int, int, float]], weights: Sequence[float]
) -> tuple[int, int, float, float] | None:
    """Return the pair whose judged ratio is furthest from that of the weights (the first of equals)."""
    off = [
        (round(abs(math.log(judged * weights[j] / weights[i])), 9), i, j, judged)
        for i, j, judged in pairs
        if i != j and weights[i] > 1e-9 and weights[j] > 1e-9
    ]
    if not off:
        return None
    _, i, j, judged = max(off, key=lambda pair: pair[0])
    return i, j, judged, weights[i] / weights[j]


def _pair_row(n: int, i: int, j: int, times: float, sign: float) -> list[float]:
    """Return ±(w_i − times·w_j) − ξ <= 0."""
    row = [0.0] * (n + 1)
    row[i] += sign
    row[j] -= sign * times
    row[n] = -1.0
    return row


def _best_and_worst(best_to_others: Sequence[float], others_to_worst: Sequence[float]) -> tuple[int, int]:
    if len(best_to_others) != len(others_to_worst) or not best_to_others:
        raise SchemeError(
            f"best-worst: {len(best_to_others)} judgements of the best but {len(others_to_worst)} of the worst. "
            "Give one of each per line."
        )
    for value in (*best_to_others, *others_to_worst):
        if not (math.isfinite(value) and value >= 1):
            raise SchemeError(f"best-worst: {value!r} is not a number from 1 to 9. Write 1 for equal weight.")
    if 1 not in best_to_others or 1 not in others_to_worst:
        raise SchemeError("best-worst: the best and the worst must be 1 against themselves. Write 1 there.")
    return list(best_to_others).index(1), list(others_to_worst).index(1)


def rank_order_centroid(n: int) -> FloatArray:
    """Return w_i = (1/n)·Σ_{k≥i} 1/k, the centroid of the ordered simplex (Barron & Barrett 1996).

    >>> rank_order_centroid(2).tolist()
    [0.75, 0.25]
    """
    inverse = 1.0 / np.arange(1, n + 1)
    return np.cumsum(inverse[::-1])[::-1] / n


def rank_sum(n: int) -> FloatArray:
    """Return w_i proportional to n + 1 − i (Stillwell, Seaver & Edwards 1981)."""
    ranks = np.arange(n, 0, -1, dtype=np.float64)
    return np.asarray(ranks / ranks.sum())


def rank_reciprocal(n: int) -> FloatArray:
    """Return w_i proportional to 1/i (Stillwell, Seaver & Edwards 1981)."""
    inverse = 1.0 / np.arange(1, n + 1)
    return np.asarray(inverse / inverse.sum())


def entropy_weights(scores: FloatArray) -> FloatArray:
    """Return weights by how unevenly units score on a line: (1 − E_j) normalised, E_j = −Σ p ln p / ln m.

    Args:
        scores: shape (units, lines), >= 0, no line without any score.
    Raises:
        SchemeError: fewer than two units, a negative score or a line of zeros.
    """
    data = _unit_scores(scores)
    totals = data.sum(axis=0)
    if (data < 0).any() or (totals <= 0).any():
        raise SchemeError(
            "entropy: scores must be >= 0, and each line needs one above 0. Leave that line out."
        )
    p = data / totals
    logs = np.log(np.where(p > 0, p, 1.0))
    divergence = 1.0 + (p * logs).sum(axis=0) / math.log(len(data))
    total = divergence.sum()
    return divergence / total if total > 1e-12 else np.full(data.shape[1], 1.0 / data.shape[1])


def critic_weights(scores: FloatArray) -> FloatArray:
    """Return weights by contrast and conflict: C_j = s_j·Σ_k (1 − r_jk) (Diakoulaki and others 1995).

    Args:
        scores: shape (units, lines), more is better; scaled to [0, 1] by least and most of each line.
    Raises:
        SchemeError: fewer than two units.
    """
    data = _unit_scores(scores)
    low, high = data.min(axis=0), data.max(axis=0)
    spread = np.where(high > low, high - low, 1.0)
    scaled = (data - low) / spread
    deviation = scaled.std(axis=0, ddof=1)
    centred = scaled - scaled.mean(axis=0)
    norms = np.sqrt((centred**2).sum(axis=0))
    safe = np.where(norms > 0, norms, 1.0)
    correlation = (centred / safe).T @ (centred / safe)
    information = deviation * (1.0 - correlation).sum(axis=1)
    total = information.sum()
    return information / total if total > 1e-12 else np.full(data.shape[1], 1.0 / data.shape[1])


def _unit_scores(scores: FloatArray) -> FloatArray:
    data = np.asarray(scores, dtype=np.float64)
    if data.ndim != 2 or data.shape[0] < 2:
        raise SchemeError(f"scores: shape {data.shape} is no table of at least two units by lines.")
    if not np.isfinite(data).all():
        raise SchemeError("scores: a cell is empty or no number. Fill it in or leave the unit out.")
    return data
