"""Workbooks (.xlsx, .xls) as grids, through calamine: no formula is run, nothing is fetched."""

from __future__ import annotations

from pathlib import Path

import python_calamine as calamine

from engine.intake.faults import fault
from engine.intake.grid import Grid, Span, make_grid
from engine.intake.limits import Limits, broken_workbook, check_size, check_zip
from engine.model import Note

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def workbook_grids(path: Path, limits: Limits) -> tuple[tuple[Grid, ...], tuple[Note, ...]]:
    """Return the filled sheets of a workbook in order, and notes on what was left out.

    Raises:
        SchemeError: encrypted, broken, too large, or not a workbook at all.
    """
    _check_kind(path, limits)
    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            return _sheets(book, path, limits)
    except calamine.PasswordError:
        raise encrypted(path) from None
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise broken_workbook(path, str(error)) from None


def encrypted(path: Path) -> Exception:
    """Return the error for a workbook that needs a password."""
    return fault(
        path.name,
        "the workbook is encrypted. Open it, remove the password and save it again.",
        "工作簿已加密。请打开后取消密码，另存后再试。",
    )


def _check_kind(path: Path, limits: Limits) -> None:
    with path.open("rb") as file:
        head = file.read(4)
    if head == _ZIP:
        check_zip(path, limits)
    elif head == _OLE:
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
            raise encrypted(path)
    else:
        raise broken_workbook(path, "its first bytes are not those of a workbook")


def _sheets(
    book: calamine.CalamineWorkbook, path: Path, limits: Limits
) -> tuple[tuple[Grid, ...], tuple[Note, ...]]:
    metadata = [m for m in book.sheets_metadata if m.typ == calamine.SheetTypeEnum.WorkSheet]
    if len(metadata) > limits.sheets:
        raise fault(
            path.name,
            f"the workbook has {len(metadata)} sheets, at most {limits.sheets} are read. Keep the scheme's sheets.",
            f"工作簿有 {len(metadata)} 个工作表，最多读 {limits.sheets} 个。请只保留方案所在的工作表。",
        )
    grids: list[Grid] = []
    notes: list[Note] = []
    for entry in metadata:
        grid = _grid(book.get_sheet_by_name(entry.name), path, limits)
        if not grid.rows:
            continue
        if entry.visible == calamine.SheetVisibleEnum.Visible:
            grids.append(grid)
        else:
            notes.append(Note(text=f"隐藏的工作表“{entry.name}”没有读入，请确认是否需要。"))
    return tuple(grids), tuple(notes)


def _grid(sheet: calamine.CalamineSheet, path: Path, limits: Limits) -> Grid:
    check_size(f"{path.name}, sheet {sheet.name}", sheet.total_height, sheet.total_width, limits)
    spans: list[Span] = [
        (top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    ]
    return make_grid(path.name, sheet.name, sheet.to_python(skip_empty_area=False), spans, limits)
