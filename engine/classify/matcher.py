"""Find the wordings of the lexicon in many lines at once: Aho–Corasick first, a regex only behind its anchor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from engine.knowledge.lexicon import FIELD_NAMES, Lexicon
from engine.text import fold, fold_table

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
FIELDS_PER_LINE = len(FIELD_NAMES)
Line = tuple[str, str, str, str]  # name, criterion, proof, block
_BREAK = "\n"
_MARK = "\ue000"  # a character of nobody's, which folding leaves as it is


@dataclass(frozen=True)
class Texts:
    """Folded fields of n lines in one string; slot = line × 4 + field."""

    joined: str
    starts: IntArray  # shape (4n + 1,), where each slot begins
    lines: int

    def slot(self, slot: int) -> str:
        """Return the folded text of one field."""
        return self.joined[int(self.starts[slot]) : int(self.starts[slot + 1]) - 1]


@dataclass(frozen=True)
class Hits:
    """One row per hit: entry, slot, and the span within the field; all shape (h,)."""

    entry: IntArray
    slot: IntArray
    start: IntArray
    end: IntArray

    def only(self, keep: BoolArray) -> Hits:
        return Hits(self.entry[keep], self.slot[keep], self.start[keep], self.end[keep])


def join_fields(lines: Sequence[Line]) -> Texts:
    """Fold and join the fields of `lines`; a line break separates fields and stands nowhere else."""
    flat = [field for line in lines for field in line]
    return _joined(flat, len(lines))


def join_names(names: Sequence[str]) -> Texts:
    """Fold and join names alone; the other fields are empty."""
    together = _MARK.join(names)
    if together.count(_MARK) != len(names) - 1:  # a name holds the mark itself
        return join_fields([(name, "", "", "") for name in names])
    lengths = np.ones(len(names) * FIELDS_PER_LINE, dtype=np.int64)
    lengths[::FIELDS_PER_LINE] += np.fromiter(map(len, names), dtype=np.int64, count=len(names))
    separator = _BREAK * FIELDS_PER_LINE
    folded = together.translate(fold_table()).replace(_MARK, separator)
    return Texts(folded + separator, np.concatenate([[0], np.cumsum(lengths)]), len(names))


def _joined(flat: Sequence[str], lines: int) -> Texts:
    folded = [fold(field) for field in flat]
    lengths = np.fromiter(map(len, folded), dtype=np.int64, count=len(folded)) + 1
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return Texts(_BREAK.join(folded) + _BREAK, starts.astype(np.int64), lines)


class Matcher:
    """The lexicon, compiled.

    Roles of a word: a term of an entry, a `but` or `unless` word of an entry, an anchor of a pattern.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.entries = lexicon.entries
        words: dict[str, int] = {}
        roles: list[list[tuple[int, int]]] = []  # per word: (kind, entry or pattern)
        self.patterns: list[tuple[int, re.Pattern[str]]] = []

        def add(word: str, kind: int, what: int) -> None:
            folded = fold(word)
            if folded not in words:
                words[folded] = len(roles)
                roles.append([])
            roles[words[folded]].append((kind, what))

        for number, entry in enumerate(self.entries):
            for kind, group in enumerate((entry.terms, entry.but, entry.unless)):
                for word in group:
                    add(word, kind, number)
            for pattern in entry.patterns:
                for word in pattern.anchors:
                    add(word, 3, len(self.patterns))
                self.patterns.append((number, re.compile(fold_regex(pattern.regex), re.MULTILINE)))
        self._automaton: Any = ahocorasick_rs.AhoCorasick(list(words) or ["\0"])
        self._counts = np.array([len(group) for group in roles] or [0], dtype=np.int64)
        self._first = np.concatenate([[0], np.cumsum(self._counts)])[:-1]
        flat = [role for group in roles for role in group] or [(0, 0)]
        self._kinds = np.array([kind for kind, _ in flat], dtype=np.int64)
        self._whats = np.array([what for _, what in flat], dtype=np.int64)
        self._latin = np.array([word.isascii() and word[:1].isalpha() for word in words] or [False])
        self._allowed = np.array(
            [[field in entry.fields for field in FIELD_NAMES] for entry in self.entries], dtype=bool
        )
        self._of_pattern = np.array([number for number, _ in self.patterns] or [0], dtype=np.int64)
        self._guarded = np.array([bool(entry.but or entry.unless) for entry in self.entries], dtype=bool)

    def find(self, texts: Texts) -> Hits:
        """Return every hit that its entry's exclusions leave, in the order of entry, slot, start."""
        word, start, end = self._words(texts)
        slot = np.searchsorted(texts.starts, start, side="right") - 1
        count = self._counts[word]
        role = np.repeat(self._first[word] - np.concatenate([[0], np.cumsum(count)[:-1]]), count)
        role = role + np.arange(role.size)
        kind, what = self._kinds[role], self._whats[role]
        slot, start, end = (np.repeat(a, count) for a in (slot, start, end))
        terms = Hits(what, slot, start - texts.starts[slot], end - texts.starts[slot])
        found = self._with_patterns(texts, terms.only(kind == 0), terms.only(kind == 3))
        found = found.only(self._allowed[found.entry, found.slot % FIELDS_PER_LINE])
        return self._without_excluded(found, terms.only(kind == 1), terms.only(kind == 2))

    def _words(self, texts: Texts) -> tuple[IntArray, IntArray, IntArray]:
        raw = self._automaton.find_matches_as_indexes(texts.joined, overlapping=True)
        if not raw:
            empty = np.zeros(0, dtype=np.int64)
            return empty, empty, empty
        table = np.fromiter(chain.from_iterable(raw), dtype=np.int64, count=3 * len(raw)).reshape(-1, 3)
        word, start, end = table[:, 0], table[:, 1], table[:, 2]
        latin = self._latin[word]
        if latin.any():
            table = table[~latin | self._at_word_ends(texts.joined, start, end)]
        return table[:, 0], table[:, 1], table[:, 2]

    @staticmethod
    def _at_word_ends(joined: str, start: IntArray, end: IntArray) -> BoolArray:
        """Whether a Latin word stands alone ("app", not "apparatus"); a plural s is let through."""
        codes = np.frombuffer(f"\n{joined}\n\n".encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        letter = (codes >= 97) & (codes <= 122)
        after = letter[end + 1]
        plural = (codes[end + 1] == 115) & ~letter[end + 2]
        free: BoolArray = ~letter[start] & (~after | plural)
        return free

    def _with_patterns(self, texts: Texts, terms: Hits, anchors: Hits) -> Hits:
        if not anchors.entry.size:
            return terms
        slots = texts.starts.size
        keys = np.unique(anchors.entry * slots + anchors.slot)
        pattern, slot = keys // slots, keys % slots
        allowed = self._allowed[self._of_pattern[pattern], slot % FIELDS_PER_LINE]
        starts, joined, patterns = texts.starts.tolist(), texts.joined, self.patterns
        rows: list[tuple[int, int, int, int]] = []
        for p, s in zip(pattern[allowed].tolist(), slot[allowed].tolist(), strict=True):
            entry, regex = patterns[p]
            match = regex.search(joined, starts[s], starts[s + 1] - 1)
            if match:
                rows.append((entry, s, match.start() - starts[s], match.end() - starts[s]))
        if not rows:
            return terms
        more = np.array(rows, dtype=np.int64)
        return Hits(*(np.concatenate([a, more[:, i]]) for i, a in enumerate(_columns(terms))))

    def _without_excluded(self, found: Hits, but: Hits, unless: Hits) -> Hits:
        """Drop hits that lie within a longer excluded word, or in a field with a cancelling word."""
        if not but.entry.size and not unless.entry.size:
            return found
        cancelled = set(zip(unless.entry.tolist(), unless.slot.tolist(), strict=True))
        swallowed: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for entry, slot, start, end in zip(*(a.tolist() for a in _columns(but)), strict=True):
            swallowed.setdefault((entry, slot), []).append((start, end))
        suspects = np.flatnonzero(self._guarded[found.entry])
        keep = np.ones(found.entry.size, dtype=bool)
        rows = (a[suspects].tolist() for a in _columns(found))
        for index, entry, slot, start, end in zip(suspects.tolist(), *rows, strict=True):
            spans = swallowed.get((entry, slot))
            if (entry, slot) in cancelled or (spans and any(a < end and start < b for a, b in spans)):
                keep[index] = False
        return found.only(keep)


def _columns(hits: Hits) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    return hits.entry, hits.slot, hits.start, hits.end


def fold_regex(regex: str) -> str:
    """Fold the literal text of a regex, leaving its syntax (Latin punctuation) as written.

    >>> fold_regex("(每|按).{0,4}點讚")
    '(每|按).{0,4}点赞'
    """
    return "".join(char if char.isascii() else fold(char) for char in regex)
