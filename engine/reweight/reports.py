"""How each row stands on the printed points: its value, slack and price, and what gave way."""

from __future__ import annotations

import math

from engine.model import ConstraintReport, Relaxation, Text
from engine.reweight.demands import not_known
from engine.reweight.explain import PRICED, Price, Pricing
from engine.reweight.options import limit_option
from engine.reweight.printed import Printed
from engine.reweight.problem import Problem
from engine.reweight.programme import Programme, Row
from engine.reweight.wording import points, row_text

FEW = 12  # blocks up to which each block's total gets a price
REPORTED = frozenset(
    {"block", "total", "cap", "floor", "single", "named", "bonus", "perception_low", "perception_high",
     "new", "new_lines", "bound", "stated", "ratio", "role_share", "digital_ratio", "data_risk", "resources"}
)  # fmt: skip


def _value(row: Row, printed: Printed) -> float:
    pairs = zip(row.columns, row.coefficients, strict=True)
    return math.fsum(k * float(printed.columns[c]) for c, k in pairs if c != row.slack)


def reports(programme: Programme, printed: Printed, pricing: Pricing | None) -> tuple[ConstraintReport, ...]:
    """Return the rows as printed, each with its price where `pricing` is given and could check one."""
    found = []
    many = sum(row.kind == "block" for row in programme.rows) > FEW
    frozen = {line.code for line in programme.lines if line.frozen is not None}
    for r, row in enumerate(programme.rows):
        if row.kind in REPORTED:
            report = _report(programme, printed, row)
            asked = row.kind in PRICED and report.state != "relaxed"
            if row.kind in ("block", "bound", "stated") and (many or row.subject in frozen):
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


def not_checked(problem: Problem) -> tuple[ConstraintReport, ...]:
    rows = [
        ConstraintReport(id=name, text=text, sense="<=", limit=0.0, state="not_checked")
        for name, text in not_known(problem)
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
            option = limit_option(programme, row, printed.columns)
            found.append(
                Relaxation(
                    options=(option,) if option else (), id=row.id, by=by, row_class=row.row_class,
                    text=Text(zh=f"{text.zh}：放宽 {points(by)} 分", en=f"{text.en}: gives way by {points(by)} points"),
                )
            )  # fmt: skip
    return tuple(found)
