"""Charts of what the engine found; the colours are those of the HTML report, so that screen and paper agree."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from engine import Proposal, Report, class_bar, term
from ui.words import word

COLOURS = {
    "prohibited": "#b42318", "restricted": "#dc6803", "guarded": "#93370d", "unclear": "#98a2b3",
    "required": "#475467", "outcome": "#067647", "other": "#b3c0cf",
}  # fmt: skip
# Classes that share the last segment of the bar.
_REST = ("process", "output", "internal")
# Above this many lines only those that change are drawn.
MOST_BARS = 80
KEPT, REWRITTEN = "#8fa8c4", "#067647"


def class_colour(name: str) -> str:
    """Return the colour of a class."""
    return "#667a91" if name in _REST else COLOURS[name]


def class_bars(report: Report, lang: Any) -> Any:
    """Return the shares of the classes, before and after, as two stacked bars with a legend in words."""
    rows: list[dict[str, Any]] = []
    names = {"before": word("before", lang), "after": word("after", lang)}
    for label, audit in (("before", report.audit), ("after", report.after)):
        for order, part in enumerate(class_bar(audit, lang) if audit else ()):
            wide = part["share"] >= 0.06
            shown = f"{part['share']:.0%}" if wide else ""
            rows.append({"scheme": names[label], "order": order, "shown": shown, **part})
    words = {row["class"]: row["word"] for row in rows}
    present = [name for name in COLOURS if name in words]
    scale = alt.Scale(domain=[words[n] for n in present], range=[COLOURS[n] for n in present])
    legend = alt.Legend(orient="bottom", columns=0, symbolType="square", labelLimit=240)
    base = alt.Chart(pd.DataFrame(rows)).encode(
        y=alt.Y("scheme:N", title=None, sort=list(names.values()), axis=alt.Axis(labelFontSize=13)),
        order="order:Q",
    )
    bars = base.mark_bar(height=24).encode(
        x=alt.X("share:Q", stack="zero", title=None, scale=alt.Scale(domain=[0, 1]), axis=None),
        color=alt.Color("word:N", scale=scale, legend=legend, title=None),
        tooltip=[
            alt.Tooltip("word:N", title=word("class", lang)),
            alt.Tooltip("share:Q", format=".1%", title=word("share", lang)),
        ],
    )
    text = base.mark_text(color="white", fontSize=12).encode(
        x=alt.X("share:Q", stack="zero", bandPosition=0.5), text="shown:N"
    )
    return (bars + text).properties(height=alt.Step(30))


def points_chart(proposal: Proposal, lang: Any) -> Any:
    """Return each line's points: what stays under the old standard, what the new one carries, a tick for before."""
    rows, ticks, labels = [], [], []
    parts = {"kept": word("kept", lang), "rewritten": word("rewritten_points", lang)}
    many = len(proposal.lines) > MOST_BARS
    for line in proposal.lines:
        if (not line.before and not line.after) or (many and line.action in ("keep", "frozen")):
            continue
        label = f"{line.code} {line.name}"
        labels.append(label)
        action = term("action", line.action, lang)
        for order, (part, value) in enumerate((("kept", line.kept), ("rewritten", line.rewritten))):
            # A new line carries no old points: all of it stands under its new standard.
            shown = (line.after if part == "rewritten" else 0.0) if line.action == "new" else value
            rows.append(
                {"line": label, "part": parts[part], "points": shown, "order": order, "action": action}
            )
        ticks.append({"line": label, "before": line.before, "after": line.after, "action": action})
    if not rows:
        return None
    axis = alt.Axis(labelLimit=200, labelFontSize=12, labelOverlap=False)
    y = alt.Y("line:N", title=None, sort=labels, axis=axis)
    scale = alt.Scale(domain=list(parts.values()), range=[KEPT, REWRITTEN])
    bars = alt.Chart(pd.DataFrame(rows)).mark_bar(height=13).encode(
        y=y, order="order:Q",
        x=alt.X("points:Q", stack="zero", title=word("points_move", lang), axis=alt.Axis(tickMinStep=1, orient="top")),
        color=alt.Color("part:N", scale=scale, title=None, legend=alt.Legend(orient="top", columns=1)),
        tooltip=[
            alt.Tooltip("line:N", title=word("indicator", lang)), alt.Tooltip("part:N", title=word("action", lang)),
            alt.Tooltip("points:Q", title=word("points_move", lang)),
        ],
    )  # fmt: skip
    marks = alt.Chart(pd.DataFrame(ticks)).mark_tick(color="#1d2733", thickness=2, size=18).encode(
        y=y, x="before:Q",
        tooltip=[
            alt.Tooltip("line:N", title=word("indicator", lang)),
            alt.Tooltip("before:Q", title=word("before", lang)),
            alt.Tooltip("after:Q", title=word("after", lang)),
        ],
    )  # fmt: skip
    return (bars + marks).properties(height=alt.Step(21))
