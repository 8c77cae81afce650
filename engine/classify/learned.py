"""The learned part: a linear model over character n-grams and the lexicon's signals, in numpy.

It settles what the lexicon leaves open and gives the calibrated p. Its weights are a small table made by
`benchmarks/train.py` from the lines beside it; what it decides is explained by its strongest n-grams.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.classify.matcher import FIELDS_PER_LINE, Texts
from engine.classify.signals import Reader, Signals
from engine.errors import RuleError
from engine.model import FAMILIES, LEVELS

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

BITS: Final = 16  # 65,536 buckets: collisions are rare for the some tens of thousands of n-grams seen
LONGEST: Final = 3
READ_FIELDS: Final = (0, 1, 3)  # name, criterion, block; proof columns name papers in every honest scheme
HEADS: Final = (*(f"level:{level}" for level in LEVELS), "formalistic", "outcome_like",
                *(f"family:{family}" for family in FAMILIES))  # fmt: skip
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_FIELD_SALT: Final = np.array([1, 7919, 104729, 1299709], dtype=np.uint64)
_BREAK: Final = 10


@dataclass(frozen=True)
class Grams:
    """n-grams of n lines, sorted by slot: bucket, slot, where it starts in the joined text, its length."""

    bucket: IntArray
    slot: IntArray
    start: IntArray
    length: IntArray


def grams(texts: Texts) -> Grams:
    """Return the n-grams (1 to 3 characters) of the fields that are read; a field's ends count as characters."""
    codes = np.frombuffer(("\n" + texts.joined).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes64 = codes.astype(np.uint64)
    border = codes == _BREAK
    slot_of = np.repeat(np.arange(texts.starts.size - 1), np.diff(texts.starts))
    buckets, slots, starts, lengths = [], [], [], []
    hashed = np.zeros(codes.size, dtype=np.uint64)
    for length in range(1, LONGEST + 1):
        size = codes.size - length + 1
        hashed = (hashed[:size] ^ codes64[length - 1 :]) * _MIX
        hashed ^= hashed >> np.uint64(29)
        first, last = border[:size], border[length - 1 : length - 1 + size]
        keep = ~(first & last)
        for inner in range(1, length - 1):
            keep &= ~border[inner : inner + size]
        if length == 1:
            keep = ~first
        where = np.flatnonzero(keep)
        at = np.maximum(where + first[where] - 1, 0)  # position of the first real character in joined
        slot = slot_of[at]
        read = np.isin(slot % FIELDS_PER_LINE, READ_FIELDS)
        where, at, slot = where[read], at[read], slot[read]
        salted = (hashed[where] + _FIELD_SALT[slot % FIELDS_PER_LINE]) * _MIX
        buckets.append((salted >> np.uint64(64 - BITS)).astype(np.int64))
        slots.append(slot)
        starts.append(at)
        lengths.append(np.full(where.size, length) - first[where] - last[where] * (length > 1))
    slot = np.concatenate(slots)
    order = np.argsort(slot, kind="stable")
    return Grams(*(np.concatenate(a)[order] for a in (buckets, slots, starts, lengths)))


def token_bucket(token: str) -> int:
    """Return the bucket of a word that is not text of the line (its role, its kind)."""
    digest = hashlib.blake2b(token.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> (64 - BITS)


def gram_values(found: Grams) -> FloatArray:
    """Return each n-gram's value: 1 over the root of how many its field has, so that length says nothing."""
    if not found.slot.size:
        return np.zeros(0, dtype=np.float32)
    counts = np.bincount(found.slot)
    values: FloatArray = (1.0 / np.sqrt(counts[found.slot])).astype(np.float32)
    return values


def dense_features(reader: Reader, signals: Signals, texts: Texts) -> FloatArray:
    """Return the lexicon's signals as features, shape (n, dense)."""
    starts = texts.starts
    lengths = np.diff(starts).reshape(-1, FIELDS_PER_LINE) - 1
    scores = reader.level_scores(signals)
    best = np.zeros_like(scores)
    best[np.arange(len(best)), scores.argmax(axis=1)] = scores.max(axis=1) > 0.5
    extra = np.stack(
        [
            signals.negated,
            lengths[:, 1] > 0,
            lengths[:, 3] > 0,
            lengths[:, 0] <= 6,
            scores.max(axis=1) <= 0.5,
        ],
        axis=1,
    )
    parts = (signals.name, signals.tail, signals.criterion, signals.other, scores / 6.0, best, extra)
    return np.concatenate(parts, axis=1).astype(np.float32)


@dataclass(frozen=True)
class Weights:
    """The model: scores = bias + grams·sparse·scale + dense·dense_weights; temperature and offset of p."""

    sparse: NDArray[np.int8]  # (2^BITS, heads), quantised
    scale: FloatArray  # (heads,)
    dense: FloatArray  # (dense, heads)
    bias: FloatArray  # (heads,)
    calibration: FloatArray  # (4,): slope and offset of p, then the review band low and high
    entries: NDArray[np.uint8]  # (16,): which lexicon it was made for


def fingerprint(reader: Reader) -> NDArray[np.uint8]:
    """Return 16 bytes that tell whether weights were made for this lexicon: its entries in their order."""
    names = "\n".join(entry.id for entry in reader.matcher.entries)
    return np.frombuffer(hashlib.blake2b(names.encode(), digest_size=16).digest(), dtype=np.uint8)


def load_weights(path: Path, reader: Reader) -> Weights | None:
    """Return the weights of `path`; None where there are none.

    Raises:
        RuleError: the file is no table of weights, or was made for a lexicon with other entries.
    """
    if not path.exists():
        return None
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as table:
            weights = Weights(**{field.name: table[field.name] for field in fields(Weights)})
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise RuleError(
            f"learned/{path.name}: not a table of weights: {error}. Run `python -m benchmarks.train`."
        ) from None
    if weights.entries.tobytes() != fingerprint(reader).tobytes():
        raise RuleError(
            f"learned/{path.name}: made for a lexicon with other entries. Run `python -m benchmarks.train`."
        )
    return weights


def gram_scores(
    weights: Weights, found: Grams, lines: int, tokens: Sequence[Sequence[int]] = ()
) -> FloatArray:
    """Return what the n-grams (and tokens) of each line add to each head, shape (lines, heads)."""
    scores = np.zeros((lines, len(HEADS)), dtype=np.float32)
    if found.slot.size:
        line = found.slot // FIELDS_PER_LINE
        rows = weights.sparse[found.bucket].astype(np.float32) * gram_values(found)[:, None]
        first = np.flatnonzero(np.concatenate([[True], line[1:] != line[:-1]]))
        scores[line[first]] = np.add.reduceat(rows, first, axis=0)
    for number, buckets in enumerate(tokens):
        for bucket in buckets:
            scores[number] += weights.sparse[bucket]
    scaled: FloatArray = (scores * weights.scale).astype(np.float32)
    return scaled


def sigmoid(values: FloatArray) -> FloatArray:
    """Return 1/(1+e^-x)."""
    result: FloatArray = np.reciprocal(1.0 + np.exp(-np.clip(values, -30, 30))).astype(np.float32)
    return result
