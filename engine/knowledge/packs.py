"""The rules of the house and of a local pack together: a pack may add and tighten, never loosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from engine.errors import RuleError
from engine.knowledge.documents import checked, read_yaml, suggest
from engine.knowledge.fields import Fields
from engine.knowledge.rules import FAMILIES, Rule, Scalar, Test, read_rule
from engine.knowledge.sources import Sources
from engine.knowledge.texts import TEXTS, reworded
from engine.model import Frozen, Severity, Suppressible

Suppress = Literal["allowed", "forbidden"]
SETTINGS = "pack.yaml"


def load_rules(
    rulesets: Path, sources: Sources, fields: Fields, extra: Path | None = None
) -> tuple[Rule, ...]:
    """Return the rules of `rulesets/rules` in the order of their codes, with those of a local pack.

    Args:
        rulesets: the folder that holds `rules/<family>/<CODE>-<name>.yaml`.
        sources: what a rule may cite.
        fields: what it may test.
        extra: a folder of rule files of a local pack: new codes are added, a known code may only tighten.
    Raises:
        RuleError: any fault, with the file, what is wrong and what to do.
    """
    found: dict[str, Rule] = {}
    for path in sorted((rulesets / "rules").glob("*/*.yaml")):
        rule = read_rule(path, sources, fields)
        if rule.id in found:
            raise RuleError(f"{path.name}: code {rule.id} is taken by {found[rule.id].name}. Use a new code.")
        if path.parent.name != FAMILIES[rule.id[0]]:
            raise RuleError(f"{path.name}: belongs in the folder {FAMILIES[rule.id[0]]}. Move it there.")
        found[rule.id] = rule
    for path in _rule_files(extra) if extra else ():
        rule = read_rule(path, sources, fields, origin="local")
        if rule.id in found:
            _require_tighter(found[rule.id], rule, path.name)
        found[rule.id] = rule
    if extra:
        found = reworded(found, extra, fields)
    return tuple(found[code] for code in sorted(found))


class _Settings(Frozen):
    """`pack.yaml`: what a local pack sets beside its rules; it can forbid, and there is nothing to allow."""

    suppress: Literal["forbidden"]


def load_suppress(folder: Path) -> Suppress:
    """Return whether a local pack lets findings be waived and baselined.

    Raises:
        RuleError: its `pack.yaml` is not valid.
    """
    path = folder / SETTINGS
    return checked(_Settings, read_yaml(path) or {}, path.name).suppress if path.exists() else "allowed"


def _rule_files(folder: Path) -> list[Path]:
    """The rules of a pack: every .yaml file but its settings, its texts and its profiles."""
    if not folder.is_dir():
        raise RuleError(f"{folder}: no such folder. Give the folder of the local pack.")
    files = sorted(folder.rglob("*.yaml"))
    if not files:
        raise RuleError(
            f"{folder}: holds nothing. Put a .yaml file for each rule there, or profiles/<id>.yaml, or {TEXTS}."
        )
    apart = {folder / SETTINGS, folder / TEXTS}
    return [path for path in files if path not in apart and path.parent != folder / "profiles"]


_STRICT: Sequence[Suppressible] = ("yes", "with-basis", "never")
_HEAVY: Sequence[Severity] = ("info", "warning", "error")


def _require_tighter(core: Rule, local: Rule, where: str) -> None:
    """A local pack may raise a severity, forbid suppressing, add citations; it may not loosen."""
    if _STRICT.index(local.suppressible) < _STRICT.index(core.suppressible):
        raise RuleError(
            f"{where}: {core.id} is suppressible: {core.suppressible}; a local pack cannot loosen it to "
            f"{local.suppressible}. Keep {core.suppressible}."
        )
    if _HEAVY.index(local.severity) < _HEAVY.index(core.severity):
        raise RuleError(
            f"{where}: {core.id} is of severity {core.severity}; a local pack cannot lower it to "
            f"{local.severity}. Keep {core.severity}."
        )
    for key in ("effect", "subject"):
        if getattr(core, key) != getattr(local, key):
            raise RuleError(
                f"{where}: {core.id} has {key} {getattr(core, key)}; a local pack cannot change it."
            )
    if not _fires_as_often(core, local):
        raise RuleError(
            f"{where}: {core.id} would fire on less than before. Keep its when, or drop conditions."
        )
    if local.unless not in ((), core.unless) and not (core.unless and set(core.unless) < set(local.unless)):
        raise RuleError(f"{where}: {core.id} would have more exceptions. Keep its unless.")
    if not set(core.cites) <= set(local.cites):
        raise RuleError(f"{where}: {core.id} would lose a citation. Keep its cites; more may be added.")


def _fires_as_often(core: Rule, local: Rule) -> bool:
    """Whether a local rule fires wherever the shipped one does: conditions dropped or widened, ways added."""
    kept = all(any(_is_wider(test, other) for other in core.when) for test in local.when)
    return kept and (not local.any or (bool(core.any) and set(core.any) <= set(local.any)))


def _is_wider(test: Test, core: Test) -> bool:
    """Whether a condition holds wherever one of the shipped rule does: the same, or a limit less far.

    >>> _is_wider(Test("veto_count", "gt", 1), Test("veto_count", "gt", 3))
    True
    """
    if test == core:
        return True
    if test.field != core.field:
        return False
    if test.op == "in":
        return core.op in ("eq", "in") and set(_values(core)) <= set(_values(test))
    for ops, sign in ((("gt", "gte"), 1), (("lt", "lte"), -1)):
        if test.op in ops and core.op in ops:
            further = sign * (float(_values(core)[0]) - float(_values(test)[0]))
            return further > 0 or (further == 0 and test.op == ops[1])
    return False


def _values(test: Test) -> tuple[Scalar, ...]:
    return test.value if isinstance(test.value, tuple) else (test.value,)


def require_catalogue(rules: Iterable[Rule], catalogue: Iterable[str]) -> None:
    """Raise RuleError where a rule proposes an indicator that the catalogue does not hold."""
    known = set(catalogue)
    for rule in rules:
        for entry in rule.propose:
            if entry not in known:
                raise RuleError(
                    f"{rule.id}-{rule.name}.yaml: propose: unknown {entry!r}.{suggest(entry, known)}"
                )
