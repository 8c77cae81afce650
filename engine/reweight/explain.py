"""What each row costs, how far that holds, and the range of each line: by solving again, never by duals alone.

Prices hold with the choice of standards fixed, and the report says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import SolverError
from engine.model import Text
from engine.reweight.programme import Programme, Row
from engine.reweight.run import SOFT, Answer
from engine.reweight.solver import Highs, Solution
from engine.reweight.wording import points

FloatArray = NDArray[np.float64]
PRICED = frozenset({"cap", "floor", "named", "bonus", "perception_low", "perception_high", "new", "bound",
                    "stated", "block", "total", "role_share", "data_risk", "resources"})  # fmt: skip
NUDGE = 0.01
Side = tuple[
    float, float, Solution
]  # change per unit of limit, the limit where it ends, an answer on that side


@dataclass(frozen=True, slots=True)
class Price:
    """Change of disruption per unit of limit when the row tightens, and the limits over which it holds."""

    value: float
    holds_from: float
    holds_to: float
    text: Text


class Pricing:
    """S1 with the choice of standards fixed and S0's values kept: one model, changed row by row."""

    def __init__(self, programme: Programme, answer: Answer) -> None:
        self.programme, self.answer, self.model = programme, answer, Highs(programme)
        for column, whole in enumerate(programme.integer):
            if whole:
                value = float(round(answer.columns[column]))
                self.model.set_column(column, value, value)
        self.model.relax_integers()
        self._keep_shortfall()
        self.step = self.model.add_column(0.0, 0.0)
        self.base = self._solve()
        # Disruption on a straight line against the step: one row, its slope and limit set when asked.
        self.line = self.model.add_row([*programme.disruption.items(), (self.step, 0.0)], -np.inf, np.inf)

    def _keep_shortfall(self) -> None:
        for name in SOFT:
            rows = [
                r for r in self.programme.rows if r.slack is not None and r.scale > 0 and r.row_class == name
            ]
            given = self.answer.shortfall.get(name, 0.0)
            for row in rows:
                if row.slack is not None and given <= 1e-9:
                    self.model.set_column(row.slack, 0.0, 0.0)
            if rows and given > 1e-9:
                terms = [(row.slack, 1.0 / row.scale) for row in rows if row.slack is not None]
                # What the classes before gave up to the last digit may be missing here by as much.
                least = self.model.minimise(dict(terms)).value
                self.model.add_row(terms, -np.inf, max(given, least) + 1e-8)

    def _solve(self) -> Solution:
        return self.model.minimise(self.programme.disruption)

    def price(self, r: int) -> Price | None:
        """Return the price of a row, or None where none could be checked by solving again."""
        try:
            return self._price(r)
        except SolverError:
            return None

    def _price(self, r: int) -> Price | None:
        row = self.programme.rows[r]
        if row.sense != "=" and self._room(row) > NUDGE:
            return self._idle(r, row)
        away = {">=": 1.0, "<=": -1.0, "=": 1.0}[row.sense]
        tight = self._side(r, away)
        if tight is None:
            loose = self._side(r, -away)
            return self._priced(row, loose, row.limit, tightens=False) if loose is not None else None
        start = row.limit
        if self._has_slope(r, -away, tight[0]):
            start -= away * self._reach(r, -away, -tight[0] * away)
        return self._priced(row, tight, start, tightens=True)

    def _priced(self, row: Row, side: Side, start: float, *, tightens: bool) -> Price:
        slope, end, moved = side
        most = max(self.programme.problem.base / self.programme.unit, row.limit)
        low, high = max(min(start, end), 0.0), min(max(start, end), most)
        end = min(max(end, 0.0), most)
        words = self._words(row, slope, end + row.shift, moved, tightens=tightens)
        return Price(round(slope, 6) + 0.0, low, high, words)

    def _has_slope(self, r: int, direction: float, slope: float) -> bool:
        """Return whether the slope per unit of limit is the same a nudge away (disruption is convex)."""
        row = self.programme.rows[r]
        self._set(r, row, row.limit + direction * NUDGE)
        found = self._solve()
        self._set(r, row, row.limit)
        if found.status != "optimal":
            return False
        return abs((found.value - self.base.value) / (NUDGE * direction) - slope) < 1e-6

    def _room(self, row: Row) -> float:
        """Return how far the answer is from the row's limit."""
        pairs = zip(row.columns, row.coefficients, strict=True)
        value = sum(k * float(self.base.columns[c]) for c, k in pairs)
        return value - row.limit if row.sense == ">=" else row.limit - value

    def _idle(self, r: int, row: Row) -> Price:
        """A row with room to spare costs nothing, until it is tightened as far as nothing need change."""
        away = 1.0 if row.sense == ">=" else -1.0
        most = max(self.programme.problem.base / self.programme.unit, row.limit)
        end = min(max(row.limit + away * self._reach(r, away, 0.0), 0.0), most)
        low, high = (0.0, end) if row.sense == ">=" else (end, most)
        return Price(0.0, low, high, self._words(row, 0.0, end, self.base, tightens=True))

    def _side(self, r: int, direction: float) -> Side | None:
        """Return (change per unit of limit, limit where it ends, the answer a nudge away) on one side."""
        row = self.programme.rows[r]
        nudge = NUDGE
        for _ in range(3):
            self._set(r, row, row.limit + direction * nudge)
            found = self._solve()
            self._set(r, row, row.limit)
            if found.status != "optimal":
                return None
            # Digits below a millionth are the solver's dust, and would bend the line the price stands on.
            slope = round((found.value - self.base.value) / nudge, 6)
            reach = self._reach(r, direction, slope)
            if reach >= nudge - 1e-9:
                return slope * direction, row.limit + direction * reach, found
            if reach < 1e-6:
                return None
            nudge = reach / 2
        return None

    def _reach(self, r: int, direction: float, slope: float) -> float:
        """Return how far the limit can move before disruption leaves the straight line (one programme)."""
        far = 10.0 * max(self.programme.adjustable, self.programme.problem.base / self.programme.unit, 1.0)
        self.model.set_column(self.step, 0.0, far)
        self.model.set_coefficient(r, self.step, -direction)
        self.model.set_coefficient(self.line, self.step, -slope)
        self.model.set_row(self.line, -np.inf, self.base.value + 10 * self.model.margin)
        found = self.model.minimise({self.step: -1.0})
        self.model.set_row(self.line, -np.inf, np.inf)
        self.model.set_coefficient(r, self.step, 0.0)
        self.model.set_column(self.step, 0.0, 0.0)
        return -found.value if found.status == "optimal" else 0.0

    def _set(self, r: int, row: Row, limit: float) -> None:
        low = limit if row.sense in (">=", "=") else -np.inf
        high = limit if row.sense in ("<=", "=") else np.inf
        self.model.set_row(r, low, high)

    def _words(self, row: Row, slope: float, end: float, moved: Solution, *, tightens: bool) -> Text:
        unit = self.programme.unit
        if abs(slope) < 1e-6:
            moves_zh, moves_en = ("合计增加到", "total") if row.sense == "=" else ("限值收紧到", "limit")
            return Text(
                zh=f"{moves_zh} {points(end * unit)} 分以前不增加改动",
                en=f"Nothing more has to change until the {moves_en} reaches {points(end * unit)} points",
            )
        if not tightens:
            return Text(
                zh="在已选定改写的标准内已到头，再收紧须另改标准",
                en="With the standards chosen it cannot be tightened; another standard would have to be rewritten",
            )
        zh, en = _levers(self.programme, self.base.columns, moved.columns, NUDGE)
        verb = {">=": ("再提高", "more"), "<=": ("再压减", "less"), "=": ("再增加", "more")}[row.sense]
        return Text(
            zh=f"{verb[0]}1分：{zh}；适用到 {points(end * unit)} 分",
            en=f"One point {verb[1]}: {en}; holds to {points(end * unit)} points",
        )

    def range(self, i: int) -> tuple[float, float]:
        """Return the least and the most points a line has over all answers of the same disruption."""
        return self._extent(dict(self.programme.after(i)))

    def new_range(self, block: str) -> tuple[float, float]:
        """Return the least and the most points a new line of a block has, as `range` does."""
        return self._extent({self.programme.variables.new[block]: 1.0})

    def _extent(self, terms: dict[int, float]) -> tuple[float, float]:
        kept = self.model.add_row(list(self.programme.disruption.items()), -np.inf, self.base.value + 1e-6)
        low = self.model.minimise(terms)
        high = self.model.minimise({c: -k for c, k in terms.items()})
        self.model.set_row(kept, -np.inf, np.inf)
        if low.status != "optimal" or high.status != "optimal":
            raise SolverError("the solver lost an answer it had found. Loosen bounds that are almost equal.")
        return low.value, -high.value


def _levers(programme: Programme, before: FloatArray, after: FloatArray, nudge: float) -> tuple[str, str]:
    """Return the levers a nudge pulls, per point, in words."""
    if programme.problem.mode == "points_only":
        moved = sum(k * (after[c] - before[c]) for c, k in programme.disruption.items()) / nudge
        return f"合计多调整{points(moved)}分", f"{points(moved)} points more are moved in all"
    variables, change = programme.variables, (after[: len(before)] - before[: len(after)]) / nudge
    parts = (
        (sum(change[c] for c in variables.rewritten.values()), "改写{}分标准", "rewrite {} points"),
        (sum(change[c] for c in variables.up.values()), "板块内调剂{}分", "shift {} points"),
        (sum(change[c] for c in variables.new.values()), "新增{}分", "{} points of new lines"),
        (sum(change[c] for c in variables.gained.values()), "跨板块调剂{}分", "{} points across blocks"),
    )
    named = [(zh.format(points(v)), en.format(points(v))) for v, zh, en in parts if v > 0.005]
    fewer = [(zh.format(points(-v)), en.format(points(-v))) for v, zh, en in parts if v < -0.005]
    if not named and not fewer:
        return "少满足1分群众评价区间", "a point less within the band on citizens' ratings"
    more = "、".join(z for z, _ in named), ", ".join(e for _, e in named)
    less = "可省去" + "、".join(z for z, _ in fewer), "save: " + ", ".join(e for _, e in fewer)
    if not named:
        return less
    return (f"{more[0]}，{less[0]}", f"{more[1]}, and {less[1]}") if fewer else more
