"""A line's text → what it measures, with the words that decided it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.classify.evidence import evidence_of, family_hits
from engine.classify.reading import Reading
from engine.classify.stated import apply_stated
from engine.classify.verdicts import Verdict, Verdicts
from engine.knowledge.classes import ClassTable
from engine.knowledge.lexicon import Lexicon
from engine.model import Classification, Indicator

CACHED_NAMES: Final = 65_536  # names remembered between calls; about 30 MB
_CHUNK: Final = 2_048


class Classifier:
    """Reads lines with one lexicon and one decision table.

    Args:
        lexicon: the wordings; its folder of learned weights is used where there is one.
        classes: the decision table.
        learned: False leaves the learned part out (lexicon path alone).
    """

    def __init__(self, lexicon: Lexicon, classes: ClassTable, *, learned: bool = True) -> None:
        self._reading = Reading(lexicon, classes, learned=learned)
        self._classes = classes
        self._known: dict[str, Verdict] = {}

    @property
    def reading(self) -> Reading:
        """The reading of many lines at once, for training and measurement."""
        return self._reading

    def classify(self, indicator: Indicator) -> Classification:
        """Return what one line measures; spans point into the indicator's own text."""
        return self.classify_lines([indicator])[0]

    def classify_lines(self, indicators: Sequence[Indicator]) -> tuple[Classification, ...]:
        """Return what each line measures, in their order; each is read by itself, whatever scheme it stands in."""
        if not indicators:
            return ()
        verdicts = self._reading.read(
            [(i.name, i.criterion or "", i.proof or "", i.block or "") for i in indicators],
            kinds=[i.kind for i in indicators],
        )
        return tuple(
            apply_stated(line, self._classification(line, verdicts, number), self._classes)
            for number, line in enumerate(indicators)
        )

    def classify_names(self, names: Sequence[str]) -> list[Verdict]:
        """Return (level, families, required_by, guard, carrier, class, formalistic, p) per name.

        The hot path: repeated names are read once; memory is bounded whatever the number of names.
        """
        known = self._known
        if len(known) > CACHED_NAMES:
            known.clear()
        results: list[Verdict] = []
        for at in range(0, len(names), CACHED_NAMES):
            part = names[at : at + CACHED_NAMES]
            new = list({name: None for name in part if name not in known})
            if len(known) + len(new) > 2 * CACHED_NAMES:
                known.clear()
                new = list(dict.fromkeys(part))
            for first in range(0, len(new), _CHUNK):
                chunk = new[first : first + _CHUNK]
                known.update(zip(chunk, self._reading.read_names(chunk).rows, strict=True))
            results.extend(map(known.__getitem__, part))
        return results

    def _classification(self, line: Indicator, verdicts: Verdicts, number: int) -> Classification:
        fields = (line.name, line.criterion or "", line.proof or "", line.block or "")
        level, _, required, guard, carrier, class_, decision, p = verdicts.rows[number]
        return Classification.model_validate(
            {
                "code": line.code,
                "level": level,
                "families": family_hits(self._reading, verdicts, number, fields),
                "required_by": required,
                "party_duty": required == "party_regulation",
                "guard": guard,
                "carrier": carrier,
                "class": class_,
                "formalistic": decision,
                "p": round(p, 4),
                "attributes": verdicts.attributes(number),
                "evidence": evidence_of(self._reading, verdicts, number, fields),
            }
        )
