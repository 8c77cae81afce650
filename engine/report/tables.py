"""Results as CSV that opens in a spreadsheet without running anything."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from engine import model
from engine.report.text import cite_text
from engine.report.words import say, term

_RISKY = re.compile(r"^[\s]*[=+\-@＝＋－＠\t\r]")
_NUMBER = re.compile(r"^[+-]?\d+(\.\d+)?%?$")


def safe_cell(value: object) -> object:
    """Return a cell a spreadsheet will not run: text that looks like a formula gets a leading apostrophe.

    >>> safe_cell("=1+1"), safe_cell("-5"), safe_cell(3)
    ("'=1+1", '-5', 3)
    """
    if isinstance(value, str) and _RISKY.match(value) and not _NUMBER.match(value):
        return "'" + value
    return value


def to_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return CSV text with a byte-order mark, so that spreadsheets read it as UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header)
    writer.writerows([[safe_cell(v) for v in row] for row in rows])
    return "\ufeff" + buffer.getvalue()


def audit_csv(audits: Sequence[model.Audit], lang: model.Lang) -> str:
    """Return one row a finding."""
    header = ["file", "sheet", "row", "cell", "codes", "rule", "severity", "effect", "title", "message", "fix", "basis", "waived", "baselined"]  # fmt: skip
    rows = (
        [
            f.location.file or audit.scheme.source.name, f.location.sheet, f.location.row, f.location.cell,
            " ".join(f.codes), f.rule, term("severity", f.severity, lang), f.effect, say(f.title, lang),
            say(f.message, lang), say(f.fix, lang), "；".join(cite_text(c, lang) for c in f.cites), f.waived,
            f.baselined,
        ]
        for audit in audits
        for f in audit.findings
    )  # fmt: skip
    return to_csv(header, rows)


def classify_csv(
    indicators: Sequence[model.Indicator], classes: Sequence[model.Classification], lang: model.Lang
) -> str:
    """Return one row an indicator."""
    header = ["row", "code", "name", "level", "families", "required_by", "guard", "carrier", "class", "formalistic", "p"]  # fmt: skip
    rows = (
        [
            line.location.row, line.code, line.name, found.level, " ".join(found.family_names),
            found.required_by, found.guard, found.carrier, term("class", found.class_, lang),
            found.formalistic, round(found.p, 4),
        ]
        for line, found in zip(indicators, classes, strict=True)
    )  # fmt: skip
    return to_csv(header, rows)
