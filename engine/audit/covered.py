"""Findings that a baseline covers: which are known, which entries have nothing left to cover."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from engine.audit.baseline import Baseline, Entry, Key, made_of
from engine.facts.identity import digest, identities, normal
from engine.knowledge.rules import Rule
from engine.model import Across, AcrossFinding, Audit, Finding, Indicator, Location, Scheme, Severity, Text

Result = Audit | Across
R = TypeVar("R", Audit, Across)
_ABOUT: Mapping[str, tuple[Severity, Text]] = {
    "stale": (
        "info",
        Text(
            zh="存量清单记有{rule}（{name}）{count}处，现只用到{used}处。",
            en="The baseline holds {count} of {rule} ({name}) and {used} are needed now.",
        ),
    ),
    "never": (
        "warning",
        Text(
            zh="{rule}不得豁免，也不得列入存量清单；该项（{name}）不生效，问题照常计入。",
            en="{rule} can neither be waived nor baselined; the entry ({name}) has no effect, the finding counts.",
        ),
    ),
    "forbidden": (
        "info",
        Text(
            zh="此处不允许豁免和列入存量；存量清单中{rule}（{name}）的{used}处照常计入。",
            en="Suppressing is forbidden here: {used} of {rule} ({name}) in the baseline count all the same.",
        ),
    ),
}
_TITLE = Text(zh="存量清单需核对", en="The baseline needs checking")
_FIX = Text(
    zh="核对存量清单；多出的用 --prune 删去。",
    en="Check the baseline; --prune takes out what it has too many.",
)


@dataclass(frozen=True)
class Applied:
    """Audits with the known findings marked, the comparison too, and what of the baseline is left.

    `stale` is how many went; `absent` are titles of the baseline that were not audited (or compared, where
    schemes were); their entries stay.
    """

    audits: tuple[Audit, ...]
    across: Across | None
    pruned: Baseline
    stale: int
    absent: tuple[str, ...]


def baseline_of(results: Iterable[Result], rules: Iterable[Rule]) -> tuple[Baseline, int]:
    """Return the baseline of what was found, and how many findings may not stand in one.

    Args:
        results: audits of one or several schemes, and a comparison; schemes of the same title are counted
            together.
        rules: those known; findings of a rule that is `suppressible: never` are left out and counted.
    """
    known = {rule.id: rule for rule in rules}
    counts: Counter[Key] = Counter()
    names: dict[Key, str] = {}
    barred = 0
    for result in results:
        for found, key, name in _keyed(result, known):
            if known[found.rule].suppressible == "never":
                barred += 1
            else:
                counts[key] += 1
                names[key] = name
    return made_of(
        {k: Entry(identity=k.identity, rule=k.rule, count=n, name=names[k]) for k, n in counts.items()}
    ), barred


def apply_baseline(
    audits: Sequence[Audit], baseline: Baseline, rules: Iterable[Rule], asked: Collection[str], *,
    suppress: bool = True, across: Across | None = None,
) -> Applied:  # fmt: skip
    """Mark the findings that a baseline covers, and add a finding for each entry that is not as it says.

    A waived finding uses no entry. Scores and the headline stay: what is known is not thereby right.

    Args:
        audits: of one or several schemes.
        baseline: what was known of them.
        rules: those known.
        asked: codes of the rules of these audits; entries of other rules are left alone.
        suppress: False where a centre forbids it: nothing is marked, and each entry that would have applied
            is reported.
        across: what the schemes say side by side; without it the entries of comparisons are left alone.
    """
    known = {rule.id: rule for rule in rules}
    entries = baseline.by_key()
    left = Counter({k: e.count for k, e in entries.items() if k.rule in known and not _is_barred(k, known)})
    used: Counter[Key] = Counter()
    marked = [_marked(audit, known, left, used, suppress) for audit in audits]
    side = None if across is None else _marked(across, known, left, used, suppress)
    here = [audit.scheme.title for audit in audits]
    seen = {k for k in entries if _is_seen(k, here, across) and (k.rule in asked or k.rule not in known)}
    for key in sorted(seen):
        said = _said(entries[key], key, used[key], known, suppress)
        if len(key.titles) > 1 and side is not None:
            side = _with(side, [_finding(kind, entries[key], used[key], None, Location()) for kind in said])
        else:
            where = here.index(key.titles[0])
            marked[where] = _with(
                marked[where], _about_entry(audits[where].scheme, entries[key], used[key], said)
            )
    kept = {k: e.model_copy(update={"count": used[k]}) if k in seen else e for k, e in entries.items()}
    return Applied(
        audits=tuple(marked),
        across=side,
        pruned=made_of({key: entry for key, entry in kept.items() if entry.count}),
        stale=sum(entries[key].count - used[key] for key in seen),
        absent=_absent(entries, here, across),
    )


def _is_seen(key: Key, here: Sequence[str], across: Across | None) -> bool:
    """Whether the schemes of an entry were read this time, side by side where it is about several."""
    if len(key.titles) == 1:
        return key.titles[0] in here
    return across is not None and not Counter(key.titles) - Counter(s.title for s in across.schemes)


def _absent(entries: Iterable[Key], here: Sequence[str], across: Across | None) -> tuple[str, ...]:
    wanted = [key for key in entries if len(key.titles) == 1 or across is not None]
    return tuple(dict.fromkeys("、".join(key.titles) for key in wanted if not _is_seen(key, here, across)))


def _is_barred(key: Key, known: Mapping[str, Rule]) -> bool:
    return key.rule in known and known[key.rule].suppressible == "never"


def _marked(
    result: R, known: Mapping[str, Rule], left: Counter[Key], used: Counter[Key], suppress: bool
) -> R:
    covered: set[int] = set()
    for found, key, _ in _keyed(result, known):
        if left[key] > 0:
            left[key] -= 1
            used[key] += 1
            covered.add(id(found))
    if not suppress:
        return result
    findings = tuple(
        found.model_copy(update={"baselined": True}) if id(found) in covered else found
        for found in result.findings
    )
    return result.model_copy(update={"findings": findings})


def _with(result: R, more: Sequence[Finding]) -> R:
    if isinstance(result, Across):
        more = [AcrossFinding(**dict(one)) for one in more]
    return result.model_copy(update={"findings": (*result.findings, *more)})


def _keyed(result: Result, known: Mapping[str, Rule]) -> Iterator[tuple[Finding, Key, str]]:
    """Each finding of a rule that is not waived, with its key and the name of what it is about."""
    for found, titles, identity, name in _across(result) if isinstance(result, Across) else _within(result):
        if found.rule in known and not found.waived:
            yield found, Key(titles, identity, found.rule), " ".join(name.split())


Told = tuple[Finding, tuple[str, ...], str, str]
"""A finding, the titles of its schemes, what it is about, and the name of that."""


def _within(audit: Audit) -> Iterator[Told]:
    scheme = audit.scheme
    names = {line.code: name for line, name in zip(scheme.indicators, _names(scheme), strict=True)}
    lines = {line.code: line for line in scheme.indicators}
    for found in audit.findings:
        yield found, (scheme.title,), *_about(found, scheme, names, lines)


def _across(across: Across) -> Iterator[Told]:
    """Findings on several schemes: the titles of those concerned, in order, and their lines."""
    names: dict[str, str] = {}
    lines: dict[str, Indicator] = {}
    for number, scheme in enumerate(across.schemes, start=1):
        for line, name in zip(scheme.indicators, _names(scheme), strict=True):
            names[f"{number}#{line.code}"], lines[f"{number}#{line.code}"] = name, line
    for found in across.findings:
        concerned = [across.schemes[number - 1].title for number in found.schemes]
        if found.subject == "schemes":
            yield found, tuple(sorted(concerned)), "schemes", " / ".join(concerned)
        elif all(code in names for code in found.codes):
            yield found, tuple(sorted(concerned)), *_lines(found, names, lines)


def _names(scheme: Scheme) -> tuple[str, ...]:
    return identities(scheme.indicators, normal)


def _about(
    found: Finding, scheme: Scheme, names: Mapping[str, str], lines: Mapping[str, Indicator]
) -> tuple[str, str]:
    """What a finding is about, whatever row it stands in: lines, a block by name, or the scheme."""
    if found.subject == "scheme":
        return "scheme", scheme.title
    if found.subject == "block":
        if found.codes:
            block = lines[found.codes[0]].block or ""
        else:  # a block without lines is known by its place alone
            block = next((b.name for b in scheme.blocks if b.location == found.location), "")
        return f"block:{digest(normal(block))}", block
    return _lines(found, names, lines)


def _lines(found: Finding, names: Mapping[str, str], lines: Mapping[str, Indicator]) -> tuple[str, str]:
    pairs = sorted((names[code], lines[code].name) for code in found.codes)
    return "+".join(identity for identity, _ in pairs), " / ".join(name for _, name in pairs)


def _said(entry: Entry, key: Key, used: int, known: Mapping[str, Rule], suppress: bool) -> tuple[str, ...]:
    if _is_barred(key, known):
        return ("never",)
    forbidden = ("forbidden",) if used and not suppress else ()
    return (*forbidden, "stale") if used < entry.count else forbidden


def _about_entry(scheme: Scheme, entry: Entry, used: int, said: Sequence[str]) -> list[Finding]:
    """What to say of an entry of one scheme, at its line if the scheme still has it."""
    line = dict(zip(_names(scheme), scheme.indicators, strict=True)).get(entry.identity)
    return [_finding(kind, entry, used, line, scheme.indicators[0].location) for kind in said]


def _finding(kind: str, entry: Entry, used: int, line: Indicator | None, file: Location) -> Finding:
    severity, text = _ABOUT[kind]
    values = {"rule": entry.rule, "name": entry.name or entry.identity, "count": entry.count, "used": used}
    return Finding(
        rule="B900", name="baseline-needs-checking", severity=severity, effect="none",
        subject="line" if line else "scheme", codes=(line.code,) if line else (),
        location=line.location if line else file.model_copy(update={"row": None, "cell": None}),
        title=_TITLE, message=Text(zh=text.zh.format_map(values), en=text.en.format_map(values)), fix=_FIX,
        stage="institution", mechanism="risk", path="institution",
    )  # fmt: skip
