"""S2 and S3 with integers: which standards are rewritten, to the last tie; then they are fixed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np

from engine.model import Class
from engine.reweight.evenness import EPS
from engine.reweight.programme import Programme
from engine.reweight.run import Run, Terms
from engine.reweight.solver import Solution

CUT_ORDER: tuple[Class, ...] = ("outcome", "output", "guarded", "process", "restricted")


def choose(run: Run, last: Solution) -> Solution:
    """S2 and S3 with integers: which standards are rewritten, to the last tie.

    Counting and breaking ties in one question is enough where no line is cut by it.
    """
    if run.is_coarse:
        return last
    count, ties = preference(run.programme)
    cuts = list(cuts_in_order(run.programme)) if run.programme.problem.mode == "levers" else []
    every: Terms = {c: k for terms in cuts for c, k in terms.items()}
    held, tied = _between(run, count, last), None
    if run.model.bound(every).value <= EPS:
        last = tied = run.best(ties)
        if sum(last.columns[c] for c in every) <= EPS:
            return last
    else:
        last = run.best(count)
    if count:
        number = float(round(sum(last.columns[c] for c in count)))
        run.model.set_row(held, number - 1e-6, number + 1e-6)
    least = []
    for terms in cuts:
        last = run.least(terms, last)
        least.append(sum(last.columns[c] for c in terms))
    # Best in ties among all: where it cuts no more than the least, nothing among fewer can be better.
    if tied is not None and all(
        sum(tied.columns[c] for c in terms) <= value + EPS for terms, value in zip(cuts, least, strict=True)
    ):
        return tied
    return run.best(ties)


def _between(run: Run, count: Terms, last: Solution) -> int:
    """Add the row that no fewer standards are rewritten than the bound, as a whole number, and no more than
    in the answer at hand; -1: none."""
    if not count:
        return -1
    fewest = float(np.ceil(run.model.bound(count).value - 1e-5))
    most = float(round(sum(last.columns[c] for c in count)))
    run.held.append(run.model.add_row(list(count.items()), fewest - 1e-6, most + 1e-6))
    return run.held[-1]


def preference(programme: Programme) -> tuple[Terms, Terms]:
    """Return the count of rewritten standards, and the count with its ties broken.

    Ties: rather a restricted line's standard than a process line's, a guarded or an output line's; then
    by identity.
    """
    chosen, opened = programme.variables.chosen, programme.variables.opened
    count = dict.fromkeys(chosen.values(), 1.0)
    heavy = 13.0 * (len(chosen) + len(opened)) + 1.0
    ties = {
        c: heavy + 4.0 * _RANKS.get(programme.lines[i].class_, 0) + _weight(programme.lines[i].identity)
        for i, c in chosen.items()
    }
    return count, ties | {c: _weight(block) for block, c in opened.items()}


_RANKS: dict[Class, int] = {"process": 1, "guarded": 2, "output": 3}


def cuts_in_order(programme: Programme) -> Iterator[Terms]:
    """Yield S3's terms: the cut of outcome lines first, of restricted lines last."""
    for name in CUT_ORDER:
        terms = {c: 1.0 for i, c in programme.variables.down.items() if programme.lines[i].class_ == name}
        if terms:
            yield terms


def _weight(identity: str) -> float:
    """Return a fraction (0, 1] from an identity: which standard goes first when all else is equal."""
    return (int.from_bytes(hashlib.sha256(identity.encode()).digest()[:2], "big") // 4 + 1) / 16384


def fix(run: Run, last: Solution) -> None:
    """Hold z where it is: from here everything is linear."""
    for column, whole in enumerate(run.programme.integer):
        if whole:
            value = float(round(last.columns[column]))
            run.model.set_column(column, value, value)
    run.model.relax_integers()
    run.fixed = True
