"""Propose on every public scheme with points and print the table of docs/proposals.md.

python benchmarks/proposals.py [HOW_MANY] > docs/proposals.md
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.audit import Auditor
from engine.intake import read_scheme, read_schemes
from engine.knowledge import load_knowledge
from engine.model import Proposal, Scheme
from engine.propose import problem_for, propose
from engine.reweight.frontier import FrontierPoint, frontier

ROOT = Path(__file__).parents[1]
AS_OF = "2026-11-24"
EXAMPLES = (
    "township.xlsx",
    "public/public_chongren.csv",
    "public/public_hehu.yaml",
    "public/public_jiegan.yaml",
)


@dataclass(frozen=True)
class Row:
    """One scheme: its status, the line of the table, and the milliseconds of the proposal."""

    status: str
    table: str
    milliseconds: float


def row(auditor: Auditor, scheme: Scheme) -> Row | None:
    """Return the row of a scheme, or None for one without points."""
    audit = auditor.audit(scheme, as_of=AS_OF)
    start = time.process_time()
    proposal = propose(auditor, audit)
    spent = (time.process_time() - start) * 1e3
    base = [line for line in proposal.lines if line.kind in ("base", "deduction")]
    if not sum(line.before for line in base):
        return None
    made = frontier(problem_for(auditor, audit))
    actions = Counter(line.action for line in proposal.lines)
    changed = max((abs(line.after - line.before) for line in base), default=0.0)
    years = "→".join(f"{year.outcome_share:.0%}" for year in proposal.years if year.outcome_share is not None)
    cells = (
        scheme.title[:24], audit.profile, proposal.status, len(scheme.indicators), _blocks(proposal),
        f"{proposal.disruption:g}", actions["rewrite"], actions["cut"] + actions["raise"], actions["new"],
        f"{changed:g}", years or "–", _ends(made.by_disruption), _line_ends(made.by_lines), f"{spent:.0f}",
    )  # fmt: skip
    return Row(proposal.status, "| " + " | ".join(str(cell) for cell in cells) + " |", spent)


def _blocks(proposal: Proposal) -> str:
    """Return each block's points; they are the same before and after, else both."""
    return " · ".join(
        f"{block.before:g}" if abs(block.before - block.after) < 1e-6 else f"{block.before:g}→{block.after:g}"
        for block in proposal.blocks
    )


def _ends(points: Sequence[FrontierPoint]) -> str:
    if not points:
        return "–"
    ends = dict.fromkeys(f"{point.share:.0%} {point.disruption:g}" for point in (points[0], points[-1]))
    return " … ".join(ends)


def _line_ends(points: Sequence[FrontierPoint]) -> str:
    if not points:
        return "–"
    ends = dict.fromkeys(f"{point.share:.0%} {point.rewritten}" for point in (points[0], points[-1]))
    return " … ".join(ends)


def main(argv: Sequence[str]) -> None:
    auditor = Auditor(load_knowledge(), engine="plain")
    schemes = [read_scheme(ROOT / "examples" / name) for name in EXAMPLES]
    schemes += read_schemes(ROOT / "tests" / "data" / "schemes_dev.jsonl")
    found = [
        one
        for scheme in schemes[: int(argv[0]) if argv else None]
        if (one := row(auditor, scheme)) is not None
    ]
    counts = Counter(one.status for one in found)
    times = [one.milliseconds for one in found]
    print("# Proposals on the examples and on every public scheme with points\n")
    print(
        f"Default levers, settings of the suggested profile, as of {AS_OF}. Made by `benchmarks/proposals.py`.\n"
    )
    print(
        f"- {len(found)} schemes: "
        + ", ".join(f"{counts[k]} {k}" for k in ("optimal", "relaxed", "infeasible"))
    )
    print(f"- a proposal with prices and three years: median {statistics.median(times):.0f} ms, "
          f"slowest {max(times):.0f} ms of processor time")  # fmt: skip
    print("- 'blocks' are their points, the same before and after; 'moved' counts lines cut or raised; the "
          "largest change is in points")  # fmt: skip
    print("- the frontier's ends: outcome share and disruption of the least and of the most that can be had; "
          "outcome share and standards rewritten likewise")  # fmt: skip
    print(
        "- five of them read as the head of an assessment office would: [proposals-read.md](proposals-read.md)\n"
    )
    print("| scheme | profile | status | lines | blocks | disruption | rewritten | moved | new "
          "| largest change | outcome share by year | frontier: share, disruption "
          "| frontier: share, rewritten | ms |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    for one in found:
        print(one.table)


if __name__ == "__main__":
    main(sys.argv[1:])
