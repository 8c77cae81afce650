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
from threadpoolctl import threadpool_limits

from benchmarks._layer import fit_layer
from engine.classify import learned as model
from engine.classify.matcher import FIELDS_PER_LINE
from engine.classify.reading import WEIGHTS_FILE, Reading, outcome_votes
from engine.knowledge.classes import load_classes
from engine.knowledge.lexicon import load_lexicon
from engine.model import OUTCOME_LIKE

ROOT = Path(__file__).parents[1]
RULESETS = ROOT / "rulesets"
DEV = ROOT / "tests" / "data" / "dev.jsonl"
DEV_WEIGHT = 3.0  # published lines are few, and the wording of real schemes counts more than ours
DENSE_SCALE = 0.1  # signals of the lexicon weigh little: it was written with the published lines at hand
RIDGE = 10.0  # inverse strength
RARITY_FLOOR = 1.0  # a piece that stands in every line keeps this weight
FEWEST_LINES = 2  # a piece of one line alone says nothing of others
BAND = (0.46, 0.54)  # p in between is a matter for review
EVEN = ("level", "formalistic", "outcome_like")  # both classes weigh the same; elsewhere scores are log-odds
THRESHOLDED = tuple(head for head in model.HEADS if head.partition(":")[0] in EVEN)


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


def is_restated(row: dict[str, Any]) -> bool:
    """Whether a line restates one of a published scheme."""
    return "scheme_id" in row


def line_of(row: dict[str, Any]) -> tuple[str, str, str, str]:
    """Return (name, criterion, proof, block) of a labelled line."""
    block = row.get("block", row.get("dimension"))
    return row["name"], row.get("criterion") or "", row.get("proof") or "", block or ""


def sample(reading: Reading, rows: Sequence[dict[str, Any]], weight: float = 1.0) -> Sample:
    """Return rows with their features; a row may weigh less than the others (`weight`, default 1)."""
    lines = [line_of(row) for row in rows]
    found, dense, kinds = reading.features(lines, [row.get("penalty") or "base" for row in rows])
    line = np.concatenate([found.slot // FIELDS_PER_LINE, np.arange(len(rows))])
    values = np.concatenate([found.value, np.ones(len(rows), dtype=np.float32)])
    buckets = np.concatenate([found.bucket, kinds]).astype(np.int64)
    grams = sp.csr_matrix((values, (line, buckets)), shape=(len(rows), 1 << model.BITS))
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
    features: sp.csr_matrix, labels: np.ndarray, weight: np.ndarray, even: bool
) -> tuple[np.ndarray, float]:
    """Return coefficients and intercept of a two-class ridge-logistic fit; `even`: both classes weigh the same."""
    if labels.all() or not labels.any():
        return np.zeros(features.shape[1]), -6.0 if not labels.any() else 6.0
    fitted = LogisticRegression(C=RIDGE, solver="liblinear", max_iter=200, tol=1e-3, random_state=0,
                                class_weight="balanced" if even else None)  # fmt: skip
    # liblinear asks BLAS for vectors so short that more than one thread only gets in the way.
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        fitted.fit(features, labels.astype(int), sample_weight=weight)
    return fitted.coef_[0], float(fitted.intercept_[0])


def rarity(features: sp.csr_matrix) -> np.ndarray:
    """Return a factor per feature: an n-gram in few lines says more than one in many; mean 1, signals 1, unseen 0."""
    grams = 1 << model.BITS
    lines = np.asarray((features[:, :grams] != 0).sum(axis=0)).ravel()
    inverse = (np.log((features.shape[0] + 1) / (lines + 1)) + RARITY_FLOOR) * (lines >= FEWEST_LINES)
    factor = np.ones(features.shape[1])
    factor[:grams] = inverse / np.average(inverse, weights=np.maximum(lines, 1e-9))
    return factor


@dataclass(frozen=True)
class Fitted:
    """Coefficients (features, heads + HIDDEN), intercepts (heads + HIDDEN,) and the layer's way out (HIDDEN, heads)."""

    coefficients: np.ndarray
    intercepts: np.ndarray
    out: np.ndarray

    def scores(self, features: sp.csr_matrix) -> np.ndarray:
        """Return the scores of the heads, shape (n, heads)."""
        return model.head_scores(features @ self.coefficients + self.intercepts, self.out)


def fit_heads(train: Sample, heads: Sequence[str] = model.HEADS) -> Fitted:
    """Return both parts, each counting half; of a head left out only the layer speaks."""
    factor = rarity(train.features)
    used = np.flatnonzero(factor)  # most buckets are empty, and the solver would carry them all
    features = (train.features @ sp.diags(factor)).tocsc()[:, used].tocsr()
    known, labels = (
        np.stack(columns, axis=1)
        for columns in zip(*(labels_of(train.rows, head) for head in model.HEADS), strict=True)
    )
    layer = fit_layer(features, labels, known, train.weight)
    coefficients = np.zeros((factor.size, len(model.HEADS) + model.HIDDEN))
    intercepts = np.concatenate([layer.bias / 2, layer.offset])
    coefficients[used, len(model.HEADS) :] = layer.into * factor[used, None]
    for number, head in enumerate(model.HEADS):
        if head in heads:
            keep, even = known[:, number], head.partition(":")[0] in EVEN
            found, offset = _fit(features[keep], labels[keep, number], train.weight[keep], even)
            coefficients[used, number] = found * factor[used] / 2
            intercepts[number] += offset / 2
    return Fitted(coefficients, intercepts, layer.out / 2)


def labels_of(rows: Sequence[dict[str, Any]], head: str) -> tuple[np.ndarray, np.ndarray]:
    """Return which rows have an agreed label for a head, and the labels."""
    kind, _, value = head.partition(":")
    every = np.ones(len(rows), dtype=bool)
    if kind == "family":
        named = np.array([value in row["families"] for row in rows])
        return named | np.array([value not in row.get("families_any", ()) for row in rows]), named
    if kind == "party_duty":
        return every, np.array([bool(row.get("party_duty")) for row in rows])
    if kind == "guard":
        return every, np.array([model.GUARD_GROUPS.get(row.get("guard")) == value for row in rows])
    said = np.array([outcome_like(row) if kind == "outcome_like" else row[kind] for row in rows])
    return said != "contested", said == (value or "yes")


def outcome_like(row: dict[str, Any]) -> str:
    """Return yes, no or contested: whether a labelled line's level is outcome, impact or perception."""
    said = row.get("outcome_like")
    if said is not None or row["level"] == "contested":
        return str(said or "contested")
    return "yes" if row["level"] in OUTCOME_LIKE else "no"


def folds_of(rows: Sequence[dict[str, Any]], count: int) -> np.ndarray:
    """Return a fold per row: whole schemes together, lines of no scheme by their id; no randomness."""
    keys = [row.get("scheme_id") or row.get("id") or row["name"] for row in rows]
    return np.array([zlib.crc32(f"fold:{key}".encode()) % count for key in keys])


def fit(reading: Reading, dev: Sample, written: Sample) -> model.Weights:
    """Return the weights fitted on all lines; every threshold is found on published schemes held out.

    Args:
        reading: the lexicon's reading.
        dev: lines of published schemes as published.
        written: lines of our own; those that restate a published scheme's count as its lines.
    """
    fitted = fit_heads(joined(dev, written))
    restated = np.array([is_restated(row) for row in written.rows])
    published = joined(dev, pick(written, restated))
    head, by_terms = held_out(reading, published, pick(written, ~restated))
    return weights_of(
        fitted, calibration(published.rows, head),
        outcome_rule(published.rows, head, by_terms, len(dev.rows)), model.fingerprint(reading.reader),
    )  # fmt: skip


def held_out(reading: Reading, dev: Sample, written: Sample, inner: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Return the scores (n, heads) that inner models give to schemes they have not seen, and the words' level."""
    fold = folds_of(dev.rows, inner)
    head = np.zeros((len(dev.rows), len(model.HEADS)), dtype=np.float32)
    for number in range(inner):
        held = fold == number
        head[held] = fit_heads(joined(pick(dev, ~held), written), THRESHOLDED).scores(dev.features[held])
    return head, reading.read([line_of(row) for row in dev.rows]).by_terms


def calibration(rows: Sequence[dict[str, Any]], head: np.ndarray) -> tuple[float, float]:
    """Return slope and offset of p."""
    keep, labels = labels_of(rows, "formalistic")
    scores = head[keep, model.HEADS.index("formalistic")]
    fitted = LogisticRegression(C=10.0).fit(scores[:, None], labels[keep])
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def outcome_rule(
    rows: Sequence[dict[str, Any]], head: np.ndarray, by_terms: np.ndarray, even: int
) -> np.ndarray:
    """Return the weights of the three votes for outcome, impact or perception, and the offset of the best F1.

    The best F1 is had where the chance is half of it. Lines were sought where outcomes are many: they count so
    that outcomes are as common among them as among the first `even` rows, which were taken as they came.
    """
    keep, labels = labels_of(rows, "outcome_like")
    votes, labels, sought = outcome_votes(head, by_terms)[keep], labels[keep], np.flatnonzero(keep) >= even
    share = np.ones(labels.size)
    if sought.any():
        share[labels & sought] = _odds(labels[~sought]) / _odds(labels[sought])
    fitted = LogisticRegression(C=1.0).fit(votes, labels, sample_weight=share)
    order = np.argsort(-fitted.decision_function(votes))
    hits, asked = np.cumsum((share * labels)[order]), np.cumsum(share[order])
    half = (hits / (asked + hits[-1])).max()
    return np.array([*fitted.coef_[0], fitted.intercept_[0] - np.log(half / (1 - half))], dtype=np.float32)


def _odds(labels: np.ndarray) -> float:
    return float(labels.sum() / max(1, (~labels).sum()))


def weights_of(
    fitted: Fitted, calibration: Sequence[float], outcome: np.ndarray, entries: np.ndarray
) -> model.Weights:
    """Return the table as shipped: n-gram weights as whole numbers of 1/127 of each column's largest."""
    buckets = 1 << model.BITS
    table = fitted.coefficients[:buckets]
    scale = np.maximum(np.abs(table).max(axis=0), 1e-6) / 127.0
    return model.Weights(
        sparse=np.round(table / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        dense=(fitted.coefficients[buckets:] * DENSE_SCALE).astype(np.float32),
        bias=fitted.intercepts.astype(np.float32),
        out=fitted.out.astype(np.float32),
        calibration=np.array([*calibration, *BAND], dtype=np.float32),
        outcome=outcome,
        entries=entries,
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
    weights = fit(reading, dev, written)
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
