"""Which whole columns are 0 and which 1, by branching on the relaxation: quicker than a solver's search where
few are open, because each question starts warm from the one before and nothing is set up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Fixed = Mapping[int, float]
Found = tuple[float, Sequence[float]]
WHOLE = 1e-6  # how far from a whole number a column may be and still count as one, until it is tried exactly
EXACT = 1e-11
GAP = 1e-7


@dataclass(slots=True)
class Branching:
    """A search over `columns` (0 or 1).

    `ask` returns the least value with some columns fixed and the others in part, and the values of all
    columns; None where there is no answer. `best` is the best whole answer so far.
    """

    ask: Callable[[Fixed], Found | None]
    columns: Sequence[int]
    best: Found = (float("inf"), ())
    questions: int = 0
    waiting: list[tuple[dict[int, float], float]] = field(default_factory=list)

    def finish(self, most: int) -> bool:
        """Search to the end; False where that takes more than `most` questions."""
        self.waiting = [({}, -float("inf"))]
        while self.waiting:
            if self.questions > most:
                return False
            fixed, bound = self.waiting.pop()
            if bound < self.best[0] - GAP:
                self._visit(fixed)
        return True

    def _visit(self, fixed: dict[int, float]) -> None:
        found = self._asked(fixed)
        if found is None or found[0] >= self.best[0] - GAP:
            return
        value, values = found
        apart = {c: abs(values[c] - round(values[c])) for c in self.columns if c not in fixed}
        column = max(apart, key=apart.__getitem__, default=None)
        if column is None or apart[column] <= EXACT:
            self.best = found
        elif apart[column] > WHOLE or not self._try_whole(fixed, found, apart):
            upper = values[column] >= 0.5
            self.waiting.append(({**fixed, column: float(not upper)}, value))
            self.waiting.append(({**fixed, column: float(upper)}, value))

    def _try_whole(self, fixed: dict[int, float], found: Found, apart: Mapping[int, float]) -> bool:
        """Almost whole is tried exactly; return whether nothing below can be better than what that gives."""
        value, values = found
        whole = self._asked({**fixed, **{c: float(round(values[c])) for c in apart}})
        if whole is None:
            return False
        if whole[0] < self.best[0] - GAP:
            self.best = whole
        return whole[0] <= value + WHOLE

    def _asked(self, fixed: Fixed) -> Found | None:
        self.questions += 1
        return self.ask(fixed)
