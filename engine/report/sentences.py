"""Every change of a proposal in one plain sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine import model
from engine.report.words import say


def change_sentences(proposal: model.Proposal, lang: model.Lang) -> tuple[str, ...]:
    """Return one sentence a changed line, in the order of the scheme; kept and frozen lines say nothing unless their proof changes."""
    return tuple(say(_sentence(line), lang) for line in proposal.lines if line.is_changed)


def _sentence(line: model.ProposedLine) -> model.Text:
    place = f"（{line.block}）" if line.block else ""
    name_zh, name_en = f"“{line.name}”{place}", f"“{line.name}”" + (f" ({line.block})" if line.block else "")
    zh, en = _WHAT[line.action](line)
    return model.Text(zh=f"{name_zh}{zh}", en=f"{name_en} {en}")


def _rewritten(line: model.ProposedLine) -> tuple[str, str]:
    title = line.standard.title if line.standard else model.Text(zh="", en="")
    if line.kind == "deduction":  # its points are a part of a pool imputed to it: no figure to print
        return f"评分标准改为“{title.zh}”。", f"is scored by a new standard, “{title.en}”."
    if abs(line.after - line.before) < 1e-9:
        return (
            f"分值不变（{line.after:g}分），评分标准改为“{title.zh}”。",
            f"keeps its {line.after:g} points; its standard becomes “{title.en}”.",
        )
    return (
        f"评分标准改为“{title.zh}”，分值由{line.before:g}分调为{line.after:g}分。",
        f"gets the standard “{title.en}” and goes from {line.before:g} to {line.after:g} points.",
    )


def _checked(line: model.ProposedLine) -> tuple[str, str]:
    """A duty that stays, proved in another way."""
    check = line.standard.check if line.standard and line.standard.check else model.Text(zh="", en="")
    held = "" if line.kind == "deduction" else f"（{line.after:g}分）"
    held_en = "" if line.kind == "deduction" else f" ({line.after:g})"
    return (
        f"职责、频次和分值不变{held}，取证方式改为“{check.zh}”。",
        f"keeps its duty, frequency and points{held_en}; it is proved by {check.en} instead.",
    )


def _moved(line: model.ProposedLine) -> tuple[str, str]:
    if line.rate_before is not None and line.rate_after is not None:
        return (
            f"每次扣分由{line.rate_before:g}分调为{line.rate_after:g}分。",
            f"deducts {line.rate_after:g} instead of {line.rate_before:g} points each time.",
        )
    up = line.after > line.before
    return (
        f"由{line.before:g}分{'调增' if up else '调减'}为{line.after:g}分。",
        f"{'rises' if up else 'falls'} from {line.before:g} to {line.after:g} points.",
    )


def _added(line: model.ProposedLine) -> tuple[str, str]:
    return f"为新增指标，{line.after:g}分。", f"is new, with {line.after:g} points."


_WHAT: Mapping[model.Action, Callable[[model.ProposedLine], tuple[str, str]]] = {
    "rewrite": _rewritten,
    "cut": _moved,
    "raise": _moved,
    "new": _added,
    "frozen": _checked,
}
