"""The command line keeps its promises: contracts, exit codes, one clear message, nothing half-written."""

import itertools
import json
import os
from pathlib import Path

import highspy
import jsonschema
import pytest

from engine.cli import main
from engine.intake import read_scheme
from engine.report.contract import CONTRACTS, json_schema

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden"
SCHEMAS = ROOT / "docs" / "schemas"
DATE = ["--as-of", "2026-06-01"]
TOWNSHIP = "examples/township.xlsx"
CASES = {
    "classify": ["classify", "examples/names.csv", "--format", "json"],
    "audit": ["audit", TOWNSHIP, "--format", "json", "--fail-on", "never", *DATE],
    "score": ["score", TOWNSHIP, "--format", "json", *DATE],
    "reweight": ["reweight", TOWNSHIP, "--format", "json", *DATE],
    "reweight-asked": [
        "reweight", TOWNSHIP, "--format", "json", "--scores", "examples/township-scores.csv", "--max-change", "1",
        "--judgements", "examples/judgements.yaml", "--ranges", "--draws", "20", *DATE,
    ],
    "frontier": ["frontier", TOWNSHIP, "--format", "json", *DATE],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _at_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def run(capfdbinary, *argv):
    code = main(argv)
    out, err = capfdbinary.readouterr()
    return code, out.decode(), err.decode()


@pytest.mark.parametrize("verb", CASES)
def test_json_keeps_its_schema_and_its_golden_file(verb, capfdbinary):
    code, out, err = run(capfdbinary, *CASES[verb])
    assert (code, err) == (0, "")
    made = json.loads(out)
    jsonschema.validate(made, json_schema(verb.partition("-")[0]))
    if "provenance" in made:  # versions and hashes change with every release and rule
        made["provenance"] = {"engine": made["provenance"]["engine"], "as_of": made["provenance"]["as_of"]}
    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    golden = GOLDEN / f"{verb}.json"
    if os.environ.get("QUANHENG_GOLDEN") == "write":
        golden.write_text(text, encoding="utf-8")
    assert made == json.loads(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("verb", CONTRACTS)
def test_the_schema_in_the_docs_is_the_one_in_use(verb):
    path = SCHEMAS / f"{verb}.json"
    text = json.dumps(json_schema(verb), ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("QUANHENG_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def test_same_input_gives_the_same_bytes(capfdbinary, tmp_path):
    for form in ("json", "html", "xlsx"):
        first, second = tmp_path / f"a.{form}", tmp_path / f"b.{form}"
        for target in (first, second):
            code, *_ = run(
                capfdbinary, "reweight", TOWNSHIP, "--format", form, "--output", str(target), *DATE
            )
            assert code == 0
        assert first.read_bytes() == second.read_bytes(), form


def test_the_proposal_of_the_township_example_can_be_defended(capfdbinary):
    _, out, _ = run(capfdbinary, *CASES["audit"])
    audit = json.loads(out)
    _, out, _ = run(capfdbinary, *CASES["reweight"])
    made = json.loads(out)
    red = {c for f in audit["findings"] if f["effect"] == "prohibit" for c in f["codes"]}
    assert {"I04", "I06", "I07", "I08"} <= red, "study time, registration, punch-in and likes are red lines"
    lines = {line["code"]: line for line in made["lines"]}
    assert all(abs(b["before"] - b["after"]) < 1e-9 for b in made["blocks"])
    assert all(lines[code]["kept"] == 0 for code in red)
    for line in lines.values():
        assert line["after"] <= max(2 * line["before"], line["before"] + 2) + 1e-9 or line["action"] == "new"
        assert line["after"] == pytest.approx(line["kept"] + line["rewritten"])
    frozen = [line for line in lines.values() if line["action"] == "frozen"]
    assert all(line["after"] == line["before"] for line in frozen)
    party = [line for line in lines.values() if "三会一课" in line["name"] or "党费" in line["name"]]
    assert party and all(line["action"] == "frozen" for line in party)
    assert made["status"] in ("optimal", "relaxed") and bool(made["relaxations"]) == (
        made["status"] == "relaxed"
    )
    after = made["scores"]["after"]
    assert after["headline"]["value"] > made["scores"]["before"]["headline"]["value"]
    assert after["red_line_share"]["value"] == 0


def test_more_outcome_points_never_cost_less(capfdbinary):
    _, out, _ = run(capfdbinary, *CASES["frontier"])
    points = json.loads(out)["by_disruption"]
    assert len(points) > 5
    for one, two in itertools.pairwise(points):
        assert two["outcome"] > one["outcome"] and two["disruption"] > one["disruption"]


def test_the_written_model_has_the_disruption_of_the_proposal(capfdbinary, tmp_path):
    target = tmp_path / "model.mps"
    _, out, _ = run(capfdbinary, *CASES["reweight"], "--write-model", str(target))
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.readModel(str(target))
    solver.run()
    made = json.loads(out)
    lost = made["rounding_loss"] or 0
    assert solver.getObjectiveValue() == pytest.approx(made["disruption"] - lost, abs=1e-4)


def test_last_years_scores_say_who_rises_and_who_falls(capfdbinary, tmp_path):
    scheme, scores = tmp_path / "scheme.csv", tmp_path / "scores.csv"
    scheme.write_text(
        "编号,指标,分值,评分标准\nA1,问题解决率,20,由反映人确认\nA2,台账资料,10,齐全得满分\nA3,会议次数,10,每次1分\n",
        encoding="utf-8",
    )
    scores.write_text("单位,A1,A2,A3\n甲乡,12,10,10\n乙镇,20,4,2\n丙镇,10,10,6\n", encoding="utf-8")
    options = [
        "reweight",
        str(scheme),
        "--scores",
        str(scores),
        "--levers",
        "shift",
        "--set",
        "cap=0.2",
        *DATE,
    ]
    _, out, err = run(capfdbinary, *options, "--format", "json")
    units = {u["unit"]: u for u in json.loads(out)["units"]["units"]}
    assert err == "" and units["甲乡"]["rank_before"] == 1 and units["乙镇"]["rank_before"] == 2
    assert units["乙镇"]["rank_after"] == 1 and units["乙镇"]["total_after"] > units["乙镇"]["total_before"]
    _, out, _ = run(capfdbinary, *options)
    assert "乙镇：第 2 → 1 位，升 1 位" in out


def test_classify_and_audit_read_a_scheme_alike(capfdbinary, auditor, township):
    _, out, _ = run(capfdbinary, "classify", TOWNSHIP, "--format", "json")
    shown = {
        line["code"]: (line["level"], line["class"], line["p"]) for line in json.loads(out)["indicators"]
    }
    audit = auditor.audit(read_scheme(township), as_of="2026-06-01")
    assert shown == {c.code: (c.level, c.class_, round(c.p, 6)) for c in audit.classifications}


def test_classify_reads_the_lines_of_a_scheme_and_not_its_totals_and_notes(capfdbinary):
    _, out, _ = run(capfdbinary, "classify", TOWNSHIP, "--format", "json")
    names = [line["name"] for line in json.loads(out)["indicators"]]
    assert len(names) == 24 and not any("合计" in name or "备注" in name for name in names)


def test_proposing_on_the_proposal_changes_nothing(capfdbinary, tmp_path):
    target = tmp_path / "proposal.yaml"
    run(capfdbinary, "reweight", TOWNSHIP, "--proposal", str(target), "--profile", "township", *DATE)
    code, out, _ = run(
        capfdbinary, "reweight", str(target), "--format", "json", "--profile", "township", *DATE
    )
    made = json.loads(out)
    assert code == 0
    assert {line["action"] for line in made["lines"]} <= {"keep", "frozen"}
    assert made["movement"] == 0


def test_exit_codes_follow_the_findings(capfdbinary):
    assert run(capfdbinary, "audit", TOWNSHIP, *DATE)[0] == 1
    assert run(capfdbinary, "audit", TOWNSHIP, "--fail-on", "never", *DATE)[0] == 0
    code, out, err = run(capfdbinary, "audit", "no-such.xlsx", *DATE)
    assert (code, out) == (2, "") and "no-such.xlsx" in err and "Traceback" not in err
    assert run(capfdbinary, "audit")[0] == 2
    assert run(capfdbinary, "audit", TOWNSHIP, "--as-of", "gestern")[0] == 2
    assert run(capfdbinary, "--help")[0] == 0


def test_a_failed_run_leaves_no_file_behind(capfdbinary, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("序号,指标,分值\n1,问题解决率,3O\n", encoding="utf-8")
    target = tmp_path / "out.json"
    code, out, err = run(capfdbinary, "audit", str(bad), "--format", "json", "--output", str(target), *DATE)
    assert (code, out) == (2, "") and 'weight "3O" is not a number' in err and "分值“3O”不是数字" in err
    assert not target.exists() and len(list(tmp_path.iterdir())) == 1


def test_contradictory_locks_are_named_in_plain_words(capfdbinary):
    _, out, _ = run(capfdbinary, *CASES["audit"])
    red = next(f["codes"][0] for f in json.loads(out)["findings"] if f["effect"] == "prohibit")
    code, out, err = run(capfdbinary, "reweight", TOWNSHIP, "--lock", red, *DATE)
    assert code in (1, 2) and red in (out + err)
    code, _, err = run(capfdbinary, "reweight", TOWNSHIP, "--lock", "Z99", *DATE)
    assert code == 2 and "Z99" in err


def test_statistics_and_selection(capfdbinary):
    _, out, _ = run(
        capfdbinary, "audit", TOWNSHIP, "--select", "F", "--statistics", "--fail-on", "never", *DATE
    )
    rows = [line.split("\t") for line in out.strip().splitlines()]
    assert rows and all(code.startswith("F") for _, code, _ in rows)


def test_rules_are_listed_shown_and_checked(capfdbinary):
    code, out, _ = run(capfdbinary, "rules")
    assert code == 0 and "F001" in out
    code, out, _ = run(capfdbinary, "rules", "F001", "--lang", "en")
    assert code == 0 and "Fires when" in out and "2026" in out
    code, _, err = run(capfdbinary, "rules", "F0O1")
    assert code == 2 and "no such rule" in err
    assert run(capfdbinary, "rules", "check")[0] == 0


def test_explain_says_why_a_rule_fired_and_why_not(capfdbinary):
    _, out, _ = run(capfdbinary, *CASES["audit"])
    found = next(f for f in json.loads(out)["findings"] if f["rule"].startswith("F"))
    rule, code = found["rule"], found["codes"][0]
    status, out, _ = run(capfdbinary, "explain", rule, f"{TOWNSHIP}#{code}", *DATE)
    assert status == 0 and out.count("\n") > 2


def test_sarif_names_every_finding(capfdbinary):
    _, out, _ = run(capfdbinary, "audit", TOWNSHIP, "--format", "sarif", "--fail-on", "never", *DATE)
    log = json.loads(out)
    rules = {rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    results = log["runs"][0]["results"]
    assert log["version"] == "2.1.0" and results and {r["ruleId"] for r in results} == rules


def test_demo_writes_its_report_and_says_where_to_look(capfdbinary, tmp_path):
    code, out, err = run(capfdbinary, "demo", "--output", str(tmp_path / "out"))
    assert (code, err) == (0, "")
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "township.html", "township.xlsx", "township-proposal.yaml",
    }  # fmt: skip
    assert [line[:2] for line in out.strip().splitlines()[-3:]] == ["1.", "2.", "3."]


def test_where_it_cannot_be_done_the_options_named_can_be_typed(capfdbinary, tmp_path):
    code, out, _ = run(capfdbinary, "reweight", TOWNSHIP, "--levers", "shift", *DATE)
    assert code == 1
    assert "“党的建设”板块合计不变（其中可调整的指标共 4 分）；不可放宽" in out
    assert "“学习平台参与度”的现有计分方式不得计分 → --levers rewrite,shift" in out
    assert "启用“改写标准”：--levers rewrite,shift" in out
    code, out, _ = run(capfdbinary, "reweight", TOWNSHIP, "--levers", "rewrite,shift", *DATE)
    assert (code, "怎么办" in out) == (0, False)


@pytest.mark.parametrize("form", ["html", "xlsx"])
def test_documents_hold_the_way_out_too(form, capfdbinary, tmp_path):
    file = tmp_path / f"r.{form}"
    bounds = ["--bound", "I13=30:", "--lang", "en"]
    run(capfdbinary, "report", TOWNSHIP, *bounds, "--format", form, "--output", str(file), *DATE)
    text = file.read_text() if form == "html" else _cells(file)
    assert "What to do (any one is enough; none touches national rules):" in text
    assert "at least 12: --bound I13=12:" in text


def _cells(file):
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(file))
    return "\n".join(
        str(cell)
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
    )


@pytest.mark.parametrize("step", ["0", "-1", "nan"])
def test_a_step_is_a_number_of_points_above_zero(step, capfdbinary):
    code, out, err = run(capfdbinary, "reweight", TOWNSHIP, f"--step={step}", *DATE)
    assert (code, out) == (2, "")
    assert f"step {float(step)}: a step is a number above 0" in err
