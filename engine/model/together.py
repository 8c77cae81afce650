"""Several schemes proposed for in one programme."""

from __future__ import annotations

from typing import Literal, NamedTuple

from engine.model.lists import Text
from engine.model.proposal import Report, Standard

_WORST: tuple[Literal["optimal", "relaxed", "infeasible"], ...] = ("infeasible", "relaxed", "optimal")


class SharedLine(NamedTuple):
    """A line that several schemes share, its codes like 2#I03: the line I03 of the second scheme.

    `reason` says why it is not held equal (None: it is). `after` and `standard` are where it ends in each
    scheme; a shared standard is paid once, in the scheme of position `paid_in` (from 0).
    """

    name: str
    codes: tuple[str, ...]
    basis: Literal["same", "stated"]
    before: tuple[float, ...]
    after: float | None = None
    standard: Standard | None = None
    paid_in: int | None = None
    reason: Text | None = None


class Together(NamedTuple):
    """Several schemes proposed for in one programme: a name and a report each, and the lines they share."""

    names: tuple[str, ...]
    reports: tuple[Report, ...]
    shared: tuple[SharedLine, ...]

    @property
    def status(self) -> Literal["optimal", "relaxed", "infeasible"]:
        """Return the worst of the schemes' own."""
        found = {report.proposal.status for report in self.reports if report.proposal}
        return next((status for status in _WORST if status in found), "optimal")
