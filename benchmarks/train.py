"""Fit the learned part of the classifier from the labelled lines of the repository.

`python -m benchmarks.train` writes rulesets/learned/weights.npz; the same files give the same bytes.
"""

from __future__ import annotations

import json
import sys
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse as sp
from sklearn.linear_model import LogisticRegression

from engine.classify import learned as model
from engine.classify.matcher import FIELDS_PER_LINE
from engine.classify.reading import WEIGHTS_FILE, Reading
from engine.knowledge.classes import load_classes
from engine.knowledge.lexicon import load_lexicon
from engine.model import OUTCOME_LIKE

ROOT = Path(__file__).parents[1]
RULESETS = ROOT / "rulesets"
DEV = ROOT / "tests" / "data" / "dev.jsonl"
DEV_WEIGHT = 3.0  # published lines are few, and the wording of real schemes counts more than ours
DENSE_SCALE = 0.6  # a signal of the lexicon weighs less than its bare 0/1, so that n-grams can correct it
C_LEVEL, C_FORMAL, C_FAMILY = 1.0, 3.0, 2.0  # inverse strength of the ridge, chosen by leave-schemes-out
BAND = (0.46, 0.54)  # p in between is a matter for review


@dataclass(frozen=True)
class Sample:
    """Labelled lines as features; all arrays share their first axis."""

    rows: list[dict[str, Any]]
    features: sp.csr_matrix
    weight: np.ndarray


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the labelled lines of one JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def written_lines() -> list[dict[str, Any]]:
    """Return the lines written for training, by the codebook."""
    return [row for path in sorted((RULESETS / "learned").glob("lines_*.jsonl")) for row in read_lines(path)]


def line_of(row: dict[str, Any]) -> tuple[str, str, str, str]:
    """Return (name, criterion, proof, block) of a labelled line."""
    block = row.get("block", row.get("dimension"))
    return row["name"], row.get("criterion") or "", row.get("proof") or "", block or ""


def sample(reading: Reading, rows: Sequence[dict[str, Any]], weight: float = 1.0) -> Sample:
    """Return rows with their features; a row may weigh less than the others (`weight`, default 1)."""
    lines = [line_of(row) for row in rows]
    kinds = [row.get("penalty") or "base" for row in rows]
    found, dense, tokens = reading.features(lines, kinds, [row.get("role") for row in rows])
    line = found.slot // FIELDS_PER_LINE
    token_rows = np.repeat(np.arange(len(rows)), [len(group) for group in tokens])
    token_columns = np.array([bucket for group in tokens for bucket in group], dtype=np.int64)
    grams = sp.csr_matrix(
        (
            np.concatenate([model.gram_values(found), np.ones(token_columns.size, dtype=np.float32)]),
            (np.concatenate([line, token_rows]), np.concatenate([found.bucket, token_columns])),
        ),
        shape=(len(rows), 1 << model.BITS),
    )
    features = sp.hstack([grams, sp.csr_matrix(dense * DENSE_SCALE)], format="csr")
    return Sample(list(rows), features, weight * np.array([row.get("weight", 1.0) for row in rows]))


def joined(*parts: Sample) -> Sample:
    """Return several samples as one."""
    return Sample(
        [row for part in parts for row in part.rows],
        sp.vstack([part.features for part in parts], format="csr"),
        np.concatenate([part.weight for part in parts]),
    )


def pick(whole: Sample, keep: np.ndarray) -> Sample:
    """Return the rows where `keep` holds."""
    where = np.flatnonzero(keep)
    return Sample([whole.rows[i] for i in where], whole.features[where], whole.weight[where])


def _fit(
    features: sp.csr_matrix, labels: np.ndarray, weight: np.ndarray, c: float
) -> tuple[np.ndarray, float]:
    """Return coefficients and intercept of a two-class ridge-logistic fit."""
    if labels.all() or not labels.any():
        return np.zeros(features.shape[1]), -6.0 if not labels.any() else 6.0
    fitted = LogisticRegression(C=c, solver="liblinear", max_iter=200, tol=1e-3, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted.fit(features, labels.astype(int), sample_weight=weight)
    return fitted.coef_[0], float(fitted.intercept_[0])


def fit_heads(train: Sample, families: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients (features, heads) and intercepts (heads,)."""
    size = train.features.shape[1]
    coefficients, intercepts = np.zeros((size, len(model.HEADS))), np.full(len(model.HEADS), -6.0)
    rows = train.rows
    level = np.array([row["level"] for row in rows])
    formal = np.array([row["formalistic"] for row in rows])
    for number, head in enumerate(model.HEADS):
        kind, _, value = head.partition(":")
        keep = np.ones(len(rows), dtype=bool)
        if kind == "level":
            keep, labels, c = level != "contested", level == value, C_LEVEL
        elif kind == "formalistic":
            keep, labels, c = formal != "contested", formal == "yes", C_FORMAL
        elif kind == "outcome_like":
            keep, labels, c = _outcome_labels(rows)
        elif not families:
            continue
        else:
            labels, c = np.array([value in row["families"] for row in rows]), C_FAMILY
        coefficients[:, number], intercepts[number] = _fit(
            train.features[keep], labels[keep], train.weight[keep], c
        )
    return coefficients, intercepts


def _outcome_labels(rows: Sequence[dict[str, Any]]) -> tuple[np.ndarray, np.ndarray, float]:
    """Return which rows are agreed on, which are outcome-like, and the ridge."""
    said = np.array(
        [row.get("outcome_like") or ("yes" if row["level"] in OUTCOME_LIKE else "no") for row in rows]
    )
    agreed = said != "contested"
    agreed &= np.array(["outcome_like" in row or row["level"] != "contested" for row in rows])
    return agreed, said == "yes", C_LEVEL


def folds_of(rows: Sequence[dict[str, Any]], count: int) -> np.ndarray:
    """Return a fold per row: whole schemes together, lines of no scheme by their id; no randomness."""
    keys = [row.get("scheme_id") or row.get("id") or row["name"] for row in rows]
    return np.array([zlib.crc32(f"fold:{key}".encode()) % count for key in keys])


def calibrate(dev: Sample, written: Sample, inner: int = 4) -> tuple[float, float]:
    """Return slope and offset of p, fitted on lines that the inner models have not seen."""
    fold = folds_of(dev.rows, inner)
    logits, labels = [], []
    for number in range(inner):
        train = joined(pick(dev, fold != number), written)
        formal = np.array([row["formalistic"] for row in train.rows])
        keep = formal != "contested"
        w, b = _fit(train.features[keep], formal[keep] == "yes", train.weight[keep], C_FORMAL)
        held = pick(dev, fold == number)
        sure = np.array([row["formalistic"] != "contested" for row in held.rows])
        logits.append((held.features @ w + b)[sure])
        labels.append(np.array([row["formalistic"] == "yes" for row in held.rows])[sure])
    x, y = np.concatenate(logits), np.concatenate(labels)
    fitted = LogisticRegression(C=10.0).fit(x[:, None], y)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def weights_of(
    reading: Reading, coefficients: np.ndarray, intercepts: np.ndarray, calibration: Sequence[float]
) -> model.Weights:
    """Return the table as shipped: n-gram weights as whole numbers of 1/127 of each head's largest."""
    buckets = 1 << model.BITS
    table = coefficients[:buckets]
    scale = np.maximum(np.abs(table).max(axis=0), 1e-6) / 127.0
    return model.Weights(
        sparse=np.round(table / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        dense=(coefficients[buckets:] * DENSE_SCALE).astype(np.float32),
        bias=intercepts.astype(np.float32),
        calibration=np.array([*calibration, *BAND], dtype=np.float32),
        entries=model.fingerprint(reading.reader),
    )


def write(weights: model.Weights, path: Path) -> None:
    """Write the table with a fixed time, so that the same weights give the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in vars(weights).items():
            buffer = BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (2026, 1, 1, 0, 0, 0)), buffer.getvalue(),
                             zipfile.ZIP_DEFLATED, 9)  # fmt: skip


def shipped_reading(learned: bool = False) -> Reading:
    """Return the reading with the repository's lexicon."""
    return Reading(load_lexicon(RULESETS), load_classes(RULESETS), learned=learned)


def main() -> int:
    """Fit on everything and write the weights."""
    reading = shipped_reading()
    dev = sample(reading, read_lines(DEV), DEV_WEIGHT)
    written = sample(reading, written_lines())
    coefficients, intercepts = fit_heads(joined(dev, written))
    weights = weights_of(reading, coefficients, intercepts, calibrate(dev, written))
    path = RULESETS / "learned" / WEIGHTS_FILE
    write(weights, path)
    used = int((weights.sparse != 0).any(axis=1).sum())
    print(
        f"{len(dev.rows)} + {len(written.rows)} lines, {used} n-grams, {path.stat().st_size} bytes",
        file=sys.stderr,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
