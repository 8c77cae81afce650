"""The catalogue 结果类指标目录: outcome indicators and the measures each may replace.

`methods.yaml` holds what entries share (owners of data, ways of verification and of sampling, checks a
guardrail may name). Every other file of the folder is `{topic, entries}`. The ready-to-paste standard of
an entry is put together here from its parts, so that formula and standard cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import Field

from engine.errors import RuleError
from engine.knowledge.documents import checked, read_yaml, suggest
from engine.model import CatalogueEntry, Family, Frozen, Guard, Level, Requirement, Text

ScoreKind = Literal["rate", "low_rate", "least", "most", "each", "not_worse"]

_SCORES: dict[ScoreKind, Text] = {
    "rate": Text(
        zh="达到{target}%{{full}}，每低{step}个百分点{{minus}}{{loss}}，{{end}}",
        en="at {target}% or more {{full}}; {{minus}} {{loss}} for each {step} percentage point below, {{end}}",
    ),
    "low_rate": Text(
        zh="不高于{target}%{{full}}，每高{step}个百分点{{minus}}{{loss}}，{{end}}",
        en="at {target}% or less {{full}}; {{minus}} {{loss}} for each {step} percentage point above, {{end}}",
    ),
    "least": Text(
        zh="达到{target}{unit}{{full}}，每低{step}{unit}{{minus}}{{loss}}，{{end}}",
        en="at {target} {unit_en} or more {{full}}; {{minus}} {{loss}} for each {step} {unit_en} below, {{end}}",
    ),
    "most": Text(
        zh="不超过{target}{unit}{{full}}，每超过{step}{unit}{{minus}}{{loss}}，{{end}}",
        en="at {target} {unit_en} or less {{full}}; {{minus}} {{loss}} for each {step} {unit_en} above, {{end}}",
    ),
    "each": Text(
        zh="未发现{what}的{{full}}，经核实每发现1{unit}{{minus}}{{loss}}，{{end}}",
        en="with no confirmed {what_en} {{full}}; {{minus}} {{loss}} for each one confirmed, {{end}}",
    ),
    "not_worse": Text(
        zh="不差于近三年平均水平{{full}}，每差{step}%{{minus}}{{loss}}，{{end}}",
        en="no worse than the mean of three years {{full}}; {{minus}} {{loss}} for each {step}% worse, {{end}}",
    ),
}


class _Sampling(Text):
    unit: str
    unit_en: str


class DutyWords(Frozen):
    """Words of the measure at the ends of a name, words that cut it, and words of headings without a duty."""

    endings: tuple[str, ...]
    beginnings: tuple[str, ...]
    headings: tuple[str, ...]
    barred: tuple[str, ...]


class _Methods(Frozen):
    owners: dict[str, Text]
    verifications: dict[str, Text]
    samplings: dict[str, _Sampling]
    checks: dict[str, Text]
    duty_endings: tuple[str, ...]
    duty_beginnings: tuple[str, ...]
    duty_headings: tuple[str, ...]
    duty_barred: tuple[str, ...]


_Shared = TypeVar("_Shared", bound=Text)


class _Score(Frozen):
    kind: ScoreKind
    loss: float = Field(gt=0, le=1)
    target: float | None = None
    step: float | None = None
    unit: str = ""
    unit_en: str = ""
    what: Text | None = None


class _EntryDocument(Frozen):
    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)+$")
    title: Text
    level: Level
    objects: tuple[str, ...] = ()
    families: tuple[Family, ...] = ()
    topics: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    generic: bool = False
    definition: Text
    formula: Text
    unit: str
    source: Text
    owner: str
    verify: str
    sample: str
    minimum_cases: int = Field(ge=0)
    traps: Text
    guardrail: str
    cost: float = Field(ge=0, le=1)
    score: _Score


class _FileDocument(Frozen):
    topic: Text
    entries: tuple[_EntryDocument, ...]


def load_catalogue(rulesets: Path) -> dict[str, CatalogueEntry]:
    """Return every entry of `rulesets/catalogue` by id, in the order of files and entries.

    Raises:
        RuleError: an unknown key, method or guardrail, an id that stands twice, a missing number.
    """
    methods = load_methods(rulesets)
    catalogue: dict[str, CatalogueEntry] = {}
    for path in catalogue_files(rulesets):
        for document in checked(_FileDocument, read_yaml(path), path.name).entries:
            where = f"{path.name}: {document.id}"
            if document.id in catalogue:
                raise RuleError(f"{where}: the id stands twice. Rename one.")
            catalogue[document.id] = _entry(document, methods, where)
    _require_guardrails(catalogue, methods)
    return catalogue


def catalogue_files(rulesets: Path) -> list[Path]:
    """Return the files that hold entries, sorted by name."""
    return [path for path in sorted((rulesets / "catalogue").glob("*.yaml")) if path.name != "methods.yaml"]


def load_topics(rulesets: Path) -> list[tuple[Text, tuple[str, ...]]]:
    """Return each file's topic with the ids of its entries, for the printed catalogue."""
    found = []
    for path in catalogue_files(rulesets):
        document = checked(_FileDocument, read_yaml(path), path.name)
        found.append((document.topic, tuple(entry.id for entry in document.entries)))
    return found


def load_methods(rulesets: Path) -> _Methods:
    """Return what entries share; RuleError where the file is not valid."""
    path = rulesets / "catalogue" / "methods.yaml"
    return checked(_Methods, read_yaml(path), path.name)


@lru_cache(maxsize=1)
def duty_words() -> DutyWords:
    """Return the words by which a line's duty is told from its measure, longest first."""
    methods = load_methods(Path(str(files("rulesets"))))
    return DutyWords(
        endings=_longest_first(methods.duty_endings),
        beginnings=_longest_first(methods.duty_beginnings),
        headings=methods.duty_headings,
        barred=methods.duty_barred,
    )


def _longest_first(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted((word.lower() for word in words), key=lambda word: (-len(word), word)))


def _chosen(known: Mapping[str, _Shared], key: str, where: str, what: str) -> _Shared:
    if key not in known:
        raise RuleError(f"{where}: {what} {key!r} is not in methods.yaml.{suggest(key, known)}")
    return known[key]


def _entry(document: _EntryDocument, methods: _Methods, where: str) -> CatalogueEntry:
    owner = _chosen(methods.owners, document.owner, where, "owner")
    verification = _chosen(methods.verifications, document.verify, where, "verify")
    sampling = _chosen(methods.samplings, document.sample, where, "sample")
    shared: dict[str, Any] = document.model_dump(
        include={
            "id", "title", "level", "objects", "families", "topics", "guards", "requirements", "generic",
            "definition", "formula", "unit", "minimum_cases", "traps", "guardrail",
        }
    )  # fmt: skip
    return CatalogueEntry(
        **{
            **shared,
            "formula": Text(zh=document.formula.zh.replace("“{duty}”", "本项职责"), en=document.formula.en),
        },
        data_source=document.source,
        data_owner=owner,
        verification=verification,
        sampling=Text(zh=sampling.zh, en=sampling.en),
        data_cost=document.cost,
        loss=document.score.loss,
        standard=_standard(document, owner, verification, sampling, where),
    )


def _standard(
    document: _EntryDocument, owner: Text, verification: Text, sampling: _Sampling, where: str
) -> Text:
    """Return the ready-to-paste standard with the places that depend on the line left open."""
    scoring = _scoring(document.score, where)
    few = document.minimum_cases
    few_zh = (
        f"；当年总数不足{few}{sampling.unit}的，合并近两年计算，仍不足的由考核机构据实评定" if few > 1 else ""
    )
    few_en = (
        f"; with fewer than {few} {sampling.unit_en} in the year two years are taken, and where still fewer the assessors judge"
        if few > 1
        else ""
    )
    return Text(
        zh=f"公式：{document.formula.zh}。数据来源：{document.source.zh}（{owner.zh}提供）。"
        f"核验方式：{verification.zh}。样本：{sampling.zh}{few_zh}。计分：{scoring.zh}。",
        en=f"Formula: {document.formula.en}. Data: {document.source.en} ({owner.en}). "
        f"Verification: {verification.en}. Sample: {sampling.en}{few_en}. Scoring: {scoring.en}.",
    )


def _scoring(score: _Score, where: str) -> Text:
    frame = _SCORES[score.kind]
    needs = {
        "each": ("what", "unit"),
        "not_worse": ("step",),
        "least": ("target", "step", "unit", "unit_en"),
        "most": ("target", "step", "unit", "unit_en"),
    }.get(score.kind, ("target", "step"))
    for key in needs:
        if getattr(score, key) in (None, ""):
            raise RuleError(f"{where}: score.{key} is missing for the kind {score.kind!r}. Add it.")
    what = score.what or Text(zh="", en="")
    return Text(
        zh=frame.zh.format(
            target=_plain(score.target), step=_plain(score.step), unit=score.unit, what=what.zh
        ),
        en=frame.en.format(
            target=_plain(score.target), step=_plain(score.step), unit_en=score.unit_en, what_en=what.en
        ),
    )


def _plain(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def _require_guardrails(catalogue: Mapping[str, CatalogueEntry], methods: _Methods) -> None:
    known = {*catalogue, *methods.checks}
    for entry in catalogue.values():
        if entry.guardrail not in known or entry.guardrail == entry.id:
            raise RuleError(
                f"{entry.id}: guardrail {entry.guardrail!r} is no other entry and no check of methods.yaml."
                f"{suggest(entry.guardrail, known)}"
            )
