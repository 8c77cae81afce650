"""`batch`: every scheme of a folder."""

from __future__ import annotations

import gc
from argparse import Namespace
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine import batch
from engine.inference.child import ChildEngine
from engine.verbs.output import ERROR, RANK
from engine.workbench import make_auditor


def validate(arguments: Namespace) -> int:
    """Audit every scheme of a folder."""
    files = batch.find_files(arguments.folder)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=ERROR) as bar, ChildEngine() as shelter:
        auditor = make_auditor(arguments.pack, shelter=shelter, suppress=not arguments.no_suppress)
        gc.freeze()  # the rule base stays as long as the process: it need not be walked again and again
        task = bar.add_task("", total=len(files))

        def progress(done: int, _: int, path: Path) -> None:
            bar.update(task, completed=done, description=path.name[:40])

        result = batch.validate_files(
            files, auditor, as_of=arguments.as_of, profile=arguments.profile, progress=progress
        )
        bar.update(task, completed=len(files))
    written = batch.write_batch(result, arguments.output)
    ERROR.print(
        f"{len(files)} files, {len(result.schemes)} schemes, {len(result.findings)} findings, "
        f"{len(result.errors)} not read → {', '.join(p.name for p in written)} in {arguments.output}",
        markup=False,
    )
    for row in result.errors:
        ERROR.print(str(row["message"]), style="yellow", markup=False)
    if result.errors:
        return 2
    return int(any(result.count(s) for s in RANK[arguments.fail_on]))
