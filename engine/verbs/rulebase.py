"""`rules` and `explain`: the rule base as pages, its self-check, and why a rule fired."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from pathlib import Path

from engine import intake
from engine.audit.across import ACROSS
from engine.errors import SchemeError
from engine.knowledge import load_knowledge
from engine.knowledge.documents import suggest
from engine.knowledge.rules import Rule
from engine.model import Scheme
from engine.report import pages
from engine.rulecheck import check_rules
from engine.verbs.output import auditor_for, write_output


def rules(arguments: Namespace) -> int:
    """List the rules, show one rule's page, or check the rule base."""
    knowledge = load_knowledge(arguments.pack)
    if arguments.what == "check":
        problems = check_rules(knowledge, date.today().isoformat())
        write_output(pages.check_page(problems, len(knowledge.rules), arguments.lang).encode(), None)
        return int(bool(problems))
    prefix = "" if arguments.what == "list" else arguments.what.upper()
    if sum(rule.id.startswith(prefix) for rule in knowledge.rules) > 1:
        write_output(pages.rule_list(knowledge, arguments.lang, prefix).encode(), None)
        return 0
    write_output(pages.rule_page(knowledge, arguments.what, arguments.lang).encode(), None)
    return 0


def explain(arguments: Namespace) -> int:
    """Say why a rule fired on a line, or did not, condition by condition."""
    path, _, code = arguments.target.partition("#")
    auditor = auditor_for(arguments)
    rule = pages.find_rule(auditor.knowledge, arguments.rule)
    scheme = intake.read_scheme(Path(path))
    code = _explained(rule, code, path, scheme)
    found = auditor.audit(scheme, profile=arguments.profile, as_of=arguments.as_of)
    rows = auditor.explain(rule.id, found, code or None)
    line = next((c for c in found.classifications if c.code == code), None)
    page = pages.explain_page(rule, rows, auditor.knowledge, arguments.lang, line)
    write_output(page.encode(), None)
    return 0


def _explained(rule: Rule, code: str, path: str, scheme: Scheme) -> str:
    """The line or block to explain; a rule on the scheme needs none, the others a code that is there."""
    if rule.subject == "scheme":
        return ""
    if rule.subject in ACROSS:
        raise SchemeError(
            f"{rule.id} compares schemes. Write quanheng audit A B --across --select {rule.id}."
        )
    known = (
        [b.name for b in scheme.blocks] if rule.subject == "block" else [i.code for i in scheme.indicators]
    )
    if code not in known:
        asked = f"no {code!r}.{suggest(code, known)}" if code else f"{rule.id} asks about a {rule.subject}."
        raise SchemeError(f"{path}: {asked} Write {path}#CODE with one of: {', '.join(known)}.")
    return code
