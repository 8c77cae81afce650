"""The workbench's own words; what results say comes from the engine in the language asked for."""

from __future__ import annotations

import re
from typing import Any

from engine import Text, say

WORDS: dict[str, tuple[str, str]] = {
    "title": ("权衡工作台", "Quanheng workbench"),
    "secret": (
        "不得处理涉密信息。文件只在运行本工具的这台机器上处理，不发往别处。",
        "No classified material. Files are handled on the machine that runs this tool and sent nowhere else.",
    ),
    "load": ("载入方案", "Load a scheme"),
    "file": ("方案文件（csv、xlsx、xls、yaml、json）", "Scheme file (csv, xlsx, xls, yaml, json)"),
    "example": ("或选一个示例", "Or an example"),
    "none": ("（未选）", "(none)"),
    "loaded": ("当前文件：{name}", "File shown: {name}"),
    "profile": ("约束方案", "Profile"),
    "auto": ("按标题和对象自动选择", "As the title and object suggest"),
    "as_of": ("依据截至", "Sources as of"),
    "levers": ("手段", "Levers"),
    "rewrite": ("改标准、不动分值", "Rewrite a standard, keep the points"),
    "shift": ("板块内调剂分值", "Shift points within a block"),
    "new": ("新增指标", "Add a line"),
    "cross": ("跨板块调剂分值", "Move points across blocks"),
    "limits": ("约束", "Limits"),
    "limits_note": (
        "以下数值是本工具的设定，不是法定标准，可按实际调整。",
        "These are settings of this tool, not law; set them as you need.",
    ),
    "more_limits": ("更多约束", "More limits"),
    "cap": ("从严控制类占比上限", "Cap on restricted points"),
    "floor": ("结果类占比下限（路径末年）", "Floor on outcome points (last year)"),
    "path_step": ("第一年至少提高", "Least rise in the first year"),
    "years": ("分几年达到", "Years to get there"),
    "perception_low": ("群众评价占比下限", "Least share of citizens' ratings"),
    "perception_high": ("群众评价占比上限", "Most share of citizens' ratings"),
    "largest_line": ("单项占比上限", "Largest share of one line"),
    "named_minimum": ("满意度、解决率等各项占比下限", "Least share of satisfaction, problems solved …"),
    "new_share": ("新增指标占比上限", "Most share of new lines"),
    "bonus_cap": ("加分项封顶占比上限", "Most share of bonus caps"),
    "role_share": ("岗位差异化分值占比下限", "Least share of role-specific points"),
    "digital_ratio": ("线上取证分值与结果类之比上限", "Most ratio of points proved on platforms to outcomes"),
    "data_risk": ("数据失真风险占比上限", "Most share of data risk"),
    "unresourced_rise": ("没有资源保障的指标增分占比上限", "Most rise of lines without resources"),
    "locks": ("不动的指标", "Lines to leave as they are"),
    "locks_hint": ("选择要锁定的指标", "Choose lines to lock"),
    "locks_help": (
        "锁定后分值和标准都不变。红线类指标的计分方式不得保留，不在此列。",
        "Points and standard stay. Lines whose measure may not be scored cannot be locked and are not listed.",
    ),
    "reset": ("恢复默认", "Reset"),
    "undo": ("撤销", "Undo"),
    "clear": ("清空本次内容", "Clear everything"),
    "stands": ("可保留分值（百分制）", "Can stand (of 100)"),
    "stands_help": (
        "没有错误或警告的指标所占有效分值，折合百分。",
        "Effective points of lines without an error or warning, scaled to 100.",
    ),
    "errors": ("错误（条）", "Errors"),
    "warnings": ("警告（条）", "Warnings"),
    "rewritten": ("改写标准（项）", "Standards rewritten"),
    "moved": ("调整分值（分）", "Points moved"),
    "moved_help": ("各项分值变动绝对值之和的一半。", "Half the sum of all changes in points."),
    "proposal": ("建议方案", "Proposal"),
    "findings": ("问题与依据", "Findings"),
    "lines": ("每项考什么", "What each line measures"),
    "limits_tab": ("约束与代价", "Limits and prices"),
    "compare_tab": ("存档与比较", "Save and compare"),
    "download": ("下载", "Download"),
    "html": ("报告（HTML，可打印）", "Report (HTML, prints well)"),
    "xlsx": ("工作簿（XLSX，版式与原表相同，改动处标黄）", "Workbook (XLSX, layout of the input, changes in yellow)"),
    "yaml": ("建议方案（YAML，可再次载入）", "Proposed scheme (YAML, readable again)"),
    "nothing": (
        "现方案已满足所设条件，无需改动。",
        "The scheme meets the limits as it is; nothing to change.",
    ),
    "done": (
        "共 {count} 处改动，能核查的条件全部满足。",
        "{count} changes; every limit that could be checked is met.",
    ),
    "conflict": ("为什么做不到：下列条件不能同时满足", "Why it cannot be done: these cannot hold together"),
    "relaxed": ("下列约束做不到，已按最小幅度放宽", "These limits could not be met and gave way by the least amount"),
    "remedy": ("怎么办（点一条即可）", "What to change (one click is enough)"),
    "why_relaxed": ("原因：以下条件不能同时满足", "Why: these cannot hold together"),
    "remedy_relaxed": ("要全部达到（点一条即可）", "To meet them in full (one click is enough)"),
    "questions": ("读表时不能确定，请确认", "Unsure when reading the table, please confirm"),
    "start": (
        "请在左侧载入方案文件，或选一个示例。",
        "Load a scheme file on the left, or choose an example.",
    ),
    "start_steps": (
        "1. 载入：Excel/WPS 表格（xlsx、xls）、csv，或本工具的 yaml、json。有标题行、合并单元格、合计行都可以。\n"
        "2. 看“问题与依据”：哪一项、哪几个字、依据哪个文件。\n"
        "3. 在左侧拨动手段和约束，“建议方案”随即更新；先改标准，再动分值，板块合计不变。\n"
        "4. “存档与比较”里保存几种设置对照；“下载”里取走报告和工作簿。",
        "1. Load a table (xlsx, xls, csv) or this tool's yaml or json. Title rows, merged cells and totals are fine.\n"
        "2. Read the findings: which line, which words, on what basis.\n"
        "3. Move levers and limits on the left; the proposal follows at once: standards first, then points, "
        "block totals untouched.\n"
        "4. Save settings and compare them; download the report and the workbook.",
    ),
    "before": ("现方案", "As drafted"),
    "after": ("建议方案", "Proposal"),
    "code": ("编号", "Code"),
    "block": ("板块", "Block"),
    "indicator": ("指标", "Indicator"),
    "criterion": ("评分标准（标出作判断的字词）", "Criterion (deciding words marked)"),
    "points": ("分值", "Points"),
    "points_move": ("分值（分）", "Points"),
    "action": ("处理", "Action"),
    "reason": ("理由", "Reason"),
    "new_proof": ("改取证方式", "New proof"),
    "old_standard": ("原标准", "Old standard"),
    "new_standard": ("新标准", "New standard"),
    "class": ("类别", "Class"),
    "level": ("层次", "Level"),
    "families": ("形式化类型", "Families"),
    "decision": ("是否形式化", "Formalistic"),
    "probability": ("概率", "Probability"),
    "limit": ("约束", "Limit"),
    "bound": ("限值", "Bound"),
    "value": ("建议方案中", "In the proposal"),
    "room": ("余量", "Room"),
    "state": ("状态", "State"),
    "price": ("再收紧或放宽的代价", "Price of one point more"),
    "prices_note": (
        "“代价”指限值再变动一分时建议方案要多改多少。先列用满和放宽的约束。约束中的分值只计可调整的指标，"
        "必要过程、内部评价等不动的指标不在内。",
        "A price says how much more the proposal must change for one point of the limit. Binding rows come first. "
        "Points here count lines that may move; required duties and internal ratings are not among them.",
    ),
    "no_limits": (
        "没有建议方案，也就没有约束的代价。原因见“建议方案”。",
        "There is no proposal, so limits have no price. The reason stands under “Proposal”.",
    ),
    "changes": ("改动逐条说明", "Every change in one sentence"),
    "standards": ("新旧标准对照", "Old and new standards"),
    "points_chart": ("分值前后对照", "Points before and after"),
    "kept": ("按原标准计分", "Old standard"),
    "rewritten_points": ("按新标准计分", "New standard"),
    "mark_before": ("黑线为原分值。", "The black tick is the old value."),
    "blocks": ("板块合计", "Block totals"),
    "unchanged": ("不变", "unchanged"),
    "path": ("分年路径", "Path over the years"),
    "year": ("年度", "Year"),
    "year_n": ("第 {n} 年", "Year {n}"),
    "floor_year": ("结果类下限", "Outcome floor"),
    "cap_year": ("从严控制类上限", "Restricted cap"),
    "reached": ("预计结果类", "Outcomes reached"),
    "all_lines": ("显示未改动的指标", "Show unchanged lines"),
    "share": ("占比", "Share"),
    "which": ("看哪一份", "Which scheme"),
    "severity": ("级别", "Severity"),
    "more_findings": (
        "此处列出前 {shown} 条，共 {count} 条，错误在前；全部见“下载”中的报告。",
        "The first {shown} of {count} are listed here, errors first; the report under “Download” holds them all.",
    ),
    "not_checked": ("缺少信息、未能核查的规则（{count} 条）", "Rules not checked for want of information ({count})"),
    "rule": ("规则", "Rule"),
    "missing": ("缺少的信息", "What is missing"),
    "name_save": ("给当前设置起个名", "Name the present settings"),
    "save": ("保存", "Save"),
    "saved_none": (
        "还没有存档。保存两份后可并排比较；存档保留到关闭浏览器或停止本工具，长期保存请用“下载”。",
        "Nothing saved yet. Save two to compare them; they last until the browser or this tool is closed, so download what you keep.",
    ),
    "saved_name": ("方案{n}", "Plan {n}"),
    "left": ("左", "Left"),
    "right": ("右", "Right"),
    "restore": ("恢复这一份", "Restore this one"),
    "delete": ("删除", "Delete"),
    "item": ("项目", "Item"),
    "file_name": ("文件", "File"),
    "status": ("结果", "Result"),
    "status_note": ("改动逐条", "Changes"),
    "levers_on": ("手段", "Levers"),
    "outcome": ("结果类占比", "Outcome share"),
    "restricted": ("从严控制类占比", "Restricted share"),
    "on_points": ("各项新分值（仅列不同的）", "New points of each line (where they differ)"),
    "same_points": ("两份的各项分值和标准相同。", "Both give every line the same points and standard."),
    "working": ("正在分析…", "Working…"),
    "file_failed": ("这个文件没有载入：", "This file was not loaded:"),
    "still": ("以下仍是上一份文件“{name}”的结果。", "Below is still the file loaded before, “{name}”."),
    "engine_failed": (
        "审查未能完成，没有结果可看（这不表示没有问题）：",
        "The audit failed and there is no result (this does not mean it is clean):",
    ),
    "broken": (
        "工作台出错（{kind}），没有结果可看，这不表示没有问题。设置没有丢失，请重试；仍不行请把运行窗口中的出错位置告诉维护人员。",
        "The workbench failed ({kind}) and shows no result; this does not mean it is clean. Your settings are "
        "kept: try again, or give the place named in the console to whoever maintains this tool.",
    ),
    "propose_failed": (
        "建议方案未能算出，以下只有审查结果：",
        "No proposal could be made; below is the audit alone:",
    ),
    "plain_engine": (
        "本机不能加载 durable-rules，规则改由纯 Python 执行，结果相同。",
        "durable-rules cannot be loaded here; the same rules run in plain Python.",
    ),
    "upload_button": ("选择文件", "Choose a file"),
    "upload_hint": ("每个文件不超过 20 MB", "20 MB at most"),
    "items": ("项", "lines"),
    "pt": ("分", "points"),
    "about": ("共 {lines} 项；{reason}依据截至 {date}。", "{lines} lines. {reason} Sources as of {date}."),
}  # fmt: skip

# Where a value stands, as intake's messages write it.
_PLACE = (
    (re.compile(r", sheet ([^,：]+)"), r"，工作表“\1”"),
    (re.compile(r", row (\d+)"), r"，第\1行"),
    (re.compile(r", cell ([A-Z]+\d+)"), r"，单元格\1"),
)


def word(key: str, lang: Any, **values: object) -> str:
    """Return one of the workbench's words, its places filled; traditional characters from the simplified ones."""
    zh, en = WORDS[key]
    text = say(Text(zh=zh, en=en), lang)
    return text.format(**values) if values else text


def error_text(error: Exception, lang: Any) -> str:
    """Return what an error says, in Chinese where it carries Chinese."""
    zh = getattr(error, "zh", None)
    if not zh:
        return str(error)
    where, mark, what = zh.partition("：")
    for pattern, words in _PLACE:
        where = pattern.sub(words, where)
    return say(Text(zh=where + mark + what, en=str(error)), lang)
