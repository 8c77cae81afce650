"""Documents that rules may cite: title, issuer, dates, sections with the confidence of each reading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from engine.errors import RuleError
from engine.knowledge.documents import checked, read_yaml
from engine.model import Frozen, Lang, Text

Confidence = Literal["high", "medium", "low"]
RuleClass = Literal["hard_prohibition", "structural", "weight_cap_floor", "advice", "whitelist", "setting"]
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


class Section(Frozen):
    """One requirement of a document, paraphrased; `article` only where its number was read in the text."""

    article: str | None = None
    place: str | None = None
    rule_class: RuleClass
    confidence: Confidence
    evidence: Literal["text_seen", "news", "local_mirror", "unverified", "own"]
    text: Text
    prohibits: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()

    @property
    def is_citable(self) -> bool:
        return self.confidence != "low" and self.evidence != "unverified"


class Document(Frozen):
    """A document; dates are YYYY, YYYY-MM or YYYY-MM-DD as far as they are known.

    `kind`: document (shown with 《》) | compilation (several texts, or a practice) | setting (this
    project's own numbers, never law) | discipline (never cited in a finding). `binds` is a field of facts:
    the document is cited only where it holds; without one it binds whoever draws up a scheme.
    """

    id: str
    title: Text
    kind: Literal["document", "compilation", "setting", "discipline"]
    issuer: str | None = None
    number: str | None = None
    issued: str | None = None
    published: str | None = None
    in_force: str | None = None
    repealed: str | None = None
    binds: Literal["party_state"] | None = None
    confidence: Confidence
    sections: dict[str, Section] = Field(default_factory=dict)

    def is_in_force(self, as_of: str) -> bool:
        """Whether the document applies on a day; a date known to the month applies from that month on.

        Args:
            as_of: YYYY-MM-DD.
        """
        begun = self.in_force is None or as_of[: len(self.in_force)] >= self.in_force
        return begun and (self.repealed is None or as_of[: len(self.repealed)] < self.repealed)

    def shown(self, lang: Lang) -> str:
        """Return the name as a sentence uses it: 《…》 or “…” around the title of a document."""
        titled = self.kind in ("document", "discipline")
        if lang == "en":
            return f"“{self.title.en}”" if titled else self.title.en
        return f"《{self.title.zh}》" if titled else self.title.zh


class _SourcesFile(Frozen):
    sources: dict[str, dict[str, object]]


Sources = Mapping[str, Document]


def load_sources(rulesets: Path) -> dict[str, Document]:
    """Return the documents of `rulesets/sources.yaml` by id.

    Raises:
        RuleError: unknown or duplicate keys, or a date that is none.
    """
    path = rulesets / "sources.yaml"
    data = checked(_SourcesFile, read_yaml(path), path.name)
    found: dict[str, Document] = {}
    for key, entry in data.sources.items():
        document = checked(Document, {"id": key, **entry}, f"{path.name}, {key}")
        for name in ("issued", "published", "in_force", "repealed"):
            value = getattr(document, name)
            if value is not None and not _DATE.fullmatch(value):
                raise RuleError(f"{path.name}, {key}: {name} {value!r} is not a date. Write YYYY-MM-DD.")
        found[key] = document
    return found
