"""The parts of the page: they show what the engine found and compute nothing."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from engine import (
    ACTION,
    CLASS,
    FORMS,
    Report,
    change_sentences,
    class_bar,
    findings_html,
    say,
    write_scheme_yaml,
)
from ui.words import word

# The colours of the HTML report, so that screen and paper agree.
COLOURS = {
    "prohibited": "#b42318", "restricted": "#dc6803", "guarded": "#93370d", "unclear": "#98a2b3",
    "required": "#475467", "outcome": "#067647", "other": "#b3c0cf",
}  # fmt: skip


def headline(report: Report, lang: Any) -> None:
    """Show the title, what to read first, and the two bars of classes."""
    audit, after, proposal = report.audit, report.after, report.proposal
    st.subheader(audit.scheme.title)
    st.caption(f"{audit.profile}: {say(audit.profile_reason, lang)}")
    columns = st.columns(5)
    later = after.headline.value if after else None
    columns[0].metric(word("stands", lang), _pair(audit.headline.value, later, "{:.1f}"))
    columns[1].metric(word("errors", lang), _pair(audit.count("error"), after and after.count("error"), "{}"))
    columns[2].metric(
        word("warnings", lang), _pair(audit.count("warning"), after and after.count("warning"), "{}")
    )
    if proposal and after:
        rewritten = len([line for line in proposal.lines if line.action == "rewrite"])
        columns[3].metric(word("rewritten", lang), rewritten)
        columns[4].metric(word("moved", lang), f"{proposal.movement or 0:g}")
    st.altair_chart(_bars(report, lang), width="stretch")
    for question in audit.scheme.questions:
        st.warning(f"{word('questions', lang)}：{question.text}")


def tabs(report: Report, lang: Any) -> None:
    """Show the proposal, the findings, the lines, the limits and the downloads."""
    names = ("proposal", "findings", "lines", "limits_tab", "download")
    made = st.tabs([word(name, lang) for name in names])
    for tab, show in zip(made, (_proposal, _findings, _lines, _limits, _downloads), strict=True):
        with tab:
            show(report, lang)


def _proposal(report: Report, lang: Any) -> None:
    proposal = report.proposal
    if proposal is None:
        return
    if proposal.status == "infeasible":
        st.error("\n".join([word("conflict", lang), *(f"- {say(c.text, lang)}" for c in proposal.conflict)]))
        return
    if proposal.relaxations:
        st.warning(
            "\n".join([word("relaxed", lang), *(f"- {say(r.text, lang)}" for r in proposal.relaxations)])
        )
    sentences = change_sentences(proposal, lang)
    if not sentences:
        st.success(word("nothing", lang))
    everything = st.toggle(word("all_lines", lang), key="all_lines")
    criteria = {line.code: line.criterion for line in report.audit.scheme.indicators}
    rows = [
        {
            word("code", lang): line.code,
            word("block", lang): line.block,
            word("indicator", lang): line.name,
            word("old_points", lang): line.before,
            word("new_points", lang): line.after,
            word("action", lang): say(ACTION[line.action], lang),
            word("old_standard", lang): criteria.get(line.code),
            word("new_standard", lang): f"{line.standard.name}：{line.standard.text}"
            if line.standard
            else None,
            word("reason", lang): say(line.reason, lang),
        }
        for line in proposal.lines
        if everything or line.action not in ("keep", "frozen")
    ]
    if rows:
        wide = {
            word(n, lang): st.column_config.TextColumn(width="large")
            for n in ("old_standard", "new_standard")
        }
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", column_config=wide)
    if sentences:
        st.markdown(f"**{word('changes', lang)}**")
        for number, sentence in enumerate(sentences, 1):
            st.text(f"{number}. {sentence}")
    with st.expander(word("blocks", lang)):
        st.dataframe(pd.DataFrame([b.model_dump() for b in proposal.blocks]), hide_index=True)


def _findings(report: Report, lang: Any) -> None:
    st.html(findings_html(report.audit, lang))


def _lines(report: Report, lang: Any) -> None:
    rows = [
        {
            word("code", lang): line.code,
            word("indicator", lang): line.name,
            word("class", lang): say(CLASS[found.class_], lang),
            word("level", lang): found.level,
            word("families", lang): ", ".join(found.family_names),
            word("decision", lang): found.formalistic,
            word("probability", lang): found.p,
        }
        for line, found in zip(report.audit.scheme.indicators, report.audit.classifications, strict=True)
    ]
    bar = st.column_config.ProgressColumn(min_value=0.0, max_value=1.0, format="percent")
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, width="stretch", column_config={word("probability", lang): bar}
    )


def _limits(report: Report, lang: Any) -> None:
    rows = [
        {
            word("limit", lang): say(row.text, lang),
            word("bound", lang): row.limit,
            word("value", lang): row.value,
            word("state", lang): row.state,
            word("price", lang): say(row.price_text, lang) if row.price_text else None,
        }
        for row in (report.proposal.constraints if report.proposal else ())
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")


def _downloads(report: Report, lang: Any) -> None:
    """Offer the documents; each is written only when it is asked for."""
    name = report.audit.scheme.source.name.rsplit(".", 1)[0] or "scheme"
    for form, mime in (
        ("html", "text/html"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ):
        st.download_button(
            word(form, lang),
            lambda form=form: FORMS["report"][form](report, lang),
            file_name=f"{name}-权衡.{form}",
            mime=mime,
            key=f"download_{form}",
        )
    after = report.after
    if after is not None:
        st.download_button(
            word("yaml", lang),
            lambda: write_scheme_yaml(after.scheme),
            file_name=f"{name}-权衡.yaml",
            mime="application/yaml",
            key="download_yaml",
        )


def _bars(report: Report, lang: Any) -> alt.Chart:
    rows = []
    for label, audit in (("before", report.audit), ("after", report.after)):
        for order, part in enumerate(class_bar(audit, lang) if audit else ()):
            rows.append({"scheme": word(label, lang), "order": order, **part})
    chart = (
        alt.Chart(pd.DataFrame(rows))
        .mark_bar(height=26)
        .encode(
            x=alt.X("share:Q", title=None, axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("scheme:N", title=None, sort=[word("before", lang), word("after", lang)]),
            color=alt.Color(
                "class:N", scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())), legend=None
            ),
            order="order:Q",
            tooltip=[
                alt.Tooltip("word:N", title=word("class", lang)),
                alt.Tooltip("share:Q", format=".1%", title=word("share", lang)),
            ],
        )
    )
    text = chart.mark_text(color="white", fontSize=11).encode(
        x=alt.X("share:Q", stack="zero", bandPosition=0.5), text="word:N", color=alt.value("white")
    )
    return (chart + text).properties(height=110)


def _pair(before: Any, after: Any, form: str) -> str:
    shown = form.format(0 if before is None else before)
    return shown if after is None else f"{shown} → {form.format(after)}"
