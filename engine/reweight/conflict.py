"""Which wishes contradict one another: an irreducible set of rows, limits and locks, in words.

Each member names the options that would release this conflict; what the law or the scheme's own frame sets
(red lines, frozen lines, block totals) names at most a lever that is switched off.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from engine.model import ConflictItem, Option, RowClass, Text
from engine.reweight.building import build
from engine.reweight.demands import DEMAND_TEXTS
from engine.reweight.options import growth_option, levers_option, limit_option, lock_option, unlocked
from engine.reweight.problem import LEVERS
from engine.reweight.programme import Programme, Row
from engine.reweight.solver import Highs, Solution
from engine.reweight.wording import limit_text, lock_text, points, row_text

STRUCTURE = frozenset({"balance", "whole", "open", "growth", "cross"})
# Dropped first, so that what stays is what a person can decide on.
ORDER = ("growth", "single", "role_share", "digital_ratio", "data_risk", "resources", "new", "new_lines", "held", "block", "total", "bonus", "named", "stated", "bound",
         "cap", "red", "floor")  # fmt: skip
# The levers that could release a member, if they are off.
_LEVERS: dict[str, tuple[str, ...]] = {
    "red": ("rewrite",), "growth": ("rewrite", "shift"), "block": ("new", "cross"), "total": ("rewrite",),
    "floor": ("rewrite", "shift", "new"), "cap": ("rewrite",), "named": ("shift",),
}  # fmt: skip
LOCK = "lock:"


class Filter:
    """One model in which members of the conflict are switched on and off."""

    def __init__(self, programme: Programme, *, soft: bool) -> None:
        self.programme, self.model = programme, Highs(programme)
        self.rows = {
            row.id: r
            for r, row in enumerate(programme.rows)
            if row.kind not in STRUCTURE and (row.slack is None or (soft and row.scale > 0))
        }
        self.growth = {row.subject: r for r, row in enumerate(programme.rows) if row.kind == "growth"}
        for row in programme.rows:
            if row.slack is not None:
                hold = 0.0 if row.id in self.rows else np.inf
                self.model.set_column(row.slack, 0.0, hold)
        found = [*self.rows, *programme.bounds]
        self.members = sorted(found, key=lambda name: (_order(name.partition(":")[0]), name))
        self.partly = True
        self.active = set(self.members)

    def switch(self, name: str, *, on: bool) -> None:
        """Switch a member on or off in the model."""
        if name in self.rows:
            row = self.programme.rows[self.rows[name]]
            low = row.limit if on and row.sense in (">=", "=") else -np.inf
            high = row.limit if on and row.sense in ("<=", "=") else np.inf
            self.model.set_row(self.rows[name], low, high)
            return
        stated = self.programme
        for column, lower, upper in stated.bounds[name]:
            limits = (stated.lower[column], stated.upper[column]) if on else (lower, upper)
            self.model.set_column(column, *limits)
        kind, _, code = name.partition(":")
        if kind == "growth" and code in self.growth:
            self.model.set_row(self.growth[code], -np.inf, 0.0 if on else np.inf)

    def only(self, names: set[str]) -> None:
        """Switch on these members and no others."""
        for name in sorted(self.active ^ names):
            self.switch(name, on=name in names)
        # A red line's and a growth limit share a column: what is on is set last.
        for name in sorted(names & self.programme.bounds.keys()):
            self.switch(name, on=True)
        self.active = set(names)

    def is_feasible(self, names: set[str]) -> bool:
        """Return whether some answer keeps these members."""
        self.only(names)
        return (self.model.bound({}) if self.partly else self.model.minimise({})).status == "optimal"

    def suspects(self) -> list[str]:
        """Return the members that hold back the least shortfall of the soft rows; all where none is soft."""
        programme = self.programme
        soft = {
            row.slack: 1.0 / row.scale
            for row in programme.rows
            if row.id in self.rows and row.slack is not None
        }
        for slack in soft:
            self.model.set_column(slack, 0.0, np.inf)
        found = self.model.bound(soft)
        for slack in soft:
            self.model.set_column(slack, 0.0, 0.0)
        if not soft or found.status != "optimal":
            return self.members
        pressing = {r for r in range(len(programme.rows)) if abs(found.row_duals[r]) > 1e-9}
        held = {c for r in pressing for c in programme.rows[r].columns}
        return [
            name
            for name in self.members
            if (self.rows[name] in pressing if name in self.rows else self._columns(name) & held)
        ]

    def _columns(self, name: str) -> set[int]:
        return {column for column, _, _ in self.programme.bounds[name]}

    def nearest(self, name: str, others: set[str]) -> Solution:
        """Return the answer that keeps `others` and comes nearest to what `name` asks."""
        self.only(others)
        if name in self.rows:
            row = self.programme.rows[self.rows[name]]
            sign = -1.0 if row.sense == ">=" else 1.0
            terms = zip(row.columns, row.coefficients, strict=True)
            return self.model.minimise({c: sign * k for c, k in terms if c != row.slack})
        return self.model.minimise({self.programme.bounds[name][0][0]: 1.0})


def _order(kind: str) -> int:
    return ORDER.index(kind) if kind in ORDER else ORDER.index("stated")


class Conflict:
    """The rows and locks of a programme, tested together; locks are given back by stating it anew."""

    def __init__(self, programme: Programme, *, soft: bool, locks: bool = True) -> None:
        self.programme, self.soft = programme, soft
        self.whole = Filter(programme, soft=soft)
        self.members = self.whole.members
        # Giving a lock back moves the limits too (the base grows), so only hard rows can be set against it.
        members = locks and not soft and programme.problem.mode == "levers"
        self.locks = [
            LOCK + x.code for x in programme.lines if members and x.frozen == "locked" and x.beneath is None
        ]
        self._stated: dict[frozenset[str], Filter] = {frozenset(): self.whole}

    def holds(self, names: Sequence[str]) -> bool:
        """Return whether members cannot all be kept: whether they are still a conflict."""
        given_back = frozenset(self.locks) - set(names)
        if given_back not in self._stated:
            problem = self.programme.problem
            for name in sorted(given_back):
                problem = unlocked(problem, name.removeprefix(LOCK))
            self._stated[given_back] = Filter(build(problem), soft=self.soft)
        check = self._stated[given_back]
        check.partly = self.whole.partly
        # What a line without its lock must keep in any case is no member: it only stands once the lock is gone.
        own = set(check.members) - set(self.members)
        return not check.is_feasible({name for name in names if not name.startswith(LOCK)} | own)


def conflict(programme: Programme, *, soft: bool = False, options: bool = True) -> tuple[ConflictItem, ...]:
    """Return an irreducible conflict: together its members cannot hold, and any one less they can.

    Args:
        programme: the programme.
        soft: treat soft rows as if they could not give way (to say why a row was relaxed).
        options: also name the options that would release each member, and count locks among them (not for
            a programme of several groups, which cannot be stated anew from its problem).
    Returns:
        Empty where there is no conflict.
    """
    found = irreducible(programme, soft=soft, locks=options)
    rows = {row.id: row for row in programme.rows}
    lifting = _lifting_levers(programme, found, soft=soft) if found and options else {}
    check = Filter(programme, soft=soft) if options else None
    if check is not None:
        check.partly = False
    return tuple(
        ConflictItem(
            id=name, text=_text(programme, rows, name), row_class=_row_class(rows, name),
            options=_options(programme, check, found, name, lifting) if check is not None else (),
        )
        for name in sorted(found)
    )  # fmt: skip


def irreducible(programme: Programme, *, soft: bool = False, locks: bool = True) -> list[str]:
    """Return the names of an irreducible conflict set (deletion filter, halves first, then one by one)."""
    check = Conflict(programme, soft=soft, locks=locks)
    everything = [*check.members, *check.locks]
    if not check.holds(everything):
        check.whole.partly = False
        if not check.holds(everything):
            return []
    suspects = check.whole.suspects()
    start = suspects if check.holds([*suspects, *check.locks]) else check.members
    rows = minimal(start, lambda names: check.holds([*names, *check.locks]))
    found = minimal([*check.locks, *rows], check.holds, steady=False) if check.locks else rows
    if check.whole.partly:
        check.whole.partly = False
        found = minimal(found, check.holds, steady=False)
    return found


def minimal(
    members: Sequence[str], holds: Callable[[Sequence[str]], bool], *, steady: bool = True
) -> list[str]:
    """Return a part of `members` that still holds, and no less of it does; the first are dropped first.

    Args:
        members: all of them hold together.
        holds: whether some of them still do.
        steady: more members never undo what fewer hold; else what stayed is gone through until nothing goes.

    >>> minimal(["a", "b", "c", "d"], lambda names: "b" in names and "d" in names)
    ['b', 'd']
    """
    kept = list(members)
    size = max(len(kept) // 2, 1)
    while True:
        before, start = len(kept), 0
        while start < len(kept):
            rest = kept[:start] + kept[start + size :]
            if holds(rest):
                kept = rest
            else:
                start += size
        if size == 1 and (steady or len(kept) == before):
            return kept
        size = max(size // 2, 1)


def _lifting_levers(programme: Programme, found: Sequence[str], *, soft: bool) -> dict[str, Option]:
    """Return the levers that are off and under which the conflict would be none, with their options."""
    problem = programme.problem
    lifting: dict[str, Option] = {}
    wanted = {lever for name in found for lever in _LEVERS.get(name.partition(":")[0], ())}
    for lever in LEVERS:
        if lever in problem.levers or lever not in wanted:
            continue
        option = levers_option(problem, (lever,))
        stated = replace(problem, levers=tuple(option.value.split(",")))  # type: ignore[arg-type]
        if stated.mode != problem.mode and lever != "rewrite":
            continue  # another programme altogether, with other rows
        check = Filter(build(stated), soft=soft)
        check.partly = False
        if check.is_feasible(set(found) & set(check.members)):
            lifting[lever] = option
    return lifting


def _options(
    programme: Programme, check: Filter, found: Sequence[str], name: str, lifting: dict[str, Option]
) -> tuple[Option, ...]:
    kind, _, code = name.partition(":")
    if name.startswith(LOCK):
        return (lock_option(next(line for line in programme.lines if line.code == code)),)
    options = [lifting[lever] for lever in _LEVERS.get(kind, ()) if lever in lifting]
    others = {other for other in found if other != name and not other.startswith(LOCK)}
    if name not in check.rows and kind != "growth":
        return tuple(options)
    nearest = check.nearest(name, others)
    own = None
    if nearest.status == "optimal" and kind == "growth":
        own = growth_option(programme, code, float(nearest.columns[programme.bounds[name][0][0]]))
    elif nearest.status == "optimal":
        own = limit_option(programme, programme.rows[check.rows[name]], nearest.columns)
    return (*((own,) if own else ()), *options)


def _row_class(rows: dict[str, Row], name: str) -> RowClass:
    kind = name.partition(":")[0]
    if kind in ("lock", "bound"):
        return "preference"
    if kind in ("new", "new_lines"):
        return "local"
    return rows[name].row_class if name in rows else "national"


def _text(programme: Programme, rows: dict[str, Row], name: str) -> Text:
    if name.startswith(LOCK):
        return lock_text(name.removeprefix(LOCK), programme)
    if name not in rows or rows[name].kind in STRUCTURE:
        return limit_text(name, programme)
    row, text = rows[name], row_text(rows[name], programme)
    # A ratio has no limit in points; the others say theirs.
    if row.kind in DEMAND_TEXTS or row.kind in ("stated", "ratio"):
        return text
    unit = 1.0 if row.kind == "new_lines" else programme.unit
    value = points(row.limit * unit)
    if row.kind == "new_lines":
        return Text(zh=f"{text.zh}（{value} 条）", en=f"{text.en} ({value})")
    if row.kind == "block":
        return Text(
            zh=f"{text.zh}（其中可调整的指标共 {value} 分）",
            en=f"{text.en} ({value} points of it on lines that may move)",
        )
    return Text(zh=f"{text.zh}（{value} 分）", en=f"{text.en} ({value} points)")
