"""Where results go: standard output or a file, the messages and bars on standard error, exit codes."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from engine.audit import Auditor
from engine.model import Across, Audit, Severity
from engine.workbench import make_auditor

ERROR = Console(stderr=True)
PATIENCE = 1.0  # seconds before a bar is worth showing
RANK: dict[str, tuple[Severity, ...]] = {
    "error": ("error",),
    "warning": ("error", "warning"),
    "info": ("error", "warning", "info"),
    "never": (),
}


def write_output(data: bytes, target: Path | None) -> None:
    """Write a result to standard output, or to a file that appears whole or not at all."""
    if target is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as partial:
        partial.write(data)
    os.chmod(partial.name, 0o644)
    Path(partial.name).replace(target)


def is_failed(audits: Sequence[Audit | Across], fail_on: str) -> int:
    """Return 1 where a finding is as grave as `fail_on`, else 0."""
    return int(any(a.count(s) for a in audits for s in RANK[fail_on]))


def auditor_for(arguments: Namespace) -> Auditor:
    """Return the auditor asked for, and say where the rules run in plain Python."""
    auditor = make_auditor(arguments.pack, suppress=not getattr(arguments, "no_suppress", False))
    if auditor.engine == "plain":
        ERROR.print(
            "durable-rules cannot be loaded here; the same rules run in plain Python.", style="yellow"
        )
    return auditor


@contextmanager
def waiting() -> Iterator[Callable[[int, int], None]]:
    """Yield a function to tell how far a long step is; a bar shows on a terminal after a second, then goes."""
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=ERROR, transient=True, disable=not ERROR.is_terminal) as bar:
        start, task = time.monotonic(), bar.add_task("", visible=False)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=time.monotonic() - start > PATIENCE)

        yield progress
