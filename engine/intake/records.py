"""Schemes collected one per line (.jsonl): the form in which published schemes are kept."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, get_args

from engine.intake.amounts import Amount, named_total, words_of
from engine.intake.faults import fault, place, shown
from engine.intake.grid import clean
from engine.intake.lines import Figures, figures, with_pools
from engine.intake.titles import guess, object_of_role
from engine.model import Block, Indicator, Kind, Location, Note, Scheme, SourceFile, Tier

_KINDS: Mapping[str | None, Kind] = {None: "base", "deduction": "deduction", "bonus": "bonus", "veto": "veto"}


def read_records(text: str, source: SourceFile) -> tuple[Scheme, ...]:
    """Return the schemes of a .jsonl file, one a line, in order.

    Raises:
        SchemeError: a line that is no JSON object of this form; the message names the row.
    """
    schemes = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            schemes.append(_scheme(load_json(line, place(source.name, row=number)), number, source))
    if not schemes:
        raise fault(source.name, "the file holds no scheme. Write one JSON object a line.",
                    "文件里没有方案。请每行写一个 JSON 对象。")  # fmt: skip
    return tuple(schemes)


def load_json(text: str, where: str) -> Any:
    """Return the data of one JSON document; a duplicate key, NaN or deep nesting is a SchemeError."""
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        problem = str(error).splitlines()[0]
        raise fault(
            where, f"not valid JSON: {problem}. Mend the file.", f"不是有效的 JSON：{problem}。请修正。"
        ) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"key {key!r} appears twice")
        found[key] = value
    return found


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is not a finite number")


def _scheme(data: Any, row: int, source: SourceFile) -> Scheme:
    where = place(source.name, row=row)
    if not isinstance(data, dict) or not isinstance(data.get("indicators"), list) or not data["indicators"]:
        raise fault(where, "no list of indicators. Write title and indicators.",
                    "没有指标清单。请写明 title 和 indicators。")  # fmt: skip
    lines = tuple(_line(entry, where, row, source) for entry in data["indicators"])
    asked = tuple(note for entry in data["indicators"] if (note := _doubt(entry, row, source)) is not None)
    _check_codes(lines, where)
    title = clean(str(data.get("title") or data.get("scheme_id") or source.name))
    total = _number(data.get("total_points"), where, "total_points")
    blocks = _blocks(data, where, row, source)
    tier = data.get("tier")
    year = data.get("year")
    return Scheme(
        title=title, tier=tier if tier in get_args(Tier) else None, object=object_of_role(data.get("role")) or guess(title).object,
        role=data.get("role") or None, region=data.get("region") or None,
        year=year if isinstance(year, int) else None, total=total, complete=_flag(data.get("complete")),
        blocks=blocks,
        indicators=with_pools(lines, blocks, total), notes=_notes(data, row, source), questions=asked,
        source=source,
    )  # fmt: skip


def _line(entry: Any, where: str, row: int, source: SourceFile) -> Indicator:
    if not isinstance(entry, dict) or not str(entry.get("name") or "").strip():
        raise fault(where, f"an indicator without a name: {shown(str(entry))}. Give each a name.",
                    f"有指标没有名称：{shown(str(entry))}。请补上。")  # fmt: skip
    name, criterion = clean(str(entry["name"])), clean(str(entry.get("criterion") or ""))
    if entry.get("penalty") not in _KINDS:
        raise fault(where, f'penalty "{shown(str(entry["penalty"]))}" is not known. Write deduction, bonus or veto.',
                    f"penalty “{shown(str(entry['penalty']))}”不认识。请写 deduction、bonus 或 veto。")  # fmt: skip
    kind = _KINDS[entry.get("penalty")]
    points = _number(entry.get("points"), where, "points")
    found = _figures(kind, points, name, criterion, where)
    block = named_total(clean(str(entry["dimension"])))[0] if entry.get("dimension") else None
    return Indicator(
        code=clean(str(entry.get("id") or name[:40])), name=name, criterion=criterion or None, block=block,
        kind=found.kind, points=found.points, rate=found.rate, cap=found.cap,
        location=Location(file=source.name, row=row),
    )  # fmt: skip


def _figures(kind: Kind, points: float | None, name: str, criterion: str, where: str) -> Figures:
    negative = points is not None and points < 0
    if negative and kind != "deduction":
        raise fault(where, f'points {points:g} of "{shown(name)}" are negative. Write a positive number.',
                    f"“{shown(name)}”的分值 {points:g} 为负。请写正数。")  # fmt: skip
    if kind == "base":
        return Figures("base", None if _is_threshold(points, name) else points)
    return figures(kind, Amount(value=points, sign="-" if negative else ""), words_of(f"{criterion}\n{name}"))


def _is_threshold(points: float | None, name: str) -> bool:
    """Whether the number is what the name asks to be reached ("积分20000分以上"), and no points of the line."""
    return (
        points is not None
        and re.search(rf"(?<!\d){points:.12g}\s*分(?:及?以上|及?以下|以内)", name) is not None
    )


def _doubt(entry: Any, row: int, source: SourceFile) -> Note | None:
    name, points = clean(str(entry["name"])), entry.get("points")
    if (
        entry.get("penalty") is not None
        or not isinstance(points, int | float)
        or not _is_threshold(points, name)
    ):
        return None
    return Note(
        text=f"“{shown(name)}”的分值 {points:g} 与名称中要求达到的分数相同，未按分值读入，请确认。",
        location=Location(file=source.name, row=row),
    )


def _number(value: Any, where: str, key: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise fault(where, f'{key} "{shown(str(value))}" is not a number. Write digits only.',
                    f"{key}“{shown(str(value))}”不是数字。请只写数字。")  # fmt: skip
    return float(value)


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _check_codes(lines: tuple[Indicator, ...], where: str) -> None:
    seen: set[str] = set()
    for line in lines:
        if line.code in seen:
            raise fault(where, f'code "{shown(line.code)}" stands twice. Give each line its own code.',
                        f"编号“{shown(line.code)}”重复。请给每一行各自的编号。")  # fmt: skip
        seen.add(line.code)


def _blocks(data: dict[str, Any], where: str, row: int, source: SourceFile) -> tuple[Block, ...]:
    """Blocks in the order of the lines, with the totals that their names or `dimension_weights` state."""
    stated: dict[str, float | None] = {}
    for entry in data["indicators"]:
        if entry.get("dimension"):
            name, points = named_total(clean(str(entry["dimension"])))
            stated[name] = stated.get(name) or points
    weights = data.get("dimension_weights")
    for key, value in (weights if isinstance(weights, dict) else {}).items():
        name, points = named_total(clean(str(key)))
        number = _number(value, where, "dimension_weights")
        stated[name] = stated.get(name) or points or number
    return tuple(
        Block(name=n, points=p, location=Location(file=source.name, row=row)) for n, p in stated.items()
    )


def _notes(data: dict[str, Any], row: int, source: SourceFile) -> tuple[Note, ...]:
    location = Location(file=source.name, row=row)
    texts = [clean(str(data["note"]))] if data.get("note") else []
    if data.get("url"):
        texts.append(f"来源：{clean(str(data['url']))}")
    return tuple(Note(text=text, location=location) for text in texts)
