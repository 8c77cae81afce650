"""Where results go: standard output or a file, the messages and bars on standard error, exit codes."""

from __future__ import annotations

import os
import sys
import tempfile
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from engine.audit import Auditor
from engine.model import Across, Audit, Severity
from engine.workbench import make_auditor

ERROR = Console(stderr=True)
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
