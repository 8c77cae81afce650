"""A local pack adds rules, tightens and translates; it cannot loosen, and what it changed is listed."""

import json
from pathlib import Path

import pytest

from engine.audit import Auditor
from engine.cli import main
from engine.errors import RuleError
from engine.knowledge import load_knowledge, rulesets_path
from engine.model import Indicator, Scheme
from engine.report import FORMS, Report, pages
from engine.rulecheck import check_rules

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
    return [(c.about, c.kind == "added", c.text.en) for c in load_knowledge(folder).changes]


def test_a_pack_adds_a_rule_that_is_used(pack, knowledge):
    folder = pack("F901-quiz-ranking-here", text=LOCAL)
    local = load_knowledge(folder)
    assert len(local.rules) == len(knowledge.rules) + 1 and local.sha256 != knowledge.sha256
    line = Indicator(code="1", name="网络答题积分排名", criterion="按App答题积分排名得分", points=2)
    audit = Auditor(local).audit(Scheme(title="方案", indicators=(line,)), as_of=AS_OF)
    found = next(f for f in audit.findings if f.rule == "F901")
    assert audit.provenance.local_rules == ("F901",)
    assert "    F901 新增：以知识竞赛名次计分\n" in FORMS["audit"]["text"](Report(audit), "zh").decode()
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


EXAMPLE = Path(__file__).parents[1] / "examples" / "pack"
REASON = "reason: {zh: 本省更严。, en: The province asks for less.}"


@pytest.fixture
def profile(tmp_path):
    """Write a profile of a pack, by default one that changes the shipped township; return the pack's folder."""

    def write(text, name="township", head="id: township\nextends: township\n"):
        (tmp_path / "profiles").mkdir(exist_ok=True)
        (tmp_path / "profiles" / f"{name}.yaml").write_text(head + text, "utf-8")
        return tmp_path

    return write


def told(folder):
    return [(c.about, c.kind, c.region, c.key, c.before, c.after) for c in load_knowledge(folder).changes]


def test_the_example_pack_says_all_it_changed(capfdbinary):
    assert [(a, kind, region, key) for a, kind, region, key, _, _ in told(EXAMPLE)] == [
        ("A003", "changed", None, None),
        ("F901", "added", None, None),
        ("township", "tighter", None, "cap"),
        ("township", "tighter", None, "most_lines"),
        ("township", "tighter", "甲市", "cap"),
        ("township", "looser", "乙市", "floor"),
    ]
    assert main(["rules", "--rules", str(EXAMPLE), "--lang", "en"]) == 0
    out = capfdbinary.readouterr().out.decode()
    assert "Changed by the local pack (6, of which 1 looser)" in out
    assert (
        "(乙市), floor of outcome points (third year): 60% → 55% (looser); reason: The city's sample survey"
        in out
    )
    assert main(["rules", "check", "--rules", str(EXAMPLE)]) == 0


@pytest.mark.parametrize(
    ("region", "cap", "floor", "listed"),
    [(None, 0.08, 0.6, 4), ("甲市", 0.06, 0.6, 5), ("甲市临江县", 0.06, 0.6, 5), ("乙市", 0.08, 0.55, 5)],
)
def test_an_audit_uses_the_limits_of_the_pack_and_of_the_region(region, cap, floor, listed):
    line = Indicator(code="1", name="群众满意度", points=10)
    scheme = Scheme(title="乡镇考核", region=region, indicators=(line,))
    auditor = Auditor(load_knowledge(EXAMPLE))
    audit = auditor.audit(scheme, as_of=AS_OF)
    limits = {one.id: one.limit for one in audit.limits}
    assert (limits["cap"], limits["floor"], limits["most_lines"]) == (cap, floor, 25)
    assert len(audit.provenance.local_changes) == listed
    other = auditor.audit(scheme.model_copy(update={"title": "村级考核"}), as_of=AS_OF)
    assert [c.about for c in other.provenance.local_changes] == ["A003", "F901"]


def test_every_report_lists_the_changes():
    line = Indicator(code="1", name="群众满意度", points=10)
    scheme = Scheme(title="乡镇考核", region="乙市", indicators=(line,))
    report = Report(Auditor(load_knowledge(EXAMPLE)).audit(scheme, as_of=AS_OF))
    row = "“乡镇（街道）综合考核”（乙市）结果类占比下限（第三年）：60% → 55%（放宽）；理由：乙市群众评价抽样"
    for verb, form in (("audit", "text"), ("audit", "html"), ("score", "text")):
        page = FORMS[verb][form](report, "zh").decode()
        assert row in page and "本地规则包的改动（5 处，其中放宽 1 处）" in page
    made = json.loads(FORMS["audit"]["json"](report, "zh"))["provenance"]["local_changes"][-1]
    text = made.pop("text")
    assert text["en"].endswith("(乙市), floor of outcome points (third year): 60% → 55% (looser)")
    assert made.pop("reason")["zh"].startswith("乙市群众评价抽样")
    assert made == {
        "about": "township", "kind": "looser", "key": "floor", "region": "乙市", "before": 0.6, "after": 0.55,
    }  # fmt: skip


def test_a_limit_keeps_its_class_where_the_pack_states_none(profile):
    local = load_knowledge(profile(f"cap: {{value: 0.08, {REASON}}}\n")).profiles["township"]
    assert (local.cap.value, local.cap.row_class) == (0.08, "provincial")
    assert local.floor == load_knowledge().profiles["township"].floor


def test_a_pack_changes_what_all_profiles_share(profile):
    head = "id: base\nextends: base\n"
    folder = profile(f"bonus_cap: {{value: 0.03, {REASON}}}\n", name="base", head=head)
    assert {p.bonus_cap.value for p in load_knowledge(folder).profiles.values()} == {0.03}


def test_a_pack_adds_a_profile(profile):
    folder = profile(
        f"title: {{zh: 山区乡镇考核, en: Mountain townships}}\ncap: {{value: 0.09, {REASON}}}\nwords: [山区]\norder: 5\n",
        name="mountain", head="id: mountain\nextends: township\n",
    )  # fmt: skip
    assert told(folder) == [
        ("mountain", "added", None, None, None, None),
        ("mountain", "tighter", None, "cap", 0.1, 0.09),
    ]
    audit = Auditor(load_knowledge(folder)).audit(
        Scheme(title="山区乡镇考核", indicators=(Indicator(code="1", name="满意度", points=1),)), as_of=AS_OF
    )
    assert audit.profile == "mountain"


def test_a_looser_limit_is_taken_where_the_pack_says_so(profile):
    folder = profile(
        f"cap: {{value: 0.12, looser: true, {REASON}}}\nlargest_line: {{value: 0.3, {REASON}}}\n"
    )
    assert told(folder) == [
        ("township", "looser", None, "cap", 0.1, 0.12),
        ("township", "looser", None, "largest_line", 0.2, 0.3),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "cap: {value: 0.12, R}",
            "cap: 0.12 (provincial) is looser than 0.1 (provincial). Keep 0.1, or write looser: true beside the value",
        ),
        ("cap: {value: 0.08, class: local, R}", "cap: 0.08 (local) is looser than 0.1 (provincial). Keep 0.1"),
        ("cap: {value: 0.08, looser: true, R}", "cap: looser: true, but 0.08 is not looser. Leave looser out."),
        ("regions: {甲市: {cap: {value: 0.2, R}}}", "regions.甲市.cap: 0.2 (provincial) is looser than 0.1"),
        ("regions: {甲市: {kap: {value: 0.2, R}}}", "regions.甲市: unknown limit 'kap'. Did you mean 'cap'?"),
        ("regions: {甲市: {cap: {value: 7, R}}}", "regions.甲市.cap: 7 is not a share. Write 0 to 1, like 0.10."),
        ("regions: [甲市]", "regions: got ['甲市']. Write each region with its limits below it."),
        ("perception_low: null", "perception_low: null drops a limit; a local pack cannot. Write a value"),
        ("cap: {value: 3O, R}", "cap.value: '3O' is not a number. Write digits only, like 0.08."),
        ("cap: 0.08", "cap: got 0.08. Write {value: …, reason: {zh: …, en: …}}."),
        ("cap: {value: 0.08}", "key 'cap.reason' is missing. Add it."),
        ("kap: {value: 0.08, R}", "unknown key 'kap'. Did you mean 'cap'?"),
        ("kind: post", "kind: 'post'; a local pack cannot change it. Leave it out."),
    ],
)  # fmt: skip
def test_a_faulty_profile_is_refused(profile, text, said):
    with pytest.raises(RuleError) as caught:
        load_knowledge(profile(text.replace("R", REASON) + "\n"))
    assert str(caught.value).startswith("township.yaml: ") and said in str(caught.value)


def test_a_national_limit_is_never_loosened(profile, tmp_path, monkeypatch):
    import shutil

    from engine.knowledge.localprofiles import with_local

    shutil.copytree(rulesets_path() / "profiles", tmp_path / "core" / "profiles")
    path = tmp_path / "core" / "profiles" / "township.yaml"
    path.write_text(path.read_text("utf-8").replace("class: provincial", "class: national", 1), "utf-8")
    with pytest.raises(RuleError, match=r"a national limit never gives way\. Keep 0\.1\."):
        with_local(tmp_path / "core", profile(f"cap: {{value: 0.12, looser: true, {REASON}}}\n"))


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (
            "id: township\nextends: base\n",
            "extends is 'base'. Write extends: township, and only what differs.",
        ),
        ("id: township\n", "extends is None. Write extends: township"),
        ("id: town\nextends: township\n", "id is 'town'. Name the file after the id."),
    ],
)
def test_a_local_profile_extends_the_shipped_one(profile, head, said):
    with pytest.raises(RuleError) as caught:
        load_knowledge(profile("", head=head))
    assert said in str(caught.value)


def test_a_new_profile_extends_a_known_one(profile):
    with pytest.raises(RuleError, match=r"extends 'townshi', no shipped profile\. Did you mean 'township'\?"):
        load_knowledge(profile("", name="new", head="id: new\nextends: townshi\n"))


def test_texts_change_the_words_and_nothing_else(tmp_path, knowledge):
    (tmp_path / "texts.yaml").write_text("rules: {A003: {title: {en: A bonus with no limit}}}\n", "utf-8")
    made, core = (pages.find_rule(one, "A003") for one in (load_knowledge(tmp_path), knowledge))
    assert (made.title.en, made.title.zh) == ("A bonus with no limit", core.title.zh)
    assert made.model_copy(update={"title": core.title, "origin": "core"}) == core
    assert changes(tmp_path) == [("A003", False, "changed: title")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules: {A03: {title: {en: a}}}", "texts.yaml: rules.A03: no such rule. Did you mean 'A0"),
        ("rules: {A003: {titel: {en: a}}}", "texts.yaml: unknown key 'rules.A003.titel'."),
        ("rules: {A003: {severity: info}}", "texts.yaml: unknown key 'rules.A003.severity'."),
        ("rules: {A003: {fix: {zh: ''}}}", "texts.yaml: rules.A003.fix.zh: no text. Write one, or leave the key out."),
        ("rules: {A003: {message: {zh: 无}}}", "texts.yaml: rules.A003: message: zh and en ask for different values"),
    ],
)  # fmt: skip
def test_a_faulty_text_is_refused(tmp_path, text, said):
    (tmp_path / "texts.yaml").write_text(text + "\n", "utf-8")
    with pytest.raises(RuleError) as caught:
        load_knowledge(tmp_path)
    assert said in str(caught.value)
