"""Red lines rest on explicit text: what no text bars by name is taken back one step, for the lines and for whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.facts.wording import text_has, words_of_lines
from engine.knowledge.classes import ClassTable
from engine.knowledge.fields import Fields
from engine.model import Class, Classification, Guard, Scheme

_UNCOUNTED = "login_duration"
_QUOTA: Guard = "case_quota"


def with_explicit_red_lines(
    scheme: Scheme, classes: Sequence[Classification], fields: Fields, table: ClassTable
) -> tuple[Classification, ...]:
    """Return the classifications, with a red line only where a text bars the measure by name.

    A study platform by its mere name is restricted, not barred: the texts bar time and points. Numbers of
    cases are guarded, not barred, unless a text names the figure for the body that is assessed.

    Args:
        scheme: the scheme; its title, object and role may name the body.
        classes: one for each line, in the scheme's order.
        fields: the declared fields, with the words that tell.
        table: the decision table, asked again without what no text bars.
    """
    if not any(one.class_ == "prohibited" for one in classes):
        return tuple(classes)
    words = words_of_lines(fields["line"])
    settled = {}
    for line, one in zip(scheme.indicators, classes, strict=True):
        if one.class_ == "prohibited":
            tags = set(words.of(line))
            unbarred = _unbarred(one, tags, enforced_by(scheme, tags, fields))
            if any(unbarred):
                settled[line.code] = _settled(one, unbarred, table, "says_platform_points" in tags)
    return tuple(settled.get(one.code, one) for one in classes)


def enforced_by(scheme: Scheme, tags: set[str], fields: Fields) -> str:
    """Return the body whose cases a line counts: police, judicial or other; the line says it, else the scheme."""
    whole = "\n".join(part for part in (scheme.title, scheme.object, scheme.role) if part)
    for body in ("police", "judicial"):
        if f"says_{body}" in tags:
            return body
    for body in ("police", "judicial"):
        words = fields["line"][f"says_{body}"].words
        if words is not None and text_has(words, whole):
            return body
    return "other"


class _Unbarred(NamedTuple):
    """What no text bars of a line: a platform's use that is not counted, a number of cases that is not named."""

    use: bool
    cases: bool


def _unbarred(one: Classification, tags: set[str], body: str) -> _Unbarred:
    named = "says_barred_count" in tags and body != "other"
    return _Unbarred(
        use=_UNCOUNTED in one.family_names and "says_use_counted" not in tags,
        cases=one.guard == _QUOTA and not named,
    )


def _settled(
    one: Classification, unbarred: _Unbarred, table: ClassTable, platform_points: bool
) -> Classification:
    left = table.decide(
        level=one.level,
        families=[name for name in one.family_names if not (unbarred.use and name == _UNCOUNTED)],
        required_by=one.required_by, carrier=one.carrier, guard=None if unbarred.cases else one.guard,
        platform_points=platform_points,
    ).class_  # fmt: skip
    if left == "prohibited":
        return one
    milder: Class = "guarded" if one.guard else "restricted"
    return one.model_copy(update={"class_": milder})
