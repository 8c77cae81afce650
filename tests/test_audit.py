"""The audit as a whole: order, dates, waivers, what is not checked, failure of the engine, real schemes."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.audit import Auditor
from engine.errors import InferenceError, SchemeError
from engine.intake import read_schemes
from engine.model import Attribute, Indicator, Scheme, Waiver

DEV = Path(__file__).parent / "data" / "schemes_dev.jsonl"
AS_OF = "2026-06-01"
LIKES = {"name": "公众号点赞数", "criterion": "每篇点赞不少于50个", "points": 2}
FORMS = {"name": "系统填报及时率", "criterion": "每延迟一次扣0.2分", "points": 3}
SOLVED = {"name": "矛盾纠纷化解率", "criterion": "回访确认化解率达95%", "points": 5}


def scheme_of(*lines, **more):
    made = tuple(Indicator(**{"code": f"I{n:02}", **line}) for n, line in enumerate(lines, start=1))
    return Scheme(title="乡镇考核", indicators=made, **more)


def found(audit, rule):
    return [finding for finding in audit.findings if finding.rule == rule]


def test_findings_stand_by_severity_then_line_then_rule(auditor):
    audit = auditor.audit(scheme_of(FORMS, LIKES, SOLVED), as_of=AS_OF)
    heavy = {"error": 0, "warning": 1, "info": 2}
    keys = [heavy[f.severity] for f in audit.findings]
    assert keys == sorted(keys) and audit.findings[0].rule == "F002" and audit.findings[0].codes == ("I02",)


def test_the_basis_goes_by_carrier(auditor):
    cases = {
        "政务App点赞数": "app-measures-2026",
        "公众号点赞数": "fingertip-opinion-2023",
        "网络投票数": "burden-provisions-2024",
    }
    for name, source in cases.items():
        audit = auditor.audit(scheme_of({"name": name, "points": 2}), as_of=AS_OF)
        assert found(audit, "F002")[0].cites[0].source == source, name


@pytest.mark.parametrize(
    ("as_of", "severity", "said"),
    [
        ("2026-06-01", "error", "与《关于防治“指尖上的形式主义”的若干意见》要求不一致。"),
        ("2019-06-01", "warning", "自2023年12月起施行，此前的方案不溯及，今后不得如此设置。"),
    ],
)
def test_an_older_scheme_is_told_from_when(auditor, as_of, severity, said):
    (finding,) = found(auditor.audit(scheme_of(LIKES), as_of=as_of), "F002")
    assert (finding.severity, finding.effect) == (severity, "prohibit")
    assert finding.message.zh.endswith(said)


def test_before_one_source_the_next_in_force_is_named(auditor):
    line = {"name": "政务App点赞数", "points": 2}
    (finding,) = found(auditor.audit(scheme_of(line), as_of="2025-06-01"), "F002")
    assert finding.severity == "error" and finding.cites[0].source == "burden-provisions-2024"
    assert [c.in_force for c in finding.cites] == [True, False]


def waiver(rule, line="I01", until="2026-12-31", basis="县委办〔2026〕3号"):
    return Waiver(rule=rule, line=line, reason="汛期专项", basis=basis, approver="县考核办", until=until)


def test_a_waiver_marks_its_finding_and_no_other(auditor):
    audit = auditor.audit(scheme_of(FORMS, FORMS, waivers=(waiver("F107"),)), as_of=AS_OF)
    assert [(f.codes[0], f.waived) for f in found(audit, "F107")] == [("I01", True), ("I02", False)]
    assert found(audit, "A900") == []


@pytest.mark.parametrize(
    ("given", "line", "said"),
    [
        (
            waiver("F107", until="2026-05-31"),
            FORMS,
            "豁免（F107）已于2026-05-31到期，不再生效；如仍需要，请重新报批。",
        ),
        (waiver("F107"), SOLVED, "豁免（F107）没有对应的问题，请删除。"),
        (waiver("F002"), LIKES, "F002不得豁免，该项豁免不生效。"),
        (waiver("F999"), LIKES, "没有编号为F999的规则，该项豁免不生效。"),
        (waiver("F107", basis=" "), FORMS, "豁免（F107）须写明理由、依据、批准人。"),
    ],
)
def test_a_waiver_that_does_not_apply_is_a_finding(auditor, given, line, said):
    audit = auditor.audit(scheme_of(line, waivers=(given,)), as_of=AS_OF)
    assert [f.message.zh for f in found(audit, "A900")] == [said]
    assert not any(f.waived for f in audit.findings)


def test_a_waiver_applies_through_its_last_day(auditor):
    audit = auditor.audit(scheme_of(FORMS, waivers=(waiver("F107", until=AS_OF),)), as_of=AS_OF)
    assert found(audit, "F107")[0].waived


def test_a_waived_line_can_stand_in_the_headline(auditor):
    others = [dict(SOLVED, name=f"{what}问题解决率", criterion="经群众回访核验") for what in "水电路气网医"]
    before = auditor.audit(scheme_of(FORMS, *others), as_of=AS_OF).headline.value
    waived = scheme_of(FORMS, *others, waivers=(waiver("F107"),))
    assert auditor.audit(waived, as_of=AS_OF).headline.value - before == pytest.approx(100 * 3 / 33)


def test_select_and_ignore_go_by_prefix(auditor):
    scheme = scheme_of(FORMS, LIKES)
    assert {f.rule for f in auditor.audit(scheme, as_of=AS_OF, select=("F00",)).findings} == {"F002"}
    assert not [f for f in auditor.audit(scheme, as_of=AS_OF, ignore=("F",)).findings if f.rule[0] == "F"]


def test_a_waiver_of_a_rule_not_asked_is_left_alone(auditor):
    audit = auditor.audit(scheme_of(FORMS, waivers=(waiver("F107"),)), as_of=AS_OF, select=("S",))
    assert found(audit, "A900") == []


def test_what_is_unknown_is_said_and_never_silent(auditor):
    audit = auditor.audit(scheme_of(SOLVED), as_of=AS_OF)
    entry = next(e for e in audit.not_checked if e.rule == "X001")
    assert (entry.subject, entry.missing) == ("I01", ("target_excess",))
    stated = dict(
        SOLVED,
        attributes={
            n: Attribute(value=v, basis="stated") for n, v in (("target", 98), ("parent_target", 95))
        },
    )
    audit = auditor.audit(scheme_of(stated), as_of=AS_OF)
    assert found(audit, "X001") and not [e for e in audit.not_checked if e.rule == "X001"]


def test_an_engine_failure_is_a_failed_audit(knowledge):
    def broken(rules, facts):
        raise InferenceError("the engine lost a hit. Run it again.")

    with pytest.raises(InferenceError, match="lost a hit"):
        Auditor(knowledge, evaluate=broken).audit(scheme_of(SOLVED), as_of=AS_OF)


def test_an_unknown_profile_is_named(auditor):
    with pytest.raises(SchemeError) as caught:
        auditor.audit(scheme_of(SOLVED), as_of=AS_OF, profile="townshp")
    assert str(caught.value).startswith("profile 'townshp' is unknown. Did you mean 'township'?")


def test_explain_says_why_and_why_not(auditor):
    audit = auditor.audit(scheme_of(LIKES, SOLVED), as_of=AS_OF)
    (fired,) = auditor.explain("F002", audit, "I01")
    assert {(v.condition.field, v.holds) for v in fired} == {
        ("family_likes_shares", "true"), ("class_prohibited", "true"), ("scored", "true"),
    }  # fmt: skip
    (silent,) = auditor.explain("F002", audit, "I02")
    assert [v.condition.field for v in silent if v.holds == "false"] == [
        "family_likes_shares",
        "class_prohibited",
    ]
    (lacking,) = auditor.explain("X001", audit, "I02")
    assert [v.condition.field for v in lacking if v.holds == "missing"] == ["target_excess"]


def test_explain_of_nothing_is_an_error(auditor):
    audit = auditor.audit(scheme_of(LIKES), as_of=AS_OF)
    with pytest.raises(SchemeError, match="F02: no such rule"):
        auditor.explain("F02", audit, "I01")
    with pytest.raises(SchemeError, match="asks about a line; there is none of that name"):
        auditor.explain("F002", audit, "I99")


def test_the_same_input_gives_the_same_audit(auditor):
    scheme = scheme_of(FORMS, LIKES, SOLVED)
    assert auditor.audit(scheme, as_of=AS_OF) == auditor.audit(scheme, as_of=AS_OF)


def test_every_real_scheme_is_audited_and_red_lines_have_a_rule(auditor):
    for scheme in read_schemes(DEV):
        audit = auditor.audit(scheme, as_of=AS_OF)
        barred = {f.codes[0] for f in audit.findings if f.effect == "prohibit"}
        if any(f.rule == "S023" for f in audit.findings):  # a list of what is barred: nothing in it is scored
            assert not barred
            continue
        for line, kind in zip(scheme.indicators, audit.classifications, strict=True):
            if kind.class_ == "prohibited" and line.points != 0:
                assert line.code in barred, f"{scheme.title}: {line.name} is red-line and no rule says why"
        for finding in audit.findings:
            assert finding.codes or finding.subject in ("scheme", "block")


def test_party_duties_are_never_red_or_restricted(auditor):
    """The duty stands: at most its carrier is flagged, and its points stay."""
    names = (
        "三会一课",
        "组织生活会",
        "民主评议党员",
        "主题党日",
        "党费收缴",
        "理论学习中心组学习",
        "意识形态责任制",
        "发展党员",
    )
    for name in names:
        audit = auditor.audit(
            scheme_of({"name": name, "criterion": "按规定落实得3分", "points": 3}), as_of=AS_OF
        )
        hits = [
            f
            for f in audit.findings
            if f.subject == "line" and f.severity in ("error", "warning") and f.rule[0] in "FD"
        ]
        assert hits == [], (name, hits)


def test_no_standard_of_the_catalogue_is_itself_barred(auditor, knowledge):
    """A rewritten line is audited again: what we propose must stand."""
    for entry in knowledge.catalogue.values():
        line = {"name": entry.title.zh, "criterion": entry.standard.zh, "points": 3}
        audit = auditor.audit(scheme_of(line), as_of=AS_OF)
        heavy = [f for f in audit.findings if f.subject == "line" and f.severity == "error"]
        assert heavy == [], (entry.id, [f.message.zh for f in heavy])
        others = [
            f
            for f in audit.findings
            if f.subject == "line" and f.severity == "warning" and f.rule[0] in "DRAC"
        ]
        assert others == [], (entry.id, [f.message.zh for f in others])


@pytest.mark.parametrize(
    "title, said",
    [
        ("乡镇综合考核", "党政领导干部考核工作条例"),
        ("某国企党支部工作考核", "本工具设定"),
        ("年度考核表", "本工具设定"),
    ],
)
def test_a_basis_is_cited_only_for_those_it_binds(auditor, title, said):
    scheme = Scheme(title=title, indicators=(Indicator(code="1", name="重点工作", points=10),))
    found = [
        f for f in auditor.audit(scheme, profile="township", as_of="2026-06-01").findings if f.rule == "S007"
    ]
    assert found[0].cites[0].title == said
