"""Drafts become lines: kinds, rates, caps, pools and codes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.intake.amounts import Amount, Words, words_of
from engine.intake.faults import fault, shown
from engine.intake.table import Draft, Table
from engine.model import Attribute, Block, Indicator, Kind, Note


@dataclass(frozen=True)
class Figures:
    """What a line's cell and words come to."""

    kind: Kind
    points: float | None = None
    rate: float | None = None
    cap: float | None = None


def settle(table: Table, draft: Draft) -> tuple[Figures, ...]:
    """Return the figures of one draft; two where it is both a bonus and a deduction.

    Raises:
        SchemeError: negative points on a line that nothing calls a deduction.
    """
    words, amount = words_of(f"{draft.criterion}\n{draft.name}"), draft.amount
    return tuple(figures(kind, amount, words, draft.section_cap) for kind in _kinds(table, draft, words))


def figures(kind: Kind, amount: Amount, words: Words, section_cap: float | None = None) -> Figures:
    """Return points, rate and cap of a line of a known kind.

    A number in the points column of a bonus or deduction is its rate where the words say so or it is
    written as negative; else it is the most the line can move.
    """
    value = abs(amount.value) if amount.value is not None else None
    if kind == "base":
        return Figures("base", value if value is not None else words.full)
    if kind == "veto":
        return Figures("veto", value)
    if kind == "bonus" and not words.per_event:
        most = words.add_cap or max(value or 0.0, words.add_most or 0.0) or section_cap
        return Figures("bonus", value, None, most)  # given once, so the most it can add is what it adds
    rate, cap = (words.take, words.take_cap) if kind == "deduction" else (words.add, words.add_cap)
    if value is not None and rate is None and (words.per_event or kind == "deduction") and not amount.most:
        rate = value
    elif value is not None and cap is None and (rate is None or value > rate):
        cap = value
    rate = rate if rate is not None or value is None or kind == "bonus" else value
    points = value if amount.sign != "-" else None
    return Figures(kind, points, rate, cap if cap is not None else section_cap)


def _kinds(table: Table, draft: Draft, words: Words) -> tuple[Kind, ...]:
    amount = draft.amount
    if amount.both:
        return ("bonus", "deduction")
    if amount.kind:
        return (amount.kind,)
    if len(draft.kinds) == 1:
        return draft.kinds
    negative = amount.sign == "-" and bool(amount.value)
    if len(draft.kinds) > 1:
        return _of_section(negative, amount, words)
    if negative:
        if not re.search(r"扣|减|deduct", f"{draft.name}{draft.criterion}", re.I):
            raise _negative(table, draft)
        return ("deduction",)
    return ("bonus",) if amount.sign == "+" else _from_words(amount, words)


def _of_section(negative: bool, amount: Amount, words: Words) -> tuple[Kind, ...]:
    """The kinds of a line in a section of both bonuses and deductions."""
    if negative or (words.take is not None and words.add is None):
        return ("deduction",)
    if amount.sign == "+" or (words.add is not None and words.take is None):
        return ("bonus",)
    return ("bonus", "deduction")


def _from_words(amount: Amount, words: Words) -> tuple[Kind, ...]:
    if amount.value is not None or words.full is not None:
        return ("base",)
    if words.veto and words.take is None and words.add is None:
        return ("veto",)
    found: list[Kind] = []
    if words.add is not None or words.add_cap is not None:
        found.append("bonus")
    if words.take is not None or words.take_cap is not None:
        found.append("deduction")
    return tuple(found) or ("base",)


def _negative(table: Table, draft: Draft) -> Exception:
    value = draft.amount.value or 0.0
    return fault(
        table.grid.where(draft.row, table_column(draft)),
        f"points {value:g} are negative on a line that is no deduction. "
        "Write a positive number, or put the line under a heading 扣分项.",
        f"分值 {value:g} 为负，而该行不是扣分项。请写正数，或把它放到“扣分项”标题下。",
    )


def table_column(draft: Draft) -> int | None:
    """Return the 0-based column of a draft's points cell, None where it has none."""
    match = re.match(r"[A-Z]+", draft.cells.get("points", ""))
    if match is None:
        return None
    index = 0
    for letter in match[0]:
        index = index * 26 + ord(letter) - 64
    return index - 1


def make_lines(tables: Sequence[Table]) -> tuple[tuple[Indicator, ...], tuple[Note, ...]]:
    """Return the lines of the tables of one scheme, with codes, and what to ask.

    Raises:
        SchemeError: a code that stands twice, negative points.
    """
    drafts = [(table, draft) for table in tables for draft in table.drafts]
    codes, questions = _codes(drafts)
    factor = 100.0 if are_fractions(tables) else 1.0
    lines: list[Indicator] = []
    for (table, draft), code in zip(drafts, codes, strict=True):
        found = settle(table, draft)
        for entry in found:
            mark = "" if len(found) == 1 else "+" if entry.kind == "bonus" else "-"
            lines.append(_line(draft, code + mark, entry, factor))
    return tuple(lines), questions


def are_fractions(tables: Sequence[Table]) -> bool:
    """Weights such as 0.15 under a header 权重 are read as points of 100."""
    if not all(table.shares for table in tables if table.has_points):
        return False
    values = [
        d.amount.value
        for t in tables
        for d in t.drafts
        if d.amount.value is not None and not d.amount.percent
    ]
    return bool(values) and all(0 <= v <= 1 for v in values)


def _line(draft: Draft, code: str, entry: Figures, factor: float) -> Indicator:
    owner = {"owner": Attribute(value=draft.owner, basis="stated")} if draft.owner else {}
    points = entry.points
    if points is not None and factor != 1 and not draft.amount.percent:
        points = round(points * factor, 10)
    return Indicator(
        code=code, name=draft.name, criterion=draft.criterion or None, proof=draft.proof or None, block=draft.block,
        kind=entry.kind, points=points, rate=entry.rate, cap=entry.cap, attributes=owner,
        location=draft.location, cells=dict(draft.cells),
    )  # fmt: skip


def _codes(drafts: Sequence[tuple[Table, Draft]]) -> tuple[list[str], tuple[Note, ...]]:
    """The file's own codes where every line has one and none stands twice; else I01, I02 …"""
    own = [draft.code for _, draft in drafts]
    width = max(2, len(str(len(own))))
    made = [f"I{n:0{width}d}" for n in range(1, len(own) + 1)]
    stated = [code for code in own if code]
    twice = [code for code, count in Counter(stated).items() if count > 1]
    if twice and not _restarts(drafts):
        raise _duplicate(drafts, twice[0])
    if not stated:
        return made, ()
    if twice:
        return made, (Note(text=f"序号在各板块重新从头开始，已改用 {made[0]} 至 {made[-1]} 编号，请确认。"),)
    if len(stated) < len(own):
        free = iter(code for code in made if code not in set(stated))
        return [code or next(free) for code in own], ()
    return own, ()


def _restarts(drafts: Sequence[tuple[Table, Draft]]) -> bool:
    """Whether plain numbers start again with each block, section or sheet."""
    seen: dict[tuple[int, int], list[str]] = {}
    for table, draft in drafts:
        if draft.code:
            seen.setdefault((id(table), draft.section), []).append(draft.code)
    return len(seen) > 1 and all(
        all(code.isdigit() for code in codes) and len(set(codes)) == len(codes) for codes in seen.values()
    )


def _duplicate(drafts: Sequence[tuple[Table, Draft]], code: str) -> Exception:
    first, second = [(table, draft) for table, draft in drafts if draft.code == code][:2]
    return fault(
        second[0].grid.where(second[1].row),
        f'code "{shown(code)}" already stands in row {first[1].row + 1}. Give each line its own code.',
        f"编号“{shown(code)}”在第 {first[1].row + 1} 行已经用过。请给每一行各自的编号。",
    )


def with_pools(
    lines: Sequence[Indicator], blocks: Sequence[Block], total: float | None
) -> tuple[Indicator, ...]:
    """Return the lines with the pool of points that deductions take from.

    A block of deductions alone with a stated total has that total as pool; where no line of the
    scheme holds points of its own (倒扣分制) the pool is the scheme's stated total.
    """
    stated: Mapping[str, float] = {b.name: b.points for b in blocks if b.points}
    with_base = {line.block for line in lines if line.kind == "base"}
    whole = total if lines and all(line.kind != "base" for line in lines) else None
    return tuple(_pooled(line, stated, with_base, whole) for line in lines)


def _pooled(
    line: Indicator, stated: Mapping[str, float], with_base: set[str | None], whole: float | None
) -> Indicator:
    if line.kind != "deduction" or line.pool is not None:
        return line
    pool = stated.get(line.block or "") if line.block not in with_base else None
    pool = pool or whole
    return line.model_copy(update={"pool": pool}) if pool else line
