"""What a line's text says of how it is measured: sampling, verification, origin of the data, ease of shaping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.knowledge.lexicon import Lexicon
from engine.model import Attribute, Value

if TYPE_CHECKING:
    from engine.classify.reading import Verdicts

# The origin that the text names, the first that holds.
_ORIGINS: Final = (
    ("platform_data", "platform_exhaust"),
    ("independent_sampling", "survey"),
    ("outside_data", "register"),
    ("verified_outside", "inspection"),
    ("self_reported", "self_report"),
)
_VERIFIED: Final = ("independent_sampling", "verified_outside", "outside_data")


class AttributeReader:
    """Reads the attribute entries of a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._columns = [
            (number, entry.value)
            for number, entry in enumerate(lexicon.entries)
            if entry.about == "attribute"
        ]

    def attributes(self, verdicts: Verdicts, number: int) -> dict[str, Attribute]:
        """Return the attributes of one line; what its text does not say is absent, never false."""
        row = verdicts.signals.anywhere[number]
        said = {value for column, value in self._columns if row[column]}
        found: dict[str, Value] = {}
        for name in ("independent_sampling", "per_unit", "frequent_ranking", "higher_basis"):
            if name in said:
                found[name] = True
        if said.intersection(_VERIFIED):
            found["outside_verifier"] = True
        elif "self_reported" in said:
            found["outside_verifier"] = False
        origin = next((origin for name, origin in _ORIGINS if name in said), None)
        if origin:
            found["data_origin"] = origin
        if verdicts.platform_points[number]:
            found["platform_points"] = True
        return {name: Attribute(value=value, basis="text") for name, value in found.items()}
