"""The options of the command line that hold a programme back: which one releases a row, and what it then says.

What a person switched off, bounded, locked or set can be given back; red lines, frozen lines and what
blocks hold cannot, and no option is ever named for them but another lever.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.model import Option, Text
from engine.reweight.levers import may_rise
from engine.reweight.problem import LEVERS, Line, Problem, override
from engine.reweight.programme import Programme, Row, counted_lines, outcome_terms
from engine.reweight.wording import points

FloatArray = NDArray[np.float64]
# Rows whose limit is a setting: its name, its word, and whether a larger value gives way.
_LIMITS: dict[str, tuple[str, str, str, bool]] = {
    "cap": ("cap", "从严控制类占比上限", "the cap on restricted points", True),
    "floor": ("floor", "结果类占比下限", "the floor on outcome points", False),
    "single": ("largest_line", "单项占比上限", "the largest share of one line", True),
    "named": ("named_minimum", "满意度、解决率等各项占比下限", "the least share of each named outcome", False),
    "bonus": ("bonus_cap", "加分项封顶占比上限", "the most share of bonus caps", True),
    "perception_low": ("perception_low", "群众评价占比下限", "the least share of citizens' ratings", False),
    "perception_high": ("perception_high", "群众评价占比上限", "the most share of citizens' ratings", True),
    "new": ("new_share", "新增指标占比上限", "the most share of new lines", True),
    "new_lines": ("new_lines", "新增指标条数上限", "the most new lines", True),
    "role_share": ("role_share", "岗位差异化分值占比下限", "the least share of role-specific points", False),
    "digital_ratio": ("digital_ratio", "线上取证分值与结果类之比上限", "the most ratio of points proved on platforms", True),
    "data_risk": ("data_risk", "数据失真风险占比上限", "the most share of data risk", True),
    "resources": ("unresourced_rise", "没有资源保障的指标增分占比上限", "the most rise of lines without resources", True),
    "growth": ("growth_factor", "单项提高倍数上限", "how many times a line may grow", True),
}  # fmt: skip
_LEVER_WORDS = {
    "rewrite": ("改写标准", "rewriting standards"),
    "shift": ("板块内调剂分值", "shifting points within blocks"),
    "new": ("新增指标", "new lines"),
    "cross": ("板块间调剂分值", "shifting points between blocks"),
}


def apply(problem: Problem, options: Sequence[Option]) -> Problem:
    """Return the problem as it would be stated under further options, those of another kind unchanged."""
    for option in options:
        name, _, value = option.value.partition("=")
        if option.flag == "--levers":
            problem = replace(problem, levers=tuple(option.value.split(",")))  # type: ignore[arg-type]
        elif option.flag == "--set":
            problem = replace(problem, settings=override(problem.settings, {name: float(value)}))
        elif option.flag == "--bound":
            low, _, high = ("", "", "") if option.drop else value.partition(":")
            problem = _changed(
                problem, name, low=float(low) if low else None, high=float(high) if high else None
            )
        elif option.flag == "--lock":
            problem = unlocked(problem, name)
        else:
            kept = tuple(row for row in problem.rows if row.option != f"{option.flag} {option.value}")
            problem = replace(problem, rows=kept)
    return problem


def unlocked(problem: Problem, code: str) -> Problem:
    """Return the problem without the lock on a line."""
    return replace(
        problem,
        lines=tuple(replace(x, frozen=x.beneath) if x.code == code else x for x in problem.lines),
    )


def _changed(problem: Problem, code: str, *, low: float | None, high: float | None) -> Problem:
    lines = tuple(replace(x, low=low, high=high) if x.code == code else x for x in problem.lines)
    return replace(problem, lines=lines)


def levers_option(problem: Problem, added: Sequence[str]) -> Option:
    """Return the option with some levers switched on beside those that are."""
    wanted = [name for name in LEVERS if name in problem.levers or name in added]
    words = [_LEVER_WORDS[name] for name in LEVERS if name in added]
    zh, en = "”“".join(zh for zh, _ in words), " and ".join(en for _, en in words)
    return Option(flag="--levers", value=",".join(wanted), text=Text(zh=f"启用“{zh}”", en=f"switch on {en}"))


def lock_option(line: Line) -> Option:
    """Return the option that gives a lock back."""
    text = Text(zh=f"取消对“{line.name}”的锁定", en=f'unlock "{line.name}"')
    return Option(flag="--lock", value=line.code, text=text, drop=True)


def bound_option(line: Line, *, low: float | None, high: float | None) -> Option:
    """Return the option with a line's bounds in points; None: no bound on that side."""
    value = f"{'' if low is None else points(low)}:{'' if high is None else points(high)}"
    if low is None and high is None:
        given = (
            f"{'' if line.low is None else points(line.low)}:{'' if line.high is None else points(line.high)}"
        )
        text = Text(zh=f"取消“{line.name}”的分值上下限", en=f'take the bounds off "{line.name}"')
        return Option(flag="--bound", value=f"{line.code}={given}", text=text, drop=True)
    zh = "、".join(
        f"{word}{points(limit)}分" for word, limit in (("不低于", low), ("不高于", high)) if limit is not None
    )
    en = ", ".join(
        f"{word} {points(limit)}" for word, limit in (("at least", low), ("at most", high)) if limit is not None
    )  # fmt: skip
    text = Text(zh=f"“{line.name}”的分值改为{zh}", en=f'points of "{line.name}" {en}')
    return Option(flag="--bound", value=f"{line.code}={value}", text=text)


def limit_option(programme: Programme, row: Row, columns: FloatArray) -> Option | None:
    """Return the option under which a row holds at the answer given; None where no option can release it.

    Args:
        programme: the programme of the row.
        row: a soft row, or a hard one with a setting or bound of its own.
        columns: an answer that the row shall admit, in whole steps; shape (columns,).
    """
    if row.kind == "stated":
        return _stated_option(programme, row)
    value = sum(
        k * float(columns[c]) for c, k in zip(row.columns, row.coefficients, strict=True) if c != row.slack
    )
    if row.kind == "bound":
        return _bound_at(programme, row, value)
    if row.kind not in _LIMITS:
        return None
    name, zh, en, rises = _LIMITS[row.kind]
    share = _share(programme, row, value, columns)
    if share is None:
        text = Text(zh=f"不设{zh}", en=f"do without {en}")
        return Option(flag="--set", value=f"{name}=inf", text=text)
    return setting_option(name, share, zh, en, rises=rises, whole=name == "new_lines")


def growth_option(programme: Programme, code: str, up: float) -> Option | None:
    """Return the option under which a line may rise by `up` steps; None where it has no points to grow from."""
    line = next(line for line in programme.lines if line.code == code)
    start = (line.e if line.start is None else line.start) / programme.unit
    problem = programme.problem
    if start <= 0 or problem.mode == "points_only" or "shift" not in problem.levers or not may_rise(line):
        return None
    name, zh, en, rises = _LIMITS["growth"]
    factor = (line.e / programme.unit + up) / start
    return setting_option(name, factor, zh, en, rises=rises)


def setting_option(name: str, value: float, zh: str, en: str, *, rises: bool, whole: bool = False) -> Option:
    """Return a setting rounded to a hundredth (or a whole number) on the side that gives way."""
    scale = 1 if whole else 100
    clean = math.ceil(value * scale - 1e-6) if rises else math.floor(value * scale + 1e-6)
    shown = clean / scale
    percent = f"{shown:g}" if whole or name == "growth_factor" else f"{shown:.0%}"
    text = Text(zh=f"{zh}改为{percent}", en=f"set {en} to {percent}")
    return Option(flag="--set", value=f"{name}={shown:g}", text=text)


def _share(programme: Programme, row: Row, value: float, columns: FloatArray) -> float | None:
    """Return the setting at which the row's limit is `value` steps; None where no number is large enough."""
    if row.kind == "digital_ratio":
        outcome = sum(k * float(columns[c]) for c, k in outcome_terms(programme))
        return (programme.problem.settings.digital_ratio or 0.0) + value / outcome if outcome > 1e-6 else None
    if row.kind == "new" and programme.problem.step is not None:
        value = math.ceil(value - 1e-6)  # this limit is rounded down to a step, the others give way
    beside, whole = _BESIDE.get(row.kind, _nothing)(programme), programme.problem.base / programme.unit
    scale = {"single": whole, "bonus": whole, "new_lines": 1.0}.get(row.kind, programme.adjustable)
    return (value + beside) / scale


def _nothing(_: Programme) -> float:
    return 0.0


def _fixed_bonuses(programme: Programme) -> float:
    return math.fsum(
        e
        for i, (line, e) in enumerate(zip(programme.lines, programme.points, strict=True))
        if line.kind == "bonus" and i not in programme.variables.kept
    )


def _new_already(programme: Programme) -> float:
    return math.fsum(line.e for line in programme.lines if line.is_new) / programme.unit


def _new_lines_already(programme: Programme) -> float:
    return float(sum(line.is_new for line in programme.lines))


def _unresourced(programme: Programme) -> float:
    counted = counted_lines(programme)
    return -math.fsum(programme.points[i] for i in counted if programme.lines[i].resourced is False)


# What stands in a limit beside its setting.
_BESIDE: dict[str, Callable[[Programme], float]] = {
    "bonus": _fixed_bonuses,
    "new": _new_already,
    "new_lines": _new_lines_already,
    "resources": _unresourced,
}


def _bound_at(programme: Programme, row: Row, value: float) -> Option | None:
    line = next(line for line in programme.lines if line.code == row.subject)
    if line.frozen == "locked":
        return lock_option(line)
    if line.frozen == "required" and row.sense == ">=" and line.e > 0:
        zh, en = "必要过程类最低保留比例", "how much of a required line stays"
        return setting_option("required_low", value * programme.unit / line.e, zh, en, rises=False)
    if row.sense == ">=" and line.low is not None:
        low = programme.unit * (math.floor(value + 1e-6) if programme.problem.step else value)
        return bound_option(line, low=low if low > 0 else None, high=line.high)
    if row.sense == "<=" and line.high is not None:
        high = programme.unit * (math.ceil(value - 1e-6) if programme.problem.step else value)
        return bound_option(line, low=line.low, high=high)
    return None  # points-only mode: a line that is neither locked nor required stands


def _stated_option(programme: Programme, row: Row) -> Option | None:
    stated = next(one for one in programme.problem.rows if one.id == row.subject)
    if not stated.option:
        return None
    flag, _, value = stated.option.partition(" ")
    text = Text(zh=f"不再要求“{stated.text.zh}”", en=f"no longer ask: {stated.text.en}")
    return Option(flag=flag, value=value, text=text, drop=True)
