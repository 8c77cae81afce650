"""The steps that the command line and the workbench share: open a file, make an auditor, rebalance."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from engine import intake
from engine.audit import Auditor
from engine.errors import SchemeError
from engine.inference import durable
from engine.inference.child import ChildEngine
from engine.knowledge import load_knowledge
from engine.model import Audit, Layout, Scheme, UnitScores
from engine.propose import propose, proposed_scheme
from engine.report import Report
from engine.reweight.ranks import rank_report


def make_auditor(
    pack: Path | None = None, *, shelter: ChildEngine | None = None, suppress: bool = True
) -> Auditor:
    """Return an auditor; where durable-rules cannot be loaded it runs the rules in plain Python and says so.

    Args:
        pack: a folder with a local pack of rules.
        shelter: a child process to run durable-rules in, for servers and batches.
        suppress: False sets waivers and baselines aside.
    """
    knowledge = load_knowledge(pack)
    if not durable.available():
        return Auditor(knowledge, engine="plain", suppress=suppress)
    return Auditor(knowledge, evaluate=shelter.evaluate if shelter else None, suppress=suppress)


def open_scheme(name: str, data: bytes) -> tuple[Scheme, tuple[Layout, ...]]:
    """Return the scheme of a file held in memory, and its sheets as they stood.

    Args:
        name: the file's name; its ending says the format.
        data: its bytes.
    Raises:
        SchemeError: it cannot be read as a scheme.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).name or "scheme")
        path.write_bytes(data)
        return intake.read_scheme(path), intake.read_layouts(path)


def rebalance(auditor: Auditor, audit: Audit, layouts: tuple[Layout, ...] = (), **options: Any) -> Report:
    """Return the proposal for an audited scheme together with the audit of its points as printed.

    Args:
        auditor: the auditor that made the audit.
        audit: the audit.
        layouts: the sheets of the input, for a workbook in the same layout.
        options: those of `propose`.
    Raises:
        SchemeError: an option that cannot be meant.
        SolverError: the solver failed, or its answer has no certificate.
    """
    proposal = propose(auditor, audit, **options)
    if proposal.status == "infeasible":
        return Report(audit, proposal, None, layouts)
    changed = proposed_scheme(audit, proposal)
    after = auditor.audit(changed, profile=audit.profile, as_of=audit.as_of)
    return Report(audit, proposal, after, layouts)


def with_ranks(report: Report, scores: UnitScores) -> Report:
    """Return the report with who rises and who falls by last year's scores.

    Raises:
        SchemeError: a score outside its line's points.
    """
    if report.proposal is None or report.proposal.status == "infeasible":
        return report
    lines = {line.code: line for line in report.proposal.lines}
    wanted = [lines[code] for code in scores.codes] + [x for x in report.proposal.lines if x.action == "new"]
    return report._replace(ranks=rank_report(scores.units, wanted, np.array(scores.scores)))


def examples() -> dict[str, Path]:
    """Return the example schemes by file name, beside the package or inside it.

    Raises:
        SchemeError: this installation has no examples.
    """
    here = Path(__file__).parent
    for folder in (here / "_examples", here.parent / "examples"):
        if (folder / "township.xlsx").exists():
            files = [*sorted(folder.glob("township.*")), *sorted((folder / "public").iterdir())]
            return {path.name: path for path in files}
    raise SchemeError("examples/township.xlsx: not found. Run from a checkout, or install the package again.")
