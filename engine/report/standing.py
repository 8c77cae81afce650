"""Which actions stand when labels are unsure, and how far each line's points are open, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine import model
from engine.report.words import say, term

TITLE = model.Text(zh="标注不确定时，哪些改动站得住", en="Which actions stand when labels are unsure")
RANGES = model.Text(
    zh="各项分值的选择余地（改写哪些标准已定，改动同样少）",
    en="How far points are open (standards as chosen, no more disruption)",
)


def names_of(report: model.Report) -> dict[str, str]:
    """Return the name of each line by its code, new ones too."""
    new = {line.code: line.name for line in report.proposal.lines} if report.proposal else {}
    return new | {line.code: line.name for line in report.audit.scheme.indicators}


def standing_text(found: model.DrawReport, names: Mapping[str, str], lang: model.Lang) -> str:
    """Return how many actions are firm, then each line that changes, and those kept that are not firm."""
    rows = [say(TITLE, lang) + _t(lang, "：", ":"), f"  {summary(found, lang)}"]
    for one in shown(found):
        mark = "" if one.is_firm else _t(lang, "，须人工确认", ", for a person to confirm")
        rows.append(
            f"  {one.code} {names.get(one.code, '')}{_t(lang, '：', ': ')}{term('action', one.action, lang)}"
            f"{_t(lang, '，', ', ')}{one.share:.0%}{mark}"
        )
    return "\n".join(rows)


def summary(found: model.DrawReport, lang: model.Lang) -> str:
    """Return in one sentence how the draws were made and how many actions stand."""
    firm = sum(one.is_firm for one in found.lines)
    return _t(
        lang,
        f"按各项标注的把握程度抽取 {found.draws} 次（随机种子 {found.seed}），{len(found.lines)} 项中有 {firm} 项的处理"
        f"在 {found.firm_share:.0%} 以上的抽取中不变。",
        f"Labels drawn {found.draws} times by how sure each is (seed {found.seed}): {firm} of {len(found.lines)} "
        f"lines keep their action in at least {found.firm_share:.0%} of draws.",
    )


def shown(found: model.DrawReport) -> tuple[model.Standing, ...]:
    """Return the lines worth a row: those that change, and those that stay but not firmly."""
    return tuple(one for one in found.lines if one.action not in ("keep", "frozen") or not one.is_firm)


def open_lines(proposal: model.Proposal) -> tuple[model.ProposedLine, ...] | None:
    """Return the lines that could hold other points as well; None where ranges were not asked for."""
    if all(line.range_low is None for line in proposal.lines):
        return None
    return tuple(line for line in proposal.lines if (line.range_high or 0.0) - (line.range_low or 0.0) > 1e-6)


def ranges_text(lines: Sequence[model.ProposedLine], lang: model.Lang) -> str:
    """Return each open line with its points and the range; that there are none, where all are settled."""
    head = say(RANGES, lang) + _t(lang, "：", ":")
    if not lines:
        return f"{head}\n  {settled(lang)}"
    rows = [
        f"  {line.code} {line.name}{_t(lang, '：', ': ')}{line.after:g}{_t(lang, ' 分', ' points')}"
        f"{_t(lang, '，可在 ', ', open from ')}{line.range_low:g}{_t(lang, ' 至 ', ' to ')}{line.range_high:g}"
        for line in lines
    ]
    return "\n".join([head, *rows])


def settled(lang: model.Lang) -> str:
    """Return that no line's points could be others."""
    return _t(lang, "各项分值都没有其他取法。", "No line could hold other points.")


def _t(lang: model.Lang, zh: str, en: str) -> str:
    return say(model.Text(zh=zh, en=en), lang)
