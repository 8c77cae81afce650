"""Audit → programme → proposal, and the proposed scheme that can be audited again."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.model import (
    Attribute,
    Audit,
    Classification,
    Indicator,
    PathBase,
    Proposal,
    ProposedLine,
    Scheme,
    Standard,
    Text,
)
from engine.reweight.answer import reweigh
from engine.reweight.duties import duty_standards, stays_required
from engine.reweight.problem import Problem
from engine.reweight.setup import problem_of
from engine.reweight.stated import stated_rows
from engine.reweight.substitutes import standard_for
from engine.reweight.wishes import PLAIN, Wishes
from engine.reweight.years import path

if TYPE_CHECKING:
    from engine.audit import Auditor


def problem_for(auditor: Auditor, audit: Audit, wishes: Wishes = PLAIN, **changes: Any) -> Problem:
    """Return the problem that `propose` solves, for the frontier, what-if and `--write-model`.

    Args:
        auditor: the auditor that made the audit (its profiles and catalogue are used).
        audit: the audit.
        wishes: what is asked for beyond the profile.
        changes: single wishes by name, in place of those in `wishes`.
    Raises:
        SchemeError: a lock, bound, limit, lever or judgement that cannot be meant.
    """
    wishes = replace(wishes, **changes)
    problem = problem_of(audit, auditor.knowledge, wishes)
    return replace(problem, rows=stated_rows(problem, wishes))


def propose(auditor: Auditor, audit: Audit, wishes: Wishes = PLAIN, **changes: Any) -> Proposal:
    """Return the least disruptive proposal for an audited scheme; the arguments are those of `problem_for`.

    Raises:
        SchemeError: a lock, bound, limit, lever or judgement that cannot be meant.
        SolverError: the solver failed, or its answer has no certificate.
    """
    wishes = replace(wishes, **changes)
    problem = problem_for(auditor, audit, wishes)
    proposal = reweigh(problem, audit.profile, ranges=wishes.ranges)
    if proposal.status == "infeasible":
        return proposal
    return finished(auditor, audit, problem, proposal).model_copy(update={"years": path(problem, proposal)})


def finished(auditor: Auditor, audit: Audit, problem: Problem, proposal: Proposal) -> Proposal:
    """Return the proposal with every standard written for the points its line ends with."""
    lines = {line.code: line for line in audit.scheme.indicators}
    done = tuple(_finished(auditor, line, lines.get(line.code)) for line in proposal.lines)
    stakes = {line.code: _stake(lines.get(line.code), line) for line in done}
    checks = duty_standards(audit, problem, auditor.knowledge.duties, stakes)
    done = tuple(_with_check(line, checks[line.code]) if line.code in checks else line for line in done)
    return proposal.model_copy(update={"lines": done})


def _with_check(line: ProposedLine, duty: Standard) -> ProposedLine:
    """A duty that keeps its points and class, and is proved by a named check from now on."""
    check = duty.check or Text(zh="", en="")
    reason = Text(
        zh=f"必要过程类，职责、频次和分值不动；现有取证方式与文件要求不一致，改为{check.zh}",
        en=f"A required duty: duty, frequency and points stay; its way of proving is not in line with the rules; from now on {check.en}",
    )
    return line.model_copy(update={"standard": duty, "reason": reason})


def _finished(auditor: Auditor, line: ProposedLine, source: Indicator | None) -> ProposedLine:
    """Write the standard for the points the line ends with, and a deduction as a rate."""
    changes: dict[str, Any] = {}
    if line.standard is not None and line.standard.catalogue in auditor.knowledge.catalogue:
        entry = auditor.knowledge.catalogue[line.standard.catalogue]
        target = source or Indicator(code=line.code, name=line.block or line.name, block=line.block)
        # The name may have been told apart from another line's; only the text depends on the points.
        fresh = standard_for(entry, target, _stake(source, line))
        changes["standard"] = line.standard.model_copy(update={"text": fresh.text, "text_en": fresh.text_en})
    if source is not None and source.kind == "deduction" and source.rate is not None:
        changes["rate_before"] = source.rate
        ratio = line.after / line.before if line.before > 0 else 1.0
        changes["rate_after"] = round(source.rate * ratio, 6)
    return line.model_copy(update=changes)


def _stake(source: Indicator | None, line: ProposedLine) -> float:
    """The points a standard speaks of: for a deduction its cap, never its imputed part of a pool."""
    if source is None or source.kind != "deduction":
        return line.after
    ratio = line.after / line.before if line.before > 0 else 1.0
    if source.cap is not None:
        return round(source.cap * ratio, 6)
    return max(source.rate or 0.5, round(2 * line.after) / 2)


def proposed_scheme(audit: Audit, proposal: Proposal) -> Scheme:
    """Return the scheme as proposed: new criteria and points, ready to be audited again.

    The path's base is kept, so that proposing on the result changes nothing.
    """
    scheme = audit.scheme
    if not proposal.lines:
        return scheme
    by_code = {line.code: line for line in proposal.lines}
    pools = _pools(scheme, by_code)
    indicators = [
        _proposed(line, class_, by_code[line.code], pools)
        for line, class_ in zip(scheme.indicators, audit.classifications, strict=True)
    ]
    for line in proposal.lines:
        if line.action == "new":
            indicators.insert(_end_of_block(indicators, line.block), _new(line))
    return scheme.model_copy(
        update={
            "indicators": tuple(indicators),
            "path": _path(audit, proposal),
            "step": proposal.step or scheme.step,
        }
    )


def _pools(scheme: Scheme, by_code: Mapping[str, ProposedLine]) -> dict[tuple[str | None, float], float]:
    """Return the new sum of each deduction pool, by block and old sum."""
    groups: dict[tuple[str | None, float], list[tuple[float, float]]] = {}
    for line in scheme.indicators:
        if line.kind == "deduction" and line.pool:
            key = (None if line.pool == scheme.total else line.block, line.pool)
            found = by_code[line.code]
            groups.setdefault(key, []).append((found.before, found.after))
    return {
        key: round(key[1] + math.fsum(after - before for before, after in pairs), 6)
        for key, pairs in groups.items()
    }


def _proposed(
    line: Indicator,
    class_: Classification,
    found: ProposedLine,
    pools: Mapping[tuple[str | None, float], float],
) -> Indicator:
    changes: dict[str, Any] = {}
    if line.kind == "base" and line.points is not None:
        changes["points"] = found.after
    if line.kind == "bonus" and found.after != found.before:
        changes["cap" if line.cap is not None else "points"] = found.after
    if line.kind == "deduction" and line.pool:
        changes |= _deduction(line, found, pools)
    if found.action == "rewrite" and found.standard is not None:
        changes |= _rewritten(line, found)
    if found.action == "frozen" and found.standard is not None:
        changes |= _with_new_text(line, found.standard, stays_required(class_, found.standard))
    return line.model_copy(update=changes) if changes else line


def _deduction(
    line: Indicator, found: ProposedLine, pools: Mapping[tuple[str | None, float], float]
) -> dict[str, Any]:
    new_pool = next((v for (_, pool), v in pools.items() if pool == line.pool), line.pool)
    new_pool = pools.get((line.block, line.pool or 0.0), new_pool)
    changes: dict[str, Any] = {} if new_pool == line.pool else {"pool": new_pool}
    if found.before > 0 and abs(found.after - found.before) > 1e-9:
        ratio = found.after / found.before
        changes["rate"] = round((line.rate or 1.0) * ratio, 6)
        if line.cap is not None:
            changes["cap"] = round(line.cap * ratio, 6)
    return changes


def _rewritten(line: Indicator, found: ProposedLine) -> dict[str, Any]:
    """The new standard in words, and what it measures as stated attributes."""
    standard = found.standard
    if standard is None:
        return {}
    return _with_new_text(line, standard, _stated(standard.catalogue, standard.perception))


def _with_new_text(line: Indicator, standard: Standard, stated: Mapping[str, Attribute]) -> dict[str, Any]:
    """A standard in place of the old one; what was known of the old way of measuring goes."""
    dropped = {"carrier", "family", "families", "guard", "hours", "hours_low", "hours_high"}
    attributes = {key: value for key, value in line.attributes.items() if key not in dropped}
    return {
        "name": standard.name, "criterion": standard.text, "proof": None, "attributes": {**attributes, **stated},
    }  # fmt: skip


def _stated(catalogue: str, perception: bool) -> dict[str, Attribute]:
    return {
        "standard": Attribute(value=catalogue, basis="stated"),
        "level": Attribute(value="perception" if perception else "outcome", basis="stated"),
        "outside_verifier": Attribute(value=True, basis="stated"),
        "carrier": Attribute(value="none", basis="stated"),
    }


def _new(line: ProposedLine) -> Indicator:
    standard = line.standard
    return Indicator(
        code=line.code, name=line.name, criterion=standard.text if standard else None, block=line.block,
        points=line.after,
        attributes=_stated(standard.catalogue, standard.perception) if standard else {},
    )  # fmt: skip


def _end_of_block(indicators: Sequence[Indicator], block: str | None) -> int:
    places = [n for n, line in enumerate(indicators) if (line.block or None) == (block or None)]
    return places[-1] + 1 if places else len(indicators)


def _path(audit: Audit, proposal: Proposal) -> PathBase:
    before = audit.scheme.path
    moved = {line.code: line.before for line in proposal.lines if line.action in ("raise", "cut", "rewrite")
             and line.before != line.after}  # fmt: skip
    rewritten = [line.code for line in proposal.lines if line.action == "rewrite"]
    added = [line.code for line in proposal.lines if line.action == "new"]
    if before is None:
        return PathBase(
            outcome_share=_start(audit, proposal),
            rewritten=tuple(rewritten),
            new=tuple(added),
            points=moved,
        )
    return before.model_copy(
        update={
            "rewritten": tuple(dict.fromkeys((*before.rewritten, *rewritten))),
            "new": tuple(dict.fromkeys((*before.new, *added))),
            "points": moved | before.points,
        }
    )


def _start(audit: Audit, proposal: Proposal) -> float:
    """Return the outcome share of the adjustable base before the first proposal."""
    class_of = {line.code: line.class_ for line in audit.classifications}
    counted = [
        line
        for line in proposal.lines
        if line.action not in ("frozen", "new") and line.kind in ("base", "deduction")
    ]
    base = math.fsum(line.before for line in counted)
    outcome = math.fsum(line.before for line in counted if class_of.get(line.code) == "outcome")
    return outcome / base if base > 0 else 0.0
