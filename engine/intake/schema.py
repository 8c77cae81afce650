"""The JSON Schema of the full form, made from the nouns so that it cannot drift from them."""

from __future__ import annotations

from typing import Any, get_args

from engine.intake.yaml_form import FORM
from engine.model import Basis, Carrier, Kind, PathBase, Tier, Waiver

_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_POINTS: dict[str, Any] = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string"}, {"type": "null"}]}


def scheme_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a scheme in the full form.

    >>> scheme_json_schema()["required"]
    ['title', 'indicators']
    """
    properties: dict[str, Any] = {"schema": {"const": FORM}, "title": {"type": "string"}}
    properties |= dict.fromkeys(("object", "role", "region", "profile"), _TEXT)
    properties |= {"tier": {"enum": [*get_args(Tier), None]}, "year": {"type": ["integer", "null"]}}
    properties |= {"total": _POINTS, "step": _POINTS, "complete": {"type": ["boolean", "null"]}}
    properties |= {"blocks": _list(_block()), "indicators": _list(_indicator()) | {"minItems": 1}}
    properties |= {"notes": _list(_note()), "questions": _list(_note())}
    properties |= {"waivers": _list(_closed(Waiver.model_json_schema()))}
    properties |= {"path": {"anyOf": [_closed(PathBase.model_json_schema()), {"type": "null"}]}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scheme 方案",
        "type": "object",
        "required": ["title", "indicators"],
        "additionalProperties": False,
        "properties": properties,
    }


# Attributes that rows of a proposal ask for; others are free.
_ATTRIBUTES: dict[str, dict[str, Any]] = {
    "role_specific": {"type": ["boolean", "null"]},
    "resourced": {"type": ["boolean", "null"]},
    "outside_verifier": {"type": ["boolean", "null"]},
    "shaping_ease": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
    "data_origin": {"enum": ["platform_exhaust", "self_report", "register", "survey", "inspection", None]},
    "carrier": {"enum": [*get_args(Carrier), None]},
}


def _stated(schema: dict[str, Any], attribute: dict[str, Any]) -> dict[str, Any]:
    """A bare value, or a value with its basis."""
    return {"anyOf": [schema, {**attribute, "properties": {**attribute["properties"], "value": schema}}]}


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key not in ("description", "title")}


def _note() -> dict[str, Any]:
    text = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
    return {"anyOf": [{"type": "string"}, text]}


def _block() -> dict[str, Any]:
    block = {
        "type": "object",
        "required": ["name"],
        "additionalProperties": False,
        "properties": {"name": {"type": "string"}, "points": _POINTS},
    }
    return {"anyOf": [{"type": "string"}, block]}


def _indicator() -> dict[str, Any]:
    value = {"type": ["boolean", "number", "string", "null"]}
    attribute = {
        "type": "object",
        "required": ["value"],
        "additionalProperties": False,
        "properties": {"value": value, "basis": {"enum": list(get_args(Basis))}},
    }
    properties: dict[str, Any] = {
        "code": {"type": ["string", "integer"]},
        "name": {"type": "string", "minLength": 1},
    }
    properties |= dict.fromkeys(("criterion", "proof", "block"), _TEXT)
    properties |= {"kind": {"enum": list(get_args(Kind))}}
    properties |= dict.fromkeys(("points", "rate", "cap", "pool"), _POINTS)
    known = {name: _stated(schema, attribute) for name, schema in _ATTRIBUTES.items()}
    properties["attributes"] = {
        "type": "object",
        "properties": known,
        "additionalProperties": {"anyOf": [value, attribute]},
    }
    return {"type": "object", "required": ["name"], "additionalProperties": False, "properties": properties}
