"""Time of whole proposals beside raw HiGHS on the same matrices, in one run.

python benchmarks/reweight.py [--quick]
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable

from engine.model import Standard
from engine.reweight.answer import reweigh
from engine.reweight.problem import Line, Problem, Settings
from engine.reweight.programme import build
from engine.reweight.solver import Highs
from engine.reweight.whatif import WhatIf

CLASSES = (
    "required",
    "prohibited",
    "guarded",
    "restricted",
    "internal",
    "process",
    "output",
    "outcome",
    "unclear",
)
CHANCES = (12, 10, 4, 20, 5, 22, 12, 10, 5)
LEVELS = {"outcome": "outcome", "process": "process", "output": "output_volume"}


def random_problem(seed: int, n: int, **changes: object) -> Problem:
    """A scheme of n lines in blocks of about six, whole points, some deductions, a total near 100."""
    rng = random.Random(seed)
    lines = []
    for i in range(n):
        class_ = rng.choices(CLASSES, CHANCES)[0]
        cost = rng.choice((0.0, 0.0, 0.1, 0.2, 0.3))
        perception = rng.random() < 0.15
        lines.append(
            Line(
                code=f"I{i:04d}", name=f"line {i}", block=f"B{i // 6}", e=float(rng.choice((1, 2, 2, 3, 3, 4, 5, 5, 8, 10))),
                class_=class_, identity=f"{rng.getrandbits(64):016x}", level=LEVELS.get(class_, "activity"),
                frozen=class_ if class_ in ("required", "internal", "unclear") else None,
                red=class_ == "prohibited", guarded=class_ == "guarded",
                substitute=Standard(catalogue="x", name="x", text="x", perception=perception, data_cost=cost),
            )
        )  # fmt: skip
    settings = Settings(perception_low=0.10, perception_high=0.25, bonus_cap=0.05)
    standards = tuple((f"B{b}", Standard(catalogue="n", name="n", text="n")) for b in range(-(-n // 6)))
    return Problem(tuple(lines), settings, new_standards=standards, **changes)  # type: ignore[arg-type]


def milliseconds(work: Callable[[], object], times: int) -> list[float]:
    """Return the time of each call."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append((time.perf_counter() - start) * 1e3)
    return found


def raw(problem: Problem) -> Callable[[], object]:
    """S0–S1 on the same matrix, handed to HiGHS and solved, nothing else."""
    programme = build(problem)

    def work() -> object:
        model = Highs(programme)
        return model.minimise(programme.disruption)

    return work


def main(sizes: tuple[int, ...], problems: int) -> None:
    print(
        f"{'n':>6} {'raw S1 ms':>10} {'proposal ms':>12} {'worst ms':>9} {'ratio':>6} {'what-if ms':>11} {'worst ms':>9}"
    )
    for n in sizes:
        alone, whole, again = [], [], []
        for seed in range(problems):
            problem = random_problem(seed, n)
            alone.append(min(milliseconds(raw(problem), 3)))
            whole.append(min(milliseconds(lambda p=problem: reweigh(p), 3)))
            kept = WhatIf(problem)
            again += [milliseconds(lambda f=f, k=kept: k.change(floor=f), 1)[0] for f in (0.5, 0.55, 0.65)]
        print(
            f"{n:>6} {statistics.median(alone):>10.2f} {statistics.median(whole):>12.2f} {max(whole):>9.1f} "
            f"{statistics.median(whole) / statistics.median(alone):>6.1f} "
            f"{statistics.median(again):>11.2f} {max(again):>9.1f}"
        )


if __name__ == "__main__":
    quick = "--quick" in sys.argv
    main((10, 30) if quick else (10, 30, 160), 5 if quick else 15)
