"""The what-if workbench: load a scheme, see what is wrong and why, pull levers, move limits, take the result."""

from __future__ import annotations

import hashlib
import logging
import traceback
from datetime import date
from pathlib import Path
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
from ui import controls, keeping, markup, panels, snapshots
from ui.markup import plain
from ui.words import error_text, word

LANGUAGES = {"zh": "简体中文", "zh-Hant": "繁體中文", "en": "English"}
TYPES = ["csv", "xlsx", "xls", "yaml", "yml", "json"]
Source = tuple[str, bytes]


@st.cache_resource(show_spinner=False)
def _auditor() -> Auditor:
    """One auditor for all sessions; a crash of the rules engine fails one audit, not the server."""
    return make_auditor(shelter=ChildEngine())


def main() -> None:
    """Draw the page once; whatever fails is said in one message and never reads as a clean result."""
    st.set_page_config(page_title="权衡 Quanheng", page_icon="⚖️", layout="wide")
    keeping.recover()
    controls.remember()
    lang = _language()
    try:
        _page(lang)
        keeping.keep()
    except EngineError as error:
        st.error(f"{word('engine_failed', lang)}\n\n{plain(error_text(error, lang))}")
    except Exception as error:  # noqa: BLE001 - the outermost shell: Streamlit's own box offers to send the error to web sites
        _record(error)
        st.error(word("broken", lang, kind=plain(type(error).__name__)))


def _record(error: Exception) -> None:
    """Log where it happened, not the message: that may hold words of the scheme."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames[-12:]))
    logging.getLogger("quanheng.workbench").error("%s at %s", type(error).__name__, places)


def _page(lang: Any) -> None:
    st.html(markup.STYLE + markup.upload_style(word("upload_button", lang), word("upload_hint", lang)))
    st.title(word("title", lang))
    st.caption(word("secret", lang))
    _choose_source(lang)
    # One place for messages, so that the page below keeps its tab when a message comes or goes.
    with st.container():
        audit = _audited(lang)
    if audit is None:
        return
    with st.container():
        report = _proposed(audit, lang)
    panels.headline(report, say(_profiles()[audit.profile].title, lang), lang)
    st.sidebar.button(word("clear", lang), key="clear", on_click=keeping.clear, width="stretch")
    panels.tabs(report, _auditor().knowledge, lang, save=lambda: snapshots.page(report, lang))


def _language() -> Any:
    """Return the language; it stands in the address, so that a reload keeps it."""
    if "lang" not in st.session_state:
        asked = st.query_params.get("lang", "zh")
        st.session_state["lang"] = asked if asked in LANGUAGES else "zh"
    lang = st.sidebar.selectbox(
        "语言 Language", list(LANGUAGES), format_func=LANGUAGES.__getitem__, key="lang"
    )
    if st.query_params.get("lang", "zh") != lang:
        st.query_params["lang"] = lang
    return lang


def _choose_source(lang: Any) -> None:
    """Draw the file box and the examples; the last one touched is the scheme shown."""
    side, known = st.sidebar, examples()
    if "example" not in st.session_state:
        asked = st.query_params.get("example")
        st.query_params.pop("example", None)
        st.session_state["example"] = asked if asked in known else ""
        if asked in known:
            _picked()
    side.subheader(word("load", lang))
    # A new box after clearing, or the browser would hand the old file in again.
    key = f"file{st.session_state.get('generation', '')}"
    side.file_uploader(word("file", lang), type=TYPES, key=key, on_change=_uploaded, args=(key,))
    side.selectbox(
        word("example", lang), ["", *known], key="example", on_change=_picked,
        format_func=lambda name: name or word("none", lang),
    )  # fmt: skip


def _uploaded(key: str) -> None:
    st.session_state.pop("file_error", None)
    if uploaded := st.session_state[key]:
        st.session_state["candidate"] = (uploaded.name, uploaded.getvalue())


def _picked() -> None:
    st.session_state.pop("file_error", None)
    if name := st.session_state["example"]:
        st.session_state["candidate"] = (name, examples()[name].read_bytes())


def _audited(lang: Any) -> Audit | None:
    """Return the audit of the scheme shown; a file that cannot be read leaves the one before in place."""
    state = st.session_state
    if candidate := state.pop("candidate", None):
        _open(candidate, lang)
    if state.get("source"):
        st.sidebar.caption(plain(word("loaded", lang, name=state["source"][0])))
    chosen, day = _profile(lang), _as_of(lang)
    if error := state.get("file_error"):
        st.error(f"{word('file_failed', lang)}\n\n{plain(error_text(error, lang))}")
        if state.get("source"):
            st.info(word("still", lang, name=plain(state["source"][0])))
    if not state.get("source"):
        st.info(word("start", lang))
        st.markdown(word("start_steps", lang))
        return None
    name, data = state["source"]
    key = (name, hashlib.sha256(data).hexdigest(), chosen, day)
    if state.get("audit_key") != key:
        # Gone before the new one is made: a failure must not leave an older result on the page.
        state.pop("audit_key", None)
        try:
            with st.spinner(word("working", lang)):
                state["audit"] = _auditor().audit(state["scheme"], profile=chosen, as_of=day)
        except EngineError as error:
            st.error(f"{word('engine_failed', lang)}\n\n{plain(error_text(error, lang))}")
            return None
        state["audit_key"] = key
    audit: Audit = state["audit"]
    return audit


def _open(candidate: Source, lang: Any) -> None:
    state = st.session_state
    try:
        with st.spinner(word("working", lang)):
            scheme, layouts = open_scheme(*candidate)
    except EngineError as error:
        state["file_error"] = error
        return
    state.update(source=candidate, scheme=scheme, layouts=layouts)


def _profiles() -> Any:
    return _auditor().knowledge.profiles


def _profile(lang: Any) -> str | None:
    known = _profiles()
    chosen: str = st.sidebar.selectbox(
        word("profile", lang), ["", *known], key="profile",
        format_func=lambda name: say(known[name].title, lang) if name else word("auto", lang),
    )  # fmt: skip
    return chosen or None


def _as_of(lang: Any) -> str:
    if "as_of" not in st.session_state:
        st.session_state["as_of"] = date.today()
    day = st.sidebar.date_input(word("as_of", lang), key="as_of", format="YYYY-MM-DD")
    return str(day.isoformat())


def _proposed(audit: Audit, lang: Any) -> Report:
    """Return the proposal under the controls; without one, the audit alone and the reason."""
    state = st.session_state
    options = controls.options(_auditor(), audit, lang)
    key = (state["audit_key"], repr(sorted(options.items())))
    if state.get("report_key") != key:
        state.pop("report_key", None)
        try:
            state["report"] = rebalance(_auditor(), audit, state["layouts"], **options)
        except EngineError as error:
            st.error(f"{word('propose_failed', lang)}\n\n{plain(error_text(error, lang))}")
            return Report(audit)
        state["report_key"] = key
    report: Report = state["report"]
    return report


main()
