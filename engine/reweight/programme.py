"""The programme's variables and rows, in the notation of docs/programme.md.

Everything here is in whole steps of the scheme (one step = 1), so that the answer does not depend on
the unit in which points are written. Lines stand in the order of their identity, blocks by name, so
that it does not depend on the order of the table either.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.model import RowClass
from engine.reweight.problem import Line, Problem

Sense = Literal["<=", ">=", "="]
INF = math.inf


@dataclass(frozen=True, slots=True)
class Row:
    """Σ coefficient·variable `sense` limit; `subject` is the line or block a limit is about.

    `slack` is the column that lets a soft row give way (None: hard); `scale` is what its shortfall is
    divided by in S0, 0 where it is priced in S1 instead. `shift` is what lines without variables add to both
    sides: a reader sees it in value and limit.
    """

    id: str
    kind: str
    subject: str
    columns: tuple[int, ...]
    coefficients: tuple[float, ...]
    sense: Sense
    limit: float
    row_class: RowClass = "national"
    slack: int | None = None
    scale: float = 0.0
    shift: float = 0.0


@dataclass(slots=True)
class Variables:
    """Column numbers by line (position in `Programme.lines`) or block name; a missing key: no variable."""

    kept: dict[int, int] = field(default_factory=dict)
    rewritten: dict[int, int] = field(default_factory=dict)
    chosen: dict[int, int] = field(default_factory=dict)
    up: dict[int, int] = field(default_factory=dict)
    down: dict[int, int] = field(default_factory=dict)
    new: dict[str, int] = field(default_factory=dict)
    opened: dict[str, int] = field(default_factory=dict)
    gained: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Programme:
    """A mixed-integer programme: columns, rows, and the disruption each column costs."""

    problem: Problem
    unit: float
    lines: tuple[Line, ...]
    points: tuple[float, ...]
    growth: tuple[float, ...]
    adjustable: float
    variables: Variables = field(default_factory=Variables)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    integer: list[bool] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    disruption: dict[int, float] = field(default_factory=dict)
    bounds: dict[str, list[tuple[int, float, float]]] = field(default_factory=dict)

    def column(self, lower: float, upper: float, *, integer: bool = False) -> int:
        """Add a column and return its number."""
        self.lower.append(lower)
        self.upper.append(upper)
        self.integer.append(integer)
        return len(self.lower) - 1

    def row(self, kind: str, subject: str, terms: Iterable[tuple[int, float]], sense: Sense, limit: float,
            *, row_class: RowClass = "national", soft: bool = False, priced: float = 0.0,
            identity: str | None = None) -> None:  # fmt: skip
        """Add a row; a soft one gets a slack column, scaled for S0 or priced for S1."""
        pairs = [(c, k) for c, k in terms if k]
        slack = None
        if soft:
            slack = self.column(0.0, INF)
            pairs.append((slack, 1.0 if sense == ">=" else -1.0))
            if priced:
                self.disruption[slack] = priced
        name = identity or (f"{kind}:{subject}" if subject else kind)
        scale = max(abs(limit), 1.0) if soft and not priced else 0.0
        self.rows.append(
            Row(name, kind, subject, tuple(c for c, _ in pairs), tuple(k for _, k in pairs), sense, limit,
                row_class, slack, scale)
        )  # fmt: skip

    def after(self, i: int) -> list[tuple[int, float]]:
        """Return the terms of a line's points after: x_i + v_i."""
        found = [(self.variables.kept[i], 1.0)] if i in self.variables.kept else []
        if i in self.variables.rewritten:
            found.append((self.variables.rewritten[i], 1.0))
        return found

    def row_named(self, name: str) -> int:
        """Return the position of a row; KeyError where the programme has none of that name."""
        for position, row in enumerate(self.rows):
            if row.id == name:
                return position
        raise KeyError(name)


def clean(value: float) -> float:
    """Take away the dust of a division, so that whole steps are whole numbers."""
    return round(value, 9)


def counted_lines(programme: Programme) -> list[int]:
    """Return the lines that have variables and count in the adjustable base."""
    return [i for i in programme.variables.kept if programme.problem.is_adjustable(programme.lines[i])]


def outcome_terms(programme: Programme) -> list[tuple[int, float]]:
    """Return Σ_outcome x + Σ v + Σ g, the points that count as outcome after."""
    variables = programme.variables
    terms = []
    for i in counted_lines(programme):
        if programme.lines[i].class_ == "outcome" and not programme.lines[i].guarded:
            terms.append((variables.kept[i], 1.0))
        if i in variables.rewritten:
            terms.append((variables.rewritten[i], 1.0))
    return terms + [(c, 1.0) for c in variables.new.values()]


def lever_cost(programme: Programme, columns: NDArray[np.float64]) -> float:
    """Return Σ(1+k)v + 2Σu + 3Σg + 10Σδ⁺ of printed columns, in steps (the band's price left out)."""
    slacks = {row.slack for row in programme.rows}
    return math.fsum(k * float(columns[c]) for c, k in programme.disruption.items() if c not in slacks)


def rounded_up(problem: Problem, value: float) -> float:
    """Round a cap up to a whole step (columns are in steps already)."""
    return float(math.ceil(value - 1e-9)) if problem.step is not None else value


def rounded_down(problem: Problem, value: float) -> float:
    """Round a floor down to a whole step."""
    return float(math.floor(value + 1e-9)) if problem.step is not None else value
