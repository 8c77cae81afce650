"""From a checked problem to its programme."""

from __future__ import annotations

from engine.reweight.demands import add_demands
from engine.reweight.levers import add_blocks, add_line, add_new_lines, growth_limit
from engine.reweight.limits import add_limits, add_perception, add_stated
from engine.reweight.problem import Problem, check
from engine.reweight.programme import Programme, clean


def build(problem: Problem) -> Programme:
    """Return the programme of a checked problem.

    Raises:
        SchemeError: a problem no programme can be built from.
    """
    check(problem)
    lines = tuple(sorted(problem.lines, key=lambda x: (x.identity, x.block, x.code)))
    base = problem.adjustable
    unit = problem.step or (base / 100.0 if base > 0 else 1.0)
    points = tuple(clean(line.e / unit) for line in lines)
    growth = tuple(growth_limit(problem, line, e, unit) for line, e in zip(lines, points, strict=True))
    programme = Programme(problem, unit, lines, points, growth, clean(base / unit))
    for i in range(len(lines)):
        add_line(programme, i)
    add_new_lines(programme)
    add_blocks(programme)
    add_limits(programme)
    add_perception(programme)
    add_demands(programme)
    add_stated(programme)
    return programme
