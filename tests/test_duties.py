"""A required duty proved through a barred carrier keeps its points and class, and is proved by a named check."""

from __future__ import annotations

import pytest

from engine.audit import Auditor
from engine.errors import RuleError
from engine.intake import read_scheme, write_scheme_yaml
from engine.knowledge import load_knowledge
from engine.knowledge.duties import load_duties
from engine.model import Attribute, Audit, Indicator, Report, Scheme
from engine.propose import propose, proposed_scheme
from engine.report import FORMS
from engine.report.sentences import change_sentences

AS_OF = "2026-11-24"
PATROL = Indicator(
    code="I01", name="河长巡河", block="甲", points=5,
    criterion="每周巡河不少于1次，通过App打卡上传轨迹，少一次扣0.5分",
)  # fmt: skip
STUDY = Indicator(
    code="I02", name="党员教育管理", block="甲", points=3,
    criterion="党员学习App日均登录时长不少于30分钟得3分", proof="App后台截图",
)  # fmt: skip
STANDBY = Indicator(
    code="I03", name="防汛值守App打卡签到", block="甲", points=4, criterion="汛期值守通过App打卡签到，少一次扣1分",
)  # fmt: skip
NOTES = Indicator(
    code="I04",
    name="理论学习中心组学习",
    block="甲",
    points=2,
    criterion="学习笔记不少于2万字，少一篇扣0.2分",
)
SOLVED = Indicator(
    code="I05", name="问题解决率", block="甲", points=15, criterion="群众诉求按期解决率，经回访确认"
)
VISITS = Indicator(
    code="I06", name="走访群众", block="甲", points=5, criterion="每月走访不少于20户，上传照片"
)


@pytest.fixture(scope="module")
def auditor() -> Auditor:
    return Auditor(load_knowledge(), engine="plain")


def audited(auditor: Auditor, *lines: Indicator) -> Audit:
    scheme = Scheme(title="乡镇综合考核", profile="township", indicators=lines)
    return auditor.audit(scheme, as_of=AS_OF)


def carriers(audit: Audit) -> set[str]:
    return {
        code for f in audit.findings if f.effect == "carrier" and f.severity != "info" for code in f.codes
    }


def test_points_class_and_outcome_share_stay_and_a_named_body_checks(auditor):
    audit = audited(auditor, PATROL, STUDY, STANDBY, NOTES, SOLVED)
    assert carriers(audit) == {"I01", "I02", "I03", "I04"}
    proposal = propose(auditor, audit)
    lines = {line.code: line for line in proposal.lines}
    for code in carriers(audit):
        line = lines[code]
        assert (line.action, line.before, line.rewritten) == ("frozen", line.after, 0)
        assert line.standard.check.zh and line.reason.zh.startswith("必要过程类，职责、频次和分值不动")
    assert lines["I01"].standard.text == (
        "职责：河长巡河按规定履行（每周巡河不少于1次）。核验：县级河长（林长）制办公室每季度随机抽取不少于10处河段或地块到现场"
        "核实：是否到场履职，存在的问题是否已经发现并处理。计分：按规定履行的得满分5分，经核实每缺一次扣0.5分，扣完为止。"
    )
    assert lines["I03"].standard.name == "防汛值守"  # the carrier stood in the name
    after = auditor.audit(proposed_scheme(audit, proposal), as_of=AS_OF)
    assert carriers(after) == set()
    assert [c.class_ for c in after.classifications] == [c.class_ for c in audit.classifications]
    assert [line.points for line in after.scheme.indicators] == [5, 3, 4, 2, 15]
    shares = [{s.name: s.value for s in one.scores}["outcome_share"] for one in (audit, after)]
    assert shares[0] == shares[1]
    assert after.headline.value > audit.headline.value
    assert proposal.disruption == 0 and after.scheme.path.rewritten == ()


def test_proposing_again_changes_nothing_and_the_text_alone_is_still_a_duty(auditor, tmp_path):
    audit = audited(auditor, PATROL, STUDY, STANDBY, NOTES, SOLVED)
    changed = proposed_scheme(audit, propose(auditor, audit))
    again = propose(auditor, auditor.audit(changed, as_of=AS_OF))
    assert [line.code for line in again.lines if line.is_changed] == []
    file = tmp_path / "again.yaml"
    file.write_text(write_scheme_yaml(changed), encoding="utf-8")
    read = auditor.audit(read_scheme(file), as_of=AS_OF)
    assert [line.code for line in propose(auditor, read).lines if line.is_changed] == []
    bare = [line.model_copy(update={"attributes": {}}) for line in changed.indicators]
    typed = audited(auditor, *bare)
    assert [c.class_ for c in typed.classifications[:4]] == ["required"] * 4
    assert carriers(typed) == set()


@pytest.mark.parametrize("levers", [("shift", "new"), ("shift", "cross")])
def test_no_text_where_standards_may_not_be_rewritten(auditor, levers):
    proposal = propose(auditor, audited(auditor, PATROL, SOLVED), levers=levers)
    assert all(line.standard is None for line in proposal.lines)


def test_locked_and_inherited_duties_keep_their_text(auditor):
    inherited = STUDY.model_copy(update={"attributes": {"inherited": Attribute(value=True, basis="stated")}})
    proposal = propose(auditor, audited(auditor, PATROL, inherited, SOLVED), locks=["I01"])
    assert all(line.standard is None for line in proposal.lines)


def test_it_is_said_in_every_form(auditor):
    audit = audited(auditor, PATROL, SOLVED, VISITS)
    proposal = propose(auditor, audit)
    after = auditor.audit(proposed_scheme(audit, proposal), as_of=AS_OF)
    report = Report(audit, proposal, after)
    zh, en = (change_sentences(proposal, lang)[0] for lang in ("zh", "en"))
    assert (
        zh == "“河长巡河”（甲）职责、频次和分值不变（5分），取证方式改为“县级河长（林长）制办公室随机抽查”。"
    )
    assert en.endswith("it is proved by spot checks by the county office of river or forest chiefs instead.")
    for form in ("json", "text"):
        assert "县级河长（林长）制办公室随机抽查" in FORMS["reweight"][form](report, "zh").decode()
    page = FORMS["report"]["html"](report, "zh").decode()
    assert "改取证方式：必要过程类" in page and "每周巡河不少于1次）。核验：" in page


def test_the_standards_are_no_formalism_themselves(auditor):
    for duty in auditor.knowledge.duties:
        assert not any(
            word in duty.text.zh for word in ("打卡", "App", "照片", "时长", "截图", "留痕", "笔记")
        )
        assert duty.reason.zh and any(word in duty.check.zh for word in ("上级", "县"))


BROKEN = """
- id: a-duty
  requirements: [statute, emergency_plan, party_regulation]
  check: {zh: 上级, en: above}
  text: {zh: '{duty}{frequency}{full}{minus}{loss}{end}', en: '{duty}{frequency}{full}{minus}{loss}{end}'}
  loss: 0.1
  reason: {zh: 因, en: because}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{loss}{end}', en", "{end}', en", "a-duty: the text lacks {loss}. Add the place."),
        ("emergency_plan, ", "", "no text for any duty of emergency_plan. Add one without topics."),
        ("loss: 0.1", "loss: 0.9", "loss"),
        ("  loss", "  cost: 1\n  loss", "cost"),
    ],
)
def test_a_broken_file_is_refused(tmp_path, old, new, message):
    (tmp_path / "duties.yaml").write_text(BROKEN.replace(old, new), encoding="utf-8")
    with pytest.raises(RuleError, match=message.replace("{", r"\{").replace(".", r"\.")):
        load_duties(tmp_path)
    (tmp_path / "duties.yaml").write_text(BROKEN + BROKEN, encoding="utf-8")
    with pytest.raises(RuleError, match="the id stands twice"):
        load_duties(tmp_path)
