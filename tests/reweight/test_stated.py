"""Rows that a person states, on random schemes: they hold as printed, up to the relaxation that is told."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model import Judgement, UnitScores
from engine.reweight.answer import reweigh
from engine.reweight.judged import judged
from engine.reweight.ranks import rank_report
from engine.reweight.stated import stated_rows
from engine.reweight.wishes import Wishes
from tests.reweight.schemes import problems
from tests.reweight.test_properties import EASY

UNITS = ("甲", "乙", "丙")


@given(problems(), st.integers(0, 99), st.sampled_from((0.0, 1.0, 5.0)))
@settings(EASY, max_examples=60)
def test_no_unit_moves_by_more_than_asked_and_told(problem, seed, most):
    rng = random.Random(seed)
    table = tuple(tuple(x.e * rng.randint(0, 10) / 10 for x in problem.lines) for _ in UNITS)
    scores = UnitScores(UNITS, tuple(x.code for x in problem.lines), table)
    rows = stated_rows(problem, Wishes(scores=scores, max_change=most))
    found = reweigh(replace(problem, rows=rows), prices=False)
    if found.status == "infeasible":
        return
    by = {r.id: r.by for r in found.relaxations}
    report = rank_report(UNITS, found.lines, np.array(table), max_change=most)
    for unit in report.units:
        change = unit.total_after - unit.total_before
        assert change <= most + by.get(f"unit:{unit.unit}:upper", 0.0) + 1e-4
        assert -change <= most + by.get(f"unit:{unit.unit}:lower", 0.0) + 1e-4
    gave_way = {name.split(":")[1] for name in by if name.startswith("unit:")}
    assert set(report.beyond) <= gave_way


@given(problems(most=8), st.integers(0, 99))
@settings(EASY, max_examples=60)
def test_ratios_are_kept_or_told(problem, seed):
    rng = random.Random(seed)
    codes = [x.code for x in problem.lines if x.kind == "base"]
    if len(codes) < 2:
        return
    rng.shuffle(codes)
    asked = Judgement(where="j.yaml, judgement 1", title="1", method="rr", of=tuple(codes[:4]))
    rows = stated_rows(problem, Wishes(judgements=(asked,)))
    problem = replace(problem, rows=rows)
    found = reweigh(problem, prices=False)
    if found.status == "infeasible":
        return
    after = {line.code: line.after for line in found.lines}
    by = {r.id: r.by for r in found.relaxations}
    for row in rows:
        value = math.fsum(k * after[code] for code, k in row.terms)
        short = value - row.limit if row.sense == "<=" else row.limit - value
        assert short <= by.get(row.id, 0.0) + 1e-4
    (told,) = judged(problem, found, (asked,), None)
    assert told.is_kept is not any(row.id in by for row in rows)
