"""Which standard each line could take, and which line could be added to each block."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from engine.facts.identity import identities
from engine.model import (
    Audit,
    CatalogueEntry,
    Classification,
    Indicator,
    LinePoints,
    Profile,
    Scheme,
    Standard,
)
from engine.reweight.problem import Line
from engine.reweight.substitutes import standard_for, substitute_for


def line_standards(
    audit: Audit,
    points: Sequence[LinePoints],
    red: Collection[str],
    catalogue: Mapping[str, CatalogueEntry],
    topic: str,
) -> dict[str, Standard]:
    """Return the standard each line could take; lines with most points choose first, none takes one twice.

    In a scheme on one topic the title says what a line is about as much as its block does.
    """
    scheme, names = audit.scheme, identities(audit.scheme.indicators)
    wanted = scheme.object or scheme.role or audit.profile
    present = {line.name for line in scheme.indicators}
    used = {entry.id for entry in catalogue.values() if entry.title.zh in present and not entry.generic}
    order = sorted(range(len(points)), key=lambda n: (-points[n].value - points[n].beside, names[n]))
    found: dict[str, Standard] = {}
    for n in order:
        line, class_ = scheme.indicators[n], audit.classifications[n]
        asked = line.model_copy(update={"block": f"{line.block or ''}{topic}"})
        entry = substitute_for(asked, class_, wanted, catalogue, taken=used)
        entry = entry or substitute_for(line, class_, wanted, catalogue)
        if entry is None and line.code in red:
            entry = _last_resort(catalogue)
        if entry is not None:
            standard = standard_for(entry, line, points[n].value or points[n].beside)
            found[line.code] = own_name(standard, line.name, present)
            present |= {found[line.code].name}
            used |= set() if entry.generic else {entry.id}
    return found


def topic_of(scheme: Scheme, profile: Profile) -> str:
    return f"\n{scheme.title}" if profile.kind == "single_topic" else ""


def own_name(standard: Standard, name: str, present: Collection[str]) -> Standard:
    """Return the standard under a name no other line has: the old line's name is added where it is taken.

    >>> own_name(Standard(catalogue="c", name="办结率", text="t"), "走访", {"办结率"}).name
    '办结率（原“走访”）'
    """
    if standard.name not in present:
        return standard
    return standard.model_copy(update={"name": f"{standard.name}（原“{name}”）"})


def _last_resort(catalogue: Mapping[str, CatalogueEntry]) -> CatalogueEntry | None:
    """Return the cheapest generic entry: a measure that must go always has one to take its place."""
    generic = [entry for entry in catalogue.values() if entry.generic and not entry.guards]
    return min(generic, key=lambda entry: (entry.data_cost, entry.id), default=None)


def block_standards(
    audit: Audit,
    lines: Sequence[Line],
    taken: Collection[Standard],
    catalogue: Mapping[str, CatalogueEntry],
) -> tuple[tuple[str, Standard], ...]:
    """Return the line that could be added to each block, chosen by the block's name."""
    wanted = audit.scheme.object or audit.scheme.role or audit.profile
    present = {line.name for line in lines}
    given = {standard.catalogue for standard in taken}
    used = {
        key
        for key, entry in catalogue.items()
        if not entry.generic and (entry.title.zh in present or key in given)
    }
    blank = Classification(code="NEW", level="process", class_="process", formalistic="no", p=0.0)
    found = []
    for block in sorted({line.block for line in lines if line.frozen is None and line.e > 0}):
        asked = Indicator(code="NEW", name=block or audit.scheme.title, block=block or None)
        entry = substitute_for(asked, blank, wanted, catalogue, taken=used)
        if entry is not None and not entry.generic:  # a spot check of nothing in particular is no line to add
            used.add(entry.id)
            found.append((block, own_name(standard_for(entry, asked, 0.0), asked.name, present)))
    return tuple(found)
