"""Results as plain text for a terminal: what is wrong, where, on what basis, and the remedy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine import model
from engine.knowledge import Knowledge, load_knowledge
from engine.knowledge.fields import Fields
from engine.report import releases
from engine.report.advice import paths_line
from engine.report.localpack import change_rows, changes_head
from engine.report.quotes import mark, quotes
from engine.report.words import caution, mark_of, say, term
from engine.reweight.frontier import Frontier

Lang = model.Lang


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
            f"{line.code}\t{term('class', found.class_, lang)}\t{found.level}\t{decision}\t{families}\t{mark(line.name, spans)}"
        )
        if line.code in problems:
            rows.append(f"\t! {say(problems[line.code], lang)}")
    return "\n".join(rows) + "\n"


def audit_text(audit: model.Audit, lang: Lang, knowledge: Knowledge | None = None) -> str:
    """Return the findings, each with its place, quoted words, remedy and basis, then the headline.

    Args:
        audit: what to report.
        lang: the language.
        knowledge: for the meaning of what is not known and the names of documents in both languages.
    """
    lines = {line.code: line for line in audit.scheme.indicators}
    parts = [_head(audit, lang)]
    for finding in audit.findings:
        parts.append(_finding(finding, lines, lang))
    if not audit.findings:
        parts.append(_t(lang, "没有发现问题。", "No findings."))
    if audit.not_checked:
        parts.append(_not_checked(audit.not_checked, knowledge.fields if knowledge else {}, lang))
    parts.extend(_t(lang, f"请确认：{q.text}", f"Please confirm: {q.text}") for q in audit.scheme.questions)
    if audit.findings:
        parts.append(paths_line(audit, lang))
    parts.append(_summary(audit, lang))
    return "\n\n".join(parts) + "\n"


def score_text(audit: model.Audit, lang: Lang) -> str:
    """Return the headline, the score vector with intervals, and the profile's limits."""
    rows = [_head(audit, lang), _score_row(audit.headline, lang)]
    rows += [_score_row(score, lang) for score in audit.scores]
    rows.append("")
    for limit in audit.limits:
        value = "—" if limit.value is None else _amount(limit.value, limit.id != "most_lines")
        bound = "—" if limit.limit is None else _amount(limit.limit, limit.id != "most_lines")
        rows.append(
            f"[{term('state', limit.state, lang)}] {say(limit.text, lang)} {bound}{_t(lang, '，现为 ', '; now ')}{value}"
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
    parts = [_head(audit, lang), *proposal_parts(audit, proposal, after, changes, lang), caution(lang)]
    return "\n\n".join(parts) + "\n"


def proposal_parts(
    audit: model.Audit,
    proposal: model.Proposal,
    after: model.Audit | None,
    changes: Sequence[str],
    lang: Lang,
) -> list[str]:
    """Return the paragraphs of a proposal, without the scheme's head and the caution."""
    parts = [_status(proposal, lang), *releases.ways_text(proposal, lang)]
    if changes:
        parts.append(
            _t(lang, "改动：\n", "Changes:\n") + "\n".join(f"  {i}. {c}" for i, c in enumerate(changes, 1))
        )
    parts.extend(_t(lang, f"说明：{note.zh}", f"Note: {note.en}") for note in proposal.notes)
    if proposal.blocks:
        parts.append(
            "\n".join(
                f"  {b.name or _t(lang, '全表', 'whole scheme')}: {b.before:g} → {b.after:g}"
                for b in proposal.blocks
                if b.before or b.after
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
    return parts


def frontier_text(audit: model.Audit, found: Frontier, lang: Lang) -> str:
    """Return the frontier as a table with a bar: outcome points, share, disruption, standards rewritten."""
    if not found.by_disruption:
        return (
            _t(lang, "没有可调的分值，无前沿可言。", "No adjustable points, so there is no frontier.") + "\n"
        )
    most = max(point.disruption for point in found.by_disruption) or 1.0
    head = _t(
        lang,
        "结果类分值\t占可调分值\t扰动量\t改写标准数",
        "outcome points\tshare\tdisruption\tstandards rewritten",
    )
    rows = [
        f"{p.outcome:g}\t{p.share:.1%}\t{p.disruption:g}\t{p.rewritten}\t{'█' * round(24 * p.disruption / most)}"
        for p in found.by_disruption
    ]
    fewest = _t(lang, "改写标准数最少时可达到：", "At most, with so many standards rewritten: ")
    lines = _t(lang, "；", "; ").join(f"{p.rewritten} → {p.share:.1%}" for p in found.by_lines)
    return "\n".join([_head(audit, lang), "", head, *rows, "", fewest + lines]) + "\n"


def _head(audit: model.Audit, lang: Lang) -> str:
    scheme = audit.scheme
    total = sum(line.points or 0.0 for line in scheme.indicators if line.kind == "base")
    head = _t(
        lang,
        f"{scheme.title}\n共 {len(scheme.indicators)} 项，基本分 {total:g} 分；约束方案“{audit.profile_title.zh}”"
        f"[{audit.profile}]（{audit.profile_reason.zh}）；依据截至 {audit.as_of}",
        f"{scheme.title}\n{len(scheme.indicators)} lines, {total:g} base points; profile “{audit.profile_title.en}” "
        f"[{audit.profile}] ({audit.profile_reason.en}); rules as of {audit.as_of}",
    )
    return "\n".join([head, *_local(audit.provenance.local_changes, lang)])


def _local(changes: Sequence[model.LocalChange], lang: Lang) -> list[str]:
    """What a local pack changed that bears on this scheme; nothing without a pack."""
    rows = [f"    {row}" for row in change_rows(changes, lang)]
    return [changes_head(changes, lang) + _t(lang, "：", ":"), *rows] if rows else []


def _not_checked(entries: Iterable[model.NotChecked], fields: Fields, lang: Lang) -> str:
    """What the scheme does not say, each with the rules that wait for it."""
    waiting: dict[str, set[str]] = {}
    for entry in entries:
        for name in entry.missing:
            waiting.setdefault(_meaning(name, fields, lang), set()).add(entry.rule)
    rows = [f"    {meaning} ({', '.join(sorted(rules))})" for meaning, rules in sorted(waiting.items())]
    head = _t(
        lang,
        "未能核查（方案没有下列信息，补充后可再审；括号内为有关规则）：",
        "Not checked: the scheme does not say the following (in brackets the rules that ask for it):",
    )
    return "\n".join([head, *rows])


def _meaning(name: str, fields: Fields, lang: Lang) -> str:
    spec = next((specs[name] for specs in fields.values() if name in specs), None)
    return say(model.Text(zh=spec.zh, en=spec.en), lang) if spec else name


def _finding(finding: model.Finding, lines: dict[str, model.Indicator], lang: Lang) -> str:
    mark_ = mark_of(finding, lang)
    rows = [f"[{term('severity', finding.severity, lang)}] {finding.rule} {say(finding.title, lang)}{mark_}"]
    if about := _about(finding, lines, lang):
        rows.append(_labelled(lang, "指标", "Line", about))
    rows.append(_labelled(lang, "问题", "Finding", say(finding.message, lang)))
    if finding.codes and finding.evidence and finding.codes[0] in lines:
        for quoted in quotes(lines[finding.codes[0]], finding.evidence):
            rows.append(_labelled(lang, "原文", "Text", " ".join(quoted.split())))
    rows.append(_labelled(lang, "建议", "Remedy", say(finding.fix, lang)))
    if finding.cites:
        cites = _t(lang, "；", "; ").join(dict.fromkeys(cite_text(cite, lang) for cite in finding.cites))
        rows.append(_labelled(lang, "依据", "Basis", cites))
    return "\n".join(rows)


def _about(finding: model.Finding, lines: dict[str, model.Indicator], lang: Lang) -> str:
    """The lines a finding is about, and the place of the first; a block or a scheme is named in the message."""
    place = finding.location
    where = place.sheet or ""
    if place.cell:
        where = "!".join(part for part in (place.sheet, place.cell) if part)
    elif place.row is not None:
        where = (where + _t(lang, f" 第 {place.row} 行", f" row {place.row}")).strip()
    named = [f"{code} {lines[code].name}" for code in finding.codes if code in lines]
    if finding.subject not in ("line", "pair"):
        return ""
    return _t(lang, "；", "; ").join(named) + (_t(lang, f"（{where}）", f" ({where})") if where else "")


def _labelled(lang: Lang, zh: str, en: str, text: str) -> str:
    return f"    {_t(lang, zh + '：', en + ': ')}{text}"


def cite_text(cite: model.Cite, lang: Lang = "zh") -> str:
    """Return a citation as written in a report; a practice or a setting is no document and gets no 《》."""
    document = load_knowledge().sources.get(cite.source)
    names = model.Text(zh=document.shown("zh"), en=document.shown("en")) if document else None
    title = say(names, lang) if names else cite.title
    place = (cite.article or "") + (cite.section or "")
    gap = " " if place and lang == "en" else ""
    date = _t(lang, f"（{cite.date}）", f" ({cite.date})") if cite.date else ""
    return f"{title}{gap}{place}{date}"


def _summary(audit: model.Audit, lang: Lang) -> str:
    head = audit.headline
    counts = (audit.count("error"), audit.count("warning"), audit.count("info"))
    waived = sum(finding.waived for finding in audit.findings)
    known = sum(finding.baselined for finding in audit.findings)
    more = _t(lang, f"，另有 {waived} 处已豁免", f", {waived} waived") if waived else ""
    more += _t(lang, f"，另有 {known} 处为存量", f", {known} baselined") if known else ""
    return _t(
        lang,
        f"错误 {counts[0]} 处，警告 {counts[1]} 处，提示 {counts[2]} 处{more}。\n"
        f"按现有标准可以保留的分值：每 100 分中 {head.value or 0:.1f} 分"
        f"（区间 {head.low or 0:.1f}–{head.high or 0:.1f}）。",
        f"{counts[0]} errors, {counts[1]} warnings, {counts[2]} notes{more}.\n"
        f"Points that can stand as written: {head.value or 0:.1f} of 100 "
        f"({head.low or 0:.1f}–{head.high or 0:.1f}).",
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
        return term("status", "infeasible", lang)
    rewritten = sum(line.action == "rewrite" for line in proposal.lines)
    moved = sum(line.action in ("cut", "raise") for line in proposal.lines)
    new = sum(line.action == "new" for line in proposal.lines)
    return _t(
        lang,
        f"{term('status', proposal.status, lang)}：改写 {rewritten} 项标准，{moved} 项调整分值，新增 {new} 项；"
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
    if line.action == "frozen" and line.standard is not None:
        return _t(lang, "改取证方式", "new proof")
    return term("action", line.action, lang)


def kind_word(kind: model.Kind, lang: Lang) -> str:
    """Return the kind of a line, in one word."""
    return term("kind", kind, lang)


def _amount(value: float, share: bool) -> str:
    return f"{value:.1%}" if share else f"{value:.4g}"


def _t(lang: Lang, zh: str, en: str) -> str:
    return say(model.Text(zh=zh, en=en), lang)
