"""A file of any kind that is read → schemes or a list of names."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from engine.intake.columns import find_header, kinds_of, meaning_of
from engine.intake.encoding import decode
from engine.intake.faults import fault
from engine.intake.grid import Grid, csv_grid
from engine.intake.limits import DEFAULT_LIMITS, Limits, check_file
from engine.intake.lines import are_fractions, make_lines, with_pools
from engine.intake.records import read_records
from engine.intake.table import Table, read_table
from engine.intake.titles import guess, stated_total
from engine.intake.workbook import workbook_grids
from engine.intake.yaml_form import read_full_form
from engine.model import Block, Indicator, Location, Note, Scheme, SourceFile

Format = Literal["csv", "xlsx", "xls", "yaml", "json"]
SUFFIXES: dict[str, Format] = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls",
    ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".jsonl": "json",
}  # fmt: skip
_READ = ".csv, .xlsx, .xls, .yaml, .json, .jsonl"


def read_scheme(path: Path, *, profile: str | None = None, limits: Limits = DEFAULT_LIMITS) -> Scheme:
    """Return the scheme of a file; of several, the one with the most lines (the others are named in `questions`).

    Args:
        path: a file in one of the formats read.
        profile: the profile the caller chose; kept in the scheme.
        limits: how much a file may hold.
    Raises:
        SchemeError: the file cannot be read as a scheme; says where, what and the remedy.
    """
    schemes = read_schemes(path, limits=limits)
    largest = max(schemes, key=lambda scheme: len(scheme.indicators))
    update: dict[str, object] = {"profile": profile} if profile else {}
    others = [scheme.title for scheme in schemes if scheme is not largest]
    if others:
        named = "、".join(f"“{title[:40]}”" for title in others[:5])
        question = Note(text=f"文件里有 {len(schemes)} 个方案，只读入指标最多的一个；未读入：{named}。")
        update["questions"] = (*largest.questions, question)
    return largest.model_copy(update=update)


def read_schemes(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> tuple[Scheme, ...]:
    """Return every scheme of a file: the lines of a .jsonl, the sheets of a workbook, else one.

    Raises:
        SchemeError: as `read_scheme`.
    """
    path = Path(path)
    kind = _format(path)
    check_file(path, limits, limits.text_bytes if path.suffix.lower() in (".yaml", ".yml", ".json") else None)
    if kind in ("yaml", "json"):
        text, source = _read_text(path, kind)
        is_records = path.suffix.lower() == ".jsonl"
        return read_records(text, source) if is_records else (read_full_form(text, source, limits),)
    grids, notes, source = _grids(path, kind, limits)
    return _schemes(grids, notes, source)


def read_names(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> tuple[Indicator, ...]:
    """Return the indicators of a list of names, with or without points, in the file's order.

    A table with a header is read by its columns; without one the first filled column holds the names.
    Points that are no numbers are no fault here. Empty names are left out; see `read_name_list`.
    Raises:
        SchemeError: the file cannot be opened, or holds no name.
    """
    return read_name_list(path, limits=limits)[0]


def read_name_list(
    path: Path, *, limits: Limits = DEFAULT_LIMITS
) -> tuple[tuple[Indicator, ...], tuple[Note, ...]]:
    """Return the indicators of a list of names, and a note for each row that was left out or cleaned."""
    path = Path(path)
    kind = _format(path)
    if kind in ("yaml", "json"):
        schemes = read_schemes(path, limits=limits)
        return tuple(i for s in schemes for i in s.indicators), tuple(q for s in schemes for q in s.questions)
    check_file(path, limits)
    grids, notes, _ = _grids(path, kind, replace(limits, rows=1_100_000))
    found = [_names(grid) for grid in grids]
    lines = [line for lines, _ in found for line in lines]
    if not lines:
        raise fault(path.name, "no indicator names were found. Put them in a column headed 指标名称.",
                    "没有找到指标名称。请放在标题为“指标名称”的一列里。")  # fmt: skip
    width = max(2, len(str(len(lines))))
    codes = [line.code for line in lines]
    if len(set(codes)) < len(codes) or not all(codes):
        lines = [x.model_copy(update={"code": f"I{n:0{width}d}"}) for n, x in enumerate(lines, start=1)]
    return tuple(lines), (*notes, *(note for _, asked in found for note in asked))


def read_grids(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> tuple[Grid, ...]:
    """Return the sheets of a table file as text; empty for the formats that are no tables."""
    kind = _format(path)
    if kind in ("yaml", "json"):
        return ()
    check_file(path, limits)
    return _grids(path, kind, limits)[0]


def _format(path: Path) -> Format:
    kind = SUFFIXES.get(path.suffix.lower())
    if kind is None:
        raise fault(path.name, f'files "{path.suffix or "without a suffix"}" are not read; {_READ} are. Save the table as .xlsx.',
                    f"不能读“{path.suffix or '无后缀'}”文件；可读 {_READ}。请另存为 .xlsx。")  # fmt: skip
    return kind


def _source(path: Path, data: bytes, kind: Format, encoding: str | None = None) -> SourceFile:
    return SourceFile(name=path.name, sha256=hashlib.sha256(data).hexdigest(), format=kind, encoding=encoding)


def _read_text(path: Path, kind: Format) -> tuple[str, SourceFile]:
    data = path.read_bytes()
    text, encoding = decode(data, path.name)
    if not text.strip():
        raise fault(path.name, "the file is empty. Save the table again and choose that file.",
                    "文件是空的。请重新保存表格后再选。")  # fmt: skip
    return text, _source(path, data, kind, encoding)


def _grids(path: Path, kind: Format, limits: Limits) -> tuple[tuple[Grid, ...], tuple[Note, ...], SourceFile]:
    if kind == "csv":
        text, source = _read_text(path, kind)
        grid = csv_grid(text, path.name, limits)
        grids: tuple[Grid, ...] = (grid,) if grid.rows else ()
        notes: tuple[Note, ...] = ()
    else:
        grids, notes = workbook_grids(path, limits)
        source = _source(path, path.read_bytes(), kind)
    if not grids:
        raise fault(path.name, "the file holds no filled cell. Save the table again and choose that file.",
                    "文件里没有内容。请重新保存表格后再选。")  # fmt: skip
    return grids, notes, source


def _schemes(grids: Sequence[Grid], notes: Sequence[Note], source: SourceFile) -> tuple[Scheme, ...]:
    """Sheets of bonuses, deductions or vetoes belong to the sheet before them; sheets without a table are notes."""
    groups: list[list[Table]] = []
    loose: list[Note] = []
    for grid in grids:
        table = read_table(grid)
        if table is None or not table.drafts:
            loose += [Note(text=" ".join(t for t in row if t), location=grid.location(n))
                      for n, row in enumerate(grid.rows) if any(row)]  # fmt: skip
        elif groups and kinds_of(grid.sheet or "") and len(grids) > 1:
            groups[-1].append(table)
        else:
            groups.append([table])
    if not groups:
        raise _no_table(source.name)
    schemes = [_scheme(tables, source) for tables in groups]
    kept = [scheme for scheme in schemes if scheme is not None]
    if not kept:
        raise _no_points(source.name)
    first = kept[0]
    update = {"notes": (*first.notes, *loose), "questions": (*first.questions, *notes)}
    return (first.model_copy(update=update), *kept[1:])


def _no_table(name: str) -> Exception:
    return fault(
        name, "no row names the columns, so no points column was recognised. "
        "Add a header row such as 指标名称, 分值, 评分标准.",
        "没有找到表头，无法识别分值列。请加一行表头，如“指标名称、分值、评分标准”。",
    )  # fmt: skip


def _no_points(name: str) -> Exception:
    return fault(
        name, "no points column was recognised, and no standard states points in words. "
        "Head the column of points 分值 (or 权重).",
        "没有识别出分值列，评分标准里也没有写分值。请把分值列的表头写作“分值”或“权重”。",
    )  # fmt: skip


def _scheme(tables: Sequence[Table], source: SourceFile) -> Scheme | None:
    """Return the scheme of one sheet and the sheets that belong to it; None where nothing states points."""
    lines, asked = make_lines(tables)
    stated = [
        line for line in lines if line.points is not None or line.rate is not None or line.cap is not None
    ]
    if not stated and not any(line.kind == "veto" for line in lines):
        return None
    title = _title(tables[0], source)
    notes = tuple(note for table in tables for note in table.notes)
    whole = 100.0 if are_fractions(tables) else 1.0
    total, doubts = _total(tables, title, notes, whole)
    blocks = _blocks(tables, lines, whole)
    found = guess(title)
    questions = [*(q for t in tables for q in t.questions), *asked, *doubts]
    if found.question:
        questions.append(Note(text=found.question, location=Location(file=source.name)))
    return Scheme(
        title=title, tier=found.tier, object=found.object, role=found.role, region=found.region, year=found.year,
        total=total, blocks=blocks, indicators=with_pools(lines, blocks, total), notes=notes,
        questions=tuple(questions), source=source,
    )  # fmt: skip


def _title(table: Table, source: SourceFile) -> str:
    sheet = table.grid.sheet or ""
    named = "" if sheet.lower().startswith(("sheet", "工作表")) else sheet
    return table.title or named or Path(source.name).stem


def _blocks(tables: Sequence[Table], lines: Sequence[Indicator], whole: float) -> tuple[Block, ...]:
    """The stated blocks; where lines are fractions of 1 (`whole` 100), so are their sums."""
    found: dict[str, Block] = {}
    used = {line.block for line in lines}
    for block in (block for table in tables for block in table.blocks):
        if block.name in used and (block.name not in found or found[block.name].points is None):
            points = block.points if block.points is None or block.points > 1 else block.points * whole
            found[block.name] = block.model_copy(update={"points": points})
    return tuple(found.values())


def _total(
    tables: Sequence[Table], title: str, notes: Sequence[Note], whole: float
) -> tuple[float | None, tuple[Note, ...]]:
    """The stated total: the 合计 row, else the title, else a note; where row and title differ, ask."""
    scored = [table for table in tables if table.has_points]
    if scored and all(table.shares for table in scored):
        return _share_total(scored, stated_total(title), whole)
    row = next((table for table in tables if table.total is not None), None)
    in_title = stated_total(title)
    in_words = in_title or next((t for note in notes if (t := stated_total(note.text))), None)
    if row is not None and row.total is not None:
        if in_words and abs(in_words - row.total) > 1e-9:
            text = f"合计行写 {row.total:g} 分，文字写 {in_words:g} 分，按合计行读入，请确认。"
            return row.total, (Note(text=text, location=row.total_location),)
        return row.total, ()
    return in_words, ()


def _share_total(
    tables: Sequence[Table], in_title: float | None, whole: float
) -> tuple[float, tuple[Note, ...]]:
    """Weights are read as points of 100; a total written as 1 or 100% is the same, another in the title is asked."""
    row = next((table for table in tables if table.total is not None), None)
    total = 100.0 if row is None or row.total is None else row.total
    total = total * whole if total <= 1 + 1e-9 else total
    if in_title and abs(in_title - 100.0) > 1e-9:
        text = f"标题写满分 {in_title:g} 分，分值列为权重，按 100 分折算，请确认。"
        return total, (Note(text=text),)
    return total, ()


def _names(grid: Grid) -> tuple[list[Indicator], list[Note]]:
    header = find_header(grid) or _single_header(grid)
    column = header if isinstance(header, int) else (header.column("name") if header else None)
    columns = (
        {}
        if header is None or isinstance(header, int)
        else {m: c for c, m in sorted(header.columns.items(), reverse=True)}
    )
    start = 0 if header is None else 1 if isinstance(header, int) else header.body
    if column is None:
        column = next(
            (
                c
                for c in range(max(map(len, grid.rows)))
                if any(grid.text(r, c) for r in range(len(grid.rows)))
            ),
            0,
        )
    lines, notes = [], list(grid.cleaned)
    for row in range(start, len(grid.rows)):
        name = grid.filled(row, column)
        if not name:
            if any(grid.rows[row]):
                notes.append(Note(text=f"第{row + 1}行没有指标名称，未读入。", location=grid.location(row)))
            continue
        texts = {
            m: grid.filled(row, columns[m]) or None for m in ("criterion", "proof", "block") if m in columns
        }
        lines.append(Indicator(
            code=grid.text(row, columns["code"]) if "code" in columns else "", name=name, **texts,
            location=grid.location(row, column), cells={"name": grid.address(row, column)},
        ))  # fmt: skip
    return lines, notes


def _single_header(grid: Grid) -> int | None:
    """The column of a list headed by one word such as 指标名称."""
    return next((c for c, text in enumerate(grid.rows[0]) if meaning_of(text) == "name"), None)
