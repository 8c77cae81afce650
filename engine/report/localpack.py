"""What a local pack changed, as reports list it: the old value, the new one, the pack's reason."""

from __future__ import annotations

from collections.abc import Sequence

from engine.model import Lang, LocalChange, Text
from engine.report.words import say


def changes_head(changes: Sequence[LocalChange], lang: Lang) -> str:
    """Return the heading of the list, with how many changes there are and how many limits are looser."""
    looser = sum(change.kind == "looser" for change in changes)
    zh, en = f"{len(changes)} 处", f"{len(changes)}"
    if looser:
        zh, en = f"{zh}，其中放宽 {looser} 处", f"{en}, of which {looser} looser"
    return say(Text(zh=f"本地规则包的改动（{zh}）", en=f"Changed by the local pack ({en})"), lang)


def change_rows(changes: Sequence[LocalChange], lang: Lang) -> list[str]:
    """Return one sentence a change."""
    return [f"{one.about} {say(one.text, lang)}{_because(one, lang)}" for one in changes]


def _because(change: LocalChange, lang: Lang) -> str:
    if change.reason is None:
        return ""
    return say(Text(zh=f"；理由：{change.reason.zh}", en=f"; reason: {change.reason.en}"), lang)
