"""The rule base as checked values: the only door from `rulesets/` to the engine."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from engine.knowledge.catalogue import load_catalogue
from engine.knowledge.changes import rule_changes
from engine.knowledge.classes import load_classes
from engine.knowledge.documents import rulesets_path
from engine.knowledge.duties import load_duties
from engine.knowledge.fields import load_fields
from engine.knowledge.lexicon import load_lexicon
from engine.knowledge.localprofiles import with_local
from engine.knowledge.packs import Suppress, load_rules, load_suppress
from engine.knowledge.profiles import load_profiles
from engine.knowledge.risk import load_risk
from engine.knowledge.sources import load_sources

__all__ = ["Knowledge", "load_knowledge", "rulesets_path"]

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.knowledge.classes import ClassTable
    from engine.knowledge.duties import DutyStandard
    from engine.knowledge.fields import Fields
    from engine.knowledge.lexicon import Lexicon
    from engine.knowledge.risk import RiskTable
    from engine.knowledge.rules import Rule
    from engine.knowledge.sources import Sources
    from engine.model import CatalogueEntry, LocalChange, Profile


@dataclass(frozen=True)
class Knowledge:
    """What the engine knows, the hash of the files it was read from, and whether findings may be suppressed."""

    sources: Sources
    rules: tuple[Rule, ...]
    fields: Fields
    lexicon: Lexicon
    classes: ClassTable
    profiles: Mapping[str, Profile]
    catalogue: Mapping[str, CatalogueEntry]
    duties: tuple[DutyStandard, ...]
    risk: RiskTable
    sha256: str
    suppress: Suppress = "allowed"
    changes: tuple[LocalChange, ...] = ()
    """What a local pack changed: its rules and texts first, then the limits of profiles."""


@lru_cache(maxsize=4)
def load_knowledge(extra: Path | None = None) -> Knowledge:
    """Return the rule base, read once per process.

    Args:
        extra: a folder with a local pack: rules that add or tighten, never loosen; `profiles/` with limits;
            `texts.yaml` with other words; `pack.yaml` with its settings.
    Raises:
        RuleError: a file is not valid; the message names the file, the key and the remedy.
    """
    folder = rulesets_path()
    sources, fields = load_sources(folder), load_fields(folder)
    rules = load_rules(folder, sources, fields, extra=extra)
    profiles, suppress = load_profiles(folder), load_suppress(extra) if extra else "allowed"
    changes: tuple[LocalChange, ...] = ()
    if extra:
        profiles, limits = with_local(folder, extra)
        changes = (*rule_changes(load_rules(folder, sources, fields), rules, suppress), *limits)
    return Knowledge(
        sources=sources,
        rules=rules,
        fields=fields,
        lexicon=load_lexicon(folder),
        classes=load_classes(folder),
        profiles=profiles,
        catalogue=load_catalogue(folder),
        duties=load_duties(folder),
        risk=load_risk(folder),
        sha256=_digest([folder, *([extra] if extra else [])]),
        suppress=suppress,
        changes=changes,
    )


def _digest(folders: list[Path]) -> str:
    total = hashlib.sha256()
    for folder in folders:
        for path in sorted((*folder.rglob("*.yaml"), *folder.rglob("*.npz"))):
            total.update(path.relative_to(folder).as_posix().encode())
            total.update(path.read_bytes())
    return total.hexdigest()
