"""SARIF: the structure the standard asks for, indexes that point where they say, waivers as suppressions."""

import json
from pathlib import Path

import jsonschema
import pytest

from engine import intake
from engine.cli import main
from engine.model import Indicator, Location, Scheme, SourceFile, Waiver
from engine.report.sarif import audit_sarif

SCHEMA = json.loads((Path(__file__).parents[1] / "data/sarif-2.1.0-essential.json").read_text("utf-8"))
AS_OF = "2026-06-01"


@pytest.fixture(scope="module")
def log(auditor, township):
    audit = auditor.audit(intake.read_scheme(township), as_of=AS_OF)
    return json.loads(audit_sarif([audit], "zh")), audit


def _waived(auditor, until="2026-12-31", line="1"):
    scheme = Scheme(
        title="镇考核方案",
        indicators=(Indicator(code="1", name="加分项", kind="bonus", rate=1, location=Location(row=3)),),
        waivers=(
            Waiver(
                rule="A003", line=line, reason="试点", basis="县委2026年3号文", approver="李某", until=until
            ),
        ),
        source=SourceFile(name="考核 表.csv", sha256="ab" * 32, format="csv"),
    )
    return auditor.audit(scheme, as_of=AS_OF)


def test_the_log_has_the_structure_of_the_standard(log):
    jsonschema.validate(log[0], SCHEMA)
    assert log[0]["runs"][0]["columnKind"] == "unicodeCodePoints"


@pytest.mark.parametrize("lang", ["zh", "zh-Hant", "en"])
def test_every_language_keeps_the_structure(auditor, lang):
    jsonschema.validate(json.loads(audit_sarif([_waived(auditor)], lang)), SCHEMA)


def test_the_schema_refuses_what_the_standard_does_not_know(log):
    for path, value in ((("runs", 0, "columnKind"), "bytes"), (("runs", 0, "results", 0, "level"), "info")):
        broken = json.loads(json.dumps(log[0]))
        at = broken
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = value
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, SCHEMA)


def test_indexes_point_at_their_rule_and_file(log):
    run, audit = log[0]["runs"][0], log[1]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({f.rule for f in audit.findings})
    assert len(run["results"]) == len(audit.findings)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert run["artifacts"][artifact["index"]]["location"]["uri"] == artifact["uri"] == "township.xlsx"


def test_a_finding_on_a_line_has_its_row_its_cell_and_its_text(log):
    run, audit = log[0]["runs"][0], log[1]
    finding = next(f for f in audit.findings if f.subject == "line")
    place = run["results"][audit.findings.index(finding)]["locations"][0]
    line = next(i for i in audit.scheme.indicators if i.code == finding.codes[0])
    assert place["physicalLocation"]["region"]["startLine"] == line.location.row
    assert place["physicalLocation"]["region"]["snippet"]["text"].startswith(line.name)
    assert place["logicalLocations"][0]["fullyQualifiedName"].startswith(line.location.sheet)


def test_a_waived_finding_is_suppressed_with_its_record(auditor):
    run = json.loads(audit_sarif([_waived(auditor)], "zh"))["runs"][0]
    result = next(r for r in run["results"] if r["ruleId"] == "A003")
    assert result["suppressions"] == [
        {
            "kind": "external", "status": "accepted",
            "justification": "试点；依据：县委2026年3号文；批准人：李某；截止：2026-12-31",
        }
    ]  # fmt: skip
    assert run["artifacts"][0]["location"]["uri"] == "%E8%80%83%E6%A0%B8%20%E8%A1%A8.csv"


def test_a_waiver_that_ended_suppresses_nothing(auditor):
    run = json.loads(audit_sarif([_waived(auditor, until="2026-01-31")], "en"))["runs"][0]
    assert not any("suppressions" in result for result in run["results"])
    assert any(result["ruleId"] == "A900" for result in run["results"])


def test_a_fingerprint_stays_when_the_row_moves(auditor):
    def prints(row):
        line = Indicator(code=str(row), name="App打卡次数", points=3, location=Location(row=row))
        scheme = Scheme(title="方案", indicators=(line,))
        run = json.loads(audit_sarif([auditor.audit(scheme, as_of=AS_OF)], "zh"))["runs"][0]
        return {r["partialFingerprints"]["lineAndRule/v1"] for r in run["results"]}

    assert prints(3) == prints(9)


def test_several_files_are_one_run(capfdbinary, tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text("序号,指标,分值\n1,App打卡次数,3\n", "utf-8")
    argv = ["audit", *(str(tmp_path / f"{n}.csv") for n in "ab"), "--format", "sarif", "--as-of", AS_OF]
    assert main(argv) == 1
    log = json.loads(capfdbinary.readouterr().out)
    jsonschema.validate(log, SCHEMA)
    assert len(log["runs"]) == 1 and len(log["runs"][0]["artifacts"]) == 2
    files = {
        r["locations"][0]["physicalLocation"]["artifactLocation"]["index"] for r in log["runs"][0]["results"]
    }
    assert files == {0, 1}
