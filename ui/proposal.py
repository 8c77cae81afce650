"""The proposal as a meeting reads it: what changes, why, what stays, and why not where it cannot be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from engine import Proposal, Report, Text, caution, change_sentences, say, term
from ui import charts, controls, markup
from ui.markup import plain
from ui.words import word

ACTION_COLOURS = {
    "rewrite": "#067647", "cut": "#b54708", "raise": "#175cd3", "new": "#6941c6", "keep": "#98a2b3",
    "frozen": "#667a91",
}  # fmt: skip


def show(report: Report, knowledge: Any, lang: Any) -> None:
    """Show the proposal: changes, block totals, path, points, standards; or why there is none."""
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
    _ways("remedy", proposal, lang)


def _relaxed(proposal: Proposal, lang: Any) -> None:
    parts = [f"**{word('relaxed', lang)}**", "", *(_item(item, lang) for item in proposal.relaxations)]
    if proposal.conflict:
        parts += ["", word("why_relaxed", lang), "", *(_item(item, lang) for item in proposal.conflict)]
    st.warning("\n".join(parts))
    _ways("remedy_relaxed", proposal, lang)


def _item(item: Any, lang: Any) -> str:
    return f"- {plain(say(item.text, lang))}"


def _ways(title: str, proposal: Proposal, lang: Any) -> None:
    """Offer each remedy as one click where its options are controls of this page, else in words."""
    if proposal.remedies:
        st.markdown(f"**{word(title, lang)}**")
    mark = "；" if lang != "en" else "; "
    for n, way in enumerate(proposal.remedies):
        text = mark.join(say(option.text, lang) for option in way.options)
        if all(controls.has(option) for option in way.options):
            st.button(plain(text), key=f"way{n}", on_click=controls.take, args=(way.options,))
        else:
            st.markdown(f"- {plain(text)}")


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
            markup.tag(_action(line, lang), ACTION_COLOURS[line.action]),
            markup.clauses(criteria.get(line.code) or ""),
            _standard(line, knowledge, lang),
            markup.cell(say(line.reason, lang)),
        ]
        for line in proposal.lines
        if everything or line.is_changed
    ]
    if not rows:
        return
    names = ("code", "indicator", "points_move", "action", "old_standard", "new_standard", "reason")
    heads = [word(name, lang) for name in names]
    st.html(markup.table(heads, rows, kinds="ktkkttt", widths={1: "13%", 4: "24%", 5: "31%", 6: "15%"}))


def _action(line: Any, lang: Any) -> str:
    is_proof = line.action == "frozen" and line.standard is not None
    return word("new_proof", lang) if is_proof else term("action", line.action, lang)


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
    for n, block in enumerate(b for b in proposal.blocks if b.before or b.after):
        same = abs(block.before - block.after) < 1e-9
        shown = word("unchanged", lang) if same else f"{block.after - block.before:+g}"
        rows.append(
            [
                markup.cell(block.name or say(Text(zh="全表", en="Whole scheme"), lang)),
                f"{block.before:g}",
                f"{block.after:g}",
                markup.cell(shown),
            ]
        )
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
    st.html(markup.table([word(name, lang) for name in names], rows, kinds="knnnnt", widths={5: "18%"}))


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.0%}"
