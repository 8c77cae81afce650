"""The decision table: level × family × required-by × carrier × guard → class, as data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pydantic import Field

from engine.errors import RuleError
from engine.knowledge.documents import checked, read_yaml
from engine.model import Carrier, Class, Family, Frozen, Guard, Level, Requirement, Text


class When(Frozen):
    """What a row asks; each key given must hold, a list means any of its values."""

    level: tuple[Level, ...] = ()
    families: tuple[Family, ...] = ()
    any_family: tuple[bool, ...] = ()
    required_by: tuple[Requirement, ...] = ()
    carrier: tuple[Carrier, ...] = ()
    guard: tuple[Guard, ...] = ()
    platform_points: tuple[bool, ...] = ()


class Row(Frozen):
    """One row: the class where `when` holds, and why."""

    class_: Class = Field(alias="class")
    when: When
    reason: Text


@dataclass(frozen=True)
class ClassTable:
    """The rows in the order in which they are asked; the last holds always."""

    rows: tuple[Row, ...]

    def decide(
        self,
        *,
        level: Level,
        families: Collection[Family] = (),
        required_by: Requirement = "none",
        carrier: Carrier = "none",
        guard: Guard | None = None,
        platform_points: bool = False,
    ) -> Row:
        """Return the first row that holds.

        Args:
            level: what would have to change for the score to move.
            families: formalistic families found.
            required_by: what requires the line.
            carrier: by what it is measured.
            guard: the count that it must not raise.
            platform_points: points or a ranking on a platform.
        """
        seen: Mapping[str, Collection[object]] = {
            "level": (level,),
            "families": families,
            "any_family": (bool(families),),
            "required_by": (required_by,),
            "carrier": (carrier,),
            "guard": () if guard is None else (guard,),
            "platform_points": (platform_points,),
        }
        for row in self.rows:
            if all(
                not (asked := getattr(row.when, key)) or any(value in asked for value in values)
                for key, values in seen.items()
            ):
                return row
        return self.rows[-1]


def load_classes(folder: Path) -> ClassTable:
    """Return the decision table of `folder`/classes.yaml.

    Raises:
        RuleError: an unknown key or value, no last row for all that is left, a class that no row gives.
    """
    data = read_yaml(folder / "classes.yaml")
    if not isinstance(data, list) or not data:
        raise RuleError("classes.yaml: expected a list of rows.")
    rows = tuple(checked(Row, item, "classes.yaml") for item in data)
    if rows[-1].when != When():
        raise RuleError("classes.yaml: the last row must hold for all that is left. Write `when: {}`.")
    missing = set(get_args(Class)) - {row.class_ for row in rows}
    if missing:
        raise RuleError(f"classes.yaml: no row gives {', '.join(sorted(missing))}. Add one.")
    return ClassTable(rows=rows)
