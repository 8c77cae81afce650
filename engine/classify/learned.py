"""The learned part: a linear model and one hidden layer over character n-grams and the lexicon's signals, in numpy.

It settles what the lexicon leaves open and gives the calibrated p. Its weights are a small table made by
`benchmarks/train.py` from the lines beside it; what it decides is explained by its strongest n-grams, exactly:
with the units of a line that are on, its scores are a sum over its n-grams.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.classify.matcher import FIELDS_PER_LINE, Texts
from engine.classify.signals import Reader, Signals
from engine.errors import RuleError
from engine.model import FAMILIES, LEVELS, Guard

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

BITS: Final = 18  # 262,144 buckets: collisions are rare for the some hundred thousand n-grams seen
LONGEST: Final = 3
# What is read together, and how much it weighs: name with criterion (a wording means the same in both), the name
# by itself (it says what the line is about), the block. Proof columns name papers in every honest scheme.
VIEWS: Final = (((0, 1), 1.0), ((0,), 0.7), ((3,), 0.4))
# Guards are labelled in four groups; the words tell the finer two apart.
GUARD_GROUPS: Final[dict[Guard, Guard]] = {
    "petition_count": "petition_count", "case_quota": "case_quota", "inspection_quota": "case_quota",
    "fine_quota": "fine_quota", "macro_economic": "macro_economic", "revenue_target": "macro_economic",
}  # fmt: skip
HEADS: Final = (*(f"level:{level}" for level in LEVELS), "formalistic", "outcome_like", "party_duty",
                *(f"family:{family}" for family in FAMILIES),
                *(f"guard:{guard}" for guard in dict.fromkeys(GUARD_GROUPS.values())))  # fmt: skip
HIDDEN: Final = 48  # units of the layer beside the linear part; twice as many read no better
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_IS_READ: Final = np.array([np.isin(range(FIELDS_PER_LINE), read) for read, _ in VIEWS])
_VIEW_SALT: Final = np.array([1, 7919, 1299709], dtype=np.uint64)
_BREAK: Final = 10
_STEM: Final = 6  # letters by which a Latin word is known
_PLACE: Final = np.append(np.cumprod(np.append(np.uint64(1), np.full(_STEM - 1, _MIX))), np.uint64(0))
_BLOCK: Final = 4_096  # n-grams whose weights are summed at a time: they stay in the processor's cache


@dataclass(frozen=True)
class Grams:
    """n-grams of n lines, sorted by line, one row a view: bucket, value, slot, start in the joined text, length.

    A view's values are its weight over the root of how many n-grams the line has in it, so that length says
    nothing.
    """

    bucket: IntArray
    value: FloatArray
    slot: IntArray
    start: IntArray
    length: IntArray

    def of(self, line: int) -> Grams:
        """Return those of one line."""
        a, z = np.searchsorted(self.slot // FIELDS_PER_LINE, (line, line + 1))
        return Grams(
            self.bucket[a:z], self.value[a:z], self.slot[a:z], self.start[a:z], self.length[a:z]
        )  # fmt: skip


def grams(texts: Texts) -> Grams:
    """Return the n-grams (1 to 3 characters or Latin words) of the fields read; a field's ends count as one."""
    hashed, slot, start, length = _hashed(texts)
    line, field = slot // FIELDS_PER_LINE, slot % FIELDS_PER_LINE
    views = []
    for (_, weight), is_read, salt in zip(VIEWS, _IS_READ, _VIEW_SALT, strict=True):
        here = np.flatnonzero(is_read[field])
        bucket = (((hashed[here] + salt) * _MIX) >> np.uint64(64 - BITS)).astype(np.int64)
        count = np.bincount(line[here], minlength=1)
        value = (weight / np.sqrt(count[line[here]])).astype(np.float32)
        views.append((bucket, value, slot[here], start[here], length[here]))
    bucket, value, slot, start, length = (np.concatenate(parts) for parts in zip(*views, strict=True))
    order = np.argsort(slot // FIELDS_PER_LINE, kind="stable")
    return Grams(bucket[order], value[order], slot[order], start[order], length[order])


def _hashed(texts: Texts) -> tuple[NDArray[np.uint64], IntArray, IntArray, IntArray]:
    """Return each n-gram's hash, slot, first character in the joined text, and length in characters."""
    code, begin, size = _units(texts)
    border = code == _BREAK
    slot_of = np.repeat(np.arange(texts.starts.size - 1), np.diff(texts.starts))
    parts = []
    hashed = np.zeros(code.size, dtype=np.uint64)
    for order in range(1, LONGEST + 1):
        count = code.size - order + 1
        hashed = (hashed[:count] ^ code[order - 1 :]) * _MIX
        hashed ^= hashed >> np.uint64(29)
        first, last = border[:count], border[order - 1 : order - 1 + count]
        keep = ~first if order == 1 else ~(first & last)
        for inner in range(1, order - 1):
            keep &= ~border[inner : inner + count]
        where = np.flatnonzero(keep)
        head, tail = where + first[where], where + order - 1 - last[where] * (order > 1)
        at = np.maximum(begin[head] - 1, 0)  # `joined` has no break before it
        parts.append((hashed[where], slot_of[at], at, begin[tail] + size[tail] - begin[head]))
    hashes, slot, start, length = (np.concatenate(column) for column in zip(*parts, strict=True))
    return hashes, slot, start, length


def _units(texts: Texts) -> tuple[NDArray[np.uint64], IntArray, IntArray]:
    """Return what n-grams are made of: characters, and each word of Latin letters as one; spaces are left out.

    A word is known by its first letters, so that its endings are one.

    Returns:
        code, first character (1 is the first of the joined text) and length of each.
    """
    codes = np.frombuffer(("\n" + texts.joined).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    latin = (codes >= ord("a")) & (codes <= ord("z"))
    inside = np.zeros(codes.size, dtype=bool)
    inside[1:] = latin[1:] & latin[:-1]
    begin = np.flatnonzero(~inside)
    place = np.arange(codes.size) - np.repeat(begin, np.diff(begin, append=codes.size))
    code = np.add.reduceat(codes.astype(np.uint64) * _PLACE[np.minimum(place, _STEM)], begin)
    kept = codes[begin] != ord(" ")
    return code[kept], begin[kept], np.diff(begin, append=codes.size)[kept]


def token_bucket(token: str) -> int:
    """Return the bucket of a word that is not text of the line (its kind)."""
    digest = hashlib.blake2b(token.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> (64 - BITS)


def dense_features(signals: Signals, scores: NDArray[np.float64], texts: Texts) -> FloatArray:
    """Return the lexicon's signals, with how strongly they speak for each level, as features: (n, dense)."""
    lengths = np.diff(texts.starts).reshape(-1, FIELDS_PER_LINE) - 1
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
    """The model. Columns are the heads of the linear part, then the hidden units:

    raw = bias + grams·sparse·scale + dense·dense_weights; scores = raw[heads] + max(raw[units], 0)·out.
    """

    sparse: NDArray[np.int8]  # (2^BITS, heads + HIDDEN), quantised
    scale: FloatArray  # (heads + HIDDEN,)
    dense: FloatArray  # (dense, heads + HIDDEN)
    bias: FloatArray  # (heads + HIDDEN,)
    out: FloatArray  # (HIDDEN, heads)
    calibration: FloatArray  # (4,): slope and offset of p, then the review band low and high
    outcome: (
        FloatArray  # (4,): weights of the three votes for outcome, impact or perception, and their offset
    )
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


def gram_scores(weights: Weights, found: Grams, lines: int, kinds: Sequence[int] = ()) -> FloatArray:
    """Return what the n-grams (and the kind) of each line add to each column, shape (lines, heads + HIDDEN)."""
    scores = np.zeros((lines, weights.sparse.shape[1]), dtype=np.float32)
    if found.slot.size:
        line = found.slot // FIELDS_PER_LINE
        first = np.flatnonzero(np.concatenate([[True], line[1:] != line[:-1]]))
        begins, cuts = np.append(first, line.size), np.unique(first // _BLOCK, return_index=True)[1]
        for a, z in pairwise([*cuts.tolist(), first.size]):
            here = slice(begins[a], begins[z])
            rows = weights.sparse[found.bucket[here]].astype(np.float32)
            rows *= found.value[here, None]
            scores[line[first[a:z]]] = np.add.reduceat(rows, first[a:z] - begins[a], axis=0)
    if len(kinds):
        scores += weights.sparse[np.asarray(kinds)]
    scaled: FloatArray = (scores * weights.scale).astype(np.float32)
    return scaled


def head_scores(raw: FloatArray, out: FloatArray) -> FloatArray:
    """Return the scores of the heads, shape (lines, heads), from the columns' sums (lines, heads + HIDDEN)."""
    heads = raw.shape[1] - out.shape[0]
    units: FloatArray = np.maximum(raw[:, heads:], 0.0)
    scores: FloatArray = raw[:, :heads] + units @ out
    return scores


def gains(weights: Weights, found: Grams, raw: FloatArray, head: int) -> FloatArray:
    """Return what each n-gram of one line adds to one head, shape (n-grams,); `raw` are the line's sums."""
    heads = len(HEADS)
    column = np.zeros(weights.scale.size, dtype=np.float32)
    column[head] = 1.0
    column[heads:] = (raw[heads:] > 0) * weights.out[:, head]
    gained: FloatArray = (
        weights.sparse[found.bucket].astype(np.float32) @ (column * weights.scale) * found.value
    )
    return gained


def sigmoid(values: FloatArray) -> FloatArray:
    """Return 1/(1+e^-x)."""
    result: FloatArray = np.reciprocal(1.0 + np.exp(-np.clip(values, -30, 30))).astype(np.float32)
    return result
