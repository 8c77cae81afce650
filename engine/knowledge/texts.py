"""Other words for known rules: what `texts.yaml` of a local pack gives, one language or both."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.errors import RuleError
from engine.knowledge.documents import checked, read_yaml, suggest
from engine.knowledge.fields import Fields
from engine.knowledge.rules import Rule, require_texts
from engine.model import Frozen, Text

TEXTS = "texts.yaml"


class _Words(Frozen):
    """A text in one language or both; what is not given stays as shipped."""

    zh: str | None = None
    en: str | None = None


class _RuleTexts(Frozen):
    title: _Words | None = None
    message: _Words | None = None
    fix: _Words | None = None
    page: _Words | None = None


class _Texts(Frozen):
    rules: dict[str, _RuleTexts]


def reworded(rules: Mapping[str, Rule], pack: Path, fields: Fields) -> dict[str, Rule]:
    """Return the rules with the words of a pack's `texts.yaml`; conditions, basis and severity stay.

    Args:
        rules: by code.
        pack: the pack's folder.
        fields: what a text may ask for.
    Raises:
        RuleError: an unknown code or key, an empty text, or places ({…}) that differ between the languages.
    """
    found = dict(rules)
    if not (pack / TEXTS).exists():
        return found
    for code, given in checked(_Texts, read_yaml(pack / TEXTS) or {}, TEXTS).rules.items():
        where = f"{TEXTS}: rules.{code}"
        if code not in found:
            raise RuleError(f"{where}: no such rule.{suggest(code, found)}")
        rule = found[code]
        told = {
            key: _told(words, getattr(rule, key), f"{where}.{key}")
            for key, words in given
            if isinstance(words, _Words)
        }
        made = rule.model_copy(
            update={**told, "origin": "local", "reworded": rule.reworded or "message" in told}
        )
        require_texts(made, fields[made.subject], where)
        found[code] = made
    return found


def _told(given: _Words, shipped: Text | None, where: str) -> Text:
    zh = given.zh if given.zh is not None else shipped.zh if shipped else None
    en = given.en if given.en is not None else shipped.en if shipped else None
    if not (zh and zh.strip() and en and en.strip()):
        lacking = "zh" if not (zh and zh.strip()) else "en"
        raise RuleError(f"{where}.{lacking}: no text. Write one, or leave the key out.")
    return Text(zh=zh, en=en)
