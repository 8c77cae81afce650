"""Rows that need to know more of the lines: role-specific points, platform figures, data risk, resources.

Each is built where the profile asks for it and every adjustable line with points says what the row needs;
otherwise it is listed as not checked, with the attribute and the lines that lack it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.model import Text
from engine.reweight.problem import Line, Problem, Settings
from engine.reweight.programme import Programme, counted_lines, outcome_terms, rounded_down, rounded_up

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Demand:
    """A row by id: its setting, the attribute that lines must state (in words too), whether a line does."""

    id: str
    setting: str
    attribute: str
    meaning: Text
    is_known: Callable[[Line], bool]


DEMANDS = (
    Demand("role_share", "role_share", "role_specific", Text(zh="是否岗位专属", en="specific to the role or not"),
           lambda line: line.role_specific is not None),
    Demand("digital_ratio", "digital_ratio", "carrier", Text(zh="取证载体", en="the carrier"), lambda line: True),
    Demand("data_risk", "data_risk", "data_origin", Text(zh="数据来源", en="the source of its data"),
           lambda line: line.risk is not None),
    Demand("resources", "unresourced_rise", "resourced", Text(zh="是否有资源保障", en="resourced or not"),
           lambda line: line.resourced is not None),
)  # fmt: skip


def add_demands(programme: Programme) -> None:
    """Add the rows that the profile asks for and whose attributes are known."""
    if programme.adjustable <= 0:
        return
    for demand, lacking in asked(programme.problem):
        if not lacking:
            _ROWS[demand.id](programme, programme.problem.settings)


def asked(problem: Problem) -> Iterator[tuple[Demand, tuple[str, ...]]]:
    """Yield each demand that the profile makes, with the codes of the lines that lack its attribute."""
    lines = [line for line in problem.lines if problem.is_adjustable(line) and line.e > 0]
    for demand in DEMANDS:
        if getattr(problem.settings, demand.setting) is not None and lines:
            yield demand, tuple(line.code for line in lines if not demand.is_known(line))


def not_known(problem: Problem) -> Iterator[tuple[str, Text]]:
    """Yield the rows that could not be built: id, and what is missing on which lines."""
    for demand, lacking in asked(problem):
        if lacking:
            yield demand.id, _missing(demand, lacking, problem.settings)


def _missing(demand: Demand, lacking: tuple[str, ...], settings: Settings) -> Text:
    value = getattr(settings, demand.setting)
    named = "、".join(lacking[:SHOWN]) + (f"等{len(lacking)}项" if len(lacking) > SHOWN else "")
    many = len(lacking) - SHOWN
    named_en = ", ".join(lacking[:SHOWN]) + (f" and {many} more" if many > 0 else "")
    zh, en = DEMAND_TEXTS[demand.id]
    return Text(
        zh=f"{zh.format(limit=f'{value:.0%}')}：{named}未注明{demand.meaning.zh}（{demand.attribute}），未检查",
        en=f"{en.format(limit=f'{value:.0%}')}: {named_en} without {demand.attribute} ({demand.meaning.en}); not checked",
    )  # fmt: skip


DEMAND_TEXTS: dict[str, tuple[str, str]] = {
    "role_share": ("岗位差异化分值不低于可调分值的{limit}", "Role-specific points at least {limit} of the adjustable base"),
    "digital_ratio": ("以App、公众号、工作群取证的分值不超过结果类的{limit}", "Points proved on platforms at most {limit} of the outcome points"),
    "data_risk": ("数据失真风险不超过可调分值的{limit}", "Data risk at most {limit} of the adjustable base"),
    "resources": ("没有资源保障的指标分值增加不超过可调分值的{limit}", "Lines without resources rise by at most {limit} of the adjustable base"),
}  # fmt: skip


SETTING_OF = {demand.id: demand.setting for demand in DEMANDS}


def _role_share(programme: Programme, settings: Settings) -> None:
    lines = [i for i in counted_lines(programme) if programme.lines[i].role_specific]
    terms = [term for i in lines for term in programme.after(i)]
    limit = rounded_down(programme.problem, (settings.role_share or 0.0) * programme.adjustable)
    programme.row("role_share", "", terms, ">=", limit, row_class=settings.row_class("role_share"), soft=True)


def _digital_ratio(programme: Programme, settings: Settings) -> None:
    """Σ_digital x ≤ κ Σ_outcome; a line that is both counts on both sides."""
    terms = {c: -(settings.digital_ratio or 0.0) * k for c, k in outcome_terms(programme)}
    lines = [i for i in counted_lines(programme) if programme.lines[i].digital]
    for i in lines:
        kept = programme.variables.kept[i]
        terms[kept] = terms.get(kept, 0.0) + 1.0
    if lines:
        programme.row("digital_ratio", "", terms.items(), "<=", 0.0,
                      row_class=settings.row_class("digital_ratio"), soft=True)  # fmt: skip


def _data_risk(programme: Programme, settings: Settings) -> None:
    """Σ r·x + r*(Σ v + Σ g) ≤ ψB, r* the risk under a standard of the catalogue."""
    variables, risk = programme.variables, programme.problem.standard_risk
    lines = counted_lines(programme)
    terms = [(variables.kept[i], programme.lines[i].risk or 0.0) for i in lines]
    terms += [(variables.rewritten[i], risk) for i in lines if i in variables.rewritten]
    terms += [(c, risk) for c in variables.new.values()]
    limit = rounded_up(programme.problem, (settings.data_risk or 0.0) * programme.adjustable)
    programme.row("data_risk", "", terms, "<=", limit, row_class=settings.row_class("data_risk"), soft=True)


def _resources(programme: Programme, settings: Settings) -> None:
    """Points do not go where the means to do the task do not."""
    lines = [i for i in counted_lines(programme) if programme.lines[i].resourced is False]
    terms = [term for i in lines for term in programme.after(i)]
    if not lines:
        return
    room = (settings.unresourced_rise or 0.0) * programme.adjustable
    limit = math.fsum(programme.points[i] for i in lines) + rounded_up(programme.problem, room)
    programme.row("resources", "", terms, "<=", limit, row_class=settings.row_class("unresourced_rise"),
                  soft=True)  # fmt: skip


_ROWS: dict[str, Callable[[Programme, Settings], None]] = {
    "role_share": _role_share,
    "digital_ratio": _digital_ratio,
    "data_risk": _data_risk,
    "resources": _resources,
}
