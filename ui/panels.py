"""The parts of the page: they show what the engine found and compute nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from engine import (
    FORMS,
    Audit,
    Report,
    Text,
    caution,
    findings_html,
    say,
    term,
    write_scheme_yaml,
)
from ui import charts, markup, proposal
from ui.markup import plain
from ui.words import word

STATE_COLOURS = {"active": "#b54708", "relaxed": "#b42318", "slack": "#98a2b3", "not_checked": "#667a91"}
# More than a person reads on a page; the browser would stall. The documents hold them all.
MOST_FINDINGS = 200
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def headline(report: Report, profile: str, lang: Any) -> None:
    """Show the title, what to read first, and the two bars of classes."""
    audit, after, found = report.audit, report.after, report.proposal
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
    if found and after:
        columns[3].metric(word("rewritten", lang), sum(x.action == "rewrite" for x in found.lines))
        columns[4].metric(word("moved", lang), f"{found.movement or 0:g}", help=word("moved_help", lang))
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
        lambda: proposal.show(report, knowledge, lang),
        lambda: _findings(report, knowledge, lang),
        lambda: _lines(report.audit, lang),
        lambda: _limits(report, lang),
        save,
        lambda: _downloads(report, lang),
    )
    for tab, show in zip(made, shows, strict=True):
        with tab:
            show()


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
    st.html(findings_html(audit.model_copy(update={"findings": wanted[:MOST_FINDINGS]}), lang))
    if len(wanted) > MOST_FINDINGS:
        st.info(word("more_findings", lang, shown=MOST_FINDINGS, count=len(wanted)))
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
    made = report.proposal
    if made is None or not made.constraints:
        st.info(word("no_limits", lang))
        return
    st.caption(word("prices_note", lang))
    order = ("relaxed", "active", "not_checked", "slack")
    found = sorted(made.constraints, key=lambda row: order.index(row.state))
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


def _pair(before: Any, after: Any, form: str) -> str:
    shown = "—" if before is None else form.format(before)
    return shown if after is None else f"{shown} → {form.format(after)}"
