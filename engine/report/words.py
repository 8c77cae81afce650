"""Words of reports in three languages, from the rule base; traditional characters are made from `zh`."""

from __future__ import annotations

from engine.knowledge.words import words
from engine.model import Finding, Lang, Text
from engine.text import to_traditional


def mark_of(finding: Finding, lang: Lang) -> str:
    """Return what stands behind a finding's title where it does not count, or nothing."""
    if finding.waived:
        return term("report", "waived", lang)
    return term("report", "baselined", lang) if finding.baselined else ""


def say(text: Text, lang: Lang) -> str:
    """Return a text in the language asked for."""
    if lang == "en":
        return text.en
    return to_traditional(text.zh) if lang == "zh-Hant" else text.zh


def term(of: str, value: str, lang: Lang) -> str:
    """Return the word for one value of a closed list.

    Args:
        of: severity, class, action, status, kind, level, family, decision, state or another table of words.yaml.
        value: one of that list's values.
        lang: the language.
    Raises:
        KeyError: no such list or value.

    >>> term("level", "activity", "zh"), term("state", "slack", "en")
    ('活动', 'room left')
    """
    return say(words().of(of)[value], lang)


def caution(lang: Lang) -> str:
    """Return what every report says of itself: what it is, and what to do before adoption."""
    return term("report", "caution", lang)
