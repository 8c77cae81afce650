"""Last year's scores as offices keep them: units down, lines across."""

import pytest

from engine.errors import SchemeError
from engine.intake import read_scheme, read_unit_scores

SCHEME = "编号,指标,分值,评分标准\nA1,问题解决率,60,由反映人确认\nA2,台账资料,40,齐全得满分\n"


@pytest.fixture
def lines(tmp_path):
    path = tmp_path / "scheme.csv"
    path.write_text(SCHEME, encoding="utf-8")
    return read_scheme(path).indicators


def table(tmp_path, text):
    path = tmp_path / "scores.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_are_found_by_code_or_name_in_any_order(tmp_path, lines):
    text = "2025年得分,,\n单位,台账资料,A1\n甲乡,40,30\n乙镇,20,60\n"
    found = read_unit_scores(table(tmp_path, text), lines)
    assert found.units == ("甲乡", "乙镇") and found.codes == ("A1", "A2")
    assert found.scores == ((30.0, 40.0), (60.0, 20.0))


@pytest.mark.parametrize(
    "text, message",
    [
        ("单位,甲,乙\n甲乡,1,2\n", "no row names the scheme's lines"),
        ("单位,A1\n甲乡,1\n乙镇,2\n", "no column for A2 台账资料"),
        ("单位,A1,A2\n甲乡,1,2\n", "fewer than two units"),
        ("单位,A1,A2\n甲乡,3O,2\n乙镇,1,1\n", 'score "3O" is not a number'),
    ],
)
def test_a_faulty_table_is_one_clear_error(tmp_path, lines, text, message):
    with pytest.raises(SchemeError, match=message):
        read_unit_scores(table(tmp_path, text), lines)
