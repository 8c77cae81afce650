"""The report as a workbook: the scheme in its own layout with changed cells marked, and what explains it."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from engine import model
from engine.knowledge.words import words
from engine.report import text as plain
from engine.report.layout import Edit, Place, edited
from engine.report.localpack import change_rows, changes_head
from engine.report.releases import ways_text
from engine.report.sheets import Sheet, asked_sheets
from engine.report.words import caution, mark_of, say, term

# A fixed creation time keeps the same input giving the same bytes.
_EPOCH = datetime(2000, 1, 1)


def report_xlsx(report: model.Report, lang: model.Lang) -> bytes:
    """Return the workbook's bytes: the scheme as proposed, old and new standards, findings, scores.

    Args:
        report: the audit, the proposal if any, and the sheets of the input as they stood (a plain layout
            is made where there are none).
        lang: the language of our own words.
    """
    audit, proposal = report.audit, report.proposal
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
        if report.layouts:
            _layouts(book, style, report, lang)
        else:
            _plain_layout(book, style, audit, proposal, lang)
        _comparison(book, style, audit, proposal, lang)
    for sheet in asked_sheets(report, lang):
        _asked(book, style, sheet)
    _findings(book, style, audit, lang)
    _scores(book, style, audit, report.after, lang)
    _about(book, style, report, lang)
    book.close()
    return buffer.getvalue()


def _asked(book: Any, style: Mapping[str, Any], sheet: Sheet) -> None:
    """Write a sheet of plain values; a note runs over the whole width."""
    page, last = _page(book, sheet.title, sheet.widths), len(sheet.widths) - 1
    for row, (values, forms) in enumerate(sheet.rows):
        if forms == "note":
            page.sheet.merge_range(row, 0, row, last, "", style["note"])
            page.write(row, 0, values[0], style["note"], columns=last + 1)
            continue
        named = [forms] * len(values) if isinstance(forms, str) else forms
        for column, (value, form) in enumerate(zip(values, named, strict=True)):
            page.write(row, column, value, style[form])
    page.finish()


class _Page:
    """A worksheet that remembers what it holds, so that rows are made high enough for wrapped text."""

    def __init__(self, sheet: Any, widths: Mapping[int, float]) -> None:
        self.sheet = sheet
        self._widths = widths
        self._lines: dict[int, int] = {}
        for column, width in widths.items():
            sheet.set_column(column, column, width)

    def write(self, row: int, column: int, value: object, form: Any, *, columns: int = 1) -> None:
        """Write one cell (or the first of a merged range `columns` wide); only numbers and plain text."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            self.sheet.write_number(row, column, value, form)
            return
        text = "" if value is None else str(value)
        self.sheet.write_string(row, column, text, form)
        width = sum(self._widths.get(c, 8.43) for c in range(column, column + columns))
        self._lines[row] = max(self._lines.get(row, 1), _wrapped_lines(text, width))

    def row(self, row: int, values: Sequence[object], form: Any) -> None:
        for column, value in enumerate(values):
            self.write(row, column, value, form)

    def finish(self) -> None:
        """Set the heights and print the sheet one page wide."""
        for row, lines in self._lines.items():
            if lines > 1:
                self.sheet.set_row(row, min(lines * 14 + 4, 400))
        self.sheet.set_landscape()
        self.sheet.set_paper(9)  # A4
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)


def _wrapped_lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column `width` characters wide; Chinese ones count double."""
    room = max(width - 1, 2)
    units = (sum(1 if ord(char) < 0x2E80 else 2 for char in line) for line in text.split("\n"))
    return sum(max(1, -(-unit // int(room))) for unit in units)


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter", "text_wrap": True, "border": 1, "border_color": "#BFC7D1"}  # fmt: skip
    return {
        "cell": book.add_format(base),
        "head": book.add_format({**base, "bold": True, "bg_color": "#EEF1F5", "align": "center"}),
        "title": book.add_format({"font_name": "Microsoft YaHei", "font_size": 14, "bold": True}),
        "note": book.add_format(
            {"font_name": "Microsoft YaHei", "font_size": 10, "text_wrap": True, "valign": "top"}
        ),
        "changed": book.add_format({**base, "bg_color": "#FFF2B3"}),
        "new": book.add_format({**base, "bg_color": "#DDEBFF"}),
        "error": book.add_format({**base, "font_color": "#B42318", "bold": True}),
        "warning": book.add_format({**base, "font_color": "#B54708", "bold": True}),
        "info": book.add_format({**base, "font_color": "#175CD3"}),
        "share": book.add_format({**base, "num_format": "0.0%"}),
    }


def _layouts(book: Any, style: Mapping[str, Any], report: model.Report, lang: model.Lang) -> None:
    """Write every sheet of the input; new lines stand in the sheet that holds the most lines."""
    counts = Counter(line.location.sheet for line in report.audit.scheme.indicators)
    main = max(report.layouts, key=lambda layout: counts[layout.sheet])
    for number, sheet in enumerate(report.layouts):
        title = _t(lang, "建议方案", "Proposal") + (str(number + 1) if len(report.layouts) > 1 else "")
        layout, edits = edited(report, sheet, lang, with_new=sheet is main)
        page = _Page(book.add_worksheet(title), _widths(layout, edits))
        _layout(page, style, layout, edits, lang)
        legend = _t(
            lang,
            "黄色为改动单元格（批注为原内容），蓝色为新增指标。",
            "Yellow: changed cells (old text in the comment); blue: new lines.",
        )
        page.sheet.write_string(len(layout.cells) + 1, 0, legend)
        page.finish()


def _layout(
    page: _Page, style: Mapping[str, Any], layout: model.Layout, edits: Mapping[Place, Edit], lang: model.Lang
) -> None:
    """Write the input's cells where they stood; changed ones are marked, the old text in a comment."""

    def shown(place: Place) -> tuple[object, Any]:
        edit = edits.get(place)
        if edit is None:
            return layout.at(*place), style["cell"]
        return edit.value, style["new" if edit.old is None else "changed"]

    inside: set[Place] = set()
    for first_row, first_column, last_row, last_column in layout.merges:
        rows, columns = range(first_row, last_row + 1), range(first_column, last_column + 1)
        inside |= {(row, column) for row in rows for column in columns}
        value, form = shown((first_row, first_column))
        page.sheet.merge_range(first_row, first_column, last_row, last_column, "", form)
        page.write(first_row, first_column, value, form, columns=len(columns) * len(rows))
    for row, cells in enumerate(layout.cells):
        for column in range(len(cells)):
            if (row, column) not in inside:
                value, form = shown((row, column))
                page.write(row, column, value, form)
    for (row, column), edit in edits.items():
        if edit.old is not None:
            note = _t(lang, f"原为：{edit.old}", f"Was: {edit.old}")[:500]
            page.sheet.write_comment(row, column, note, {"x_scale": 2})
    page.sheet.freeze_panes(min(3, len(layout.cells)), 0)


def _widths(layout: model.Layout, edits: Mapping[Place, Edit]) -> dict[int, float]:
    """Return widths that fit most texts of each column; a column of new standards is wide."""
    merged = {
        (r, c) for r1, c1, r2, c2 in layout.merges for r in range(r1, r2 + 1) for c in range(c1, c2 + 1)
    }
    widths = {}
    for column in range(max((len(row) for row in layout.cells), default=0)):
        texts = [
            len(str(value))
            for row, cells in enumerate(layout.cells)
            if column < len(cells)
            and (value := cells[column]) not in (None, "")
            and (row, column) not in merged
        ]
        usual = sorted(texts)[int(len(texts) * 0.8)] if texts else 6
        standards = any(c == column and len(str(edit.value)) > 60 for (_, c), edit in edits.items())
        widths[column] = 64.0 if standards else min(max(8.0, usual * 2.0 + 2), 40.0)
    return widths


def _plain_layout(
    book: Any, style: Mapping[str, Any], audit: model.Audit, proposal: model.Proposal, lang: model.Lang
) -> None:
    page = _page(book, _t(lang, "建议方案", "Proposal"), (8, 16, 30, 80, 8))
    page.sheet.merge_range(0, 0, 0, 4, audit.scheme.title, style["title"])
    head = _row(
        lang,
        "编号",
        "板块",
        "指标",
        "评分标准",
        "分值",
        en=("Code", "Block", "Indicator", "Standard", "Points"),
    )
    page.row(1, head, style["head"])
    criteria = {line.code: line.criterion or "" for line in audit.scheme.indicators}
    for row, line in enumerate(proposal.lines, start=2):
        kept = not line.is_changed
        form = style["cell"] if kept else style["new" if line.action == "new" else "changed"]
        text = line.standard.text if line.standard else criteria.get(line.code, "")
        page.row(row, [line.code, line.block or "", line.name, text, line.after], form)
    page.sheet.freeze_panes(2, 0)
    page.finish()


def _comparison(
    book: Any, style: Mapping[str, Any], audit: model.Audit, proposal: model.Proposal, lang: model.Lang
) -> None:
    page = _page(book, _t(lang, "新旧标准对照表", "Old and new"), (7, 16, 20, 34, 64, 7, 7, 9, 34))
    head = _row(
        lang, "编号", "板块", "指标", "原标准", "新标准", "原分", "新分", "处理", "理由",
        en=("Code", "Block", "Indicator", "Old standard", "New standard", "Old", "New", "Action", "Reason"),
    )  # fmt: skip
    page.row(0, head, style["head"])
    criteria = {line.code: line.criterion or "" for line in audit.scheme.indicators}
    shown = [line for line in proposal.lines if line.is_changed]
    for row, line in enumerate(shown, start=1):
        standard = ""
        if line.standard:
            standard = f"{say(line.standard.title, lang)}\n{say(line.standard.words, lang)}"
        values = [
            line.code, line.block or "", line.name, criteria.get(line.code, ""), standard, line.before,
            line.after, plain.action_word(line, lang), say(line.reason, lang),
        ]  # fmt: skip
        page.row(row, values, style["cell"])
    page.sheet.freeze_panes(1, 3)
    page.finish()


def _findings(book: Any, style: Mapping[str, Any], audit: model.Audit, lang: model.Lang) -> None:
    page = _page(book, _t(lang, "问题清单", "Findings"), (14, 9, 20, 8, 8, 24, 46, 46, 40))
    head = _row(
        lang, "位置", "编号", "指标", "级别", "规则", "问题", "说明", "建议", "依据",
        en=("Place", "Code", "Indicator", "Severity", "Rule", "Finding", "Message", "Remedy", "Basis"),
    )  # fmt: skip
    page.row(0, head, style["head"])
    names = {line.code: line.name for line in audit.scheme.indicators}
    for row, f in enumerate(audit.findings, start=1):
        place = "!".join(
            str(x) for x in (f.location.sheet, f.location.cell or f.location.row) if x is not None
        )
        values = [
            place, " ".join(f.codes), "、".join(names.get(code, "") for code in f.codes),
            term("severity", f.severity, lang), f.rule, say(f.title, lang) + mark_of(f, lang),
            say(f.message, lang), say(f.fix, lang), "\n".join(plain.cite_text(c, lang) for c in f.cites),
        ]  # fmt: skip
        page.row(row, values, style["cell"])
        page.write(row, 3, values[3], style[f.severity])
    page.sheet.freeze_panes(1, 0)
    page.sheet.autofilter(0, 0, max(len(audit.findings), 1), 8)
    page.finish()


def _scores(
    book: Any, style: Mapping[str, Any], audit: model.Audit, after: model.Audit | None, lang: model.Lang
) -> None:
    page = _page(book, _t(lang, "评分", "Scores"), (60, 13, 13, 13, 13))
    head = _row(
        lang, "项目", "现方案", "低", "高", "建议方案", en=("Score", "As drafted", "Low", "High", "Proposal")
    )
    page.row(0, head, style["head"])
    later = {s.name: s.value for s in (*after.scores, after.headline)} if after else {}
    for row, score in enumerate((audit.headline, *audit.scores), start=1):
        form = style["share"] if score.unit == "share" else style["cell"]
        page.write(row, 0, say(score.meaning, lang), style["cell"])
        for column, value in enumerate((score.value, score.low, score.high, later.get(score.name)), start=1):
            page.write(row, column, "—" if value is None else round(value, 6), form)
    row = len(audit.scores) + 3
    page.row(row, [_t(lang, "类别", "Class"), _t(lang, "指标数", "Lines")], style["head"])
    for name, word in words().of("class").items():
        row += 1
        page.row(row, [say(word, lang), sum(c.class_ == name for c in audit.classifications)], style["cell"])
    page.finish()


def _about(book: Any, style: Mapping[str, Any], report: model.Report, lang: model.Lang) -> None:
    audit = report.audit
    page = _page(book, _t(lang, "说明", "About"), (110,))
    made = audit.provenance
    rows = [
        *(ways_text(report.proposal, lang) if report.proposal else ()),
        caution(lang),
        f"{_t(lang, '约束方案', 'Profile')}: {say(audit.profile_title, lang)} [{audit.profile}] ({say(audit.profile_reason, lang)})",
        f"{_t(lang, '依据截至', 'Rules as of')} {audit.as_of}",
        *(
            [changes_head(made.local_changes, lang), *change_rows(made.local_changes, lang)]
            if made.local_changes
            else []
        ),
        f"Quanheng {made.quanheng} · {made.engine} · ruleset {made.ruleset_sha256} · input {made.input_sha256}",
    ]
    for row, text in enumerate(rows):
        page.write(row, 0, text, style["note"])
    page.finish()


def _page(book: Any, title: str, widths: Sequence[float]) -> _Page:
    return _Page(book.add_worksheet(title), dict(enumerate(widths)))


def _row(lang: model.Lang, *zh: str, en: Sequence[str]) -> list[str]:
    return [_t(lang, a, b) for a, b in zip(zh, en, strict=True)]


def _t(lang: model.Lang, zh: str, en: str) -> str:
    return say(model.Text(zh=zh, en=en), lang)
