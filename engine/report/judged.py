"""Judgements as a meeting reads them: the weights, whether they agree with one another, which one to look at again."""

from __future__ import annotations

from collections.abc import Sequence

from engine import model
from engine.report.words import say, term
from engine.reweight.elicit import CONSISTENT

TITLE = model.Text(zh="判断与权重", en="Judgements and weights")


def judged_text(found: Sequence[model.JudgedWeights], lang: model.Lang) -> str:
    """Return each judgement in a few lines: method and agreement, what to revisit, weights beside points."""
    rows = [say(TITLE, lang) + _t(lang, "：", ":")]
    for one in found:
        rows += [f"  {head_text(one, lang)}", *(f"    {said}" for said in remarks(one, lang))]
        rows += [f"    {item_text(item, one.items, lang)}" for item in one.items]
    return "\n".join(rows)


def head_text(found: model.JudgedWeights, lang: model.Lang) -> str:
    """Return a judgement's title, method and tolerance in one line."""
    judgement = found.judgement
    gap = _t(lang, "，", ", ")
    over = _t(lang, "板块", "blocks") if judgement.over == "blocks" else _t(lang, "指标", "lines")
    stray = _t(lang, f"允许偏差 {judgement.tolerance:.0%}", f"ratios may stray by {judgement.tolerance:.0%}")
    return f"{judgement.title} · {term('method', judgement.method, lang)}{gap}{over}{gap}{stray}"


def remarks(found: model.JudgedWeights, lang: model.Lang) -> list[str]:
    """Return what to say of a judgement: do its parts agree, what to revisit, does the proposal keep it."""
    said = []
    if found.consistency_ratio is not None:
        said.append(_agreement(found, lang))
    if found.ksi is not None:
        said.append(
            _t(lang, f"最大偏差 ξ = {found.ksi:.3f}（0 为完全一致）。", f"Largest deviation ξ = {found.ksi:.3f} (0: they agree).")
        )  # fmt: skip
    if found.revisit is not None:
        said.append(revisit_text(found.revisit, lang, first=not found.is_consistent))
    said.append(
        _t(lang, "建议方案在允许偏差内符合各项比值。", "The proposal keeps every ratio within what is allowed.")
        if found.is_kept
        else _t(lang, "其他约束优先，建议方案未能完全符合这些比值。", "Other limits come first: the proposal does not keep every ratio.")
    )  # fmt: skip
    return said


def _agreement(found: model.JudgedWeights, lang: model.Lang) -> str:
    ratio = f"CR = {found.consistency_ratio:.3f}"
    if found.is_consistent:
        return _t(
            lang,
            f"一致性比例 {ratio}，不超过 {CONSISTENT:.2f}，判断前后一致。",
            f"Consistency ratio {ratio}, at most {CONSISTENT:.2f}: the judgements agree.",
        )
    return _t(
        lang,
        f"一致性比例 {ratio}，超过 {CONSISTENT:.2f}，判断前后不一，权重仅供参考，请复核。",
        f"Consistency ratio {ratio}, above {CONSISTENT:.2f}: the judgements disagree. Look at them again.",
    )


def revisit_text(found: model.Revisit, lang: model.Lang, *, first: bool = True) -> str:
    """Return the judgement to look at first, with what was judged and what the others imply.

    Args:
        found: the judgement.
        lang: the language.
        first: whether it should be looked at again; otherwise it is only the one furthest off.

    >>> revisit_text(model.Revisit("甲", "乙", 3.0, 9.2), "zh")
    '请先复核：“甲”判为“乙”的 3 倍，按其余判断推算约为 9.2 倍。'
    """
    judged, implied = f"{round(found.judged, 2):g}", f"{found.implied:.1f}"
    zh, en = (
        ("请先复核", "Look at this one first")
        if first
        else ("与其余判断出入最大的一项", "Furthest from the others")
    )
    if found.judged == 1:
        return _t(
            lang,
            f"{zh}：“{found.first}”判为与“{found.second}”同等，按其余判断推算约为其 {implied} 倍。",
            f"{en}: “{found.first}” was judged equal to “{found.second}”; the other judgements imply about {implied} times.",
        )
    return _t(
        lang,
        f"{zh}：“{found.first}”判为“{found.second}”的 {judged} 倍，按其余判断推算约为 {implied} 倍。",
        f"{en}: “{found.first}” was judged {judged} times “{found.second}”; "
        f"the other judgements imply about {implied}.",
    )


def item_text(item: model.JudgedItem, among: Sequence[model.JudgedItem], lang: model.Lang) -> str:
    """Return a line or block: its weight, its points, its share of the points of all that was judged."""
    share = share_of(item, among)
    held = _t(lang, "，分值不动", ", points stay") if item.held else ""
    part = "—" if share is None else f"{share:.0%}"
    return _t(
        lang,
        f"{item.name}：权重 {item.weight:.0%}，分值 {item.before:g} → {item.after:g}（占 {part}{held}）",
        f"{item.name}: weight {item.weight:.0%}, points {item.before:g} → {item.after:g} ({part}{held})",
    )


def share_of(item: model.JudgedItem, among: Sequence[model.JudgedItem]) -> float | None:
    """Return an item's share of the points after of all that was judged (None where they hold none)."""
    total = sum(one.after for one in among)
    return item.after / total if total > 0 else None


def _t(lang: model.Lang, zh: str, en: str) -> str:
    return say(model.Text(zh=zh, en=en), lang)
