"""Many schemes: a folder in, three Parquet tables out; a bad file is a record, and the batch goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from engine.audit import Auditor
from engine.errors import InferenceError, SchemeError
from engine.intake import SUFFIXES, read_schemes
from engine.model import Audit, Severity

Progress = Callable[[int, int, Path], None]
Row = dict[str, object]

_FINDING_COLUMNS = (
    "file", "scheme", "rule", "severity", "effect", "subject", "codes", "sheet", "row", "cell",
    "message_zh", "message_en", "fix_zh", "waived",
)  # fmt: skip
_ERROR_COLUMNS = ("file", "scheme", "kind", "message")


@dataclass
class Batch:
    """What a batch found: rows of its three tables, and the counts a caller needs for its exit code."""

    findings: list[Row] = field(default_factory=list)
    schemes: list[Row] = field(default_factory=list)
    errors: list[Row] = field(default_factory=list)

    def count(self, severity: Severity) -> int:
        return sum(int(str(row[severity])) for row in self.schemes)


def find_files(folder: Path) -> tuple[Path, ...]:
    """Return the readable files below a folder, in a fixed order; lock files of office programs are left out.

    Raises:
        SchemeError: the folder does not exist or holds no file that can be read.
    """
    if not folder.is_dir():
        raise SchemeError(f"{folder}: is not a folder. Give the folder that holds the scheme files.")
    files = tuple(
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix.lower() in SUFFIXES and not path.name.startswith(("~$", "."))
    )
    if not files:
        raise SchemeError(f"{folder}: holds no file to read. Files may end in {', '.join(SUFFIXES)}.")
    return files


def validate_files(
    files: Sequence[Path],
    auditor: Auditor,
    *,
    as_of: str,
    profile: str | None = None,
    progress: Progress | None = None,
) -> Batch:
    """Audit every scheme of every file.

    Args:
        files: the files, each may hold several schemes.
        auditor: the auditor; with an engine in a child process a crash fails one scheme only.
        as_of: the date the rules are applied for, ISO.
        profile: one profile for all, or None to choose by each scheme's title and role.
        progress: called before each file with (files done, files in all, file).
    """
    batch = Batch()
    for done, path in enumerate(files):
        if progress:
            progress(done, len(files), path)
        for audit in _audits(path, auditor, as_of, profile, batch):
            _record(path, audit, batch)
    return batch


def write_batch(batch: Batch, folder: Path) -> tuple[Path, ...]:
    """Write findings, schemes and errors as Parquet; each file appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "findings": pd.DataFrame(batch.findings, columns=list(_FINDING_COLUMNS)),
        "schemes": pd.DataFrame(batch.schemes),
        "errors": pd.DataFrame(batch.errors, columns=list(_ERROR_COLUMNS)),
    }
    written = []
    for name, frame in tables.items():
        target, partial = folder / f"{name}.parquet", folder / f".{name}.parquet.partial"
        frame.to_parquet(partial, index=False)
        partial.replace(target)
        written.append(target)
    return tuple(written)


def _audits(path: Path, auditor: Auditor, as_of: str, profile: str | None, batch: Batch) -> Iterator[Audit]:
    try:
        schemes = read_schemes(path)
    except (SchemeError, OSError) as error:
        batch.errors.append({"file": str(path), "scheme": None, "kind": "unreadable", "message": str(error)})
        return
    for scheme in schemes:
        try:
            yield auditor.audit(scheme, profile=profile, as_of=as_of)
        except (SchemeError, InferenceError) as error:
            kind = "engine" if isinstance(error, InferenceError) else "unreadable"
            batch.errors.append(
                {"file": str(path), "scheme": scheme.title, "kind": kind, "message": str(error)}
            )


def _record(path: Path, audit: Audit, batch: Batch) -> None:
    scheme = audit.scheme
    row: Row = {
        "file": str(path), "scheme": scheme.title, "tier": scheme.tier, "object": scheme.object,
        "region": scheme.region, "profile": audit.profile, "lines": len(scheme.indicators),
        "headline": audit.headline.value, "headline_low": audit.headline.low, "headline_high": audit.headline.high,
        "error": audit.count("error"), "warning": audit.count("warning"), "info": audit.count("info"),
        "not_checked": len(audit.not_checked),
    }  # fmt: skip
    batch.schemes.append(row | {score.name: score.value for score in audit.scores})
    for f in audit.findings:
        place = f.location
        batch.findings.append(
            {
                "file": str(path), "scheme": scheme.title, "rule": f.rule, "severity": f.severity,
                "effect": f.effect, "subject": f.subject, "codes": " ".join(f.codes), "sheet": place.sheet,
                "row": place.row, "cell": place.cell, "message_zh": f.message.zh, "message_en": f.message.en,
                "fix_zh": f.fix.zh, "waived": f.waived,
            }
        )  # fmt: skip
