"""Many lines read at once: signals and learned scores → verdicts, as arrays; one line's detail on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from engine.classify import learned as model
from engine.classify.attributes import AttributeReader
from engine.classify.matcher import FIELDS_PER_LINE, Line, Texts, join_fields, join_names
from engine.classify.signals import Reader, Signals
from engine.knowledge.classes import ClassTable
from engine.knowledge.lexicon import FIELD_NAMES, Lexicon
from engine.model import FAMILIES, LEVELS, OUTCOME_LIKE, Attribute, Class, Evidence, Family, Guard

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

WEIGHTS_FILE: Final = "weights.npz"
_REQUIREMENTS: Final = ("none", "party_regulation", "emergency_plan", "statute")  # asked in this order
_CARRIERS: Final = ("none", "chat_group", "public_account", "app", "paper")  # the more exact first
_GUARDS: Final = (None, "fine_quota", "case_quota", "inspection_quota", "petition_count", "revenue_target",
                  "macro_economic")  # fmt: skip
# Paperwork about a duty is not the duty: with one of these families a statute or plan does not require the line.
_PAPERWORK: Final[tuple[Family, ...]] = ("org_setup", "trace_keeping", "meeting_count", "report_count", "form_timeliness",
                     "posting_volume", "ranking", "award_count", "likes_shares", "clicks_views",
                     "registration_install", "login_duration", "response_speed")  # fmt: skip
# A count of these is not what a line on resources or ratings is about.
_NEVER_COUNTED: Final[tuple[Level, ...]] = ("perception", "perception_internal", "input")
_WITHOUT_LEARNED: Final = (0.1, 0.85)  # p without weights: no family, a family
_DOUBTED: Final = 0.12  # a family named in the criterion alone is dropped below this
# The learned part adds a family alone from here on; one that a rule bars needs more.
_ADDED: Final = np.where(
    np.isin(FAMILIES, ("login_duration", "likes_shares", "registration_install", "punch_in")), 0.8, 0.5
)
_IS_OUTCOME: Final = np.array([level in OUTCOME_LIKE for level in LEVELS])
_PARTY_P: Final = 0.45  # a duty of Party life is never more than a matter for review


@dataclass
class Verdicts:
    """What n lines measure; every array has shape (n,)."""

    texts: Texts
    signals: Signals
    level: IntArray
    family_mask: IntArray
    required: IntArray
    guard: IntArray
    carrier: IntArray
    platform_points: BoolArray
    p: FloatArray
    decision: IntArray  # 0 no, 1 review, 2 yes
    classes: ClassTable
    by_terms: IntArray  # the level the wordings alone would give
    learned_used: bool
    attribute_reader: AttributeReader
    hit_order: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    hit_first: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        line = self.signals.hits.slot // FIELDS_PER_LINE
        self.hit_order = np.argsort(line, kind="stable")
        self.hit_first = np.searchsorted(line[self.hit_order], np.arange(self.texts.lines + 1))

    @property
    def families(self) -> list[tuple[Family, ...]]:
        return [_names_of(mask) for mask in self.family_mask.tolist()]

    def hit_range(self, number: int) -> tuple[int, int]:
        """Return the half-open range of a line's hits in `hit_order`."""
        return int(self.hit_first[number]), int(self.hit_first[number + 1])

    def tuples(self) -> list[tuple[str, tuple[str, ...], str, str | None, str, str, str, float]]:
        """Return (level, families, required_by, guard, carrier, class, formalistic, p) per line."""
        decide = _class_of(self.classes)
        rows = zip(
            self.level.tolist(), self.family_mask.tolist(), self.required.tolist(), self.guard.tolist(),
            self.carrier.tolist(), self.platform_points.tolist(), self.decision.tolist(), self.p.tolist(),
            strict=True,
        )  # fmt: skip
        return [
            (LEVELS[lv], _names_of(mask), _REQUIREMENTS[r], _GUARDS[g], _CARRIERS[c],
             decide(lv, mask, r, g, c, pp, d), _DECISIONS[d], p)
            for lv, mask, r, g, c, pp, d, p in rows
        ]  # fmt: skip

    def tuple(self, number: int):  # type: ignore[no-untyped-def]
        """Return one line's verdict in the form of `tuples`."""
        if not hasattr(self, "_all"):
            self._all = self.tuples()
        return self._all[number]

    def required_source(self, number: int) -> str | None:
        """Return the wording by which a line is required."""
        return None

    def attributes(self, number: int) -> dict[str, Attribute]:
        """Return what the text says of how the line is measured."""
        found = self.attribute_reader.attributes(self, number)
        if self.learned_used and self.by_terms[number] not in (self.level[number], LEVELS.index("unclear")):
            found["level_by_terms"] = Attribute(value=LEVELS[self.by_terms[number]], basis="text")
        return found


_DECISIONS: Final = ("no", "review", "yes")


@lru_cache(maxsize=4096)
def _names_of(mask: int) -> tuple[Family, ...]:
    return tuple(family for number, family in enumerate(FAMILIES) if mask >> number & 1)


@lru_cache(maxsize=8)
def _class_of(classes: ClassTable):  # type: ignore[no-untyped-def]
    @lru_cache(maxsize=16_384)
    def decide(
        level: int, mask: int, required: int, guard: int, carrier: int, points: bool, decision: int
    ) -> Class:
        return classes.decide(
            level=LEVELS[level],
            families=_names_of(mask) if decision else (),
            required_by=_REQUIREMENTS[required],  # type: ignore[arg-type]
            carrier=_CARRIERS[carrier],  # type: ignore[arg-type]
            guard=cast("Guard | None", _GUARDS[guard]),
            platform_points=points,
        ).class_

    return decide


class Reading:
    """The lexicon's reader and the learned weights, together."""

    def __init__(self, lexicon: Lexicon, classes: ClassTable, *, learned: bool = True) -> None:
        self.reader = Reader(lexicon)
        self.entries = lexicon.entries
        self.classes = classes
        self.attribute_reader = AttributeReader(lexicon)
        self._family = self._columns("family", FAMILIES)
        self._required = self._columns("requirement", _REQUIREMENTS)
        self._guard = self._columns("guard", _GUARDS)
        self._carrier = self._columns("carrier", _CARRIERS)
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
        return self._verdicts(join_names(names), [], [])

    def read(
        self, lines: Sequence[Line], *, kinds: Sequence[str] = (), roles: Sequence[str | None] = ()
    ) -> Verdicts:
        """Return verdicts of lines (name, criterion, proof, block).

        Args:
            kinds: base, deduction, bonus or veto per line; roles: whom each line assesses.
        """
        return self._verdicts(join_fields(lines), kinds, roles)

    def features(
        self, lines: Sequence[Line], kinds: Sequence[str], roles: Sequence[str | None]
    ) -> tuple[model.Grams, FloatArray, list[list[int]]]:
        """Return n-grams, dense features and tokens of lines, for training."""
        texts = join_fields(lines)
        signals = self.reader.read(texts, [kind == "deduction" for kind in kinds])
        dense = model.dense_features(self.reader, signals, texts)
        return model.grams(texts), dense, tokens_of(kinds, roles)

    def _verdicts(self, texts: Texts, kinds: Sequence[str], roles: Sequence[str | None]) -> Verdicts:
        signals = self.reader.read(texts, [kind == "deduction" for kind in kinds] or None)
        scores = self.reader.level_scores(signals)
        by_terms = np.where(scores.max(axis=1) > 0.5, scores.argmax(axis=1), LEVELS.index("unclear"))
        head = self._head_scores(texts, signals, kinds, roles)
        return self.verdicts_of(texts, signals, by_terms, head)

    def verdicts_of(
        self, texts: Texts, signals: Signals, by_terms: IntArray, head: FloatArray | None
    ) -> Verdicts:
        """Return the verdicts from the signals and, where there is a model, its scores per head."""
        main = signals.name | signals.criterion
        lexical = main @ self._family > 0
        if head is None:
            level = by_terms
            families = lexical
            p = np.where(lexical.any(axis=1), _WITHOUT_LEARNED[1], _WITHOUT_LEARNED[0]).astype(np.float32)
            p[
                np.isin(
                    level, [LEVELS.index(x) for x in ("outcome", "impact", "perception", "output_quality")]
                )
            ] *= 0.3
            band = (0.45, 0.55)
        else:
            level, families, p, band = self._learned_verdicts(signals, lexical, head)
        required = self._requirements(signals, families)
        party = required == 1
        p = np.where(party, np.minimum(p, _PARTY_P), p).astype(np.float32)
        decision = np.where(p >= band[1], 2, np.where(p > band[0], 1, 0))
        carrier = _first_of(signals.anywhere @ self._carrier > 0)
        guard = self._guards(signals, level)
        mask = families.astype(np.int64) @ (1 << np.arange(len(FAMILIES), dtype=np.int64))
        ranking = families[:, FAMILIES.index("ranking")]
        points = ranking & (carrier == _CARRIERS.index("app"))
        return Verdicts(
            texts, signals, level, mask, required, guard, carrier, points, p, decision, self.classes, by_terms,
            head is not None, self.attribute_reader,
        )  # fmt: skip

    def _learned_verdicts(
        self, signals: Signals, lexical: BoolArray, head: FloatArray
    ) -> tuple[IntArray, BoolArray, FloatArray, tuple[float, float]]:
        assert self.weights is not None
        slope, offset, low, high = (float(x) for x in self.weights.calibration)
        levels, at = len(LEVELS), model.HEADS.index("formalistic")
        wanted = head[:, at + 1] > 0  # whether the level is one of outcome, impact, perception
        level = np.where(wanted[:, None] == _IS_OUTCOME, head[:, :levels], -np.inf).argmax(axis=1)
        p = model.sigmoid(slope * head[:, at] + offset)
        chance = model.sigmoid(head[:, at + 2 :])
        in_name = signals.name @ self._family > 0
        families = (lexical & (in_name | (chance >= _DOUBTED))) | (chance >= _ADDED)
        return level, families, p, (low, high)

    def _head_scores(
        self, texts: Texts, signals: Signals, kinds: Sequence[str], roles: Sequence[str | None]
    ) -> FloatArray | None:
        if self.weights is None:
            return None
        weights = self.weights
        dense = model.dense_features(self.reader, signals, texts) @ weights.dense
        sparse = model.gram_scores(weights, model.grams(texts), texts.lines, tokens_of(kinds, roles))
        head: FloatArray = dense + sparse + weights.bias
        return head

    def _requirements(self, signals: Signals, families: BoolArray) -> IntArray:
        asked = signals.anywhere @ self._required > 0
        paperwork = families[:, _columns_of(_PAPERWORK)].any(axis=1)
        asked[:, 2:] &= ~paperwork[:, None]
        asked[:, 0] = False
        return _first_of(asked)

    def _guards(self, signals: Signals, level: IntArray) -> IntArray:
        asked = (signals.name | signals.criterion) @ self._guard > 0
        paperwork = (signals.name @ self._family > 0)[:, _columns_of(_PAPERWORK)].any(axis=1)
        resources = np.isin(level, [LEVELS.index(name) for name in _NEVER_COUNTED])
        asked[:, _GUARDS.index("revenue_target") :] &= ~(paperwork | resources)[:, None]
        asked[:, 0] = False
        return _first_of(asked)

    def learned_words(
        self, verdicts: Verdicts, number: int, head: str, fields: Sequence[str]
    ) -> tuple[Evidence, ...]:
        """Return the n-grams that speak most for a head in one line, as quoted words."""
        if self.weights is None:
            return ()
        name = f"level:{head}" if head in LEVELS else f"family:{head}" if head in FAMILIES else head
        column = model.HEADS.index(name)
        found = model.grams(join_fields([(fields[0], fields[1], fields[2], fields[3])]))
        gains = self.weights.sparse[found.bucket, column].astype(np.float32) * model.gram_values(found)
        texts = join_fields([(fields[0], fields[1], fields[2], fields[3])])
        best = [i for i in np.argsort(-gains, kind="stable")[:2].tolist() if gains[i] > 0]
        return tuple(
            Evidence(field=FIELD_NAMES[int(found.slot[i])], start=start, end=end,
                     text=fields[int(found.slot[i])][start:end])
            for i in best
            for start in [int(found.start[i] - texts.starts[found.slot[i]])]
            for end in [start + int(found.length[i])]
        )  # fmt: skip


def _columns_of(families: Sequence[Family]) -> list[int]:
    return [FAMILIES.index(name) for name in families]


def tokens_of(kinds: Sequence[str], roles: Sequence[str | None]) -> list[list[int]]:
    """Return the buckets of kind and role per line."""
    if not kinds and not roles:
        return []
    return [
        [model.token_bucket(f"kind:{kind}"), model.token_bucket(f"role:{role}")]
        for kind, role in zip(kinds, roles, strict=True)
    ]


def _first_of(asked: BoolArray) -> IntArray:
    """Return the first true column per row; 0 where none is."""
    return np.where(asked.any(axis=1), asked.argmax(axis=1), 0)
