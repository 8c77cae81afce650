"""Which lines of several schemes are taken as one."""

from __future__ import annotations

import pytest

from engine.errors import SchemeError
from engine.model import Indicator, Scheme
from engine.reweight.shared import shared_lines


def scheme(title: str, *lines: tuple[str, str, str | None], kind: str = "base") -> Scheme:
    found = tuple(Indicator(code=c, name=n, criterion=t, points=10.0, kind=kind) for c, n, t in lines)
    return Scheme(title=title, indicators=found)


ONE = scheme("甲", ("I01", "群众满意度", "抽样调查。"), ("I02", "会议", "每次1分"), ("I03", "只在甲", "标准"))
TWO = scheme(
    "乙", ("I01", "会议", "每次2分"), ("I02", "群众 滿意度", "抽样调查。"), ("I03", "只在乙", "标准")
)


def places(*args, **options):
    return [(one.name, one.places, one.basis) for one in shared_lines(*args, **options)]


def test_the_same_name_and_standard_is_one_line():
    assert places([ONE, TWO]) == [("群众满意度", ((0, "I01"), (1, "I02")), "same")]
    assert places([TWO, ONE]) == [("群众 滿意度", ((0, "I02"), (1, "I01")), "same")]


def test_another_standard_is_another_line_unless_stated():
    stated = ("会议", ((0, "I02"), (1, "I01")), "stated")
    default = ("群众满意度", ((0, "I01"), (1, "I02")), "same")
    assert places([ONE, TWO], ["会议"]) == [default, stated]
    assert places([ONE, TWO], ["2#I01=1#I02"]) == [default, stated]
    assert places([ONE, TWO], ["会议"], by_text=False) == [stated]
    assert places([ONE, TWO], [], by_text=False) == []


def test_what_is_stated_goes_before_what_reads_the_same():
    assert places([ONE, TWO], ["1#I01=2#I03"]) == [("群众满意度", ((0, "I01"), (1, "I03")), "stated")]


def test_a_line_that_stands_twice_is_not_matched_and_it_is_said():
    twice = scheme("丙", ("I01", "群众满意度", "抽样调查。"), ("I02", "群众满意度", "抽样调查。"))
    (found,) = shared_lines([ONE, twice])
    assert found.reason is not None and found.reason.zh == "同一方案中出现两次，无法对应"


def test_only_lines_with_points_of_their_own_are_shared():
    bonus = scheme("丁", ("I01", "群众满意度", "抽样调查。"), kind="bonus")
    assert places([ONE, bonus]) == []
    with pytest.raises(SchemeError, match=r"2#I01 .群众满意度. has no points of its own to hold equal"):
        shared_lines([ONE, bonus], ["群众满意度"])


@pytest.mark.parametrize(
    ("same", "message"),
    [
        (["满意"], "--same 满意: 0 of 2 schemes have a line of that name."),
        (["群众满意"], "0 of 2 schemes have a line of that name. Did you mean '群众满意度'?"),
        (["只在甲"], "--same 只在甲: 1 of 2 schemes have a line of that name. Write the name, or codes as"),
        (["1#I01"], "--same 1#I01: one line each of two schemes or more. Write 1#I03=2#I05."),
        (["1#I01=1#I02"], "--same 1#I01=1#I02: one line each of two schemes or more."),
        (["1#I01=2#I9"], "--same 2#I9: scheme 2 (乙) has no line 'I9'."),
        (["1#I01=3#I01"], "--same 3#I01: of which scheme? Write its number and the code: from 1#I01 to 2#I01."),
        (["1#I01=x#I01"], "--same x#I01: of which scheme?"),
        (["1#I01=2#I01", "1#I02=2#I01"], "--same 1#I02=2#I01: 2#I01 is already in --same 1#I01=2#I01."),
    ],
)  # fmt: skip
def test_statements_that_cannot_be_meant(same, message):
    with pytest.raises(SchemeError) as raised:
        shared_lines([ONE, TWO], same)
    assert message in str(raised.value)


def test_a_name_that_stands_twice_asks_for_codes():
    twice = scheme("丙", ("I01", "会议", "一"), ("I02", "会议", "二"))
    with pytest.raises(SchemeError, match=r"2#I01, 2#I02 have that name\. Write codes as 1#I03=2#I05"):
        shared_lines([ONE, twice], ["会议"])
