"""Facts: declared and derived fields agree; words respect what stands before them; sums and pairs are right."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.audit.examples import example_scheme, example_schemes
from engine.facts import derive
from engine.facts.across import derive_across
from engine.facts.circumstances import circumstances
from engine.facts.overlap import overlaps
from engine.facts.wording import line_words, text_has
from engine.intake import read_schemes
from engine.knowledge import load_knowledge
from engine.model import Attribute, Block, Indicator, Note, Scheme
from engine.scoring import effective_points

KNOWLEDGE = load_knowledge()
FIELDS = KNOWLEDGE.fields
AS_OF = "2026-06-01"
DEV = Path(__file__).parent / "data" / "schemes_dev.jsonl"
WORDS = [(subject, name, spec) for subject in FIELDS for name, spec in FIELDS[subject].items() if spec.words]


def facts_of(auditor, scheme, profile="township"):
    classes = auditor.classifier.classify_lines(scheme.indicators)
    points = effective_points(scheme)
    return derive(scheme, classes, points, profile=KNOWLEDGE.profiles[profile], as_of=AS_OF, fields=FIELDS)


def across_facts():
    """The facts of every example of a rule across schemes."""
    for rule in KNOWLEDGE.rules:
        for example in rule.examples:
            if example.schemes is not None:
                schemes = example_schemes(example)
                yield derive_across(schemes, [effective_points(s) for s in schemes], fields=FIELDS)[0]


def scheme_of(*lines, **more):
    made = tuple(Indicator(**{"code": str(n), **line}) for n, line in enumerate(lines, start=1))
    return Scheme(title="考核", indicators=made, **more)


def test_declared_and_derived_fields_are_the_same(auditor):
    derived = {subject: set() for subject in FIELDS}
    schemes = list(read_schemes(DEV)) + [example_scheme(e) for rule in KNOWLEDGE.rules for e in rule.examples]
    for scheme in schemes:
        for fact in facts_of(auditor, scheme).facts:
            names = {n for n in fact if n not in ("id", "subject") and not n.startswith("unknown_")}
            derived[fact["subject"]] |= names
    for facts in across_facts():
        for fact in facts.facts:
            names = {n for n in fact if n not in ("id", "subject") and not n.startswith("unknown_")}
            derived[fact["subject"]] |= names
    for subject, names in derived.items():
        assert names == set(FIELDS[subject]), subject


def test_values_have_their_declared_type(auditor):
    kinds = {"bool": bool, "number": (int, float), "text": str}
    every = [facts_of(auditor, scheme) for scheme in read_schemes(DEV)] + list(across_facts())
    for facts in every:
        for fact in facts.facts:
            for name, spec in FIELDS[fact["subject"]].items():
                value = fact.get(name)
                if value is None:
                    assert spec.attribute, f"{name} is no attribute and must always be known"
                    continue
                assert isinstance(value, kinds[spec.type]), name
                assert spec.type != "number" or not isinstance(value, bool), name
                assert spec.values is None or value in spec.values, name


@pytest.mark.parametrize("subject, name, spec", WORDS, ids=lambda x: x if isinstance(x, str) else "")
def test_words_hit_and_miss(subject, name, spec):
    for text in spec.words.hit:
        assert text_has(spec.words, text), text
    for text in spec.words.miss:
        assert not text_has(spec.words, text), text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("每月排名通报，末位扣分", True),
        ("不得搞每月排名通报", False),
        ("取消月度排名", False),
        ("严禁以督查名义搞季度排名", False),
        ("不得迟报，每月排名通报", True),
    ],
)
def test_a_word_that_is_forbidden_does_not_count(text, found):
    line = Indicator(code="1", name="热线办理", criterion=text)
    assert ("says_monthly_ranking" in line_words(line, FIELDS["line"])) is found


def test_evidence_points_into_the_original():
    line = Indicator(code="1", name="信訪工作", criterion="實現零上訪得５分")
    (span,) = line_words(line, FIELDS["line"])["says_no_incident_report"]
    assert line.criterion[span.start : span.end] == span.text == "零上訪"


def test_unknown_attributes_are_absent_and_marked(auditor):
    facts = facts_of(
        auditor, scheme_of({"name": "办结率", "attributes": {"hours": Attribute(value=4, basis="stated")}})
    )
    fact = facts.fact("line", "1")
    assert fact["hours"] == 4 and fact["unknown_hours"] is False
    assert "duty_listed" not in fact and fact["unknown_duty_listed"] is True


def test_an_exception_ends_on_its_day(auditor):
    given = {
        "exception_basis": "县防汛应急预案",
        "exception_approver": "县防指",
        "exception_until": "2026-05-31",
    }
    line = {"name": "值守", "attributes": {k: Attribute(value=v, basis="stated") for k, v in given.items()}}
    assert facts_of(auditor, scheme_of(line)).fact("line", "1")["exception_recorded"] is False
    line["attributes"]["exception_until"] = Attribute(value="2026-06-01", basis="stated")
    assert facts_of(auditor, scheme_of(line)).fact("line", "1")["exception_recorded"] is True


def test_block_gap_counts_only_what_is_known(auditor):
    lines = [{"name": "甲", "points": 10, "block": "一"}, {"name": "乙", "points": 7, "block": "一"}]
    blocks = (Block(name="一", points=20),)
    assert facts_of(auditor, scheme_of(*lines, blocks=blocks)).fact("block", "一")["gap"] == 3
    lines[1]["points"] = None
    assert "gap" not in facts_of(auditor, scheme_of(*lines, blocks=blocks)).fact("block", "一")


def test_a_total_may_include_the_bonuses(auditor):
    lines = [{"name": "甲", "points": 100}, {"name": "乙", "kind": "bonus", "cap": 10}]
    for total, gap in ((100, 0), (110, 0), (120, 10)):
        assert facts_of(auditor, scheme_of(*lines, total=total)).fact("scheme", "scheme")["total_gap"] == gap


def test_a_missing_clause_needs_a_text(auditor):
    bare = facts_of(auditor, scheme_of({"name": "办结率"}, notes=(Note(text="来源：县考核办"),)))
    assert "says_exemption" not in bare.fact("scheme", "scheme")
    read = facts_of(
        auditor, scheme_of({"name": "办结率"}, notes=(Note(text="考核由县考核办组织实施。" * 12),))
    )
    assert read.fact("scheme", "scheme")["says_exemption"] is False
    said = facts_of(
        auditor, scheme_of({"name": "办结率"}, notes=(Note(text="因不可抗力未完成的不予扣分。"),))
    )
    assert said.fact("scheme", "scheme")["says_exemption"] is True


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("矛盾纠纷排查化解", "矛盾纠纷排查化解", True),
        ("矛盾纠纷排查化解工作", "矛盾纠纷排查化解情况", True),
        ("森林防火", "防汛抗旱", False),
        ("办结率", "及时办结率", False),
    ],
)
def test_the_same_name_is_found(first, second, same):
    pair = overlaps([Indicator(code="1", name=first), Indicator(code="2", name=second)])
    assert any(p.same_text for p in pair) is same


def test_the_same_datum_is_found_whatever_the_names():
    datum = {"data_item": Attribute(value="低保对象名单", basis="stated")}
    lines = [
        Indicator(code="1", name="核查", attributes=datum),
        Indicator(code="2", name="帮扶", attributes=datum),
    ]
    assert [(p.first, p.second, p.same_datum) for p in overlaps(lines)] == [(0, 1, True)]


def test_two_thousand_lines_are_compared_without_all_pairs():
    lines = [
        Indicator(code=str(n), name=f"{chr(0x4E00 + n)}{chr(0x5E00 + n)}任务完成率") for n in range(2000)
    ]
    assert overlaps(lines) == []


def test_a_thousand_copies_are_linked_one_to_the_next():
    lines = [Indicator(code=str(n), name="矛盾纠纷排查化解", criterion="化解率达95%") for n in range(1000)]
    found = overlaps(lines)
    assert len(found) == 999 and all(pair.same_text for pair in found)


@pytest.mark.parametrize(
    ("title", "name", "criterion", "class_"),
    [
        ("乡镇考核", "学习强国", None, "restricted"),
        ("乡镇考核", "学习强国人均积分", None, "prohibited"),
        ("乡镇考核", "学习强国公众号点赞数", None, "prohibited"),
        ("乡镇考核", "行政处罚立案数", "全年立案不少于10件", "guarded"),
        ("派出所考核", "立案数", "全年立案不少于10件", "guarded"),
        ("派出所考核", "破案率", "破案率达60%", "prohibited"),
        ("乡镇考核", "刑事拘留人数", "每少1人扣0.5分", "prohibited"),
        ("检察院考核", "批捕率", None, "prohibited"),
        ("乡镇考核", "罚没款入库任务", "完成年度任务得5分", "prohibited"),
    ],
)
def test_a_red_line_rests_on_a_text_that_names_the_measure(auditor, title, name, criterion, class_):
    line = Indicator(code="1", name=name, criterion=criterion, points=5)
    audit = auditor.audit(Scheme(title=title, indicators=(line,)), as_of=AS_OF)
    assert audit.classifications[0].class_ == class_
    assert any(f.effect == "prohibit" for f in audit.findings) == (class_ == "prohibited")


@pytest.mark.parametrize(
    "given, wanted",
    [
        ({"title": "临江县2025年乡镇（街道）综合考核"}, True),
        ({"title": "乡镇乡村振兴实绩考核"}, True),
        ({"title": "考核表", "role": "county_leadership"}, True),
        ({"title": "某国企党支部工作考核标准"}, False),
        ({"title": "镇对村考核办法", "role": "village_committee"}, False),
        ({"title": "政务服务中心窗口人员考核"}, False),
        ({"title": "年度考核表"}, None),
    ],
)
def test_whom_a_scheme_assesses(given, wanted):
    scheme = Scheme(indicators=(Indicator(code="1", name="群众满意度"),), **given)
    assert circumstances(scheme, FIELDS)["party_state"] is wanted


def test_an_excerpt_is_not_known_to_be_whole():
    one = (Indicator(code="1", name="群众满意度"),)
    for scheme in (
        Scheme(title="考核表（节选）", indicators=one),
        Scheme(title="考核表", complete=False, indicators=one),
    ):
        assert circumstances(scheme, FIELDS)["whole"] is None
    assert circumstances(Scheme(title="考核表", indicators=one), FIELDS)["whole"] is True


def test_shares_are_taken_of_the_stated_total(auditor):
    scheme = scheme_of({"name": "群众工作网络建设", "points": 50}, total=1000.0)
    assert facts_of(auditor, scheme).fact("line", "1")["share"] == pytest.approx(0.05)
