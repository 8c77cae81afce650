"""Pairs of lines of one scheme that ask for the same thing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from engine.model import Indicator
from engine.text import fold

NEAR = 0.8  # share of character pairs in common above which two names are compared by a person
_MOST_COMMON = 200  # a character pair found in more lines than this says nothing about a pair of lines
_FILLER = re.compile(r"[\d%.\s，。；：:、()（）\[\]“”\"'+-]+|情况|工作|落实|开展|完成|推进|有关|相关")


class Overlap(NamedTuple):
    """Two lines (indices, i < j), how alike their names are (0–1), and whether one datum is named twice."""

    first: int
    second: int
    similarity: float
    same_text: bool
    same_datum: bool


def overlaps(lines: Sequence[Indicator]) -> list[Overlap]:
    """Return the pairs whose names are alike (>= NEAR) or which name the same `data_item`.

    A line is paired with the earlier line most like it, so that a list of n lines gives fewer than n pairs.
    """
    closest: dict[int, Overlap] = {}
    for one in _alike(lines):
        if one.second not in closest or _nearer(one, closest[one.second]):
            closest[one.second] = one
    return sorted(closest.values())


def matches(ours: Sequence[Indicator], theirs: Sequence[Indicator]) -> list[Overlap]:
    """Return the lines of two schemes that ask for the same thing; each line is in one match at most.

    `first` is an index into `ours`, `second` into `theirs`; the likest are matched first.
    """
    size = len(ours)
    across = [one for one in _alike([*ours, *theirs]) if one.first < size <= one.second]
    across.sort(
        key=lambda one: (not one.same_text, not one.same_datum, -one.similarity, one.first, one.second)
    )
    left: set[int] = set()
    right: set[int] = set()
    found = []
    for one in across:
        if one.first not in left and one.second not in right:
            left.add(one.first)
            right.add(one.second)
            found.append(one._replace(second=one.second - size))
    return sorted(found)


def likeness(a: Indicator, b: Indicator) -> float:
    """Return how alike two lines are in name and criterion together, 0–1."""
    texts = (_FILLER.sub("", fold(f"{line.name}{line.criterion or ''}")) for line in (a, b))
    left, right = ({text[k : k + 2] for k in range(len(text) - 1)} for text in texts)
    return _dice(left, right)


def _alike(lines: Sequence[Indicator]) -> Iterator[Overlap]:
    """Each two lines whose names are alike or which name the same datum."""
    names = [_FILLER.sub("", fold(line.name)) for line in lines]
    data = [_datum(line) for line in lines]
    pairs = [{name[k : k + 2] for k in range(len(name) - 1)} for name in names]
    keys = [_keys(line, name, datum) for line, name, datum in zip(lines, names, data, strict=True)]
    for i, j in sorted(_candidates(pairs, keys)):
        same_datum = data[i] is not None and data[i] == data[j]
        similarity = _dice(pairs[i], pairs[j])
        if same_datum or (similarity >= NEAR and names[i] and names[j]):
            same_text = _same_text(lines[i], lines[j], names[i] == names[j])
            yield Overlap(i, j, similarity, same_text, same_datum)


def _nearer(one: Overlap, other: Overlap) -> bool:
    return (one.same_text, one.same_datum, one.similarity) > (
        other.same_text,
        other.same_datum,
        other.similarity,
    )


def _keys(line: Indicator, name: str, datum: str | None) -> list[tuple[str, ...]]:
    """What makes two lines the same outright: the datum, or name and criterion."""
    keys: list[tuple[str, ...]] = [("datum", datum)] if datum is not None else []
    return [*keys, ("text", name, fold(line.criterion or ""))] if name else keys


def _candidates(pairs: Sequence[set[str]], keys: Sequence[list[tuple[str, ...]]]) -> set[tuple[int, int]]:
    """Lines that share a key, each with the next; and pairs that share nearly enough character pairs."""
    same: dict[tuple[str, ...], list[int]] = {}
    near: dict[str, list[int]] = {}
    for i, grams in enumerate(pairs):
        for key in keys[i]:
            same.setdefault(key, []).append(i)
        for gram in grams:
            near.setdefault(gram, []).append(i)
    shared = Counter(
        pair for rows in near.values() if len(rows) <= _MOST_COMMON for pair in combinations(rows, 2)
    )
    alike = {
        (i, j)
        for (i, j), count in shared.items()
        if 2 * count >= NEAR * 0.9 * (len(pairs[i]) + len(pairs[j])) and not set(keys[i]) & set(keys[j])
    }
    return alike | {pair for rows in same.values() for pair in pairwise(rows)}


def _dice(a: set[str], b: set[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 0.0


def _datum(line: Indicator) -> str | None:
    attribute = line.attributes.get("data_item")
    if attribute is None or attribute.value is None or attribute.basis == "unknown":
        return None
    return fold(str(attribute.value)).strip()


def _same_text(a: Indicator, b: Indicator, same_name: bool) -> bool:
    """Same name, and the same criterion or one of them has none."""
    if not same_name:
        return False
    left, right = fold(a.criterion or ""), fold(b.criterion or "")
    return left == right or not left or not right
