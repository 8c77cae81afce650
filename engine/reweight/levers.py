"""The columns of each lever and the hard rows that tie them: lines, new lines, blocks, shifts between blocks."""

from __future__ import annotations

import math

from engine.reweight.problem import REWRITABLE, Line, Problem
from engine.reweight.programme import INF, Programme, clean, rounded_down


def growth_limit(problem: Problem, line: Line, e: float, unit: float) -> float:
    """Return c_i = max(2e, e+2), e for guarded, held, settled and bonus lines; inf in points-only mode."""
    if line.guarded or line.held or line.settled or line.kind in ("bonus", "veto"):
        return e
    if problem.mode == "points_only":
        return INF
    start = e if line.start is None else clean(line.start / unit)
    return max(problem.settings.growth_factor * start, start + problem.settings.growth_points / unit, e)


def can_rewrite(problem: Problem, line: Line, e: float) -> bool:
    """Return whether z_i exists: the lever is on, the class admits it, there is a substitute, and points."""
    if "rewrite" not in problem.levers or line.frozen is not None or line.substitute is None:
        return False
    return (line.class_ in REWRITABLE and e > 0) or line.red


def add_line(programme: Programme, i: int) -> None:
    problem, line, e = programme.problem, programme.lines[i], programme.points[i]
    if line.frozen is not None and problem.mode == "levers":
        return
    variables, rises = programme.variables, may_rise(line)
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


def may_rise(line: Line) -> bool:
    """Return whether points may be added to a line under its present standard: outcomes of the base."""
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
        low = max(low, clean(line.low / unit))
    if line.high is not None:
        high = min(high, clean(line.high / unit))
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


def add_new_lines(programme: Programme) -> None:
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


def add_blocks(programme: Programme) -> None:
    problem, variables = programme.problem, programme.variables
    members: dict[str, list[int]] = {}
    for i, line in enumerate(programme.lines):
        if i in variables.kept and line.kind in ("base", "deduction"):
            members.setdefault("" if problem.mode == "points_only" else line.block, []).append(i)
    if problem.mode == "points_only":
        for group in members.values():
            terms = [t for i in group for t in programme.after(i)]
            programme.row("total", "", terms, "=", clean(math.fsum(programme.points[i] for i in group)))
        return
    if "cross" in problem.levers and len(members) > 1:
        _cross_columns(programme, sorted(members))
    for block in sorted(members):
        terms = [t for i in members[block] for t in programme.after(i)]
        if block in variables.new:
            terms.append((variables.new[block], 1.0))
        if block in variables.gained:
            terms += [(variables.gained[block], -1.0), (variables.lost[block], 1.0)]
        limit = clean(math.fsum(programme.points[i] for i in members[block]))
        programme.row("block", block, terms, "=", limit)


def _block_start(programme: Programme, block: str) -> tuple[float, float]:
    """Return what a block held where the path began, and what it has gained from others since, in steps."""
    first = now = 0.0
    for line, e in zip(programme.lines, programme.points, strict=True):
        if line.block == block and line.kind in ("base", "deduction"):
            start = 0.0 if line.is_new else line.start
            first += e if start is None else clean(start / programme.unit)
            now += e
    return first, clean(now - first)


def _cross_columns(programme: Programme, blocks: list[str]) -> None:
    variables, problem = programme.variables, programme.problem
    for block in blocks:
        first, moved = _block_start(programme, block)
        room = rounded_down(problem, problem.settings.cross_share * first)
        variables.gained[block] = programme.column(0.0, max(room - moved, 0.0))
        variables.lost[block] = programme.column(0.0, max(room + moved, 0.0))
        programme.disruption[variables.gained[block]] = problem.prices.cross
    terms = [(c, 1.0) for c in variables.gained.values()] + [(c, -1.0) for c in variables.lost.values()]
    programme.row("cross", "", terms, "=", 0.0)
