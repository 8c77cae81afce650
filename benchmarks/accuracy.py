"""How well lines are read: `python -m benchmarks.accuracy [FILE]` for any JSONL of the form of dev.jsonl.

`--write` puts the counts by family, of these and of tests/data/restated.jsonl, where the rule pages find them.

Of the lines that the learned part is trained on (tests/data/dev.jsonl, the default) the figures are
leave-schemes-out: weights and calibration are fitted again for each fold of whole schemes, and written lines
whose name is nearly that of a held-out line are left out of that fold. The lexicon is not refitted: it was
written with these lines at hand, so the figures of a file never looked at are the ones to trust.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np

from engine.model import FAMILIES, LEVELS, OUTCOME_LIKE

Row = dict[str, Any]
ROOT = Path(__file__).parents[1]
DEV = ROOT / "tests" / "data" / "dev.jsonl"
RESTATED = ROOT / "tests" / "data" / "restated.jsonl"
SHOWN = ROOT / "rulesets" / "learned" / "accuracy.yaml"
FOLDS = 6
NEAR = 0.6  # share of two-character pieces in common from which two names count as the same wording
FEWEST = 10


@dataclass(frozen=True)
class Read:
    """What was read of one line."""

    level: str
    families: tuple[str, ...]
    guard: str | None
    class_: str
    formalistic: str
    p: float
    party_duty: bool


def _reads(reading: Any, rows: Sequence[Row]) -> list[Read]:
    from benchmarks.train import line_of

    verdicts = reading.read(
        [line_of(row) for row in rows], kinds=[row.get("penalty") or "base" for row in rows]
    )
    return [
        Read(level, families, guard, class_, decision, p, required == "party_regulation")
        for level, families, required, guard, _, class_, decision, p in verdicts.rows
    ]


def read_shipped(rows: Sequence[Row]) -> list[Read]:
    """Return what the shipped lexicon and weights read."""
    from benchmarks.train import shipped_reading

    return _reads(shipped_reading(learned=True), rows)


def pieces(name: str) -> frozenset[str]:
    """Return the two-character pieces of a name."""
    return frozenset(name[i : i + 2] for i in range(len(name) - 1)) or frozenset({name})


def nearly_same(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether two names share most of their pieces."""
    return len(a & b) >= NEAR * len(a | b)


def read_leaving_schemes_out(rows: Sequence[Row], folds: int = FOLDS) -> list[Read]:
    """Return what models that never saw a line's scheme read of it."""
    from benchmarks import train

    reading = train.shipped_reading()
    dev = train.sample(reading, rows, train.DEV_WEIGHT)
    written = train.sample(reading, train.written_lines())
    written_pieces = [pieces(row["name"]) for row in written.rows]
    fold = train.folds_of(rows, folds)
    found: list[Read | None] = [None] * len(rows)
    for number in range(folds):
        held = np.flatnonzero(fold == number)
        names = [pieces(rows[i]["name"]) for i in held]
        far = np.array([not any(nearly_same(p, name) for name in names) for p in written_pieces])
        rest, own = train.pick(dev, fold != number), train.pick(written, far)
        reading.weights = train.fit(reading, rest, own)
        for i, read in zip(held, _reads(reading, [rows[i] for i in held]), strict=True):
            found[int(i)] = read
    return [read for read in found if read is not None]


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a rate.

    >>> [round(x, 3) for x in wilson(8, 10)]
    [0.49, 0.943]
    """
    if not n:
        return 0.0, 1.0
    z, p = 1.96, hits / n
    middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def scores(true: Sequence[bool], said: Sequence[bool]) -> tuple[float, float, float]:
    """Return precision, recall, F1.

    >>> scores([True, True, False], [True, False, False])
    (1.0, 0.5, 0.6666666666666666)
    """
    hits = sum(t and s for t, s in zip(true, said, strict=True))
    precision, recall = hits / max(sum(said), 1), hits / max(sum(true), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-12)


def figures(rows: Sequence[Row], reads: Sequence[Read]) -> dict[str, float]:
    """Return the main figures; a review on an uncontested line is wrong both ways."""
    from benchmarks.train import outcome_like

    sure = [(row, read) for row, read in zip(rows, reads, strict=True) if row["formalistic"] != "contested"]
    true = [row["formalistic"] == "yes" for row, _ in sure]
    # A review is a miss of a formalistic line and a false alarm on a sound one.
    said = [
        read.formalistic == "yes" or (read.formalistic == "review" and row["formalistic"] == "no")
        for row, read in sure
    ]
    precision, recall, f1 = scores(true, said)
    levels = [(r["level"], x.level) for r, x in zip(rows, reads, strict=True) if r["level"] != "contested"]
    likes = [(outcome_like(r), x.level in OUTCOME_LIKE) for r, x in zip(rows, reads, strict=True)]
    likes = [(a, b) for a, b in likes if a != "contested"]
    outcome = scores([a == "yes" for a, _ in likes], [b for _, b in likes])
    guards = [(r["guard"], x.guard) for r, x in zip(rows, reads, strict=True) if r.get("guard")]
    party = [x for r, x in zip(rows, reads, strict=True) if r.get("party_duty")]
    return {
        "formalistic precision": precision, "formalistic recall": recall, "formalistic F1": f1,
        "outcome-like precision": outcome[0], "outcome-like recall": outcome[1], "outcome-like F1": outcome[2],
        "level accuracy": sum(a == b for a, b in levels) / max(len(levels), 1),
        "Brier": sum((x.p - (r["formalistic"] == "yes")) ** 2 for r, x in sure) / max(len(sure), 1),
        "reviews": _share(reads, lambda x: x.formalistic == "review"),
        "reviews on uncontested": _share([x for _, x in sure], lambda x: x.formalistic == "review"),
        "reviews on contested": _share(
            [x for r, x in zip(rows, reads, strict=True) if r["formalistic"] == "contested"],
            lambda x: x.formalistic == "review",
        ),
        "cost with abstention": _cost(rows, reads),
        "guards found": sum(_group(a) == _group(b) for a, b in guards) / len(guards) if guards else float("nan"),
        "guards beside the labels": sum(
            x.guard is not None and not r.get("guard") for r, x in zip(rows, reads, strict=True)
        ),
        "party duties flagged": float(
            sum(x.formalistic == "yes" or x.class_ in ("prohibited", "restricted") for x in party)
        ),
    }  # fmt: skip


def _group(guard: str | None) -> str | None:
    from engine.classify.learned import GUARD_GROUPS

    return GUARD_GROUPS.get(guard) if guard else None


def _share(reads: Sequence[Read], test: Callable[[Read], bool]) -> float:
    return sum(map(test, reads)) / len(reads) if reads else float("nan")


def _cost(rows: Sequence[Row], reads: Sequence[Read]) -> float:
    """Mean cost of a line: wrong 1, review of a clear line 0.5, review of a contested line 0, a verdict there 0.5."""
    total = 0.0
    for row, read in zip(rows, reads, strict=True):
        if row["formalistic"] == "contested":
            total += 0.0 if read.formalistic == "review" else 0.5
        elif read.formalistic == "review":
            total += 0.5
        else:
            total += float(read.formalistic != row["formalistic"])
    return total / max(len(rows), 1)


def _print_classes(rows: Sequence[Row], reads: Sequence[Read]) -> None:
    print("\nlevel                  n    found  95 %           precision")
    for level in LEVELS:
        mine = [x for r, x in zip(rows, reads, strict=True) if r["level"] == level]
        said = [r for r, x in zip(rows, reads, strict=True) if x.level == level and r["level"] != "contested"]
        _print_rate(level, sum(x.level == level for x in mine), len(mine),
                    sum(r["level"] == level for r in said), len(said))  # fmt: skip
    print("\nfamily (all lines on which both annotators name it)")
    for family, counts in family_counts(rows, reads).items():
        _print_rate(family, counts["found"], counts["lines"], counts["right"], counts["said"])


def family_counts(rows: Sequence[Row], reads: Sequence[Read]) -> dict[str, dict[str, int]]:
    """Return per family: lines that both annotators give it, found of them, readings, right of them."""
    pairs = list(zip(rows, reads, strict=True))
    counts = {}
    for family in FAMILIES:
        mine = [x for r, x in pairs if family in r["families"]]
        said = [r for r, x in pairs if family in x.families]
        counts[family] = {
            "lines": len(mine), "found": sum(family in x.families for x in mine), "said": len(said),
            "right": sum(family in r.get("families_any", r["families"]) for r in said),
        }  # fmt: skip
    return counts


def write_counts(path: Path = SHOWN) -> None:
    """Write the counts that the rule pages show."""
    from benchmarks.train import read_lines

    dev, restated = read_lines(DEV), read_lines(RESTATED)
    rows, reads = dev + restated, read_leaving_schemes_out(dev) + read_shipped(restated)
    body = "".join(
        f"  {family}: {{{', '.join(f'{k}: {v}' for k, v in counts.items())}}}\n"
        for family, counts in family_counts(rows, reads).items()
    )
    head = "# Counts on tests/data/dev.jsonl (leave-schemes-out) and restated.jsonl (never trained on). Written by benchmarks/accuracy.py.\n"
    path.write_text(f"{head}lines: {len(rows)}\nfamilies:\n{body}", encoding="utf-8")


def _print_rate(name: str, hits: int, n: int, right: int, said: int) -> None:
    if n < FEWEST:
        print(f"{name:20} {n:4}    not measured (under {FEWEST} lines)")
        return
    low, high = wilson(hits, n)
    precision = f"{right / said:.2f} of {said}" if said else "-"
    print(f"{name:20} {n:4}    {hits / n:.2f}   {low:.2f}–{high:.2f}      {precision}")


def _print_confusion(rows: Sequence[Row], reads: Sequence[Read]) -> None:
    pairs = Counter((r["formalistic"], x.formalistic) for r, x in zip(rows, reads, strict=True))
    print("\nformalistic: labelled ↓ read →   yes   no  review")
    for label in ("yes", "no", "contested"):
        print(f"{label:30} {pairs[label, 'yes']:5} {pairs[label, 'no']:4} {pairs[label, 'review']:7}")
    wrong = Counter(
        (r["level"], x.level) for r, x in zip(rows, reads, strict=True)
        if r["level"] not in ("contested", x.level)
    )  # fmt: skip
    print("\nlevels most often taken for another")
    for (label, said), n in wrong.most_common(10):
        print(f"{n:4}  {label} → {said}")


def _print_misses(rows: Sequence[Row], reads: Sequence[Read], most: int = 15) -> None:
    missed = [
        (abs(x.p - (r["formalistic"] == "yes")), r, x) for r, x in zip(rows, reads, strict=True)
        if r["formalistic"] != "contested" and x.formalistic != r["formalistic"]
    ]  # fmt: skip
    print("\nworst misses")
    for _, row, read in sorted(missed, key=lambda m: -m[0])[:most]:
        print(f"  {row['formalistic']:4} p={read.p:.2f} {row['name']} | {row.get('criterion') or ''}"[:150])


def main(argv: Sequence[str]) -> int:
    """Print the figures of one file."""
    from benchmarks.train import read_lines

    if "--write" in argv:
        write_counts()
        return 0
    path = Path(argv[0]) if argv else DEV
    rows = read_lines(path)
    trained = {row.get("id") for row in read_lines(DEV)}
    own = sum(row.get("id") in trained for row in rows) > len(rows) / 2
    reads = read_leaving_schemes_out(rows) if own else read_shipped(rows)
    print(f"{path.name}: {len(rows)} lines, {'leave-schemes-out' if own else 'shipped weights'}")
    for name, value in figures(rows, reads).items():
        print(f"{name:28} {value:.3f}")
    _print_classes(rows, reads)
    _print_confusion(rows, reads)
    _print_misses(rows, reads)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
