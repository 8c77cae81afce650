"""The rules of the house and of a local pack together: a pack may add and tighten, never loosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from engine.errors import RuleError
from engine.knowledge.documents import suggest
from engine.knowledge.fields import Fields
from engine.knowledge.rules import FAMILIES, Rule, read_rule
from engine.knowledge.sources import Sources
from engine.model import Severity, Suppressible


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
    for path in sorted(extra.rglob("*.yaml")) if extra else ():
        rule = read_rule(path, sources, fields, origin="local")
        if rule.id in found:
            _require_tighter(found[rule.id], rule, path.name)
        found[rule.id] = rule
    return tuple(found[code] for code in sorted(found))


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
    if core.effect != local.effect:
        raise RuleError(f"{where}: {core.id} has effect {core.effect}; a local pack cannot change it.")
    if not set(local.when) <= set(core.when) or (core.any and local.any != core.any):
        raise RuleError(
            f"{where}: {core.id} would fire on less than before. Keep its when, or drop conditions."
        )
    if local.unless and local.unless != core.unless and not set(core.unless) < set(local.unless):
        raise RuleError(f"{where}: {core.id} would have more exceptions. Keep its unless.")


def require_catalogue(rules: Iterable[Rule], catalogue: Iterable[str]) -> None:
    """Raise RuleError where a rule proposes an indicator that the catalogue does not hold."""
    known = set(catalogue)
    for rule in rules:
        for entry in rule.propose:
            if entry not in known:
                raise RuleError(
                    f"{rule.id}-{rule.name}.yaml: propose: unknown {entry!r}.{suggest(entry, known)}"
                )
