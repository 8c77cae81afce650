"""Words of the rule base found in a scheme's text, unless the words before them forbid the thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from engine.knowledge.fields import FieldSpec, Where, Words
from engine.model import Evidence, Indicator
from engine.text import fold

# What stands shortly before a word and turns "it is asked for" into "it is forbidden, stopped or reduced".
_AGAINST = re.compile(
    r"(不得|不准|不能|不以|不将|不把|不再|不搞|不随意|禁止|严禁|杜绝|避免|防止|制止|纠正|整治|取消|减少|压减|清理|力戒|不应|不宜)[^，。；;,.、！!\n]{0,10}$"
)
_CLAUSE = re.compile(r"[，。；;,！!\n]")
_FIELDS: tuple[Where, ...] = ("name", "criterion", "proof", "block")


def line_words(line: Indicator, fields: Mapping[str, FieldSpec]) -> dict[str, tuple[Evidence, ...]]:
    """Return, for each field with words, the places of the line that set it (fields without any left out)."""
    texts: dict[Where, tuple[str, str]] = {}
    for where in _FIELDS:
        original = getattr(line, where)
        if original:
            texts[where] = (original, fold(original))
    whole = "\n".join(folded for _, folded in texts.values())
    found: dict[str, tuple[Evidence, ...]] = {}
    for name, spec in fields.items():
        if spec.words is not None and any(term in whole for term in _folded(spec.words.any)):
            spans = tuple(_line_spans(spec.words, texts, whole))
            if spans:
                found[name] = spans
    return found


def text_has(words: Words, text: str) -> bool:
    """Whether a text sets the field."""
    return next(_spans(words, fold(text)), None) is not None


def _line_spans(words: Words, texts: Mapping[Where, tuple[str, str]], whole: str) -> Iterator[Evidence]:
    if any(term in whole for term in words.without):
        return
    for where in words.where:
        if where in texts:
            original, folded = texts[where]
            for start, end in _spans(words, folded, check_without=False):
                yield Evidence(field=where, start=start, end=end, text=original[start:end])


def _spans(words: Words, folded: str, *, check_without: bool = True) -> Iterator[tuple[int, int]]:
    if check_without and any(term in folded for term in words.without):
        return
    for match in _pattern(words.any).finditer(folded):
        before = folded[max(0, match.start() - 40) : match.start()]
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
