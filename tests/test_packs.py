"""A local pack adds rules, tightens and translates; it cannot loosen, and what it changed is listed."""

import pytest

from engine.audit import Auditor
from engine.cli import main
from engine.errors import RuleError
from engine.knowledge import load_knowledge, rulesets_path
from engine.model import Indicator, Scheme
from engine.report import FORMS, Report, pages
from engine.rulecheck import check_rules, pack_changes

AS_OF = "2026-06-01"
LOCAL = """id: F901
name: quiz-ranking-here
title: {zh: 以知识竞赛名次计分, en: The place in a quiz is scored}
severity: warning
effect: none
stage: institution
mechanism: skill
path: ability
when: {subject: line, says_quiz: true, class_prohibited: true}
cites: [{source: burden-provisions-2024, section: RG-16}]
message: {zh: '“{name}”以竞赛名次计分；依据：{source}。', en: '“{name}” scores a place in a quiz; basis: {source}.'}
fix: {zh: 改看应知政策知晓率。, en: Ask instead whether the policies are known.}
propose: [policy-awareness-sample]
suppressible: 'yes'
examples:
  - {title: quiz by App, line: {name: 网络答题积分排名, criterion: 按App答题积分排名得分, points: 2}, expect: ['“网络答题积分排名”以竞赛名次计分；依据：《整治形式主义为基层减负若干规定》。']}
  - {title: no quiz, line: {name: 群众满意度, points: 2}, expect: []}
"""


def shipped(name):
    folder = {"F": "formalistic", "S": "structure", "A": "accountability"}[name[0]]
    return (rulesets_path() / "rules" / folder / f"{name}.yaml").read_text("utf-8")


@pytest.fixture
def pack(tmp_path):
    """Write files of a pack: a shipped rule with replacements, or a whole text; return its folder."""

    def write(name, *changes, text=None):
        text = text or shipped(name)
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
        return tmp_path

    return write


def changes(folder):
    return [
        (c.rule, c.added, c.text.en)
        for c in pack_changes(load_knowledge().rules, load_knowledge(folder).rules)
    ]


def test_a_pack_adds_a_rule_that_is_used(pack, knowledge):
    folder = pack("F901-quiz-ranking-here", text=LOCAL)
    local = load_knowledge(folder)
    assert len(local.rules) == len(knowledge.rules) + 1 and local.sha256 != knowledge.sha256
    line = Indicator(code="1", name="网络答题积分排名", criterion="按App答题积分排名得分", points=2)
    audit = Auditor(local).audit(Scheme(title="方案", indicators=(line,)), as_of=AS_OF)
    found = next(f for f in audit.findings if f.rule == "F901")
    assert audit.provenance.local_rules == ("F901",)
    assert "本地规则 F901" in FORMS["audit"]["text"](Report(audit), "zh").decode()
    assert found.message.zh == "“网络答题积分排名”以竞赛名次计分；依据：《整治形式主义为基层减负若干规定》。"
    assert audit.provenance.ruleset_sha256 == local.sha256
    assert changes(folder) == [("F901", True, "added: The place in a quiz is scored")]


def test_a_pack_tightens(pack):
    folder = pack(
        "F107-form-timeliness-as-score",
        ("severity: warning", "severity: error"), ("suppressible: with-basis", "suppressible: never"),
    )  # fmt: skip
    assert changes(folder) == [
        ("F107", False, "changed: severity warning → error, suppressible with-basis → never")
    ]


def test_a_pack_translates_a_text(pack):
    folder = pack("A003-bonus-without-cap", ("加分不封顶", "加分无上限"))
    rule = pages.find_rule(load_knowledge(folder), "A003")
    assert (rule.title.zh, rule.origin) == ("加分无上限", "local")
    assert changes(folder) == [("A003", False, "changed: title")]
    assert "来源：本地规则包" in pages.rule_page(load_knowledge(folder), "A003", "zh")


def test_an_untouched_copy_changes_nothing(pack):
    assert changes(pack("A003-bonus-without-cap")) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("F001-app-time-as-score", "suppressible: never", "suppressible: 'yes'", "a local pack cannot loosen it to yes"),
        ("F001-app-time-as-score", "severity: error", "severity: warning", "a local pack cannot lower it to warning"),
        ("F001-app-time-as-score", "effect: prohibit", "effect: none", "a local pack cannot change it"),
        ("F001-app-time-as-score", "scored: true}", "scored: true, points: {gt: 5}}", "would fire on less than before"),
        ("F001-app-time-as-score", "cites:", "any: [{points: {gt: 5}}]\ncites:", "would fire on less than before"),
        ("F002-likes-shares-as-score", "cites:", "unless: {scored: true}\ncites:", "would have more exceptions"),
        ("F001-app-time-as-score", "  - {source: burden-provisions-2024, section: RG-16}\n", "", "would lose a citation"),
        ("A002-too-many-vetoes", "veto_count: {gt: 3}", "veto_count: {gt: 9}", "would fire on less than before"),
    ],
)  # fmt: skip
def test_a_pack_cannot_loosen(pack, name, old, new, said):
    with pytest.raises(RuleError, match=said) as caught:
        load_knowledge(pack(name, (old, new)))
    assert str(caught.value).startswith(f"{name}.yaml: {name[:4]} ")


def test_a_pack_tightens_a_limit(pack):
    folder = pack("A002-too-many-vetoes", ("veto_count: {gt: 3}", "veto_count: {gt: 1}"))
    assert ("A002", False, "changed: when") in changes(folder)


def test_a_pack_is_checked_with_the_base(pack):
    folder = pack("F901-quiz-ranking-here", text=LOCAL)
    assert [p for p in check_rules(load_knowledge(folder), AS_OF) if p.about == "F901"] == []


def test_the_list_says_what_a_pack_changed(pack, capfdbinary):
    pack("F901-quiz-ranking-here", text=LOCAL)
    folder = pack("F107-form-timeliness-as-score", ("severity: warning", "severity: error"))
    assert main(["rules", "list", "--rules", str(folder)]) == 0
    out = capfdbinary.readouterr().out.decode()
    assert "F901 警告 以知识竞赛名次计分 [本地]" in out
    assert out.endswith(
        "本地规则包的改动（2 处）\n  · F107 修改：级别由“警告”改为“错误”\n  · F901 新增：以知识竞赛名次计分\n"
    )
    assert main(["rules"]) == 0
    assert "本地" not in capfdbinary.readouterr().out.decode()


def test_a_faulty_pack_stops_the_verb_with_one_message(pack, capfdbinary):
    folder = pack("F001-app-time-as-score", ("suppressible: never", "suppressible: 'yes'"))
    assert main(["rules", "list", "--rules", str(folder)]) == 2
    out, err = capfdbinary.readouterr()
    assert out == b"" and "cannot loosen" in err.decode() and "Traceback" not in err.decode()


def test_a_folder_that_is_none_is_said(capfdbinary, tmp_path):
    assert main(["rules", "--rules", str(tmp_path / "no-such")]) == 2
    assert "no-such" in capfdbinary.readouterr().err.decode()
