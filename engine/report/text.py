"""Results as plain text for a terminal: what is wrong, where, on what basis, and the remedy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine import model
from engine.report.words import ACTION, CAUTION, CLASS, KIND, SEVERITY, STATUS, say

Lang = model.Lang
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


def classify_text(
    indicators: Sequence[model.Indicator],
    classes: Sequence[model.Classification],
    problems: dict[str, model.Text],
    lang: Lang,
) -> str:
    """Return one line an indicator: code, class, decision, probability, name with its quoted words."""
    rows = []
    for line, found in zip(indicators, classes, strict=True):
        spans = [(e.start, e.end) for hit in found.families for e in hit.evidence if e.field == "name"]
        families = ", ".join(found.family_names) or "-"
        decision = f"{found.formalistic} {found.p:.2f}"
        rows.append(
            f"{line.code}\t{say(CLASS[found.class_], lang)}\t{found.level}\t{decision}\t{families}\t{mark(line.name, spans)}"
        )
        if line.code in problems:
            rows.append(f"\t! {say(problems[line.code], lang)}")
    return "\n".join(rows) + "\n"


def audit_text(audit: model.Audit, lang: Lang) -> str:
    """Return the findings, each with its place, quoted words, remedy and basis, then the headline."""
    lines = {line.code: line for line in audit.scheme.indicators}
    parts = [_head(audit, lang)]
    for finding in audit.findings:
        parts.append(_finding(finding, lines, lang))
    if not audit.findings:
        parts.append(_t(lang, "没有发现问题。", "No findings."))
    if audit.not_checked:
        rules = ", ".join(sorted({f"{n.rule} ({', '.join(n.missing)})" for n in audit.not_checked}))
        parts.append(
            _t(lang, f"未能核查（缺少信息）：{rules}", f"Not checked for want of information: {rules}")
        )
    parts.extend(_t(lang, f"请确认：{q.text}", f"Please confirm: {q.text}") for q in audit.scheme.questions)
    parts.append(_summary(audit, lang))
    return "\n\n".join(parts) + "\n"


def score_text(audit: model.Audit, lang: Lang) -> str:
    """Return the headline, the score vector with intervals, and the profile's limits."""
    rows = [_head(audit, lang), _score_row(audit.headline, lang)]
    rows += [_score_row(score, lang) for score in audit.scores]
    rows.append("")
    states = {
        "met": _t(lang, "达到", "met"),
        "not_met": _t(lang, "未达到", "not met"),
        "not_checked": _t(lang, "未核查", "not checked"),
    }
    for limit in audit.limits:
        value = "—" if limit.value is None else _amount(limit.value, limit.id != "most_lines")
        bound = "—" if limit.limit is None else _amount(limit.limit, limit.id != "most_lines")
        rows.append(
            f"[{states[limit.state]}] {say(limit.text, lang)} {bound}{_t(lang, '，现为 ', '; now ')}{value}"
        )
    return "\n".join(rows) + "\n"


def reweight_text(
    audit: model.Audit,
    proposal: model.Proposal,
    after: model.Audit | None,
    changes: Sequence[str],
    lang: Lang,
) -> str:
    """Return the proposal: status, changes in sentences, blocks, path, limits that bind, scores before and after."""
    parts = [_head(audit, lang), _status(proposal, lang)]
    if proposal.conflict:
        conflict = "\n".join(f"  · {say(c.text, lang)}" for c in proposal.conflict)
        parts.append(_t(lang, "以下条件不能同时满足：\n", "These cannot hold together:\n") + conflict)
    if proposal.relaxations:
        relaxed = "\n".join(f"  · {say(r.text, lang)}" for r in proposal.relaxations)
        parts.append(_t(lang, "放宽：\n", "Relaxed:\n") + relaxed)
    if changes:
        parts.append(
            _t(lang, "改动：\n", "Changes:\n") + "\n".join(f"  {i}. {c}" for i, c in enumerate(changes, 1))
        )
    if proposal.blocks:
        parts.append(
            "\n".join(
                f"  {b.name}: {b.before:g} → {b.after:g}" for b in proposal.blocks if b.before or b.after
            )
        )
    parts.extend(_years(proposal, lang))
    prices = [c for c in proposal.constraints if c.price_text and c.state in ("active", "relaxed")]
    if prices:
        colon = _t(lang, "：", ": ")
        parts.append(
            "\n".join(
                f"  {say(c.text, lang)}{colon}{say(c.price_text, lang)}" for c in prices if c.price_text
            )
        )
    if after is not None:
        parts.append(_before_after(audit, after, lang))
    parts.append(say(CAUTION, lang))
    return "\n\n".join(parts) + "\n"


def _head(audit: model.Audit, lang: Lang) -> str:
    scheme = audit.scheme
    total = sum(line.points or 0.0 for line in scheme.indicators if line.kind == "base")
    return _t(
        lang,
        f"{scheme.title}\n共 {len(scheme.indicators)} 项，基本分 {total:g} 分；约束方案 {audit.profile}"
        f"（{say(audit.profile_reason, lang)}）；依据截至 {audit.as_of}",
        f"{scheme.title}\n{len(scheme.indicators)} lines, {total:g} base points; profile {audit.profile} "
        f"({audit.profile_reason.en}); rules as of {audit.as_of}",
    )


def _finding(finding: model.Finding, lines: dict[str, model.Indicator], lang: Lang) -> str:
    location = finding.location
    place = ":".join(str(x) for x in (location.sheet, location.cell or location.row) if x is not None)
    codes = ",".join(finding.codes)
    waived = _t(lang, "（已豁免）", " (waived)") if finding.waived else ""
    head = f"{place} {codes} {say(SEVERITY[finding.severity], lang)} {finding.rule} {say(finding.title, lang)}{waived}"
    rows = [head.strip(), f"    {say(finding.message, lang)}"]
    if finding.codes and finding.evidence and finding.codes[0] in lines:
        rows += [f"    > {quoted}" for quoted in quotes(lines[finding.codes[0]], finding.evidence)]
    rows.append(f"    {_t(lang, '建议：', 'Remedy: ')}{say(finding.fix, lang)}")
    if finding.cites:
        rows.append(
            f"    {_t(lang, '依据：', 'Basis: ')}"
            + _t(lang, "；", "; ").join(cite_text(c) for c in finding.cites)
        )
    return "\n".join(rows)


def quotes(
    line: model.Indicator, evidence: Iterable[model.Evidence], ends: tuple[str, str] = _BRACKETS
) -> list[str]:
    """Return the line's fields that hold quoted words, with the words marked."""
    by_field: dict[str, list[tuple[int, int]]] = {}
    for span in evidence:
        by_field.setdefault(span.field, []).append((span.start, span.end))
    return [mark(getattr(line, field) or "", spans, ends) for field, spans in by_field.items()]


def cite_text(cite: model.Cite) -> str:
    """Return a citation as written in a report."""
    title = (
        cite.title if cite.title.startswith("《") or cite.source == "house-setting" else f"《{cite.title}》"
    )
    return "".join(
        [
            title,
            cite.article or "",
            f" {cite.section}" if cite.section else "",
            f"（{cite.date}）" if cite.date else "",
        ]
    )


def _summary(audit: model.Audit, lang: Lang) -> str:
    head = audit.headline
    counts = (audit.count("error"), audit.count("warning"), audit.count("info"))
    return _t(
        lang,
        f"错误 {counts[0]}，警告 {counts[1]}，提示 {counts[2]}。可保留分值 {head.value or 0:.1f}"
        f"（区间 {head.low or 0:.1f}–{head.high or 0:.1f}）/100",
        f"{counts[0]} errors, {counts[1]} warnings, {counts[2]} notes. Points that can stand: "
        f"{head.value or 0:.1f} ({head.low or 0:.1f}–{head.high or 0:.1f}) of 100",
    )


def _score_row(score: model.Score, lang: Lang) -> str:
    share = score.unit == "share"
    if score.value is None:
        return f"{say(score.meaning, lang)}: {_t(lang, '未核查（缺少信息）', 'not checked')}"
    interval = ""
    if (
        (score.low, score.high) != (score.value, score.value)
        and score.low is not None
        and score.high is not None
    ):
        interval = f" [{_amount(score.low, share)}–{_amount(score.high, share)}]"
    return f"{say(score.meaning, lang)}: {_amount(score.value, share)}{interval}"


def _status(proposal: model.Proposal, lang: Lang) -> str:
    if proposal.status == "infeasible":
        return say(STATUS["infeasible"], lang)
    rewritten = sum(line.action == "rewrite" for line in proposal.lines)
    moved = sum(line.action in ("cut", "raise") for line in proposal.lines)
    new = sum(line.action == "new" for line in proposal.lines)
    return _t(
        lang,
        f"{say(STATUS[proposal.status], lang)}：改写 {rewritten} 项标准，{moved} 项调整分值，新增 {new} 项；"
        f"扰动量 {proposal.disruption or 0:g}，调整量 {proposal.movement or 0:g} 分",
        f"{proposal.status}: {rewritten} standards rewritten, {moved} lines re-pointed, {new} new; "
        f"disruption {proposal.disruption or 0:g}, movement {proposal.movement or 0:g} points",
    )


def _years(proposal: model.Proposal, lang: Lang) -> list[str]:
    rows = []
    for step in proposal.years:
        reached = "—" if step.outcome_share is None else f"{step.outcome_share:.0%}"
        rows.append(
            _t(
                lang,
                f"  第 {step.year} 年：结果类不低于 {step.floor:.0%}，预计 {reached}",
                f"  year {step.year}: outcomes at least {step.floor:.0%}, reached {reached}",
            )
        )
    return ["\n".join(rows)] if rows else []


def _before_after(audit: model.Audit, after: model.Audit, lang: Lang) -> str:
    rows = [_t(lang, "调整前后：", "Before and after:")]
    later = {score.name: score for score in (*after.scores, after.headline)}
    for score in (audit.headline, *audit.scores):
        new = later[score.name]
        if score.value is None or new.value is None or abs(score.value - new.value) < 1e-9:
            continue
        share = score.unit == "share"
        rows.append(
            f"  {say(score.meaning, lang)}: {_amount(score.value, share)} → {_amount(new.value, share)}"
        )
    return "\n".join(rows) if len(rows) > 1 else _t(lang, "各项评分不变。", "No score changes.")


def action_word(line: model.ProposedLine, lang: Lang) -> str:
    """Return what happens to a line, in one word."""
    return say(ACTION[line.action], lang)


def kind_word(kind: model.Kind, lang: Lang) -> str:
    """Return the kind of a line, in one word."""
    return say(KIND[kind], lang)


def _amount(value: float, share: bool) -> str:
    return f"{value:.1%}" if share else f"{value:.4g}"


def _t(lang: Lang, zh: str, en: str) -> str:
    return say(model.Text(zh=zh, en=en), lang)
