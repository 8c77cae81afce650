"""Effective points: what each line holds, deductions by their pool, bonuses beside the base."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.model import Indicator, LinePoints, Scheme

FloatArray = NDArray[np.float64]


def weight_shares(weights: FloatArray) -> FloatArray:
    """Return each weight's share of the total.

    Args:
        weights: shape (n,), points, all >= 0.
    Returns:
        shape (n,), fractions, sum 1; all 0 where the total is 0.

    >>> weight_shares(np.array([60.0, 20.0])).tolist()
    [0.75, 0.25]
    """
    total = weights.sum()
    return weights / total if total > 0 else np.zeros_like(weights)


def effective_breadth(weights: FloatArray) -> float:
    """Return N_eff = 1/Σw², the number of equal lines that would be as concentrated (0 for no points).

    >>> effective_breadth(np.array([5.0, 5.0, 0.0]))
    2.0
    """
    square = float(np.square(weight_shares(weights)).sum())
    return 1.0 / square if square > 0 else 0.0


def pool_shares(rates: FloatArray, caps: FloatArray, pool: float) -> FloatArray:
    """Divide a pool of points over deduction lines in proportion to `rates`, none above its cap.

    Args:
        rates: shape (n,), rate × frequency, > 0.
        caps: shape (n,), the most each line can move (inf where not limited).
        pool: points to divide, >= 0.
    Returns:
        shape (n,), points; their sum is the pool unless every line is at its cap.

    >>> pool_shares(np.array([1.0, 3.0]), np.array([np.inf, 10.0]), 20.0).tolist()
    [10.0, 10.0]
    """
    shares = np.zeros_like(rates)
    open_lines = np.ones(len(rates), dtype=bool)
    while open_lines.any():
        left = pool - shares[~open_lines].sum()
        shares[open_lines] = left * rates[open_lines] / rates[open_lines].sum()
        over = open_lines & (shares > caps)
        if not over.any():
            break
        shares[over] = caps[over]
        open_lines &= ~over
    return shares


def effective_points(scheme: Scheme) -> tuple[LinePoints, ...]:
    """Return the effective points of each line, in the order of the scheme.

    A base line has its points. Deduction lines divide their pool by rate × last year's frequency
    (equal frequency, marked as assumed, where unknown); without a pool they take from other lines and
    hold none themselves. Bonus lines count beside the base, vetoes not at all.
    """
    pooled = _pooled_points(scheme)
    return tuple(pooled.get(line.code) or _plain_points(line) for line in scheme.indicators)


def bonus_cap(line: Indicator) -> float | None:
    """Return the most a bonus line can add: its cap, its points where it has no rate, else None."""
    if line.cap is not None:
        return line.cap
    return None if line.rate is not None else line.points


def _plain_points(line: Indicator) -> LinePoints:
    if line.kind == "base":
        points = line.points or 0.0
        return LinePoints(code=line.code, value=points, low=points, high=points)
    beside = (bonus_cap(line) or 0.0) if line.kind == "bonus" else 0.0
    return LinePoints(code=line.code, value=0.0, low=0.0, high=0.0, beside=beside)


def _pooled_points(scheme: Scheme) -> dict[str, LinePoints]:
    groups: dict[tuple[str | None, float], list[Indicator]] = {}
    for line in scheme.indicators:
        if line.kind == "deduction" and line.pool:
            block = None if line.pool == scheme.total else line.block
            groups.setdefault((block, line.pool), []).append(line)
    found: dict[str, LinePoints] = {}
    for (_, pool), lines in groups.items():
        frequencies = [number(line, "frequency") for line in lines]
        known = all(f is not None for f in frequencies)
        rates = np.array(
            [
                max(line.rate or 1.0, 1e-9) * ((f or 0.0) if known else 1.0)
                for line, f in zip(lines, frequencies, strict=True)
            ]
        )
        if not rates.sum() > 0:
            rates = np.ones(len(lines))
        caps = np.array([np.inf if line.cap is None else line.cap for line in lines])
        shares = pool_shares(np.maximum(rates, 1e-12), caps, pool)
        for line, share, cap in zip(lines, shares.tolist(), caps.tolist(), strict=True):
            found[line.code] = LinePoints(
                code=line.code, value=share, low=share if known else 0.0,
                high=share if known else min(pool, cap), assumed=not known,
            )  # fmt: skip
    return found


def number(line: Indicator, name: str) -> float | None:
    """Return an attribute of a line as a number; None where it is unknown or no number."""
    attribute = line.attributes.get(name)
    value = attribute.value if attribute else None
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
