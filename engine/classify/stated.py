"""What a full-form file states of a line wins over what its text seems to say."""

from __future__ import annotations

from typing import Any, get_args

from engine.knowledge.classes import ClassTable
from engine.model import (
    FAMILIES,
    GUARDS,
    LEVELS,
    OUTCOME_LIKE,
    Attribute,
    Carrier,
    Classification,
    FamilyHit,
    Indicator,
    Requirement,
)

REWRITTEN_P = 0.02  # a line that follows a standard of the catalogue; its text was written to be an outcome
_STATED_YES, _STATED_NO = 0.9, 0.1  # families stated by a person, or stated to be none


def apply_stated(line: Indicator, found: Classification, classes: ClassTable) -> Classification:
    """Return `found` with the stated level, families, requirement, guard and carrier in place of the read ones."""
    stated = {
        name: attribute.value
        for name, attribute in line.attributes.items()
        if attribute.basis == "stated" and attribute.value is not None
    }
    if not stated:
        return found
    changes: dict[str, Any] = {}
    for name, values in (
        ("level", LEVELS), ("required_by", get_args(Requirement)), ("carrier", get_args(Carrier)),
    ):  # fmt: skip
        if stated.get(name) in values:
            changes[name] = stated[name]
    if stated.get("guard") in (*GUARDS, "none"):
        changes["guard"] = None if stated["guard"] == "none" else stated["guard"]
    if "standard" in stated:
        changes |= {"families": (), "guard": None, "p": REWRITTEN_P, "formalistic": "no"}
        changes.setdefault("level", "outcome")
        changes["required_by"] = "none" if changes["level"] in OUTCOME_LIKE else found.required_by
    elif "families" in stated or "family" in stated:
        changes |= _families(str(stated.get("families", stated.get("family"))), found)
    if isinstance(stated.get("party_duty"), bool):
        changes["party_duty"] = stated["party_duty"]
    elif "required_by" in changes:
        changes["party_duty"] = changes["required_by"] == "party_regulation"
    if not changes:
        return found
    changed = found.model_copy(update=changes)
    row = classes.decide(
        level=changed.level,
        families=changed.family_names if changed.formalistic != "no" else (),
        required_by=changed.required_by,
        carrier=changed.carrier,
        guard=changed.guard,
        platform_points=_is_true(found.attributes.get("platform_points")),
    )
    stated_attributes = {
        name: Attribute(value=stated[name], basis="stated") for name in ("level", "guard", "carrier", "standard")
        if name in stated
    }  # fmt: skip
    return changed.model_copy(
        update={"class_": row.class_, "attributes": {**found.attributes, **stated_attributes}}
    )


def _families(text: str, found: Classification) -> dict[str, Any]:
    names = [name.strip() for name in text.replace("，", ",").replace("、", ",").split(",")]
    known = [name for name in FAMILIES if name in names]
    read = {hit.family: hit for hit in found.families}
    hits = tuple(read.get(name, FamilyHit(family=name, evidence=())) for name in known)
    if known:
        return {"families": hits, "p": max(found.p, _STATED_YES), "formalistic": "yes"}
    return {"families": (), "p": min(found.p, _STATED_NO), "formalistic": "no"}


def _is_true(attribute: Attribute | None) -> bool:
    return attribute is not None and attribute.value is True
