"""Judgements on the lines or blocks of a problem: their weights, the rows they become, and how a proposal meets them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.errors import SchemeError
from engine.facts.identity import normal
from engine.intake.faults import fault
from engine.knowledge.documents import suggest
from engine.model import JudgedItem, JudgedWeights, Judgement, Proposal, Revisit, RowClass, Text, UnitScores
from engine.reweight import elicit
from engine.reweight.problem import Line, LinearRow, Problem

FloatArray = NDArray[np.float64]
WEIGHTLESS = 1e-6  # of all weight: a line on which nothing can be told, not one a million times lighter


@dataclass(frozen=True, slots=True)
class Weighing:
    """A judgement's weights; `keys` are codes of lines or names of blocks, in the order judged."""

    judgement: Judgement
    keys: tuple[str, ...]
    weights: tuple[float, ...]
    consistency_ratio: float | None = None
    ksi: float | None = None
    revisit: tuple[int, int, float, float] | None = None


def weigh(problem: Problem, judgement: Judgement, scores: UnitScores | None = None) -> Weighing:
    """Return the weights of a judgement.

    Args:
        problem: the lines and blocks it may name.
        judgement: what was judged.
        scores: last year's scores, for entropy and critic.
    Raises:
        SchemeError: a line or block that does not exist, blocks without cross, no scores where they are needed.
    """
    keys = _keys(problem, judgement)
    n, method = len(keys), judgement.method
    if method == "ahp":
        found = elicit.ahp(judgement.matrix)
        return Weighing(judgement, keys, found.weights, found.consistency_ratio, None, found.revisit)
    if method == "bwm":
        ends = judgement.of.index(judgement.best or ""), judgement.of.index(judgement.worst or "")
        best = elicit.best_worst(judgement.best_to_others, judgement.others_to_worst, ends)
        return Weighing(judgement, keys, best.weights, None, best.ksi, best.revisit)
    if method in ("entropy", "critic"):
        return Weighing(judgement, keys, _from_scores(problem, judgement, keys, scores))
    by_rank = {"roc": elicit.rank_order_centroid, "rs": elicit.rank_sum, "rr": elicit.rank_reciprocal}
    return Weighing(judgement, keys, tuple(by_rank[method](n).tolist()))


def _keys(problem: Problem, judgement: Judgement) -> tuple[str, ...]:
    if judgement.over == "blocks":
        _check_blocks(problem, judgement)
    known = _named(problem, judgement.over)
    found: list[str] = []
    for one in judgement.of:
        key = known.get(one) or known.get(normal(one))
        if key is None:
            kind, zh = ("block", "板块") if judgement.over == "blocks" else ("line", "指标")
            raise fault(judgement.where, f'the scheme has no {kind} "{one}".{suggest(one, known)} Use a code or name of the table.',
                        f"方案中没有{zh}“{one}”。请用表中的编号或名称。")  # fmt: skip
        if key in found:
            raise fault(judgement.where, f'"{one}" and "{judgement.of[found.index(key)]}" are the same line. Name it once.',
                        f"“{one}”与“{judgement.of[found.index(key)]}”是同一项。请只写一次。")  # fmt: skip
        found.append(key)
    return tuple(found)


def _check_blocks(problem: Problem, judgement: Judgement) -> None:
    if problem.mode == "levers" and "cross" not in problem.levers:
        raise fault(judgement.where, "blocks keep their totals, so a ratio of blocks cannot act. Add cross to --levers, or judge lines.",
                    "各板块合计不变，板块之比无从调整。请在 --levers 中加上 cross，或改为对指标作判断。")  # fmt: skip


def _named(problem: Problem, over: str) -> dict[str, str]:
    """Return key by code or name; a name that two lines have names neither."""
    if over == "blocks":
        blocks = dict.fromkeys(line.block for line in problem.lines if line.block)
        return {block: block for block in blocks} | {normal(block): block for block in blocks}
    names = [normal(line.name) for line in problem.lines]
    once = {
        name: line.code for name, line in zip(names, problem.lines, strict=True) if names.count(name) == 1
    }
    return once | {line.code: line.code for line in problem.lines}


def members(problem: Problem, over: str, key: str) -> tuple[Line, ...]:
    """Return the line judged, or the lines of the block judged whose points add up to its total."""
    if over == "lines":
        return tuple(line for line in problem.lines if line.code == key)
    return tuple(x for x in problem.lines if x.block == key and x.kind in ("base", "deduction"))


def _from_scores(
    problem: Problem, judgement: Judgement, keys: Sequence[str], scores: UnitScores | None
) -> tuple[float, ...]:
    if scores is None:
        raise fault(judgement.where, f"{judgement.method} weighs by last year's scores. Add --scores FILE.",
                    f"{judgement.method} 须按去年各单位得分计算。请加 --scores 文件。")  # fmt: skip
    data = np.array(scores.scores, dtype=np.float64)
    column = {code: j for j, code in enumerate(scores.codes)}
    sums = [
        data[:, [column[x.code] for x in members(problem, judgement.over, key)]].sum(axis=1) for key in keys
    ]
    by_data = elicit.entropy_weights if judgement.method == "entropy" else elicit.critic_weights
    try:
        return tuple(by_data(np.array(sums).T).tolist())
    except SchemeError as error:
        raise SchemeError(f"{judgement.where}: {error}") from None


def ratio_rows(
    codes: Sequence[str],
    weights: Sequence[float],
    tolerance: float = 0.10,
    row_class: RowClass = "preference",
    names: Mapping[str, str] | None = None,
) -> tuple[LinearRow, ...]:
    """Return rows that keep neighbours' points within `tolerance` of the judged ratio, in order of weight.

    Args:
        codes: the lines judged.
        weights: their judged weights, > 0.
        tolerance: how far a ratio may stray, as a fraction.
        row_class: how soft the rows are.
        names: what the lines are called, by code.
    """
    called = names or {}
    order = sorted(range(len(codes)), key=lambda i: (-round(weights[i], 9), codes[i]))
    rows: list[LinearRow] = []
    for i, j in pairwise(order):
        if weights[j] < WEIGHTLESS:
            continue
        ratio = weights[i] / weights[j]
        one, other = called.get(codes[i], codes[i]), called.get(codes[j], codes[j])
        for side, sense, factor in (("upper", "<=", 1 + tolerance), ("lower", ">=", 1 - tolerance)):
            most = ("不高于", "at most") if side == "upper" else ("不低于", "at least")
            text = Text(
                zh=f"按判断，“{one}”的分值{most[0]}“{other}”的 {ratio * factor:.2f} 倍",
                en=f"As judged, “{one}” holds {most[1]} {ratio * factor:.2f} times the points of “{other}”",
            )
            rows.append(
                LinearRow(
                    id=f"ratio:{codes[i]}:{codes[j]}:{side}", text=text,
                    terms=((codes[i], 1.0), (codes[j], -ratio * factor)), sense=sense, limit=0.0,  # type: ignore[arg-type]
                    row_class=row_class, kind="ratio",
                )
            )  # fmt: skip
    return tuple(rows)


def judgement_rows(problem: Problem, weighing: Weighing) -> tuple[LinearRow, ...]:
    """Return the ratio rows of a judgement; those of blocks are written out over their lines."""
    judgement = weighing.judgement
    names = {line.code: line.name for line in problem.lines} if judgement.over == "lines" else {}
    rows = ratio_rows(weighing.keys, weighing.weights, judgement.tolerance, judgement.row_class, names=names)
    number = judgement.where.rpartition(" ")[2]
    return tuple(
        _written_out(problem, judgement, replace(row, id=f"judgement:{number}:{row.id}")) for row in rows
    )


def _written_out(problem: Problem, judgement: Judgement, row: LinearRow) -> LinearRow:
    if judgement.over == "lines":
        return row
    terms = [(x.code, k) for key, k in row.terms for x in members(problem, "blocks", key)]
    return replace(row, terms=tuple(terms), new=row.terms)


def judged(
    problem: Problem, proposal: Proposal, judgements: Sequence[Judgement], scores: UnitScores | None
) -> tuple[JudgedWeights, ...]:
    """Return each judgement's weights beside the points before and after, and whether its ratios are kept."""
    relaxed = {relaxation.id for relaxation in proposal.relaxations}
    found = []
    for judgement in judgements:
        weighing = weigh(problem, judgement, scores)
        rows = {row.id for row in judgement_rows(problem, weighing)}
        items = _items(problem, proposal, weighing)
        found.append(
            JudgedWeights(
                judgement, items, weighing.consistency_ratio, weighing.ksi,
                weighing.consistency_ratio is None or weighing.consistency_ratio <= elicit.CONSISTENT,
                _revisit(weighing, items), not rows & relaxed,
            )
        )  # fmt: skip
    return tuple(found)


def _revisit(weighing: Weighing, items: Sequence[JudgedItem]) -> Revisit | None:
    if weighing.revisit is None:
        return None
    i, j, given, implied = weighing.revisit
    return Revisit(items[i].name, items[j].name, given, implied)


def _items(problem: Problem, proposal: Proposal, weighing: Weighing) -> tuple[JudgedItem, ...]:
    after = {line.code: line.after for line in proposal.lines}
    added: Mapping[str, float] = {
        line.block or "": line.after for line in proposal.lines if line.action == "new"
    }
    found = []
    for key, weight in zip(weighing.keys, weighing.weights, strict=True):
        lines = members(problem, weighing.judgement.over, key)
        is_block = weighing.judgement.over == "blocks"
        total = math.fsum(after.get(x.code, x.e) for x in lines) + (added.get(key, 0.0) if is_block else 0.0)
        found.append(
            JudgedItem(
                key, key if is_block else lines[0].name, weight, math.fsum(x.e for x in lines), round(total, 8),
                all(_is_held(problem, x) for x in lines),
            )
        )  # fmt: skip
    return tuple(found)


def _is_held(problem: Problem, line: Line) -> bool:
    """Return whether a line keeps its points; in points-only mode required lines may fall a little."""
    return line.frozen is not None and (problem.mode == "levers" or line.frozen != "required")
