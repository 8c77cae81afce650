"""Propose on every public scheme with points and print the table of docs/proposals.md.

python benchmarks/proposals.py > docs/proposals.md
"""

from __future__ import annotations

import statistics
import time
from collections import Counter
from pathlib import Path

from engine.audit import Auditor
from engine.intake import read_scheme, read_schemes
from engine.knowledge import load_knowledge
from engine.model import Scheme
from engine.propose import propose

ROOT = Path(__file__).parents[1]
AS_OF = "2026-11-24"
EXAMPLES = (
    "township.xlsx",
    "public/public_chongren.csv",
    "public/public_hehu.yaml",
    "public/public_jiegan.yaml",
)


def row(auditor: Auditor, scheme: Scheme) -> tuple[str, str, float] | None:
    """Return (status, table row, milliseconds), or None for a scheme without points."""
    audit = auditor.audit(scheme, as_of=AS_OF)
    start = time.perf_counter()
    proposal = propose(auditor, audit)
    spent = (time.perf_counter() - start) * 1e3
    base = [line for line in proposal.lines if line.kind in ("base", "deduction")]
    if not sum(line.before for line in base):
        return None
    actions = Counter(line.action for line in proposal.lines)
    changed = max((abs(line.after - line.before) for line in base), default=0.0)
    years = "→".join(f"{year.outcome_share:.0%}" for year in proposal.years if year.outcome_share is not None)
    cells = (
        scheme.title[:24], audit.profile, proposal.status, len(scheme.indicators), len(proposal.blocks),
        f"{proposal.disruption:g}", actions["rewrite"], actions["cut"] + actions["raise"], actions["new"],
        f"{changed:g}", years or "–",
    )  # fmt: skip
    return proposal.status, "| " + " | ".join(str(cell) for cell in cells) + " |", spent


def main() -> None:
    auditor = Auditor(load_knowledge(), engine="plain")
    schemes = [read_scheme(ROOT / "examples" / name) for name in EXAMPLES]
    schemes += read_schemes(ROOT / "tests" / "data" / "schemes_dev.jsonl")
    found = [one for scheme in schemes if (one := row(auditor, scheme)) is not None]
    counts = Counter(status for status, _, _ in found)
    times = [spent for _, _, spent in found]
    print("# Proposals on the examples and on every public scheme with points\n")
    print(
        f"Default levers, settings of the suggested profile, as of {AS_OF}. Made by `benchmarks/proposals.py`.\n"
    )
    print(
        f"- {len(found)} schemes: "
        + ", ".join(f"{counts[k]} {k}" for k in ("optimal", "relaxed", "infeasible"))
    )
    print(f"- a proposal with prices and three years: median {statistics.median(times):.0f} ms, "
          f"slowest {max(times):.0f} ms (two cores, shared with other work)")  # fmt: skip
    print("- no block total changes; 'moved' counts lines cut or raised; the largest change is in points\n")
    print("| scheme | profile | status | lines | blocks | disruption | rewritten | moved | new "
          "| largest change | outcome share by year |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for _, text, _ in found:
        print(text)


if __name__ == "__main__":
    main()
