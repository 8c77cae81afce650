"""The what-if workbench: load a scheme, see what is wrong and why, pull levers, move limits, take the result."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import streamlit as st

from engine import (
    Audit,
    Auditor,
    ChildEngine,
    EngineError,
    Report,
    examples,
    make_auditor,
    open_scheme,
    rebalance,
    say,
)
from ui import panels
from ui.words import word

LEVERS = ("rewrite", "shift", "new", "cross")
LANGUAGES = {"简体中文": "zh", "繁體中文": "zh-Hant", "English": "en"}


@st.cache_resource
def _auditor() -> Auditor:
    """One auditor for all sessions; a crash of the rules engine fails one audit, not the server."""
    return make_auditor(shelter=ChildEngine())


def main() -> None:
    """Draw the page once."""
    st.set_page_config(page_title="权衡 Quanheng", page_icon="⚖️", layout="wide")
    lang = LANGUAGES[st.sidebar.selectbox(word("language", "zh"), LANGUAGES, key="language")]
    st.title(word("title", lang))
    st.caption(word("secret", lang))
    try:
        source = _source(lang)
        if source is None:
            st.info(word("start", lang))
            return
        audit = _audited(source, lang)
        report = _proposed(audit, lang)
    except EngineError as error:
        st.error(f"{word('engine_failed', lang)}\n\n{error}")
        return
    panels.headline(report, lang)
    panels.tabs(report, lang)


def _source(lang: str) -> tuple[str, bytes] | None:
    """Return the name and bytes of the file chosen; an uploaded file comes before an example."""
    side = st.sidebar
    side.subheader(word("load", lang))
    types = ["csv", "xlsx", "xls", "yaml", "yml", "json"]
    uploaded = side.file_uploader(word("file", lang), type=types, key="file")
    own = word("own", lang)
    known = examples()
    chosen = side.selectbox(word("example", lang), [own, *known], key="example")
    if uploaded is not None:
        return uploaded.name, uploaded.getvalue()
    return None if chosen == own else (chosen, known[chosen].read_bytes())


def _audited(source: tuple[str, bytes], lang: str) -> Audit:
    """Return the audit; kept in this session only, made again when the file, profile or day changes."""
    auditor = _auditor()
    automatic = word("auto", lang)
    profiles = {automatic: None} | {say(p.title, lang): p.id for p in auditor.knowledge.profiles.values()}
    chosen = profiles[st.sidebar.selectbox(word("profile", lang), profiles, key="profile")]
    name, data = source
    key = (name, hashlib.sha256(data).hexdigest(), chosen, date.today().isoformat())
    if st.session_state.get("audit_key") != key:
        with st.spinner():
            scheme, layouts = open_scheme(name, data)
            audit = auditor.audit(scheme, profile=chosen, as_of=key[3])
        st.session_state.update(audit_key=key, audit=audit, layouts=layouts)
    return st.session_state["audit"]


def _proposed(audit: Audit, lang: str) -> Report:
    options = _options(audit, lang)
    key = (st.session_state["audit_key"], repr(sorted(options.items())))
    if st.session_state.get("report_key") != key:
        report = rebalance(_auditor(), audit, st.session_state["layouts"], **options)
        st.session_state.update(report_key=key, report=report)
    return st.session_state["report"]


def _options(audit: Audit, lang: str) -> dict[str, Any]:
    """Return the levers, limits and locks set in the sidebar; a new scheme or profile starts from its own."""
    side = st.sidebar
    profile = _auditor().knowledge.profiles[audit.profile]
    start = {"cap": profile.cap.value, "floor": profile.floor.value, "path_step": profile.path_step.value}
    if st.session_state.get("limits_of") != (audit.profile, audit.scheme.source.sha256) or side.button(
        word("reset", lang), key="reset"
    ):
        st.session_state.update({f"limit_{name}": round(value * 100) for name, value in start.items()})
        st.session_state.update({f"lever_{name}": name != "cross" for name in LEVERS})
        st.session_state.update(locks=[], limits_of=(audit.profile, audit.scheme.source.sha256))
    side.subheader(word("levers", lang))
    levers = tuple(name for name in LEVERS if side.checkbox(word(name, lang), key=f"lever_{name}"))
    side.subheader(word("limits", lang))
    limits = {
        name: side.slider(word(name, lang), 0, 100, key=f"limit_{name}", format="%d%%") / 100
        for name in start
    }
    lines = {line.code: f"{line.code} {line.name}" for line in audit.scheme.indicators}
    locks = side.multiselect(word("locks", lang), lines, format_func=lambda code: lines[code], key="locks")
    changed = {name: value for name, value in limits.items() if abs(value - start[name]) > 1e-9}
    return {"levers": levers, "locks": tuple(locks), "settings": changed}


main()
