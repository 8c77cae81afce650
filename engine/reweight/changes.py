"""What happens to each line and block of a printed answer: before, after, action, reason."""

from __future__ import annotations

import math

from engine.model import Action, BlockChange, ProposedLine, Text
from engine.reweight.explain import Pricing
from engine.reweight.printed import Printed
from engine.reweight.problem import Line, Problem
from engine.reweight.programme import Programme
from engine.reweight.wording import points, reason

DUST = 1e-4  # of a step: what solving again to the same disruption leaves open


def proposed_lines(
    programme: Programme, printed: Printed, pricing: Pricing | None = None
) -> tuple[ProposedLine, ...]:
    """Return the lines in the order of the table, new lines last; with `pricing` also each line's range."""
    position = {line.code: i for i, line in enumerate(programme.lines)}
    problem = programme.problem
    found = [_line(problem, line, printed, position[line.code]) for line in problem.lines]
    if pricing is not None:
        found = [_ranged(programme, line, position[line.code], pricing) for line in found]
    standards = dict(problem.new_standards)
    for number, (block, value) in enumerate(sorted(printed.new.items()), start=1):
        standard = standards[block]
        line = ProposedLine(
            code=_new_code(problem, number), name=standard.name, block=block, before=0.0, after=value,
            kept=0.0, rewritten=value, action="new", standard=standard,
            reason=_new_reason(block, value),
        )  # fmt: skip
        found.append(_within(line, programme, pricing.new_range(block)) if pricing else line)
    return tuple(found)


def _new_reason(block: str, value: float) -> Text:
    where_zh, where_en = (f"“{block}”板块", f' in block "{block}"') if block else ("方案内", "")
    return Text(
        zh=f"{where_zh}新增结果类指标，{points(value)} 分",
        en=f"A new outcome line of {points(value)} points{where_en}",
    )


def _ranged(programme: Programme, line: ProposedLine, i: int, pricing: Pricing) -> ProposedLine:
    if i not in programme.variables.kept:
        return line.model_copy(update={"range_low": line.after, "range_high": line.after})
    return _within(line, programme, pricing.range(i))


def _within(line: ProposedLine, programme: Programme, extent: tuple[float, float]) -> ProposedLine:
    """Return the line with the whole steps of its range (a deduction, printed as a rate, with all of it)."""
    low, high = extent
    if programme.problem.step is not None and line.kind != "deduction":
        low, high = math.ceil(low - DUST), math.floor(high + DUST)
    low, high = (round(value * programme.unit, 4) + 0.0 for value in (low, high))
    return line.model_copy(update={"range_low": min(low, line.after), "range_high": max(high, line.after)})


def _new_code(problem: Problem, number: int) -> str:
    taken = {line.code for line in problem.lines}
    while f"N{number:02d}" in taken:
        number += 1
    return f"N{number:02d}"


def _line(problem: Problem, line: Line, printed: Printed, i: int) -> ProposedLine:
    kept, rewritten = printed.kept[i], printed.rewritten[i]
    after = kept + rewritten
    action = _action(problem, line, printed.chosen[i], after)
    return ProposedLine(
        code=line.code, name=line.name, block=line.block or None, kind=line.kind, before=line.e, after=after,
        kept=kept, rewritten=rewritten, action=action,
        reason=reason(line, action, line.e, after, problem),
        standard=line.substitute if action == "rewrite" else None,
    )  # fmt: skip


def _action(problem: Problem, line: Line, chosen: bool, after: float) -> Action:
    if chosen:
        return "rewrite"
    if line.frozen is not None and (problem.mode == "levers" or line.frozen != "required"):
        return "frozen"
    if abs(after - line.e) <= 1e-9:
        return "keep"
    return "cut" if after < line.e else "raise"


def block_changes(problem: Problem, lines: tuple[ProposedLine, ...]) -> tuple[BlockChange, ...]:
    names = list(dict.fromkeys(line.block for line in problem.lines))
    found = []
    for name in names:
        here = [x for x in lines if (x.block or "") == name and x.kind in ("base", "deduction")]
        if here:
            before, after = math.fsum(x.before for x in here), math.fsum(x.after for x in here)
            found.append(BlockChange(name=name, before=round(before, 8), after=round(after, 8)))
    return tuple(found)
