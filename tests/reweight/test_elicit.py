"""Published examples of tests/data/published_tables.json, named by their id."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.errors import SchemeError
from engine.reweight.answer import reweigh
from engine.reweight.elicit import (
    DONEGAN_DODD,
    ahp,
    ahp_columns,
    best_worst,
    critic_weights,
    entropy_weights,
    rank_order_centroid,
    rank_reciprocal,
    rank_sum,
)
from engine.reweight.judged import ratio_rows
from engine.reweight.problem import Line, Problem, Settings

TABLES = {
    example["id"]: example
    for example in json.loads(
        (Path(__file__).parents[1] / "data" / "published_tables.json").read_text(encoding="utf-8")
    )["examples"]
}


def numbers(matrix):
    return [[float(Fraction(str(cell))) for cell in row] for row in matrix]


@pytest.mark.parametrize("name", ["BWM-1", "BWM-2", "BWM-5"])
def test_linear_best_worst(name):
    example = TABLES[name]
    found = best_worst(example["inputs"]["best_to_others"], example["inputs"]["others_to_worst"])
    assert found.weights == pytest.approx(example["expected"]["weights"], abs=1e-6)
    assert found.ksi == pytest.approx(example["expected"]["ksi_L"], abs=1e-6)


def test_ahp_of_four_with_the_donegan_dodd_index():
    upper = {key: float(Fraction(str(value))) for key, value in TABLES["AHP-1"]["inputs"]["upper"].items()}
    matrix = [[1.0] * 4 for _ in range(4)]
    for key, value in upper.items():
        i, j = "abcd".index(key[0]), "abcd".index(key[1])
        matrix[i][j], matrix[j][i] = value, 1 / value
    found = ahp(matrix, DONEGAN_DODD)
    expected = TABLES["AHP-1"]["expected"]
    assert found.weights == pytest.approx(list(expected["weights"].values()), abs=1e-4)
    assert found.lambda_max == pytest.approx(expected["lambda_max"], abs=1e-4)
    assert found.consistency_ratio == pytest.approx(expected["CR_dd"], abs=1e-4)
    assert ahp(matrix).consistency_ratio == pytest.approx(0.0342, abs=1e-4)
    assert found.is_consistent


def test_ahp_of_six_asks_to_look_again():
    found = ahp(numbers(TABLES["AHP-2"]["inputs"]["matrix"]))
    expected = TABLES["AHP-2"]["expected"]
    assert found.weights == pytest.approx(expected["weights"], abs=1e-4)
    assert found.lambda_max == pytest.approx(expected["lambda_max"], abs=1e-4)
    assert found.consistency_index == pytest.approx(expected["CI"], abs=1e-5)
    assert found.consistency_ratio == pytest.approx(expected["CR_RI_1_24"], abs=1e-5)
    assert not found.is_consistent
    assert found.revisit is not None
    assert found.revisit[:3] == (0, 2, 3.0)
    assert found.revisit[3] == pytest.approx(9.2259, abs=1e-4)


def test_ahp_by_columns_is_another_number():
    matrix = numbers(TABLES["AHP-3"]["inputs"]["matrix"])
    expected = TABLES["AHP-3"]["expected"]
    found = ahp_columns(matrix)
    assert found.lambda_max == pytest.approx(expected["lambda_max"], abs=1e-5)
    assert found.consistency_index == pytest.approx(expected["CI"], abs=1e-5)
    assert found.consistency_ratio == pytest.approx(expected["CR"], abs=1e-5)
    assert ahp(matrix).lambda_max == pytest.approx(8.698198, abs=1e-5)


def test_entropy():
    found = entropy_weights(np.array(TABLES["ENT-2"]["inputs"]["rows"], dtype=float))
    assert found.tolist() == pytest.approx(TABLES["ENT-2"]["expected"]["weights"], abs=1e-6)


def test_critic():
    found = critic_weights(np.array(TABLES["CRITIC-1"]["inputs"]["rows"], dtype=float))
    assert found.tolist() == pytest.approx(TABLES["CRITIC-1"]["expected"]["weights"], abs=1e-3)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 7, 8])
def test_rank_order_centroid(n):
    assert rank_order_centroid(n).tolist() == pytest.approx(TABLES["ROC"]["expected"][str(n)], abs=5e-5)


@pytest.mark.parametrize("n", [3, 4, 5])
def test_rank_sum_and_rank_reciprocal(n):
    expected = TABLES["RS-RR"]["expected"]
    assert rank_sum(n).tolist() == pytest.approx(expected["RS"][str(n)], abs=5e-5)
    assert rank_reciprocal(n).tolist() == pytest.approx(expected["RR"][str(n)], abs=5e-5)


def test_a_constant_line_gets_no_entropy_or_critic_weight():
    scores = np.array([[10.0, 3.0], [10.0, 9.0], [10.0, 6.0]])
    assert entropy_weights(scores)[0] == pytest.approx(0.0, abs=1e-9)
    assert critic_weights(scores)[0] == pytest.approx(0.0, abs=1e-9)


def test_ratio_rows_move_the_proposal():
    lines = tuple(
        Line(code=code, name=code, block="A", e=e, class_="outcome", identity=code)
        for code, e in (("a", 20.0), ("b", 20.0), ("c", 20.0))
    )
    limits = Settings(cap=None, floor=None, largest_line=None)
    rows = ratio_rows(["a", "b"], [0.6, 0.4], tolerance=0.05)
    after = {line.code: line.after for line in reweigh(Problem(lines, limits, rows=rows)).lines}
    assert 0.95 * 1.5 - 0.06 <= after["a"] / after["b"] <= 1.05 * 1.5 + 0.06


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ahp([[1, 3], [3, 1]]), "judgement 1,2 is 3 but 2,1 is 3. Write 0.333333 there."),
        (lambda: ahp([[1, 0], [0, 1]]), "every judgement must be a number above 0"),
        (lambda: ahp([[1, 2, 3]]), "is not square"),
        (lambda: best_worst([1, 2], [2]), "2 judgements of the best but 1 of the worst"),
        (lambda: best_worst([2, 3], [3, 1]), "must be 1 against themselves"),
        (lambda: entropy_weights(np.zeros((3, 2))), "each line needs one above 0"),
        (lambda: critic_weights(np.ones((1, 2))), "at least two units"),
    ],
)
def test_bad_judgements_say_what_to_do(call, message):
    with pytest.raises(SchemeError, match=message.replace(".", r"\.")):
        call()
