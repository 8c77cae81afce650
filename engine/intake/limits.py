"""How much a file may hold, checked before anything of it is read."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from engine.intake.faults import fault

_REACH = re.compile(rb'<c\s[^>]*?r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(?:f|v|is)\b')


@dataclass(frozen=True)
class Limits:
    """Bytes, rows, sheets and columns a file may have; settings of this project, generous for any real scheme."""

    file_bytes: int = 20 * 1024 * 1024
    text_bytes: int = 5 * 1024 * 1024  # YAML and JSON: no real scheme comes near, and parsing is slow
    unzipped_bytes: int = 200 * 1024 * 1024
    zip_ratio: int = 200  # real workbooks stay under 30
    rows: int = 20_000
    columns: int = 200
    sheets: int = 50
    nesting: int = 40
    cell_characters: int = 32_767  # what a cell of a workbook can hold


DEFAULT_LIMITS = Limits()


def check_file(path: Path, limits: Limits, most: int | None = None) -> None:
    """Raise SchemeError where the file is missing, empty or too large; nothing of it is read."""
    if not path.is_file():
        raise fault(path.name, "there is no such file. Check the path.", "找不到这个文件。请检查路径。")
    size, most = path.stat().st_size, most or limits.file_bytes
    if size == 0:
        raise fault(
            path.name,
            "the file is empty. Save the table again and choose that file.",
            "文件是空的。请重新保存表格后再选。",
        )
    if size > most:
        raise fault(
            path.name,
            f"the file has {size / 1e6:.1f} MB, at most {most / 1e6:.0f} MB are read. "
            "Keep only the sheet with the scheme.",
            f"文件有 {size / 1e6:.1f} MB，最多读 {most / 1e6:.0f} MB。请只保留方案所在的工作表。",
        )


def check_zip(path: Path, limits: Limits) -> None:
    """Raise SchemeError where a workbook would unzip to too much, or spans too many cells."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_ratio(path, sum(m.file_size for m in members), limits)
            for member in members:
                if re.fullmatch(r"xl/worksheets/[^/]+\.xml", member.filename):
                    _check_reach(path, archive.read(member), limits)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise broken_workbook(path, str(error)) from None


def broken_workbook(path: Path, problem: str) -> Exception:
    """Return the error for a workbook that cannot be opened."""
    return fault(
        path.name,
        f"this is not a workbook that can be opened ({problem[:80]}). Save it again as .xlsx.",
        f"这不是能打开的工作簿（{problem[:80]}）。请另存为 .xlsx 后再试。",
    )


def _check_ratio(path: Path, unzipped: int, limits: Limits) -> None:
    packed = max(path.stat().st_size, 1)
    if unzipped > limits.unzipped_bytes or (unzipped > 10**7 and unzipped / packed > limits.zip_ratio):
        raise fault(
            path.name,
            f"the workbook would unpack to {unzipped / 1e6:.0f} MB from {packed / 1e6:.1f} MB. "
            "Copy the table into a new workbook.",
            f"工作簿展开后有 {unzipped / 1e6:.0f} MB（原 {packed / 1e6:.1f} MB）。请把表格复制到新工作簿。",
        )


def _check_reach(path: Path, xml: bytes, limits: Limits) -> None:
    """A few filled cells far apart make a reader lay out millions of empty ones."""
    row = column = 0
    for letters, digits in _REACH.findall(xml):
        row = max(row, int(digits))
        index = 0
        for letter in letters:
            index = index * 26 + letter - 64
        column = max(column, index)
    check_size(path.name, row, column, limits)


def check_size(where: str, rows: int, columns: int, limits: Limits) -> None:
    """Raise SchemeError where a sheet has too many rows or columns."""
    if rows > limits.rows:
        raise fault(
            where,
            f"the table has {rows:,} rows, at most {limits.rows:,} are read. Split the file.",
            f"表格有 {rows:,} 行，最多读 {limits.rows:,} 行。请拆分文件。",
        )
    if columns > limits.columns:
        raise fault(
            where,
            f"the table has {columns:,} columns, at most {limits.columns:,} are read. "
            "Delete the columns that are not part of the scheme.",
            f"表格有 {columns:,} 列，最多读 {limits.columns:,} 列。请删去与方案无关的列。",
        )
