"""Folding keeps positions; a name that cannot be read says why and what to do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text import fold, row_problem, to_traditional


@given(st.text(alphabet=st.characters(codec=None), max_size=60))
def test_folding_keeps_every_position(text):
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＰＰ点讚數（％）", "app点赞数（%）"),
        ("滿意度,達標率", "满意度，达标率"),
        ("登录\t率\n", "登录 率 "),
        ("“三會一課”", '"三会一课"'),
        ("\ud800登录", " 登录"),
    ],
)
def test_fold(text, expected):
    assert fold(text) == expected


def test_traditional():
    assert to_traditional("从严控制类") == "從嚴控制類"
    assert to_traditional("综合考核，为群众核查") == "綜合考核，為群眾核查"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("   ", "指标名称为空。请填写名称。"),
        ("长" * 2001, "指标名称有 2001 个字符，超过 2000 个。请把说明移到评分标准。"),
        ("群众满意度😀", "指标名称第 6 个字符 U+1F600 是表情符号。请删去后重试。"),
        ("登录\x07率", "指标名称第 3 个字符 U+0007 是控制符或乱码。请删去后重试。"),
        ("登录\udc00率", "指标名称第 3 个字符 U+DC00 是半个字符（编码损坏）。请删去后重试。"),
        ("群众мир满意度", "指标名称混有其他文字（cyrillic）。请改用中文或英文。"),
    ],
)
def test_a_name_that_cannot_be_read_says_why(name, message):
    problem = row_problem(name)
    assert problem is not None
    assert problem.zh == message


@pytest.mark.parametrize(
    "name", ["群众满意度", "App登录率（%）", "Resident satisfaction", "①一次办结\n②满意", "點讚數"]
)
def test_ordinary_names_are_read(name):
    assert row_problem(name) is None
