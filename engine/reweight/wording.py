"""What a line's change and a row are called in a meeting, in both languages."""

from __future__ import annotations

from engine.model import Action, Text
from engine.reweight.demands import DEMAND_TEXTS, SETTING_OF
from engine.reweight.problem import Line, Problem
from engine.reweight.programme import Programme, Row

FROZEN: dict[str, Text] = {
    "required": Text(
        zh="必要过程类，有上位依据，分值不动", en="A required duty with a higher-level basis: points stay"
    ),
    "internal": Text(zh="内部评价类，分值不动", en="An internal rating: points stay"),
    "unclear": Text(
        zh="缺评分标准，请责任单位补充；分值暂不动",
        en="No standard yet: the department in charge should add one; points stay for now",
    ),
    "inherited": Text(zh="上级考核规定的指标，分值不动", en="Set by a higher-level assessment: points stay"),
    "locked": Text(zh="按要求锁定，分值和标准不动", en="Locked as asked: points and standard stay"),
    "unscored": Text(zh="未列分值，不参与调整", en="No points are stated: takes no part"),
}


_UNSCORED: dict[str, Text] = {
    "deduction": Text(
        zh="扣分项，未注明从哪部分分值中扣，按原标准执行",
        en="A deduction that names no points to take from: stays as it is",
    ),
    "bonus": Text(zh="加分项，未设上限，按原标准执行", en="A bonus without a cap: stays as it is"),
    "veto": Text(zh="一票否决事项，不计分，不参与调整", en="A veto holds no points: takes no part"),
}


def points(value: float) -> str:
    """Return points as people write them.

    >>> points(2.50), points(3.0)
    ('2.5', '3')
    """
    return f"{round(value, 4):g}"


def reason(line: Line, action: Action, before: float, after: float, problem: Problem) -> Text:
    """Return why a line changes, or why it does not, in one sentence."""
    if action == "frozen":
        if line.frozen == "unscored" and line.kind in _UNSCORED:
            return _UNSCORED[line.kind]
        return FROZEN.get(line.frozen or "", FROZEN["locked"])
    if action == "rewrite":
        return _rewrite(line, before, after)
    if action in ("cut", "raise"):
        return _moved(line, action, before, after, problem)
    if action == "new":
        return Text(
            zh=f"新增结果类指标，{points(after)} 分", en=f"A new outcome line of {points(after)} points"
        )
    return _kept(line)


def _kept(line: Line) -> Text:
    if line.class_ in ("restricted", "prohibited"):
        return Text(
            zh="从严控制类，合计未超上限，可暂保留",
            en="A measure to be held down; together they are within the cap, so it may stay for now",
        )
    if line.guarded:
        return Text(zh="不宜加码类，分值不提高", en="A count that must not be pushed up: never raised")
    return Text(zh="现有标准和分值可保留", en="Standard and points can stand")


def _rewrite(line: Line, before: float, after: float) -> Text:
    why_zh, why_en = _WHY.get(line.class_, _WHY["process"])
    if line.red:
        why_zh, why_en = _WHY["prohibited"]
    if line.kind in ("deduction", "bonus", "veto") and before == after == 0:
        return Text(zh=f"{why_zh}，改写标准", en=f"{why_en}: a new standard")
    if abs(before - after) < 1e-9:
        return Text(zh=f"{why_zh}，改写标准，分值不变", en=f"{why_en}: a new standard, the points stay")
    return Text(
        zh=f"{why_zh}，改写标准，分值由 {points(before)} 分调为 {points(after)} 分",
        en=f"{why_en}: a new standard, points from {points(before)} to {points(after)}",
    )


_WHY: dict[str, tuple[str, str]] = {
    "prohibited": ("红线类，现有计分方式不得作为考评依据", "A measure that may not be scored"),
    "restricted": ("从严控制类，须压减按过程留痕计分", "A measure to be held down"),
    "process": ("一般过程类，改为考核实际成效", "A process measure, to be judged by its result"),
    "output": ("产出类，改为考核实际成效", "An output measure, to be judged by its result"),
    "guarded": (
        "不宜加码类，改为考核办理质量",
        "A count that must not be pushed up, to be judged by quality",
    ),
}


def _moved(line: Line, action: Action, before: float, after: float, problem: Problem) -> Text:
    whole = problem.mode == "points_only" or not line.block
    scope_zh = "方案内" if whole else f"“{line.block}”板块内"
    scope_en = "within the scheme" if whole else f'within block "{line.block}"'
    if line.kind == "bonus":
        scope_zh, scope_en = "加分项", "in the bonus section"
    amount = points(abs(after - before))
    if line.red:
        return Text(
            zh=f"红线类，现有计分方式不得作为考评依据，{scope_zh}调出 {amount} 分",
            en=f"A measure that may not be scored: {amount} points leave it {scope_en}",
        )
    if action == "cut":
        kind_zh, kind_en = _KIND.get(line.class_, ("", ""))
        return Text(
            zh=f"{kind_zh}{scope_zh}调出 {amount} 分", en=f"{kind_en}{amount} points leave it {scope_en}"
        )
    return Text(
        zh=f"结果类，{scope_zh}调入 {amount} 分", en=f"An outcome: {amount} points come to it {scope_en}"
    )


_KIND: dict[str, tuple[str, str]] = {
    "restricted": ("从严控制类，压减过程留痕分值，", "A measure to be held down: "),
    "process": ("一般过程类，", "A process measure: "),
    "output": ("产出类，", "An output measure: "),
    "guarded": ("不宜加码类，", "A count that must not be pushed up: "),
    "outcome": ("结果类，", "An outcome: "),
}


def row_text(row: Row, programme: Programme) -> Text:
    """Return a row as a meeting reads it, without its limit."""
    for stated in programme.problem.rows:
        if row.kind in ("stated", "ratio") and row.subject == stated.id:
            return stated.text
    if row.kind in DEMAND_TEXTS:
        return _demand_text(row, programme.problem)
    zh, en = _ROWS.get(row.kind, ("其他约束", "Another row"))
    if row.kind == "bound":
        held = next((line for line in programme.lines if line.code == row.subject and line.frozen), None)
        if held is not None:
            return _held_text(held, row, programme.problem)
        side = ("不低于", "at least") if row.sense == ">=" else ("不高于", "at most")
        zh, en = f"“{{subject}}”的分值{side[0]}给定值", f"Points of {{subject}} {side[1]} the value given"
    if row.kind == "block" and not row.subject:
        zh, en = "方案合计不变", "The scheme keeps its total"
    subject = row.subject
    names = {line.code: line.name for line in programme.lines}
    return Text(
        zh=zh.format(subject=names.get(subject, subject)), en=en.format(subject=names.get(subject, subject))
    )


def _demand_text(row: Row, problem: Problem) -> Text:
    zh, en = DEMAND_TEXTS[row.kind]
    value = getattr(problem.settings, SETTING_OF.get(row.kind, row.kind)) or 0.0
    return Text(zh=zh.format(limit=f"{value:.0%}"), en=en.format(limit=f"{value:.0%}"))


def _held_text(line: Line, row: Row, problem: Problem) -> Text:
    """Points-only mode: required lines may fall a little, other frozen lines stand."""
    if line.frozen == "required" and row.sense == ">=":
        share = f"{problem.settings.required_low:.0%}"
        return Text(
            zh=f"“{line.name}”属必要过程类，分值不低于原分值的{share}",
            en=f'"{line.name}" is a required duty: at least {share} of its points stay',
        )
    why = FROZEN.get(line.frozen or "", FROZEN["locked"])
    return Text(zh=f"“{line.name}”：{why.zh}", en=f'"{line.name}": {why.en}')


def lock_text(code: str, programme: Programme) -> Text:
    """Return what the lock on a line says."""
    line = next(line for line in programme.lines if line.code == code)
    return Text(
        zh=f"“{line.name}”按要求锁定（{points(line.e)} 分，标准不动）",
        en=f'"{line.name}" is locked as asked ({points(line.e)} points, its standard stays)',
    )


def limit_text(name: str, programme: Programme) -> Text:
    """Return what a limit on a line says, by its id (red:…, growth:…, held:…)."""
    kind, _, code = name.partition(":")
    line = next(line for line in programme.lines if line.code == code)
    if kind == "growth" and line.class_ != "outcome":
        kind = "no_rise"
    if kind == "growth" and "shift" not in programme.problem.levers:
        kind = "no_shift"
    zh, en = _BOUNDS[kind]
    return Text(zh=zh.format(subject=line.name), en=en.format(subject=line.name))


_BOUNDS: dict[str, tuple[str, str]] = {
    "red": ("“{subject}”的现有计分方式不得计分", 'The present measure of "{subject}" may hold no points'),
    "growth": (
        "“{subject}”提高后不超过原分值的两倍或原分值加两分",
        '"{subject}" may at most double, or gain two points',
    ),
    "no_rise": ("“{subject}”不属结果类，分值不得提高", '"{subject}" is no outcome: it may not rise'),
    "no_shift": (
        "“{subject}”的分值不得提高（未启用“板块内调剂分值”）",
        '"{subject}" may not rise: shifting points is switched off',
    ),
    "held": ("“{subject}”的分值不动", 'The points of "{subject}" stay'),
}
_ROWS: dict[str, tuple[str, str]] = {
    "block": ("“{subject}”板块合计不变", 'Block "{subject}" keeps its total'),
    "shared": ("共用指标在各组分值相同", "A shared line has equal points in every group"),
    "total": ("总分不变", "The total stays"),
    "cross": ("板块间调剂收支相抵", "What blocks give and gain adds up"),
    "cap": ("从严控制类分值不超过上限", "Restricted points at most"),
    "floor": ("结果类分值不低于下限", "Outcome points at least"),
    "single": ("“{subject}”不超过单项最大分值", '"{subject}" stays under the largest line'),
    "named": ("“{subject}”类指标不低于最低分值", 'Lines on "{subject}" hold their minimum'),
    "bonus": ("加分项封顶合计不超过上限", "Bonus caps together at most"),
    "perception_low": ("群众评价分值不低于下限", "Citizens' ratings at least"),
    "perception_high": ("群众评价分值不超过上限", "Citizens' ratings at most"),
    "new": ("新增指标分值不超过上限", "New lines together at most"),
    "new_lines": ("新增指标不超过规定条数", "New lines in number at most"),
}
