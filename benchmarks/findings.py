"""A sample of findings to be read and judged: `python -m benchmarks.findings [SEED] [HOW_MANY]`, one JSON a line.

Drawn from all findings on the public schemes of tests/data/schemes_dev.jsonl; each stands with the line it is about.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from engine import intake
from engine.model import Audit
from engine.workbench import make_auditor

SCHEMES = Path(__file__).parents[1] / "tests" / "data" / "schemes_dev.jsonl"
AS_OF = "2026-11-25"


def findings(found: Audit) -> Iterator[dict[str, Any]]:
    """Yield each finding of one audit with its line in full."""
    lines = {line.code: line for line in found.scheme.indicators}
    for finding in found.findings:
        line = lines.get(finding.codes[0]) if finding.codes else None
        yield {
            "rule": finding.rule, "severity": finding.severity, "scheme": found.scheme.title,
            "line": None if line is None else {
                "code": line.code, "name": line.name, "criterion": line.criterion, "block": line.block,
                "kind": line.kind, "points": line.points,
            },
            "message": finding.message.zh, "fix": finding.fix.zh,
            "quotes": [span.text for span in finding.evidence],
            "cites": [f"{cite.title} {cite.article or cite.section or ''}".strip() for cite in finding.cites],
        }  # fmt: skip


def main(argv: Sequence[str]) -> int:
    """Print the sample."""
    seed, wanted = (int(argv[i]) if len(argv) > i else value for i, value in ((0, 20261125), (1, 150)))
    auditor = make_auditor()
    every = [
        row
        for scheme in intake.read_schemes(SCHEMES)
        for row in findings(auditor.audit(scheme, profile=None, as_of=AS_OF))
    ]
    sample = random.Random(seed).sample(every, min(wanted, len(every)))
    for number, row in enumerate(sample, start=1):
        print(json.dumps({"number": number, "of": len(every), **row}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
