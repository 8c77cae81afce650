"""The levers, limits and locks in the sidebar: drawn, remembered, undone. What they do is the engine's matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from engine import Audit, Auditor, say
from ui.words import word

LEVERS = ("rewrite", "shift", "new", "cross")
LIMITS = ("cap", "floor", "path_step")
MORE_LIMITS = (
    "perception_low", "perception_high", "largest_line", "named_minimum", "new_share", "bonus_cap",
    "role_share", "digital_ratio", "data_risk", "unresourced_rise",
)  # fmt: skip
# Widgets whose values live on even in runs that do not draw them (after a failed file, say).
KEPT = ("lever_", "limit_", "locks", "years", "lang", "profile", "example", "as_of", "snap_", "all_lines")
_PERCENT = 100


def remember() -> None:
    """Keep what was typed in widgets that this run may not draw; Streamlit would drop it."""
    for key in list(st.session_state):
        if str(key).startswith(KEPT):
            st.session_state[key] = st.session_state[key]


def options(auditor: Auditor, audit: Audit, lang: Any) -> dict[str, Any]:
    """Draw the controls and return the options of a proposal; each file and profile remembers its own."""
    profile = auditor.knowledge.profiles[audit.profile]
    found = {name: getattr(profile, name) for name in (*LIMITS, *MORE_LIMITS)}
    settings = {name: setting for name, setting in found.items() if setting is not None}
    start = {name: round(setting.value * _PERCENT) for name, setting in settings.items()}
    _arrive((audit.profile, audit.scheme.source.sha256), start)
    _levers(lang)
    _limits(settings, lang)
    _locks(audit, lang)
    _note()
    changed = {
        name: st.session_state[f"limit_{name}"] / _PERCENT
        for name, value in start.items()
        if st.session_state[f"limit_{name}"] != value
    }
    return {
        "levers": tuple(name for name in LEVERS if st.session_state[f"lever_{name}"]),
        "locks": tuple(st.session_state["locks"]),
        "settings": changed,
        "years": st.session_state["years"],
    }


def current() -> dict[str, Any]:
    """Return the controls as they stand, by widget key."""
    wanted = ("lever_", "limit_", "locks", "years")
    return {str(k): v for k, v in st.session_state.items() if str(k).startswith(wanted)}


def restore(values: Mapping[str, Any]) -> None:
    """Set the controls; to be called before they are drawn (in a callback)."""
    st.session_state.update(values)


def has(option: Any) -> bool:
    """Whether an option of the command line is a control of this page."""
    name, _, value = option.value.partition("=")
    is_limit = f"limit_{name}" in st.session_state and value != "inf"
    return option.flag in ("--levers", "--lock") or is_limit


def take(options: Sequence[Any]) -> None:
    """Set the controls as some options say; to be called in a callback."""
    for option in options:
        name, _, value = option.value.partition("=")
        if option.flag == "--levers":
            restore({f"lever_{lever}": lever in option.value.split(",") for lever in LEVERS})
        elif option.flag == "--lock":
            restore({"locks": [code for code in st.session_state["locks"] if code != name]})
        else:
            restore({f"limit_{name}": round(float(value) * _PERCENT)})


def _arrive(place: tuple[str, str], start: Mapping[str, int]) -> None:
    """Give a file and profile seen for the first time its defaults, and one seen before what it had."""
    state = st.session_state
    defaults: dict[str, Any] = {f"limit_{name}": value for name, value in start.items()}
    defaults |= {f"lever_{name}": name != "cross" for name in LEVERS}
    defaults |= {"locks": [], "years": 3}
    state["defaults"] = defaults
    arriving = state.pop("arriving", {})
    if state.get("place") == place:
        return
    kept = state.setdefault("kept", {})
    # What this session had for the file and profile before; a snapshot asked for comes first.
    restore(defaults | kept.get(place, {}) | arriving)
    state.update(place=place, history=[])


def _note() -> None:
    """Write down a change, so that it can be undone and found again."""
    now, state = current(), st.session_state
    state["kept"][state["place"]] = now
    if not state["history"] or state["history"][-1] != now:
        state["history"].append(now)


def _undo() -> None:
    history = st.session_state["history"]
    if len(history) > 1:
        history.pop()
        restore(history[-1])


def _reset() -> None:
    restore(st.session_state["defaults"])


def _levers(lang: Any) -> None:
    side = st.sidebar
    side.subheader(word("levers", lang))
    for name in LEVERS:
        side.checkbox(word(name, lang), key=f"lever_{name}")


def _limits(settings: Mapping[str, Any], lang: Any) -> None:
    side = st.sidebar
    side.subheader(word("limits", lang), help=word("limits_note", lang))
    for name in LIMITS:
        _slider(side, name, settings[name], lang)
    side.slider(word("years", lang), 1, 3, key="years")
    more = side.expander(word("more_limits", lang))
    for name in MORE_LIMITS:
        if name in settings:
            _slider(more, name, settings[name], lang)


def _slider(place: Any, name: str, setting: Any, lang: Any) -> None:
    place.slider(
        word(name, lang), 0, _PERCENT, key=f"limit_{name}", format="%d%%", help=say(setting.reason, lang)
    )


def _locks(audit: Audit, lang: Any) -> None:
    side = st.sidebar
    barred = {code for f in audit.findings if f.effect == "prohibit" for code in f.codes}
    lines = {x.code: f"{x.code} {x.name}" for x in audit.scheme.indicators if x.code not in barred}
    st.session_state["locks"] = [code for code in st.session_state["locks"] if code in lines]
    side.multiselect(
        word("locks", lang), list(lines), format_func=lambda code: lines.get(code, code), key="locks",
        placeholder=word("locks_hint", lang), help=word("locks_help", lang),
    )  # fmt: skip
    left, right = side.columns(2)
    history = st.session_state["history"]
    few = len(history) < 2 and (not history or history[-1] == current())
    left.button(word("undo", lang), key="undo", on_click=_undo, disabled=few, width="stretch")
    right.button(word("reset", lang), key="reset", on_click=_reset, width="stretch")
