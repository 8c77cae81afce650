"""What the columns of a table mean, from the many wordings of their headers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.intake.grid import Grid
from engine.model import Kind
from engine.text import fold

Meaning = Literal[
    "code", "block", "block_points", "group", "name", "points", "criterion", "proof", "owner", "note", "other"
]
# In this order: a cell that could mean two things means the first.
_WORDINGS: tuple[tuple[Meaning, str], ...] = (
    ("other", r"(?:自评|考核|考评|实际|实|测评|最后|最终|初评|复核|县级|审定)?得分|自评|自评分|评分|打分|自查情况|扣分|加分|扣分理由|扣分原因"
     r"|完成情况|加减分|实得分?|考核结果|score given|score obtained"),
    ("code", r"序号|编号|代码|代号|指标编号|指标代码|项目编号|序|no\.?|code|id|#|number"),
    ("proof", r".*(?:佐证|印证|证明材料|数据来源|考核方式|考核方法|考评方式|考核依据|评分依据|查验|资料|材料清单|取数).*"
     r"|evidence|proof|.*data source.*|verification|source"),
    ("criterion", r".*(?:评分|考核|考评|计分|扣分|加分|赋分|评价|记分|打分|得分|分值|否决)(?:标准|办法|细则|方法|规则|说明|要求|依据)"
     r"|.*(?:标准|细则)(?:及.*)?|工作要求|目标要求|目标值|完成标准|目标任务|criteri(?:on|a)|standards?|rules?|description|scoring.*"
     r"|how scored|测评要求|.*计分办法.*"),
    ("owner", r".*(?:责任|牵头|考核|考评|评分|主管|实施)(?:单位|部门|主体|科室|领导)|owner|department|responsible.*"),
    ("points", r".*(?:分值|权重|满分|标准分|基本分|基准分|基础分|赋分|配分|考核分|分数|应得分|比重|占比)(?:值)?|分|总分|weights?|points?|marks?"
     r"|max(?:imum)?(?: points| score)?|full marks|score"),
    ("note", r"备注|说明|附注|notes?|remarks?"),
    ("block", r"一级指标|一级|板块|模块|维度|类别|大类|分类|考核类别|考核板块|考评类别|指标类别|考核领域|考核维度|.*类别"
     r"|blocks?|dimension|category|section|level 1|area"),
    ("group", r"二级指标|二级|考核项目|考评项目|项目|指标项目?|考核要素|测评项目|考核大项|sub-?category|level 2|project"),
    ("name", r"三级指标|三级|四级指标|.*(?:指标名称|考核指标|评价指标|测评指标|考核内容|考评内容|考核要点|评价内容|工作内容|主要内容|具体内容|测评内容"
     r"|考核事项|加分项目?|扣分项目?|减分项目?|否决事项|否决情形|否决项|一票否决|扣分情形|加分情形|扣分事项|加分事项|奖励项目|工作任务|重点工作"
     r"|任务|考核任务|小项|子项)|名称|指标|内容|事项|情形|indicators?(?: name)?|names?|items?|content|measure|level 3|task"),
)  # fmt: skip
_KIND_WORDS: tuple[tuple[Kind, str], ...] = (
    ("veto", r"一票否[决決]|否决|取消资格|\bveto"),
    ("bonus", r"加分|奖励分|奖励项|附加分|\bbonus"),
    ("deduction", r"扣分|减分|倒扣|负面清单|\bdeduct"),
)


@dataclass(frozen=True)
class Header:
    """The columns of one table: `columns` maps a column to its meaning, the body starts at row `body`."""

    top: int
    body: int
    columns: Mapping[int, Meaning] = field(default_factory=dict)
    labels: Mapping[int, str] = field(default_factory=dict)

    def column(self, meaning: Meaning) -> int | None:
        """Return the first column of a meaning."""
        return next((c for c, m in sorted(self.columns.items()) if m == meaning), None)

    def all_of(self, meaning: Meaning) -> tuple[int, ...]:
        """Return the columns of a meaning from left to right."""
        return tuple(c for c, m in sorted(self.columns.items()) if m == meaning)


def meaning_of(label: str) -> Meaning | None:
    """Return what a header cell means, None where its words are not known.

    >>> meaning_of("分 值"), meaning_of("评分标准（满分100分）"), meaning_of("得分"), meaning_of("三会一课")
    ('points', 'criterion', 'other', None)
    """
    flat = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", fold(label))).strip().lower()
    flat = re.sub(r"\s*\(.*?\)\s*", "", flat)
    if re.search(r"[\u4e00-\u9fff]", flat):
        flat = flat.replace(" ", "")
    if not flat or len(flat) > 24:
        return None
    return next((m for m, pattern in _WORDINGS if re.fullmatch(pattern, flat)), None)


def kinds_of(text: str) -> tuple[Kind, ...]:
    """Return the kinds of line that a heading names.

    >>> kinds_of("五、加分项（最高5分）"), kinds_of("加扣分项")
    (('bonus',), ('bonus', 'deduction'))
    """
    text = fold(text)
    if re.search(r"加[、和减扣]?[减扣]分|加减分|奖惩|奖扣", text):
        return ("bonus", "deduction")
    return tuple(kind for kind, pattern in _KIND_WORDS if re.search(pattern, text, re.IGNORECASE))


_KIND_CELL = re.compile(
    r"(一票否[决決]|否[决決]|加分|奖励分|附加分|减分|扣分|倒扣|veto|bonus|deduction)(?:类|项目?|事项|情形|指标|内容|分)?"
)
_KIND_AHEAD = re.compile(_KIND_CELL.pattern + r"[：:]\s*(?=\S)")


def kind_of_cell(text: str) -> Kind | None:
    """Return the kind that a cell names and nothing else.

    >>> kind_of_cell("减分项"), kind_of_cell("一票否决"), kind_of_cell("扣分不力的整改")
    ('deduction', 'veto', None)
    """
    return kinds_of(text)[0] if _KIND_CELL.fullmatch(fold(text).strip()) else None


def kind_ahead(text: str) -> Kind | None:
    """Return the kind that stands before a line's name, with a colon.

    >>> kind_ahead("否决：发生重大安全事故"), kind_ahead("加分项：")
    ('veto', None)
    """
    found = _KIND_AHEAD.match(fold(text).strip())
    return kinds_of(found[1])[0] if found else None


def find_header(grid: Grid, start: int = 0, depth: int = 40) -> Header | None:
    """Return the first header at or below row `start`, None where no row of the next `depth` is one."""
    for row in range(start, min(start + depth, len(grid.rows))):
        if is_header(grid, row):
            return _read_header(grid, row)
    return None


# A row that holds a figure is a line, whatever its words: 台账资料 | 0.2 | 齐全得满分 names no columns.
_FIGURE = re.compile(r"[+-]?\d+(\.\d+)?[%％分]?")


def is_header(grid: Grid, row: int) -> bool:
    """Return whether a row names columns: at least two known meanings, one of them a name, points or standard."""
    cells = [text for text in grid.rows[row] if text]
    if any(_FIGURE.fullmatch(text) for text in cells):
        return False
    meanings = [m for m in map(meaning_of, cells) if m]
    telling = {"name", "group", "block", "points", "criterion"} & set(meanings)
    return len(set(meanings)) >= 2 and bool(telling) and len(meanings) * 2 > len(cells)


def _read_header(grid: Grid, row: int) -> Header:
    deep = _is_second_row(grid, row + 1)
    labels: dict[int, str] = {}
    for column in range(len(grid.rows[row])):
        upper = _upper_label(grid, row, column)
        lower = grid.text(row + 1, column) if deep else ""
        labels[column] = lower or upper
    columns = {c: m for c, text in labels.items() if (m := meaning_of(text))}
    body = row + (2 if deep else 1)
    return Header(row, body, _settled(grid, columns, labels, body), labels)


def _upper_label(grid: Grid, row: int, column: int) -> str:
    top, left, _, right = grid.span(row, column)
    if right > left and column > left and meaning_of(grid.text(top, left)) == "points":
        return ""
    return grid.filled(row, column)


def _is_second_row(grid: Grid, row: int) -> bool:
    """The row under a header names columns too, and holds nothing else."""
    if row >= len(grid.rows):
        return False
    cells = [text for text in grid.rows[row] if text]
    if any(_FIGURE.fullmatch(text) for text in cells):
        return False
    known = [text for text in cells if meaning_of(text)]
    return bool(known) and len(known) * 2 > len(cells)


def _settled(
    grid: Grid, columns: dict[int, Meaning], labels: Mapping[int, str], body: int
) -> dict[int, Meaning]:
    """Give every table one name column and one points column; what stands left of them is the block."""
    columns = dict(columns)
    _settle_points(columns, labels)
    names = [c for c, m in sorted(columns.items()) if m == "name"]
    groups = [c for c, m in sorted(columns.items()) if m == "group"]
    if not names and groups:
        names = [groups.pop()]
    elif not names and (block := [c for c, m in columns.items() if m == "block"]):
        names = [max(block)]
    for column in names:
        columns[column] = "name"
    for column in names[:-1]:
        columns[column] = "group"
    groups = [c for c, m in sorted(columns.items()) if m == "group"]
    if groups and "block" not in columns.values() and _is_sparse(grid, groups[0], names[-1], body):
        columns[groups[0]] = "block"
    return columns


def _settle_points(columns: dict[int, Meaning], labels: Mapping[int, str]) -> None:
    points = [c for c, m in sorted(columns.items()) if m == "points"]
    names = [c for c, m in sorted(columns.items()) if m in ("name", "group")]
    if len(points) > 1 and names and points[0] < max(names):
        columns[points.pop(0)] = "block_points"
    if len(points) > 1:
        kept = next((c for c in points if "分值" in labels[c] or "points" in labels[c].lower()), points[0])
        for column in points:
            columns[column] = "points" if column == kept else "other"


def _is_sparse(grid: Grid, left: int, right: int, body: int) -> bool:
    """A column whose cells are merged or blank over several lines, or carry totals, is a block."""
    rows = range(body, len(grid.rows))
    lefts = [grid.text(r, left) for r in rows if grid.text(r, left)]
    rights = [r for r in rows if grid.text(r, right)]
    return len(lefts) < len(rights) or len(set(lefts)) < len(lefts)
