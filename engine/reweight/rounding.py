"""S5: the nearest points in whole steps that keep the hard rows, S0's values and every block's sum."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from engine.reweight.printed import (
    DUST,
    Printed,
    after_values,
    complete,
    excess,
    kept_value,
    printed_of,
    rank,
    shortfall,
)
from engine.reweight.programme import Programme
from engine.reweight.run import SOFT, Answer, FloatArray
from engine.reweight.solver import Highs, Model
from engine.reweight.whole_steps import nearest_in_steps


def print_points(programme: Programme, answer: Answer, make: Callable[[Programme], Model] = Highs) -> Printed:
    """Return the answer in whole steps; lines that S4 left unchanged stay as written.

    Args:
        programme: the programme that was solved.
        answer: the answer of S0 to S4.
        make: the solver for the few schemes where simple rounding breaks a row.
    """
    columns = _clean_columns(programme, answer.columns)
    if programme.problem.step is None:
        return printed_of(programme, columns)
    simple = complete(programme, _largest_remainder(programme, columns))
    if _is_allowed(programme, answer, simple):
        return printed_of(programme, simple)
    for fraction in (1.0, 2.0, 10.0, 100.0):
        found = nearest_in_steps(programme, answer, columns, fraction, make)
        if found is not None:
            printed = printed_of(programme, found)
            printed.finer = fraction > 1.0
            return printed
    printed = printed_of(programme, columns)
    printed.finer = True
    return printed


def _clean_columns(programme: Programme, columns: FloatArray) -> FloatArray:
    """Take the solver's dust away: unchanged lines exactly as written, the rest to six digits."""
    found = np.round(columns, 6) + 0.0
    variables = programme.variables
    for i, kept in variables.kept.items():
        e = programme.points[i]
        rewritten = variables.rewritten.get(i)
        total = found[kept] + (found[rewritten] if rewritten is not None else 0.0)
        if abs(total - e) <= DUST:
            chosen = rewritten is not None and columns[variables.chosen[i]] > 0.5
            found[kept] = 0.0 if chosen else e
            if rewritten is not None:
                found[rewritten] = e if chosen else 0.0
    return found


def _is_allowed(programme: Programme, answer: Answer, columns: FloatArray) -> bool:
    """Return whether every hard row and bound holds and no class of soft rows falls behind S0."""
    if any(excess(row, columns) > 1e-6 for row in programme.rows):
        return False
    upper, lower = np.array(programme.upper), np.array(programme.lower)
    if (columns > upper + 1e-6).any() or (columns < lower - 1e-6).any():
        return False
    return all(shortfall(programme, columns, name) <= kept_value(answer, name) + 1e-7 for name in SOFT)


def _groups(programme: Programme) -> dict[str, list[int]]:
    """Return the lines whose points after must add up together."""
    merged = bool(programme.variables.gained) or programme.problem.mode == "points_only"
    groups: dict[str, list[int]] = {}
    for i in programme.variables.kept:
        line = programme.lines[i]
        if line.kind in ("base", "deduction"):
            groups.setdefault("" if merged else line.block, []).append(i)
    return groups


def _largest_remainder(programme: Programme, columns: FloatArray) -> FloatArray:
    """Round each group down, then give the steps left over to the largest fractions.

    Deductions, which are printed as rates, take up what whole steps leave in their group.
    """
    found, after = columns.copy(), after_values(programme, columns)
    _round_bonuses(programme, found, after)
    new = programme.variables.new
    for block, members in _groups(programme).items():
        changed = [i for i in members if abs(after[i] - programme.points[i]) > DUST]
        rates = [i for i in changed if programme.lines[i].kind == "deduction"]
        opened = [b for b in new if (b == block or not block) and found[new[b]] > DUST]
        items = [(after[i], programme.lines[i].identity, i) for i in changed if i not in rates]
        items += [(float(found[new[b]]), b, -1) for b in opened]
        if not items:
            continue
        total = math.fsum(value for value, _, _ in items)
        if not programme.variables.gained:
            total = math.fsum(programme.points[i] for i in changed) - math.fsum(after[i] for i in rates)
        whole = float(math.floor(total + 0.5)) if rates else total
        rounded = _apportion([v for v, _, _ in items], [name for _, name, _ in items], whole)
        for value, (_, name, i) in zip(rounded, items, strict=True):
            if i < 0:
                found[new[name]] = value
            else:
                _set_after(programme, found, i, value)
        if rates:
            largest = max(rates, key=lambda i: (round(after[i], 4), programme.lines[i].identity))
            _set_after(programme, found, largest, after[largest] + total - whole)
    return found


def _round_bonuses(programme: Programme, found: FloatArray, after: dict[int, float]) -> None:
    """Bonus caps that were cut are cut to whole steps: together never above what S4 left them."""
    cut = [
        i
        for i, value in after.items()
        if programme.lines[i].kind == "bonus" and abs(value - programme.points[i]) > DUST
    ]
    total = float(math.floor(math.fsum(after[i] for i in cut) + DUST))
    names = [programme.lines[i].identity for i in cut]
    for i, value in zip(cut, _apportion([after[i] for i in cut], names, total) if cut else [], strict=True):
        _set_after(programme, found, i, value)


def _apportion(values: Sequence[float], names: Sequence[str], total: float) -> list[float]:
    """Return whole numbers near `values` that add up to `total`; what is no whole step goes to the largest.

    >>> _apportion([1.5, 1.5, 2.0], ["b", "a", "c"], 5.0) in ([1.0, 2.0, 2.0], [2.0, 1.0, 2.0])
    True
    """
    floors = [math.floor(v + DUST) for v in values]
    left = total - sum(floors)
    whole = math.floor(left + DUST)
    dust = left - whole
    order = sorted(range(len(values)), key=lambda j: (-round(values[j] - floors[j], 4), rank(names[j])))
    result = [float(f) for f in floors]
    for j in range(max(whole, 0)):
        result[order[j % len(order)]] += 1.0
    if abs(dust) > DUST:
        largest = max(range(len(values)), key=lambda j: (values[j], rank(names[j])))
        result[largest] += round(dust, 6)
    return result


def _set_after(programme: Programme, columns: FloatArray, i: int, value: float) -> None:
    variables = programme.variables
    if i in variables.chosen and columns[variables.chosen[i]] > 0.5:
        columns[variables.rewritten[i]] = value
    else:
        columns[variables.kept[i]] = value
