"""The steps that the command line and the workbench share: open a file, make an auditor, rebalance."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
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
from engine.propose import problem_for, propose, proposed_scheme
from engine.report import Report
from engine.reweight.judged import judged
from engine.reweight.problem import Problem
from engine.reweight.ranks import rank_report
from engine.reweight.robust import standing
from engine.reweight.wishes import PLAIN, Wishes

MOST_DRAWS = 10_000


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


def rebalance(
    auditor: Auditor, audit: Audit, layouts: tuple[Layout, ...] = (), wishes: Wishes = PLAIN, **changes: Any
) -> Report:
    """Return the proposal for an audited scheme together with the audit of its points as printed.

    With scores also who rises and who falls, with judgements also what they come to.

    Args:
        auditor: the auditor that made the audit.
        audit: the audit.
        layouts: the sheets of the input, for a workbook in the same layout.
        wishes: what is asked for beyond the profile.
        changes: single wishes by name, in place of those in `wishes`.
    Raises:
        SchemeError: a wish that cannot be meant.
        SolverError: the solver failed, or its answer has no certificate.
    """
    wishes = replace(wishes, **changes)
    proposal = propose(auditor, audit, wishes)
    if proposal.status == "infeasible":
        return Report(audit, proposal, None, layouts)
    changed = proposed_scheme(audit, proposal)
    after = auditor.audit(changed, profile=audit.profile, as_of=audit.as_of)
    made = Report(audit, proposal, after, layouts)
    if wishes.judgements:
        problem = problem_for(auditor, audit, wishes)
        made = made._replace(judged=judged(problem, proposal, wishes.judgements, wishes.scores))
    return with_ranks(made, wishes.scores, wishes.max_change) if wishes.scores else made


def with_ranks(report: Report, scores: UnitScores, max_change: float | None = None) -> Report:
    """Return the report with who rises and who falls by last year's scores.

    Args:
        report: the audit and its proposal.
        scores: what each unit earned.
        max_change: the most points a total was asked to move, if that was asked.
    Raises:
        SchemeError: a score outside its line's points.
    """
    if report.proposal is None or report.proposal.status == "infeasible":
        return report
    lines = {line.code: line for line in report.proposal.lines}
    wanted = [lines[code] for code in scores.codes] + [x for x in report.proposal.lines if x.action == "new"]
    found = rank_report(scores.units, wanted, np.array(scores.scores), max_change=max_change)
    return report._replace(ranks=found)


def with_standing(
    report: Report, problem: Problem, draws: int, progress: Callable[[int, int], None] | None = None
) -> Report:
    """Return the report with how often each action stands when labels are drawn by their probability.

    Args:
        report: the audit and its proposal.
        problem: the problem proposed on.
        draws: how many draws, from 1 to 10,000; always the same ones.
        progress: told how many draws are done, and of how many.
    Raises:
        SchemeError: a number of draws out of range.
    """
    if not 1 <= draws <= MOST_DRAWS:
        raise SchemeError(f"--draws {draws}: from 1 to {MOST_DRAWS:,} draws can be made. Write 200.")
    if report.proposal is None or report.proposal.status == "infeasible":
        return report
    return report._replace(standing=standing(problem, draws, progress=progress))


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
