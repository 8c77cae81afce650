"""S5: the nearest points in whole steps that keep the hard rows, S0's values and every block's sum."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from engine.reweight.programme import Programme, Row
from engine.reweight.solver import Highs, Model
from engine.reweight.stages import SOFT, Answer

FloatArray = NDArray[np.float64]
DUST = 1e-5


@dataclass(slots=True)
class Printed:
    """The points as printed, in the scheme's points, by position in `Programme.lines` and by block.

    `coarse` says that whole steps could not keep the rows, so a finer step was printed.
    """

    kept: list[float]
    rewritten: list[float]
    chosen: list[bool]
    new: dict[str, float] = field(default_factory=dict)
    columns: FloatArray = field(default_factory=lambda: np.zeros(0))
    finer: bool = False

    def after(self, i: int) -> float:
        """Return a line's points after."""
        return self.kept[i] + self.rewritten[i]


def print_points(programme: Programme, answer: Answer, make: Callable[[Programme], Model] = Highs) -> Printed:
    """Return the answer in whole steps; lines that S4 left unchanged stay as written.

    Args:
        programme: the programme that was solved.
        answer: the answer of S0 to S4.
        make: the solver for the few schemes where simple rounding breaks a row.
    """
    columns = _clean_columns(programme, answer.columns)
    if programme.problem.step is None:
        return _printed(programme, columns)
    simple = complete(programme, _largest_remainder(programme, columns))
    if _is_allowed(programme, answer, simple):
        return _printed(programme, simple)
    for fraction in (1.0, 2.0, 10.0, 100.0):
        found = _whole_steps(programme, answer, columns, fraction, make)
        if found is not None:
            printed = _printed(programme, found)
            printed.finer = fraction > 1.0
            return printed
    printed = _printed(programme, columns)
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


def after_values(programme: Programme, columns: FloatArray) -> dict[int, float]:
    """Return each line's points after, in steps."""
    variables = programme.variables
    return {
        i: float(columns[c] + (columns[variables.rewritten[i]] if i in variables.rewritten else 0.0))
        for i, c in variables.kept.items()
    }


def complete(programme: Programme, columns: FloatArray) -> FloatArray:
    """Return the columns with cuts, raises, block shifts and slacks recomputed from kept, rewritten and new."""
    found, variables = columns.copy(), programme.variables
    after = after_values(programme, found)
    for i, value in after.items():
        change = value - programme.points[i]
        found[variables.up[i]], found[variables.down[i]] = max(change, 0.0), max(-change, 0.0)
    for row in programme.rows:
        if row.kind == "block" and row.subject in variables.gained:
            extra = sum(
                k * found[c]
                for c, k in zip(row.columns, row.coefficients, strict=True)
                if c not in (variables.gained[row.subject], variables.lost[row.subject])
            )
            moved = extra - row.limit
            found[variables.gained[row.subject]] = max(moved, 0.0)
            found[variables.lost[row.subject]] = max(-moved, 0.0)
        if row.slack is not None:
            found[row.slack] = 0.0
            found[row.slack] = max(_excess(row, found), 0.0)
    return found


def _excess(row: Row, columns: FloatArray) -> float:
    """Return by how much a row is broken, in steps (<= 0: it holds)."""
    value = sum(k * columns[c] for c, k in zip(row.columns, row.coefficients, strict=True))
    if row.sense == "=":
        return float(abs(value - row.limit))
    return float(value - row.limit if row.sense == "<=" else row.limit - value)


def _is_allowed(programme: Programme, answer: Answer, columns: FloatArray) -> bool:
    """Return whether every hard row and bound holds and no class of soft rows falls behind S0."""
    if any(_excess(row, columns) > 1e-6 for row in programme.rows):
        return False
    upper, lower = np.array(programme.upper), np.array(programme.lower)
    if (columns > upper + 1e-6).any() or (columns < lower - 1e-6).any():
        return False
    return all(shortfall(programme, columns, name) <= _kept(answer, name) + 1e-7 for name in SOFT)


def shortfall(programme: Programme, columns: FloatArray, name: str) -> float:
    """Return S0's value of a class of rows: Σ shortfall / max(limit, one step)."""
    return float(
        sum(
            columns[row.slack] / row.scale
            for row in programme.rows
            if row.slack is not None and row.scale > 0 and row.row_class == name
        )
    )


def _kept(answer: Answer, name: str) -> float:
    return next((v for k, v in answer.shortfall.items() if k == name), 0.0)


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
    order = sorted(range(len(values)), key=lambda j: (-round(values[j] - floors[j], 4), _rank(names[j])))
    result = [float(f) for f in floors]
    for j in range(max(whole, 0)):
        result[order[j % len(order)]] += 1.0
    if abs(dust) > DUST:
        largest = max(range(len(values)), key=lambda j: (values[j], _rank(names[j])))
        result[largest] += round(dust, 6)
    return result


def _rank(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _set_after(programme: Programme, columns: FloatArray, i: int, value: float) -> None:
    variables = programme.variables
    if i in variables.chosen and columns[variables.chosen[i]] > 0.5:
        columns[variables.rewritten[i]] = value
    else:
        columns[variables.kept[i]] = value


def _whole_steps(
    programme: Programme, answer: Answer, columns: FloatArray, fraction: float,
    make: Callable[[Programme], Model],
) -> FloatArray | None:  # fmt: skip
    """Return the nearest whole-step answer by a small integer programme, or None where there is none.

    First only the lines that S4 changed may move, then all.
    """
    for only_changed in (True, False):
        fresh = _copied(programme)
        cost = _distance(fresh, columns, fraction, only_changed)
        model = make(fresh)
        lost = False
        for name in SOFT:
            terms = {r.slack: 1.0 / r.scale for r in fresh.rows if r.slack is not None and r.scale > 0
                     and r.row_class == name}  # fmt: skip
            if not terms:
                continue
            least = model.minimise(terms)
            if least.status == "infeasible" or least.value > _kept(answer, name) + 1.0 / fraction:
                lost = True
                break
            model.add_row(list(terms.items()), -np.inf, max(least.value, _kept(answer, name)) + 1e-8)
        found = None if lost else model.minimise(cost)
        if found is not None and found.status == "optimal":
            values = np.round(found.columns[: len(columns)], 6) + 0.0
            return complete(programme, values)
    return None


def _copied(programme: Programme) -> Programme:
    """Return a programme that can be added to without changing the one given."""
    return replace(
        programme, lower=list(programme.lower), upper=list(programme.upper), integer=list(programme.integer),
        rows=list(programme.rows), disruption=dict(programme.disruption),
    )  # fmt: skip


def _distance(
    programme: Programme, columns: FloatArray, fraction: float, only_changed: bool
) -> dict[int, float]:
    """Ask for whole steps and return the cost of distance from S4's answer (ties by identity)."""
    cost: dict[int, float] = {}
    variables, after = programme.variables, after_values(programme, columns)
    for c in [*variables.chosen.values(), *variables.opened.values()]:
        programme.lower[c] = programme.upper[c] = float(round(columns[c]))
    for i, value in after.items():
        line, e = programme.lines[i], programme.points[i]
        if only_changed and abs(value - e) <= DUST:
            programme.row("as_written", line.code, programme.after(i), "=", e)
            continue
        _near(programme, programme.after(i), value, line.identity, cost)
        if line.kind in ("base", "bonus"):
            _whole(programme, programme.after(i), fraction)
    for block, c in variables.new.items():
        _near(programme, [(c, 1.0)], float(columns[c]), block, cost)
        _whole(programme, [(c, 1.0)], fraction)
    return cost


def _near(
    programme: Programme, terms: list[tuple[int, float]], value: float, name: str, cost: dict[int, float]
) -> None:
    over, under = programme.column(0.0, math.inf), programme.column(0.0, math.inf)
    programme.row("near", name, [*terms, (over, -1.0), (under, 1.0)], "=", value)
    cost[over] = 1.0 + int(_rank(name)[:4], 16) * 1e-8
    cost[under] = 1.0


def _whole(programme: Programme, terms: list[tuple[int, float]], fraction: float) -> None:
    count = programme.column(0.0, 1e7, integer=True)
    programme.row("whole_step", "", [*terms, (count, -1.0 / fraction)], "=", 0.0)


def _printed(programme: Programme, columns: FloatArray) -> Printed:
    variables, unit = programme.variables, programme.unit
    kept = [line.e for line in programme.lines]
    rewritten = [0.0] * len(kept)
    chosen = [False] * len(kept)
    for i, c in variables.kept.items():
        e, line = programme.points[i], programme.lines[i]
        chosen[i] = i in variables.chosen and bool(columns[variables.chosen[i]] > 0.5)
        total = float(columns[c] + (columns[variables.rewritten[i]] if i in variables.rewritten else 0.0))
        points = line.e if abs(total - e) <= DUST else _points(total, unit)
        kept[i], rewritten[i] = (0.0, points) if chosen[i] else (points, 0.0)
    new = {b: _points(float(columns[c]), unit) for b, c in variables.new.items() if columns[c] > DUST}
    return Printed(kept, rewritten, chosen, new, complete(programme, columns))


def _points(steps: float, unit: float) -> float:
    return round(steps * unit, 8) + 0.0
