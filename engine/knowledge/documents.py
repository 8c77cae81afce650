"""Strict reading of YAML: the only place where YAML is parsed."""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from engine.errors import RuleError

Checked = TypeVar("Checked", bound=BaseModel)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def rulesets_path() -> Path:
    """Return the folder of the rule base that is shipped with the package."""
    return Path(str(files("rulesets")))


class _StrictLoader(_Loader):  # type: ignore[misc]
    """Safe loader that refuses duplicate keys."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise RuleError(f"line {key_node.start_mark.line + 1}: a key must be plain text.")
            if key in seen:
                raise RuleError(
                    f"line {key_node.start_mark.line + 1}: key {key!r} appears twice. Keep one of them."
                )
            seen.add(key)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


def parse_yaml(text: str, where: str) -> Any:
    """Return the data of one YAML document.

    Args:
        text: the document.
        where: the file's name, for messages.
    Raises:
        RuleError: not valid YAML, a duplicate key, an alias.
    """
    try:
        _refuse_aliases(text)
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader, made stricter
    except RuleError as error:
        raise RuleError(f"{where}, {error}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise RuleError(f"{where}{line}: not valid YAML: {problem}. Mend the file.") from None


def _refuse_aliases(text: str) -> None:
    """Raise RuleError at the first alias; the C loader expands them before a loader class can look."""
    if "*" not in text:
        return
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            mark: Any = event.start_mark
            raise RuleError(f"line {mark.line + 1}: aliases (*name) are not allowed. Write the value out.")


def read_yaml(path: Path) -> Any:
    """Return the data of one YAML file; RuleError where it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"{path.name}: cannot be read as UTF-8: {error}. Save it as UTF-8.") from None
    return parse_yaml(text, path.name)


def suggest(word: str, known: Iterable[str]) -> str:
    """Return ' Did you mean …?' or an empty string."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


def checked(kind: type[Checked], data: Any, where: str) -> Checked:
    """Return `data` as a `kind`; RuleError names the file, the key and a near word.

    Args:
        kind: a pydantic model that forbids extra fields.
        data: what the YAML gave.
        where: the file's name, for messages.
    """
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        faults = error.errors()
        first = next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])
        key = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            word = str(first["loc"][-1])
            raise RuleError(f"{where}: unknown key {key!r}.{suggest(word, kind.model_fields)}") from None
        if first["type"] == "missing":
            raise RuleError(f"{where}: key {key!r} is missing. Add it.") from None
        raise RuleError(f"{where}: {key}: {first['msg']}, got {first['input']!r}.") from None
