"""A kept model says what a fresh one says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import SchemeError
from engine.reweight.answer import reweigh
from engine.reweight.problem import Problem, Settings
from engine.reweight.whatif import WhatIf
from tests.reweight.schemes import problems
from tests.reweight.test_properties import EASY
from tests.reweight.test_reference import toy


@settings(EASY, max_examples=40)
@given(problems(most=9), st.lists(st.sampled_from((0.0, 0.2, 0.5, 0.8)), min_size=1, max_size=3))
def test_a_kept_model_says_what_a_fresh_one_says(problem, floors):
    kept = WhatIf(problem)
    for floor in floors:
        fresh = reweigh(replace(problem, settings=replace(problem.settings, floor=floor)), prices=False)
        changed = kept.change(floor=floor)
        assert [(line.code, line.kept, line.rewritten) for line in changed.lines] == [
            (line.code, line.kept, line.rewritten) for line in fresh.lines
        ]
        assert changed.relaxations == fresh.relaxations


def test_a_change_stays_until_the_next():
    kept = WhatIf(Problem(toy(), Settings()))
    assert kept.change(cap=0.3).disruption == 35
    assert kept.change(cap=0.0).disruption == 50
    with pytest.raises(SchemeError, match=r"--set kap: there is no such limit\. Did you mean 'cap'"):
        kept.change(kap=0.1)
