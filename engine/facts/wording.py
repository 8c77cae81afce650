"""Words of the rule base found in a scheme's text, unless the words before them forbid the thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from engine.knowledge.fields import FieldSpec, Where, Words
from engine.knowledge.same import Same
from engine.model import Evidence, Indicator
from engine.text import fold

# What stands shortly before a word and turns "it is asked for" into "it is forbidden, stopped or reduced".
_AGAINST = re.compile(
    r"(不得|不准|不能|不以|不将|不把|不再|不搞|不随意|禁止|严禁|杜绝|避免|防止|制止|纠正|整治|取消|减少|压减|清理|力戒|不应|不宜)[^，。；;,.、！!\n]{0,10}$"
)
# A word that begins with the second half of a verb is no word there: 检查记录 is not 查记录.
_VERB_HALVES = {"查": "检抽核调巡排督普审复考盘清自"}
_CLAUSE = re.compile(r"[，。；;,！!\n]")
_FIELDS: tuple[Where, ...] = ("name", "criterion", "proof", "block")
_ASKED: tuple[Where, ...] = ("name", "criterion")


class LineWords:
    """The words of all fields of a line, looked for in one pass over its text.

    Args:
        fields: the declared fields of lines; those without words are never set.
    """

    def __init__(self, fields: Mapping[str, FieldSpec]) -> None:
        self._words = {name: spec.words for name, spec in fields.items() if spec.words is not None}
        self._quoted = {name for name, spec in fields.items() if spec.quoted}
        self._present = {
            name for name, words in self._words.items() if name not in self._quoted and _is_plain(words)
        }
        owners: dict[str, set[str]] = {}
        for name, words in self._words.items():
            for term in _folded(words.any):
                owners.setdefault(term, set()).add(name)
        self._owners = tuple(owners.values())
        self._matcher = AhoCorasick(list(owners))

    @property
    def names(self) -> Iterable[str]:
        """The fields that have words."""
        return self._words

    def of(self, line: Indicator) -> dict[str, tuple[Evidence, ...]]:
        """Return, for each field that the line's words set, the places; none where they are not quoted."""
        texts: dict[Where, tuple[str, str]] = {}
        for where in _FIELDS:
            original = getattr(line, where)
            if original:
                texts[where] = (original, fold(original))
        whole = "\n".join(folded for _, folded in texts.values())
        first: dict[int, int] = {}
        for place, start, _ in self._matcher.find_matches_as_indexes(whole, overlapping=True):
            first.setdefault(place, start)
        if not first:
            return {}
        likely = set().union(*(self._owners[place] for place in first))
        asked = sum(len(texts[where][1]) + 1 for where in _ASKED if where in texts)
        here = set().union(*(self._owners[place] for place, start in first.items() if start < asked))
        found: dict[str, tuple[Evidence, ...]] = {}
        for name, words in self._words.items():
            if name in likely and not any(term in whole for term in words.without):
                if name in self._present:
                    if name in here:
                        found[name] = ()
                elif name not in self._quoted:
                    if any(True for _ in _line_places(words, texts)):
                        found[name] = ()
                elif spans := tuple(_quote(place, texts) for place in _line_places(words, texts)):
                    found[name] = spans
        return found


def line_words(line: Indicator, fields: Mapping[str, FieldSpec]) -> dict[str, tuple[Evidence, ...]]:
    """Return, for each field with words, the places of one line that set it; for many lines see `LineWords`."""
    return LineWords(fields).of(line)


@lru_cache(maxsize=8)
def _kept(fields: Same[Mapping[str, FieldSpec]]) -> LineWords:
    return LineWords(fields.value)


def words_of_lines(fields: Mapping[str, FieldSpec]) -> LineWords:
    """Return the words of some fields, made once for each mapping of fields."""
    return _kept(Same(fields))


def _is_plain(words: Words) -> bool:
    """Whether a word sets the field wherever it stands in name and criterion."""
    halves = any(term.startswith(tuple(_VERB_HALVES)) for term in words.any)
    return words.where == _ASKED and not (words.negatable or words.after or halves)


def text_has(words: Words, text: str) -> bool:
    """Whether a text sets the field."""
    folded = fold(text)
    return (
        any(term in folded for term in _folded(words.any)) and next(_spans(words, folded), None) is not None
    )


_Place = tuple[Where, int, int]  # field, start, end


def _line_places(words: Words, texts: Mapping[Where, tuple[str, str]]) -> Iterator[_Place]:
    for where in words.where:
        if where in texts:
            for start, end in _spans(words, texts[where][1], check_without=False):
                yield where, start, end


def _quote(place: _Place, texts: Mapping[Where, tuple[str, str]]) -> Evidence:
    where, start, end = place
    return Evidence(field=where, start=start, end=end, text=texts[where][0][start:end])


def _spans(words: Words, folded: str, *, check_without: bool = True) -> Iterator[tuple[int, int]]:
    if check_without and any(term in folded for term in words.without):
        return
    for match in _pattern(words.any).finditer(folded):
        before = folded[max(0, match.start() - 40) : match.start()]
        if before and before[-1] in _VERB_HALVES.get(match[0][0], ""):
            continue
        if words.negatable and _AGAINST.search(before):
            continue
        if words.after and not any(term in _CLAUSE.split(before)[-1] for term in words.after):
            continue
        yield match.span()


@lru_cache(maxsize=512)
def _folded(terms: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold(term) for term in terms)


@lru_cache(maxsize=512)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    """One alternation, the longest term first; terms are folded as the text is."""
    ordered = sorted({fold(term) for term in terms}, key=lambda term: (-len(term), term))
    return re.compile("|".join(re.escape(term) for term in ordered))
