"""The words of a line that a finding quotes, marked where they stand."""

from __future__ import annotations

from collections.abc import Iterable

from engine import model

_BRACKETS = ("【", "】")


def mark(text: str, spans: Iterable[tuple[int, int]], ends: tuple[str, str] = _BRACKETS) -> str:
    """Return the text with the quoted spans between `ends`; overlapping spans are joined.

    >>> mark("日均登录时长", [(2, 4), (3, 6)])
    '日均【登录时长】'
    """
    parts, last = [], 0
    for start, end in _joined(spans):
        parts += [text[last:start], ends[0], text[start:end], ends[1]]
        last = end
    return "".join([*parts, text[last:]])


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def quotes(
    line: model.Indicator, evidence: Iterable[model.Evidence], ends: tuple[str, str] = _BRACKETS
) -> list[str]:
    """Return the line's fields that hold quoted words, with the words marked."""
    by_field: dict[str, list[tuple[int, int]]] = {}
    for span in evidence:
        by_field.setdefault(span.field, []).append((span.start, span.end))
    return [mark(getattr(line, field) or "", spans, ends) for field, spans in by_field.items()]
