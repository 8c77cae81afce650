"""What is wrong with a file, said once in English and once in Chinese."""

from __future__ import annotations

from engine.errors import SchemeError


class IntakeError(SchemeError):
    """A file that cannot be read as a scheme; `str(error)` is English, `zh` the same in Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.zh = zh


def fault(where: str, en: str, zh: str) -> IntakeError:
    """Return the error `where: en`, with the Chinese text beside it.

    >>> str(fault("a.csv, row 7", 'weight "3O" is not a number. Write digits only.', "…"))
    'a.csv, row 7: weight "3O" is not a number. Write digits only.'
    """
    return IntakeError(f"{where}: {en}", f"{where}：{zh}")


def place(file: str, *, sheet: str | None = None, row: int | None = None, cell: str | None = None) -> str:
    """Return where a value stands, as messages say it.

    >>> place("a.xlsx", sheet="Sheet1", row=7, cell="D7")
    'a.xlsx, sheet Sheet1, row 7, cell D7'
    """
    parts = [file]
    if sheet:
        parts.append(f"sheet {sheet}")
    if row is not None:
        parts.append(f"row {row}")
    if cell:
        parts.append(f"cell {cell}")
    return ", ".join(parts)


def shown(text: str, most: int = 40) -> str:
    """Return `text` short enough for a message, on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"
