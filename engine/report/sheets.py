"""What was asked for beside the proposal, as sheets of a workbook: ranges, judgements, draws, ranks. Plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from engine import model
from engine.report import judged, standing
from engine.report.units import change_text
from engine.report.words import say, term


class Sheet(NamedTuple):
    """A sheet: its columns' widths, and rows of values with the style of each (cell, head, share, note)."""

    title: str
    widths: tuple[float, ...]
    rows: tuple[tuple[Sequence[object], Sequence[str] | str], ...]


def asked_sheets(report: model.Report, lang: model.Lang) -> Iterator[Sheet]:
    """Yield a sheet for each thing that was asked for."""
    proposal = report.proposal
    if proposal is None:
        return
    names = standing.names_of(report)
    opened = standing.open_lines(proposal)
    if opened is not None:
        yield _ranges(opened, lang)
    if report.judged:
        yield _judged(report.judged, lang)
    if report.standing:
        yield _standing(report.standing, names, lang)
    if report.ranks:
        yield _ranks(report.ranks, names, lang)


def _ranges(lines: Sequence[model.ProposedLine], lang: model.Lang) -> Sheet:
    head = _words(lang, "编号 指标 原分 新分 最低 最高", ("Code", "Indicator", "Old", "New", "Least", "Most"))
    rows: list[tuple[Sequence[object], Sequence[str] | str]] = [
        ([say(standing.RANGES, lang)], "note"), (head, "head")
    ]  # fmt: skip
    rows += [([x.code, x.name, x.before, x.after, x.range_low, x.range_high], "cell") for x in lines]
    if not lines:
        rows.append(([standing.settled(lang)], "note"))
    return Sheet(_t(lang, "选择余地", "Ranges"), (9, 34, 9, 9, 9, 9), tuple(rows))


def _judged(found: Sequence[model.JudgedWeights], lang: model.Lang) -> Sheet:
    head = _words(
        lang, "编号 指标或板块 权重 原分 新分 所占份额",
        ("Code", "Line or block", "Weight", "Old", "New", "Share after"),
    )  # fmt: skip
    rows: list[tuple[Sequence[object], Sequence[str] | str]] = []
    for one in found:
        rows += [([judged.head_text(one, lang)], "note")]
        rows += [([said], "note") for said in judged.remarks(one, lang)]
        rows.append((head, "head"))
        for item in one.items:
            share = judged.share_of(item, one.items)
            values = [
                item.code if one.judgement.over == "lines" else "", item.name, round(item.weight, 6), item.before,
                item.after, "—" if share is None else round(share, 6),
            ]  # fmt: skip
            rows.append((values, ("cell", "cell", "share", "cell", "cell", "share")))
    return Sheet(_t(lang, "判断与权重", "Judgements"), (9, 34, 9, 9, 9, 11), tuple(rows))


def _standing(found: model.DrawReport, names: Mapping[str, str], lang: model.Lang) -> Sheet:
    head = _words(
        lang, "编号 指标 处理 不变的比例 是否站得住", ("Code", "Indicator", "Action", "Stands in", "Firm")
    )
    rows: list[tuple[Sequence[object], Sequence[str] | str]] = [
        ([standing.summary(found, lang)], "note"), (head, "head")
    ]  # fmt: skip
    for one in found.lines:
        firm = _t(lang, "是", "yes") if one.is_firm else _t(lang, "须人工确认", "for a person to confirm")
        values = [
            one.code,
            names.get(one.code, ""),
            term("action", one.action, lang),
            round(one.share, 6),
            firm,
        ]
        rows.append((values, ("cell", "cell", "cell", "share", "cell")))
    return Sheet(_t(lang, "标注稳定性", "Draws"), (9, 34, 10, 12, 16), tuple(rows))


def _ranks(found: model.RankReport, names: Mapping[str, str], lang: model.Lang) -> Sheet:
    head = _words(
        lang, "单位 原总分 新总分 原位次 新位次 可能最好 可能最差 主要因",
        ("Unit", "Total before", "Total after", "Rank before", "Rank after", "Best", "Worst", "Mainly by"),
    )  # fmt: skip
    rows: list[tuple[Sequence[object], Sequence[str] | str]] = [(head, "head")]
    for unit in sorted(found.units, key=lambda one: one.rank_after):
        because = _t(lang, "、", ", ").join(names.get(code, code) for code in unit.because)
        values = [
            unit.unit, unit.total_before, unit.total_after, unit.rank_before, unit.rank_after, unit.rank_best,
            unit.rank_worst, because,
        ]  # fmt: skip
        rows.append((values, "cell"))
    if said := change_text(found, lang):
        rows.append(([said], "note"))
    return Sheet(_t(lang, "谁升谁降", "Ranks"), (20, 11, 11, 9, 9, 9, 9, 60), tuple(rows))


def _words(lang: model.Lang, zh: str, en: Sequence[str]) -> list[str]:
    return [_t(lang, one, other) for one, other in zip(zh.split(), en, strict=True)]


def _t(lang: model.Lang, zh: str, en: str) -> str:
    return say(model.Text(zh=zh, en=en), lang)
