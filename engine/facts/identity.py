"""What a line is, whatever row it stands in: a hash of its text, told apart from lines of the same text."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from engine.model import Indicator
from engine.text import fold


def identities(lines: Sequence[Indicator], read: Callable[[str], str] = str) -> tuple[str, ...]:
    """Return a hash of each line's text plus an ordinal among lines of the same text.

    Args:
        lines: in the order of the scheme.
        read: how each text is read before it is hashed; as written by default, `normal` where two
            spellings of one text shall be one line.
    """
    seen: dict[str, int] = {}
    found = []
    for line in lines:
        parts = (line.block or "", line.name, line.criterion or "", line.proof or "")
        hashed = digest(*(read(part) for part in parts), line.kind)
        seen[hashed] = seen.get(hashed, 0) + 1
        found.append(f"{hashed}-{seen[hashed]:04d}")
    return tuple(found)


def digest(*parts: str) -> str:
    """Return 16 hexadecimal digits for some texts."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def normal(text: str) -> str:
    """Return a text as it is compared: folded, without spaces.

    >>> normal(" 系統填報 及時率（％） ") == normal("系统填报及时率（%）")
    True
    """
    return "".join(fold(text).split())
