"""A hidden layer fitted beside the linear part: what pieces mean together, learned for all heads at once.

Rectified units over the same features; levels exclude each other, every other head is a yes or a no. Adagrad in
small batches touches only the rows of pieces that occur; dropout of pieces and units keeps it from reciting lines.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse as sp

from engine.classify.learned import HEADS, HIDDEN
from engine.model import LEVELS

PASSES = 10
BATCH = 128
RATE = 0.05  # falls to nothing over the passes
DROPPED = 0.3  # share of pieces, and of units, left out at each step
FEWEST = 4  # a piece in fewer lines is left to the linear part
_SMALL = 1e-7
_LEVELS = slice(0, len(LEVELS))

assert all(head.startswith("level:") for head in HEADS[_LEVELS])


class Layer(NamedTuple):
    """Weights (features, HIDDEN) and (HIDDEN, heads), offsets (HIDDEN,) and (heads,)."""

    into: np.ndarray
    offset: np.ndarray
    out: np.ndarray
    bias: np.ndarray


def fit_layer(features: sp.csr_matrix, labels: np.ndarray, known: np.ndarray, weight: np.ndarray) -> Layer:
    """Return the layer; the same input gives the same weights on the same machine.

    Args:
        features: shape (n, d).
        labels: shape (n, heads), 0 or 1.
        known: shape (n, heads), whether a label is agreed; the levels of a line are known together.
        weight: shape (n,), > 0.
    """
    lines = np.asarray((features != 0).sum(axis=0)).ravel()
    used = np.flatnonzero(lines >= FEWEST)
    fitted = _Descent(np.random.default_rng(0), used.size)
    pieces = features.tocsc()[:, used].tocsr().astype(np.float32)
    share = (known * (weight / weight.mean())[:, None] / BATCH).astype(np.float32)
    steps = PASSES * -(-pieces.shape[0] // BATCH)
    for number, rows in enumerate(_batches(fitted.random, pieces.shape[0])):
        fitted.step(pieces[rows], labels[rows], share[rows], RATE * (1 - number / steps))
    into = np.zeros((features.shape[1], HIDDEN), dtype=np.float32)
    into[used] = fitted.layer.into
    return fitted.layer._replace(into=into)


def _batches(random: np.random.Generator, lines: int) -> list[np.ndarray]:
    orders = (random.permutation(lines) for _ in range(PASSES))
    return [order[at : at + BATCH] for order in orders for at in range(0, lines, BATCH)]


class _Descent:
    """The layer while it is fitted, with the sums of squares that Adagrad divides by."""

    def __init__(self, random: np.random.Generator, pieces: int) -> None:
        self.random = random
        shapes = (pieces, HIDDEN), (HIDDEN,), (HIDDEN, len(HEADS)), (len(HEADS),)
        into, offset, out, bias = (np.zeros(shape, dtype=np.float32) for shape in shapes)
        into += 0.005 * random.standard_normal(into.shape, dtype=np.float32)
        out += 0.1 * random.standard_normal(out.shape, dtype=np.float32)
        bias[len(LEVELS) :] = -2.0  # most answers are no
        self.layer = Layer(into, offset, out, bias)
        self._squares = Layer(*(np.full(shape, _SMALL, dtype=np.float32) for shape in shapes))

    def step(self, pieces: sp.csr_matrix, labels: np.ndarray, share: np.ndarray, rate: float) -> None:
        """Descend along the loss of some lines; `share` (lines, heads) is how much each answer weighs."""
        layer = self.layer
        rows, place = np.unique(pieces.indices, return_inverse=True)
        found = sp.csr_matrix(
            (pieces.data * self._kept(pieces.nnz), place, pieces.indptr), (pieces.shape[0], rows.size)
        )
        raw = found @ layer.into[rows] + layer.offset
        kept = self._kept(raw.shape) * (raw > 0)
        units = raw * kept
        error = (_chances(units @ layer.out + layer.bias) - labels) * share
        back = (error @ layer.out.T) * kept
        gradient = Layer(found.T @ back, back.sum(axis=0), units.T @ error, error.sum(axis=0))
        for number, slope in enumerate(gradient):
            at = rows if number == 0 else slice(None)
            self._squares[number][at] += slope**2
            layer[number][at] -= rate * slope / np.sqrt(self._squares[number][at])

    def _kept(self, shape: int | tuple[int, ...]) -> np.ndarray:
        return (self.random.random(shape, dtype=np.float32) >= DROPPED) / np.float32(1 - DROPPED)


def _chances(scores: np.ndarray) -> np.ndarray:
    chances = 1 / (1 + np.exp(-scores))
    levels = np.exp(scores[:, _LEVELS] - scores[:, _LEVELS].max(axis=1, keepdims=True))
    chances[:, _LEVELS] = levels / levels.sum(axis=1, keepdims=True)
    return chances
