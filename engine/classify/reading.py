"""Many lines read at once: signals of the lexicon and learned scores → verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.classify import learned as model
from engine.classify.matcher import FIELDS_PER_LINE, Line, Texts, join_fields, join_names
from engine.classify.signals import Reader, Signals
from engine.classify.verdicts import (
    CARRIERS,
    GUARDS,
    REQUIREMENTS,
    BoolArray,
    FloatArray,
    IntArray,
    Verdicts,
)
from engine.knowledge.classes import ClassTable
from engine.knowledge.lexicon import Lexicon
from engine.model import FAMILIES, LEVELS, OUTCOME_LIKE, Family, Level

WEIGHTS_FILE: Final = "weights.npz"
# Paperwork about a duty is not the duty: where one of these is what the line counts, no statute or plan requires it.
_PAPERWORK: Final[tuple[Family, ...]] = (
    "org_setup", "trace_keeping", "meeting_count", "report_count", "form_timeliness", "posting_volume", "ranking",
    "award_count", "likes_shares", "clicks_views", "registration_install", "login_duration", "response_speed",
)  # fmt: skip
_BARRED: Final[tuple[Family, ...]] = ("login_duration", "likes_shares", "registration_install", "punch_in")
# What a line on resources or ratings names beside them is not counted by it.
_NEVER_COUNTED: Final[tuple[Level, ...]] = ("perception", "perception_internal", "input")
_IS_NEVER_COUNTED: Final = np.isin(LEVELS, _NEVER_COUNTED)
_NO_FAMILY_P, _FAMILY_P, _GOOD_LEVEL_FACTOR = 0.1, 0.85, 0.3  # p where there are no weights
_PLAIN_BAND: Final = (0.45, 0.55)
# A word names a family only where the line counts by it: below this chance the word is about something else. Words
# that a rule bars stand whatever the chance where they are the line's name, and so do words that settle the matter.
_DOUBTED: Final = 0.2
# A formalistic line is left its likeliest family: from the first chance on, or from the second where a word names it.
_LIKELIEST, _LIKELIEST_NAMED = 0.4, 0.1
# The learned part adds a family alone from this chance on; one that a rule bars needs more.
_IS_BARRED: Final = np.isin(FAMILIES, _BARRED)
_ADDED: Final = np.where(_IS_BARRED, 0.8, 0.7)
# Guards are rare (one line in a hundred). One that words of the criterion alone name is dropped below the first
# chance; one that no words name is added from the second on, but for those that bar a measure: only explicit text
# does that.
_GUARD_DOUBTED, _GUARD_ADDED = 0.01, 0.2
_HEAD_OF_GUARD: Final = [model.HEADS.index(f"guard:{model.GUARD_GROUPS[g]}") for g in GUARDS if g]
_GUARD_GUESSED: Final = np.array([guard in ("petition_count", "macro_economic") for guard in GUARDS[1:]])
# A duty of Party life that no words name is taken for one from this chance on; such lines are one in fifty. Missing
# one is the worst fault of all, so the chance asked for is small.
_PARTY_FROM: Final = 0.08
_FAMILY_HEADS: Final = [model.HEADS.index(f"family:{family}") for family in FAMILIES]
IS_OUTCOME: Final = np.array([level in OUTCOME_LIKE for level in LEVELS])
_HELD_P: Final = 0.45  # a duty of Party life is never called formalistic, nor is a bare heading
_SETTLED_P: Final = 0.6  # explicit words are not overruled by the learned part
_LONGER: Final = 1 << 20  # than any n-gram is in characters
_READABLE: Final = 2  # characters: a single one is no quotation
_SETTLES: Final = 6.0  # weight of an entry whose words settle the matter


class _Read(NamedTuple):
    """Level (n,), families (n, 16), guards (n, 7; the first is none), duties of Party life (n,) that no word names,
    p (n,) and the band of review."""

    level: IntArray
    families: BoolArray
    guards: BoolArray
    party: BoolArray
    p: FloatArray
    band: tuple[float, float]


class Reading:
    """The lexicon's reader and the learned weights, together."""

    def __init__(self, lexicon: Lexicon, classes: ClassTable, *, learned: bool = True) -> None:
        self.reader = Reader(lexicon)
        self.entries = lexicon.entries
        self.classes = classes
        self._family = self._columns("family", FAMILIES)
        self._settling = np.array([e.about == "family" and e.weight >= _SETTLES for e in self.entries])
        self._required = self._columns("requirement", REQUIREMENTS)
        self._guard = self._columns("guard", GUARDS)
        self._carrier = self._columns("carrier", CARRIERS)
        path = lexicon.learned
        self.weights = model.load_weights(path / WEIGHTS_FILE, self.reader) if learned and path else None

    def _columns(self, about: str, values: Sequence[str | None]) -> NDArray[np.float32]:
        """Return the matrix entry × value of one kind of entries."""
        matrix = np.zeros((len(self.entries), len(values)), dtype=np.float32)
        for number, entry in enumerate(self.entries):
            if entry.about == about:
                matrix[number, list(values).index(entry.value)] = 1
        return matrix

    def read_names(self, names: Sequence[str]) -> Verdicts:
        """Return verdicts of names alone."""
        return self._verdicts(join_names(names), [])

    def read(self, lines: Sequence[Line], *, kinds: Sequence[str] = ()) -> Verdicts:
        """Return verdicts of lines.

        Args:
            lines: name, criterion, proof, block.
            kinds: base, deduction, bonus or veto per line.
        """
        return self._verdicts(join_fields(lines), kinds)

    def features(
        self, lines: Sequence[Line], kinds: Sequence[str]
    ) -> tuple[model.Grams, FloatArray, list[int]]:
        """Return n-grams, dense features and the bucket of the kind of each line, for training."""
        texts = join_fields(lines)
        signals = self.reader.read(texts, [kind == "deduction" for kind in kinds])
        dense = model.dense_features(signals, self.reader.level_scores(signals), texts)
        return model.grams(texts), dense, kind_buckets(kinds)

    def _verdicts(self, texts: Texts, kinds: Sequence[str]) -> Verdicts:
        signals = self.reader.read(texts, [kind == "deduction" for kind in kinds] or None)
        scores = self.reader.level_scores(signals)
        by_terms = np.where(scores.max(axis=1) > 0.5, scores.argmax(axis=1), LEVELS.index("unclear"))
        said = signals.name | signals.criterion
        lexical, guards = said @ self._family > 0, said @ self._guard > 0
        found = raw = None
        if self.weights is None:
            read = self._plain(by_terms, lexical, guards)
        else:
            found = model.grams(texts)
            dense = model.dense_features(signals, scores, texts) @ self.weights.dense
            sparse = model.gram_scores(self.weights, found, texts.lines, kind_buckets(kinds))
            raw = dense + sparse + self.weights.bias
            head = model.head_scores(raw, self.weights.out)
            read = self._learned(head, signals, by_terms, lexical, guards)
        return self._settled(texts, signals, (found, raw), by_terms, read)

    def _settled(
        self, texts: Texts, signals: Signals, found: tuple[model.Grams | None, FloatArray | None],
        by_terms: IntArray, read: _Read,
    ) -> Verdicts:  # fmt: skip
        """Let explicit words stand, find requirement, guard and carrier, and decide."""
        named: BoolArray = np.logical_and(signals.name @ self._family > 0, read.families)
        barred = named[:, _places(_BARRED)].any(axis=1)
        settled = (signals.criterion | signals.name)[:, self._settling].any(axis=1)
        required = self._requirements(signals, read)
        p = np.where(barred | settled, np.maximum(read.p, _SETTLED_P), read.p)
        duty = required == REQUIREMENTS.index("party_regulation")
        bare = (read.level == LEVELS.index("unclear")) & ~read.families.any(axis=1)
        p = np.where(duty | bare, np.minimum(p, _HELD_P), p)
        carrier = _first_of(signals.anywhere @ self._carrier > 0)
        bits = 1 << np.arange(len(FAMILIES), dtype=np.int64)
        only_barred = named & _IS_BARRED
        return Verdicts(
            texts=texts, signals=signals, grams=found[0], raw=found[1], level=read.level, family_mask=read.families.astype(np.int64) @ bits,
            barred_mask=only_barred.astype(np.int64) @ bits, required=required,
            guard=self._guards(signals, read), carrier=carrier,
            platform_points=read.families[:, FAMILIES.index("ranking")] & (carrier == CARRIERS.index("app")),
            p=p.astype(np.float32),
            decision=np.where(p >= read.band[1], 2, np.where(p > read.band[0], 1, 0)),
            by_terms=by_terms, entries=self.entries, classes=self.classes,
        )  # fmt: skip

    def _plain(self, by_terms: IntArray, lexical: BoolArray, guards: BoolArray) -> _Read:
        p = np.where(lexical.any(axis=1), _FAMILY_P, _NO_FAMILY_P)
        good = (*OUTCOME_LIKE, "output_quality")
        p = np.where(np.isin(by_terms, [LEVELS.index(level) for level in LEVELS if level in good]),
                     p * _GOOD_LEVEL_FACTOR, p)  # fmt: skip
        return _Read(
            by_terms, lexical, guards, np.zeros(len(p), dtype=bool), p.astype(np.float32), _PLAIN_BAND
        )

    def _learned(
        self, head: FloatArray, signals: Signals, by_terms: IntArray, lexical: BoolArray, guards: BoolArray
    ) -> _Read:
        assert self.weights is not None
        slope, offset, low, high = (float(x) for x in self.weights.calibration)
        at = model.HEADS.index("formalistic")
        wanted = outcome_votes(head, by_terms) @ self.weights.outcome[:-1] + self.weights.outcome[-1] > 0
        level = np.where(wanted[:, None] == IS_OUTCOME, head[:, : len(LEVELS)], -np.inf).argmax(axis=1)
        chance = model.sigmoid(head[:, _FAMILY_HEADS])
        p = model.sigmoid(slope * head[:, at] + offset)
        settling = (signals.name | signals.criterion) & self._settling
        plainly = ((signals.name @ self._family > 0) & _IS_BARRED) | (settling @ self._family > 0)
        families = (lexical & (plainly | (chance >= _DOUBTED))) | (chance >= _ADDED)
        families |= _likeliest(chance, lexical) & ((p >= high) & ~families.any(axis=1))[:, None]
        likely = model.sigmoid(head[:, _HEAD_OF_GUARD])
        guards = guards.copy()
        guards[:, 1:] &= (signals.name @ self._guard > 0)[:, 1:] | (likely >= _GUARD_DOUBTED)
        guards[:, 1:] |= (likely >= _GUARD_ADDED) & _GUARD_GUESSED & ~guards[:, 1:].any(axis=1, keepdims=True)
        barred = families[:, _places(_BARRED)].any(axis=1)
        party = (model.sigmoid(head[:, model.HEADS.index("party_duty")]) >= _PARTY_FROM) & ~barred
        return _Read(level, families, guards, party, p, (low, high))

    def _requirements(self, signals: Signals, read: _Read) -> IntArray:
        asked = signals.anywhere @ self._required > 0
        asked[:, REQUIREMENTS.index("party_regulation")] |= read.party
        paperwork: BoolArray = np.asarray(read.families[:, _places(_PAPERWORK)].any(axis=1)) & (
            read.p > read.band[0]
        )
        asked[:, REQUIREMENTS.index("emergency_plan") :] &= ~paperwork[:, None]
        asked[:, 0] = False
        return _first_of(asked)

    def _guards(self, signals: Signals, read: _Read) -> IntArray:
        asked = read.guards.copy()
        named: BoolArray = np.greater(signals.name @ self._family, 0)
        paperwork: BoolArray = np.asarray(named[:, _places(_PAPERWORK)].any(axis=1))
        resources = _IS_NEVER_COUNTED[read.level]
        asked[:, GUARDS.index("revenue_target") :] &= ~(paperwork | resources)[:, None]
        asked[:, 0] = False
        return _first_of(asked)

    def strongest(
        self, head: str, verdicts: Verdicts, number: int, most: int = 2
    ) -> list[tuple[int, int, int]]:
        """Return where the n-grams of a line stand that speak most for a head: (field, start, end) each.

        Args:
            head: one of `learned.HEADS`, e.g. "level:outcome".
            verdicts: what was read.
            number: the line's, from 0.
            most: how many n-grams.
        """
        if self.weights is None or verdicts.grams is None or verdicts.raw is None:
            return []
        found, starts = verdicts.grams.of(number), verdicts.texts.starts
        column = model.gains(self.weights, found, verdicts.raw[number], model.HEADS.index(head))
        places = found.start * _LONGER + found.length  # one n-gram may stand in two views
        _, which, among = np.unique(places, return_index=True, return_inverse=True)
        gains = np.bincount(among, weights=column)
        gains[found.length[which] < _READABLE] = 0.0
        best = np.argsort(-gains, kind="stable")[:most]
        spans = ((found.slot[n], found.start[n], found.length[n]) for n in which[best[gains[best] > 0]])
        return [
            (int(slot) % FIELDS_PER_LINE, int(at - starts[slot]), int(at - starts[slot] + length))
            for slot, at, length in spans
        ]


def kind_buckets(kinds: Sequence[str]) -> list[int]:
    """Return the bucket of each line's kind."""
    return [model.token_bucket(f"kind:{kind}") for kind in kinds]


def outcome_votes(head: FloatArray, by_terms: IntArray) -> FloatArray:
    """Return what speaks for outcome, impact or perception: a model of its own, the levels' lead, the words.

    Args:
        head: shape (n, heads), the learned scores.
        by_terms: shape (n,), the level that the words alone would give.
    Returns:
        shape (n, 3), log-odds but for the words, which say 0 or 1.
    """
    levels = head[:, : len(LEVELS)]
    lead = levels[:, IS_OUTCOME].max(axis=1) - levels[:, ~IS_OUTCOME].max(axis=1)
    own = head[:, model.HEADS.index("outcome_like")]
    return np.stack([own, lead, IS_OUTCOME[by_terms]], axis=1).astype(np.float32)


def _likeliest(chance: FloatArray, named: BoolArray) -> BoolArray:
    """Return the likeliest family of each line where it is likely at all."""
    possible = np.where(chance >= np.where(named, _LIKELIEST_NAMED, _LIKELIEST), chance, 0.0)
    best: BoolArray = (possible == possible.max(axis=1, keepdims=True)) & (possible > 0)
    return best


def _places(families: Sequence[Family]) -> list[int]:
    return [FAMILIES.index(name) for name in families]


def _first_of(asked: BoolArray) -> IntArray:
    """Return the first true column per row; 0 where none is."""
    return np.where(asked.any(axis=1), asked.argmax(axis=1), 0)
