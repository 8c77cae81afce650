"""The programme's variables and rows, in the notation of docs/programme.md.

Everything here is in whole steps of the scheme (one step = 1), so that the answer does not depend on
the unit in which points are written. Lines stand in the order of their identity, blocks by name, so
that it does not depend on the order of the table either.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from engine.model import RowClass
from engine.reweight.problem import REWRITABLE, Line, LinearRow, Problem, check, year_floor

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


def build(problem: Problem) -> Programme:
    """Return the programme of a checked problem.

    Raises:
        SchemeError: a problem no programme can be built from.
    """
    check(problem)
    lines = tuple(sorted(problem.lines, key=lambda x: (x.identity, x.block, x.code)))
    base = problem.adjustable
    unit = problem.step or (base / 100.0 if base > 0 else 1.0)
    points = tuple(_clean(line.e / unit) for line in lines)
    growth = tuple(_growth(problem, line, e, unit) for line, e in zip(lines, points, strict=True))
    programme = Programme(problem, unit, lines, points, growth, _clean(base / unit))
    for i in range(len(lines)):
        _line(programme, i)
    _new_columns(programme)
    _blocks(programme)
    _limits(programme)
    _perception(programme)
    _stated(programme)
    return programme


def _clean(value: float) -> float:
    """Take away the dust of a division, so that whole steps are whole numbers."""
    return round(value, 9)


def _growth(problem: Problem, line: Line, e: float, unit: float) -> float:
    """Return c_i = max(2e, e+2), e for guarded, held, settled and bonus lines; inf in points-only mode."""
    if line.guarded or line.held or line.settled or line.kind in ("bonus", "veto"):
        return e
    if problem.mode == "points_only":
        return INF
    if line.ceiling is not None:
        return max(_clean(line.ceiling / unit), e)
    return max(problem.settings.growth_factor * e, e + problem.settings.growth_points / unit)


def can_rewrite(problem: Problem, line: Line, e: float) -> bool:
    """Return whether z_i exists: the lever is on, the class admits it, there is a substitute, and points."""
    if "rewrite" not in problem.levers or line.frozen is not None or line.substitute is None:
        return False
    return (line.class_ in REWRITABLE and e > 0) or line.red


def _line(programme: Programme, i: int) -> None:
    problem, line, e = programme.problem, programme.lines[i], programme.points[i]
    if line.frozen is not None and problem.mode == "levers":
        return
    variables, rises = programme.variables, _may_rise(problem, line)
    rewritable = can_rewrite(problem, line, e)
    limit = programme.growth[i] if rises or rewritable else e
    raised = limit - e if problem.mode == "points_only" or "shift" in problem.levers else 0.0
    low, high = _points_only_bounds(problem, line, e) if problem.mode == "points_only" else (0.0, INF)
    kept = programme.column(0.0, 0.0 if line.red else (INF if rises else e))
    up, down = programme.column(0.0, raised), programme.column(0.0, 0.0 if line.held else e)
    variables.kept[i], variables.up[i], variables.down[i] = kept, up, down
    if line.red:
        programme.bounds[f"red:{line.code}"] = [(kept, 0.0, INF)]
    programme.bounds[f"growth:{line.code}"] = [(up, 0.0, INF), (kept, 0.0, INF)]
    if line.held:
        programme.bounds[f"held:{line.code}"] = [(down, 0.0, e)]
    if rewritable:
        _rewrite(programme, i, limit)
    terms = [*programme.after(i), (up, -1.0), (down, 1.0)]
    programme.row("balance", line.code, terms, "=", e)
    _line_bounds(programme, i, low, high)
    _line_prices(programme, i)


def _may_rise(problem: Problem, line: Line) -> bool:
    free = line.class_ == "outcome" and not (line.guarded or line.red or line.settled or line.held)
    return free and line.frozen is None and line.kind in ("base", "deduction")


def _points_only_bounds(problem: Problem, line: Line, e: float) -> tuple[float, float]:
    """Required lines are bounded, not frozen; other frozen lines stand."""
    if line.frozen is None:
        return 0.0, INF
    return (problem.settings.required_low * e, e) if line.frozen == "required" else (e, e)


def _rewrite(programme: Programme, i: int, limit: float) -> None:
    """Add v_i and z_i: v ≤ c·z is stated as v − u ≤ e·z and u ≤ (c − e)·z, which cuts off more fractions."""
    line, e = programme.lines[i], programme.points[i]
    limit = limit if math.isfinite(limit) else programme.adjustable
    rewritten = programme.column(0.0, INF)
    forced = line.red and (line.held or e == 0 or line.kind != "base")
    chosen = programme.column(1.0 if forced else 0.0, 1.0, integer=True)
    variables = programme.variables
    variables.rewritten[i], variables.chosen[i] = rewritten, chosen
    up, kept = variables.up[i], variables.kept[i]
    programme.row("whole", line.code, [(rewritten, 1.0), (up, -1.0), (chosen, -e)], "<=", 0.0)
    if programme.upper[up] > 0:
        programme.row("growth", line.code, [(up, 1.0), (chosen, e - limit)], "<=", 0.0)
    if not line.red:
        programme.row("whole", line.code, [(kept, 1.0), (chosen, e)], "<=", e)


def _line_bounds(programme: Programme, i: int, low: float, high: float) -> None:
    line, unit = programme.lines[i], programme.unit
    if line.low is not None:
        low = max(low, _clean(line.low / unit))
    if line.high is not None:
        high = min(high, _clean(line.high / unit))
    if low > 0:
        programme.row("bound", line.code, programme.after(i), ">=", low, identity=f"bound:{line.code}:lower")
    if math.isfinite(high):
        programme.row("bound", line.code, programme.after(i), "<=", high, identity=f"bound:{line.code}:upper")


def _line_prices(programme: Programme, i: int) -> None:
    line, prices, variables = programme.lines[i], programme.problem.prices, programme.variables
    if programme.problem.mode == "points_only":
        programme.disruption[variables.up[i]] = programme.disruption[variables.down[i]] = 1.0
        return
    if line.kind == "bonus":
        programme.disruption[variables.down[i]] = prices.shift
    programme.disruption[variables.up[i]] = prices.shift
    if i in variables.rewritten:
        cost = line.substitute.data_cost if line.substitute else 0.0
        programme.disruption[variables.rewritten[i]] = prices.rewrite + cost


def _new_columns(programme: Programme) -> None:
    problem = programme.problem
    standards = dict(problem.new_standards)
    if "new" not in problem.levers or problem.mode == "points_only":
        return
    already = [line for line in programme.lines if line.is_new]
    room = (
        problem.settings.new_share * programme.adjustable - sum(line.e for line in already) / programme.unit
    )
    slots = problem.settings.new_lines - len(already)
    room = math.floor(room + 1e-9) if problem.step is not None else room
    blocks = sorted({line.block for line in programme.lines if problem.is_adjustable(line)} & set(standards))
    if room <= 0 or slots <= 0 or not blocks:
        return
    largest = problem.settings.largest_line
    each = room if largest is None else min(room, max(largest * problem.base / programme.unit, 0.0))
    new, opened = programme.variables.new, programme.variables.opened
    for block in blocks:
        new[block] = programme.column(0.0, each)
        programme.disruption[new[block]] = problem.prices.new
        if len(blocks) > slots:
            opened[block] = programme.column(0.0, 1.0, integer=True)
            programme.row("open", block, [(new[block], 1.0), (opened[block], -each)], "<=", 0.0)
    programme.row("new", "", [(c, 1.0) for c in new.values()], "<=", room)
    if opened:
        programme.row("new_lines", "", [(c, 1.0) for c in opened.values()], "<=", float(slots))


def _blocks(programme: Programme) -> None:
    problem, variables = programme.problem, programme.variables
    members: dict[str, list[int]] = {}
    for i, line in enumerate(programme.lines):
        if i in variables.kept and line.kind in ("base", "deduction"):
            members.setdefault("" if problem.mode == "points_only" else line.block, []).append(i)
    if problem.mode == "points_only":
        for group in members.values():
            terms = [t for i in group for t in programme.after(i)]
            programme.row("total", "", terms, "=", _clean(math.fsum(programme.points[i] for i in group)))
        return
    if "cross" in problem.levers and len(members) > 1:
        _cross_columns(programme, sorted(members))
    for block in sorted(members):
        terms = [t for i in members[block] for t in programme.after(i)]
        if block in variables.new:
            terms.append((variables.new[block], 1.0))
        if block in variables.gained:
            terms += [(variables.gained[block], -1.0), (variables.lost[block], 1.0)]
        limit = _clean(math.fsum(programme.points[i] for i in members[block]))
        programme.row("block", block, terms, "=", limit)


def _cross_columns(programme: Programme, blocks: list[str]) -> None:
    variables, problem = programme.variables, programme.problem
    for block in blocks:
        total = math.fsum(
            e for line, e in zip(programme.lines, programme.points, strict=True)
            if line.block == block and line.kind in ("base", "deduction")
        )  # fmt: skip
        room = problem.settings.cross_share * total
        variables.gained[block] = programme.column(0.0, room)
        variables.lost[block] = programme.column(0.0, room)
        programme.disruption[variables.gained[block]] = problem.prices.cross
    terms = [(c, 1.0) for c in variables.gained.values()] + [(c, -1.0) for c in variables.lost.values()]
    programme.row("cross", "", terms, "=", 0.0)


def _counted(programme: Programme) -> list[int]:
    """Return the lines that have variables and count in the adjustable base."""
    return [i for i in programme.variables.kept if programme.problem.is_adjustable(programme.lines[i])]


def _limits(programme: Programme) -> None:
    problem, variables, base = programme.problem, programme.variables, programme.adjustable
    settings = problem.settings
    if base <= 0:
        _bonus(programme)
        return
    counted = _counted(programme)
    if settings.cap is not None:
        terms = [(variables.kept[i], _restricted(programme, i)) for i in counted]
        programme.row("cap", "", terms, "<=", _up(problem, settings.cap * base),
                      row_class=settings.row_class("cap"), soft=True)  # fmt: skip
    start = problem.outcome_share if settings.path_start is None else settings.path_start
    share = year_floor(settings, start, settings.year) if problem.mode == "levers" else settings.floor
    if share is not None:
        programme.row("floor", "", outcome_terms(programme), ">=", _down(problem, share * base),
                      row_class=settings.row_class("floor"), soft=True)  # fmt: skip
    _single(programme, counted)
    _named(programme, counted)
    _bonus(programme)


def _restricted(programme: Programme, i: int) -> float:
    """Return how much of a line's kept points counts against the cap: all or none, or p if asked."""
    line = programme.lines[i]
    if programme.problem.settings.expected_cap:
        return line.p
    return 1.0 if line.class_ in ("restricted", "prohibited") else 0.0


def outcome_terms(programme: Programme) -> list[tuple[int, float]]:
    """Return Σ_outcome x + Σ v + Σ g, the points that count as outcome after."""
    variables = programme.variables
    terms = []
    for i in _counted(programme):
        if programme.lines[i].class_ == "outcome" and not programme.lines[i].guarded:
            terms.append((variables.kept[i], 1.0))
        if i in variables.rewritten:
            terms.append((variables.rewritten[i], 1.0))
    return terms + [(c, 1.0) for c in variables.new.values()]


def _up(problem: Problem, value: float) -> float:
    """Round a cap up to a whole step (columns are in steps already)."""
    return float(math.ceil(value - 1e-9)) if problem.step is not None else value


def _down(problem: Problem, value: float) -> float:
    """Round a floor down to a whole step."""
    return float(math.floor(value + 1e-9)) if problem.step is not None else value


def _single(programme: Programme, counted: list[int]) -> None:
    """No line over the largest share; lines already above it may stay, not rise."""
    problem = programme.problem
    if problem.settings.largest_line is None:
        return
    largest = problem.settings.largest_line * problem.base / programme.unit
    for i in counted:
        line, e = programme.lines[i], programme.points[i]
        limit = max(largest, e)
        raised = programme.upper[programme.variables.up[i]]
        if e + raised > limit + 1e-9:
            programme.row("single", line.code, programme.after(i), "<=", limit,
                          row_class=problem.settings.row_class("largest_line"), soft=True)  # fmt: skip


def _named(programme: Programme, counted: list[int]) -> None:
    """Each named hard indicator that the scheme has holds a minimum of the adjustable base."""
    settings = programme.problem.settings
    if settings.named_minimum is None:
        return
    groups: dict[str, list[int]] = {}
    for i in counted:
        if programme.lines[i].named is not None:
            groups.setdefault(str(programme.lines[i].named), []).append(i)
    limit = _down(programme.problem, settings.named_minimum * programme.adjustable)
    for name, group in sorted(groups.items()):
        if limit > 0:
            programme.row("named", name, [t for i in group for t in programme.after(i)], ">=", limit,
                          row_class=settings.row_class("named_minimum"), soft=True)  # fmt: skip


def _bonus(programme: Programme) -> None:
    problem, settings = programme.problem, programme.problem.settings
    bonuses = [i for i in programme.variables.kept if programme.lines[i].kind == "bonus"]
    if settings.bonus_cap is None or not bonuses or problem.base <= 0:
        return
    limit = _up(problem, settings.bonus_cap * problem.base / programme.unit)
    fixed = math.fsum(
        e for i, e in enumerate(programme.points)
        if programme.lines[i].kind == "bonus" and i not in programme.variables.kept
    )  # fmt: skip
    terms = [t for i in bonuses for t in programme.after(i)]
    programme.row("bonus", "", terms, "<=", max(limit - fixed, 0.0),
                  row_class=settings.row_class("bonus_cap"), soft=True)  # fmt: skip


def _perception(programme: Programme) -> None:
    """The band on citizens' ratings: class preference, its shortfall priced in S1."""
    problem, variables, base = programme.problem, programme.variables, programme.adjustable
    settings, terms = problem.settings, []
    if base <= 0 or (settings.perception_low is None and settings.perception_high is None):
        return
    for i in _counted(programme):
        line = programme.lines[i]
        if line.level == "perception" and line.class_ == "outcome":
            terms.append((variables.kept[i], 1.0))
        if i in variables.rewritten and line.substitute and line.substitute.perception:
            terms.append((variables.rewritten[i], 1.0))
    standards = dict(problem.new_standards)
    terms += [(c, 1.0) for block, c in variables.new.items() if standards[block].perception]
    price = problem.prices.perception
    if settings.perception_low is not None:
        programme.row("perception_low", "", terms, ">=", _down(problem, settings.perception_low * base),
                      row_class="preference", soft=True, priced=price)  # fmt: skip
    if settings.perception_high is not None:
        programme.row("perception_high", "", terms, "<=", _up(problem, settings.perception_high * base),
                      row_class="preference", soft=True, priced=price)  # fmt: skip


def _stated(programme: Programme) -> None:
    """Rows from judgements or last year's scores; frozen lines count with the points they have."""
    position = {line.code: i for i, line in enumerate(programme.lines)}
    new = programme.variables.new
    for stated in programme.problem.rows:
        terms: list[tuple[int, float]] = [(new[block], k) for block, k in stated.new if block in new]
        limit = stated.limit / programme.unit
        for code, coefficient in stated.terms:
            i = position[code]
            if i in programme.variables.kept:
                terms += [(c, coefficient) for c, _ in programme.after(i)]
            else:
                limit -= coefficient * programme.points[i]
        _stated_row(programme, stated, terms, limit, stated.limit / programme.unit - limit)


def _stated_row(
    programme: Programme, stated: LinearRow, terms: list[tuple[int, float]], limit: float, shift: float
) -> None:
    soft = stated.row_class != "national"
    senses: tuple[Sense, ...] = ("<=", ">=") if soft and stated.sense == "=" else (stated.sense,)
    for sense in senses:
        name = stated.id if len(senses) == 1 else f"{stated.id}:{'upper' if sense == '<=' else 'lower'}"
        programme.row(stated.kind, stated.id, terms, sense, limit, row_class=stated.row_class, soft=soft,
                      identity=name)  # fmt: skip
        programme.rows[-1] = replace(programme.rows[-1], shift=shift)
