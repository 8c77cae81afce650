"""From an audit to a proposal and to the proposed scheme."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from engine.audit import Auditor
from engine.errors import SchemeError
from engine.intake import read_schemes
from engine.knowledge import load_knowledge
from engine.model import (
    Attribute,
    Audit,
    Block,
    Classification,
    Finding,
    Indicator,
    Provenance,
    Scheme,
    Score,
    Text,
)
from engine.propose import problem_for, propose, proposed_scheme
from engine.reweight.problem import Prices
from engine.reweight.setup import LEVER_PRICES, prices_of
from engine.scoring import effective_points

DEV = Path(__file__).parent / "data" / "schemes_dev.jsonl"
LEVELS = {
    "prohibited": "activity", "restricted": "process", "required": "process", "process": "process",
    "output": "output_volume", "outcome": "outcome", "guarded": "outcome", "internal": "conduct",
    "unclear": "unclear",
}  # fmt: skip
NOTHING = Text(zh="", en="")


@pytest.fixture(scope="module")
def auditor() -> Auditor:
    return Auditor(load_knowledge(), engine="plain")


def audit_of(*pairs: tuple[Indicator, str], profile: str = "township", **scheme) -> Audit:
    """An audit with the classes given; every prohibited line has a finding that prohibits its measure."""
    indicators = tuple(line for line, _ in pairs)
    classes = tuple(
        Classification(code=line.code, level=LEVELS[name], class_=name, formalistic="no", p=0.1,
                       guard="petition_count" if name == "guarded" else None)
        for line, name in pairs
    )  # fmt: skip
    findings = tuple(
        Finding(rule="F001", name="app-time", severity="error", effect="prohibit", subject="line",
                codes=(line.code,), title=NOTHING, message=NOTHING, fix=NOTHING, stage="institution",
                mechanism="resource", path="institution")
        for line, name in pairs
        if name == "prohibited"
    )  # fmt: skip
    return Audit(
        scheme=Scheme(title="考核方案", indicators=indicators, **scheme), profile=profile, profile_title=NOTHING, profile_reason=NOTHING,
        as_of="2026-11-24", classifications=classes, findings=findings, not_checked=(), scores=(),
        headline=Score(name="headline", value=0, meaning=NOTHING), limits=(),
        provenance=Provenance(quanheng="0", engine="plain", ruleset_sha256="", input_sha256="", as_of=""),
    )  # fmt: skip


def base(code: str, points: float | None, name: str = "工作落实", block: str = "甲", **more) -> Indicator:
    return Indicator(code=code, name=f"{name}{code}", block=block, points=points, **more)


def test_a_red_line_keeps_its_points_under_a_new_standard(auditor):
    audit = audit_of((base("1", 5, "App登录时长"), "prohibited"), (base("2", 15, "问题解决率"), "outcome"))
    proposal = propose(auditor, audit)
    red = proposal.lines[0]
    assert (proposal.status, red.action, red.kept, red.rewritten) == ("optimal", "rewrite", 0, 5)
    assert red.reason.zh == "红线类，现有计分方式不得作为考评依据，改写标准，分值不变"
    assert "公式" in red.standard.text and "5分" in red.standard.text
    changed = proposed_scheme(audit, proposal).indicators[0]
    assert (changed.name, changed.criterion) == (red.standard.name, red.standard.text)
    assert changed.attributes["standard"] == Attribute(value=red.standard.catalogue, basis="stated")


def test_frozen_and_inherited_lines_stand(auditor):
    inherited = base("2", 6, attributes={"inherited": Attribute(value=True, basis="stated")})
    audit = audit_of(
        (base("1", 8), "required"), (inherited, "restricted"), (base("3", 4), "unclear"),
        (base("4", None), "process"), (base("5", 9), "restricted"),
    )  # fmt: skip
    lines = {line.code: line for line in propose(auditor, audit, locks=["5"]).lines}
    assert {code: (line.action, line.after) for code, line in lines.items()} == {
        "1": ("frozen", 8), "2": ("frozen", 6), "3": ("frozen", 4), "4": ("frozen", 0), "5": ("frozen", 9),
    }  # fmt: skip
    assert lines["3"].reason.zh == "缺评分标准，请责任单位补充；分值暂不动"
    assert lines["5"].reason.zh == "按要求锁定，分值和标准不动"


def test_nothing_adjustable_is_nothing_to_do(auditor):
    proposal = propose(auditor, audit_of((base("1", 8), "required"), (base("2", 2), "internal")))
    assert (proposal.status, proposal.disruption) == ("optimal", 0)
    assert {row.id for row in proposal.constraints if row.state == "not_checked"} >= {"cap", "floor"}


def test_deductions_change_by_rate_and_pools_still_add_up(auditor):
    deductions = [
        Indicator(
            code=f"D{n}", name=f"未报送材料{n}", block="扣分", kind="deduction", rate=0.5 * n, pool=20.0
        )
        for n in (1, 2, 3)
    ]
    audit = audit_of(
        (deductions[0], "restricted"), (deductions[1], "outcome"), (deductions[2], "prohibited"),
        total=40, blocks=(Block(name="扣分", points=20),),
    )  # fmt: skip
    proposal = propose(
        auditor, audit, settings={"cap": 0.0, "largest_line": 1.0}, levers=("rewrite", "shift")
    )
    after = proposed_scheme(audit, proposal)
    shares = {found.code: found.value for found in effective_points(after)}
    assert sum(shares.values()) == pytest.approx(20.0, abs=1e-4)
    for line in proposal.lines:
        assert shares[line.code] == pytest.approx(line.after, abs=1e-4)
        assert line.rate_after == pytest.approx(line.rate_before * line.after / line.before, abs=1e-5)


@pytest.mark.parametrize("total", [40.0, 100.0, 200.0, 1000.0])
def test_any_total_gives_the_same_proposal_in_proportion(auditor, total):
    unit = total / 40
    audit = audit_of(
        (base("1", 10 * unit), "restricted"), (base("2", 10 * unit), "process"),
        (base("3", 10 * unit), "outcome"), (base("4", 10 * unit), "output"), total=total,
    )  # fmt: skip
    proposal = propose(auditor, audit, step=unit)
    assert [line.action for line in proposal.lines].count("rewrite") == 1
    assert proposal.lines[0].action == "rewrite"
    assert sum(line.after for line in proposal.lines) == pytest.approx(total)


def test_half_points_stay_half_points(auditor):
    audit = audit_of((base("1", 2.5), "restricted"), (base("2", 0.5), "outcome"), (base("3", 7), "process"))
    proposal = propose(auditor, audit)
    assert proposal.step == 0.5
    assert all(math.isclose(line.after * 2 % 1, 0.0, abs_tol=1e-9) for line in proposal.lines)


def test_the_path_climbs_and_is_kept(auditor):
    audit = audit_of(*((base(str(n), 5), "process" if n else "outcome") for n in range(20)))
    proposal = propose(auditor, audit)
    assert [round(year.floor, 3) for year in proposal.years] == [0.25, 0.425, 0.6]
    assert [year.rewritten for year in proposal.years] == sorted(year.rewritten for year in proposal.years)
    after = proposed_scheme(audit, proposal)
    assert after.path.outcome_share == pytest.approx(0.05)
    rewritten = {line.code for line in proposal.lines if line.action == "rewrite"}
    assert set(after.path.rewritten) == rewritten
    again = audit.model_copy(update={
        "scheme": after,
        "classifications": tuple(
            found.model_copy(update={"class_": "outcome", "level": "outcome"}) if found.code in rewritten else found
            for found in audit.classifications
        ),
    })  # fmt: skip
    assert {line.action for line in propose(auditor, again).lines} == {"keep"}
    second = again.model_copy(
        update={"scheme": after.model_copy(update={"path": after.path.model_copy(update={"year": 2})})}
    )
    assert sum(line.action == "rewrite" for line in propose(auditor, second).lines) > 0


def test_without_blocks_points_move_within_the_scheme(auditor):
    audit = audit_of(
        (base("1", 10, block=""), "outcome"), (base("2", 10, block=""), "internal"),
        (base("3", 20, block=""), "process"),
    )  # fmt: skip
    proposal = propose(auditor, audit, levers=("shift",), settings={"largest_line": 1.0})
    assert [line.reason.zh for line in proposal.lines if line.action == "raise"] == [
        "结果类，方案内调入 6 分"
    ]
    block = next(row for row in proposal.constraints if row.id.startswith("block"))
    assert block.text.zh == "方案合计不变"


def test_in_a_scheme_on_one_topic_the_title_says_what_a_line_is_about(auditor):
    audit = audit_of((base("1", 10, "责任落实"), "restricted"), profile="single_topic")
    named = audit.model_copy(update={"scheme": audit.scheme.model_copy(update={"title": "信访工作考核办法"})})
    general = named.model_copy(update={"profile": "township"})
    assert propose(auditor, named).lines[0].standard.name == "信访事项按期化解率（信访人确认）"
    assert "信访" not in propose(auditor, general).lines[0].standard.name


def test_no_two_new_standards_share_a_name(auditor):
    audit = audit_of(*((base(str(n), 5, "App登录时长"), "prohibited") for n in range(5)))
    names = [line.standard.name for line in propose(auditor, audit).lines]
    assert len(set(names)) == 5


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"locks": ["1"]}, "--lock 1: the line's present measure may not be scored"),
        ({"locks": ["9"]}, "--lock 9: the scheme has no such line"),
        ({"bounds": {"2": (8.0, 3.0)}}, "the lower bound 8 is above the upper bound 3"),
        ({"bounds": {"3": (1.0, None)}}, r"--bound 3: the line is frozen \(required\)"),
        ({"bounds": {"2": (math.nan, None)}}, "--bound 2: nan is not a number"),
        ({"settings": {"flor": 0.5}}, "--set flor: there is no such limit. Did you mean 'floor'"),
        ({"settings": {"floor": math.nan}}, "--set floor=nan: a limit is a number"),
        ({"levers": ("rewrite", "push")}, "--levers push: there is no such lever"),
        ({"step": -1.0}, "--step -1.0: a step is a number above 0"),
        ({"years": 4}, "years 4: a path has 1, 2 or 3 years"),
    ],
)  # fmt: skip
def test_wishes_that_cannot_be_meant(auditor, wishes, message):
    audit = audit_of((base("1", 5), "prohibited"), (base("2", 5), "process"), (base("3", 5), "required"))
    with pytest.raises(SchemeError, match=message):
        propose(auditor, audit, **wishes)


def test_points_that_are_no_number(auditor):
    with pytest.raises(SchemeError, match="line 1: points nan are not a number >= 0"):
        propose(auditor, audit_of((base("1", math.nan), "process")))


def test_one_line_only_and_a_total_of_nought(auditor):
    one = propose(auditor, audit_of((base("1", 100), "restricted")))
    assert (one.status, one.lines[0].action, one.lines[0].after) == ("optimal", "rewrite", 100)
    nought = propose(auditor, audit_of((base("1", 0), "restricted"), (base("2", 0), "outcome")))
    assert (nought.status, nought.disruption) == ("optimal", 0)


def test_blocks_that_do_not_add_up_keep_the_sum_of_their_lines(auditor):
    audit = audit_of(
        (base("1", 7), "restricted"), (base("2", 5), "outcome"), blocks=(Block(name="甲", points=20),)
    )
    proposal = propose(auditor, audit)
    assert [(block.before, block.after) for block in proposal.blocks] == [(12, 12)]


def test_problem_for_gives_the_problem_that_is_solved(auditor):
    audit = audit_of((base("1", 5), "restricted"), (base("2", 5), "outcome"))
    problem = problem_for(auditor, audit, settings={"cap": 0.2})
    assert (problem.settings.cap, problem.settings.floor, problem.step) == (0.2, 0.6, 1.0)


def test_prices_and_growth_come_from_the_profile_with_a_reason(auditor):
    audit = audit_of((base("1", 5), "restricted"), (base("2", 5, "群众满意度"), "outcome"))
    problem = problem_for(auditor, audit)
    assert problem.prices == Prices(rewrite=1, shift=2, new=3, cross=10, perception=3)
    limits = problem.settings
    assert (limits.growth_factor, limits.growth_points, limits.cross_share, limits.required_low) == (
        2,
        2,
        0.2,
        0.8,
    )
    assert [line.named for line in problem.lines] == [None, "群众满意度"]
    profile = auditor.knowledge.profiles["township"]
    dearer = profile.model_copy(update={"price_shift": profile.price_shift.model_copy(update={"value": 5.0})})
    assert prices_of(dearer).shift == 5
    assert all(getattr(profile, f"price_{name}").reason.zh for name in LEVER_PRICES)


@pytest.mark.parametrize("scheme", read_schemes(DEV), ids=lambda scheme: scheme.title[:20])
def test_every_public_scheme_gets_a_proposal_that_stands(auditor, scheme):
    audit = auditor.audit(scheme, as_of="2026-11-24")
    proposal = propose(auditor, audit)
    assert proposal.status in ("optimal", "relaxed")
    assert all(block.before == pytest.approx(block.after, abs=1e-6) for block in proposal.blocks)
    by_year = [year.rewritten for year in proposal.years]
    assert by_year == sorted(by_year)  # what one year rewrote stays so in the next
    for line in proposal.lines:
        assert (
            line.after <= max(2 * line.before, line.before + 2, 0.1 * line.after or 0) + 1e-6
            or line.action == "new"
        )
    after = auditor.audit(proposed_scheme(audit, proposal), as_of="2026-11-24")
    assert not [
        finding.rule
        for finding in after.findings
        if finding.effect == "prohibit" or (finding.effect == "carrier" and finding.severity != "info")
        if not finding.waived
    ]
    again = propose(auditor, after)
    assert [line.code for line in again.lines if line.is_changed] == []
