"""What a person asks of a proposal beyond the profile: one frozen value, passed on whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from engine.model import Judgement, UnitScores

Bounds = Mapping[str, tuple[float | None, float | None]]
DEFAULT_LEVERS = ("rewrite", "shift", "new")


@dataclass(frozen=True)
class Wishes:
    """What is asked for.

    `levers` are some of rewrite, shift, new, cross; exactly shift and cross is points-only mode. `locks` are
    codes of lines that keep their points and standard, `bounds` code → (low, high) points after, `settings`
    limits by name in place of the profile's. `step` is the step in which points are written (None: the
    scheme's own), `years` the length of the path, 1 to 3. `max_change` bounds, in points, what any unit's
    total of `scores` may gain or lose. `judgements` become ratio rows. `ranges` asks for each line's range
    over all answers of the same disruption.
    """

    levers: Sequence[str] = DEFAULT_LEVERS
    locks: Collection[str] = ()
    bounds: Bounds | None = None
    settings: Mapping[str, float] | None = None
    step: float | None = None
    years: int = 3
    scores: UnitScores | None = None
    max_change: float | None = None
    judgements: tuple[Judgement, ...] = ()
    ranges: bool = False


PLAIN = Wishes()
