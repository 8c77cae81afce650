"""What a proposal can be asked for beside itself: bounds on units, ranges, judgements, draws; in every form."""

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from python_calamine import load_workbook

from engine.cli import main
from engine.intake import read_judgements, read_unit_scores
from engine.propose import problem_for
from engine.report import FORMS
from engine.reweight.wishes import Wishes
from engine.workbench import open_scheme, rebalance, with_standing

ROOT = Path(__file__).parents[1]
TOWNSHIP, SCORES = "examples/township.xlsx", "examples/township-scores.csv"
JUDGEMENTS = "examples/judgements.yaml"
DATE = ["--as-of", "2026-06-01"]


@pytest.fixture(autouse=True)
def _at_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="module")
def report(auditor, township):
    scheme, _ = open_scheme(township.name, township.read_bytes())
    audit = auditor.audit(scheme, as_of="2026-06-01")
    wishes = Wishes(
        scores=read_unit_scores(ROOT / SCORES, scheme.indicators), max_change=1.0, ranges=True,
        judgements=read_judgements(ROOT / JUDGEMENTS),
    )  # fmt: skip
    return with_standing(rebalance(auditor, audit, (), wishes), problem_for(auditor, audit, wishes), 20)


def run(capfd, *argv):
    code = main(argv)
    out, err = capfd.readouterr()
    return code, out, err


def as_json(capfd, *argv):
    code, out, err = run(capfd, "reweight", TOWNSHIP, "--format", "json", *argv, *DATE)
    assert (code, err) == (0, "")
    return json.loads(out)


def test_no_unit_moves_by_more_than_asked(capfd):
    scheme = ("--scores", SCORES, "--levers", "shift,rewrite", "--judgements", JUDGEMENTS)
    free = as_json(capfd, *scheme)["units"]
    held = as_json(capfd, *scheme, "--max-change", "0.8")
    moves = [abs(u["total_after"] - u["total_before"]) for u in free["units"]]
    assert max(moves) > 0.8 and free["max_change"] is None
    units = held["units"]
    assert max(abs(u["total_after"] - u["total_before"]) for u in units["units"]) <= 0.8 + 1e-6
    assert (units["max_change"], units["beyond"]) == (0.8, [])
    rows = {c["id"]: c for c in held["constraints"] if c["id"].startswith("unit:")}
    assert len(rows) == 16 and {c["row_class"] for c in rows.values()} == {"local"}
    for unit in units["units"]:  # what the row says is what the ranks say
        row = rows[f"unit:{unit['unit']}:lower"]
        assert row["value"] == pytest.approx(unit["total_after"], abs=1e-5)
        assert row["limit"] == pytest.approx(unit["total_before"] - 0.8, abs=1e-5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--max-change", "2"], "--max-change 2: no scores say what a unit's total is. Add --scores FILE"),
        (["--max-change", "-1", "--scores", SCORES], "--max-change -1: not a number of points >= 0."),
        (["--max-change", "nan", "--scores", SCORES], "--max-change nan: not a number of points >= 0."),
        (["--draws", "0"], "--draws 0: from 1 to 10,000 draws can be made."),
        (["--draws", "20000"], "--draws 20000: from 1 to 10,000 draws can be made."),
        (["--judgements", "none.yaml"], "none.yaml: there is no such file."),
    ],
)
def test_what_cannot_be_meant_is_said_in_one_line(options, message, capfd):
    code, out, err = run(capfd, "reweight", TOWNSHIP, *options, *DATE)
    assert (code, out) == (2, "") and message in err and "Traceback" not in err


def test_a_judgement_on_no_line_names_the_file(capfd, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("judgements:\n- {method: roc, of: [I18, 民生实事]}\n", encoding="utf-8")
    code, _, err = run(capfd, "reweight", TOWNSHIP, "--judgements", str(file), *DATE)
    assert code == 2 and 'mine.yaml, judgement 1: the scheme has no line "民生实事". Did you mean' in err
    assert "方案中没有指标“民生实事”" in err


def test_ranges_are_whole_steps_around_what_is_printed(capfd):
    made = as_json(capfd, "--ranges", "--set", "floor=0.9", "--set", "path_step=1")
    lines = [line for line in made["lines"] if line["range_low"] is not None]
    assert len(lines) == len(made["lines"])
    for line in lines:
        assert line["range_low"] <= line["after"] <= line["range_high"]
        if line["kind"] == "base":
            assert line["range_low"] % 0.5 == line["range_high"] % 0.5 == 0
    assert all(line["range_low"] is None for line in as_json(capfd)["lines"])


def test_draws_are_seeded_and_every_line_has_its_share(capfd):
    made = as_json(capfd, "--draws", "30")
    assert made == as_json(capfd, "--draws", "30")
    told = made["standing"]
    assert (told["draws"], told["firm_share"]) == (30, 0.95)
    assert {line["code"]: line["action"] for line in told["lines"]} == {
        line["code"]: line["action"] for line in made["lines"]
    }
    assert all(line["firm"] is (line["share"] >= 0.95) for line in told["lines"])


def test_the_judgements_stand_beside_the_points(capfd):
    made = as_json(capfd, "--judgements", JUDGEMENTS)
    first, second = made["judgements"]
    after = {line["code"]: line["after"] for line in made["lines"]}
    assert first["method"] == "ahp" and first["consistent"] and first["kept"]
    assert first["consistency_ratio"] == pytest.approx(0.0462, abs=1e-4)
    assert {item["code"]: item["after"] for item in first["items"]} == {
        c: after[c] for c in ("I18", "I16", "I17")
    }
    assert first["revisit"]["text"].startswith(
        "与其余判断出入最大的一项：“办事群众满意度”判为与“民生实事办理”同等，按其余判断推算约为其 1.3 倍。"
    )
    assert second["ksi"] == 0 and second["revisit"] is None
    assert [item["held"] for item in second["items"]] == [True, False, True]


WORDS = {
    "zh": ("选择余地", "判断与权重", "哪些改动站得住", "谁升谁降", "总分变动均不超过 1 分"),
    "en": ("How far points are open", "Judgements and weights", "Which actions stand", "Who rises", "moves by more than 1 points"),
}  # fmt: skip


@pytest.mark.parametrize("lang", WORDS)
@pytest.mark.parametrize(("verb", "form"), [("reweight", "text"), ("report", "html")])
def test_all_that_was_asked_for_is_in_the_report(report, verb, form, lang):
    told = FORMS[verb][form](report, lang).decode()
    assert all(word in told for word in WORDS[lang])
    assert "办事群众满意度" in told and "CR = 0.046" in told and "20 " in told
    if lang == "en":
        own = re.sub(r"“[^”]*”|[一-鿿]+", "", told.partition(WORDS["en"][0])[2].partition("Findings")[0])
        assert not re.search("[，。：]", own)


def test_a_plain_proposal_says_nothing_of_them(auditor, township):
    scheme, _ = open_scheme(township.name, township.read_bytes())
    plain = rebalance(auditor, auditor.audit(scheme, as_of="2026-06-01"))
    told = FORMS["reweight"]["text"](plain, "zh").decode() + FORMS["report"]["html"](plain, "zh").decode()
    assert not any(word in told for word in WORDS["zh"])


def test_the_workbook_has_a_sheet_for_each(report):
    book = load_workbook(BytesIO(FORMS["report"]["xlsx"](report, "zh")))
    assert book.sheet_names == [
        "建议方案", "新旧标准对照表", "选择余地", "判断与权重", "标注稳定性", "谁升谁降", "问题清单", "评分", "说明",
    ]  # fmt: skip
    ranks = book.get_sheet_by_name("谁升谁降").to_python()
    assert [row[0] for row in ranks[1:-1]] == [
        u.unit for u in sorted(report.ranks.units, key=lambda u: u.rank_after)
    ]
    assert ranks[-1][0] == "各单位总分变动均不超过 1 分。"
    draws = book.get_sheet_by_name("标注稳定性").to_python()
    assert len(draws) == 2 + len(report.standing.lines)
    assert ["I18", "办事群众满意度"] in [row[:2] for row in book.get_sheet_by_name("判断与权重").to_python()]


def test_an_open_range_is_told_in_every_form(report):
    lines = [
        line.model_copy(update={"range_low": 5.0, "range_high": 9.0}) if line.code == "I13" else line
        for line in report.proposal.lines
    ]
    opened = report._replace(proposal=report.proposal.model_copy(update={"lines": tuple(lines)}))
    after = f"{next(line.after for line in lines if line.code == 'I13'):g}"
    assert f"I13 矛盾纠纷化解率：{after} 分，可在 5 至 9" in FORMS["reweight"]["text"](opened, "zh").decode()
    page = FORMS["report"]["html"](opened, "zh").decode()
    assert re.search(r"<td>I13</td><td>矛盾纠纷化解率</td>.*>5</td>.*>9</td>", page)
    sheet = load_workbook(BytesIO(FORMS["report"]["xlsx"](opened, "zh"))).get_sheet_by_name("选择余地")
    assert sheet.to_python()[2][:2] == ["I13", "矛盾纠纷化解率"] and sheet.to_python()[2][4:] == [5, 9]
