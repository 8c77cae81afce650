"""Rules: one file = one rule = its page = its tests; everything that can be wrong in one is refused here."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast, get_args

from pydantic import Field

from engine.errors import RuleError
from engine.knowledge.documents import checked, read_yaml, suggest
from engine.knowledge.fields import Fields, FieldSpec
from engine.knowledge.sources import Sources
from engine.model import Effect, Frozen, Mechanism, Severity, Stage, Subject, Suppressible, Text
from engine.model import Path as PaperPath

Op = Literal["eq", "neq", "gt", "gte", "lt", "lte", "in"]
Scalar = bool | int | float | str
PARAMETERS = frozenset(
    {
        "name", "evidence", "stake", "rewrite", "source", "proposal", "other", "listed",
        "scheme", "other_scheme", "quote", "other_quote", "collector", "saving",
    }
)  # fmt: skip
_CODE = re.compile(r"[FSDRAVCX]\d{3}")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ORDER = frozenset({"gt", "gte", "lt", "lte"})
FAMILIES = {
    "F": "formalistic", "S": "structure", "D": "data", "R": "responsibility",
    "A": "accountability", "V": "verification", "C": "capability", "X": "across",
}  # fmt: skip


class Test(NamedTuple):
    """One condition on one field; for `in` the value is a tuple."""

    field: str
    op: Op
    value: Scalar | tuple[Scalar, ...]


class RuleCite(Frozen):
    """Where a rule cites: a source, a section of it, and when this citation applies to the fact."""

    source: str
    section: str | None = None
    article: str | None = None
    when: tuple[Test, ...] = ()


class Example(Frozen):
    """A test of the rule: one `line`, a whole `scheme` or several `schemes`, and the exact messages expected."""

    title: str
    line: dict[str, Any] | None = None
    scheme: dict[str, Any] | None = None
    schemes: tuple[dict[str, Any], ...] | None = None
    profile: str | None = None
    as_of: str = "2026-06-01"
    expect: tuple[str, ...]
    expect_en: tuple[str, ...] | None = None
    not_checked: bool = False


class Rule(Frozen):
    """A rule as written, checked.

    `origin` is the pack it came from, `inferred` says 据“等”字推断. `reworded`: a local pack gave its message
    other words, so that its examples fire as they say but read otherwise.
    """

    id: str
    name: str
    title: Text
    severity: Severity
    effect: Effect
    stage: Stage
    mechanism: Mechanism
    path: PaperPath
    subject: Subject
    when: tuple[Test, ...]
    any: tuple[tuple[Test, ...], ...] = ()
    unless: tuple[Test, ...] = ()
    cites: tuple[RuleCite, ...]
    message: Text
    fix: Text
    propose: tuple[str, ...]
    suppressible: Suppressible
    inferred: bool = False
    page: Text | None = None
    examples: tuple[Example, ...]
    origin: str = "core"
    reworded: bool = False

    @property
    def tests(self) -> tuple[Test, ...]:
        """Every condition that can make the rule fire."""
        return self.when + tuple(test for way in self.any for test in way)


class _RuleFile(Frozen):
    id: str
    name: str
    title: Text
    severity: Severity
    effect: Effect
    stage: Stage
    mechanism: Mechanism
    path: PaperPath
    when: dict[str, Any]
    any: tuple[dict[str, Any], ...] = ()
    unless: dict[str, Any] = Field(default_factory=dict)
    cites: tuple[dict[str, Any], ...]
    message: Text
    fix: Text
    propose: tuple[str, ...] = ()
    suppressible: Suppressible
    inferred: bool = False
    page: Text | None = None
    examples: tuple[Example, ...]


def read_rule(path: Path, sources: Sources, fields: Fields, origin: str = "core") -> Rule:
    """Return the rule of one file; RuleError names the file, the fault and the remedy."""
    where = path.name
    raw = checked(_RuleFile, read_yaml(path), where)
    _require_names(raw, path)
    when = dict(raw.when)
    subject = when.pop("subject", None)
    if subject not in get_args(Subject):
        raise RuleError(f"{where}: when.subject {subject!r} is unknown. Use {', '.join(get_args(Subject))}.")
    known = fields[subject]
    rule = Rule(
        **{name: getattr(raw, name) for name in _PLAIN},
        subject=subject,
        when=_tests(when, known, f"{where}: when"),
        any=tuple(_tests(way, known, f"{where}: any") for way in raw.any),
        unless=_tests(raw.unless, known, f"{where}: unless"),
        cites=tuple(_cite(cite, sources, known, where) for cite in raw.cites),
        origin=origin,
    )
    _require_sound(rule, known, where)
    return rule


_PLAIN = (
    "id", "name", "title", "severity", "effect", "stage", "mechanism", "path", "message", "fix", "propose",
    "suppressible", "inferred", "page", "examples",
)  # fmt: skip


def _require_names(raw: _RuleFile, path: Path) -> None:
    if not _CODE.fullmatch(raw.id):
        raise RuleError(
            f"{path.name}: id {raw.id!r} is no code. Use one of F S D R A V C X and three digits."
        )
    if not _NAME.fullmatch(raw.name):
        raise RuleError(f"{path.name}: name {raw.name!r} must be lower-case words joined by '-'.")
    if path.stem != f"{raw.id}-{raw.name}":
        raise RuleError(f"{path.name}: the file must be named {raw.id}-{raw.name}.yaml. Rename it.")


def _tests(data: Mapping[str, Any], known: Mapping[str, FieldSpec], where: str) -> tuple[Test, ...]:
    return tuple(test for name, value in data.items() for test in _field_tests(name, value, known, where))


def _field_tests(name: str, value: Any, known: Mapping[str, FieldSpec], where: str) -> Iterable[Test]:
    spec = known.get(name)
    if spec is None:
        raise RuleError(f"{where}: unknown field {name!r}.{suggest(name, known)}")
    pairs = value.items() if isinstance(value, dict) else [("eq", value)]
    for op, operand in pairs:
        if op not in get_args(Op):
            raise RuleError(f"{where}: {name}: unknown operator {op!r}. Use {', '.join(get_args(Op))}.")
        _require_operand(spec, op, operand, f"{where}: {name}")
        yield Test(name, cast(Op, op), tuple(operand) if isinstance(operand, list) else operand)


def _require_operand(spec: FieldSpec, op: str, operand: Any, where: str) -> None:
    if (op == "in") != isinstance(operand, list):
        raise RuleError(f"{where}: {op} got {operand!r}. 'in' takes a list, the others one value.")
    if op in _ORDER and spec.type != "number":
        raise RuleError(f"{where}: {op} needs a number; the field is a {spec.type}. Use eq, neq or in.")
    for value in operand if isinstance(operand, list) else [operand]:
        right = {
            "bool": isinstance(value, bool),
            "number": isinstance(value, (int, float)) and not isinstance(value, bool),
            "text": isinstance(value, str),
        }[spec.type]
        if not right:
            raise RuleError(f"{where}: {value!r} is not a {spec.type}. Mend the value.")
        if spec.values is not None and value not in spec.values:
            raise RuleError(f"{where}: {value!r} never occurs.{suggest(str(value), spec.values)}")


def _cite(data: Mapping[str, Any], sources: Sources, known: Mapping[str, FieldSpec], where: str) -> RuleCite:
    raw = checked(_RawCite, dict(data), f"{where}: cites")
    document = sources.get(raw.source)
    if document is None:
        raise RuleError(f"{where}: unknown source {raw.source!r}.{suggest(raw.source, sources)}")
    if document.kind == "discipline":
        raise RuleError(f"{where}: {raw.source} is a disciplinary text and is never cited in a finding.")
    if raw.section is None:
        if document.confidence == "low":
            raise RuleError(f"{where}: {raw.source} is of low confidence. Cite a document that was read.")
    elif raw.section not in document.sections:
        raise RuleError(
            f"{where}: {raw.source} has no section {raw.section!r}.{suggest(raw.section, document.sections)}"
        )
    elif not document.sections[raw.section].is_citable:
        raise RuleError(
            f"{where}: {raw.source}, {raw.section} is of low confidence or unverified. Cite a text that was read."
        )
    when = _tests(raw.when, known, f"{where}: cites.when")
    return RuleCite(source=raw.source, section=raw.section, article=raw.article, when=when)


class _RawCite(Frozen):
    source: str
    section: str | None = None
    article: str | None = None
    when: dict[str, Any] = Field(default_factory=dict)


def placeholders(text: str) -> frozenset[str]:
    """Return the names a message text asks for.

    >>> sorted(placeholders("“{name}”占 {share:.0%}"))
    ['name', 'share']
    """
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def require_texts(rule: Rule, known: Mapping[str, FieldSpec], where: str) -> None:
    """Raise RuleError where the texts of a rule ask for different values, or for one that does not exist."""
    for key, text in (("title", rule.title), ("message", rule.message), ("fix", rule.fix)):
        try:
            zh, en = placeholders(text.zh), placeholders(text.en)
        except ValueError as error:
            raise RuleError(f"{where}: {key}: {error}. Write {{name}} with both braces.") from None
        if zh != en:
            differ = ", ".join(sorted(zh ^ en))
            raise RuleError(
                f"{where}: {key}: zh and en ask for different values: {differ}. Use the same in both."
            )
        for name in sorted(zh - PARAMETERS - set(known)):
            raise RuleError(
                f"{where}: {key}: unknown placeholder {{{name}}}.{suggest(name, PARAMETERS | set(known))}"
            )


def _require_sound(rule: Rule, known: Mapping[str, FieldSpec], where: str) -> None:
    require_texts(rule, known, where)
    if not any(e.expect or e.not_checked for e in rule.examples):
        raise RuleError(f"{where}: no example on which the rule fires. Add one with its exact message.")
    if all(e.expect or e.not_checked for e in rule.examples):
        raise RuleError(f"{where}: no example on which the rule is silent. Add one with expect: [].")
    if any(sum(given is not None for given in (e.line, e.scheme, e.schemes)) != 1 for e in rule.examples):
        raise RuleError(f"{where}: an example needs either line, scheme or schemes. Keep one of them.")
    across = rule.subject in ("match", "group", "schemes")
    if any((e.schemes is not None and len(e.schemes) > 1) != across for e in rule.examples):
        raise RuleError(
            f"{where}: a rule on {rule.subject} has examples of {'several schemes' if across else 'one scheme'}. "
            f"Write {'schemes: [...] with two or more' if across else 'line or scheme'}."
        )
    if not rule.cites:
        raise RuleError(f"{where}: cites nothing. Name the basis, or house-setting for a setting of ours.")
    if not rule.tests:
        raise RuleError(f"{where}: tests nothing, so it would always fire. Add a condition.")
    if rule.effect == "prohibit" and rule.inferred:
        raise RuleError(f"{where}: inferred rules do not prohibit. Set effect: none.")
