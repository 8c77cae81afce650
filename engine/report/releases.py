"""Why limits cannot all hold, what gave way, and the options that would help, as a report writes them."""

from __future__ import annotations

from collections.abc import Sequence

from engine import model
from engine.report.words import say

Lang = model.Lang


def ways(proposal: model.Proposal, lang: Lang) -> list[tuple[str, list[str]]]:
    """Return headed lists: what contradicts, what gave way, what would help; empty where all holds."""
    parts = (
        (_t(lang, "以下条件不能同时满足：", "These cannot hold together:"), conflict_rows(proposal, lang)),
        (_t(lang, "已放宽的约束：", "Limits that gave way:"), relaxation_rows(proposal, lang)),
        (remedy_head(proposal, lang), remedy_rows(proposal, lang)),
    )
    return [(head, rows) for head, rows in parts if rows]


def ways_text(proposal: model.Proposal, lang: Lang) -> list[str]:
    """Return the same as paragraphs of plain text."""
    return ["\n".join([head, *(f"  · {row}" for row in rows)]) for head, rows in ways(proposal, lang)]


def conflict_rows(proposal: model.Proposal, lang: Lang) -> list[str]:
    """Return each member of the conflict with what would release it."""
    fixed = _t(lang, "；不可放宽", "; may not give way")
    return [
        say(item.text, lang)
        + (_options(item.options, lang) or (fixed if item.row_class == "national" else ""))
        for item in proposal.conflict
    ]


def relaxation_rows(proposal: model.Proposal, lang: Lang) -> list[str]:
    """Return each limit that gave way, by how much, and the option under which it would hold."""
    return [say(found.text, lang) + _options(found.options, lang) for found in proposal.relaxations]


def remedy_head(proposal: model.Proposal, lang: Lang) -> str:
    """Return what stands above the remedies."""
    if proposal.status == "infeasible":
        return _t(
            lang,
            "怎么办（任选一条即可，均不涉及国家规定）：",
            "What to do (any one is enough; none touches national rules):",
        )
    return _t(
        lang,
        "要全部达到（任选一条即可，均不涉及国家规定）：",
        "For every limit to hold (any one is enough; none touches national rules):",
    )


def remedy_rows(proposal: model.Proposal, lang: Lang) -> list[str]:
    """Return each remedy: what it does in words, then the options to type."""
    return [
        _t(lang, "，", ", ").join(say(option.text, lang) for option in way.options)
        + _t(lang, "：", ": ")
        + _typed(way.options, lang)
        for way in proposal.remedies
    ]


def _options(options: Sequence[model.Option], lang: Lang) -> str:
    if not options:
        return ""
    either = _t(lang, " 或 ", " or ").join(say(option.written, lang) for option in options)
    return f" → {either}"


def _typed(options: Sequence[model.Option], lang: Lang) -> str:
    given = " ".join(option.written.en for option in options if not option.drop)
    dropped = _t(lang, "，", ", ").join(say(option.written, lang) for option in options if option.drop)
    return _t(lang, "，", ", ").join(part for part in (given, dropped) if part)


def _t(lang: Lang, zh: str, en: str) -> str:
    return say(model.Text(zh=zh, en=en), lang)
