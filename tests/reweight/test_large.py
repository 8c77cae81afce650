"""Thousands of lines still get an answer, and it says what was coarser."""

from __future__ import annotations

import random

from engine.model import Standard
from engine.reweight.answer import reweigh
from engine.reweight.problem import Line, Problem, Settings

CLASSES = ("prohibited", "restricted", "process", "output", "outcome", "guarded")


def test_two_thousand_lines():
    rng = random.Random(5)
    lines = []
    for i in range(2000):
        class_ = rng.choice(CLASSES)
        standard = Standard(catalogue="c", name="n", text="t", data_cost=rng.choice((0.0, 0.2)))
        lines.append(
            Line(
                code=f"I{i}", name=f"line {i}", block=f"B{i // 8}", e=float(rng.randint(1, 9)), class_=class_,
                identity=f"{rng.getrandbits(64):016x}", red=class_ == "prohibited", guarded=class_ == "guarded",
                substitute=standard,
            )
        )  # fmt: skip
    proposal = reweigh(Problem(tuple(lines), Settings(path_step=1.0)), prices=False)
    assert proposal.status == "optimal"
    assert proposal.notes[0].zh == "指标过多，改写哪些标准未逐项择优，改动可能略多于最少。"
    assert all(block.before == block.after for block in proposal.blocks)
    assert all(line.kept == 0 for line, source in zip(proposal.lines, lines, strict=False) if source.red)
    floor = next(row for row in proposal.constraints if row.id == "floor")
    assert floor.value >= floor.limit - 1e-6
