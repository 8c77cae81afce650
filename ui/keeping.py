"""What a browser has open, kept in the server's memory so that a reload loses nothing; never on disk."""

from __future__ import annotations

import hashlib
from typing import Any

import streamlit as st

from ui import controls

# Browsers remembered; the one longest unused goes first, so that memory stays bounded.
MOST = 32
_OPENED = ("source", "scheme", "layouts", "kept", "saved", "place", "history")
_COOKIE = "_streamlit_xsrf"


@st.cache_resource(show_spinner=False)
def _shelf() -> dict[str, dict[str, Any]]:
    return {}


def recover() -> None:
    """Give a session that has just begun what its browser had open before."""
    state = st.session_state
    if "started" not in state:
        state["started"] = True
        state.update(_shelf().get(_browser() or "", {}))


def keep() -> None:
    """Put what this session has open on the shelf of its browser."""
    browser = _browser()
    if browser is None:
        return
    shelf = _shelf()
    shelf.pop(browser, None)
    shelf[browser] = {
        str(key): value
        for key, value in st.session_state.items()
        if str(key) in _OPENED or str(key).startswith(controls.KEPT)
    }
    if len(shelf) > MOST:
        shelf.pop(next(iter(shelf)), None)


def clear() -> None:
    """Forget the scheme, the settings and the snapshots of this session."""
    _shelf().pop(_browser() or "", None)
    state = st.session_state
    rest = {"lang": state["lang"], "generation": state.get("generation", 0) + 1}
    state.clear()
    state.update(rest)


def _browser() -> str | None:
    """Return a name for the browser: the secret of its cookie, which Streamlit masks anew in each answer."""
    parts = str(st.context.cookies.get(_COOKIE, "")).split("|")
    try:
        mask, masked = (bytes.fromhex(part) for part in parts[1:3])
    except ValueError:
        return None
    if not mask or not masked:
        return None
    secret = bytes(byte ^ mask[n % len(mask)] for n, byte in enumerate(masked))
    return hashlib.sha256(secret).hexdigest()
