"""What a line's text says of how it is measured: sampling, verification, origin of the data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from engine.knowledge.lexicon import Entry
from engine.model import Attribute, Value

# The origin that the text names, the first that holds.
_ORIGINS: Final = (
    ("platform_data", "platform_exhaust"),
    ("independent_sampling", "survey"),
    ("outside_data", "register"),
    ("verified_outside", "inspection"),
    ("self_reported", "self_report"),
)
_VERIFIED: Final = ("independent_sampling", "verified_outside", "outside_data")
_SAID: Final = ("independent_sampling", "per_unit", "frequent_ranking", "higher_basis")


def said_attributes(present: Iterable[Entry]) -> dict[str, Attribute]:
    """Return the attributes of one line; what its text does not say is absent, never false.

    Args:
        present: the lexicon's entries that stand in the line.
    """
    said = {entry.value for entry in present if entry.about == "attribute"}
    found: dict[str, Value] = {name: True for name in _SAID if name in said}
    if said.intersection(_VERIFIED):
        found["outside_verifier"] = True
    elif "self_reported" in said:
        found["outside_verifier"] = False
    origin = next((origin for name, origin in _ORIGINS if name in said), None)
    if origin:
        found["data_origin"] = origin
    return {name: Attribute(value=value, basis="text") for name, value in found.items()}
