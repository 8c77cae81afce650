"""Chinese and English text: folding that keeps every position, traditional characters, unreadable rows."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import opencc

from engine.model import Text

LONGEST_NAME: Final = 2_000  # characters; a name above this is a document pasted into a cell
_PUNCTUATION: Final = dict(
    zip("“”„‟‘’‚‛—–―－〜～·•﹑〔〕【】〖〗「」『』", '""""' + "''''" + '----~~··、()[][]""""', strict=True)
)
_KEPT_WIDE: Final = frozenset("，。；：！？（）")


def _folded(char: str) -> str:
    """Return the one character that stands for `char` in folded text."""
    code = ord(char)
    if code < 32 or code == 127 or char.isspace() or 0xD800 <= code <= 0xDFFF:
        return " "
    if 0xFF01 <= code <= 0xFF5E and char not in _KEPT_WIDE:
        char = chr(code - 0xFEE0)
    char = _PUNCTUATION.get(char, char)
    if char in ",;:!?()" and code < 128:
        char = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", "(": "（", ")": "）"}[char]
    lower = char.lower()
    return lower if len(lower) == 1 else char


@lru_cache(maxsize=1)
def fold_table() -> dict[int, str]:
    """Map every code point that folding changes to its one folded character."""
    table: dict[int, str] = {}
    for code in (*range(0x3000), *range(0x3000, 0x3100), *range(0xFE30, 0xFFF0), *range(0xD800, 0xE000)):
        char = chr(code)
        folded = _folded(char)
        if folded != char:
            table[code] = folded
    table |= _simplified()
    return table


def _simplified() -> dict[int, str]:
    """Map each traditional character to its simplified form, one to one."""
    converter = opencc.OpenCC("t2s")
    chars = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000), *range(0xF900, 0xFB00))]
    table: dict[int, str] = {}
    for char in chars:
        simple = converter.convert(char)
        if simple != char and len(simple) == 1:
            table[ord(char)] = simple
    return table


@lru_cache(maxsize=4096)  # one line's texts are asked for by the classifier, the facts and the comparison
def fold(text: str) -> str:
    """Return `text` with width, script, case and punctuation unified, the same length position by position.

    Spans found in the result are spans in the original.

    >>> fold("ＡＰＰ點讚數（％）")
    'app点赞数（%）'
    >>> len(fold("İstanbul")) == len("İstanbul")
    True
    """
    return text.translate(fold_table())


@lru_cache(maxsize=1)
def _traditional() -> opencc.OpenCC:
    # The plain table writes 考覈 and 羣衆, which nobody uses for 考核 and 群众.
    return opencc.OpenCC("s2tw")


def to_traditional(text: str) -> str:
    """Return simplified Chinese in traditional characters.

    >>> to_traditional("权衡")
    '權衡'
    """
    return str(_traditional().convert(text))


def _is_emoji(code: int) -> bool:
    return 0x1F000 <= code <= 0x1FAFF or 0x2600 <= code <= 0x27BF or code in (0xFE0F, 0x200D)


def _odd_character(name: str) -> tuple[int, Text] | None:
    """Return the position and the kind of the first character no indicator's name should hold."""
    for position, char in enumerate(name):
        code = ord(char)
        if 0xD800 <= code <= 0xDFFF:
            return position, Text(zh="半个字符（编码损坏）", en="half a character (broken encoding)")
        if (code < 32 and char not in "\t\n\r") or 0x7F <= code <= 0x9F or code == 0xFFFD:
            return position, Text(zh="控制符或乱码", en="a control or replacement character")
        if _is_emoji(code):
            return position, Text(zh="表情符号", en="an emoji")
    return None


def _scripts(name: str) -> set[str]:
    """Return the scripts of `name` that do not belong in a Chinese or English line."""
    strange = {
        "cyrillic": (0x0400, 0x052F), "arabic": (0x0600, 0x06FF), "hebrew": (0x0590, 0x05FF),
        "kana": (0x3041, 0x30FF), "hangul": (0xAC00, 0xD7AF), "thai": (0x0E00, 0x0E7F),
        "devanagari": (0x0900, 0x097F),
    }  # fmt: skip
    return {
        script for script, (low, high) in strange.items() if any(low <= ord(char) <= high for char in name)
    }


def row_problem(name: str) -> Text | None:
    """Return what keeps one line's name from being read, in one sentence with the remedy; None if nothing.

    >>> row_problem("群众满意度") is None
    True
    >>> row_problem("  ").zh
    '指标名称为空。请填写名称。'
    """
    if not name.strip():
        return Text(zh="指标名称为空。请填写名称。", en="the name is empty. Write a name.")
    if len(name) > LONGEST_NAME:
        return Text(
            zh=f"指标名称有 {len(name)} 个字符，超过 {LONGEST_NAME} 个。请把说明移到评分标准。",
            en=f"the name has {len(name)} characters, more than {LONGEST_NAME}. Move the text to the criterion.",
        )
    odd = _odd_character(name)
    if odd:
        position, kind = odd
        code = f"U+{ord(name[position]):04X}"
        return Text(
            zh=f"指标名称第 {position + 1} 个字符 {code} 是{kind.zh}。请删去后重试。",
            en=f"character {position + 1} of the name, {code}, is {kind.en}. Delete it and try again.",
        )
    strange = _scripts(name)
    if strange:
        return Text(
            zh=f"指标名称混有其他文字（{'、'.join(sorted(strange))}）。请改用中文或英文。",
            en=f"the name mixes in another script ({', '.join(sorted(strange))}). Use Chinese or English.",
        )
    return None
