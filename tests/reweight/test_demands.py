"""Role-specific points, platform figures, data risk, resources: small schemes reckoned by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.audit import Auditor
from engine.errors import SchemeError
from engine.knowledge import load_knowledge
from engine.model import Attribute, Indicator, Scheme, Standard
from engine.propose import problem_for, propose
from engine.reweight.answer import reweigh
from engine.reweight.problem import Line, Problem, Settings, override

FREE = Settings(cap=None, floor=None, largest_line=None)
SWAP = Standard(catalogue="c", name="n", text="t")


def line(code: str, e: float, class_: str = "process", **changes) -> Line:
    return Line(code=code, name=f"name {code}", block="A", e=e, class_=class_, identity=code, **changes)


def answer(lines: tuple[Line, ...], settings: Settings, levers=("rewrite", "shift")):
    proposal = reweigh(Problem(lines, settings, levers=levers))
    after = {found.code: (found.kept, found.rewritten) for found in proposal.lines}
    return proposal, after, {row.id: row for row in proposal.constraints}


def test_role_specific_points_reach_their_share():
    # B = 20, σ = .30: 6 points. b (outcome, role-specific, 4) rises by 2 and a gives them: 2 · 2 = 4.
    lines = (
        line("a", 12, role_specific=False), line("b", 4, "outcome", role_specific=True),
        line("c", 4, "outcome", role_specific=False),
    )  # fmt: skip
    proposal, after, rows = answer(lines, replace(FREE, role_share=0.3))
    assert (proposal.status, proposal.disruption) == ("optimal", 4)
    assert after == {"a": (10, 0), "b": (6, 0), "c": (4, 0)}
    assert (rows["role_share"].limit, rows["role_share"].value, rows["role_share"].state) == (6, 6, "active")
    assert rows["role_share"].text.zh == "岗位差异化分值不低于可调分值的30%"


def test_a_rewritten_line_stays_role_specific():
    lines = (
        line("a", 10, "restricted", role_specific=True, substitute=SWAP),
        line("b", 10, role_specific=False),
    )
    _, after, rows = answer(lines, replace(FREE, cap=0.0, role_share=0.5))
    assert after["a"] == (0, 10) and rows["role_share"].value == 10


def test_platform_points_weigh_at_most_half_of_outcomes():
    # Digital 8, outcome 4. Rewriting a (k = 0, price 1 a point) turns 8 digital points into outcomes: 8.
    # Shifting instead: x ≤ .5 (4 + y), x = 8 − y → y = 4, at 2 a point also 8; fewer standards: shift.
    lines = (line("a", 8, digital=True), line("b", 4, "outcome"))
    proposal, after, rows = answer(lines, replace(FREE, digital_ratio=0.5))
    assert (proposal.disruption, after) == (8, {"a": (4, 0), "b": (8, 0)})
    assert (rows["digital_ratio"].value, rows["digital_ratio"].state) == (0, "active")
    rewritable = (replace(lines[0], substitute=SWAP), replace(lines[1], high=4.0))
    proposal, after, _ = answer(rewritable, replace(FREE, digital_ratio=0.5))
    assert (proposal.disruption, after["a"]) == (8, (0, 8))


def test_without_any_outcome_the_ratio_can_only_be_taken_away():
    proposal, _, _ = answer(
        (line("a", 8, digital=True),), replace(FREE, digital_ratio=0.5), levers=("shift",)
    )
    (gave_way,) = proposal.relaxations
    assert [option.value for option in gave_way.options] == ["digital_ratio=inf"]
    assert gave_way.options[0].text.zh == "不设线上取证分值与结果类之比上限"
    assert override(replace(FREE, digital_ratio=0.5), {"digital_ratio": float("inf")}).digital_ratio is None
    with pytest.raises(SchemeError, match="--set floor=inf: a limit is a number"):
        override(FREE, {"floor": float("inf")})


def test_data_risk_falls_by_rewriting_what_is_shaped_most():
    # Σ r·e = .8·10 + .2·10 = 10 > .4 · 20 = 8. Rewriting a leaves .06·10 + 2 = 2.6; price 10.
    # Shifting y from a to b: .8(10 − y) + .2(10 + y) ≤ 8 → y = 3.33, whole steps 4, price 8: cheaper.
    lines = (
        line("a", 10, "process", risk=0.8, substitute=SWAP),
        line("b", 10, "outcome", risk=0.2),
    )
    proposal, after, rows = answer(lines, replace(FREE, data_risk=0.4))
    assert after == {"a": (6, 0), "b": (14, 0)}
    assert rows["data_risk"].limit == 8 and rows["data_risk"].value == pytest.approx(0.8 * 6 + 0.2 * 14)
    assert proposal.rounding_loss == pytest.approx(2 * (4 - 10 / 3), abs=1e-5)
    bounded = (lines[0], replace(lines[1], high=10.0))
    _, after, rows = answer(bounded, replace(FREE, data_risk=0.4))
    assert after["a"] == (0, 10) and rows["data_risk"].value == pytest.approx(0.6 + 2.0)


def test_points_do_not_go_where_the_means_do_not():
    # The floor asks for 12 outcome points of 20; b has no means, so all four go to c.
    lines = (
        line("a", 12, resourced=True), line("b", 4, "outcome", resourced=False),
        line("c", 4, "outcome", resourced=True),
    )  # fmt: skip
    limits = replace(FREE, floor=0.6, path_step=1.0)
    _, after, _ = answer(lines, limits)
    assert after["b"][0] > 4
    _, after, rows = answer(lines, replace(limits, unresourced_rise=0.0))
    assert after == {"a": (8, 0), "b": (4, 0), "c": (8, 0)}
    assert (rows["resources"].limit, rows["resources"].state) == (4, "active")
    _, after, rows = answer(lines, replace(limits, unresourced_rise=0.1))
    assert rows["resources"].limit == 6 and after["b"][0] <= 6


@pytest.mark.parametrize(
    ("setting", "row", "attribute"),
    [
        ({"role_share": 0.3}, "role_share", "未注明是否岗位专属（role_specific）"),
        ({"data_risk": 0.5}, "data_risk", "未注明数据来源（data_origin）"),
        ({"unresourced_rise": 0.0}, "resources", "未注明是否有资源保障（resourced）"),
    ],
)
def test_where_one_line_says_nothing_the_row_is_not_checked(setting, row, attribute):
    full = {"role_specific": True, "risk": 0.5, "resourced": True}
    lines = (line("a", 5, **full), line("b", 5), line("c", 0))
    _, _, rows = answer(lines, replace(FREE, **setting))
    assert rows[row].state == "not_checked" and f"：b{attribute}，未检查" in rows[row].text.zh
    many = tuple(line(code, 5) for code in "abcde")
    _, _, rows = answer(many, replace(FREE, **setting))
    assert f"：a、b、c等5项{attribute}" in rows[row].text.zh
    assert ": a, b, c and 2 more without" in rows[row].text.en
    _, _, rows = answer(many, FREE)
    assert row not in rows


@pytest.fixture(scope="module")
def auditor() -> Auditor:
    return Auditor(load_knowledge(), engine="plain")


def test_the_profile_asks_and_the_full_form_answers(auditor):
    def stated(**values):
        return {name: Attribute(value=value, basis="stated") for name, value in values.items()}

    known = stated(role_specific=True, resourced=True, data_origin="register", outside_verifier=True)
    lines = [
        Indicator(
            code=f"I{n}", name=f"河道水质达标率{n}", criterion="达标率不低于90%", points=5, attributes=known
        )
        for n in range(4)
    ]
    made = Scheme(title="乡镇综合考核", profile="township", indicators=tuple(lines))
    audit = auditor.audit(made, as_of="2026-11-24")
    proposal = propose(auditor, audit)
    rows = {row.id: row for row in proposal.constraints}
    assert {rows[name].state for name in ("role_share", "data_risk", "resources") if name in rows} <= {
        "active", "slack",
    }  # fmt: skip
    by_hand = sum(0.2 * 0.2 * found.kept + 0.3 * 0.2 * found.rewritten for found in proposal.lines)
    assert rows["data_risk"].value == pytest.approx(by_hand)
    silent = made.model_copy(
        update={"indicators": tuple(x.model_copy(update={"attributes": {}}) for x in lines)}
    )
    rows = {row.id: row for row in propose(auditor, auditor.audit(silent, as_of="2026-11-24")).constraints}
    assert {rows[name].state for name in ("role_share", "data_risk", "resources")} == {"not_checked"}
    topic = problem_for(auditor, auditor.audit(made, profile="single_topic", as_of="2026-11-24"))
    asks = topic.settings
    assert (asks.role_share, asks.digital_ratio, asks.data_risk, asks.unresourced_rise) == (
        None,
        None,
        None,
        None,
    )
