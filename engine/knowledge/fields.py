"""What a rule may test: every field of a fact, with its meaning; and the words that set a text field."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

from engine.errors import RuleError
from engine.knowledge.documents import checked, read_yaml
from engine.model import Frozen, Subject

Fields = Mapping[Subject, Mapping[str, "FieldSpec"]]
Where = Literal["name", "criterion", "proof", "block", "title"]


class Words(Frozen):
    """Words that set a field when one of `any` stands in the text and none of `without` does.

    A word that is forbidden, stopped or reduced by the words before it (不得, 取消, 减少 …) does not count.
    `after`: one of these must stand before the word in the same clause. `hit` and `miss` are its tests.
    `where` is about lines; [title] alone looks at a scheme's title and nothing else of it.
    """

    any: tuple[str, ...]
    after: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    where: tuple[Where, ...] = ("name", "criterion")
    negatable: bool = True
    hit: tuple[str, ...]
    miss: tuple[str, ...]


class FieldSpec(Frozen):
    """One field: `attribute` says that it may be unknown, and that a check on it then is not checked.

    `quoted`: whether its words are shown as evidence; those that only narrow a rule say nothing of the measure.
    """

    type: Literal["bool", "number", "text"]
    zh: str
    en: str
    unit: str | None = None
    values: tuple[str, ...] | None = None
    attribute: bool = False
    quoted: bool = True
    words: Words | None = None


def load_fields(rulesets: Path) -> dict[Subject, dict[str, FieldSpec]]:
    """Return the fields of `rulesets/fields.yaml` by subject and name.

    Raises:
        RuleError: an unknown subject or key, or words on a field that is not a yes or no.
    """
    path = rulesets / "fields.yaml"
    data = read_yaml(path)
    subjects: tuple[Subject, ...] = get_args(Subject)
    if not isinstance(data, dict) or set(data) != set(subjects):
        raise RuleError(f"{path.name}: its keys must be {', '.join(subjects)}. Mend the file.")
    found: dict[Subject, dict[str, FieldSpec]] = {}
    for subject in subjects:
        found[subject] = {
            name: checked(FieldSpec, spec, f"{path.name}, {subject}.{name}")
            for name, spec in data[subject].items()
        }
        for name, spec in found[subject].items():
            if spec.words is not None and spec.type != "bool":
                raise RuleError(
                    f"{path.name}, {subject}.{name}: words set a {spec.type}. Make its type bool."
                )
    return found
