"""Baselines: what is known does not count, what is new does; never for red lines, never where forbidden."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from engine.audit import Auditor
from engine.audit.baseline import (
    Baseline,
    Entry,
    SchemeEntries,
    dumps,
    read_baseline,
)
from engine.audit.covered import apply_baseline, baseline_of
from engine.cli import main
from engine.errors import EngineError, RuleError
from engine.facts.identity import identities, normal
from engine.knowledge import load_knowledge
from engine.model import Block, Indicator, Scheme, Waiver
from engine.report.contract import json_schema

AS_OF = "2026-06-01"
DATE = ["--as-of", AS_OF]
LIKES = {"name": "公众号点赞数", "criterion": "每篇点赞不少于50个", "points": 2}
FORMS = {"name": "系统填报及时率", "criterion": "每延迟一次扣0.2分", "points": 3}
SOLVED = {"name": "矛盾纠纷化解率", "criterion": "回访确认化解率达95%", "points": 5}
HEADER = "编号,指标,分值,评分标准\n"
CSV_FORMS = "1,系统填报及时率,3,每延迟一次扣0.2分\n"
CSV_SOLVED = "2,矛盾纠纷化解率,5,回访确认化解率达95%\n"
CSV_LIKES = "3,公众号点赞数,2,每篇点赞不少于50个\n"


def scheme_of(*lines, title="乡镇考核", **more):
    made = tuple(Indicator(**{"code": f"I{n:02}", **line}) for n, line in enumerate(lines, start=1))
    return Scheme(title=title, indicators=made, **more)


@pytest.fixture(scope="module")
def rules(knowledge):
    return knowledge.rules


@pytest.fixture
def apply(auditor, rules):
    """Baseline some schemes, then audit others with it."""

    def run(before, after, **more):
        made, _ = baseline_of([auditor.audit(s, as_of=AS_OF) for s in before], rules)
        audits = [auditor.audit(s, as_of=AS_OF) for s in after]
        return apply_baseline(audits, made, rules, {r.id for r in rules}, **more)

    return run


def about(audit, rule):
    return [(f.codes, f.baselined) for f in audit.findings if f.rule == rule]


def said(audit):
    return [f.message.zh for f in audit.findings if f.rule == "B900"]


def test_what_is_known_is_marked_stays_visible_and_does_not_count(apply, auditor):
    scheme = scheme_of(FORMS, SOLVED)
    (audit,) = apply([scheme], [scheme]).audits
    plain = auditor.audit(scheme, as_of=AS_OF)
    assert [f.rule for f in audit.findings] == [f.rule for f in plain.findings] and said(audit) == []
    assert all(f.baselined for f in audit.findings) and plain.count("warning") > 0 == audit.count("warning")
    assert audit.headline == plain.headline and audit.scores == plain.scores


def test_a_line_is_known_in_whatever_row_it_stands(apply):
    moved = scheme_of(SOLVED, dict(SOLVED, name="信访化解率"), FORMS)
    (audit,) = apply([scheme_of(FORMS, SOLVED)], [moved]).audits
    assert about(audit, "F107") == [(("I03",), True)]


def test_spaces_width_and_script_are_no_new_text(apply):
    spelled = dict(FORMS, name="系統填報 及時率", criterion="每延迟一次扣０.２分")
    (audit,) = apply([scheme_of(FORMS)], [scheme_of(spelled)]).audits
    assert about(audit, "F107") == [(("I01",), True)]


def test_another_text_is_another_line(apply):
    (audit,) = apply([scheme_of(FORMS)], [scheme_of(dict(FORMS, criterion="每延迟一次扣0.5分"))]).audits
    assert about(audit, "F107") == [(("I01",), False)]
    assert "存量清单记有F107（系统填报及时率）1处，现只用到0处。" in said(audit)


def test_one_more_of_the_same_counts(apply):
    (audit,) = apply([scheme_of(FORMS, SOLVED)], [scheme_of(FORMS, SOLVED, FORMS)]).audits
    assert about(audit, "F107") == [(("I01",), True), (("I03",), False)]


def test_schemes_are_told_apart_by_title_and_those_of_one_title_counted_together(apply):
    one, two = scheme_of(FORMS, title="甲"), scheme_of(FORMS, title="乙")
    audits = apply([one], [one, two]).audits
    assert [about(a, "F107")[0][1] for a in audits] == [True, False]
    audits = apply([one, one], [one, one, one]).audits
    assert [about(a, "F107")[0][1] for a in audits] == [True, True, False]


def test_pairs_and_blocks_are_known_by_their_texts(apply):
    lines = [dict(line, block="基层治理") for line in (SOLVED, SOLVED, FORMS)]
    more = {"blocks": (Block(name="基层治理", points=20),)}
    before, after = scheme_of(*lines, **more), scheme_of(*reversed(lines), **more)
    (audit,) = apply([before], [after]).audits
    assert {f.subject for f in audit.findings if f.baselined} >= {"pair", "block", "line"}
    assert all(f.baselined for f in audit.findings if f.subject in ("pair", "block")) and said(audit) == []


def test_never_means_never(apply, auditor, rules):
    scheme = scheme_of(LIKES, FORMS)
    audit = auditor.audit(scheme, as_of=AS_OF)
    made, barred = baseline_of([audit], rules)
    assert barred == 1 and "F002" not in {e.rule for e in made.schemes[0].entries}
    identity = identities(scheme.indicators, normal)[0]
    entry = Entry(identity=identity, rule="F002", count=1, name="公众号点赞数")
    forced = made.model_copy(update={"schemes": (made.schemes[0].model_copy(update={"entries": (entry,)}),)})
    found = apply_baseline([audit], forced, rules, {r.id for r in rules})
    assert about(found.audits[0], "F002") == [(("I01",), False)] and found.audits[0].count("error") == 1
    assert said(found.audits[0]) == [
        "F002不得豁免，也不得列入存量清单；该项（公众号点赞数）不生效，问题照常计入。"
    ]
    assert found.pruned.schemes == ()


def test_an_entry_of_a_rule_that_is_gone_is_stale(auditor, rules):
    audit = auditor.audit(scheme_of(SOLVED), as_of=AS_OF)
    gone = SchemeEntries(title="乡镇考核", entries=(Entry(identity="0-0001", rule="F999", count=2),))
    found = apply_baseline([audit], Baseline(schemes=(gone,)), rules, {r.id for r in rules})
    assert said(found.audits[0]) == ["存量清单记有F999（0-0001）2处，现只用到0处。"]
    assert (found.stale, found.pruned.total, found.absent) == (2, 0, ())


def test_a_waived_finding_needs_no_entry(auditor, rules):
    waiver = Waiver(
        rule="F107", line="I01", reason="汛期", basis="3号文", approver="县考核办", until="2026-12-31"
    )
    audit = auditor.audit(scheme_of(FORMS, waivers=(waiver,)), as_of=AS_OF)
    made, _ = baseline_of([audit], rules)
    assert "F107" not in {e.rule for s in made.schemes for e in s.entries}


def test_where_suppressing_is_forbidden_nothing_is_and_each_is_reported(apply, knowledge, rules):
    strict = Auditor(knowledge, suppress=False)
    waiver = Waiver(
        rule="F107", line="I01", reason="汛期", basis="3号文", approver="县考核办", until="2026-12-31"
    )
    audit = strict.audit(scheme_of(FORMS, waivers=(waiver,)), as_of=AS_OF)
    assert not any(f.waived for f in audit.findings)
    assert [f.message.zh for f in audit.findings if f.rule == "A900"] == [
        "此处不允许豁免，豁免（F107）未予采用，问题照常计入。"
    ]
    scheme = scheme_of(FORMS)
    (audit,) = apply([scheme], [scheme], suppress=False).audits
    assert not any(f.baselined for f in audit.findings)
    assert "此处不允许豁免和列入存量；存量清单中F107（系统填报及时率）的1处照常计入。" in said(audit)
    assert len(said(audit)) == len(audit.findings) - len(said(audit))


def test_a_pack_forbids_suppressing_and_nothing_allows_it_again(tmp_path, capfd):
    (tmp_path / "pack.yaml").write_text("suppress: forbidden\n", "utf-8")
    local = load_knowledge(tmp_path)
    assert local.suppress == "forbidden" and local.rules == load_knowledge().rules
    assert not Auditor(local, suppress=True).suppress
    assert main(["rules", "list", "--rules", str(tmp_path)]) == 0
    assert "pack.yaml 不允许豁免和列入存量（suppress: forbidden）" in capfd.readouterr().out
    other = tmp_path / "other"
    for text, message in (("suppress: allowed\n", "pack.yaml: suppress:"), ("", "'suppress' is missing"), ("supress: forbidden\n", "Did you mean 'suppress'")):  # fmt: skip
        other.mkdir(exist_ok=True)
        (other / "pack.yaml").write_text(text, "utf-8")
        with pytest.raises(RuleError, match=message):
            load_knowledge(other)


def test_the_file_is_sorted_stable_and_read_back(tmp_path, auditor, rules):
    audits = [auditor.audit(scheme_of(FORMS, LIKES, SOLVED, title=t), as_of=AS_OF) for t in ("乙", "甲")]
    made, _ = baseline_of(audits, rules)
    again, _ = baseline_of(reversed(audits), rules)
    assert dumps(made) == dumps(again) and dumps(made).endswith("}\n")
    keys = list(made.by_key())
    assert keys == sorted(keys) and json.loads(dumps(made))["schema"] == "quanheng.baseline/1"
    path = tmp_path / "b.json"
    path.write_text(dumps(made), "utf-8")
    assert read_baseline(path) == made


ONE = '{"schema": "quanheng.baseline/1", "schemes": [{"title": "甲", "entries": [%s]}]}'
ENTRY = '{"identity": "a-0001", "rule": "F107", "count": 1}'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no JSON text in UTF-8"),
        ("\udcff", "no JSON text in UTF-8"),
        ("[" * 100_000, "no JSON text in UTF-8"),
        ("[]", "schema is None, not 'quanheng.baseline/1'"),
        ('{"schema": "quanheng.baseline/2", "schemes": []}', "schema is 'quanheng.baseline/2'"),
        ('{"schema": "quanheng.baseline/1"}', "key 'schemes' is missing"),
        (ONE % ENTRY.replace("1}", "0}"), "count: Input should be greater than or equal to 1, got 0"),
        (ONE % ENTRY.replace("1}", "true}"), "count: Input should be a valid integer, got True"),
        (ONE % ENTRY.replace("1}", "1.0}"), "count: Input should be a valid integer"),
        (ONE % ENTRY.replace("count", "cuont"), "unknown key .schemes.0.entries.0.cuont"),
        (ONE % f"{ENTRY}, {ENTRY}", "F107 on a-0001 of 甲 stands there twice. Keep one."),
    ],
)
def test_a_bad_file_is_one_message(tmp_path, text, message):
    path = tmp_path / "b.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(EngineError, match=message) as caught:
        read_baseline(path)
    assert "b.json" in str(caught.value) and "\n" not in str(caught.value)


@pytest.fixture
def run(tmp_path, monkeypatch, capfdbinary):
    monkeypatch.chdir(tmp_path)

    def call(*argv):
        code = main([*argv, *DATE])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


def write(name, *lines):
    Path(name).write_text(HEADER + "".join(lines), "utf-8")


def test_only_what_is_new_fails_a_run(run):
    write("a.csv", CSV_FORMS, CSV_SOLVED)
    assert run("audit", "a.csv", "--fail-on", "info")[0] == 1
    code, out, err = run("audit", "a.csv", "--fail-on", "info", "--write-baseline", "b.json")
    assert code == 0 and "（存量）" in out and err.startswith("b.json: ") and "recorded." in err
    first = Path("b.json").read_bytes()
    code, again, err = run("audit", "a.csv", "--fail-on", "info", "--baseline", "b.json")
    assert (code, again, err) == (0, out, "") and "F107" in again and "处为存量" in again
    write("a.csv", CSV_SOLVED, CSV_FORMS)
    assert run("audit", "a.csv", "--fail-on", "info", "--baseline", "b.json")[0] == 0
    write("a.csv", CSV_FORMS, CSV_SOLVED, CSV_LIKES)
    code, out, _ = run("audit", "a.csv", "--baseline", "b.json")
    assert code == 1 and "错误 1 处" in out
    assert Path("b.json").read_bytes() == first


def test_never_rules_fail_even_the_run_that_writes(run):
    write("a.csv", CSV_LIKES)
    code, _, err = run("audit", "a.csv", "--write-baseline", "b.json")
    assert code == 1 and "1 of rules that may never be suppressed are left out and count." in err


def test_prune_takes_out_what_is_gone_and_leaves_other_schemes_and_rules(run):
    write("a.csv", CSV_FORMS, CSV_SOLVED)
    write("other.csv", CSV_FORMS)
    run("audit", "a.csv", "other.csv", "--write-baseline", "b.json")
    write("a.csv", CSV_SOLVED)
    _, out, err = run("audit", "a.csv", "--baseline", "b.json")
    assert "存量清单记有F107（系统填报及时率）1处，现只用到0处。" in out and "other was not audited" in err
    before = read_keys()
    run("audit", "a.csv", "--baseline", "b.json", "--prune", "--select", "S")
    assert {k for k in before if k[2][0] != "S"} <= read_keys()
    _, _, err = run("audit", "a.csv", "--baseline", "b.json", "--prune")
    assert " removed, " in err
    after = read_keys()
    assert after < before and not [k for k in after if k.titles == ("a",) and k[2] == "F107"]
    assert {k for k in before if k.titles == ("other",)} == {k for k in after if k.titles == ("other",)}
    kept = Path("b.json").read_bytes()
    code, out, err = run("audit", "a.csv", "--baseline", "b.json", "--prune", "--fail-on", "info")
    assert code == 0 and "B900" not in out and "removed" not in err and Path("b.json").read_bytes() == kept


def read_keys():
    return set(read_baseline(Path("b.json")).by_key())


@pytest.mark.parametrize("how", ["flag", "pack"])
def test_a_centre_forbids_suppressing(run, tmp_path, how):
    write("a.csv", CSV_FORMS, CSV_SOLVED)
    run("audit", "a.csv", "--write-baseline", "b.json")
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "pack.yaml").write_text("suppress: forbidden\n", "utf-8")
    option = ["--no-suppress"] if how == "flag" else ["--rules", "pack"]
    known = ["audit", "a.csv", "--baseline", "b.json", "--fail-on", "warning"]
    assert run(*known)[0] == 0
    code, out, _ = run(*known, *option)
    assert code == 1 and "（存量）" not in out and "此处不允许豁免和列入存量；存量清单中F107" in out
    code, _, err = run("audit", "a.csv", "--write-baseline", "c.json", *option)
    assert code == 2 and "c.json: suppressing is forbidden here" in err and not (tmp_path / "c.json").exists()


def test_json_sarif_csv_and_html_carry_the_mark(run):
    write("a.csv", CSV_FORMS, CSV_SOLVED)
    run("audit", "a.csv", "--write-baseline", "b.json")
    known = ["audit", "a.csv", "--baseline", "b.json", "--format"]
    made = json.loads(run(*known, "json")[1])
    jsonschema.validate(made, json_schema("audit"))
    assert all(f["baselined"] for f in made["findings"]) and made["summary"] == {
        "error": 0,
        "warning": 0,
        "info": 0,
    }
    results = json.loads(run(*known, "sarif")[1])["runs"][0]["results"]
    assert {r["suppressions"][0]["justification"] for r in results} == {"已列入存量清单"}
    rows = run(*known, "csv")[1].splitlines()
    assert rows[0].rstrip().endswith("waived,baselined") and rows[1].rstrip().endswith("False,True")
    assert "（存量）" in run(*known, "html")[1] and "(baselined)" in run(*known, "html", "--lang", "en")[1]


def test_options_that_do_not_go_together(run):
    write("a.csv", CSV_FORMS)
    code, _, err = run("audit", "a.csv", "--prune")
    assert code == 2 and "--prune: of which baseline?" in err
    code, _, err = run("audit", "a.csv", "--baseline", "b.json")
    assert code == 2 and "b.json: No such file" in err
    assert run("audit", "a.csv", "--baseline", "b.json", "--write-baseline", "b.json")[0] == 2


ACROSS = [
    str(Path(__file__).parents[1] / "examples" / "across" / f"{name}.yaml") for name in ("county", "township")
]


def across_of(out):
    return json.loads(out)[-1]["findings"]


def test_a_baseline_covers_what_schemes_say_side_by_side(run):
    strict = ["audit", *ACROSS, "--across", "--fail-on", "info"]
    assert run(*strict)[0] == 1
    code, _, err = run(*strict, "--write-baseline", "b.json")
    assert code == 0 and "recorded." in err
    held = read_baseline(Path("b.json")).across
    assert len(held) == 1 and len(held[0].titles) == 2 and held[0].entries
    code, out, err = run(*strict, "--baseline", "b.json", "--format", "json")
    assert (code, err) == (0, "") and all(f["baselined"] for f in across_of(out))
    jsonschema.validate(json.loads(out)[-1], json_schema("across"))
    assert {rule for f in across_of(out) for rule in [f["rule"]]} >= {e.rule for e in held[0].entries}
    code, out, _ = run(*strict, "--baseline", "b.json")
    assert code == 0 and "（存量）" in out.split("份方案对照")[1]


def test_an_entry_of_a_comparison_goes_when_it_covers_nothing(run):
    run("audit", *ACROSS, "--across", "--write-baseline", "b.json")
    text = Path("b.json").read_text("utf-8")
    gone = json.loads(text)
    gone["across"][0]["entries"].append(
        {"identity": "a-0001+b-0001", "rule": "X106", "count": 1, "name": "甲 / 甲"}
    )
    Path("b.json").write_text(json.dumps(gone, ensure_ascii=False), "utf-8")
    known = ["audit", *ACROSS, "--across", "--baseline", "b.json"]
    _, out, _ = run(*known, "--format", "json")
    assert [f["message"] for f in across_of(out) if f["rule"] == "B900"] == [
        "存量清单记有X106（甲 / 甲）1处，现只用到0处。"
    ]
    run("audit", *ACROSS, "--baseline", "b.json", "--prune")  # without --across it is not asked
    run(*known, "--prune", "--ignore", "X106")
    assert len(json.loads(Path("b.json").read_text("utf-8"))["across"][0]["entries"]) == len(
        gone["across"][0]["entries"]
    )
    assert " removed, " in run(*known, "--prune")[2]
    assert Path("b.json").read_text("utf-8") == text


def test_a_comparison_with_another_scheme_is_another_one(run):
    run("audit", *ACROSS, "--across", "--write-baseline", "b.json")
    write("other.csv", CSV_FORMS)
    _, _, err = run("audit", ACROSS[0], "other.csv", "--across", "--baseline", "b.json")
    assert "、" in err and "was not audited; its entries stay." in err
    kept = read_baseline(Path("b.json"))
    run("audit", ACROSS[0], "other.csv", "--across", "--baseline", "b.json", "--prune")
    assert read_baseline(Path("b.json")).across == kept.across


def test_where_suppressing_is_forbidden_a_comparison_counts_too(run):
    run("audit", *ACROSS, "--across", "--write-baseline", "b.json")
    code, out, _ = run(
        "audit",
        *ACROSS,
        "--across",
        "--baseline",
        "b.json",
        "--no-suppress",
        "--fail-on",
        "info",
        "--format",
        "json",
    )
    found = across_of(out)
    assert code == 1 and not any(f["baselined"] for f in found)
    assert any("此处不允许豁免和列入存量；存量清单中X" in f["message"] for f in found)


def test_two_schemes_as_a_whole_are_known_by_their_titles(auditor, rules):
    one, two, three = (scheme_of(FORMS, SOLVED, LIKES, title=t, object=t) for t in ("甲", "乙", "丙"))
    wanted = {"select": ["X103"], "as_of": AS_OF}
    made, _ = baseline_of([auditor.audit_across([one, two], **wanted)], rules)
    assert [(a.titles, [e.identity for e in a.entries]) for a in made.across] == [(("乙", "甲"), ["schemes"])]
    whole = auditor.audit_across([three, two, one], **wanted)
    found = apply_baseline([], made, rules, {"X103"}, across=whole).across
    assert {f.schemes: f.baselined for f in found.findings} == {(1, 2): False, (1, 3): False, (2, 3): True}
