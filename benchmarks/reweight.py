"""Time of whole proposals beside raw HiGHS on the same matrices, in one run.

python benchmarks/reweight.py [--quick]
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import highspy
import numpy as np

from engine.model import Proposal, Standard
from engine.reweight.answer import reweigh
from engine.reweight.building import build
from engine.reweight.groups import explain_group, propose_groups
from engine.reweight.problem import Line, Problem, Settings
from engine.reweight.run import shortfalls
from engine.reweight.solver import Highs, Matrix
from engine.reweight.stages import outlook
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
    """Return the processor time of each call: one thread, so on an idle core this is time on the clock."""
    found = []
    for _ in range(times):
        start = time.process_time()
        work()
        found.append((time.process_time() - start) * 1e3)
    return found


def raw(problem: Problem) -> Callable[[], object]:
    """S0 and S1 on the same matrix with highspy alone: the arrays handed over and solved with its defaults.

    Where the soft rows can hold there is one solve without slack; else S0 class by class, then S1.
    """
    programme = build(problem)
    given = Highs(programme).matrix()
    classes = [terms for _, terms in shortfalls(programme)]
    slack = np.array([c for terms in classes for c in terms], dtype=np.int32)

    def work() -> object:
        model = highspy.Highs()  # type: ignore[no-untyped-call]
        model.setOptionValue("output_flag", False)
        model.setOptionValue("threads", 1)
        model.setOptionValue("mip_rel_gap", 0.0)
        model.passModel(_arrays(given, programme.integer))
        for c in slack:
            model.changeColBounds(c, 0.0, 0.0)
        if _least(model, programme.disruption) is not None:
            return model
        for c in slack:
            model.changeColBounds(c, 0.0, np.inf)
        for terms in classes:
            value = _least(model, terms)
            columns = np.array(list(terms), dtype=np.int32)
            model.addRow(
                -np.inf, (value or 0.0) + 1e-7, len(columns), columns, np.array(list(terms.values()))
            )
        _least(model, programme.disruption)
        return model

    return work


def _arrays(given: Matrix, integer: Sequence[bool]) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(given.cost), len(given.low)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.zeros(len(given.cost)), given.lower, given.upper
    lp.row_lower_, lp.row_upper_ = given.low, given.high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = given.starts, given.indices, given.values
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[flag] for flag in integer]
    return lp


def _least(model: highspy.Highs, terms: Mapping[int, float]) -> float | None:
    """Minimise; None where nothing satisfies the rows."""
    size = model.getNumCol()
    cost = np.zeros(size)
    for c, k in terms.items():
        cost[c] = k
    model.changeColsCost(size, np.arange(size, dtype=np.int32), cost)
    model.run()
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return float(model.getInfo().objective_function_value)


def ours(problem: Problem) -> Callable[[], object]:
    """S0 and S1 by the stages of this project, from the same programme."""
    programme = build(problem)
    return lambda: outlook(programme)


def spread(times: Sequence[float]) -> str:
    """Return median and worst."""
    return f"{statistics.median(times):>9.1f} {max(times):>8.1f}"


def sizes(numbers: Sequence[int], problems: int) -> None:
    """S0 and S1 beside raw HiGHS; whole proposals with prices; a changed limit on a kept model."""
    print("milliseconds of processor time, median and worst")
    print(f"{'n':>5} {'raw S0-S1':>18} {'ours S0-S1(S2)':>18} {'ratio':>6} {'proposal':>18} {'what-if':>18}")
    for n in numbers:
        alone, stages, whole, again = [], [], [], []
        for seed in range(problems):
            problem = random_problem(seed, n)
            alone.append(min(milliseconds(raw(problem), 3)))
            stages.append(min(milliseconds(ours(problem), 3)))
            whole.append(min(milliseconds(partial(reweigh, problem), 3)))
            kept = WhatIf(problem)
            again += [milliseconds(partial(kept.change, floor=f), 1)[0] for f in (0.5, 0.55, 0.65)]
        ratio = statistics.median(one / other for one, other in zip(stages, alone, strict=True))
        print(f"{n:>5} {spread(alone)} {spread(stages)} {ratio:>6.2f} {spread(whole)} {spread(again)}")


def many(sample: int) -> None:
    """A sample of schemes of 10 to 60 lines, without prices; what a thousand would take is reckoned from it."""
    rng = random.Random(1)
    problems = [random_problem(seed, rng.randint(10, 60)) for seed in range(sample)]
    times = [milliseconds(partial(reweigh, p, prices=False), 1)[0] for p in problems]
    priced = [milliseconds(partial(reweigh, p), 1)[0] for p in problems[: sample // 4]]
    print(f"1,000 schemes of 10-60 lines on one core, from {sample} of them: {sum(times) / sample:.0f} s; "
          f"with prices, from {sample // 4}: {sum(priced) / (sample // 4):.0f} s")  # fmt: skip


def grouped(count: int) -> None:
    """`count` groups of 40 lines, six of them shared, in one programme; then one group explained."""
    core = random_problem(7, 40).lines[:6]
    problems = {}
    for number in range(count):
        own = random_problem(1000 + number, 40)
        lines = [replace(line, block="core") for line in core]
        lines += [replace(line, code="G" + line.code) for line in own.lines[:34]]
        problems[f"g{number:03d}"] = replace(own, lines=tuple(lines))
    shared = [dict.fromkeys(problems, line.code) for line in core]
    found: dict[str, Proposal] = {}
    solved = milliseconds(lambda: found.update(propose_groups(problems, shared)), 1)[0]
    codes = {line.code for line in core}
    asked = milliseconds(lambda: explain_group(problems["g001"], found["g001"], codes), 1)[0]
    statuses = sorted({proposal.status for proposal in found.values()})
    print(
        f"{count} groups of 40 lines: {solved / 1e3:.1f} s ({', '.join(statuses)}); one explained: {asked:.0f} ms"
    )


def main(argv: Sequence[str]) -> None:
    quick = "--quick" in argv
    sizes((10, 30) if quick else (10, 30, 160), 5 if quick else 15)
    many(40 if quick else 200)
    grouped(30 if quick else 300)


if __name__ == "__main__":
    main(sys.argv[1:])
