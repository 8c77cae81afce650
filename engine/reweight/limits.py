"""The soft rows: what a profile asks for, the band on ratings, and what judgements or last year's scores state."""

from __future__ import annotations

import math
from dataclasses import replace

from engine.reweight.problem import LinearRow, year_floor
from engine.reweight.programme import Programme, Sense, counted_lines, outcome_terms, rounded_down, rounded_up


def add_limits(programme: Programme) -> None:
    problem, variables, base = programme.problem, programme.variables, programme.adjustable
    settings = problem.settings
    if base <= 0:
        _bonus(programme)
        return
    counted = counted_lines(programme)
    if settings.cap is not None:
        terms = [(variables.kept[i], _restricted(programme, i)) for i in counted]
        programme.row("cap", "", terms, "<=", rounded_up(problem, settings.cap * base),
                      row_class=settings.row_class("cap"), soft=True)  # fmt: skip
    start = problem.outcome_share if settings.path_start is None else settings.path_start
    share = year_floor(settings, start, settings.year) if problem.mode == "levers" else settings.floor
    if share is not None:
        programme.row("floor", "", outcome_terms(programme), ">=", rounded_down(problem, share * base),
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
    limit = rounded_down(programme.problem, settings.named_minimum * programme.adjustable)
    for name, group in sorted(groups.items()):
        if limit > 0:
            programme.row("named", name, [t for i in group for t in programme.after(i)], ">=", limit,
                          row_class=settings.row_class("named_minimum"), soft=True)  # fmt: skip


def _bonus(programme: Programme) -> None:
    problem, settings = programme.problem, programme.problem.settings
    bonuses = [i for i in programme.variables.kept if programme.lines[i].kind == "bonus"]
    if settings.bonus_cap is None or not bonuses or problem.base <= 0:
        return
    limit = rounded_up(problem, settings.bonus_cap * problem.base / programme.unit)
    fixed = math.fsum(
        e for i, e in enumerate(programme.points)
        if programme.lines[i].kind == "bonus" and i not in programme.variables.kept
    )  # fmt: skip
    terms = [t for i in bonuses for t in programme.after(i)]
    programme.row("bonus", "", terms, "<=", max(limit - fixed, 0.0),
                  row_class=settings.row_class("bonus_cap"), soft=True)  # fmt: skip


def add_perception(programme: Programme) -> None:
    """The band on citizens' ratings: class preference, its shortfall priced in S1."""
    problem, variables, base = programme.problem, programme.variables, programme.adjustable
    settings, terms = problem.settings, []
    if base <= 0 or (settings.perception_low is None and settings.perception_high is None):
        return
    for i in counted_lines(programme):
        line = programme.lines[i]
        if line.level == "perception" and line.class_ == "outcome":
            terms.append((variables.kept[i], 1.0))
        if i in variables.rewritten and line.substitute and line.substitute.perception:
            terms.append((variables.rewritten[i], 1.0))
    standards = dict(problem.new_standards)
    terms += [(c, 1.0) for block, c in variables.new.items() if standards[block].perception]
    price = problem.prices.perception
    if settings.perception_low is not None:
        programme.row("perception_low", "", terms, ">=", rounded_down(problem, settings.perception_low * base),
                      row_class="preference", soft=True, priced=price)  # fmt: skip
    if settings.perception_high is not None:
        programme.row("perception_high", "", terms, "<=", rounded_up(problem, settings.perception_high * base),
                      row_class="preference", soft=True, priced=price)  # fmt: skip


def add_stated(programme: Programme) -> None:
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
