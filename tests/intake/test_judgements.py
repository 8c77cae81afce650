"""The file of judgements: read as documented, and refused in one sentence that says where and what to do."""

import re
from pathlib import Path

import pytest

from engine.errors import SchemeError
from engine.intake import read_judgements

ROOT = Path(__file__).parents[2]
AHP = "- method: ahp\n  of: [a, b, c]\n  matrix: [[1, 2, 3], [0.5, 1, 1], [1/3, 1, 1]]\n"
BWM = "- method: bwm\n  of: [a, b, c]\n  best: a\n  worst: c\n  best_to_others: {b: 2, c: 4}\n  others_to_worst: {a: 4, b: 2}\n"


def read(folder: Path, text: str):
    path = folder / "j.yaml"
    path.write_text(
        text if text.startswith("schema") or "judgements" in text else f"judgements:\n{text}", "utf-8"
    )
    return read_judgements(path)


def test_the_example_is_read():
    found = read_judgements(ROOT / "examples" / "judgements.yaml")
    assert [(one.method, one.over, one.tolerance, one.row_class) for one in found] == [
        ("ahp", "lines", 0.1, "preference"), ("bwm", "lines", 0.25, "preference"),
    ]  # fmt: skip
    assert found[0].matrix[2] == (0.5, 1.0, 1.0) and found[0].where == "judgements.yaml, judgement 1"
    assert found[1].best_to_others == (1.0, 1.0, 2.0) and found[1].others_to_worst == (2.0, 2.0, 1.0)


def test_the_form_in_the_docs_is_the_form_that_is_read(tmp_path):
    page = (ROOT / "docs" / "judgements.md").read_text(encoding="utf-8")
    block = re.search(r"```yaml\n(.*?)```", page, re.S)[1]
    assert [one.method for one in read(tmp_path, block)] == ["ahp", "bwm", "roc", "critic"]


def test_rounded_reciprocals_are_taken_from_the_larger_number(tmp_path):
    (found,) = read(tmp_path, AHP.replace("1/3", "0.33"))
    assert found.matrix[2][0] == 1 / 3 and found.matrix[0][2] == 3.0


def test_who_compares_with_itself_may_be_left_out(tmp_path):
    (found,) = read(tmp_path, BWM)
    assert found.best_to_others == (1.0, 2.0, 4.0) and found.others_to_worst == (4.0, 2.0, 1.0)


BAD = {
    "no list": ("judgements: 3", "j.yaml: no list of judgements. Write judgements: and one entry for each."),
    "not yaml": ("judgements: [", "not valid YAML"),
    "another schema": (f"schema: x/1\njudgements:\n{AHP}", 'schema "x/1" is not known. Write schema: quanheng.judgements/1.'),
    "top key": (f"judgments: 1\njudgements:\n{AHP}", "unknown key \"judgments\". Did you mean 'judgements'?"),
    "not a map": ("- ahp\n", "j.yaml, judgement 1: this is not a map."),
    "no method": ("- of: [a, b]\n", "j.yaml, judgement 1: no method. Write method: with one of ahp, bwm"),
    "method": (AHP.replace("ahp", "ahpp"), "method \"ahpp\" is not known. Did you mean 'ahp'?"),
    "key of another method": (AHP + "  best: a\n", 'judgement 1: unknown key "best".'),
    "over": (AHP + "  over: rows\n", 'over "rows" is not known. Write over: with one of lines, blocks.'),
    "class": (AHP + "  class: national\n", 'class "national" is not known.'),
    "tolerance": (AHP + "  tolerance: 10%\n", '"10%" is no fraction from 0 to 1. Write 0.1 for a tenth.'),
    "one member": ("- {method: roc, of: [a]}\n", "of: 1 named; a judgement compares 2 to 30 lines or blocks."),
    "twice": ("- {method: roc, of: [a, a]}\n", '"a" stands there twice. Name each once.'),
    "no matrix": ("- {method: ahp, of: [a, b]}\n", "matrix: no rows for 2 members of `of`. Write 2 rows of 2 numbers."),
    "rows": (AHP.replace(", [1/3, 1, 1]", ""), "matrix: 2 rows for 3 members of `of`. Write 3 rows of 3 numbers."),
    "short row": (AHP.replace("[0.5, 1, 1]", "[0.5, 1]"), "matrix row 2 (b): 2 numbers for 3 members. Write 3."),
    "missing": (AHP.replace("[0.5, 1, 1]", "[0.5, 1, ~]"),
                "matrix row 2 (b), column 3 (c): the judgement is missing. Write how many times more b weighs than c"),
    "zero": (AHP.replace("[0.5,", "[0,"), 'row 2 (b), column 1 (a): the judgement "0" is not a number above 0.'),
    "words": (AHP.replace("[0.5,", "[many,"), 'the judgement "many" is not a number above 0.'),
    "division": (AHP.replace("[0.5,", "[1/0,"), 'the judgement "1/0" is not a number above 0.'),
    "diagonal": (AHP.replace("[0.5, 1, 1]", "[0.5, 2, 1]"), "row 2 (b), column 2 (b): a member against itself is 1, not 2. Write 1."),
    "reciprocal": (AHP.replace("[0.5,", "[2,"),
                   "row 2 (b), column 1 (a): 2 is not the reciprocal of 2 in row 1, column 2. Write 1/2 here, or mend the other."),
    "no best": (BWM.replace("  best: a\n", ""), "judgement 1, best: is not named. Write one of: a, b, c."),
    "best unknown": (BWM.replace("best: a", "best: z"), '"z" is not among `of`.'),
    "best is worst": (BWM.replace("worst: c", "worst: a"), '"a" is both best and worst. Name two.'),
    "times no map": (BWM.replace("{b: 2, c: 4}", "[2, 4]"), "best_to_others: this is not a map."),
    "times missing": (BWM.replace("{b: 2, c: 4}", "{c: 4}"), "best_to_others, b: the judgement is missing. Write how many times"),
    "times unknown": (BWM.replace("{b: 2, c: 4}", "{b: 2, c: 4, d: 3}"), 'best_to_others: unknown key "d".'),
    "times below 1": (BWM.replace("{b: 2, c: 4}", "{b: 1/2, c: 4}"), "b: the judgement 1/2 is no number from 1 to 9."),
    "itself": (BWM.replace("{b: 2, c: 4}", "{a: 3, b: 2, c: 4}"), "a: the judgement 3 is no number from 1 to 9. Write 1."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_files_say_where_what_and_the_remedy(name, tmp_path):
    text, message = BAD[name]
    with pytest.raises(SchemeError) as raised:
        read(tmp_path, text)
    assert message in str(raised.value) and str(raised.value).startswith("j.yaml")
    assert re.search("[一-鿿]", raised.value.zh)


def test_a_second_judgement_is_named_by_its_number(tmp_path):
    with pytest.raises(SchemeError, match=r"j\.yaml, judgement 2, of: 1 named"):
        read(tmp_path, AHP + "- {method: rs, of: [a]}\n")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(SchemeError, match="there is no such file"):
        read_judgements(tmp_path / "none.yaml")
