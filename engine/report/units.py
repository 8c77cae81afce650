"""Who rises and who falls if last year's work were scored by the proposal."""

from __future__ import annotations

from engine import model
from engine.report.words import say


def ranks_text(found: model.RankReport, names: dict[str, str], lang: model.Lang) -> str:
    """Return one line a unit, those that move most first, then lines that decide nothing.

    Args:
        found: ranks before and after.
        names: the lines' names by code.
        lang: the language.
    """
    rows = [
        _t(lang, f"谁升谁降（按去年得分推算，肯德尔系数 {found.tau:.2f}）：", f"Who rises and who falls (by last year's scores, Kendall's tau {found.tau:.2f}):")
    ]  # fmt: skip
    rows += [f"  {unit_text(unit, names, lang)}" for unit in sorted(found.units, key=lambda u: u.rank_after)]
    rows += [f"  {said}"] if (said := change_text(found, lang)) else []
    full = [names.get(use.code, use.code) for use in found.lines if use.is_saturated]
    if full:
        listed = _t(lang, "、", ", ").join(full)
        rows.append(
            _t(
                lang,
                f"  各单位均得满分、不起区分作用的指标：{listed}",
                f"  Every unit has full marks on: {listed}",
            )
        )
    return "\n".join(rows)


def change_text(found: model.RankReport, lang: model.Lang) -> str:
    """Return whether every total moves by no more than was asked; nothing where that was not asked."""
    if found.max_change is None:
        return ""
    if not found.beyond:
        return _t(
            lang,
            f"各单位总分变动均不超过 {found.max_change:g} 分。",
            f"No unit's total moves by more than {found.max_change:g} points.",
        )
    named = _t(lang, "、", ", ").join(found.beyond)
    return _t(
        lang,
        f"总分变动仍超过 {found.max_change:g} 分的单位：{named}。",
        f"Totals that move by more than {found.max_change:g} points all the same: {named}.",
    )


def unit_text(unit: model.UnitChange, names: dict[str, str], lang: model.Lang) -> str:
    """Return one unit's move in a sentence, with the range of its rank."""
    move = unit.rank_before - unit.rank_after
    zh = f"升 {move} 位" if move > 0 else f"降 {-move} 位" if move < 0 else "位次不变"
    en = f"up {move}" if move > 0 else f"down {-move}" if move < 0 else "same rank"
    because = _t(lang, "、", ", ").join(names.get(code, code) for code in unit.because[:3]) if move else ""
    reason = _t(lang, f"；主要因 {because}", f"; mainly by {because}") if because else ""
    return _t(
        lang,
        f"{unit.unit}：第 {unit.rank_before} → {unit.rank_after} 位，{zh}，{unit.total_before:g} → {unit.total_after:g} 分"
        f"（新标准得分未知，位次可能在 {unit.rank_best}–{unit.rank_worst} 之间）{reason}",
        f"{unit.unit}: rank {unit.rank_before} → {unit.rank_after} ({en}), {unit.total_before:g} → {unit.total_after:g} points"
        f" (scores on new standards unknown: rank {unit.rank_best}–{unit.rank_worst} possible){reason}",
    )


def _t(lang: model.Lang, zh: str, en: str) -> str:
    return say(model.Text(zh=zh, en=en), lang)
