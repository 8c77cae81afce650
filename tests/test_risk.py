"""Data risk r = a·(1 − v): ease from what the line says of its source, verification only by a named outsider."""

from __future__ import annotations

import pytest

from engine import scoring
from engine.audit import Auditor
from engine.errors import RuleError
from engine.facts.risk import line_risks, standard_risk
from engine.knowledge import load_knowledge, rulesets_path
from engine.knowledge.risk import load_risk
from engine.model import Attribute, Indicator, Scheme

TABLE = load_knowledge().risk


@pytest.fixture(scope="module")
def auditor() -> Auditor:
    return Auditor(load_knowledge(), engine="plain")


def risk(auditor: Auditor, name: str, criterion: str = "", **stated):
    attributes = {key: Attribute(value=value, basis="stated") for key, value in stated.items()}
    line = Indicator(code="1", name=name, criterion=criterion or None, points=5, attributes=attributes)
    scheme = Scheme(title="乡镇综合考核", indicators=(line,))
    return line_risks(scheme, auditor.classifier.classify_lines(scheme.indicators), TABLE)[0]


def test_a_named_verifier_counts_and_an_unnamed_one_only_widens_the_interval(auditor):
    named = risk(auditor, "问题解决率", "自行统计，由县级复核并经群众确认", data_origin="self_report")
    assert (named.low, named.value, named.high) == pytest.approx((0.6 * 0.1, 0.8 * 0.2, 1.0 * 0.4))
    unnamed = risk(auditor, "问题解决率", "自行统计，年底组织复核", data_origin="self_report")
    assert (unnamed.low, unnamed.value, unnamed.high) == pytest.approx((0.6 * 0.1, 0.8, 1.0))
    nobody = risk(auditor, "问题解决率", "以自查报告为准")
    assert (nobody.low, nobody.value, nobody.high) == pytest.approx((0.6, 0.8, 1.0))


def test_what_is_stated_wins(auditor):
    found = risk(auditor, "问题解决率", "以自查报告为准", data_origin="register", outside_verifier=True)
    assert found.value == pytest.approx(0.2 * 0.2)
    assert risk(auditor, "问题解决率", shaping_ease=0.5, outside_verifier=False).value == 0.5


def test_silence_never_earns_points(auditor):
    silent = risk(auditor, "农村饮水水质达标率", "达标率不低于90%")
    assert silent == (1.0, 0.0, 1.0, False)
    for origin in ("survey", "inspection", "register", "platform_exhaust", "self_report"):
        assert risk(auditor, "农村饮水水质达标率", "达标率不低于90%", data_origin=origin).value < silent.value


def test_own_activity_is_recorded_by_those_who_did_it(auditor):
    assert risk(auditor, "信息报送", "每月报送信息不少于5篇").value == pytest.approx(0.7)
    assert risk(auditor, "督查通报", "按时完成督查整改").known


def test_a_standard_of_the_catalogue_is_named_and_sampled(auditor):
    found = risk(auditor, "办结率", standard="complaint-resolution-rate", outside_verifier=True)
    assert found.value == pytest.approx(0.3 * 0.2) == standard_risk(TABLE)


def test_the_score_adds_up_by_points_and_needs_half_of_them_known(auditor):
    def scheme(*lines: Indicator) -> dict[str, scoring.Score]:
        audit = auditor.audit(Scheme(title="乡镇综合考核", indicators=lines), as_of="2026-11-24")
        return {score.name: score for score in audit.scores}

    def line(code: str, points: float, **stated) -> Indicator:
        attributes = {key: Attribute(value=value, basis="stated") for key, value in stated.items()}
        return Indicator(
            code=code, name=f"水质达标率{code}", criterion="不低于90%", points=points, attributes=attributes
        )

    checked = line("1", 6, data_origin="register", outside_verifier=True)
    own = line("2", 4, data_origin="self_report", outside_verifier=False)
    silent = line("3", 10)
    found = scheme(checked, own, silent)["data_risk_share"]
    assert found.value == pytest.approx((6 * 0.04 + 4 * 0.8 + 10 * 1.0) / 20)
    assert found.low == pytest.approx((6 * 0.1 * 0.1 + 4 * 0.6) / 20)
    assert found.high == pytest.approx((6 * 0.4 * 0.4 + 4 * 1.0 + 10) / 20)
    assert scheme(checked, own, line("3", 11))["data_risk_share"].value is None
    assert scheme(silent)["data_risk_share"].value is None
    spoken = scheme(checked, own, line("3", 10, data_origin="self_report"))["data_risk_share"]
    assert spoken.value < found.value


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "low: 0.2\n    value: 0.3",
            "low: 0.5\n    value: 0.3",
            "catalogue-standard: 0.5, 0.3, 0.4 are out of order",
        ),
        ("when: {standard: true}", "when: {}", "catalogue-standard: when needs one condition"),
        ("when: {standard: true}", "when: {standard: true, data_origin: survey}", "when needs one condition"),
        ("high: 0.4", "high: 1.4", "high"),
        ("least_known:", "most_known:", "most_known"),
    ],
)
def test_a_broken_table_is_refused(tmp_path, old, new, message):
    text = (rulesets_path() / "data_risk.yaml").read_text(encoding="utf-8")
    (tmp_path / "data_risk.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleError, match=message):
        load_risk(tmp_path)


def test_every_number_has_a_reason_in_both_languages():
    judged = [
        *TABLE.ease,
        *(getattr(TABLE.verification, name) for name in type(TABLE.verification).model_fields),
    ]
    assert all(one.reason.zh and one.reason.en for one in [*judged, TABLE.least_known])
