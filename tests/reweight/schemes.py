"""Random problems for property tests, and an independent statement of S0 and S1 in scipy."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from engine.model import Proposal, ProposedLine, Standard
from engine.reweight.problem import Line, Problem, Settings, year_floor

CLASSES = (
    "required",
    "prohibited",
    "guarded",
    "restricted",
    "internal",
    "process",
    "output",
    "outcome",
    "unclear",
)
REWRITABLE = ("prohibited", "restricted", "process", "output", "guarded")
FROZEN = ("required", "internal", "unclear")


@st.composite
def lines(draw, step: float = 1.0, most: int = 12) -> tuple[Line, ...]:
    """1 to `most` lines in up to three blocks, points on the step's grid, every red line with a substitute."""
    found = []
    says = draw(st.booleans())  # whether lines say what role-specific, resource and data-risk rows ask
    for i in range(draw(st.integers(1, most))):
        class_ = draw(st.sampled_from(CLASSES))
        kind = draw(st.sampled_from(("base", "base", "base", "base", "deduction", "bonus")))
        points = draw(st.integers(0, 20)) * step
        if kind == "deduction":
            points = round(points / 3, 6)
        red = class_ == "prohibited"
        standard = Standard(
            catalogue=f"c{i}", name=f"new {i}", text="text", perception=draw(st.booleans()),
            data_cost=draw(st.sampled_from((0.0, 0.0, 0.2, 0.5))),
        )  # fmt: skip
        found.append(
            Line(
                code=f"I{i:02d}", name=f"line {i}", block=draw(st.sampled_from("ABC")), e=points, class_=class_,
                identity=f"{draw(st.integers(0, 2**32)):08x}-{i}", kind=kind,
                level="perception" if class_ == "outcome" and draw(st.booleans()) else "process",
                frozen=class_ if class_ in FROZEN else None, red=red, guarded=class_ == "guarded",
                substitute=standard if red or draw(st.booleans()) else None,
                digital=draw(st.booleans()), role_specific=draw(st.booleans()) if says else None,
                resourced=draw(st.booleans()) if says else None,
                risk=draw(st.sampled_from((0.0, 0.3, 0.7, 1.0))) if says else None,
            )
        )  # fmt: skip
    return tuple(found)


@st.composite
def problems(draw, *, levers: tuple[str, ...] | None = None, most: int = 12) -> Problem:
    """A problem with any limits, any of the steps, and rewriting switched on."""
    step = draw(st.sampled_from((1.0, 0.5, 0.1)))
    settings = Settings(
        cap=draw(st.sampled_from((0.0, 0.1, 0.15))), floor=draw(st.sampled_from((0.3, 0.6, 0.9))),
        path_step=draw(st.sampled_from((0.2, 1.0))), largest_line=draw(st.sampled_from((None, 0.2, 0.35))),
        perception_low=draw(st.sampled_from((None, 0.1))), perception_high=draw(st.sampled_from((None, 0.25))),
        bonus_cap=draw(st.sampled_from((None, 0.05))), role_share=draw(st.sampled_from((None, None, 0.3))),
        digital_ratio=draw(st.sampled_from((None, 0.5))), data_risk=draw(st.sampled_from((None, None, 0.2, 0.5))),
        unresourced_rise=draw(st.sampled_from((None, None, 0.0))),
    )  # fmt: skip
    chosen = levers or draw(
        st.sampled_from((("rewrite", "shift", "new"), ("rewrite",), ("rewrite", "shift", "new", "cross")))
    )
    standards = tuple((b, Standard(catalogue="n", name=f"new {b}", text="t")) for b in "ABC")
    return Problem(draw(lines(step, most)), settings, levers=chosen, step=step, new_standards=standards)


def proposed(problem: Problem, proposal: Proposal) -> Problem:
    """The problem of the proposed scheme, as `setup` reads it: what was rewritten is settled, the base is kept."""
    found = {line.code: line for line in proposal.lines}
    lines = [_settled(problem, line, found[line.code]) for line in problem.lines]
    says = problem.lines[0].role_specific is not None
    for new in proposal.lines:
        if new.action == "new":
            lines.append(
                Line(
                    code=new.code, name=new.name, block=new.block or "", e=new.after, class_="outcome",
                    identity="f" + new.code, level="perception" if new.standard.perception else "outcome",
                    settled=True, is_new=True, role_specific=False if says else None,
                    resourced=True if says else None, risk=problem.standard_risk if says else None,
                )
            )  # fmt: skip
    limits = replace(problem.settings, path_start=problem.outcome_share)
    return replace(problem, lines=tuple(lines), settings=limits)


def _settled(problem: Problem, line: Line, found: ProposedLine) -> Line:
    moved = abs(found.after - line.e) > 1e-9
    after = replace(line, e=found.after, start=line.e if moved else None)
    if found.after <= 0 < line.e:
        return replace(after, red=False, frozen="unscored")
    if found.action != "rewrite":
        return after
    seen = line.substitute is not None and line.substitute.perception
    return replace(
        after, class_="outcome", settled=True, guarded=False, red=False, digital=False,
        risk=problem.standard_risk, level="perception" if seen else "outcome",
    )  # fmt: skip


class Independent:
    """S0 and S1 of docs/programme.md written out with scipy, in points, big-M rows as they stand there."""

    def __init__(self, problem: Problem) -> None:
        self.p, self.cost, self.lo, self.hi, self.whole = problem, [], [], [], []
        self.rows: list[tuple[dict[int, float], float, float]] = []
        self.soft: list[tuple[str, int, float]] = []
        self.build()

    def var(self, cost=0.0, lo=0.0, hi=math.inf, whole=0):
        self.cost.append(cost), self.lo.append(lo), self.hi.append(hi), self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, terms, lo, hi):
        self.rows.append((terms, lo, hi))

    def elastic(self, terms, lo, hi, class_, price=None):
        limit = lo if math.isfinite(lo) else hi
        slack = self.var(price or 0.0)
        if price is None:
            self.soft.append((class_, slack, 1 / max(limit, self.p.step)))
        self.row(terms | {slack: 1.0 if math.isfinite(lo) else -1.0}, lo, hi)

    def build(self):
        p, s, pr = self.p, self.p.settings, self.p.prices
        kept, new_std, after = {}, {}, {}
        live = [line for line in p.lines if line.frozen is None]
        base = sum(x.e for x in live if x.kind != "bonus")
        total = sum(x.e for x in p.lines if x.kind != "bonus")
        for n, x in enumerate(live):
            rises = x.class_ == "outcome" and x.kind != "bonus"
            grow = (
                0 if x.guarded or x.kind == "bonus" or "shift" not in p.levers else max(x.e, s.growth_points)
            )
            can = x.substitute is not None and x.class_ in REWRITABLE and (x.e > 0 or x.red)
            xi = self.var(0, 0, 0 if x.red else (math.inf if rises else x.e))
            up = self.var(pr.shift, 0, grow if rises or can else 0)
            down = self.var(pr.shift if x.kind == "bonus" else 0, 0, x.e)
            terms = {xi: 1.0}
            if can:
                v = self.var(pr.rewrite + x.substitute.data_cost)
                z = self.var(0, 1 if x.red and (x.e == 0 or x.kind != "base") else 0, 1, 1)
                self.row({v: 1.0, z: -(x.e + grow)}, -math.inf, 0)
                self.row({xi: 1.0, z: x.e}, -math.inf, x.e)
                terms[v] = 1.0
                new_std[n] = v
            self.row(terms | {up: -1.0, down: 1.0}, x.e, x.e)
            kept[n], after[n] = xi, terms
        counted = [n for n, x in enumerate(live) if x.kind != "bonus"]
        blocks = sorted({live[n].block for n in counted})
        extra = {}
        room = math.floor(s.new_share * base / p.step + 1e-9) * p.step
        if "new" in p.levers and room > 0:
            each = room if s.largest_line is None else min(room, s.largest_line * total)
            extra = {b: self.var(pr.new, 0, each) for b in blocks}
            self.row(dict.fromkeys(extra.values(), 1.0), -math.inf, room)
        moves = {}
        if "cross" in p.levers and len(blocks) > 1:
            for b in blocks:
                size = s.cross_share * sum(x.e for x in p.lines if x.block == b and x.kind != "bonus")
                size = math.floor(size / p.step + 1e-9) * p.step
                moves[b] = (self.var(pr.cross, 0, size), self.var(0, 0, size))
            self.row({m[0]: 1.0 for m in moves.values()} | {m[1]: -1.0 for m in moves.values()}, 0, 0)
        for b in blocks:
            terms = {}
            for n in counted:
                if live[n].block == b:
                    terms |= after[n]
            if b in extra:
                terms[extra[b]] = 1.0
            if b in moves:
                terms |= {moves[b][0]: -1.0, moves[b][1]: 1.0}
            size = sum(live[n].e for n in counted if live[n].block == b)
            self.row(terms, size, size)
        if base > 0:
            self.limits(live, counted, kept, new_std, extra, after, base, total)
        bonus = [n for n, x in enumerate(live) if x.kind == "bonus"]
        if s.bonus_cap is not None and bonus and total > 0:
            cap = math.ceil(s.bonus_cap * total / p.step - 1e-9) * p.step
            cap = max(cap - sum(x.e for x in p.lines if x.kind == "bonus" and x.frozen), 0)
            terms = {}
            for n in bonus:
                terms |= after[n]
            self.elastic(terms, -math.inf, cap, "local")

    def limits(self, live, counted, kept, new_std, extra, after, base, total):
        p, s = self.p, self.p.settings
        down = lambda value: math.floor(value / p.step + 1e-9) * p.step  # noqa: E731
        up = lambda value: math.ceil(value / p.step - 1e-9) * p.step  # noqa: E731
        cap = {kept[n]: 1.0 for n in counted if live[n].class_ in ("restricted", "prohibited")}
        self.elastic(cap, -math.inf, up(s.cap * base), "local")
        good = {kept[n]: 1.0 for n in counted if live[n].class_ == "outcome"}
        good |= {new_std[n]: 1.0 for n in counted if n in new_std} | dict.fromkeys(extra.values(), 1.0)
        start = sum(live[n].e for n in counted if live[n].class_ == "outcome") / base
        self.elastic(good, down(year_floor(s, start, 1) * base), math.inf, "local")
        seen = {kept[n]: 1.0 for n in counted if live[n].level == "perception"}
        seen |= {new_std[n]: 1.0 for n in counted if n in new_std and live[n].substitute.perception}
        if s.perception_low is not None:
            self.elastic(seen, down(s.perception_low * base), math.inf, "preference", p.prices.perception)
        if s.perception_high is not None:
            self.elastic(seen, -math.inf, up(s.perception_high * base), "preference", p.prices.perception)
        if s.largest_line is not None:
            for n in counted:
                self.elastic(after[n], -math.inf, max(s.largest_line * total, live[n].e), "local")
        self.demands(live, counted, kept, new_std, extra, after, good, base)

    def demands(self, live, counted, kept, new_std, extra, after, good, base):
        """Role-specific points, platform figures, data risk, resources: only where every line says."""
        p, s = self.p, self.p.settings
        weighing = [live[n] for n in counted if live[n].e > 0]
        if s.role_share is not None and all(x.role_specific is not None for x in weighing):
            terms = {}
            for n in counted:
                terms |= after[n] if live[n].role_specific else {}
            self.elastic(terms, math.floor(s.role_share * base / p.step + 1e-9) * p.step, math.inf, "local")
        online = [n for n in counted if live[n].digital]
        if s.digital_ratio is not None and online:
            terms = {c: -s.digital_ratio * k for c, k in good.items()}
            for n in online:
                terms[kept[n]] = terms.get(kept[n], 0.0) + 1.0
            self.elastic(terms, -math.inf, 0.0, "local")
        if s.data_risk is not None and all(x.risk is not None for x in weighing):
            terms = {kept[n]: live[n].risk or 0.0 for n in counted}
            terms |= {c: p.standard_risk for n, c in new_std.items() if n in counted}
            terms |= dict.fromkeys(extra.values(), p.standard_risk)
            self.elastic(terms, -math.inf, math.ceil(s.data_risk * base / p.step - 1e-9) * p.step, "local")
        poor = [n for n in counted if live[n].resourced is False]
        if s.unresourced_rise is not None and poor and all(x.resourced is not None for x in weighing):
            terms = {}
            for n in poor:
                terms |= after[n]
            room = math.ceil(s.unresourced_rise * base / p.step - 1e-9) * p.step
            self.elastic(terms, -math.inf, sum(live[n].e for n in poor) + room, "local")

    def solve(self) -> tuple[float, float]:
        """Return S0's value (rows of class local) and S1's."""
        weights = {slack: k for class_, slack, k in self.soft}
        first = self.minimum(weights)
        self.row(weights, -math.inf, first + 1e-7)
        return first, self.minimum(dict(enumerate(self.cost)))

    def minimum(self, cost) -> float:
        objective = np.zeros(len(self.cost))
        for j, k in cost.items():
            objective[j] = k
        if not len(objective):
            return 0.0
        matrix = np.zeros((len(self.rows), len(self.cost)))
        for r, (terms, _, _) in enumerate(self.rows):
            for j, k in terms.items():
                matrix[r, j] += k
        constraint = LinearConstraint(matrix, [r[1] for r in self.rows], [r[2] for r in self.rows])
        found = milp(
            objective, constraints=constraint, bounds=Bounds(self.lo, self.hi), integrality=self.whole,
            options={"mip_rel_gap": 0.0},
        )  # fmt: skip
        assert found.status == 0, found.message
        return float(found.fun)
