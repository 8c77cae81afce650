"""Several schemes in one programme: what they share ends equal, the rest is each one's own, and it is all said."""

import json
import os
import re
from pathlib import Path

import jsonschema
import pytest

from engine.cli import main
from engine.intake import read_scheme
from engine.report.contract import json_schema
from engine.reweight.wishes import Wishes
from engine.together import propose_together

ROOT = Path(__file__).parents[1]
NAMES = ("streets", "industry", "farming")
FILES = [f"examples/groups/{name}.yaml" for name in NAMES]
DATE = ["--as-of", "2026-06-01"]


@pytest.fixture(autouse=True)
def _at_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def run(capfd, *argv):
    code = main(["reweight", *argv, *DATE])
    out, err = capfd.readouterr()
    return code, out, err


def as_json(capfd, *argv):
    code, out, err = run(capfd, *argv, "--together", "--format", "json")
    assert (code, err) == (0, "")
    return json.loads(out)


def ends(made):
    """The lines of each scheme by code: points kept and rewritten, action, standard."""
    return [
        {
            x["code"]: (
                x["kept"],
                x["rewritten"],
                x["action"],
                x["standard"] and (x["standard"]["name"], x["standard"]["text"]),
            )
            for x in group["proposal"]["lines"]
        }
        for group in made["groups"]
    ]


def test_json_keeps_its_schema_and_its_golden_file(capfd):
    made = as_json(capfd, *FILES)
    jsonschema.validate(made, json_schema("groups"))
    for group in made["groups"]:  # versions and hashes change with every release and rule
        del group["proposal"]["provenance"]
    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    golden = ROOT / "tests" / "golden" / "groups.json"
    if os.environ.get("QUANHENG_GOLDEN") == "write":
        golden.write_text(text, encoding="utf-8")
    assert made == json.loads(golden.read_text(encoding="utf-8"))


def test_shared_lines_end_equal_and_their_standard_is_paid_once(capfd):
    made = as_json(capfd, *FILES)
    lines = ends(made)
    assert [one["codes"] for one in made["shared"]] == [
        [f"{n}#I0{k}" for n in (1, 2, 3)] for k in range(1, 7)
    ]
    moved = False
    for one in made["shared"]:
        places = [code.split("#") for code in one["codes"]]
        found = {
            (kept, rewritten, standard)
            for kept, rewritten, _, standard in (lines[int(n) - 1][code] for n, code in places)
        }
        ((kept, rewritten, standard),) = found
        assert kept + rewritten == one["after"] and (one["standard"] is None) == (standard is None)
        moved = moved or len(set(one["before"])) > 1
    assert moved, "the example shares lines whose points differ"
    paid = {one["paid_in"] for one in made["shared"] if one["paid_in"]}
    costs = [group["proposal"]["disruption"] for group in made["groups"]]
    assert len(paid) == 1 and made["disruption"] == pytest.approx(sum(costs))
    alone = []
    for file in FILES:
        _, out, _ = run(capfd, file, "--format", "json")
        alone.append(json.loads(out)["disruption"])
    assert made["disruption"] < sum(alone), "three shared standards are paid once, not three times"
    for group in made["groups"]:
        assert all(block["before"] == block["after"] for block in group["proposal"]["blocks"])


def test_each_schemes_points_are_audited_as_printed(capfd):
    for group in as_json(capfd, *FILES)["groups"]:
        scores = group["proposal"]["scores"]
        assert scores["after"]["red_line_share"]["value"] == 0 < scores["before"]["red_line_share"]["value"]
        assert scores["after"]["headline"]["value"] > scores["before"]["headline"]["value"]


def test_the_order_of_the_files_changes_nothing_but_the_numbers(capfd):
    one, two = as_json(capfd, *FILES), as_json(capfd, *reversed(FILES))
    assert ends(one) == list(reversed(ends(two))) and one["disruption"] == two["disruption"]
    paid = {3 - (s["paid_in"] - 1) for s in one["shared"] if s["paid_in"]}
    assert paid == {s["paid_in"] for s in two["shared"] if s["paid_in"]}


def test_proposing_together_on_the_proposals_changes_nothing(capfd, tmp_path):
    target = tmp_path / "next.yaml"
    run(capfd, *FILES, "--together", "--proposal", str(target))
    files = sorted(str(path) for path in tmp_path.iterdir())
    assert [Path(file).name for file in files] == ["next-1.yaml", "next-2.yaml", "next-3.yaml"]
    made = as_json(capfd, *files)
    assert made["disruption"] == 0 and len(made["shared"]) == 6
    for group in made["groups"]:
        assert {line["action"] for line in group["proposal"]["lines"]} <= {"keep", "frozen"}


def test_the_text_says_what_was_taken_as_shared(capfd):
    code, out, err = run(capfd, *FILES, "--together")
    assert (code, err) == (0, "")
    assert "3 份方案合并求解：可行" in out and "认作共用、分值和标准保持一致的指标：" in out
    assert "矛盾纠纷化解率（1#I03、2#I03、3#I03）：12、12、10 → 12 分" in out
    assert re.search(r"系统填报及时率（.*）：8、10、8 → 8 分，标准改为“.*”（改动计在方案 3）", out)
    assert out.count("改动：") == 3 and out.count("本结果是对方案文本的分析") == 1 and "\x1f" not in out
    _, out, _ = run(capfd, *FILES, "--together", "--lang", "en")
    assert "Taken as shared, with equal points and standard:" in out and "(paid in scheme 3)" in out
    _, out, _ = run(capfd, *FILES, "--together", "--stated-only")
    assert "没有认出共用指标" in out


def test_stated_lines_are_shared_whatever_their_standard(capfd):
    made = as_json(capfd, *FILES, "--stated-only", "--same", "办事群众满意度", "--same", "1#I08=2#I07")
    assert [(one["name"], one["codes"], one["basis"]) for one in made["shared"]] == [
        ("办事群众满意度", ["1#I05", "2#I05", "3#I05"], "stated"),
        ("物业投诉办结率", ["1#I08", "2#I07"], "stated"),
    ]
    lines = ends(made)
    assert lines[0]["I08"][:2] == lines[1]["I07"][:2] and lines[0]["I08"][3] == lines[1]["I07"][3]


def test_one_schemes_rows_are_explained_when_asked(capfd):
    for asked in ("2", "industry", "industry.yaml", "临江县2026年度工业镇考核评分表（示例）"):
        made = as_json(capfd, *FILES, "--explain-group", asked)
        rows = [group["proposal"]["constraints"] for group in made["groups"]]
        assert rows[0] == rows[2] == [] and any(row["price"] is not None for row in rows[1])
    role = next(row for row in rows[1] if row["id"] == "role_share")
    assert role["state"] == "slack" and "岗位差异化分值不低于可调分值的30%" in role["text"]
    made = as_json(capfd, *FILES, "--explain-group", "1", "--explain-group", "3")
    assert [bool(group["proposal"]["constraints"]) for group in made["groups"]] == [True, False, True]


def test_a_lock_in_one_scheme_keeps_the_standard_in_all(capfd):
    made = as_json(capfd, *FILES, "--lock", "1#I06", "--set", "cap=0.3")
    lines = ends(made)
    assert [found["I06"][1] for found in lines] == [0, 0, 0] and lines[0]["I06"][2] == "frozen"
    assert {found["I06"][0] for found in lines} == {8}


def test_what_cannot_be_reconciled_is_a_result_with_names(capfd):
    code, out, err = run(capfd, *FILES, "--together", "--lock", "2#I04")
    assert (code, err) == (1, "") and "所设条件互相矛盾" in out
    assert "共用指标“系统填报及时率”在各组分值相同" in out
    assert "临江县2026年度城区街道考核评分表（示例）：“系统填报及时率”不属结果类，分值不得提高" in out
    assert "--stated-only" in out and "\x1f" not in out
    code, out, _ = run(capfd, *FILES, "--together", "--lock", "2#I04", "--format", "json")
    made = json.loads(out)
    jsonschema.validate(made, json_schema("groups"))
    assert code == 1 and made["status"] == "infeasible" and made["disruption"] is None
    assert {item["id"].partition(":")[0] for item in made["conflict"]} >= {"shared"} and "\x1f" not in out


def test_a_line_that_may_not_move_and_differs_is_set_aside(capfd, tmp_path):
    file = tmp_path / "other.yaml"
    text = (ROOT / FILES[1]).read_text(encoding="utf-8")
    file.write_text(
        text.replace("points: 10", "points: 12", 1).replace("points: 10", "points: 8", 1), "utf-8"
    )
    made = as_json(
        capfd, FILES[0], str(file), "--stated-only", "--same", "三会一课", "--same", "办事群众满意度"
    )
    party, other = made["shared"]
    assert (party["held"], party["before"], party["after"]) == (False, [10, 12], None) and other["held"]
    assert party["reason"] == "各方案中分值不动且不相等"
    _, out, _ = run(capfd, FILES[0], str(file), "--together", "--stated-only", "--same", "三会一课")
    assert "未作共用：三会一课（1#I01、2#I01，人工指定），各方案中分值不动且不相等" in out


def test_schemes_keep_a_share_of_their_own(auditor):
    """With all but one line shared, its own line must hold 30 % of the points: the row gives way and says so."""
    audits = []
    for n, own in enumerate(("供水水质达标率", "供暖达标率")):
        lines = [
            f"- {{name: {name}, criterion: 抽样调查群众，满意率按比例计分。, points: {points}}}"
            for name, points in (("办事群众满意度", 50), ("矛盾纠纷化解率", 45), (own, 5))
        ]
        audits.append(_audit(auditor, f"title: 方案{n}\nobject: township\nindicators:\n" + "\n".join(lines)))
    made = propose_together(auditor, audits, Wishes(levers=("rewrite", "shift")))
    assert made.status == "relaxed" and len(made.shared) == 2
    for report in made.reports:
        (relaxed,) = [r for r in report.proposal.relaxations if r.id == "role_share"]
        assert "岗位差异化分值不低于可调分值的30%" in relaxed.text.zh
        own = next(line for line in report.proposal.lines if line.before == 5)
        assert own.after == 10, "as far as its growth allows"


def _audit(auditor, text: str):
    from engine.workbench import open_scheme

    return auditor.audit(open_scheme("a.yaml", text.encode())[0], as_of="2026-06-01")


BAD = {
    "no together": (FILES, "reweight: 3 files were named, and a proposal is for one scheme. Add --together"),
    "one file": ([FILES[0], "--together"], "--together: 1 scheme was read, and it takes two or more."),
    "alone": ([FILES[0], "--same", "x"], "--same: speaks of several schemes. Add --together, or leave it out."),
    "explain alone": ([FILES[0], "--explain-group", "1"], "--explain-group: speaks of several schemes."),
    "scores": ([*FILES, "--together", "--scores", "x.csv"], "--scores: speaks of one scheme, and --together of several."),
    "change": ([*FILES, "--together", "--max-change", "0"], "--max-change: speaks of one scheme"),
    "ranges": ([*FILES, "--together", "--ranges"], "--ranges: speaks of one scheme"),
    "draws": ([*FILES, "--together", "--draws", "9"], "--draws: speaks of one scheme"),
    "form": ([*FILES, "--together", "--format", "xlsx"], "--together is written as text or json, not xlsx."),
    "points only": ([*FILES, "--together", "--levers", "shift,cross"], "points-only mode (--levers shift,cross) is for one scheme."),
    "lock": ([*FILES, "--together", "--lock", "I04"], "--lock I04: of which scheme? Write its number and the code: from 1#I04 to 3#I04."),
    "bound": ([*FILES, "--together", "--bound", "4#I04=1:2"], "--bound 4#I04: of which scheme?"),
    "red lock": ([*FILES, "--together", "--lock", "2#I02"], "临江县2026年度工业镇考核评分表（示例）: --lock I02: the line's present measure may not be scored"),
    "group": ([*FILES, "--together", "--explain-group", "industri"], "--explain-group industri: no scheme is called so. Did you mean 'industry'?"),
    "no line": ([*FILES, "--together", "--same", "1#I07=2#I77"], "--same 2#I77: scheme 2 (临江县2026年度工业镇考核评分表（示例）) has no line 'I77'."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_meant_is_said_in_one_line(name, capfd):
    options, message = BAD[name]
    code, out, err = run(capfd, *options)
    assert (code, out) == (2, "") and message in err and "Traceback" not in err


def test_different_steps_name_the_remedy(capfd, tmp_path):
    file = tmp_path / "half.yaml"
    text = (ROOT / FILES[2]).read_text(encoding="utf-8")
    file.write_text(
        text.replace("points: 12", "points: 12.5", 1).replace("points: 14", "points: 13.5", 1), "utf-8"
    )
    code, out, err = run(capfd, FILES[0], str(file), "--together")
    assert (code, out) == (2, "") and "（示例）: 1; " in err and "Add --step 0.5, the finest of them." in err
    assert run(capfd, FILES[0], str(file), "--together", "--step", "0.5")[0] in (0, 1)


def test_schemes_of_one_title_are_told_apart(auditor):
    audit = auditor.audit(read_scheme(ROOT / FILES[0]), as_of="2026-06-01")
    made = propose_together(auditor, [audit, audit], Wishes())
    assert [name[-3:] for name in made.names] == ["（1）", "（2）"]
    assert len(made.shared) == 10 and made.status == "relaxed", "nothing is left of its own"
