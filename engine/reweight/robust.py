"""Which actions stand when labels are unsure: the same problem under labels drawn from p."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from engine.model import Action, Class
from engine.reweight.answer import reweigh
from engine.reweight.problem import Line, Problem
from engine.reweight.programme import Programme
from engine.reweight.solver import Highs, Model

FIRM = 0.95
_OPEN: frozenset[Class] = frozenset({"process", "output", "outcome"})


@dataclass(frozen=True, slots=True)
class Standing:
    """The action proposed for a line, and the share of draws in which it stays the same."""

    code: str
    action: Action
    share: float

    @property
    def is_firm(self) -> bool:
        """Return whether the action stands in at least 95 % of draws."""
        return self.share >= FIRM


def standing(
    problem: Problem, draws: int = 200, seed: int = 0, make: Callable[[Programme], Model] = Highs
) -> tuple[Standing, ...]:
    """Return for each line how often its proposed action stands under labels drawn from p.

    A restricted line is drawn as a process line with probability 1 − p; a process, output or outcome line
    as restricted with probability p. Red, frozen, guarded and settled lines keep their label: they rest
    on a finding or on a stated fact. A draw without any answer counts against every action.

    Args:
        problem: the problem proposed on.
        draws: how many label draws, > 0.
        seed: of the draws, so that the same input gives the same answer.
        make: the solver.
    """
    proposed = {line.code: line.action for line in reweigh(problem, make=make, prices=False).lines}
    chance = np.random.default_rng(seed)
    # Drawn in the order of identity, so that the order of the table does not matter.
    order = sorted(range(len(problem.lines)), key=lambda i: problem.lines[i].identity)
    worlds: Counter[tuple[Line, ...]] = Counter()
    for _ in range(draws):
        lines = list(problem.lines)
        for i, value in zip(order, chance.random(len(order)).tolist(), strict=True):
            lines[i] = _drawn(lines[i], value)
        worlds[tuple(lines)] += 1
    same: Counter[str] = Counter()
    for world, times in worlds.items():
        for line in reweigh(replace(problem, lines=world), make=make, prices=False).lines:
            if proposed.get(line.code) == line.action:
                same[line.code] += times
    return tuple(Standing(code, action, same[code] / draws) for code, action in proposed.items())


def _drawn(line: Line, value: float) -> Line:
    if line.red or line.frozen is not None or line.guarded or line.settled:
        return line
    if line.class_ == "restricted" and value >= line.p:
        return replace(line, class_="process")
    if line.class_ in _OPEN and value < line.p:
        return replace(line, class_="restricted")
    return line
