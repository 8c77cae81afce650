"""What a legacy scheme is known to have: findings counted by line and rule, so that only new ones count."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StrictInt

from engine.errors import SchemeError
from engine.facts.identity import digest, identities, normal
from engine.knowledge.documents import checked
from engine.knowledge.rules import Rule
from engine.model import Audit, Finding, Frozen, Indicator, Location, Scheme, Severity, Text

SCHEMA = "quanheng.baseline/1"
Key = tuple[str, str, str]
"""A scheme's title, what a finding is about, the rule."""

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


class Entry(Frozen):
    """So many findings of a rule on one line (`identity`); `name` is there for people to read."""

    identity: Annotated[str, Field(min_length=1)]
    rule: Annotated[str, Field(min_length=1)]
    count: Annotated[StrictInt, Field(ge=1)]
    name: str = ""


class SchemeEntries(Frozen):
    """The entries of one scheme, told by its title."""

    title: str
    entries: tuple[Entry, ...]


class Baseline(Frozen):
    """The findings known of some schemes."""

    schema_: Literal["quanheng.baseline/1"] = Field(default="quanheng.baseline/1", alias="schema")
    schemes: tuple[SchemeEntries, ...]

    def by_key(self) -> dict[Key, Entry]:
        """Return each entry by title, identity and rule."""
        return {(s.title, e.identity, e.rule): e for s in self.schemes for e in s.entries}

    @property
    def total(self) -> int:
        """How many findings it holds."""
        return sum(entry.count for entry in self.by_key().values())


@dataclass(frozen=True)
class Applied:
    """Audits with the known findings marked, the baseline without what is stale, how many went, who is absent.

    `absent` are titles of the baseline that were not audited; their entries stay.
    """

    audits: tuple[Audit, ...]
    pruned: Baseline
    stale: int
    absent: tuple[str, ...]


def baseline_of(audits: Iterable[Audit], rules: Iterable[Rule]) -> tuple[Baseline, int]:
    """Return the baseline of what the audits found, and how many findings may not stand in one.

    Args:
        audits: of one or several schemes; schemes of the same title are counted together.
        rules: those known; findings of a rule that is `suppressible: never` are left out and counted.
    """
    known = {rule.id: rule for rule in rules}
    counts: Counter[Key] = Counter()
    names: dict[Key, str] = {}
    barred = 0
    for audit in audits:
        for found, key, name in _keyed(audit, known):
            if known[found.rule].suppressible == "never":
                barred += 1
            else:
                counts[key] += 1
                names[key] = name
    return _baseline(
        {key: Entry(identity=key[1], rule=key[2], count=n, name=names[key]) for key, n in counts.items()}
    ), barred


def apply_baseline(
    audits: Sequence[Audit], baseline: Baseline, rules: Iterable[Rule], asked: Collection[str], *,
    suppress: bool = True,
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
    """
    known = {rule.id: rule for rule in rules}
    entries = baseline.by_key()
    left = Counter({k: e.count for k, e in entries.items() if k[2] in known and not _is_barred(k, known)})
    used: Counter[Key] = Counter()
    marked = [_marked(audit, known, left, used, suppress) for audit in audits]
    titles = [audit.scheme.title for audit in audits]
    places = [dict(zip(_names(audit.scheme), audit.scheme.indicators, strict=True)) for audit in audits]
    seen = {k for k in entries if k[0] in titles and (k[2] in asked or k[2] not in known)}
    for key in sorted(seen):
        where = titles.index(key[0])
        said = _said(entries[key], key, used[key], known, suppress)
        line, file = places[where].get(key[1]), audits[where].scheme.indicators[0].location
        more = tuple(_finding(kind, entries[key], used[key], line, file) for kind in said)
        marked[where] = marked[where].model_copy(update={"findings": (*marked[where].findings, *more)})
    kept = {k: e.model_copy(update={"count": used[k]}) if k in seen else e for k, e in entries.items()}
    return Applied(
        audits=tuple(marked),
        pruned=_baseline({key: entry for key, entry in kept.items() if entry.count}),
        stale=sum(entries[key].count - used[key] for key in seen),
        absent=tuple(scheme.title for scheme in baseline.schemes if scheme.title not in titles),
    )


def _is_barred(key: Key, known: Mapping[str, Rule]) -> bool:
    return key[2] in known and known[key[2]].suppressible == "never"


def _marked(
    audit: Audit, known: Mapping[str, Rule], left: Counter[Key], used: Counter[Key], suppress: bool
) -> Audit:
    covered: set[int] = set()
    for found, key, _ in _keyed(audit, known):
        if left[key] > 0:
            left[key] -= 1
            used[key] += 1
            covered.add(id(found))
    if not suppress:
        return audit
    findings = tuple(
        found.model_copy(update={"baselined": True}) if id(found) in covered else found
        for found in audit.findings
    )
    return audit.model_copy(update={"findings": findings})


def _keyed(audit: Audit, known: Mapping[str, Rule]) -> Iterable[tuple[Finding, Key, str]]:
    """Each finding of a rule that is not waived, with its key and the name of what it is about."""
    scheme = audit.scheme
    names = {line.code: name for line, name in zip(scheme.indicators, _names(scheme), strict=True)}
    lines = {line.code: line for line in scheme.indicators}
    for found in audit.findings:
        if found.rule in known and not found.waived:
            identity, name = _about(found, scheme, names, lines)
            yield found, (scheme.title, identity, found.rule), " ".join(name.split())


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
    pairs = sorted((names[code], lines[code].name) for code in found.codes)
    return "+".join(identity for identity, _ in pairs), " / ".join(name for _, name in pairs)


def _said(entry: Entry, key: Key, used: int, known: Mapping[str, Rule], suppress: bool) -> tuple[str, ...]:
    if _is_barred(key, known):
        return ("never",)
    forbidden = ("forbidden",) if used and not suppress else ()
    return (*forbidden, "stale") if used < entry.count else forbidden


def _finding(kind: str, entry: Entry, used: int, line: Indicator | None, file: Location) -> Finding:
    """What to say of an entry, at its line if the scheme still has it."""
    severity, text = _ABOUT[kind]
    values = {"rule": entry.rule, "name": entry.name or entry.identity, "count": entry.count, "used": used}
    return Finding(
        rule="B900", name="baseline-needs-checking", severity=severity, effect="none",
        subject="line" if line else "scheme", codes=(line.code,) if line else (),
        location=line.location if line else file.model_copy(update={"row": None, "cell": None}),
        title=_TITLE, message=Text(zh=text.zh.format_map(values), en=text.en.format_map(values)), fix=_FIX,
        stage="institution", mechanism="risk", path="institution",
    )  # fmt: skip


def _baseline(entries: Mapping[Key, Entry]) -> Baseline:
    titles: dict[str, list[Entry]] = {}
    for key in sorted(entries):
        titles.setdefault(key[0], []).append(entries[key])
    return Baseline(schemes=tuple(SchemeEntries(title=t, entries=tuple(e)) for t, e in titles.items()))


def dumps(baseline: Baseline) -> str:
    """Return a baseline as JSON: sorted, so that the same findings give the same bytes."""
    return json.dumps(baseline.model_dump(by_alias=True), ensure_ascii=False, indent=1) + "\n"


def read_baseline(path: Path) -> Baseline:
    """Return the baseline of a file.

    Raises:
        OSError: there is no such file.
        SchemeError: it is no JSON, or of another version, or holds an entry twice.
        RuleError: a key is missing, unknown, or has a value that cannot be.
    """
    try:
        data: Any = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise SchemeError(
            f"{path}: not a baseline: no JSON text in UTF-8. Write it anew with --write-baseline."
        ) from None
    version = data.get("schema") if isinstance(data, dict) else None
    if version != SCHEMA:
        raise SchemeError(
            f"{path}: not a baseline: schema is {version!r}, not {SCHEMA!r}. Write it anew with --write-baseline."
        )
    made = checked(Baseline, data, str(path))
    held = [(s.title, e.identity, e.rule) for s in made.schemes for e in s.entries]
    double = next((key for key, n in Counter(held).items() if n > 1), None)
    if double:
        raise SchemeError(f"{path}: {double[2]} on {double[1]} of {double[0]} stands there twice. Keep one.")
    return made
