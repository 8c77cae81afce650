"""The score vector: recountable, blind to order, unit and splitting, and honest about what is unclear."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import scoring
from engine.model import Attribute, Classification, Indicator, Scheme

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
LEVEL = {"outcome": "outcome", "unclear": "unclear", "internal": "conduct", "output": "output_quality"}
SHARES = [
    "red_line_share", "restricted_share", "outcome_share", "required_share", "unclear_share", "guarded_share",
    "formalistic_share",
]  # fmt: skip


def found(code, name, decision="no", p=0.1):
    return Classification(code=code, level=LEVEL.get(name, "process"), class_=name, formalistic=decision, p=p)


def scheme(points, **more):
    lines = tuple(
        Indicator(code=f"I{i:02d}", name=f"第{i}项", block="甲", points=p) for i, p in enumerate(points)
    )
    return Scheme(title="测试", indicators=lines, **more)


def vector(points, names, decisions=None, ps=None):
    made = scheme(points)
    decisions = decisions or ["no"] * len(points)
    ps = ps or [0.1] * len(points)
    classes = [
        found(line.code, n, d, p) for line, n, d, p in zip(made.indicators, names, decisions, ps, strict=True)
    ]
    return {s.name: s for s in scoring.score_vector(made, scoring.effective_points(made), classes)}


lines = st.lists(
    st.tuples(
        st.floats(0.5, 40),
        st.sampled_from(CLASSES),
        st.sampled_from(["yes", "no", "review"]),
        st.floats(0, 1),
    ),
    min_size=1,
    max_size=12,
)


@given(lines, st.randoms(use_true_random=False), st.floats(0.1, 50))
def test_order_and_unit_of_points_change_nothing(rows, random, unit):
    shuffled = rows[:]
    random.shuffle(shuffled)
    first = vector(*map(list, zip(*rows, strict=True)))
    second = vector(
        [p * unit for p, *_ in shuffled], *map(list, zip(*[r[1:] for r in shuffled], strict=True))
    )
    for name in [*SHARES, "breadth", "largest_line"]:
        for part in ("value", "low", "high"):
            assert getattr(first[name], part) == pytest.approx(getattr(second[name], part), abs=1e-9)


@given(lines, st.floats(0.05, 0.95))
def test_splitting_a_line_leaves_every_share(rows, cut):
    (points, *rest), others = rows[0], rows[1:]
    split = [(points * cut, *rest), (points * (1 - cut), *rest), *others]
    before = vector(*map(list, zip(*rows, strict=True)))
    after = vector(*map(list, zip(*split, strict=True)))
    for name in SHARES:
        assert before[name].value == pytest.approx(after[name].value, abs=1e-9)


@given(lines)
def test_intervals_hold_the_value_and_a_zero_line_changes_nothing(rows):
    before = vector(*map(list, zip(*rows, strict=True)))
    after = vector(*map(list, zip(*[*rows, (0.0, "unclear", "review", 0.5)], strict=True)))
    for name in SHARES:
        score = before[name]
        assert -1e-9 <= score.low <= score.value + 1e-9 <= score.high + 2e-9 <= 1 + 3e-9
        assert score.value == pytest.approx(after[name].value, abs=1e-9)
    assert before["breadth"].value == pytest.approx(after["breadth"].value)


def test_moving_points_moves_shares_by_exactly_that_much():
    before = vector([10, 20, 70], ["restricted", "outcome", "process"])
    after = vector([7, 23, 70], ["restricted", "outcome", "process"])
    assert before["restricted_share"].value - after["restricted_share"].value == pytest.approx(0.03)
    assert after["outcome_share"].value - before["outcome_share"].value == pytest.approx(0.03)


def test_headline_is_recounted_by_hand_and_no_finding_raises_it():
    made = scheme([15, 10, 15, 10, 10, 15, 15, 10])
    points = scoring.effective_points(made)
    classes = [found(line.code, "process") for line in made.indicators]
    flagged = {"I00": "error", "I01": "warning", "I02": "info"}
    assert scoring.headline(points, classes, flagged).value == pytest.approx(75.0)
    last = 100.0
    for code in [line.code for line in made.indicators]:
        flagged[code] = "warning"
        value = scoring.headline(points, classes, flagged).value
        assert value <= last
        last = value


def test_unclear_and_review_lines_stand_at_both_ends():
    scores = vector([40, 30, 30], ["unclear", "restricted", "outcome"], ["no", "review", "no"])
    assert (scores["restricted_share"].low, scores["restricted_share"].high) == (0.0, pytest.approx(0.7))
    assert (scores["outcome_share"].low, scores["outcome_share"].high) == (
        pytest.approx(0.3),
        pytest.approx(0.7),
    )


def test_deduction_lines_share_their_pool_by_rate_and_frequency():
    lines = (
        Indicator(code="a", name="火点", block="禁烧", kind="deduction", rate=5, pool=60),
        Indicator(code="b", name="督查", block="禁烧", kind="deduction", rate=10, pool=60, cap=15),
        Indicator(code="c", name="其他", block="禁烧", kind="base", points=40),
    )
    a, b, c = scoring.effective_points(Scheme(title="t", indicators=lines, total=100))
    assert (a.value, b.value, c.value) == (45.0, 15.0, 40.0)  # b stops at its cap, a takes the rest
    assert a.assumed and (a.low, a.high) == (0.0, 60.0)
    known = tuple(
        line.model_copy(update={"attributes": {"frequency": Attribute(value=f, basis="stated")}, "cap": None})
        for line, f in zip(lines[:2], (4, 1), strict=True)
    )
    a, b = scoring.effective_points(Scheme(title="t", indicators=known, total=100))
    assert (a.value, b.value, a.assumed) == (40.0, 20.0, False)


def test_a_bonus_counts_beside_the_base_and_without_a_cap_is_counted_as_uncapped():
    lines = (
        Indicator(code="a", name="基本", points=100),
        Indicator(code="b", name="表彰", kind="bonus", points=5),
        Indicator(code="c", name="创新", kind="bonus", rate=1),
    )
    made = Scheme(title="t", indicators=lines)
    points = scoring.effective_points(made)
    classes = [found(code, "process") for code in "abc"]
    scores = {s.name: s.value for s in scoring.score_vector(made, points, classes)}
    assert scores["bonus_weight"] == pytest.approx(0.05) and scores["uncapped_bonuses"] == 1


def test_a_second_system_for_one_datum_never_lowers_the_burden():
    def line(code, hours):
        stated = {
            "hours": Attribute(value=hours, basis="stated"),
            "data_item": Attribute(value="人口台账", basis="stated"),
        }
        return Indicator(code=code, name=code, points=1, attributes=stated)

    def burden(*made):
        whole = Scheme(title="t", indicators=made)
        scores = scoring.score_vector(
            whole, scoring.effective_points(whole), [found(i.code, "process") for i in made]
        )
        return {s.name: s.value for s in scores}

    assert burden(line("a", 3))["burden_hours"] == 3
    both = burden(line("a", 3), line("b", 2))
    assert (both["burden_hours"], both["duplicate_data"]) == (3, 1)


def test_a_scheme_without_points_has_no_shares_and_does_not_fail():
    scores = vector([0, 0], ["outcome", "restricted"])
    assert scores["outcome_share"].value == 0 and scores["breadth"].value == 0
    assert scores["data_risk_share"].value is None


@given(st.lists(st.floats(0.1, 20), min_size=1, max_size=8), st.floats(0.1, 100))
def test_a_pool_is_divided_whole_and_no_cap_is_passed(rates, pool):
    caps = np.array([pool / 2 if i % 2 else np.inf for i in range(len(rates))])
    shares = scoring.pool_shares(np.array(rates), caps, pool)
    assert shares.sum() == pytest.approx(pool) and (shares <= caps + 1e-9).all()
