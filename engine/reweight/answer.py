"""One problem in, one proposal out: stages, rounding, actions, rows and relaxations as people read them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from engine.errors import SolverError
from engine.model import (
    Action,
    BlockChange,
    ConstraintReport,
    Proposal,
    ProposedLine,
    Relaxation,
    Text,
    YearStep,
)
from engine.reweight.conflict import conflict
from engine.reweight.explain import PRICED, Price, Pricing
from engine.reweight.problem import Line, Problem, year_floor
from engine.reweight.programme import Programme, Row, build, outcome_terms
from engine.reweight.rounding import Printed, print_points
from engine.reweight.solver import Highs, Model, write_model
from engine.reweight.stages import Answer, FloatArray, outlook, shortfalls, solve
from engine.reweight.wording import points, reason, row_text

MANY = 1500  # rows above which conflicts are not sought unasked
DUST = 1e-4  # of a step: what solving again to the same disruption leaves open
FEW = 12  # blocks up to which each block's total gets a price
REPORTED = frozenset(
    {"block", "total", "cap", "floor", "single", "named", "bonus", "perception_low", "perception_high",
     "new", "new_lines", "bound", "stated", "ratio"}
)  # fmt: skip


def reweigh(
    problem: Problem,
    profile: str = "",
    make: Callable[[Programme], Model] = Highs,
    *,
    prices: bool = True,
    ranges: bool = False,
) -> Proposal:
    """Return the least disruptive proposal for one year of the path.

    Args:
        problem: lines, limits, prices and levers.
        profile: the id of the profile the limits came from.
        make: the solver.
        prices: also say what each row costs and how far that holds.
        ranges: also say each line's range over all answers of the same disruption.
    Raises:
        SchemeError: a problem no programme can be built from.
        SolverError: the solver failed, or its answer has no certificate.
    """
    programme = build(problem)
    answer = solve(programme, make)
    return proposal_of(programme, answer, profile, make, prices=prices, ranges=ranges)


def write_problem(problem: Problem, file: Path, make: Callable[[Programme], Model] = Highs) -> float:
    """Write the S1 programme with S0's values as rows, for any solver; return the optimum it should find.

    Args:
        problem: the problem.
        file: ends in .lp or .mps; in whole steps of the scheme, columns c0, c1, … in the programme's order.
        make: the solver that finds S0's values.
    Raises:
        SolverError: another suffix, or hard rows that contradict one another.
    """
    programme = build(problem)
    answer = solve(programme, make)
    if answer.status == "infeasible":
        raise SolverError(
            f"{file.name}: hard rows contradict one another, so there is no model to keep S0 in."
        )
    kept: list[tuple[dict[int, float], float]] = []
    for name, terms in shortfalls(programme):
        kept.append((terms, answer.shortfall.get(name, 0.0) + 1e-9))
    write_model(programme, file, kept)
    return answer.disruption


def proposal_of(
    programme: Programme,
    answer: Answer,
    profile: str,
    make: Callable[[Programme], Model] = Highs,
    *,
    prices: bool = True,
    ranges: bool = False,
) -> Proposal:
    """Return an answer of the stages as people read it; the arguments are those of `reweigh`."""
    problem = programme.problem
    if answer.status == "infeasible":
        return Proposal(
            status="infeasible", mode=problem.mode, levers=problem.levers, profile=profile,
            conflict=conflict(programme),
        )  # fmt: skip
    printed = print_points(programme, answer, make)
    pricing = Pricing(programme, answer) if (prices or ranges) and programme.lower else None
    lines = proposed_lines(programme, printed, pricing if ranges else None)
    disruption = lever_cost(programme, printed.columns)
    relaxed = relaxations(programme, printed)
    return Proposal(
        status="relaxed" if relaxed else "optimal", mode=problem.mode, levers=problem.levers, profile=profile,
        lines=lines, blocks=_blocks(problem, lines),
        disruption=round(disruption * programme.unit, 6),
        movement=round(math.fsum(abs(x.after - x.before) for x in lines) / 2, 6),
        rounding_loss=_loss(programme, answer, printed), step=problem.step, notes=notes(answer, printed),
        constraints=reports(programme, printed, pricing if prices else None) + _not_checked(problem),
        relaxations=relaxed, conflict=conflict(programme, soft=True) if relaxed and len(programme.rows) < MANY else (), certificate=answer.certificate,
    )  # fmt: skip


def notes(answer: Answer, printed: Printed) -> tuple[Text, ...]:
    """Return what the programme could not do as finely as asked, in words."""
    found = []
    if not answer.exact:
        found.append(
            Text(
                zh="指标过多，改写哪些标准未逐项择优，改动可能略多于最少。",
                en="Very many lines: standards were not chosen one by one, so slightly more may change than must.",
            )
        )
    if not answer.settled:
        found.append(
            Text(
                zh="指标过多，各项增减的均匀程度未逐级比较到底。",
                en="Very many lines: how evenly points move was not settled to the last line.",
            )
        )
    if printed.finer:
        found.append(
            Text(
                zh="按整步长无法同时满足各项约束，个别分值取了更小的步长。",
                en="Whole steps could not keep every row, so some points are written in a finer step.",
            )
        )
    return tuple(found)


def lever_cost(programme: Programme, columns: FloatArray) -> float:
    """Return Σ(1+k)v + 2Σu + 3Σg + 10Σδ⁺ of printed columns, in steps (the band's price left out)."""
    slacks = {row.slack for row in programme.rows}
    return math.fsum(k * float(columns[c]) for c, k in programme.disruption.items() if c not in slacks)


def _loss(programme: Programme, answer: Answer, printed: Printed) -> float:
    value = math.fsum(k * float(printed.columns[c]) for c, k in programme.disruption.items())
    return round((value - answer.disruption) * programme.unit, 6) + 0.0


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


def _blocks(problem: Problem, lines: tuple[ProposedLine, ...]) -> tuple[BlockChange, ...]:
    names = list(dict.fromkeys(line.block for line in problem.lines))
    found = []
    for name in names:
        here = [x for x in lines if (x.block or "") == name and x.kind in ("base", "deduction")]
        if here:
            before, after = math.fsum(x.before for x in here), math.fsum(x.after for x in here)
            found.append(BlockChange(name=name, before=round(before, 8), after=round(after, 8)))
    return tuple(found)


def _value(row: Row, printed: Printed) -> float:
    pairs = zip(row.columns, row.coefficients, strict=True)
    return math.fsum(k * float(printed.columns[c]) for c, k in pairs if c != row.slack)


def reports(programme: Programme, printed: Printed, pricing: Pricing | None) -> tuple[ConstraintReport, ...]:
    """Return the rows as printed, each with its price where `pricing` is given and could check one."""
    found = []
    blocks = [row for row in programme.rows if row.kind == "block"]
    for r, row in enumerate(programme.rows):
        if row.kind in REPORTED:
            report = _report(programme, printed, row)
            asked = row.kind in PRICED and report.state != "relaxed"
            if row.kind in ("block", "bound", "stated") and len(blocks) > FEW:
                asked = False
            price = pricing.price(r) if pricing is not None and asked else None
            found.append(_priced(report, price, programme.unit, row.shift) if price else report)
    return tuple(found)


def _priced(report: ConstraintReport, price: Price, unit: float, shift: float) -> ConstraintReport:
    low, high = (_points((limit + shift) * unit) for limit in (price.holds_from, price.holds_to))
    return report.model_copy(
        update={"price": price.value, "price_text": price.text, "holds_from": low, "holds_to": high}
    )


def _report(programme: Programme, printed: Printed, row: Row) -> ConstraintReport:
    unit = 1.0 if row.kind == "new_lines" else programme.unit
    value, limit = _value(row, printed), row.limit
    slack = {"<=": limit - value, ">=": value - limit, "=": -abs(value - limit)}[row.sense]
    tight = abs(slack) <= 1e-6
    state = "relaxed" if slack < -1e-6 else ("active" if tight else "slack")
    return ConstraintReport(
        id=row.id, text=row_text(row, programme), sense=row.sense, limit=_points((limit + row.shift) * unit),
        unit="lines" if row.kind == "new_lines" else "points", value=_points((value + row.shift) * unit),
        slack=_points(slack * unit), relaxable=row.slack is not None, row_class=row.row_class, state=state,
    )  # fmt: skip


def _points(value: float) -> float:
    return round(value, 6) + 0.0


def _not_checked(problem: Problem) -> tuple[ConstraintReport, ...]:
    rows = [
        ConstraintReport(id=name, text=text, sense="<=", limit=0.0, state="not_checked")
        for name, text in problem.not_checked
    ]
    if problem.adjustable <= 0:
        rows += [
            ConstraintReport(
                id=name, text=Text(zh=zh, en=en), sense=sense, limit=0.0, relaxable=True, state="not_checked"
            )
            for name, zh, en, sense in _EMPTY
        ]  # fmt: skip
    return tuple(rows)


_EMPTY = (
    ("cap", "没有可调分值，从严控制类上限不检查", "No adjustable points: the cap is not checked", "<="),
    ("floor", "没有可调分值，结果类下限不检查", "No adjustable points: the floor is not checked", ">="),
)


def relaxations(programme: Programme, printed: Printed) -> tuple[Relaxation, ...]:
    """Return the soft rows that gave way and by how much, in points, as printed."""
    found = []
    for row in programme.rows:
        if row.slack is not None and row.scale > 0 and printed.columns[row.slack] > 1e-6:
            text = row_text(row, programme)
            by = _points(float(printed.columns[row.slack]) * programme.unit)
            found.append(
                Relaxation(
                    id=row.id, by=by, row_class=row.row_class,
                    text=Text(zh=f"{text.zh}：放宽 {points(by)} 分", en=f"{text.en}: gives way by {points(by)} points"),
                )
            )  # fmt: skip
    return tuple(found)


def outcome_share(programme: Programme, columns: FloatArray) -> float | None:
    """Return the outcome share of the adjustable base (None where there is no base)."""
    if programme.adjustable <= 0:
        return None
    total = math.fsum(k * float(columns[c]) for c, k in outcome_terms(programme))
    return round(total / programme.adjustable, 6)


def path(
    problem: Problem, proposal: Proposal, make: Callable[[Programme], Model] = Highs
) -> tuple[YearStep, ...]:
    """Return each year of the path: its limits, and what the least disruptive answer would be by then.

    A standard rewritten in one year stays rewritten in the next.

    Args:
        problem: the problem of the year proposed.
        proposal: its proposal, which gives the figures of that year.
        make: the solver of the outlook on the other years.
    """
    settings = problem.settings
    start = problem.outcome_share if settings.path_start is None else settings.path_start
    steps: list[YearStep] = []
    solved: dict[float | None, YearStep] = {
        year_floor(settings, start, settings.year): _proposed_year(problem, proposal)
    }
    rewritten = {line.code for line in proposal.lines if line.action == "rewrite"}
    for year in range(1, settings.years + 1):
        floor = year_floor(settings, start, year)
        if floor not in solved:
            here = replace(problem, settings=replace(settings, year=year, path_start=start))
            done = rewritten if year > settings.year else set()
            solved[floor], chosen = _year(here, done, make)
            rewritten = rewritten | chosen if year > settings.year else rewritten
        limits = {"year": year, "floor": round(floor or 0.0, 6), "cap": settings.cap or 0.0}
        steps.append(solved[floor].model_copy(update=limits))
    return tuple(steps)


def _proposed_year(problem: Problem, proposal: Proposal) -> YearStep:
    counted = [x for x in proposal.lines if x.action != "frozen" and x.kind in ("base", "deduction")]
    outcome = {line.code for line in problem.lines if line.class_ == "outcome" and not line.guarded}
    total = math.fsum(x.rewritten + (x.kept if x.code in outcome else 0.0) for x in counted)
    base = problem.adjustable
    return YearStep(
        year=1, floor=0.0, cap=0.0, outcome_share=round(total / base, 6) if base > 0 else None,
        rewritten=sum(x.action == "rewrite" for x in proposal.lines), disruption=proposal.disruption,
        status=proposal.status,
    )  # fmt: skip


def _year(problem: Problem, done: set[str], make: Callable[[Programme], Model]) -> tuple[YearStep, set[str]]:
    """Return a year's outlook and the lines rewritten by then; what an earlier year rewrote stays so."""
    programme = build(problem)
    chosen = {programme.lines[i].code: c for i, c in programme.variables.chosen.items()}
    for code in done & chosen.keys():
        programme.lower[chosen[code]] = 1.0
    answer = outlook(programme, make)
    if answer.status == "infeasible":
        return YearStep(year=1, floor=0.0, cap=0.0, status="infeasible"), set(done)
    rewritten = {code for code, c in chosen.items() if answer.columns[c] > 0.5}
    step = YearStep(
        year=1, floor=0.0, cap=0.0, outcome_share=outcome_share(programme, answer.columns),
        rewritten=len(rewritten),
        disruption=round(lever_cost(programme, answer.columns) * programme.unit, 4) + 0.0,
        status=answer.status,
    )  # fmt: skip
    return step, rewritten
