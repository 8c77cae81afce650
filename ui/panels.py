"""The parts of the page: they show what the engine found and compute nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from engine import (
    FORMS,
    Audit,
    Proposal,
    Report,
    Text,
    caution,
    change_sentences,
    findings_html,
    say,
    term,
    write_scheme_yaml,
)
from ui import charts, controls, markup
from ui.markup import plain
from ui.words import remedies, word

ACTION_COLOURS = {
    "rewrite": "#067647", "cut": "#b54708", "raise": "#175cd3", "new": "#6941c6", "keep": "#98a2b3",
    "frozen": "#667a91",
}  # fmt: skip
STATE_COLOURS = {"active": "#b54708", "relaxed": "#b42318", "slack": "#98a2b3", "not_checked": "#667a91"}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def headline(report: Report, profile: str, lang: Any) -> None:
    """Show the title, what to read first, and the two bars of classes."""
    audit, after, proposal = report.audit, report.after, report.proposal
    st.subheader(plain(audit.scheme.title))
    about = word(
        "about",
        lang,
        lines=len(audit.scheme.indicators),
        reason=say(audit.profile_reason, lang),
        date=audit.as_of,
    )
    st.caption(plain(f"{profile} · {about}"))
    columns = st.columns(5)
    stands = _pair(audit.headline.value, after.headline.value if after else None, "{:.1f}")
    columns[0].metric(word("stands", lang), stands, help=word("stands_help", lang))
    for column, label, severity in ((columns[1], "errors", "error"), (columns[2], "warnings", "warning")):
        later = after.count(severity) if after else None  # type: ignore[arg-type]
        column.metric(word(label, lang), _pair(audit.count(severity), later, "{}"))  # type: ignore[arg-type]
    if proposal and after:
        columns[3].metric(word("rewritten", lang), sum(x.action == "rewrite" for x in proposal.lines))
        columns[4].metric(word("moved", lang), f"{proposal.movement or 0:g}", help=word("moved_help", lang))
    st.altair_chart(charts.class_bars(report, lang), width="stretch")
    if audit.provenance.engine == "plain":
        st.caption(word("plain_engine", lang))
    if questions := audit.scheme.questions:
        asked = [f"- {_place(q.location, lang)}{plain(q.text)}" for q in questions]
        st.warning("\n".join([word("questions", lang), "", *asked]))


def tabs(report: Report, knowledge: Any, lang: Any, save: Callable[[], None]) -> None:
    """Show the proposal, the findings, the lines, the limits, the snapshots and the downloads."""
    names = ("proposal", "findings", "lines", "limits_tab", "compare_tab", "download")
    made = st.tabs([word(name, lang) for name in names])
    shows: Sequence[Callable[[], None]] = (
        lambda: _proposal(report, knowledge, lang),
        lambda: _findings(report, knowledge, lang),
        lambda: _lines(report.audit, lang),
        lambda: _limits(report, lang),
        save,
        lambda: _downloads(report, lang),
    )
    for tab, show in zip(made, shows, strict=True):
        with tab:
            show()


def _proposal(report: Report, knowledge: Any, lang: Any) -> None:
    proposal = report.proposal
    if proposal is None:
        return
    if proposal.status == "infeasible":
        _conflict(proposal, lang)
        return
    sentences = change_sentences(proposal, lang)
    if proposal.relaxations:
        _relaxed(proposal, lang)
    elif sentences:
        st.success(word("done", lang, count=len(sentences)))
    if not sentences:
        st.success(word("nothing", lang))
    for note in proposal.notes:
        st.info(plain(say(note, lang)))
    left, right = st.columns([6, 5], gap="large")
    with left:
        _changes(sentences, lang)
        _blocks(proposal, lang)
        _years(proposal, lang)
    with right:
        _chart(proposal, lang)
    _standards(report, proposal, knowledge, lang)
    st.caption(plain(caution(lang)))


def _changes(sentences: Sequence[str], lang: Any) -> None:
    if sentences:
        st.markdown(f"**{word('changes', lang)}**")
        st.markdown("\n".join(f"{n}. {plain(text)}" for n, text in enumerate(sentences, 1)))


def _chart(proposal: Proposal, lang: Any) -> None:
    chart = charts.points_chart(proposal, lang)
    if chart is not None:
        st.markdown(f"**{word('points_chart', lang)}**　{word('mark_before', lang)}")
        st.altair_chart(chart, width="stretch")


def _conflict(proposal: Proposal, lang: Any) -> None:
    reasons = [_item(item, lang) for item in proposal.conflict]
    st.error("\n".join([f"**{word('conflict', lang)}**", "", *reasons]))
    _ways("remedy", [item.id for item in proposal.conflict], lang)


def _relaxed(proposal: Proposal, lang: Any) -> None:
    parts = [f"**{word('relaxed', lang)}**", "", *(_item(item, lang) for item in proposal.relaxations)]
    if proposal.conflict:
        parts += ["", word("why_relaxed", lang), "", *(_item(item, lang) for item in proposal.conflict)]
    st.warning("\n".join(parts))
    ids = [*(item.id for item in proposal.relaxations), *(item.id for item in proposal.conflict)]
    _ways("remedy_relaxed", ids, lang)


def _item(item: Any, lang: Any) -> str:
    return f"- {plain(say(item.text, lang))}"


def _ways(title: str, row_ids: Sequence[str], lang: Any) -> None:
    on = [name for name in controls.LEVERS if st.session_state.get(f"lever_{name}")]
    if ways := remedies(row_ids, on, lang):
        rows = [f"- {plain(way)}" for way in ways]
        st.markdown("\n".join([f"**{word(title, lang)}**", "", *rows]))


def _standards(report: Report, proposal: Proposal, knowledge: Any, lang: Any) -> None:
    """Show old and new standards in full, side by side."""
    head, switch = st.columns([3, 1], vertical_alignment="center")
    head.markdown(f"**{word('standards', lang)}**")
    everything = switch.toggle(word("all_lines", lang), key="all_lines")
    criteria = {line.code: line.criterion for line in report.audit.scheme.indicators}
    rows = [
        [
            markup.cell(line.code),
            f"{markup.cell(line.name)}<br><span class='dim'>{markup.cell(line.block)}</span>",
            _points(line),
            markup.tag(term("action", line.action, lang), ACTION_COLOURS[line.action]),
            markup.clauses(criteria.get(line.code) or ""),
            _standard(line, knowledge, lang),
            markup.cell(say(line.reason, lang)),
        ]
        for line in proposal.lines
        if everything or line.action not in ("keep", "frozen")
    ]
    if not rows:
        return
    names = ("code", "indicator", "points_move", "action", "old_standard", "new_standard", "reason")
    heads = [word(name, lang) for name in names]
    st.html(markup.table(heads, rows, kinds="ktkkttt", widths={1: "13%", 4: "24%", 5: "31%", 6: "15%"}))


def _points(line: Any) -> str:
    if line.rate_before is not None and line.rate_after is not None and line.rate_before != line.rate_after:
        return f"{line.rate_before:g} → <b>{line.rate_after:g}</b>"
    same = abs(line.before - line.after) < 1e-9
    return f"{line.before:g}" if same else f"{line.before:g} → <b>{line.after:g}</b>"


def _standard(line: Any, knowledge: Any, lang: Any) -> str:
    """Show a standard as it would stand in the scheme, which is Chinese; in English with its title."""
    if line.standard is None:
        return markup.cell(None)
    entry = knowledge.catalogue.get(line.standard.catalogue)
    name, text = (say(Text(zh=found, en=found), lang) for found in (line.standard.name, line.standard.text))
    title = f"<br>{markup.cell(entry.title.en)}" if lang == "en" and entry else ""
    return f'<b class="new">{markup.cell(name)}</b>{title}<br>{markup.clauses(text)}'


def _blocks(proposal: Proposal, lang: Any) -> None:
    if not proposal.blocks:
        return
    st.markdown(f"**{word('blocks', lang)}**")
    rows, moved = [], []
    for n, block in enumerate(proposal.blocks):
        same = abs(block.before - block.after) < 1e-9
        shown = word("unchanged", lang) if same else f"{block.after - block.before:+g}"
        rows.append([markup.cell(block.name), f"{block.before:g}", f"{block.after:g}", markup.cell(shown)])
        moved += [] if same else [n]
    heads = [word("block", lang), word("before", lang), word("after", lang), ""]
    st.html(markup.table(heads, rows, kinds="tnnk", marked=moved))


def _years(proposal: Proposal, lang: Any) -> None:
    if not proposal.years:
        return
    st.markdown(f"**{word('path', lang)}**")
    rows = [
        [
            markup.cell(word("year_n", lang, n=step.year)), f"{step.floor:.0%}", f"{step.cap:.0%}",
            _share(step.outcome_share), markup.cell(step.rewritten),
            markup.cell(term("status", step.status, lang) if step.status else None),
        ]
        for step in proposal.years
    ]  # fmt: skip
    names = ("year", "floor_year", "cap_year", "reached", "rewritten", "status")
    st.html(markup.table([word(name, lang) for name in names], rows, kinds="knnnnt"))


def _findings(report: Report, knowledge: Any, lang: Any) -> None:
    audits = {"before": report.audit} | ({"after": report.after} if report.after else {})
    st.session_state.setdefault("snap_which", "before")
    if st.session_state["snap_which"] not in audits:
        st.session_state["snap_which"] = "before"
    left, right = st.columns(2)
    which = left.segmented_control(
        word("which", lang), list(audits), key="snap_which", required=True,
        format_func=lambda name: f"{word(name, lang)} ({len(audits[name].findings) if name in audits else 0})",
    )  # fmt: skip
    audit = audits.get(which or "before", report.audit)
    present = [s for s in ("error", "warning", "info") if audit.count(s)]
    chosen = right.pills(
        word("severity", lang), present, selection_mode="multi", key="snap_severity",
        format_func=lambda s: f"{term('severity', s, lang)} {audit.count(s)}",
    )  # fmt: skip
    wanted = tuple(f for f in audit.findings if not chosen or f.severity in chosen)
    st.html(findings_html(audit.model_copy(update={"findings": wanted}), lang))
    if audit.not_checked:
        _not_checked(audit, knowledge, lang)


def _not_checked(audit: Audit, knowledge: Any, lang: Any) -> None:
    """Say which rules could not answer and for want of what; silence would read as clean."""
    missing: dict[str, tuple[str, ...]] = {}
    for item in audit.not_checked:
        missing[item.rule] = tuple(dict.fromkeys((*missing.get(item.rule, ()), *item.missing)))
    rules = {rule.id: rule for rule in knowledge.rules}
    rows = [
        [
            markup.cell(rule),
            markup.cell(say(rules[rule].title, lang) if rule in rules else None),
            markup.cell("\n".join(_meaning(knowledge, rules.get(rule), name, lang) for name in names)),
        ]
        for rule, names in missing.items()
    ]
    with st.expander(word("not_checked", lang, count=len(rows))):
        heads = [word("code", lang), word("rule", lang), word("missing", lang)]
        st.html(markup.table(heads, rows, kinds="ktt"))


def _meaning(knowledge: Any, rule: Any, name: str, lang: Any) -> str:
    spec = knowledge.fields.get(rule.subject, {}).get(name) if rule else None
    return say(Text(zh=spec.zh, en=spec.en), lang) if spec else name


def _lines(audit: Audit, lang: Any) -> None:
    """Show what each line measures, with the words that decided it."""
    rows = []
    for line, found in zip(audit.scheme.indicators, audit.classifications, strict=True):
        deciding = [e for hit in found.families for e in hit.evidence]
        deciding += [e for evidence in found.evidence.values() for e in evidence]
        spans = {
            field: [(e.start, e.end) for e in deciding if e.field == field] for field in ("name", "criterion")
        }
        decision = term("decision", found.formalistic, lang)
        rows.append(
            [
                markup.cell(line.code),
                markup.marks(line.name, spans["name"]),
                markup.marks(line.criterion, spans["criterion"]) if line.criterion else markup.cell(None),
                markup.cell(line.points),
                markup.tag(term("class", found.class_, lang), charts.class_colour(found.class_)),
                markup.cell(term("level", found.level, lang)),
                markup.cell("\n".join(term("family", name, lang) for name in found.family_names)),
                markup.cell(f"{decision} {found.p:.0%}"),
            ]
        )
    names = ("code", "indicator", "criterion", "points", "class", "level", "families", "decision")
    heads = [word(name, lang) for name in names]
    widths = {1: "14%", 2: "36%", 5: "8%", 6: "15%"}
    st.html(markup.table(heads, rows, kinds="kttnkttk", widths=widths))


def _limits(report: Report, lang: Any) -> None:
    proposal = report.proposal
    if proposal is None or not proposal.constraints:
        st.info(word("no_limits", lang))
        return
    st.caption(word("prices_note", lang))
    order = ("relaxed", "active", "not_checked", "slack")
    found = sorted(proposal.constraints, key=lambda row: order.index(row.state))
    rows = [
        [
            markup.cell(say(row.text, lang)),
            f"{_SENSE[row.sense]} {_amount(row.limit, row.unit, lang)}"
            if row.state != "not_checked"
            else "—",
            _amount(row.value, row.unit, lang),
            _amount(row.slack, row.unit, lang),
            markup.tag(term("state", row.state, lang), STATE_COLOURS[row.state]),
            markup.cell(say(row.price_text, lang) if row.price_text else None),
        ]
        for row in found
    ]
    names = ("limit", "bound", "value", "room", "state", "price")
    heads = [word(name, lang) for name in names]
    st.html(markup.table(heads, rows, kinds="tnnnkt", widths={0: "30%", 5: "32%"}))


_SENSE = {"<=": "≤", ">=": "≥", "=": "＝"}


def _amount(value: float | None, unit: str, lang: Any) -> str:
    if value is None:
        return "—"
    if unit == "share":
        return f"{value:.1%}"
    return f"{round(value, 4):g} {word('items' if unit == 'lines' else 'pt', lang)}"


def _downloads(report: Report, lang: Any) -> None:
    """Offer the documents; each is written only when it is asked for."""
    name = report.audit.scheme.source.name.rsplit(".", 1)[0] or "scheme"
    for form, mime in (("html", "text/html"), ("xlsx", _XLSX)):
        st.download_button(
            word(form, lang),
            partial(FORMS["report"][form], report, lang),
            file_name=f"{name}-权衡.{form}",
            mime=mime,
            key=f"download_{form}",
            on_click="ignore",
        )
    after = report.after
    if after is not None:
        st.download_button(
            word("yaml", lang),
            lambda: write_scheme_yaml(after.scheme),
            file_name=f"{name}-权衡.yaml",
            mime="application/yaml",
            key="download_yaml",
            on_click="ignore",
        )
    st.caption(plain(caution(lang)))


def _place(location: Any, lang: Any) -> str:
    at = location.cell or (location.row and str(location.row))
    return f"{plain(str(at))}　" if at else ""


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.0%}"


def _pair(before: Any, after: Any, form: str) -> str:
    shown = "—" if before is None else form.format(before)
    return shown if after is None else f"{shown} → {form.format(after)}"
