"""Which wishes contradict one another: an irreducible set of rows and limits, in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.model import ConflictItem, Text
from engine.reweight.programme import Programme, Row
from engine.reweight.solver import Highs
from engine.reweight.wording import limit_text, points, row_text

STRUCTURE = frozenset({"balance", "whole", "open", "growth", "cross"})
# Dropped first, so that what stays is what a person can decide on.
ORDER = ("growth", "single", "new", "new_lines", "held", "block", "total", "bonus", "named", "stated", "bound",
         "cap", "red", "floor")  # fmt: skip


class _Filter:
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

    def is_feasible(self, names: set[str]) -> bool:
        for name in sorted(self.active ^ names):
            self.switch(name, on=name in names)
        # A red line's and a growth limit share a column: what is on is set last.
        for name in sorted(names & self.programme.bounds.keys()):
            self.switch(name, on=True)
        self.active = set(names)
        return (self.model.bound({}) if self.partly else self.model.minimise({})).status == "optimal"


def _order(kind: str) -> int:
    return ORDER.index(kind) if kind in ORDER else ORDER.index("stated")


def conflict(programme: Programme, *, soft: bool = False) -> tuple[ConflictItem, ...]:
    """Return an irreducible conflict: together its members cannot hold, and any one less they can.

    Args:
        programme: the programme.
        soft: treat soft rows as if they could not give way (to say why a row was relaxed).
    Returns:
        Empty where there is no conflict.
    """
    found = irreducible(programme, soft=soft)
    rows = {row.id: row for row in programme.rows}
    return tuple(ConflictItem(id=name, text=_text(programme, rows, name)) for name in sorted(found))


def irreducible(programme: Programme, *, soft: bool = False) -> list[str]:
    """Return the names of an irreducible conflict set (deletion filter, halves first, then one by one)."""
    check = _Filter(programme, soft=soft)
    everything = set(check.members)
    if check.is_feasible(everything):
        check.partly = False
        if check.is_feasible(everything):
            return []
    found = _reduce(check, check.members)
    if check.partly:
        check.partly = False
        found = _reduce(check, found)
    return found


def _reduce(check: _Filter, members: Sequence[str]) -> list[str]:
    kept = list(members)
    size = max(len(kept) // 2, 1)
    start = 0
    while True:
        while start < len(kept):
            rest = kept[:start] + kept[start + size :]
            if check.is_feasible(set(rest)):
                start += size
            else:
                kept = rest
        if size == 1:
            return kept
        size, start = max(size // 2, 1), 0


def _text(programme: Programme, rows: dict[str, Row], name: str) -> Text:
    if name not in rows or rows[name].kind in STRUCTURE:
        return limit_text(name, programme)
    row, text = rows[name], row_text(rows[name], programme)
    if row.kind in ("stated", "ratio"):  # says its own limit, and a ratio has none in points
        return text
    unit = 1.0 if row.kind == "new_lines" else programme.unit
    value = points(row.limit * unit)
    if row.kind == "new_lines":
        return Text(zh=f"{text.zh}（{value} 条）", en=f"{text.en} ({value})")
    return Text(zh=f"{text.zh}（{value} 分）", en=f"{text.en} ({value} points)")
