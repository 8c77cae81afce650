"""The rule base as checked values: the only door from `rulesets/` to the engine."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from engine.knowledge.catalogue import load_catalogue
from engine.knowledge.classes import load_classes
from engine.knowledge.duties import load_duties
from engine.knowledge.fields import load_fields
from engine.knowledge.lexicon import load_lexicon
from engine.knowledge.packs import Suppress, load_rules, load_suppress
from engine.knowledge.profiles import load_profiles
from engine.knowledge.risk import load_risk
from engine.knowledge.sources import load_sources

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.knowledge.classes import ClassTable
    from engine.knowledge.duties import DutyStandard
    from engine.knowledge.fields import Fields
    from engine.knowledge.lexicon import Lexicon
    from engine.knowledge.risk import RiskTable
    from engine.knowledge.rules import Rule
    from engine.knowledge.sources import Sources
    from engine.model import CatalogueEntry, Profile


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


def rulesets_path() -> Path:
    """Return the folder of the rule base that is shipped with the package."""
    return Path(str(files("rulesets")))


@lru_cache(maxsize=4)
def load_knowledge(extra: Path | None = None) -> Knowledge:
    """Return the rule base, read once per process.

    Args:
        extra: a folder with a local pack: more rules (`rules/`) that may add or tighten, never loosen, and
            `pack.yaml` with its settings.
    Raises:
        RuleError: a file is not valid; the message names the file, the key and the remedy.
    """
    folder = rulesets_path()
    sources, fields = load_sources(folder), load_fields(folder)
    return Knowledge(
        sources=sources,
        rules=tuple(load_rules(folder, sources, fields, extra=extra)),
        fields=fields,
        lexicon=load_lexicon(folder),
        classes=load_classes(folder),
        profiles=load_profiles(folder),
        catalogue=load_catalogue(folder),
        duties=load_duties(folder),
        risk=load_risk(folder),
        sha256=_digest([folder, *([extra] if extra else [])]),
        suppress=load_suppress(extra) if extra else "allowed",
    )


def _digest(folders: list[Path]) -> str:
    total = hashlib.sha256()
    for folder in folders:
        for path in sorted((*folder.rglob("*.yaml"), *folder.rglob("*.npz"))):
            total.update(path.relative_to(folder).as_posix().encode())
            total.update(path.read_bytes())
    return total.hexdigest()
