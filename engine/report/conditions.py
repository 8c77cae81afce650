"""Conditions of rules as an official reads them: the meaning of the field, what is asked, what was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.inference.conditions import Scalar, Verdict
from engine.knowledge.fields import FieldSpec
from engine.knowledge.rules import Test
from engine.knowledge.words import words
from engine.model import Lang, Text
from engine.report.words import say, term

Specs = Mapping[str, FieldSpec]
_SIGNS = {"eq": "=", "neq": "≠", "gt": ">", "gte": "≥", "lt": "<", "lte": "≤", "in": "∈"}
_PREFIXES = {"required_by": "required"}
_SEEN, _UNSEEN = Text(zh="；实际：{}", en="; seen: {}"), Text(zh="；实际：方案未提供", en="; seen: not given")


def condition_text(test: Test, specs: Specs, lang: Lang) -> str:
    """Return one condition: meaning, sign, value, and the field's name for those who write rules."""
    return f"{asked_text(test, specs, lang)} [{test.field}]"


def asked_text(test: Test, specs: Specs, lang: Lang) -> str:
    """Return one condition: meaning, sign, value."""
    spec = specs.get(test.field)
    operands = test.value if isinstance(test.value, tuple) else (test.value,)
    values = ("、" if lang != "en" else ", ").join(_value(v, test.field, spec, specs, lang) for v in operands)
    meaning = say(Text(zh=spec.zh, en=spec.en), lang) if spec else test.field
    return f"{meaning} {_SIGNS[test.op]} {values}"


def wanted(verdicts: Sequence[Verdict], specs: Specs, lang: Lang) -> str:
    """Return what some conditions ask for, in one phrase."""
    tests = (Test(v.condition.field, v.condition.op, v.condition.value) for v in verdicts)
    return ("；" if lang != "en" else "; ").join(asked_text(test, specs, lang) for test in tests)


def verdict_text(verdict: Verdict, specs: Specs, lang: Lang) -> str:
    """Return one condition with the value seen and whether it holds."""
    condition = verdict.condition
    asked = condition_text(Test(condition.field, condition.op, condition.value), specs, lang)
    seen = say(_UNSEEN, lang)
    if verdict.value is not None:
        shown = _value(verdict.value, condition.field, specs.get(condition.field), specs, lang)
        seen = say(_SEEN, lang).format(shown)
    return f"[{term('holds', verdict.holds, lang)}] {asked}{seen}"


def meanings(verdicts: Sequence[Verdict], specs: Specs, lang: Lang) -> str:
    """Return the meanings of the fields of some conditions, each once."""
    names = dict.fromkeys(one.condition.field for one in verdicts)
    texts = [say(Text(zh=specs[n].zh, en=specs[n].en), lang) if n in specs else n for n in names]
    return ("、" if lang != "en" else "; ").join(texts)


def _value(value: Scalar, name: str, spec: FieldSpec | None, specs: Specs, lang: Lang) -> str:
    if isinstance(value, bool):
        return term("value", "yes" if value else "no", lang)
    if isinstance(value, str):
        return say(value_word(value, name, specs), lang)
    if spec is not None and spec.unit == "share":
        return f"{round(value * 100, 2):g}%"
    return f"{value:.6g}"


def value_word(value: str, name: str, specs: Specs) -> Text:
    """What a value of a text field is called: in the reports, in its yes/no field, or as it stands."""
    named = words().of(name if name in ("class", "kind") else "value")
    if value in named:
        return named[value]
    twin = specs.get(f"{_PREFIXES.get(name, name)}_{value}")
    if twin is None:
        return Text(zh=value, en=value.replace("_", " "))
    return Text(zh=twin.zh.rpartition("：")[2], en=twin.en.rpartition(": ")[2])


def family_word(name: str, specs: Specs) -> Text:
    """What a formalistic family is called, after its yes/no field."""
    spec = specs[f"family_{name}"]
    return Text(zh=spec.zh.rpartition("：")[2], en=spec.en.rpartition(": ")[2])
