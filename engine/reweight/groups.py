"""Several groups in one programme: shared core lines equal everywhere, the rest each group's own.

Scores compare across groups only if the core lines have equal points; a shared standard is rewritten in
all groups or none, and paid once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields, replace
from itertools import count, pairwise

import numpy as np

from engine.errors import SchemeError
from engine.model import BlockChange, ConflictItem, Proposal, ProposedLine, Text
from engine.reweight.answer import notes
from engine.reweight.building import build
from engine.reweight.changes import proposed_lines
from engine.reweight.conflict import conflict
from engine.reweight.explain import Pricing
from engine.reweight.printed import Printed, complete, shortfall
from engine.reweight.problem import Problem, check
from engine.reweight.programme import Programme, Row, Variables
from engine.reweight.reports import relaxations, reports
from engine.reweight.rounding import print_points
from engine.reweight.run import SOFT, Answer, FloatArray
from engine.reweight.solver import Highs, Model
from engine.reweight.stages import solve

MARK = "\x1f"
Shared = Sequence[Mapping[str, str]]


def propose_groups(
    problems: Mapping[str, Problem],
    shared: Shared,
    profile: str = "",
    make: Callable[[Programme], Model] = Highs,
) -> dict[str, Proposal]:
    """Return one proposal per group, found together.

    Args:
        problems: one problem per group, with the same step and levers, none in points-only mode.
        shared: each shared line as group → code, in two groups or more.
        profile: the id of the profile.
        make: the solver.
    Raises:
        SchemeError: different steps or levers; a shared line that a group does not have.
        SolverError: the solver failed, or its answer has no certificate.
    """
    programme = join(problems, shared)
    answer = solve(programme, make)
    if answer.status == "infeasible":
        found = tuple(_readable(programme, item) for item in conflict(programme, options=False))
        first = programme.problem
        return {
            name: Proposal(
                status="infeasible", mode="levers", levers=first.levers, profile=profile, conflict=found
            )
            for name in problems
        }
    printed = print_points(programme, answer, make)
    lines = proposed_lines(programme, printed)
    relaxed = relaxations(programme, printed)
    parts = {}
    for name, problem in problems.items():
        own = _recoded([_own(line, name) for line in lines if _belongs(line, name)], problem)
        here = tuple(
            r.model_copy(update={"id": r.id.removeprefix(name + MARK)})
            for r in relaxed
            if r.id.startswith(name + MARK)
        )
        parts[name] = Proposal(
            status="relaxed" if here else "optimal", mode="levers", levers=problem.levers, profile=profile,
            lines=own, blocks=_blocks(own), step=problem.step, relaxations=here, certificate=answer.certificate,
            notes=notes(answer, printed), disruption=_cost(programme, printed, name),
            movement=round(math.fsum(abs(x.after - x.before) for x in own) / 2, 6),
        )  # fmt: skip
    return parts


def explain_group(problem: Problem, proposal: Proposal, shared: Collection[str]) -> Proposal:
    """Return one group's proposal with its rows and what each costs, asked for when somebody reads it.

    Shared lines stand as the groups decided together: a price says what this group alone could do.

    Args:
        problem: the group's problem, as it was given to `propose_groups`.
        proposal: the group's proposal.
        shared: the codes of its shared lines.
    Raises:
        SolverError: the solver failed.
    """
    if proposal.status == "infeasible":
        return proposal
    programme = build(problem)
    columns = _columns(programme, proposal)
    variables = programme.variables
    for i, line in enumerate(programme.lines):
        if line.code in shared and i in variables.kept:
            for part in (variables.kept, variables.rewritten, variables.up, variables.down):
                if i in part:
                    programme.lower[part[i]] = programme.upper[part[i]] = float(columns[part[i]])
    given = {name: shortfall(programme, columns, name) for name in SOFT}
    pricing = Pricing(programme, Answer("optimal", columns, shortfall=given)) if programme.lower else None
    printed = Printed([], [], [], columns=columns)
    return proposal.model_copy(update={"constraints": reports(programme, printed, pricing)})


def _columns(programme: Programme, proposal: Proposal) -> FloatArray:
    """Return the columns that a printed proposal stands for."""
    columns, variables = np.array(programme.lower, dtype=np.float64), programme.variables
    by_code = {line.code: line for line in proposal.lines}
    for i, c in variables.kept.items():
        found = by_code[programme.lines[i].code]
        columns[c] = found.kept / programme.unit
        if i in variables.rewritten:
            columns[variables.rewritten[i]] = found.rewritten / programme.unit
            columns[variables.chosen[i]] = float(found.action == "rewrite")
    for line in proposal.lines:
        if line.action == "new":
            columns[variables.new[line.block or ""]] = line.after / programme.unit
            if (line.block or "") in variables.opened:
                columns[variables.opened[line.block or ""]] = 1.0
    return complete(programme, columns)


def join(problems: Mapping[str, Problem], shared: Shared) -> Programme:
    """Return one programme for all groups, its codes, blocks and rows marked with the group's name."""
    _check(problems, shared)
    parts = {name: build(_marked(name, problems[name])) for name in sorted(problems)}
    whole = replace(
        next(iter(parts.values())).problem,
        lines=tuple(line for part in parts.values() for line in part.problem.lines),
        new_standards=tuple(pair for part in parts.values() for pair in part.problem.new_standards),
        rows=tuple(row for part in parts.values() for row in part.problem.rows),
    )
    first = next(iter(parts.values()))
    joined = Programme(whole, first.unit, (), (), (), math.fsum(part.adjustable for part in parts.values()))
    for name, part in parts.items():
        _append(joined, part, name)
    position = {line.code: i for i, line in enumerate(joined.lines)}
    for number, codes in enumerate(shared):
        members = [position[group + MARK + code] for group, code in sorted(codes.items())]
        for one, other in pairwise(members):
            _tie(joined, one, other, number)
        for other in members[1:]:
            joined.disruption.pop(joined.variables.rewritten.get(other, -1), None)
    return joined


def _check(problems: Mapping[str, Problem], shared: Shared) -> None:
    steps = {(problem.step, problem.levers, problem.mode) for problem in problems.values()}
    if len(steps) != 1 or next(iter(steps))[2] == "points_only":
        raise SchemeError(
            "groups: all groups need the same step and the same levers, rewriting or new lines among them."
        )
    known = {name: {line.code for line in problem.lines} for name, problem in problems.items()}
    for problem in problems.values():
        check(problem)
    for codes in shared:
        for group, code in codes.items():
            if code not in known.get(group, set()):
                raise SchemeError(f"groups: group {group!r} has no line {code!r}. Name a code of its table.")


def _marked(name: str, problem: Problem) -> Problem:
    lines = tuple(
        replace(line, code=name + MARK + line.code, block=name + MARK + line.block) for line in problem.lines
    )
    standards = tuple((name + MARK + block, standard) for block, standard in problem.new_standards)
    rows = tuple(
        replace(
            row,
            id=name + MARK + row.id,
            terms=tuple((name + MARK + c, k) for c, k in row.terms),
            new=tuple((name + MARK + block, k) for block, k in row.new),
        )
        for row in problem.rows
    )
    return replace(problem, lines=lines, new_standards=standards, rows=rows)


def _append(joined: Programme, part: Programme, name: str) -> None:
    columns, lines = len(joined.lower), len(joined.lines)
    joined.lines, joined.points = joined.lines + part.lines, joined.points + part.points
    joined.growth = joined.growth + part.growth
    joined.lower += part.lower
    joined.upper += part.upper
    joined.integer += part.integer
    joined.rows += [_shifted(row, columns, name) for row in part.rows]
    joined.disruption |= {c + columns: k for c, k in part.disruption.items()}
    joined.bounds |= {
        key: [(c + columns, low, high) for c, low, high in limits] for key, limits in part.bounds.items()
    }
    for item in fields(Variables):
        found = getattr(part.variables, item.name)
        by_line = item.name not in ("new", "opened", "gained", "lost")
        getattr(joined.variables, item.name).update(
            {(key + lines if by_line else key): c + columns for key, c in found.items()}
        )


def _shifted(row: Row, columns: int, name: str) -> Row:
    slack = None if row.slack is None else row.slack + columns
    identity = row.id if MARK in row.id and row.id.startswith(name) else name + MARK + row.id
    return replace(row, id=identity, columns=tuple(c + columns for c in row.columns), slack=slack)


def _tie(joined: Programme, one: int, other: int, number: int) -> None:
    """Two shared lines: equal points after, and the standard rewritten in both or in neither."""
    variables = joined.variables
    terms = joined.after(one) + [(c, -k) for c, k in joined.after(other)]
    limit = sum(-e for i, e in ((one, joined.points[one]),) if i not in variables.kept)
    limit += sum(e for i, e in ((other, joined.points[other]),) if i not in variables.kept)
    name = f"{number}{MARK}{joined.lines[other].code}"
    joined.row("shared", name, terms, "=", limit)
    if one in variables.chosen and other in variables.chosen:
        pair = [(variables.chosen[one], 1.0), (variables.chosen[other], -1.0)]
        joined.row("shared", name, pair, "=", 0.0, identity=f"shared_standard:{name}")


def _cost(programme: Programme, printed: Printed, name: str) -> float:
    """Return the disruption of one group, a shared standard counted where it is paid."""
    variables = programme.variables
    mine = {i for i, line in enumerate(programme.lines) if line.code.startswith(name + MARK)}
    columns = [
        c
        for part in (variables.rewritten, variables.up, variables.down)
        for i, c in part.items()
        if i in mine
    ]
    columns += [
        c
        for part in (variables.new, variables.gained)
        for block, c in part.items()
        if block.startswith(name + MARK)
    ]
    cost = math.fsum(programme.disruption.get(c, 0.0) * float(printed.columns[c]) for c in columns)
    return round(cost * programme.unit, 6) + 0.0


def _readable(programme: Programme, item: ConflictItem) -> ConflictItem:
    """Return a member of a conflict with the name of its group in front, for people."""
    if item.id.startswith("shared"):
        code = item.id.partition(MARK)[2]
        name = next(line.name for line in programme.lines if line.code == code)
        rewritten = item.id.startswith("shared_standard")
        text = Text(
            zh=f"共用指标“{name}”在各组{'同改或都不改标准' if rewritten else '分值相同'}",
            en=f"Shared line “{name}”: {'the standard is rewritten in all groups or in none' if rewritten else 'equal points in every group'}",
        )
        kind, _, _ = item.id.partition(":")
        return ConflictItem(id=f"{kind}:{code.replace(MARK, '#')}", text=text)
    groups = sorted({line.code.partition(MARK)[0] for line in programme.lines}, key=len, reverse=True)
    name = next((group for group in groups if group + MARK in item.id), "")
    zh, en = (text.replace(name + MARK, "") for text in (item.text.zh, item.text.en))
    identity = f"{name}#{item.id.replace(name + MARK, '')}"
    return ConflictItem(id=identity, text=Text(zh=f"{name}：{zh}", en=f"{name}: {en}"))


def _recoded(lines: Sequence[ProposedLine], problem: Problem) -> tuple[ProposedLine, ...]:
    """Give new lines the first codes that are free in their own group."""
    taken = {line.code for line in problem.lines}
    free = (code for n in count(1) if (code := f"N{n:02d}") not in taken)
    return tuple(
        line.model_copy(update={"code": next(free)}) if line.action == "new" else line for line in lines
    )


def _belongs(line: ProposedLine, name: str) -> bool:
    return (line.block or "").startswith(name + MARK)


def _own(line: ProposedLine, name: str) -> ProposedLine:
    block = (line.block or "").removeprefix(name + MARK) or None
    reason = line.reason.model_copy(
        update={"zh": line.reason.zh.replace(name + MARK, ""), "en": line.reason.en.replace(name + MARK, "")}
    )
    return line.model_copy(
        update={"code": line.code.removeprefix(name + MARK), "block": block, "reason": reason}
    )


def _blocks(lines: Sequence[ProposedLine]) -> tuple[BlockChange, ...]:
    found = []
    for name in dict.fromkeys(line.block or "" for line in lines):
        here = [x for x in lines if (x.block or "") == name and x.kind in ("base", "deduction")]
        before, after = math.fsum(x.before for x in here), math.fsum(x.after for x in here)
        found.append(BlockChange(name=name, before=round(before, 8), after=round(after, 8)))
    return tuple(found)
