"""Evaluate many schemes in this process and print its memory in MB early on and at the end."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import inference_samples as samples

from engine.inference import durable

SCHEME_LINES = 40
EARLY = 20_000


def megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main(facts: int) -> None:
    rules = samples.plain_rules(24, seed=1)
    fired, early = 0, 0.0
    base = samples.plain_facts(SCHEME_LINES, seed=2)
    for start in range(0, facts, SCHEME_LINES):
        scheme = [
            {**fact, "id": f"I{start + i}", "carrier": f"text {start + i}", "number_0": start % 977 / 10}
            for i, fact in enumerate(base)
        ]
        fired += len(durable.evaluate(rules, scheme))
        if start == EARLY:
            early = megabytes()
    print(fired, early, megabytes())


if __name__ == "__main__":
    main(int(sys.argv[1]))
