"""Which catalogue entry may replace a line's measure, and the standard it is given.

The points stay, the standard changes: this module finds what the line could be scored by instead. The
choice is a fixed order, so that the same line always gets the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from itertools import chain
from typing import Literal

from ahocorasick_rs import AhoCorasick

from engine.knowledge.catalogue import duty_words
from engine.knowledge.same import Same
from engine.model import (
    CatalogueEntry,
    Class,
    Classification,
    Family,
    Indicator,
    Kind,
    Standard,
    Text,
)
from engine.text import fold

REPLACEABLE: frozenset[Class] = frozenset({"prohibited", "restricted", "process", "output", "guarded"})
OBJECT_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("grid", ("grid", "网格")),
    ("window", ("window", "窗口", "大厅", "服务中心")),
    ("enforcement", ("enforcement", "police", "inspector", "执法", "公安", "派出所", "稽查", "城管")),
    ("village", ("village", "community", "party_branch", "resident_team", "first_secretary", "村", "社区")),
    ("officer", ("officer", "cadre", "civil_servant", "party_member", "teacher", "doctor", "干部", "个人")),
    ("township", ("township", "sub_district", "乡", "镇", "街道")),
    ("department", ("department", "county", "bureau", "tax", "部门", "局", "县直", "市直", "机关")),
)
# Families that say what the figure is about; a photo, a meeting or a visit can be about anything.
_TELLING: frozenset[Family] = frozenset(
    {"form_timeliness", "registration_install", "clicks_views", "login_duration"}
)
_NAME, _CRITERION, _BLOCK = 3, 2, 1
_OFF_TOPIC = 8  # meant for the line's guard or requirement, but of another topic
_BRACKETS = re.compile(r"[（(【\[][^）)】\]]*[）)】\]]")
_NUMBERING = re.compile(r"^\s*[0-9一二三四五六七八九十]+[.．、)）]\s*")
_EDGE = "的和与及等或并且按、，,。.：:；;“”《》%％/-— "
_PHRASES: dict[Kind, dict[str, str]] = {
    "base": {"full": "得满分{points}", "minus": "扣", "end": "扣完为止"},
    "deduction": {"full": "不扣分", "minus": "扣", "end": "累计最多扣{points}"},
    "bonus": {"full": "加{points}", "minus": "少加", "end": "减至不加分为止，累计最多加{points}"},
    "veto": {"full": "为合格", "minus": "扣", "end": "是否一票否决另按上级规定"},
}
_PHRASES_EN: dict[Kind, dict[str, str]] = {
    "base": {"full": "full marks ({points})", "minus": "less", "end": "down to 0"},
    "deduction": {"full": "no deduction", "minus": "deduct", "end": "at most {points} in all"},
    "bonus": {"full": "a bonus of {points} points", "minus": "less", "end": "down to none, {points} at most"},
    "veto": {"full": "passed", "minus": "less", "end": "a veto only where the level above says so"},
}


def object_key(text: str | None) -> str | None:
    """Return township, department, village, window, enforcement, grid or officer; None where unknown.

    >>> object_key("village_committee"), object_key("乡镇（街道）"), object_key(None)
    ('village', 'township', None)
    """
    folded = fold(text or "")
    for key, words in OBJECT_WORDS:
        if any(word in folded for word in words):
            return key
    return None


def substitute_for(
    indicator: Indicator,
    classification: Classification,
    object: str | None,  # noqa: A002 - the scheme's own word for whom it assesses
    catalogue: Mapping[str, CatalogueEntry],
    *,
    taken: Collection[str] = (),
) -> CatalogueEntry | None:
    """Return the entry that may replace a line's measure.

    A guarded line gets an entry meant for its guard; a required line one meant for its requirement; any
    other line the entry whose topic words stand in its name, then criterion, then block (unless its
    family tells more), then an entry for its families, then the generic one of its duty. Ties: more of the topic's words, a family in common,
    the object named, cheaper data, id.

    Args:
        indicator: the line.
        classification: what the line measures.
        object: the scheme's object or role, in any words; None where unknown.
        catalogue: entries by id; it must not change afterwards.
        taken: ids of entries that are not to be given.
    Returns:
        None for a line that needs no other measure (outcome, internal, unclear, required without a
        barred carrier or a family).
    """
    if not _needs_one(classification):
        return None
    wanted = object_key(object)
    texts = tuple(fold(text or "") for text in (indicator.name, indicator.criterion, indicator.block))
    families = frozenset(classification.family_names)
    ranked = [
        (rank, entry.id)
        for entry in _candidates(Same(catalogue)).of("\n".join(texts), classification)
        if entry.id not in taken
        and (rank := _rank(entry, texts, classification, families, wanted)) is not None
    ]
    return catalogue[min(ranked)[1]] if ranked else None


class _Candidates:
    """The entries of a catalogue, their topics looked for in one pass over a line's texts."""

    def __init__(self, catalogue: Mapping[str, CatalogueEntry]) -> None:
        self._by_topic: dict[str, list[CatalogueEntry]] = {}
        for entry in catalogue.values():
            for word in () if entry.generic else _folded(entry.topics):
                self._by_topic.setdefault(word, []).append(entry)
        self._words = tuple(self._by_topic)
        self._matcher = AhoCorasick(self._words)
        self._other = [entry for entry in catalogue.values() if entry.generic or not entry.topics]
        self._meant = [
            entry for entry in catalogue.values() if entry.topics and (entry.guards or entry.requirements)
        ]

    def of(self, folded: str, classification: Classification) -> Iterable[CatalogueEntry]:
        """Return the entries that a line's folded texts name, those meant for it, those without a topic."""
        hits = self._matcher.find_matches_as_indexes(folded, overlapping=True)
        said = (entry for place, _, _ in hits for entry in self._by_topic[self._words[place]])
        meant = (entry for entry in self._meant if _is_meant_for(entry, classification))
        return {entry.id: entry for entry in chain(self._other, said, meant)}.values()


@lru_cache(maxsize=8)
def _candidates(catalogue: Same[Mapping[str, CatalogueEntry]]) -> _Candidates:
    return _Candidates(catalogue.value)


def _needs_one(classification: Classification) -> bool:
    if classification.class_ in REPLACEABLE or classification.guard is not None:
        return True
    return classification.class_ == "required" and bool(
        classification.families or classification.carrier not in {"none", "paper"}
    )


Rank = tuple[int, int, int, int, int, float]


def _rank(
    entry: CatalogueEntry,
    texts: tuple[str, ...],
    classification: Classification,
    families: frozenset[Family],
    wanted: str | None,
) -> Rank | None:
    """Return the entry's rank for the line, smaller is better; None where it may not serve."""
    if not _may_serve(entry, classification):
        return None
    # An officer works in some office: entries of any object may serve, those for officers come first by tie.
    if wanted and wanted != "officer" and entry.objects and wanted not in entry.objects:
        return None
    shared = len(families.intersection(entry.families))
    place, length = (0, 0) if entry.generic else _topic_hit(entry.topics, texts)
    meant = _is_meant_for(entry, classification)
    if not (meant or entry.generic or _covers(entry, shared, place)):
        return None
    telling = bool(_TELLING & families)
    tier = _tier(entry, place, meant, shared, telling)
    narrow = -length if tier < _OFF_TOPIC else len(entry.guards)
    # The first family of an entry is the one it was made for; it serves the others when that one is taken.
    mine = [n for n, family in enumerate(entry.families) if family in families]
    return tier, narrow, min(mine, default=0), -shared, -int(bool(entry.objects)), entry.data_cost


def _may_serve(entry: CatalogueEntry, classification: Classification) -> bool:
    """Guarded lines and Party duties take only their own entries; those serve others by topic alone."""
    if classification.guard is not None:
        return classification.guard in entry.guards
    if classification.party_duty or classification.required_by == "party_regulation":
        return "party_regulation" in entry.requirements
    if not (entry.guards or entry.requirements):
        return True
    return _is_meant_for(entry, classification) or (bool(entry.topics) and not entry.generic)


def _is_meant_for(entry: CatalogueEntry, classification: Classification) -> bool:
    return classification.guard in entry.guards or classification.required_by in entry.requirements


def _covers(entry: CatalogueEntry, shared: int, place: int) -> bool:
    """An entry replaces lines of its families (any when empty) that hold its topic (any when empty)."""
    if not (entry.families or entry.topics):
        return False
    return (not entry.families or shared > 0) and (not entry.topics or place > 0)


def _tier(entry: CatalogueEntry, place: int, meant: bool, shared: int, telling: bool) -> int:
    """A block's word alone says little of a line whose family already names what the data are for."""
    if entry.generic:
        return 4 if meant else 7
    if place == _BLOCK:
        return 3 if shared or not telling else 6
    if place:
        return 1 + _NAME - place
    return _OFF_TOPIC if entry.topics else 5


def _topic_hit(topics: tuple[str, ...], texts: tuple[str, ...]) -> tuple[int, int]:
    """Return where a topic word stands (3 name, 2 criterion, 1 block, 0 nowhere) and the longest one."""
    whole = "\n".join(texts)
    present = [word for word in _folded(topics) if word in whole]
    if not present:
        return 0, 0
    for place, text in zip((_NAME, _CRITERION, _BLOCK), texts, strict=True):
        length = max((len(word) for word in present if word in text), default=0)
        if length:
            return place, length
    return 0, 0


@lru_cache(maxsize=1024)
def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold(word) for word in words)


def duty_of(indicator: Indicator) -> str:
    """Return the duty a line stands for: its name, else its block, without the words of the measure.

    >>> duty_of(Indicator(code="1", name="河道保洁App打卡次数"))
    '河道保洁'
    """
    names = [_without_measure(text or "") for text in (indicator.name, indicator.block)]
    for least in (3, 2):
        for duty in names:
            if len(duty) >= least:
                return duty
    return "本项职责"


def _without_measure(text: str) -> str:
    words = duty_words()
    bare = _NUMBERING.sub("", _BRACKETS.sub("", text)).strip(_EDGE)
    if any(word in bare for word in words.headings):
        return ""
    cut = min((place for word in words.barred if (place := fold(bare).find(word)) >= 0), default=len(bare))
    bare = bare[:cut].strip(_EDGE)
    while bare:
        folded = fold(bare)
        ending = next((word for word in words.endings if folded.endswith(word)), "")
        beginning = next((word for word in words.beginnings if folded.startswith(word)), "")
        if not (ending or beginning):
            break
        bare = bare[len(beginning) : len(bare) - len(ending)].strip(_EDGE)
    return bare.replace("“", "").replace("”", "")


def standard_name(entry: CatalogueEntry, indicator: Indicator) -> str:
    """Return the new line's name; a generic entry's name says the line's own duty.

    The name of a guarded thing (罚没收入, 增速) is left out: nothing of it stays in the line.
    """
    if not entry.generic or entry.guards:
        return entry.title.zh
    return f"{duty_of(indicator)}：{entry.title.zh}"


def standard_text(entry: CatalogueEntry, indicator: Indicator, points: float) -> str:
    """Return the ready-to-paste standard in Chinese for `points` points of the line.

    The deduction step scales with the points; a deduction, bonus or veto line gets the words of its kind.
    """
    return filled(entry.standard.zh, entry.loss, indicator, points, "zh")


def standard_text_en(entry: CatalogueEntry, indicator: Indicator, points: float) -> str:
    """Return the standard in English."""
    return filled(entry.standard.en, entry.loss, indicator, points, "en")


def standard_for(entry: CatalogueEntry, indicator: Indicator, points: float) -> Standard:
    """Return the standard as it stands in a proposal."""
    return Standard(
        catalogue=entry.id,
        name=standard_name(entry, indicator),
        text=standard_text(entry, indicator, points),
        perception=entry.level == "perception",
        data_cost=entry.data_cost,
        name_en=entry.title.en,
        text_en=standard_text_en(entry, indicator, points),
    )


def standard_title(entry: CatalogueEntry, indicator: Indicator) -> Text:
    """Return the new line's name in both languages."""
    return Text(zh=standard_name(entry, indicator), en=entry.title.en)


def filled(frame: str, loss: float, indicator: Indicator, points: float, lang: Literal["zh", "en"]) -> str:
    """Return a text with the places that depend on the line filled in.

    Args:
        frame: holds some of {points}, {loss}, {full}, {minus}, {end}, {duty}.
        loss: share of the line's points that one step costs.
        indicator: the line; a deduction, bonus or veto line gets the words of its kind.
        points: the points the text speaks of.
        lang: the language of the frame.
    """
    numbers = _numbers(loss, points, lang)
    phrases = (_PHRASES if lang == "zh" else _PHRASES_EN)[indicator.kind]
    words = {key: phrase.format(**numbers) for key, phrase in phrases.items()}
    return frame.format(**numbers, **words, duty=duty_of(indicator))


def _numbers(loss: float, points: float, lang: Literal["zh", "en"]) -> dict[str, str]:
    """Return the line's points and the loss of one step; as shares where the line has no points."""
    if points <= 0:
        share = f"{loss * 100:g}%"
        return (
            {"points": "", "loss": f"该项分值的{share}"}
            if lang == "zh"
            else {
                "points": "all",
                "loss": f"{share} of the line",
            }
        )
    unit = "分" if lang == "zh" else ""
    return {"points": f"{_number(points)}{unit}", "loss": f"{_number(points * loss)}{unit}"}


def _number(value: float) -> str:
    """Return points as people write them: at most three decimals, no zeros at the end."""
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"
