"""From hits to signals: which wording stands where in a line, what it says of the level, what is negated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.classify.matcher import FIELDS_PER_LINE, Hits, Matcher, Texts
from engine.knowledge.lexicon import Lexicon
from engine.model import LEVELS

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

# A wording at the end of a Chinese name is its head noun; a criterion says less than a name of what is meant.
TAIL_WEIGHT, CRITERION_WEIGHT, BLOCK_WEIGHT = 0.8, 0.55, 0.2
# Codebook tie rule: the level nearer to activity.
_NEAREST_FIRST = ("activity", "process", "input", "conduct", "perception_internal", "output_volume",
                  "output_quality", "outcome", "perception", "impact", "unclear")  # fmt: skip
_STRONG = ("不得", "严禁", "禁止", "不准", "不允许", "杜绝", "不搞", "不以", "取消", "压减", "精简", "严控",
           "防止", "避免", "must not", "forbidden", "no longer", "减少")  # fmt: skip
_CLAUSE_END = "。；"
_DUTY_WORDS = ("少于", "低于", "缺", "无故", "迟", "漏", "早退", "晚于", "超过")
_REACH, _NEAR = 18, 4


@dataclass(frozen=True)
class Signals:
    """What n lines say, by entry: each array has shape (n, entries)."""

    hits: Hits
    name: BoolArray
    tail: BoolArray
    criterion: BoolArray
    other: BoolArray  # proof or block
    negated: BoolArray  # shape (n,): a formalistic wording is forbidden or cut back, not asked for

    @cached_property
    def anywhere(self) -> BoolArray:
        found: BoolArray = self.name | self.criterion | self.other
        return found


class Reader:
    """Turns hits into signals for one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.matcher = Matcher(lexicon)
        entries = lexicon.entries
        self.size = len(entries)
        self._is_family = np.array([entry.about == "family" for entry in entries])
        self._negation = np.array([e.about == "context" and e.value == "negation" for e in entries])
        self._relief = np.array([e.about == "context" and e.value == "relief" for e in entries])
        self.level_weights = np.zeros((self.size, len(LEVELS)))
        for number, entry in enumerate(entries):
            level = entry.value if entry.about == "level" else entry.level
            if level:
                self.level_weights[number, LEVELS.index(level)] = entry.weight
        self._tie = np.array([_NEAREST_FIRST.index(level) * -1e-6 for level in LEVELS])

    def read(self, texts: Texts, deducted: Sequence[bool] | None = None) -> Signals:
        """Return the signals of the lines in `texts`.

        Args:
            texts: the lines.
            deducted: per line, whether it only takes points away; what it names is then often the fault.
        """
        hits = self.matcher.find(texts)
        line, field = hits.slot // FIELDS_PER_LINE, hits.slot % FIELDS_PER_LINE
        keep, negated = self._not_negated(texts, hits, deducted)
        hits, line, field = hits.only(keep), line[keep], field[keep]
        shape = (texts.lines, self.size)
        name, tail, criterion, other = (np.zeros(shape, dtype=bool) for _ in range(4))
        in_name, in_criterion = field == 0, field == 1
        name[line[in_name], hits.entry[in_name]] = True
        ends = texts.starts[hits.slot + 1] - 1 - texts.starts[hits.slot]
        at_end = in_name & (hits.end >= ends)
        tail[line[at_end], hits.entry[at_end]] = True
        criterion[line[in_criterion], hits.entry[in_criterion]] = True
        rest = field >= 2
        other[line[rest], hits.entry[rest]] = True
        return Signals(hits, name, tail, criterion, other, negated)

    def level_scores(self, signals: Signals) -> FloatArray:
        """Return how strongly the wordings speak for each level, shape (n, 11)."""
        strength = (
            signals.name
            + TAIL_WEIGHT * signals.tail
            + CRITERION_WEIGHT * signals.criterion
            + BLOCK_WEIGHT * signals.other
        )
        scores: FloatArray = strength @ self.level_weights + self._tie
        return scores

    def _not_negated(
        self, texts: Texts, hits: Hits, deducted: Sequence[bool] | None
    ) -> tuple[BoolArray, BoolArray]:
        """Drop family hits that a forbidding word governs; say in which lines."""
        keep = np.ones(hits.entry.size, dtype=bool)
        negated = np.zeros(texts.lines, dtype=bool)
        words = np.flatnonzero(self._negation[hits.entry])
        relieved = set((hits.slot[self._relief[hits.entry]] // FIELDS_PER_LINE).tolist())
        if not words.size and not relieved:
            return keep, negated
        governed: dict[int, list[tuple[int, int]]] = {}
        for index in words.tolist():
            governed.setdefault(int(hits.slot[index]), []).append(
                (int(hits.start[index]), int(hits.end[index]))
            )
        for index in np.flatnonzero(self._is_family[hits.entry]).tolist():
            slot, start, end = int(hits.slot[index]), int(hits.start[index]), int(hits.end[index])
            line = slot // FIELDS_PER_LINE
            punished = bool(deducted is not None and deducted[line])
            if line in relieved or any(
                _governs(texts.slot(slot), word, (start, end), punished) for word in governed.get(slot, ())
            ):
                keep[index] = False
                negated[line] = True
        return keep, negated


def _governs(text: str, word: tuple[int, int], hit: tuple[int, int], punished: bool) -> bool:
    """Whether a forbidding word speaks of the hit ("不得以点赞数考核"), not of its lack ("不得迟报")."""
    between = text[word[1] : hit[0]]
    if word[0] >= hit[0] and not word[0] <= hit[0] < word[1]:
        after = text[hit[1] : word[0]]
        return text[word[0] : word[1]] in ("减少", "精简", "压减") and len(after) <= _NEAR
    if any(char in _CLAUSE_END for char in between):
        return False
    reached = text[word[1] : hit[1]]
    if any(duty in reached for duty in _DUTY_WORDS):
        return False
    if text[word[0] : word[1]] in _STRONG:
        return len(between) <= _REACH
    return len(between) <= _NEAR and (punished or "扣" in text or "发现" in text)
