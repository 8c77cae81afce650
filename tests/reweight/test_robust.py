"""Actions under unsure labels."""

from __future__ import annotations

from engine.model import Standard
from engine.reweight.answer import reweigh
from engine.reweight.problem import Line, Problem, Settings, override
from engine.reweight.robust import standing

STANDARD = Standard(catalogue="c", name="n", text="t")
LIMITS = Settings(cap=0.1, floor=0.2, path_step=1.0, largest_line=None)


def line(code: str, e: float, class_: str, p: float, **changes) -> Line:
    return Line(
        code=code,
        name=code,
        block="A",
        e=e,
        class_=class_,
        identity=code,
        p=p,
        substitute=STANDARD,
        **changes,
    )


def problem(p: float) -> Problem:
    return Problem(
        (
            line("a", 20, "restricted", p),
            line("b", 30, "outcome", 0.0),
            line("c", 10, "prohibited", 1.0, red=True),
        ),
        LIMITS,
    )


def test_a_sure_label_stands_in_every_draw():
    assert {s.code: (s.action, s.share) for s in standing(problem(1.0), draws=20).lines} == {
        "a": ("rewrite", 1.0), "b": ("keep", 1.0), "c": ("rewrite", 1.0),
    }  # fmt: skip


def test_an_unsure_label_stands_as_often_as_it_is_drawn():
    found = {s.code: s for s in standing(problem(0.7), draws=400, seed=3).lines}
    assert abs(found["a"].share - 0.7) < 0.08
    assert not found["a"].is_firm
    assert found["c"].is_firm
    assert standing(problem(0.7), draws=50) == standing(problem(0.7), draws=50)


def test_the_expected_cap_counts_by_probability():
    settings = override(LIMITS, {"expected_cap": 1})
    lines = (line("a", 20, "process", 0.6), line("b", 80, "outcome", 0.0))
    assert reweigh(Problem(lines, LIMITS)).lines[0].action == "keep"
    found = reweigh(Problem(lines, settings))
    cap = next(row for row in found.constraints if row.id == "cap")
    # 16.67 points would do; 17 would break the row, so whole steps take 16.
    assert (cap.limit, cap.value, found.lines[0].kept) == (10, 9.6, 16)
