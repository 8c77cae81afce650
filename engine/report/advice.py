"""The four paths of a report: how many findings point along each, and the advice that goes with it."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from engine.knowledge.advice import shipped_advice
from engine.model import Audit, Lang, Text
from engine.report.words import say, term


class Along(NamedTuple):
    """One path: its word, how many findings lie on it, the sentences of advice."""

    word: str
    findings: int
    advice: tuple[str, ...]


def paths(audit: Audit, lang: Lang) -> list[Along]:
    """Return the four paths in their order, those without findings too."""
    count = Counter(found.path for found in audit.findings)
    return [
        Along(term("path", path, lang), count[path], tuple(say(one.text, lang) for one in sentences))
        for path, sentences in shipped_advice().items()
    ]


def paths_line(audit: Audit, lang: Lang) -> str:
    """Return one sentence: where the findings point, and which paths they leave empty."""
    along = paths(audit, lang)
    held = [one for one in along if one.findings]
    empty = [one.word for one in along if not one.findings]
    zh = "、".join(f"{one.word} {one.findings} 处" for one in held)
    en = ", ".join(f"{one.word} {one.findings}" for one in held)
    none_zh, none_en = "、".join(empty), ", ".join(empty)
    return say(
        Text(
            zh=f"建议所在方面：{zh or '无'}" + (f"；没有涉及：{none_zh}。" if empty else "。"),
            en=f"Remedies by path: {en or 'none'}" + (f"; none for: {none_en}." if empty else "."),
        ),
        lang,
    )
