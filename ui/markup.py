"""Small pieces of HTML: tables that wrap, quoted words in <mark>. Every text is escaped here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

# A full stop before the name of the next part: two to six characters and a colon.
_PART = re.compile(r"。(?=[\u4e00-\u9fff]{2,6}：)")

STYLE = """<style>
[data-testid="stMainBlockContainer"] { padding-top: 3.6rem; max-width: 1500px; }
[data-testid="stSidebarContent"] [data-testid="stVerticalBlock"] { gap: .75rem; }
[data-testid="stSidebarHeader"] { height: 2.2rem; min-height: 0; }
[data-testid="stMainBlockContainer"] h1 { font-size: 1.5rem; padding: 0; }
[data-testid="stMainBlockContainer"] h2, [data-testid="stMainBlockContainer"] h3 { font-size: 1.25rem; padding: .2rem 0; }
[data-testid="stSidebar"] h3 { font-size: 1.05rem; padding: .5rem 0 .45rem; }
[data-testid="stSidebar"] [data-testid="stHeading"] { margin-bottom: 0; }
[data-testid="stMetricValue"] { font-size: 1.7rem; }
.qh { border-collapse: collapse; width: 100%; font-size: 14px; line-height: 1.55; }
.qh th { text-align: left; font-weight: 600; background: #f2f5f8; position: sticky; top: 0; }
.qh th, .qh td { border: 1px solid #dde3ea; padding: 5px 8px; vertical-align: top; overflow-wrap: anywhere; }
.qh td.n, .qh th.n { text-align: right; } .qh td.n { white-space: nowrap; }
.qh td.k { white-space: nowrap; } .qh td.k, .qh th { overflow-wrap: normal; word-break: keep-all; }
.qh mark { background: #fde68a; color: inherit; padding: 0 1px; }
.qh b.new { color: #067647; } .qh tr.on td { background: #fffbeb; } .qh .dim { color: #5f6c7b; }
.qh .tag { border-radius: 3px; padding: 1px 6px; color: #fff; white-space: nowrap; }
</style>"""


def upload_style(button: str, hint: str) -> str:
    """Return the style that gives the file box its words in the language of the page (built-in: English)."""
    box = '[data-testid="stFileUploaderDropzone"]'
    press = f'{box} [data-testid="stBaseButton-secondary"]'
    text = f'{box} [data-testid="stFileUploaderDropzoneInstructions"]'
    return (
        f"<style>{press}, {press} p, {text}, {text} * {{ font-size: 0; }} "
        f'{press}::after {{ content: "{button}"; font-size: 14px; }} '
        f'{text}::after {{ content: "{hint}"; font-size: 13px; }}</style>'
    )


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    kinds: str = "",
    widths: Mapping[int, str] | None = None,
    marked: Iterable[int] = (),
) -> str:
    """Return a table that wraps.

    Args:
        heads: the column names, plain text.
        rows: the cells as HTML: pass every text through `cell`, `marks` or `tag`.
        kinds: one letter a column: n a number, k a short word that stays on one line, t text.
        widths: column number → CSS width.
        marked: numbers of rows to stand out.
    """
    classes = [letter if letter in "nk" else "" for letter in kinds.ljust(len(heads), "t")]
    widths, marked = widths or {}, set(marked)
    head = "".join(
        f'<th class="{classes[n]}" style="width:{widths.get(n, "auto")}">{escape(text)}</th>'
        for n, text in enumerate(heads)
    )
    body = "".join(
        f'<tr class="{"on" if number in marked else ""}">'
        + "".join(f'<td class="{classes[n]}">{text}</td>' for n, text in enumerate(row))
        + "</tr>"
        for number, row in enumerate(rows)
    )
    return f'<table class="qh"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def cell(value: object) -> str:
    """Return a value as escaped text; numbers as people write them, nothing as a dash."""
    if value is None or value == "":
        return '<span class="dim">—</span>'
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return escape(text).replace("\n", "<br>")


def clauses(text: str) -> str:
    """Return a standard's text with each of its parts (公式：…。数据来源：…。) on its own line.

    >>> clauses("公式：甲÷乙。数据来源：台账。")
    '公式：甲÷乙。<br>数据来源：台账。'
    """
    return cell(_PART.sub("。\n", text))


def tag(text: str, colour: str) -> str:
    """Return a word on a coloured ground."""
    return f'<span class="tag" style="background:{escape(colour)}">{escape(text)}</span>'


def marks(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a text with its spans in <mark>; overlapping spans are joined.

    >>> marks("a<b", [(0, 1)])
    '<mark>a</mark>&lt;b'
    """
    on = {n for start, end in spans for n in range(start, min(end, len(text)))}
    parts, inside = [], False
    for n, char in enumerate(text):
        if (n in on) != inside:
            inside = n in on
            parts.append("<mark>" if inside else "</mark>")
        parts.append(escape(char))
    return "".join(parts) + ("</mark>" if inside else "")


def plain(text: str) -> str:
    """Return a text that Markdown shows as it stands."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~$:])", r"\\\1", text)
