"""The report as a workbook: the scheme in its own layout with changed cells marked, and what explains it."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from engine import model
from engine.report import text as plain
from engine.report.words import CAUTION, CLASS, SEVERITY, say

# A fixed creation time keeps the same input giving the same bytes.
_EPOCH = datetime(2000, 1, 1)
_CELL = re.compile(r"^([A-Z]{1,3})(\d{1,7})$")


def report_xlsx(
    audit: model.Audit,
    proposal: model.Proposal | None,
    after: model.Audit | None,
    lang: model.Lang,
    *,
    layouts: Sequence[model.Layout] = (),
) -> bytes:
    """Return the workbook's bytes.

    Args:
        audit: the audit of the scheme.
        proposal: where given, its points and standards are written into the layout and compared.
        after: the audit of the proposal.
        lang: the language of our own words.
        layouts: the sheets of the input as they stood; a plain layout is made where there are none.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": _EPOCH, "title": audit.scheme.title, "author": "Quanheng 权衡"})
    style = _styles(book)
    if proposal is not None and proposal.status != "infeasible":
        if layouts:
            _layouts(book, style, audit, proposal, layouts, lang)
        else:
            _plain_layout(book.add_worksheet(_t(lang, "建议方案", "Proposal")), style, audit, proposal, lang)
        _comparison(book, style, audit, proposal, lang)
    _findings(book, style, audit, lang)
    _scores(book, style, audit, after, lang)
    _about(book, style, audit, lang)
    book.close()
    return buffer.getvalue()


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter", "text_wrap": True, "border": 1, "border_color": "#BFC7D1"}  # fmt: skip
    return {
        "cell": book.add_format(base),
        "head": book.add_format({**base, "bold": True, "bg_color": "#EEF1F5", "align": "center"}),
        "title": book.add_format({"font_name": "Microsoft YaHei", "font_size": 14, "bold": True}),
        "note": book.add_format(
            {"font_name": "Microsoft YaHei", "font_size": 10, "text_wrap": True, "valign": "top"}
        ),
        "changed": book.add_format({**base, "bg_color": "#FFF2B3", "bold": True}),
        "new": book.add_format({**base, "bg_color": "#DDEBFF", "bold": True}),
        "error": book.add_format({**base, "font_color": "#B42318", "bold": True}),
        "warning": book.add_format({**base, "font_color": "#B54708", "bold": True}),
        "info": book.add_format({**base, "font_color": "#175CD3"}),
        "share": book.add_format({**base, "num_format": "0.0%"}),
    }


def _position(cell: str) -> tuple[int, int] | None:
    match = _CELL.match(cell)
    if not match:
        return None
    column = 0
    for letter in match.group(1):
        column = column * 26 + ord(letter) - 64
    return int(match.group(2)) - 1, column - 1


def _changes(
    audit: model.Audit, proposal: model.Proposal, sheet: str | None
) -> dict[tuple[int, int], tuple[object, str]]:
    """Return what to write where on one sheet: (row, column) → (new value, old value as text)."""
    lines = {line.code: line for line in audit.scheme.indicators}
    written: dict[tuple[int, int], tuple[object, str]] = {}
    for new in proposal.lines:
        old = lines.get(new.code)
        if old is None or old.location.sheet != sheet or new.action in ("keep", "frozen", "new"):
            continue
        points = _position(old.cells.get("points", ""))
        value = new.after if new.rate_after is None else new.rate_after
        before = new.before if new.rate_before is None else new.rate_before
        if points and abs(value - before) > 1e-9:
            written[points] = (value, f"{before:g}")
        criterion = _position(old.cells.get("criterion", "")) or _position(old.cells.get("name", ""))
        if criterion and new.standard:
            text = new.standard.text if old.cells.get("criterion") else f"{old.name}：{new.standard.text}"
            written[criterion] = (text, old.criterion or old.name)
    return written


def _layouts(
    book: Any,
    style: Mapping[str, Any],
    audit: model.Audit,
    proposal: model.Proposal,
    layouts: Sequence[model.Layout],
    lang: model.Lang,
) -> None:
    """Write every sheet of the input; new lines stand under the sheet that holds the most lines."""
    counts = Counter(line.location.sheet for line in audit.scheme.indicators)
    main = max(layouts, key=lambda layout: counts[layout.sheet])
    for number, layout in enumerate(layouts):
        title = _t(lang, "建议方案", "Proposal") + (str(number + 1) if len(layouts) > 1 else "")
        sheet = book.add_worksheet(title)
        _layout(sheet, style, layout, _changes(audit, proposal, layout.sheet), lang)
        if layout is main:
            _new_lines(sheet, style, len(layout.cells) + 1, proposal, lang)


def _layout(
    sheet: Any,
    style: Mapping[str, Any],
    layout: model.Layout,
    changed: Mapping[tuple[int, int], tuple[object, str]],
    lang: model.Lang,
) -> None:
    """Write the input's cells where they stood; changed ones are marked, the old text in a comment."""
    inside = set()
    for first_row, first_column, last_row, last_column in layout.merges:
        inside |= {
            (r, c) for r in range(first_row, last_row + 1) for c in range(first_column, last_column + 1)
        }
        top = (first_row, first_column)
        value = changed[top][0] if top in changed else layout.at(*top)
        form = style["changed"] if top in changed else style["cell"]
        sheet.merge_range(first_row, first_column, last_row, last_column, "", form)
        _write(sheet, first_row, first_column, value, form)
    for row, cells in enumerate(layout.cells):
        for column, value in enumerate(cells):
            if (row, column) not in inside:
                new = changed.get((row, column))
                _write(
                    sheet, row, column, new[0] if new else value, style["changed"] if new else style["cell"]
                )
    for (row, column), (_, old) in changed.items():
        sheet.write_comment(row, column, _t(lang, f"原为：{old}", f"Was: {old}")[:500], {"x_scale": 2})
    _widths(sheet, layout.cells, changed)
    sheet.freeze_panes(min(3, len(layout.cells)), 0)


def _new_lines(
    sheet: Any, style: Mapping[str, Any], row: int, proposal: model.Proposal, lang: model.Lang
) -> None:
    legend = _t(
        lang,
        "黄色为改动单元格（批注为原内容），蓝色为新增指标。",
        "Yellow: changed cells (old text in the comment); blue: new lines.",
    )
    sheet.write_string(row, 0, legend)
    for line in (x for x in proposal.lines if x.action == "new"):
        row += 1
        text = line.standard.text if line.standard else ""
        _table_row(sheet, row, [line.block or "", line.name, text, line.after], style["new"])


def _widths(sheet: Any, grid: Sequence[Sequence[object]], changed: Mapping[tuple[int, int], object]) -> None:
    columns = max((len(row) for row in grid), default=0)
    for column in range(columns):
        texts = [len(str(row[column])) for row in grid if column < len(row) and row[column] is not None]
        longest = sorted(texts)[int(len(texts) * 0.8)] if texts else 6
        wide = any(c == column for _, c in changed)
        sheet.set_column(column, column, min(max(8, longest * 2 + 2, 36 if wide and longest > 6 else 0), 60))


def _plain_layout(
    sheet: Any, style: Mapping[str, Any], audit: model.Audit, proposal: model.Proposal, lang: model.Lang
) -> None:
    head = _row(lang, "编号", "板块", "指标", "评分标准", "分值", en=("Code", "Block", "Indicator", "Standard", "Points"))  # fmt: skip
    sheet.merge_range(0, 0, 0, 4, audit.scheme.title, style["title"])
    _table_row(sheet, 1, head, style["head"])
    criteria = {line.code: line.criterion or "" for line in audit.scheme.indicators}
    for row, line in enumerate(proposal.lines, start=2):
        kept = line.action in ("keep", "frozen")
        form = style["cell"] if kept else style["new" if line.action == "new" else "changed"]
        text = line.standard.text if line.standard else criteria.get(line.code, "")
        _table_row(sheet, row, [line.code, line.block or "", line.name, text, line.after], form)
    for column, width in enumerate((8, 16, 30, 70, 8)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(2, 0)


def _comparison(
    book: Any, style: Mapping[str, Any], audit: model.Audit, proposal: model.Proposal, lang: model.Lang
) -> None:
    sheet = book.add_worksheet(_t(lang, "新旧标准对照表", "Old and new"))
    head = _row(
        lang, "编号", "板块", "指标", "原标准", "新标准", "原分", "新分", "处理", "理由",
        en=("Code", "Block", "Indicator", "Old standard", "New standard", "Old", "New", "Action", "Reason"),
    )  # fmt: skip
    _table_row(sheet, 0, head, style["head"])
    criteria = {line.code: line.criterion or "" for line in audit.scheme.indicators}
    shown = [line for line in proposal.lines if line.action not in ("keep", "frozen")]
    for row, line in enumerate(shown, start=1):
        standard = f"{line.standard.name}\n{line.standard.text}" if line.standard else ""
        values = [
            line.code, line.block or "", line.name, criteria.get(line.code, ""), standard, line.before,
            line.after, plain.action_word(line, lang), say(line.reason, lang),
        ]  # fmt: skip
        _table_row(sheet, row, values, style["cell"])
    for column, width in enumerate((7, 14, 22, 34, 60, 7, 7, 9, 40)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 3)


def _findings(book: Any, style: Mapping[str, Any], audit: model.Audit, lang: model.Lang) -> None:
    sheet = book.add_worksheet(_t(lang, "问题清单", "Findings"))
    head = _row(
        lang, "位置", "编号", "级别", "规则", "问题", "说明", "建议", "依据",
        en=("Place", "Code", "Severity", "Rule", "Finding", "Message", "Remedy", "Basis"),
    )  # fmt: skip
    _table_row(sheet, 0, head, style["head"])
    for row, f in enumerate(audit.findings, start=1):
        place = "!".join(
            str(x) for x in (f.location.sheet, f.location.cell or f.location.row) if x is not None
        )
        values = [
            place, " ".join(f.codes), say(SEVERITY[f.severity], lang), f.rule, say(f.title, lang),
            say(f.message, lang), say(f.fix, lang), "\n".join(plain.cite_text(c) for c in f.cites),
        ]  # fmt: skip
        _table_row(sheet, row, values, style["cell"])
        sheet.write(row, 2, values[2], style[f.severity])
    for column, width in enumerate((14, 9, 8, 8, 24, 50, 50, 40)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(audit.findings), 1), 7)


def _scores(
    book: Any, style: Mapping[str, Any], audit: model.Audit, after: model.Audit | None, lang: model.Lang
) -> None:
    sheet = book.add_worksheet(_t(lang, "评分", "Scores"))
    head = _row(
        lang, "项目", "现方案", "低", "高", "建议方案", en=("Score", "As drafted", "Low", "High", "Proposal")
    )
    _table_row(sheet, 0, head, style["head"])
    later = {s.name: s.value for s in (*after.scores, after.headline)} if after else {}
    for row, score in enumerate((audit.headline, *audit.scores), start=1):
        form = style["share"] if score.unit == "share" else style["cell"]
        sheet.write(row, 0, say(score.meaning, lang), style["cell"])
        for column, value in enumerate((score.value, score.low, score.high, later.get(score.name)), start=1):
            _write(sheet, row, column, "—" if value is None else round(value, 6), form)
    row = len(audit.scores) + 3
    _table_row(sheet, row, [_t(lang, "类别", "Class"), _t(lang, "指标数", "Lines")], style["head"])
    for name, word in CLASS.items():
        row += 1
        _table_row(
            sheet, row, [say(word, lang), sum(c.class_ == name for c in audit.classifications)], style["cell"]
        )
    sheet.set_column(0, 0, 60)
    sheet.set_column(1, 4, 13)


def _about(book: Any, style: Mapping[str, Any], audit: model.Audit, lang: model.Lang) -> None:
    sheet = book.add_worksheet(_t(lang, "说明", "About"))
    sheet.set_column(0, 0, 110)
    made = audit.provenance
    rows = [
        say(CAUTION, lang),
        f"{_t(lang, '约束方案', 'Profile')}: {audit.profile} ({say(audit.profile_reason, lang)})",
        f"{_t(lang, '依据截至', 'Rules as of')} {audit.as_of}",
        f"Quanheng {made.quanheng} · {made.engine} · ruleset {made.ruleset_sha256} · input {made.input_sha256}",
    ]
    for row, text in enumerate(rows):
        sheet.write_string(row, 0, text, style["note"])


def _table_row(sheet: Any, row: int, values: Sequence[object], form: Any) -> None:
    for column, value in enumerate(values):
        _write(sheet, row, column, value, form)


def _write(sheet: Any, row: int, column: int, value: object, form: Any) -> None:
    if isinstance(value, bool) or value is None:
        sheet.write_string(row, column, "" if value is None else str(value), form)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value, form)
    else:
        sheet.write_string(row, column, str(value), form)


def _row(lang: model.Lang, *zh: str, en: Sequence[str]) -> list[str]:
    return [_t(lang, a, b) for a, b in zip(zh, en, strict=True)]


def _t(lang: model.Lang, zh: str, en: str) -> str:
    return say(model.Text(zh=zh, en=en), lang)
