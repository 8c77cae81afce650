"""Last year's scores: who would rise and who would fall, and which lines decide it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.errors import SchemeError
from engine.model import LineUse, ProposedLine, RankReport, RowClass, Text, UnitChange
from engine.reweight.problem import Line, LinearRow
from engine.reweight.wording import points

FloatArray = NDArray[np.float64]
FULL = 0.999
DUST = 1e-4  # of a point: less than anything printed


def rank_report(
    units: Sequence[str],
    lines: Sequence[ProposedLine],
    scores: FloatArray,
    rewritten_rates: tuple[float, float] = (0.0, 1.0),
    max_change: float | None = None,
) -> RankReport:
    """Return who rises and who falls if last year's work were scored by the proposal.

    A line that keeps its standard is earned at last year's rate. How a new standard would have been met
    is not known: the central figure takes last year's rate of the line, for a new line the unit's rate over
    the whole scheme, and the range of ranks takes every rate between the two given.

    Args:
        units: names, m of them.
        lines: the proposal's lines, n of them; new lines may be left out of `scores` at the end.
        scores: shape (m, n) or (m, n − new lines), points earned last year, 0 … before.
        rewritten_rates: least and greatest share of its points that a unit could earn on a new standard.
        max_change: the most points a total was asked to move, if that was asked.
    Raises:
        SchemeError: a table of another shape, a score that is no number or out of range.
    """
    lines = [line for line in lines if line.action != "new"] + [
        line for line in lines if line.action == "new"
    ]
    old = [line for line in lines if line.action != "new"]
    before = np.array([line.before for line in old])
    rates = _rates(units, [line.code for line in old], scores, before)
    kept = np.array([line.kept for line in old])
    fresh = np.array([line.rewritten for line in old])
    added = sum(line.after for line in lines if line.action == "new")
    total_before = rates @ before
    total_after = rates @ (kept + fresh) + added * _overall(total_before, before)
    low, high = rewritten_rates
    open_points = fresh.sum() + added
    lowest, highest = rates @ kept + low * open_points, rates @ kept + high * open_points
    contributions = rates * (kept + fresh - before)
    changes = contributions - contributions.mean(axis=0)
    first, last = ranks(total_before), ranks(total_after)
    found = [
        UnitChange(
            unit=unit, total_before=round(float(total_before[u]), 6), total_after=round(float(total_after[u]), 6),
            rank_before=int(first[u]), rank_after=int(last[u]),
            rank_best=1 + int((np.delete(lowest, u) > highest[u] + 1e-9).sum()),
            rank_worst=1 + int((np.delete(highest, u) > lowest[u] + 1e-9).sum()),
            because=_because(old, changes[u]),
        )
        for u, unit in enumerate(units)
    ]  # fmt: skip
    return RankReport(
        tuple(found), _uses(old, rates, before), kendall_tau(total_before, total_after), max_change,
        tuple(u.unit for u in found if max_change is not None and _moved(u) > max_change + DUST),
    )  # fmt: skip


def _moved(unit: UnitChange) -> float:
    return abs(unit.total_after - unit.total_before)


def _overall(totals: FloatArray, before: FloatArray) -> FloatArray:
    """Return the share of all points that each unit earned: what it is taken to earn on a new line."""
    base = float(before.sum())
    return totals / base if base > 0 else np.zeros(len(totals))


def _rates(units: Sequence[str], codes: Sequence[str], scores: FloatArray, before: FloatArray) -> FloatArray:
    data = np.asarray(scores, dtype=np.float64)
    if data.shape != (len(units), len(codes)):
        raise SchemeError(
            f"scores: the table has {data.shape[0]} rows and {data.shape[1] if data.ndim > 1 else 0} columns; "
            f"{len(units)} units and {len(codes)} lines are expected. Give one row a unit, one column a line."
        )
    for u, j in np.argwhere(~np.isfinite(data)):
        raise SchemeError(
            f"scores, {units[u]}, line {codes[j]}: the cell is empty or no number. Write the points earned."
        )
    for u, j in np.argwhere((data < -1e-9) | (data > before + 1e-9)):
        raise SchemeError(
            f"scores, {units[u]}, line {codes[j]}: {data[u, j]:g} is outside 0 to {before[j]:g}. "
            "Write the points earned on the old scheme."
        )
    safe = np.where(before > 0, before, 1.0)
    return np.where(before > 0, data / safe, 0.0)


def ranks(totals: FloatArray) -> NDArray[np.int64]:
    """Return each unit's rank, 1 first; equal totals share the better rank.

    >>> ranks(np.array([70.0, 90.0, 90.0])).tolist()
    [3, 1, 1]
    """
    return np.array([1 + int((totals > value + 1e-9).sum()) for value in totals], dtype=np.int64)


def kendall_tau(one: FloatArray, two: FloatArray) -> float:
    """Return Kendall's tau-b of two lists of totals; 1 where either does not tell units apart.

    >>> kendall_tau(np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0]))
    0.3333333333333333
    """
    upper = np.triu_indices(len(one), k=1)
    first = np.sign(np.round(one[:, None] - one[None, :], 9))[upper]
    second = np.sign(np.round(two[:, None] - two[None, :], 9))[upper]
    size = float(np.sqrt((first != 0).sum() * (second != 0).sum()))
    return float((first * second).sum() / size) if size > 0 else 1.0


def _because(lines: Sequence[ProposedLine], change: FloatArray) -> tuple[str, ...]:
    order = sorted(range(len(lines)), key=lambda j: (-abs(change[j]), lines[j].code))
    return tuple(lines[j].code for j in order[:3] if abs(change[j]) > 1e-9)


def _uses(lines: Sequence[ProposedLine], rates: FloatArray, before: FloatArray) -> tuple[LineUse, ...]:
    points, base = rates * before, before.sum()
    total = points.sum(axis=1)
    spread = total - total.mean()
    found = []
    for j, line in enumerate(lines):
        own = points[:, j] - points[:, j].mean()
        size = float((own**2).sum() * (spread**2).sum())
        influence = float((own * spread).sum() ** 2 / size) if size > 1e-12 else 0.0
        found.append(
            LineUse(
                code=line.code, share=float(before[j] / base) if base > 0 else 0.0, influence=influence,
                is_saturated=bool(before[j] > 0 and (rates[:, j] >= FULL).all()),
            )
        )  # fmt: skip
    return tuple(found)


def unit_rows(
    units: Sequence[str], lines: Sequence[Line], scores: FloatArray, most: float,
    row_class: RowClass = "local",
) -> tuple[LinearRow, ...]:  # fmt: skip
    """Return rows that keep every unit's total within `most` points of last year's, by the rates of `rank_report`.

    Args:
        units: names.
        lines: the problem's lines, in the order of the columns.
        scores: shape (units, lines), points earned.
        most: the largest change allowed, in points.
        row_class: how soft the rows are.
    Raises:
        SchemeError: a table of another shape, a score that is no number or out of range.
    """
    before = np.array([line.e for line in lines])
    rates = _rates(units, [line.code for line in lines], scores, before)
    totals = rates @ before
    overall = _overall(totals, before)
    blocks = sorted({line.block for line in lines})
    rows: list[LinearRow] = []
    for u, unit in enumerate(units):
        terms = tuple((line.code, float(rates[u, j])) for j, line in enumerate(lines) if rates[u, j] > 0)
        new = tuple((block, float(overall[u])) for block in blocks if overall[u] > 0)
        total = float(totals[u])
        for side, sense, limit in (("upper", "<=", total + most), ("lower", ">=", total - most)):
            text = _unit_text(unit, total, most, rises=side == "upper")
            rows.append(LinearRow(f"unit:{unit}:{side}", text, terms, sense, limit, row_class, new))  # type: ignore[arg-type]
    return tuple(rows)


def _unit_text(unit: str, total: float, most: float, *, rises: bool) -> Text:
    way = ("不高于", "高", "at most", "above") if rises else ("不低于", "低", "at least", "below")
    limit = total + most if rises else total - most
    return Text(
        zh=f"“{unit}”按去年得分推算的总分{way[0]} {points(limit)} 分（去年 {points(total)} 分，最多{way[1]} {points(most)} 分）",
        en=f"Total of {unit} by last year's scores {way[2]} {points(limit)} (last year {points(total)}, "
        f"{points(most)} {way[3]} it allowed)",
    )
