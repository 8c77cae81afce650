"""Several schemes proposed for together, as plain text: what they share, then each scheme's own changes."""

from __future__ import annotations

from collections.abc import Iterator

from engine import model
from engine.report.sentences import change_sentences
from engine.report.text import proposal_parts
from engine.report.words import caution, say, term

Lang = model.Lang
_INFEASIBLE = model.Text(
    zh="可放宽的办法：少认几项共用指标（--stated-only，再用 --same 逐项写明）、放开跨板块调剂（--levers 加上 cross）、松开锁定或分值范围。",
    en="Ways out: share fewer lines (--stated-only, then name them with --same), let blocks trade points (add cross "
    "to --levers), or take a lock or bound away.",
)


def groups_text(made: model.Together, lang: Lang) -> str:
    """Return the schemes, the lines taken as shared and where each ends, then every scheme's proposal."""
    parts = ["\n".join(_head(made, lang)), "\n".join(_shared(made, lang))]
    if made.status == "infeasible":
        parts.append("\n".join(_conflict(made, lang)))
    else:
        for number, (name, report) in enumerate(zip(made.names, made.reports, strict=True), start=1):
            parts.append(f"{number}  {name}")
            parts += _own(report, lang)
    parts.append(caution(lang))
    return "\n\n".join(parts) + "\n"


def _head(made: model.Together, lang: Lang) -> Iterator[str]:
    audit = made.reports[0].audit
    count, status = len(made.names), term("status", made.status, lang)
    yield _t(
        lang,
        f"{count} 份方案合并求解：{status}（依据截至 {audit.as_of}）",
        f"{count} schemes in one programme: {status} (rules as of {audit.as_of})",
    )
    for number, (name, report) in enumerate(zip(made.names, made.reports, strict=True), start=1):
        file = report.audit.scheme.source.name
        yield f"  {number}  {name}" + (_t(lang, f"（{file}）", f" ({file})") if file else "")
    if made.status != "infeasible":
        total = sum(r.proposal.disruption or 0.0 for r in made.reports if r.proposal)
        yield _t(
            lang,
            f"扰动量合计 {total:g}，共用的新标准只计一次。",
            f"Disruption {total:g} in all; a new standard that is shared counts once.",
        )


def _shared(made: model.Together, lang: Lang) -> Iterator[str]:
    held = [one for one in made.shared if one.reason is None]
    if not held:
        yield _t(
            lang,
            "没有认出共用指标（名称和评分标准都相同）；可用 --same 写明。",
            "No line was taken as shared (same name and standard); name some with --same.",
        )
    else:
        yield _t(
            lang, "认作共用、分值和标准保持一致的指标：", "Taken as shared, with equal points and standard:"
        )
    for one in held:
        yield f"  {_line(one, lang)}"
    for one in made.shared:
        if one.reason is not None:
            gap, codes = _t(lang, "，", ", "), _codes(one, lang)
            yield (
                _t(lang, "  未作共用：", "  Not held equal: ")
                + f"{one.name}{codes}{gap}{say(one.reason, lang)}"
            )


def _line(one: model.SharedLine, lang: Lang) -> str:
    before = _t(lang, "、", ", ").join(f"{value:g}" for value in one.before)
    told = f"{one.name}{_codes(one, lang)}{_t(lang, '：', ': ')}{before}"
    if one.after is not None:
        told += f" → {one.after:g}"
    told += _t(lang, " 分", " points")
    if one.paid_in is not None and one.standard is not None:
        title = say(one.standard.title, lang)
        told += _t(
            lang,
            f"，标准改为“{title}”（改动计在方案 {one.paid_in + 1}）",
            f"; its standard becomes “{title}” (paid in scheme {one.paid_in + 1})",
        )
    return told


def _codes(one: model.SharedLine, lang: Lang) -> str:
    stated = _t(lang, "，人工指定", ", stated") if one.basis == "stated" else ""
    listed = _t(lang, "、", ", ").join(one.codes) + stated
    return _t(lang, f"（{listed}）", f" ({listed})")


def _own(report: model.Report, lang: Lang) -> list[str]:
    proposal = report.proposal
    if proposal is None:
        return []
    changes = change_sentences(proposal, lang)
    return proposal_parts(report.audit, proposal, report.after, changes, lang)


def _conflict(made: model.Together, lang: Lang) -> Iterator[str]:
    yield _t(lang, "以下条件不能同时满足：", "These cannot hold together:")
    proposal = made.reports[0].proposal
    told = dict.fromkeys(say(item.text, lang) for item in (proposal.conflict if proposal else ()))
    yield from (f"  · {text}" for text in told)
    yield say(_INFEASIBLE, lang)


def _t(lang: Lang, zh: str, en: str) -> str:
    return say(model.Text(zh=zh, en=en), lang)
