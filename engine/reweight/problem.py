"""What the programme is told: lines with effective points, limits, prices, levers. Plain frozen values."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Literal

from engine.errors import SchemeError
from engine.model import Class, Kind, Level, RowClass, Standard, Text

Lever = Literal["rewrite", "shift", "new", "cross"]
LEVERS: tuple[Lever, ...] = ("rewrite", "shift", "new", "cross")
REWRITABLE: frozenset[Class] = frozenset({"prohibited", "restricted", "process", "output", "guarded"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line as the programme sees it.

    `e` is effective points (>= 0; a bonus line's cap, beside the base). `frozen` is the reason why the
    line keeps its points and its standard (None: adjustable). `held` lines keep their points but may take
    a new standard. `beneath` is the reason that would freeze a locked line were its lock taken away. `low`
    and `high` bound the points after; `start` is what the growth limit counts from where a path began
    earlier. `digital`: proved on an App, public account or chat group; `role_specific`, `resourced`, `risk`
    (data risk under the present standard): None where nothing says so. `identity` is a hash of the line's text plus an ordinal: ties are broken by it.
    """

    code: str
    name: str
    block: str
    e: float
    class_: Class
    identity: str
    level: Level = "unclear"
    kind: Kind = "base"
    frozen: str | None = None
    beneath: str | None = None
    held: bool = False
    red: bool = False
    guarded: bool = False
    substitute: Standard | None = None
    p: float = 0.0
    low: float | None = None
    high: float | None = None
    start: float | None = None
    settled: bool = False
    is_new: bool = False
    named: str | None = None
    digital: bool = False
    role_specific: bool | None = None
    resourced: bool | None = None
    risk: float | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits of the profile, as fractions of the base unless the name says otherwise; None: no such row.

    `expected_cap` puts the cap on Σ p·x over all lines, in place of the lines classed as restricted.
    """

    cap: float | None = 0.10
    floor: float | None = 0.60
    path_step: float = 0.20
    path_start: float | None = None
    year: int = 1
    years: int = 3
    perception_low: float | None = None
    perception_high: float | None = None
    largest_line: float | None = 0.20
    named_minimum: float | None = None
    growth_factor: float = 2.0
    growth_points: float = 2.0
    new_share: float = 0.10
    new_lines: int = 3
    bonus_cap: float | None = None
    cross_share: float = 0.20
    required_low: float = 0.80
    role_share: float | None = None
    digital_ratio: float | None = None
    data_risk: float | None = None
    unresourced_rise: float | None = None
    expected_cap: bool = False
    classes: tuple[tuple[str, RowClass], ...] = ()

    def row_class(self, row: str) -> RowClass:
        """Return how soft a row is: local unless the profile says otherwise."""
        return dict(self.classes).get(row, "local")


@dataclass(frozen=True, slots=True)
class Prices:
    """Disruption per point of each lever; `perception` prices a point of the band's shortfall."""

    rewrite: float = 1.0
    shift: float = 2.0
    new: float = 3.0
    cross: float = 10.0
    perception: float = 3.0


@dataclass(frozen=True, slots=True)
class LinearRow:
    """A row from a judgement or from last year's scores, over points after: Σ coefficient·after.

    `new` are blocks with the coefficient of the points of a line added to them. A `ratio` has no limit in
    points, so nobody asks what a point of it costs. `option` is the option of the command line that states it,
    to be named where the row stands in the way.
    """

    id: str
    text: Text
    terms: tuple[tuple[str, float], ...]
    sense: Literal["<=", ">=", "="]
    limit: float
    row_class: RowClass = "local"
    new: tuple[tuple[str, float], ...] = ()
    kind: Literal["stated", "ratio"] = "stated"
    option: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything one proposal depends on. `step` None: no rounding (for references and theory).

    `standard_risk` is the data risk of a line under a standard of the catalogue.
    """

    lines: tuple[Line, ...]
    settings: Settings = Settings()
    prices: Prices = Prices()
    levers: tuple[Lever, ...] = ("rewrite", "shift", "new")
    step: float | None = 1.0
    new_standards: tuple[tuple[str, Standard], ...] = ()
    rows: tuple[LinearRow, ...] = ()
    standard_risk: float = 0.06

    @property
    def mode(self) -> Literal["levers", "points_only"]:
        """Points-only: points move across the whole scheme and no standard changes."""
        return "points_only" if set(self.levers) == {"shift", "cross"} else "levers"

    @property
    def base(self) -> float:
        """Return Σ effective points of all lines of the base (bonus and veto lines stand beside it)."""
        return math.fsum(line.e for line in self.lines if line.kind in ("base", "deduction"))

    def is_adjustable(self, line: Line) -> bool:
        """Return whether the line counts in the adjustable base; in points-only mode every line does."""
        if line.kind not in ("base", "deduction"):
            return False
        return self.mode == "points_only" or line.frozen is None

    @property
    def adjustable(self) -> float:
        """Return B, the adjustable base."""
        return math.fsum(line.e for line in self.lines if self.is_adjustable(line))

    @property
    def outcome_share(self) -> float:
        """Return o: points of adjustable outcome lines over B (0 where B is 0)."""
        base = self.adjustable
        points = math.fsum(x.e for x in self.lines if self.is_adjustable(x) and x.class_ == "outcome")
        return points / base if base > 0 else 0.0


# Limits that a profile need not have.
OPTIONAL = frozenset(
    {"perception_low", "perception_high", "named_minimum", "bonus_cap", "role_share", "digital_ratio",
     "data_risk", "unresourced_rise"}
)  # fmt: skip


def natural_step(points: list[float]) -> float:
    """Return the step in which a scheme is written: 1, .5 or .1.

    >>> natural_step([10.0, 5.0]), natural_step([2.5]), natural_step([3.3])
    (1.0, 0.5, 0.1)
    """
    for step in (1.0, 0.5):
        if all(abs(p / step - round(p / step)) < 1e-9 for p in points):
            return step
    return 0.1


def year_floor(settings: Settings, start: float, year: int) -> float | None:
    """Return ω of a year of the path: a step above the start first, the full floor last, halfway between.

    >>> year_floor(Settings(floor=0.6), 0.0, 1), year_floor(Settings(floor=0.6), 0.0, 2)
    (0.2, 0.4)
    """
    full = settings.floor
    if full is None or start >= full:
        return full
    first = min(full, start + settings.path_step)
    if year >= settings.years:
        return full
    return first + (full - first) * (year - 1) / (settings.years - 1)


def override(settings: Settings, changes: dict[str, float]) -> Settings:
    """Return the settings with limits replaced by name; inf takes away a limit that a profile need not have.

    Raises:
        SchemeError: a limit that does not exist, or a value that is no number in its range.
    """
    known = {f.name for f in fields(Settings)} - {"classes"}
    for name, value in changes.items():
        if name not in known:
            raise SchemeError(
                f"--set {name}: there is no such limit.{suggest(name, known)} Use one of: "
                + ", ".join(sorted(known))
                + "."
            )
        if value == math.inf and name in OPTIONAL:
            continue
        if not math.isfinite(value) or value < 0:
            raise SchemeError(f"--set {name}={value}: a limit is a number >= 0. Write for example 0.6.")
    whole = {"year", "years", "new_lines"}
    clean: dict[str, float | None] = {
        name: int(value) if name in whole else float(value)
        for name, value in changes.items()
        if math.isfinite(value)
    }
    clean |= {name: None for name, value in changes.items() if value == math.inf}
    if "expected_cap" in clean:
        clean["expected_cap"] = bool(clean["expected_cap"])
    return replace(settings, **clean)  # type: ignore[arg-type]


def suggest(word: str, known: Iterable[str]) -> str:
    """Return ' Did you mean …?' or an empty string.

    >>> suggest("flor", ["floor", "cap"])
    " Did you mean 'floor'?"
    """
    near = difflib.get_close_matches(word, sorted(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


def check(problem: Problem) -> None:
    """Refuse a problem no programme can be built from.

    Raises:
        SchemeError: no lines, a doubled code, points that are no number, contradictory bounds, a lever
            that does not exist, a step that is not positive.
    """
    if not problem.lines:
        raise SchemeError("scheme: no lines. A proposal needs at least one line with points.")
    unknown = [lever for lever in problem.levers if lever not in LEVERS]
    if unknown:
        raise SchemeError(
            f"--levers {unknown[0]}: there is no such lever.{suggest(unknown[0], LEVERS)} "
            f"Use some of: {', '.join(LEVERS)}."
        )
    if problem.step is not None and not (math.isfinite(problem.step) and problem.step > 0):
        raise SchemeError(f"--step {problem.step}: a step is a number above 0. Write 1, 0.5 or 0.1.")
    if problem.settings.years not in (1, 2, 3):
        raise SchemeError(f"years {problem.settings.years}: a path has 1, 2 or 3 years.")
    seen: set[str] = set()
    for line in problem.lines:
        _check_line(line, seen)
        seen.add(line.code)


def _check_line(line: Line, seen: set[str]) -> None:
    if line.code in seen:
        raise SchemeError(f"line {line.code}: the code appears twice. Give each line its own code.")
    if not math.isfinite(line.e) or line.e < 0:
        raise SchemeError(
            f"line {line.code}: points {line.e} are not a number >= 0. Write digits only, e.g. 5."
        )
    for bound in (line.low, line.high):
        if bound is not None and not math.isfinite(bound):
            raise SchemeError(f"--bound {line.code}: {bound} is not a number. Write --bound CODE=LOW:HIGH.")
    if line.low is not None and line.high is not None and line.low > line.high:
        raise SchemeError(
            f"--bound {line.code}: the lower bound {line.low:g} is above the upper bound {line.high:g}. "
            "Swap or loosen them."
        )
