"""`reweight A B --together`: several schemes in one programme."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from engine import intake
from engine.errors import SchemeError
from engine.knowledge.documents import suggest
from engine.model import Scheme, Together
from engine.report import GROUP_FORMS
from engine.reweight.wishes import Wishes
from engine.together import propose_together
from engine.verbs.output import auditor_for, write_output

# What speaks of one scheme's lines or units; each can be asked for with the schemes one by one.
_ALONE = ("scores", "max_change", "judgements", "ranges", "draws", "write_model")


def together(arguments: Namespace) -> int:
    """Propose for several schemes whose shared lines end with equal points."""
    _check(arguments)
    read = [(path, scheme) for path in arguments.inputs for scheme in intake.read_schemes(path)]
    schemes = [scheme for _, scheme in read]
    explained = {_position(asked, read) for asked in arguments.explain_group}
    auditor = auditor_for(arguments)
    audits = [auditor.audit(one, profile=arguments.profile, as_of=arguments.as_of) for one in schemes]
    wishes = Wishes(
        levers=arguments.levers, locks=tuple(arguments.lock), bounds=dict(arguments.bound),
        settings=dict(arguments.set), step=arguments.step, years=arguments.years,
    )  # fmt: skip
    made = propose_together(
        auditor, audits, wishes, same=arguments.same, by_text=not arguments.stated_only, explained=explained
    )
    if arguments.proposal:
        _write_proposals(made, arguments.proposal)
    write_output(GROUP_FORMS[arguments.format](made, arguments.lang), arguments.output)
    return int(made.status == "infeasible")


def _check(arguments: Namespace) -> None:
    for name in _ALONE:
        value = getattr(arguments, name)
        if value is not None and value is not False:
            option = "--" + name.replace("_", "-")
            raise SchemeError(
                f"{option}: speaks of one scheme, and --together of several. Ask for it with one scheme alone."
            )
    if arguments.format not in GROUP_FORMS:
        raise SchemeError(
            f"--together is written as text or json, not {arguments.format}. Use --format text or --format json."
        )


def _position(asked: str, read: Sequence[tuple[Path, Scheme]]) -> int:
    """Return which scheme a number, a title or a file's name means."""
    if asked.isascii() and asked.isdecimal() and 1 <= int(asked) <= len(read):
        return int(asked) - 1
    found = [n for n, (path, scheme) in enumerate(read) if asked in (scheme.title, path.name, path.stem)]
    if len(found) != 1:
        names = [name for path, scheme in read for name in (scheme.title, path.stem)]
        seen = "no scheme is called so" if not found else f"{len(found)} schemes are called so"
        raise SchemeError(
            f"--explain-group {asked}: {seen}.{suggest(asked, names)} Write its number, from 1 to {len(read)}."
        )
    return found[0]


def _write_proposals(made: Together, target: Path) -> None:
    """Write each proposed scheme, as FILE-1.yaml, FILE-2.yaml, …"""
    for n, report in enumerate(made.reports, start=1):
        if report.after:
            data = intake.write_scheme_yaml(report.after.scheme).encode()
            write_output(data, target.with_name(f"{target.stem}-{n}{target.suffix}"))
