"""What a standard demands: a bound on a figure, a deadline, more of something or less; with its words.

Only plain wording is read (不低于95%, 6月30日前, 每起扣1分). What cannot be read is None, never a guess.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from engine.model import Evidence, Indicator
from engine.text import fold

_UNIT = r"(?P<unit>%|‰|件|次|起|户|人|家|个|篇|例|亩|万元|亿元|公里)"
_NUMBER = r"(?P<value>\d+(?:\.\d+)?)"
_LEAST = r"不低于|不少于|不小于|达到|达|至少|≥|>=|高于|大于|超过"
_MOST = r"不高于|不超过|不多于|不大于|控制在|≤|<=|低于|少于|小于|未达到|未达|达不到"
_BOUND = re.compile(
    rf"(?<!每)(?P<most>{_MOST})?(?P<least>{_LEAST})?{_NUMBER}{_UNIT}(?:\(含\))?(?P<after>[及]?以[上下内])?"
)
_STATED = re.compile(r"^(?:不|至少|控制在)")  # what must be, whatever follows it
_ADVERSE = re.compile(r"死|伤|事故|火灾|上访|非访|发案|投诉|举报|曝光|逾期|超期")
_CLAUSE_END = re.compile(r"[,，。;；!\n]")
_LOST = re.compile(r"扣|减|-\d|不得分|不计分|取消|否决|追责")
_ELSE = re.compile(r"否则|不足|未达|达不到|不达标|每少|每低")
_COUNTED = re.compile(r"每(?P<what>[^,，。;；\n]{0,12}?)(?P<act>倒扣|扣|加|奖)\d+(?:\.\d+)?分")
_QUALIFIED = re.compile(r"逾期|超期|未|不|没|无|虚|漏|错|退回|问题|失实|通报")
_SHORT = re.compile(r"少|低|缺|欠|降|减")
_DATE = re.compile(
    r"(?:(?P<year>20\d\d)年)?(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号]|(?P<last>底))(?:之?前|以前)"
)
_MONTHLY = re.compile(r"每月(?P<day>\d{1,2})[日号](?:之?前|以前)")
_WITHIN = re.compile(r"(?P<count>\d+)个?(?P<unit>工作日|小时|天|日|月)(?:之内|以内|内)")
_Words = Callable[[re.Match[str]], Evidence]
_DAYS = {"小时": 1 / 24, "天": 1.0, "日": 1.0, "月": 30.0, "工作日": 1.0}


class Bound(NamedTuple):
    """A figure must be at `least` or at `most` this value; `unit` as written."""

    sense: Literal["least", "most"]
    value: float
    unit: str
    words: Evidence


class Deadline(NamedTuple):
    """Due by a day: `day` of the year, of the month, or days after the event; only one `kind` compares."""

    kind: Literal["date", "monthly", "within", "workdays"]
    year: int | None
    day: float
    words: Evidence


class Direction(NamedTuple):
    """Each further unit of what is counted earns points (`more`) or costs points (`less`)."""

    wants: Literal["more", "less"]
    words: Evidence


class Demands(NamedTuple):
    """What one line demands."""

    bounds: tuple[Bound, ...]
    deadlines: tuple[Deadline, ...]
    direction: Direction | None


def demands(line: Indicator) -> Demands:
    """Return what a line's criterion demands, or its name where it has no criterion."""
    where: Literal["criterion", "name"] = "criterion" if line.criterion else "name"
    text = line.criterion or line.name
    folded = fold(text)

    def words(match: re.Match[str]) -> Evidence:
        return Evidence(
            field=where, start=match.start(), end=match.end(), text=text[match.start() : match.end()]
        )

    return Demands(
        tuple(Bound(*found, words(match)) for match, found in _bounds(folded)),
        tuple(Deadline(*found, words(match)) for match, found in _deadlines(folded)),
        _direction(folded, fold(line.name), words),
    )


def tighter_bound(lower: Demands, upper: Demands) -> tuple[Bound, Bound] | None:
    """Return the strictest bounds of one sense and unit where those of `lower` are stricter."""
    for mine in _strictest(lower.bounds):
        for theirs in _strictest(upper.bounds):
            if (mine.sense, mine.unit) == (theirs.sense, theirs.unit) and _strictness(mine) > _strictness(
                theirs
            ):
                return mine, theirs
    return None


def opposite_bounds(a: Demands, b: Demands) -> tuple[Bound, Bound] | None:
    """Return a bound of each that cannot both hold: at least more than the other's most."""
    for mine in _strictest(a.bounds):
        for theirs in _strictest(b.bounds):
            if mine.unit == theirs.unit and mine.sense != theirs.sense:
                least, most = (mine, theirs) if mine.sense == "least" else (theirs, mine)
                if least.value > most.value:
                    return mine, theirs
    return None


def earlier_deadline(lower: Demands, upper: Demands) -> tuple[Deadline, Deadline] | None:
    """Return the first deadlines of one kind where that of `lower` is the earlier."""
    for mine in lower.deadlines[:1]:
        for theirs in upper.deadlines[:1]:
            if mine.kind == theirs.kind and mine.day < theirs.day and _same_year(mine.year, theirs.year):
                return mine, theirs
    return None


def _same_year(a: int | None, b: int | None) -> bool:
    return a is None or b is None or a == b


def _strictness(bound: Bound) -> float:
    return bound.value if bound.sense == "least" else -bound.value


def _strictest(bounds: tuple[Bound, ...]) -> list[Bound]:
    """The strictest bound of each sense and unit: a ladder of steps asks for its top."""
    best: dict[tuple[str, str], Bound] = {}
    for bound in bounds:
        key = (bound.sense, bound.unit)
        if key not in best or _strictness(bound) > _strictness(best[key]):
            best[key] = bound
    return list(best.values())


def _bounds(text: str) -> Iterator[tuple[re.Match[str], tuple[Literal["least", "most"], float, str]]]:
    for match in _BOUND.finditer(text):
        said_most, said_least, after = match["most"], match["least"], match["after"] or ""
        if bool(said_most) == bool(said_least) and not (after and not said_most):
            continue  # no bound, or one that says both
        is_least = bool(said_least) if said_most or said_least else after.endswith("上")
        if not _STATED.match(match[0]):
            before, rest = _around(text, match)
            if _LOST.search(rest) and not _ELSE.search(rest):
                is_least = not is_least  # 低于95%扣分 asks for at least 95 %
            elif is_least and _ADVERSE.search(before + rest):
                continue  # 死亡3人以上 tells of a case, and asks for nothing
        yield match, ("least" if is_least else "most", float(match["value"]), match["unit"])


def _around(text: str, match: re.Match[str]) -> tuple[str, str]:
    """What stands before and after a match in its clause."""
    before = _CLAUSE_END.split(text[: match.start()])[-1]
    return before, _CLAUSE_END.split(text[match.end() :], maxsplit=1)[0]


def _deadlines(
    text: str,
) -> Iterator[
    tuple[re.Match[str], tuple[Literal["date", "monthly", "within", "workdays"], int | None, float]]
]:
    for match in _DATE.finditer(text):
        month = int(match["month"])
        if 1 <= month <= 12:
            day = monthrange(2025, month)[1] if match["last"] else int(match["day"])
            year = int(match["year"]) if match["year"] else None
            yield match, ("date", year, month * 31.0 + day)
    for match in _MONTHLY.finditer(text):
        yield match, ("monthly", None, float(match["day"]))
    for match in _WITHIN.finditer(text):
        kind: Literal["within", "workdays"] = "workdays" if match["unit"] == "工作日" else "within"
        yield match, (kind, None, int(match["count"]) * _DAYS[match["unit"]])


def _direction(text: str, name: str, words: _Words) -> Direction | None:
    """The one direction of a text; None where nothing is counted or both directions stand in it.

    Only what the line is named after counts: 公文超期每条扣5分 says nothing of the number of documents.
    """
    found: list[Direction] = []
    for match in _COUNTED.finditer(text):
        before = _around(text, match)[0].strip()
        if not _QUALIFIED.search(match["what"]) and (before in name or name in before):
            is_gain = match["act"] in ("加", "奖")
            found.append(
                Direction("more" if is_gain != bool(_SHORT.search(match["what"])) else "less", words(match))
            )
    return found[0] if len({one.wants for one in found}) == 1 else None
