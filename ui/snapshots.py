"""Named snapshots of a session: settings and what they led to, compared side by side, restored."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine import Report, term
from ui import controls, markup
from ui.words import word

Snapshot = dict[str, Any]


def page(report: Report, lang: Any) -> None:
    """Draw the box to save under a name, and two snapshots side by side."""
    saved: list[Snapshot] = st.session_state.setdefault("saved", [])
    _save_box(report, saved, lang)
    if not saved:
        st.info(word("saved_none", lang))
        return
    names = [snapshot["name"] for snapshot in saved]
    here = len(names) - 1
    for side, default in (("left", max(here - 1, 0)), ("right", here)):
        if st.session_state.get(f"snap_{side}") not in names:
            st.session_state[f"snap_{side}"] = names[default]
    chosen = []
    for column, side in zip(st.columns(2), ("left", "right"), strict=True):
        name = column.selectbox(word(side, lang), names, key=f"snap_{side}")
        snapshot = saved[names.index(name)]
        chosen.append(snapshot)
        one, two = column.columns(2)
        one.button(
            word("restore", lang), key=f"restore_{side}", on_click=_restore, args=(snapshot,), width="stretch"
        )
        two.button(
            word("delete", lang),
            key=f"delete_{side}",
            on_click=saved.remove,
            args=(snapshot,),
            width="stretch",
        )
    _compare(chosen[0], chosen[1], lang)


def _save_box(report: Report, saved: list[Snapshot], lang: Any) -> None:
    box, button = st.columns([4, 1], vertical_alignment="bottom")
    suggested = word("saved_name", lang, n=len(saved) + 1)
    box.text_input(word("name_save", lang), key="snap_name", placeholder=suggested, max_chars=40)
    button.button(
        word("save", lang),
        key="save",
        on_click=_save,
        args=(report, suggested),
        width="stretch",
        type="primary",
    )


def _save(report: Report, suggested: str) -> None:
    state = st.session_state
    wanted = state.get("snap_name", "").strip() or suggested
    taken = {snapshot["name"] for snapshot in state["saved"]}
    name, n = wanted, 2
    while name in taken:
        name, n = f"{wanted} ({n})", n + 1
    opened = {key: state[key] for key in ("source", "scheme", "layouts")}
    state["saved"].append(
        {"name": name, "report": report, "controls": controls.current(), "opened": opened,
         "profile": state["profile"], "as_of": state["as_of"]}
    )  # fmt: skip
    # The new one beside the one looked at last.
    state["snap_left"], state["snap_right"] = state.get("snap_right", name), name
    state["snap_name"] = ""


def _restore(snapshot: Snapshot) -> None:
    """Bring back the file, the profile, the day and every control of a snapshot."""
    st.session_state.update(snapshot["opened"])
    st.session_state.update(profile=snapshot["profile"], as_of=snapshot["as_of"])
    st.session_state["arriving"] = dict(snapshot["controls"])
    st.session_state.pop("file_error", None)
    controls.restore(snapshot["controls"])


def _compare(left: Snapshot, right: Snapshot, lang: Any) -> None:
    one, two = _figures(left, lang), _figures(right, lang)
    names = list(dict.fromkeys([*one, *two]))
    rows = [(name, one.get(name, "—"), two.get(name, "—")) for name in names]
    differ = [n for n, (_, a, b) in enumerate(rows) if a != b]
    heads = (word("item", lang), left["name"], right["name"])
    st.html(
        markup.table(heads, [[markup.cell(x) for x in row] for row in rows], widths={0: "34%"}, marked=differ)
    )
    st.markdown(f"**{word('on_points', lang)}**")
    lines = _lines(left["report"], right["report"])
    if not lines:
        st.caption(word("same_points", lang))
        return
    st.html(markup.table((word("indicator", lang), *heads[1:]), lines, widths={0: "34%"}))


def _figures(snapshot: Snapshot, lang: Any) -> dict[str, str]:
    """Return what a snapshot led to and its settings, in words."""
    report: Report = snapshot["report"]
    proposal, after = report.proposal, report.after
    shown = after or report.audit
    scores = {score.name: score for score in shown.scores}
    figures = {
        word("file_name", lang): report.audit.scheme.source.name,
        word("status", lang): term("status", proposal.status, lang) if proposal else "—",
        word("stands", lang): _number(shown.headline.value, "{:.1f}"),
        word("errors", lang): str(shown.count("error")),
        word("warnings", lang): str(shown.count("warning")),
        word("outcome", lang): _number(scores["outcome_share"].value, "{:.1%}"),
        word("restricted", lang): _number(scores["restricted_share"].value, "{:.1%}"),
    }
    if proposal and after:
        figures[word("rewritten", lang)] = str(sum(x.action == "rewrite" for x in proposal.lines))
        figures[word("moved", lang)] = _number(proposal.movement, "{:g}")
    values = snapshot["controls"]
    on = [word(name, lang) for name in controls.LEVERS if values.get(f"lever_{name}")]
    figures[word("levers_on", lang)] = "\n".join(on) or "—"
    for name in (*controls.LIMITS, *controls.MORE_LIMITS):
        if f"limit_{name}" in values:
            figures[word(name, lang)] = f"{values[f'limit_{name}']}%"
    figures[word("years", lang)] = str(values["years"])
    figures[word("locks", lang)] = ", ".join(values["locks"]) or "—"
    return figures


def _number(value: float | None, form: str) -> str:
    return "—" if value is None else form.format(value)


def _lines(left: Report, right: Report) -> list[list[str]]:
    """Return the lines to which the two give different points or standards."""
    both = [
        {line.code: line for line in report.proposal.lines} if report.proposal else {}
        for report in (left, right)
    ]
    rows = []
    for code in dict.fromkeys([*both[0], *both[1]]):
        found = [lines.get(code) for lines in both]
        shown = [_line(line) for line in found]
        if shown[0] != shown[1]:
            name = next(line.name for line in found if line)
            rows.append([markup.cell(f"{code} {name}"), *map(markup.cell, shown)])
    return rows


def _line(line: Any) -> str:
    if line is None:
        return "—"
    standard = f"\n{line.standard.name}" if line.standard else ""
    return f"{line.before:g} → {line.after:g}{standard}"
