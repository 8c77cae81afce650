"""Points as people write them: in a cell of the points column, or only in words of the standard."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from engine.model import Kind
from engine.text import fold

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?|\.\d+"
_EMPTY = frozenset(
    {"", "-", "--", "—", "——", "–", "/", "\\", "无", "無", "不计分", "不赋分", "n/a", "na", "none"}
)
_PLAIN = re.compile(rf"[(]?(?:满分|滿分|计|共|得)?[:]?([+-]?)({_NUMBER})(分|%|点|points?|pts?)?[)]?", re.I)
_LED = re.compile(rf"({_NUMBER})分?[(].*")
_ADD = re.compile(
    rf"(最高|最多|上限|不超过|≤|<=)?(?:每[^\d]{{0,6}})?(?:加|奖|奖励|\+)({_NUMBER})分?(封顶|以内)?(?:/?每?[次项个件篇])?"
)
_TAKE = re.compile(
    rf"(最高|最多|上限|不超过|≤|<=)?(?:每[^\d]{{0,6}})?(?:扣|减|倒扣)({_NUMBER})分?(封顶|以内)?(?:/?每?[次项个件篇])?"
)
_BOTH = re.compile(rf"(?:±|\+/-|\+-|加减|加扣)({_NUMBER})?分?")
_RANGE = re.compile(rf"({_NUMBER})分?[-~—–至到]({_NUMBER})分?")
_HAN_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN = re.compile(r"[零〇一二两三四五六七八九十百]{1,5}分?")


@dataclass(frozen=True)
class Amount:
    """What one cell of the points column says; `value` None where it holds no number.

    `sign` is "+" or "-" where written, `most` where the cell names the most a line can move.
    """

    value: float | None = None
    kind: Kind | None = None
    both: bool = False
    sign: str = ""
    most: bool = False
    percent: bool = False
    doubt: str | None = None


@dataclass(frozen=True)
class Words:
    """What a standard says of points in words; every figure is points, > 0."""

    full: float | None = None
    take: float | None = None
    take_cap: float | None = None
    add: float | None = None
    add_cap: float | None = None
    add_most: float | None = None
    per_event: bool = False
    veto: bool = False


def parse_amount(text: str) -> Amount | None:
    """Return what a cell of the points column says, None where it is no number and no such word.

    >>> parse_amount("１０分").value, parse_amount("15%").percent, parse_amount("3O")
    (10.0, True, None)
    """
    flat = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("−", "-")
    if flat.lower() in _EMPTY:
        return Amount()
    if match := _PLAIN.fullmatch(flat):
        value = _float(match[2])
        return Amount(value=-value if match[1] == "-" else value, sign=match[1], percent=match[3] == "%")
    return _worded(flat)


_WORDED: dict[str, Amount] = {
    **dict.fromkeys(("一票否决", "否决", "否决项", "一票否决项", "veto"), Amount(kind="veto")),
    **dict.fromkeys(("加分", "加分项", "奖励", "bonus"), Amount(kind="bonus")),
    **dict.fromkeys(("扣分", "扣分项", "减分", "倒扣", "deduction"), Amount(kind="deduction")),
}


def _worded(flat: str) -> Amount | None:
    if flat in _WORDED:
        return _WORDED[flat]
    if match := _BOTH.fullmatch(flat):
        return Amount(value=_float(match[1]) if match[1] else None, both=True)
    sides: tuple[tuple[re.Pattern[str], Kind], ...] = ((_ADD, "bonus"), (_TAKE, "deduction"))
    for pattern, kind in sides:
        if match := pattern.fullmatch(flat):
            return Amount(value=_float(match[2]), kind=kind, most=bool(match[1] or match[3]))
    return _doubtful(flat)


def _doubtful(flat: str) -> Amount | None:
    if match := _RANGE.fullmatch(flat):
        return Amount(value=_float(match[2]), doubt=f"“{flat}”是区间，按上限 {match[2]} 分读入，请确认。")
    if match := _LED.fullmatch(flat):
        return Amount(value=_float(match[1]), doubt=f"“{flat[:40]}”按 {match[1]} 分读入，请确认。")
    return Amount(value=_han_number(flat.removesuffix("分"))) if _HAN.fullmatch(flat) else None


def _float(digits: str) -> float:
    return float(digits.replace(",", ""))


def _han_number(text: str) -> float:
    """Return a number below 1,000 written in Chinese.

    >>> _han_number("二十五"), _han_number("十"), _han_number("一百")
    (25.0, 10.0, 100.0)
    """
    total = digit = 0
    for character in text:
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = _HAN_DIGITS[character]
    return float(total + digit)


_COUNTED = r"(?![\d.]|\s*[%％个個户戶人次件万萬元天年月倍名篇条項项起处處级])"
_FIGURE = rf"({_NUMBER})(?:\s*分?\s*[-~—–－至到]\s*({_NUMBER}))?\s*(?:分|{_COUNTED})"
_TAKES = re.compile(rf"(?<!不)(?:扣|扣除|扣减|倒扣|(?<![增缩])减|deduct)\s*[除减去]?\s*{_FIGURE}", re.I)
_ADDS = re.compile(rf"(?:(?<![增追附叠不])加|奖励?|(?<=[\u4e00-\u9fff%，,；;])\+)\s*{_FIGURE}", re.I)
_MOST = re.compile(
    rf"(?:最高|最多|至多|上限|不超过|不超過|累计不超|封顶|max)[^，。；;,\d]{{0,10}}({_NUMBER})\s*分?"
    rf"|({_NUMBER})\s*分\s*(?:封顶|为限|為限|以内|止)"
)
_FULL = re.compile(rf"(?:满分|滿分|本项|此项|该项|共计?|full marks?:?)\s*[为計计:：]?\s*({_NUMBER})\s*分?")
_PER = re.compile(r"每|\bper\b|\beach\b|/次|/户|/起")
_VETO = re.compile(
    r"一票否[决決]|否决|不具备参评资格|取消(?:评先|参评|评优|当年)[^，。；]{0,8}资格|\bveto\b", re.I
)


def words_of(text: str) -> Words:
    """Return the points that a standard states in words.

    >>> words_of("每次扣0.5分，最多扣3分").take, words_of("每次扣0.5分，最多扣3分").take_cap
    (0.5, 3.0)
    >>> words_of("每获一次加1分，最高加5分").add_cap
    5.0
    """
    flat = unicodedata.normalize("NFKC", "\n".join(map(fold, text.split("\n"))))
    found: dict[str, float] = {}
    side = ""
    for clause in re.split(r"[，。；;,\n]", flat):
        side = _read_clause(clause, side, found)
    full = _FULL.search(flat)
    return Words(
        full=_float(full[1]) if full else None,
        take=found.get("take"), take_cap=found.get("take_cap"),
        add=found.get("add"), add_cap=found.get("add_cap"),
        per_event=bool(_PER.search(flat)), veto=bool(_VETO.search(flat)),
    )  # fmt: skip


def _read_clause(clause: str, side: str, found: dict[str, float]) -> str:
    """Note a clause's figures in `found`; a cap without a verb belongs to the side named before it."""
    most = _MOST.search(clause)
    for name, pattern, verb in (("take", _TAKES, r"扣|减"), ("add", _ADDS, r"加|奖")):
        if most and re.search(verb, clause):
            side = name
        match = pattern.search(clause)
        if match and not (most and most.start() <= match.start() < most.end()):
            side = name
            found.setdefault(name, _float(match[2] or match[1]))
    if most and side:
        found.setdefault(f"{side}_cap", _float(most[1] or most[2]))
    return side


_STATED = re.compile(
    rf"\s*[(（\[【][^()（）\[\]【】]*?({_NUMBER})\s*(?:分|'|points?|pts?)\s*[)）\]】]\s*$|[\s：:，,]*(?:共|满分|计)?\s*({_NUMBER})\s*分\s*$"
)
_NUMBERING = re.compile(
    r"^\s*(?:[(（]?[一二三四五六七八九十]{1,3}[)）]?\s*[、.．:：]|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}\s*[、．.](?!\d))\s*"
)


def named_total(text: str) -> tuple[str, float | None]:
    """Return a heading without its numbering and stated points, and those points.

    >>> named_total("一、社会稳定（27分）"), named_total("党的建设")
    (('社会稳定', 27.0), ('党的建设', None))
    """
    name = _NUMBERING.sub("", text).strip()
    match = _STATED.search(name)
    if match is None or match.start() == 0:
        return name, None
    return name[: match.start()].strip(), _float(unicodedata.normalize("NFKC", match[1] or match[2]))
