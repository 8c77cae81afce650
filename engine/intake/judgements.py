"""A file of judgements (.yaml, .json): how some lines or blocks weigh against one another, by one of seven methods."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

from engine.errors import RuleError
from engine.intake.encoding import decode
from engine.intake.faults import fault, shown
from engine.intake.grid import clean
from engine.intake.limits import DEFAULT_LIMITS, Limits, check_file
from engine.knowledge.documents import parse_yaml, suggest
from engine.model import Judgement, Method

FORM = "quanheng.judgements/1"
METHODS: tuple[Method, ...] = get_args(Method)
MOST = 30  # lines in one judgement: more pairs than anybody can compare
ROUNDED = 0.05  # how far 0.33 × 3 may be from 1: a reciprocal written with two digits
_OWN: Mapping[str, tuple[str, ...]] = {
    "ahp": ("matrix",),
    "bwm": ("best", "worst", "best_to_others", "others_to_worst"),
}
_KEYS = ("title", "method", "over", "of", "tolerance", "class")
_TIMES = re.compile(r"(\d{1,6}(?:\.\d{1,9})?)(?:/(\d{1,6}(?:\.\d{1,9})?))?")
_CLASSES = ("preference", "local", "provincial")


def read_judgements(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> tuple[Judgement, ...]:
    """Return the judgements of a file; the form is in docs/judgements.md.

    Args:
        path: a YAML or JSON file.
        limits: how much a file may hold.
    Raises:
        SchemeError: not of that form; names the file, the judgement, the value seen and the remedy.
    """
    check_file(path, limits, limits.text_bytes)
    text, _ = decode(path.read_bytes(), path.name)
    data = _parsed(text, path.name)
    entries = data.get("judgements") if isinstance(data, dict) else None
    if not isinstance(entries, list) or not entries:
        raise fault(path.name, "no list of judgements. Write judgements: and one entry for each.",
                    "没有判断清单。请写 judgements:，下面每个判断一项。")  # fmt: skip
    _known(data, ("schema", "judgements"), path.name)
    if data.get("schema", FORM) != FORM:
        raise fault(path.name, f'schema "{shown(str(data["schema"]))}" is not known. Write schema: {FORM}.',
                    f"不认识的 schema“{shown(str(data['schema']))}”。请写 {FORM}。")  # fmt: skip
    return tuple(
        _judgement(entry, n, f"{path.name}, judgement {n}") for n, entry in enumerate(entries, start=1)
    )


def _parsed(text: str, name: str) -> Any:
    try:
        return parse_yaml(text, name)
    except RuleError as error:
        where, _, problem = str(error).partition(": ")
        raise fault(where, problem, f"不是有效的 YAML（{problem}）。请修正。") from None


def _judgement(entry: Any, number: int, where: str) -> Judgement:
    if not isinstance(entry, dict):
        raise fault(where, "this is not a map. Write method: and of:, one a line.",
                    "不是键值。请分行写 method: 和 of:。")  # fmt: skip
    method = _one_of(entry, "method", METHODS, where)
    _known(entry, (*_KEYS, *_OWN.get(method, ())), where)
    members = _members(entry, where)
    title = clean(str(entry.get("title") or "")).strip() or f"{number}"
    own: dict[str, Any] = {}
    if method == "ahp":
        own = {"matrix": _matrix(entry.get("matrix"), members, where)}
    elif method == "bwm":
        own = _best_worst(entry, members, where)
    over = _one_of(entry, "over", ("lines", "blocks"), where, "lines")
    row_class = _one_of(entry, "class", _CLASSES, where, "preference")
    return Judgement.model_validate(
        {"where": where, "title": title, "method": method, "over": over, "of": members,
         "tolerance": _tolerance(entry, where), "row_class": row_class, **own}
    )  # fmt: skip


def _known(data: Mapping[Any, Any], known: Sequence[str], where: str) -> None:
    for key in data:
        if key not in known:
            near = suggest(str(key), known) or f" Use some of: {', '.join(known)}."
            raise fault(where, f'unknown key "{shown(str(key))}".{near}',
                        f"不认识的键“{shown(str(key))}”。可用的键：{'、'.join(known)}。")  # fmt: skip


def _one_of(
    entry: Mapping[str, Any], key: str, known: Sequence[str], where: str, default: str | None = None
) -> str:
    value = entry.get(key, default)
    if value in known:
        return str(value)
    seen = f'{key} "{shown(str(value))}" is not known' if value is not None else f"no {key}"
    raise fault(where, f"{seen}.{suggest(str(value), known)} Write {key}: with one of {', '.join(known)}.",
                f"{key} {'未写' if value is None else f'“{shown(str(value))}”不认识'}。请写下列之一：{'、'.join(known)}。")  # fmt: skip


def _members(entry: Mapping[str, Any], where: str) -> tuple[str, ...]:
    listed = entry.get("of")
    if not isinstance(listed, list) or not 2 <= len(listed) <= MOST:
        seen = f"{len(listed)} named" if isinstance(listed, list) else "no list"
        raise fault(f"{where}, of", f"{seen}; a judgement compares 2 to {MOST} lines or blocks. Write of: [I01, I02, …].",
                    f"一个判断比较 2 至 {MOST} 项。请写 of: [I01, I02, …]。")  # fmt: skip
    found = tuple(clean(str(one)).strip() for one in listed)
    for one in found:
        if found.count(one) > 1:
            raise fault(f"{where}, of", f'"{shown(one)}" stands there twice. Name each once.',
                        f"“{shown(one)}”写了两次。请每项只写一次。")  # fmt: skip
    return found


def _tolerance(entry: Mapping[str, Any], where: str) -> float:
    value = _number(entry.get("tolerance", 0.10))
    if value is None or not 0 <= value < 1:
        raise fault(f"{where}, tolerance", f'"{shown(str(entry["tolerance"]))}" is no fraction from 0 to 1. Write 0.1 for a tenth.',
                    f"“{shown(str(entry['tolerance']))}”不是 0 到 1 之间的数。一成写 0.1。")  # fmt: skip
    return value


def _matrix(rows: Any, members: Sequence[str], where: str) -> tuple[tuple[float, ...], ...]:
    """Return a reciprocal matrix; of two numbers for one pair the one above 1 is what was judged."""
    n = len(members)
    if not isinstance(rows, list) or len(rows) != n or not all(isinstance(row, list) for row in rows):
        seen = f"{len(rows)} rows" if isinstance(rows, list) else "no rows"
        raise fault(f"{where}, matrix", f"{seen} for {n} members of `of`. Write {n} rows of {n} numbers.",
                    f"of 列了 {n} 项，矩阵却有 {len(rows) if isinstance(rows, list) else 0} 行。请写 {n} 行，每行 {n} 个数。")  # fmt: skip
    for i, row in enumerate(rows):
        if len(row) != n:
            raise fault(f"{where}, matrix row {i + 1} ({members[i]})", f"{len(row)} numbers for {n} members. Write {n}.",
                        f"有 {len(row)} 个数，应为 {n} 个。请补全。")  # fmt: skip
    judged = [[_entry(rows[i][j], (i, j), members, where) for j in range(n)] for i in range(n)]
    for i in range(n):
        for j in range(i + 1):
            _check_pair(judged, rows, (i, j), members, where)
    return tuple(
        tuple(judged[i][j] if judged[i][j] >= judged[j][i] else 1 / judged[j][i] for j in range(n))
        for i in range(n)
    )


def _entry(value: Any, at: tuple[int, int], members: Sequence[str], where: str) -> float:
    found = _number(value)
    if found is not None and found > 0:
        return found
    seen = "is missing" if value is None else f'"{shown(str(value))}" is not a number above 0'
    raise fault(_cell(at, members, where), f"the judgement {seen}. Write how many times more {members[at[0]]} weighs than {members[at[1]]}, like 3 or 1/3.",
                f"{'没有填' if value is None else f'“{shown(str(value))}”不是大于 0 的数'}。请写“{members[at[0]]}”是“{members[at[1]]}”的几倍，如 3 或 1/3。")  # fmt: skip


def _check_pair(
    judged: Sequence[Sequence[float]], rows: Any, at: tuple[int, int], members: Sequence[str], where: str
) -> None:
    i, j = at
    if i == j and judged[i][i] != 1:
        raise fault(_cell(at, members, where), f"a member against itself is 1, not {shown(str(rows[i][i]))}. Write 1.",
                    f"与自身相比应为 1，现为 {shown(str(rows[i][i]))}。请写 1。")  # fmt: skip
    if abs(judged[i][j] * judged[j][i] - 1) > ROUNDED:
        right = Fraction(1 / judged[j][i]).limit_denominator(99)
        raise fault(_cell(at, members, where), f"{shown(str(rows[i][j]))} is not the reciprocal of {shown(str(rows[j][i]))} in row {j + 1}, column {i + 1}. Write {right} here, or mend the other.",
                    f"{shown(str(rows[i][j]))} 与第 {j + 1} 行第 {i + 1} 列的 {shown(str(rows[j][i]))} 不互为倒数。请改为 {right}，或改另一处。")  # fmt: skip


def _cell(at: tuple[int, int], members: Sequence[str], where: str) -> str:
    i, j = at
    return f"{where}, matrix row {i + 1} ({members[i]}), column {j + 1} ({members[j]})"


def _best_worst(entry: Mapping[str, Any], members: Sequence[str], where: str) -> dict[str, Any]:
    ends = {key: clean(str(entry.get(key) or "")).strip() for key in ("best", "worst")}
    for key, one in ends.items():
        if one not in members:
            seen = f'"{shown(one)}" is not among `of`' if one else "is not named"
            raise fault(f"{where}, {key}", f"{seen}.{suggest(one, members)} Write one of: {', '.join(members)}.",
                        f"{'未写' if not one else f'“{shown(one)}”不在 of 所列之中'}。请写其中之一：{'、'.join(members)}。")  # fmt: skip
    if ends["best"] == ends["worst"]:
        raise fault(f"{where}, worst", f'"{shown(ends["worst"])}" is both best and worst. Name two.',
                    f"“{shown(ends['worst'])}”既是最重要又是最不重要。请分别写明。")  # fmt: skip
    found: dict[str, Any] = dict(ends)
    for key, own in (("best_to_others", ends["best"]), ("others_to_worst", ends["worst"])):
        found[key] = _times(entry.get(key), own, members, f"{where}, {key}")
    return found


def _times(data: Any, own: str, members: Sequence[str], where: str) -> tuple[float, ...]:
    """Return how many times, in the order of the members; the one compared with itself may be left out."""
    if not isinstance(data, dict):
        raise fault(where, "this is not a map. Write {" + f"{members[-1]}: 3" + ", …}.",
                    "不是键值。请写 {" + f"{members[-1]}: 3" + ", …}。")  # fmt: skip
    given = {clean(str(key)).strip(): value for key, value in data.items()} | {own: data.get(own, 1)}
    _known(given, members, where)
    for one in members:
        value = _number(given.get(one))
        if one not in given or value is None or value < 1 or (one == own and value != 1):
            seen = "is missing" if one not in given else f"{shown(str(given[one]))} is no number from 1 to 9"
            right = "1" if one == own else "how many times, from 1 for equal to 9"
            raise fault(f"{where}, {one}", f"the judgement {seen}. Write {right}.",
                        f"{'没有填' if one not in given else f'{shown(str(given[one]))} 不是 1 到 9 的数'}。请写{'1' if one == own else '倍数，相同写 1，最多 9'}。")  # fmt: skip
    return tuple(float(_number(given[one]) or 0.0) for one in members)


def _number(value: Any) -> float | None:
    """Return a number written as 3, 0.5, "1/3"; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    match = _TIMES.fullmatch(clean(value).replace(" ", "")) if isinstance(value, str) else None
    if isinstance(value, str):
        if match is None or not float(match[2] or 1):
            return None
        value = float(match[1]) / float(match[2] or 1)
    return float(value) if math.isfinite(value) else None
