"""`audit` and `score`: schemes of one or several files, each alone or side by side, against a baseline."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from engine import intake
from engine.audit import Auditor
from engine.audit.baseline import Baseline, dumps, read_baseline
from engine.audit.covered import apply_baseline, baseline_of
from engine.audit.ruleset import select_rules
from engine.errors import RuleError, SchemeError
from engine.knowledge.documents import suggest
from engine.knowledge.rules import Rule
from engine.model import Across, Audit, Lang
from engine.report import ACROSS_FORMS, FORMS, Report, sarif, tables
from engine.report.words import say
from engine.verbs.output import ERROR, auditor_for, is_failed, write_output


def audit(arguments: Namespace) -> int:
    """Audit the schemes of one or several files."""
    auditor = auditor_for(arguments)
    _known_codes((*arguments.select, *arguments.ignore), auditor.knowledge.rules)
    read = list(_audits(arguments, auditor))
    audits, across, baseline = _baselined(arguments, auditor, read, _across(arguments, auditor, read))
    if arguments.statistics:
        data = _statistics(audits, arguments.lang).encode()
    elif arguments.format == "csv":
        data = tables.audit_csv(audits, arguments.lang).encode()
    elif arguments.format == "sarif":
        data = sarif.audit_sarif(audits, arguments.lang).encode()
    else:
        data = _joined(arguments, "audit", [Report(a) for a in audits], [across] if across else [])
    write_output(data, arguments.output)
    if baseline is not None:
        write_output(dumps(baseline).encode(), arguments.write_baseline or arguments.baseline)
    return is_failed([*audits, *([across] if across else [])], arguments.fail_on)


def score(arguments: Namespace) -> int:
    """Score the schemes of one or several files."""
    audits = list(_audits(arguments, auditor_for(arguments)))
    write_output(_joined(arguments, "score", [Report(a) for a in audits]), arguments.output)
    return 0


def _across(arguments: Namespace, auditor: Auditor, audits: Sequence[Audit]) -> Across | None:
    """What the schemes say side by side, where that is asked for."""
    if not arguments.across:
        return None
    if arguments.statistics or arguments.format not in ("text", "json"):
        raise SchemeError("--across is written as text or json. Use --format text or --format json.")
    schemes = [found.scheme for found in audits]
    return auditor.audit_across(
        schemes, as_of=arguments.as_of, select=arguments.select, ignore=arguments.ignore
    )


def _known_codes(asked: Sequence[str], rules: Sequence[Rule]) -> None:
    """A prefix that fits no rule would read as a clean scheme."""
    for prefix in asked:
        if not any(rule.id.startswith(prefix) for rule in rules):
            near = suggest(prefix, [rule.id for rule in rules])
            raise RuleError(f"{prefix}: no rule begins so.{near} `quanheng rules` lists them all.")


def _audits(arguments: Namespace, auditor: Auditor) -> Iterable[Audit]:
    for path in arguments.inputs:
        for scheme in intake.read_schemes(path):
            yield auditor.audit(
                scheme, profile=arguments.profile, as_of=arguments.as_of,
                select=arguments.select, ignore=arguments.ignore,
            )  # fmt: skip


def _baselined(
    arguments: Namespace, auditor: Auditor, audits: list[Audit], across: Across | None
) -> tuple[list[Audit], Across | None, Baseline | None]:
    """What was found with what a baseline covers marked, and the baseline to write, if one is to be written."""
    if arguments.prune and not arguments.baseline:
        raise SchemeError("--prune: of which baseline? Name it with --baseline B.json.")
    rules, to_write = auditor.knowledge.rules, arguments.write_baseline
    asked = {rule.id for rule in select_rules(rules, arguments.select, arguments.ignore)}
    if to_write:
        if not auditor.suppress:
            raise SchemeError(f"{to_write}: suppressing is forbidden here, so no baseline is written.")
        made, barred = baseline_of([*audits, *([across] if across else [])], rules)
        ERROR.print(_written(to_write, made.total, barred), markup=False, soft_wrap=True)
        found = apply_baseline(audits, made, rules, asked, across=across)
        return list(found.audits), found.across, made
    if not arguments.baseline:
        return audits, across, None
    known = read_baseline(arguments.baseline)
    found = apply_baseline(audits, known, rules, asked, suppress=auditor.suppress, across=across)
    for title in found.absent:
        ERROR.print(
            f"{arguments.baseline}: {title} was not audited; its entries stay.", markup=False, soft_wrap=True
        )
    if not (arguments.prune and found.stale):
        return list(found.audits), found.across, None
    said = f"{arguments.baseline}: {found.stale} removed, {found.pruned.total} kept."
    ERROR.print(said, markup=False, soft_wrap=True)
    return list(found.audits), found.across, found.pruned


def _written(target: Path, total: int, barred: int) -> str:
    left_out = f"; {barred} of rules that may never be suppressed are left out and count" if barred else ""
    return f"{target}: {total} findings recorded{left_out}."


def _joined(arguments: Namespace, verb: str, reports: list[Report], across: Sequence[Across] = ()) -> bytes:
    writer = FORMS[verb][arguments.format]
    parts = [writer(report, arguments.lang) for report in reports]
    parts += [ACROSS_FORMS[arguments.format](one, arguments.lang) for one in across]
    if len(parts) == 1:
        return parts[0]
    if arguments.format == "json":
        return b"[\n" + b",\n".join(part.rstrip(b"\n") for part in parts) + b"\n]\n"
    if arguments.format == "text":
        return b"\n".join(parts)
    raise SchemeError(
        f"{arguments.format} holds one scheme, and {len(parts)} were read. Give one file at a time."
    )


def _statistics(audits: list[Audit], lang: Lang) -> str:
    titles = {f.rule: f.title for a in audits for f in a.findings}
    counts = Counter(f.rule for a in audits for f in a.findings)
    rows = (
        f"{n}\t{rule}\t{say(titles[rule], lang)}"
        for rule, n in sorted(counts.items(), key=lambda x: (-x[1], x[0]))
    )
    return "\n".join(rows) + "\n"
