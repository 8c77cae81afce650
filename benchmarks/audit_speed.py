"""A warm audit of schemes of 30 lines, and lines a second through durable-rules, beside plain in the same run.

Usage: python -m benchmarks.audit_speed [--schemes 120] [--lines 30] [--passes 6]

Schemes are drawn by a fixed seed from the lines of published schemes (tests/data/schemes_dev.jsonl), no two
alike, so that nothing remembered from one helps the next. Every scheme is audited by both engines, whose findings
are compared; after that the facts of all schemes are evaluated by the rules of the base alone. Times are
processor seconds of this process, for each scheme the least of several passes: other work on a machine only adds.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from engine import scoring
from engine.audit import Auditor
from engine.audit.auditor import EngineName
from engine.audit.ruleset import compile_rules
from engine.facts import derive
from engine.inference import durable, plain
from engine.knowledge import load_knowledge
from engine.model import Finding, Indicator, Note, Scheme
from engine.text import fold

DATA = Path(__file__).parents[1] / "tests" / "data" / "schemes_dev.jsonl"
AS_OF = "2026-06-01"
WARM = 10
ENGINES: tuple[EngineName, ...] = ("plain", "durable")
TARGET_MS, TARGET_LINES = 15.0, 9_000
NOTE = Note(text="考核工作由县考核办组织，结果经公示后报县委、县政府审定，对结果有异议的可以申请复核。" * 3)


def made_schemes(number: int, size: int) -> list[Scheme]:
    rows = [json.loads(text) for text in DATA.read_text("utf-8").splitlines()]
    pool = [line for row in rows for line in row["indicators"] if line.get("name")]
    source = random.Random(20260101)
    return [_scheme(n, source.sample(pool, size)) for n in range(number)]


def _scheme(n: int, lines: list[dict[str, str]]) -> Scheme:
    made = tuple(
        Indicator(
            code=f"I{k:02}", name=line["name"][:200], criterion=line.get("criterion") or None, points=100 / len(lines),
            block=f"板块{k * 4 // len(lines) + 1}",
        )
        for k, line in enumerate(lines)
    )  # fmt: skip
    return Scheme(title=f"乡镇综合考核 {n}", total=100, indicators=made, notes=(NOTE,))


def timed(
    engine: EngineName, schemes: list[Scheme], passes: int
) -> tuple[list[float], list[tuple[Finding, ...]]]:
    """Milliseconds of each audit after the first WARM, the least of some passes, and the findings of all.

    Each pass has an auditor of its own and nothing remembered of the texts.
    """
    least = [float("inf")] * len(schemes)
    found: list[tuple[Finding, ...]] = []
    for _ in range(passes):
        auditor = Auditor(load_knowledge(), engine=engine)
        fold.cache_clear()
        found = []
        for n, scheme in enumerate(schemes):
            start = time.process_time()
            audit = auditor.audit(scheme, as_of=AS_OF)
            least[n] = min(least[n], 1000 * (time.process_time() - start))
            found.append(audit.findings)
    return least[WARM:], found


def inference(schemes: list[Scheme], passes: int) -> dict[str, float]:
    """Lines a second of each engine over the facts of real lines, with the rules of the base."""
    known = load_knowledge()
    auditor = Auditor(known, engine="plain")
    rules = compile_rules([rule for rule in known.rules if rule.subject == "line"], known.fields).compiled
    profile = known.profiles["township"]
    facts = []
    for scheme in schemes:
        classes = auditor.classifier.classify_lines(scheme.indicators)
        points = scoring.effective_points(scheme)
        derived = derive(scheme, classes, points, profile=profile, as_of=AS_OF, fields=known.fields)
        facts.append([fact for fact in derived.facts if fact["subject"] == "line"])
    speeds = {}
    for name, evaluate in (("plain", plain.evaluate), ("durable", durable.evaluate)):
        evaluate(rules, facts[0])
        least = [float("inf")] * len(facts)
        for _ in range(passes):
            for n, one in enumerate(facts):
                start = time.process_time()
                evaluate(rules, one)
                least[n] = min(least[n], time.process_time() - start)
        speeds[name] = sum(len(one) for one in facts) / sum(least)
    return speeds


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--schemes", type=int, default=120)
    parser.add_argument("--lines", type=int, default=30)
    parser.add_argument("--passes", type=int, default=6)
    chosen = parser.parse_args(argv)
    schemes = made_schemes(chosen.schemes + WARM, chosen.lines)
    known = load_knowledge()
    gc.freeze()  # as a batch does
    runs = {name: timed(name, schemes, chosen.passes) for name in ENGINES}
    if runs["plain"][1] != runs["durable"][1]:
        raise SystemExit("the engines differ")
    count = sum(len(found) for found in runs["durable"][1]) / len(schemes)
    print(
        f"{chosen.schemes} schemes of {chosen.lines} lines, {count:.0f} findings each, {len(known.rules)} rules"
    )
    for name, (times, _) in runs.items():
        print(f"audit, {name:8} median {statistics.median(times):6.1f} ms, best {min(times):6.1f} ms")
    median = statistics.median(runs["durable"][0])
    print(f"target {TARGET_MS:g} ms a warm audit (median): {'met' if median <= TARGET_MS else 'NOT met'}")
    speeds = inference(schemes[:60], chosen.passes)
    for engine, speed in speeds.items():
        print(f"rules, {engine:8} {speed:9,.0f} lines/s")
    print(f"target {TARGET_LINES:,} lines/s: {'met' if speeds['durable'] >= TARGET_LINES else 'NOT met'}")


if __name__ == "__main__":
    main(sys.argv[1:])
