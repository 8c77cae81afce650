"""Several schemes side by side: what is read from standards, how schemes relate, findings, output, exit code."""

from __future__ import annotations

import json
import shlex

import jsonschema
import pytest

from engine.audit import Auditor
from engine.cli import main
from engine.errors import SchemeError
from engine.facts.demands import demands, earlier_deadline, opposite_bounds, tighter_bound
from engine.facts.overlap import matches
from engine.facts.relation import Held, relation
from engine.knowledge import load_knowledge
from engine.model import Attribute, Indicator, Scheme, Waiver
from engine.report.contract import json_schema
from engine.scoring import effective_points

AS_OF = "2026-06-01"
KNOWLEDGE = load_knowledge()
FILES = "examples/across/county.yaml examples/across/township.yaml"


def scheme(title, *lines, **more):
    made = tuple(
        Indicator(
            code=str(n),
            **{k: v for k, v in {"points": 10, **line}.items() if k != "attributes"},
            attributes={k: Attribute(value=v, basis="stated") for k, v in line.get("attributes", {}).items()},
        )
        for n, line in enumerate(lines, start=1)
    )
    return Scheme(title=title, indicators=made, **more)


def asked(criterion):
    return demands(Indicator(code="1", name="指标", criterion=criterion))


@pytest.fixture(scope="module")
def across():
    return Auditor(KNOWLEDGE, engine="plain").audit_across


@pytest.mark.parametrize(
    ("criterion", "bounds"),
    [
        ("化解率不低于95%得满分", [("least", 95, "%")]),
        ("化解率达到95%以上得满分，达到90%得5分", [("least", 95, "%"), ("least", 90, "%")]),
        ("低于95%的扣2分", [("least", 95, "%")]),
        ("未达到95%不得分", [("least", 95, "%")]),
        ("超过5件的扣1分", [("most", 5, "件")]),
        ("控制在20%以内得满分", [("most", 20, "%")]),
        ("发案率不超过3‰", [("most", 3, "‰")]),
        ("满意率90%以上", [("least", 90, "%")]),
        ("低于85%-5", [("least", 85, "%")]),
        ("打不开次数达5%即否决", [("most", 5, "%")]),
        ("不低于70%否则扣2分", [("least", 70, "%")]),
        ("一次死亡3人以上责任事故", []),
        ("每低1个百分点扣1分", []),
        ("每超过1件扣1分", []),
        ("占总分30%", []),
    ],
)
def test_bounds_are_read_as_they_bind(criterion, bounds):
    assert [(b.sense, b.value, b.unit) for b in asked(criterion).bounds] == bounds


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ("每发生1件扣1分", "less"),
        ("每受理1件加0.5分", "more"),
        ("每少1件扣1分", "more"),
        ("每降低1个百分点加1分", "less"),
        ("每件逾期扣1分", None),
        ("每未办结1件扣1分", None),
        ("每增加1件加1分，每起扣2分", None),
        ("公文超期每条扣5分", None),
        ("指标每增1件扣1分", "less"),
        ("按完成情况计分", None),
    ],
)
def test_a_direction_is_read_or_left_open(criterion, found):
    direction = asked(criterion).direction
    assert (direction.wants if direction else None) == found


@pytest.mark.parametrize(
    ("lower", "upper", "is_earlier"),
    [
        ("6月20日前完成", "6月30日前完成", True),
        ("6月底前完成", "6月30日前完成", False),
        ("6月30日前完成", "7月10日前完成", True),
        ("2025年6月30日前完成", "2026年5月30日前完成", False),
        ("每月20日前报送", "每月25日前报送", True),
        ("24小时内办结", "3天内办结", True),
        ("3个工作日内办结", "5天内办结", False),
        ("3个工作日内办结", "5个工作日内办结", True),
    ],
)
def test_deadlines_compare_within_their_kind(lower, upper, is_earlier):
    assert (earlier_deadline(asked(lower), asked(upper)) is not None) == is_earlier


def test_targets_compare_by_sense_and_unit_and_quote_both():
    mine, theirs = tighter_bound(asked("达到98%得满分"), asked("达到95%得满分，达到90%得5分"))
    assert (mine.words.text, theirs.words.text) == ("达到98%", "达到95%")
    assert tighter_bound(asked("不超过3件"), asked("不超过5件"))
    assert not tighter_bound(asked("不超过5件"), asked("不超过3件"))
    assert not tighter_bound(asked("达到98件"), asked("达到95%"))
    assert opposite_bounds(asked("不低于30%"), asked("控制在20%以内"))
    assert not opposite_bounds(asked("不低于20%"), asked("控制在20%以内"))


def test_each_line_is_in_one_match_and_the_likest_first():
    ours = scheme("甲", {"name": "矛盾纠纷排查化解率"}, {"name": "矛盾纠纷排查化解"}).indicators
    theirs = scheme("乙", {"name": "矛盾纠纷排查化解"}).indicators
    assert [(m.first, m.second) for m in matches(ours, theirs)] == [(1, 0)]


def related(a, b):
    return relation(Held(1, a, effective_points(a)), Held(2, b, effective_points(b)))


def test_the_lower_tier_comes_first_and_departments_have_no_tier():
    town, village = (
        scheme("a", {"name": "某项"}, tier="township"),
        scheme("b", {"name": "某项"}, tier="village"),
    )
    found = related(town, village)
    assert (found.lower.number, found.tier_gap) == (2, 1)
    assert related(town, scheme("c", {"name": "某项"}, tier="department")).tier_gap is None


def test_schemes_that_share_few_lines_are_not_alike():
    shared = {"name": "群众满意度", "points": 5}
    a = scheme("a", shared, {"name": "行政处罚合法率", "points": 95})
    b = scheme("b", shared, {"name": "企业开办时长", "points": 95})
    assert related(a, b).likeness < 0.01
    assert related(a, a).likeness == pytest.approx(1)


def test_one_datum_of_three_departments_is_one_finding_with_its_collector(across):
    def demanding(title, owner, hours):
        line = {
            "name": title + "台账",
            "attributes": {"data_item": "低保名单", "owner": owner, "hours": hours},
        }
        return scheme(title, line)

    found = across(
        (demanding("民政", "民政局", 3), demanding("乡振", "民政局", 2), demanding("残联", "残联", 1)),
        as_of=AS_OF,
    ).findings
    assert [(f.rule, f.codes) for f in found] == [("X101", ("1#1", "2#1", "3#1"))]
    assert "建议由民政局统一采集一次，每周可省3小时" in found[0].message.zh
    assert "Let 民政局 collect it once: 3 hours a week are saved" in found[0].message.en


def test_both_engines_say_the_same():
    schemes = [
        scheme(
            f"方案{n}",
            {"name": "矛盾纠纷化解率", "criterion": f"达到{90 + n}%得满分"},
            {"name": "信访受理", "criterion": ("每受理1件加1分", "每发生1件扣1分")[n % 2]},
            tier=("township", "village", "grid")[n % 3],
        )
        for n in range(6)
    ]
    left = Auditor(KNOWLEDGE).audit_across(schemes, as_of=AS_OF)
    right = Auditor(KNOWLEDGE, engine="plain").audit_across(schemes, as_of=AS_OF)
    assert left.findings == right.findings and left.not_checked == right.not_checked
    assert {"X104", "X106"} <= {f.rule for f in left.findings}


def test_quotes_stand_where_they_say(across):
    schemes = (
        scheme("县", {"name": "办结率", "criterion": "办结率达到９５％得满分"}, tier="township"),
        scheme("镇", {"name": "办结率", "criterion": "办结率须达到98%得满分"}, tier="village"),
    )
    (found,) = [f for f in across(schemes, as_of=AS_OF).findings if f.rule == "X106"]
    assert found.codes == ("2#1", "1#1") and [q.text for q in found.quotes] == ["达到98%", "达到９５％"]
    for quote in found.quotes:
        number, code = quote.code.split("#")
        line = next(i for i in schemes[int(number) - 1].indicators if i.code == code)
        assert line.criterion[quote.start : quote.end] == quote.text
    assert [e.text for e in found.evidence] == ["达到98%"], "evidence is of the first line"


def test_a_waiver_covers_the_line_and_is_no_waiver_of_the_scheme_alone(across):
    waiver = Waiver(
        rule="X106", line="1", reason="试点", basis="县办〔2026〕1号", approver="县委办", until="2026-12-31"
    )
    upper = scheme("县", {"name": "办结率", "criterion": "达到95%得满分"}, tier="township")
    lower = scheme("镇", {"name": "办结率", "criterion": "达到98%得满分"}, tier="village", waivers=(waiver,))
    found = across((upper, lower), as_of=AS_OF)
    assert [(f.rule, f.waived) for f in found.findings if f.rule in ("X106", "A900")] == [("X106", True)]
    assert found.count("warning") == 0
    alone = Auditor(KNOWLEDGE, engine="plain").audit(lower, as_of=AS_OF)
    assert "A900" not in {f.rule for f in alone.findings}


def test_unknown_tiers_are_said_not_guessed(across):
    schemes = tuple(
        scheme(t, {"name": "办结率", "criterion": f"达到{v}%"}) for t, v in (("甲", 95), ("乙", 98))
    )
    found = across(schemes, as_of=AS_OF)
    assert "X106" not in {f.rule for f in found.findings}
    assert ("X106", "1#1|2#1", ("tier_gap",)) in [(n.rule, n.subject, n.missing) for n in found.not_checked]


def test_one_scheme_cannot_be_compared(across):
    with pytest.raises(SchemeError, match=r"1 scheme cannot be compared\. Give two or more\."):
        across((scheme("甲", {"name": "某项"}),), as_of=AS_OF)


def test_select_and_ignore(across):
    schemes = (
        scheme("县", {"name": "整改", "criterion": "6月30日前完成，达到95%"}, tier="township"),
        scheme("镇", {"name": "整改", "criterion": "6月20日前完成，达到98%"}, tier="village"),
    )
    assert {f.rule for f in across(schemes, as_of=AS_OF).findings} == {"X106", "X107"}
    assert {f.rule for f in across(schemes, as_of=AS_OF, select=("X107",)).findings} == {"X107"}
    assert {f.rule for f in across(schemes, as_of=AS_OF, ignore=("X107",)).findings} == {"X106"}


def run(capfdbinary, command):
    code = main(shlex.split(command))
    out, err = capfdbinary.readouterr()
    return code, out.decode(), err.decode()


def test_json_ends_with_the_comparison_by_its_schema(capfdbinary):
    code, out, _ = run(capfdbinary, f"audit {FILES} --across --format json --as-of {AS_OF} --fail-on never")
    *audits, compared = json.loads(out)
    assert code == 0 and [one["schema"] for one in audits] == ["quanheng.audit/1"] * 2
    assert compared["schema"] == "quanheng.across/1"
    jsonschema.validate(compared, json_schema("across"))
    assert {"X106", "X107"} <= {f["rule"] for f in compared["findings"]}
    assert all(len(f["quotes"]) == 2 for f in compared["findings"] if f["rule"] in ("X106", "X107"))


def test_text_quotes_both_and_the_exit_code_counts_them(capfdbinary):
    command = f"audit {FILES} --across --select X106 --as-of {AS_OF}"
    code, out, _ = run(capfdbinary, f"{command} --fail-on warning")
    assert code == 1
    assert "2 份方案对照" in out and "原文：2#I01 【达到98%】" in out and "原文：1#I01 【达到95%】" in out
    code, out, _ = run(capfdbinary, f"{command} --fail-on error --lang en")
    assert code == 0 and "Between the schemes: 0 errors, 1 warnings, 0 notes." in out
    assert run(capfdbinary, f"audit {FILES} --select X106 --fail-on warning")[0] == 0, "without --across"


@pytest.mark.parametrize("more", ["--format sarif", "--format csv", "--statistics"])
def test_other_forms_are_refused(capfdbinary, more):
    code, out, err = run(capfdbinary, f"audit {FILES} --across {more}")
    assert (code, out) == (2, "") and "--across is written as text or json" in err


def test_explain_says_where_such_a_rule_is_answered(capfdbinary):
    code, _, err = run(capfdbinary, "explain X106 examples/across/county.yaml#I01")
    assert code == 2 and "X106 compares schemes. Write quanheng audit A B --across --select X106." in err
