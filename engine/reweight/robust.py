"""Which actions stand when labels are unsure: the same problem under labels drawn from p."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from engine.model import Class, DrawReport, Proposal, ProposedLine, Standing
from engine.reweight.answer import reweigh
from engine.reweight.problem import Line, Problem
from engine.reweight.programme import Programme
from engine.reweight.solver import Highs, Model

FIRM = 0.95
_OPEN: frozenset[Class] = frozenset({"process", "output", "outcome"})


Key = tuple[str, str]


def standing(
    problem: Problem, draws: int = 200, seed: int = 0, make: Callable[[Programme], Model] = Highs,
    progress: Callable[[int, int], None] | None = None,
) -> DrawReport:  # fmt: skip
    """Return for each line how often its proposed action stands under labels drawn from p.

    A restricted line is drawn as a process line with probability 1 − p; a process, output or outcome line
    as restricted with probability p. Red, frozen, guarded and settled lines keep their label: they rest
    on a finding or on a stated fact. A draw without any answer counts against every action.

    Args:
        problem: the problem proposed on.
        draws: how many label draws, > 0.
        seed: of the draws, so that the same input gives the same answer.
        make: the solver.
        progress: told after each draw that had to be solved how many draws are done, and of how many.
    """
    proposed = _actions(reweigh(problem, make=make, prices=False))
    same: Counter[Key] = Counter()
    done = 0
    for world, times in _worlds(problem, draws, seed).items():
        found = _actions(reweigh(replace(problem, lines=world), make=make, prices=False))
        for key, line in found.items():
            if key in proposed and proposed[key].action == line.action:
                same[key] += times
        done += times
        if progress is not None:
            progress(done, draws)
    lines = tuple(
        Standing(line.code, line.action, same[key] / draws, same[key] / draws >= FIRM)
        for key, line in proposed.items()
    )
    return DrawReport(draws, seed, FIRM, lines)


def _actions(proposal: Proposal) -> dict[Key, ProposedLine]:
    """Return the lines by code; new lines by their block, as their codes depend on how many there are."""
    return {
        ("new", line.block or "") if line.action == "new" else ("", line.code): line
        for line in proposal.lines
    }


def _worlds(problem: Problem, draws: int, seed: int) -> Counter[tuple[Line, ...]]:
    """Return the lines under each set of labels drawn, and how often it was drawn."""
    chance = np.random.default_rng(seed)
    # Drawn in the order of identity, so that the order of the table does not matter.
    order = sorted(range(len(problem.lines)), key=lambda i: problem.lines[i].identity)
    worlds: Counter[tuple[Line, ...]] = Counter()
    for _ in range(draws):
        lines = list(problem.lines)
        for i, value in zip(order, chance.random(len(order)).tolist(), strict=True):
            lines[i] = _drawn(lines[i], value)
        worlds[tuple(lines)] += 1
    return worlds


def _drawn(line: Line, value: float) -> Line:
    if line.red or line.frozen is not None or line.guarded or line.settled:
        return line
    if line.class_ == "restricted" and value >= line.p:
        return replace(line, class_="process")
    if line.class_ in _OPEN and value < line.p:
        return replace(line, class_="restricted")
    return line
