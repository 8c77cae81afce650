"""A rule's examples as schemes: what the test of every rule and the self-check run."""

from __future__ import annotations

from typing import Any

from engine.errors import RuleError
from engine.knowledge.documents import checked
from engine.knowledge.rules import Example
from engine.model import Attribute, Block, Indicator, Note, Scheme


def example_scheme(example: Example) -> Scheme:
    """Return the scheme an example describes.

    `line` is a scheme of one line; `scheme` is either names with points or a title, lines, blocks (name:
    stated total), notes. Attributes are plain values, taken as stated; a line without a code gets 1, 2, …

    Of several schemes it is the first.

    Raises:
        RuleError: a key that a scheme or line does not have.
    """
    return example_schemes(example)[0]


def example_schemes(example: Example) -> tuple[Scheme, ...]:
    """Return every scheme an example describes, in order; see `example_scheme`."""
    if example.schemes is not None:
        return tuple(_scheme(dict(given), example) for given in example.schemes)
    if example.line is not None:
        return (_scheme({"lines": [example.line]}, example),)
    return (_scheme(dict(example.scheme or {}), example),)


def _scheme(given: dict[str, Any], example: Example) -> Scheme:
    if "lines" not in given:
        given = {"lines": [{"name": name, "points": points} for name, points in given.items()]}
    lines = tuple(_line(raw, n) for n, raw in enumerate(given.pop("lines"), start=1))
    blocks = tuple(Block(name=name, points=points) for name, points in given.pop("blocks", {}).items())
    notes = tuple(Note(text=text) for text in given.pop("notes", ()))
    data = {"title": "考核方案", **given, "indicators": lines, "blocks": blocks, "notes": notes}
    return checked(Scheme, data, f"example {example.title!r}")


def _line(raw: Any, n: int) -> Indicator:
    if not isinstance(raw, dict):
        raise RuleError(f"an example's line is {raw!r}. Write name, criterion, points …")
    attributes = {name: Attribute(value=v, basis="stated") for name, v in raw.get("attributes", {}).items()}
    return checked(Indicator, {"code": str(n), **raw, "attributes": attributes}, "example line")
