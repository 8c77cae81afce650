"""`reweight`, `report` and `frontier`: one scheme, its proposal, and what more would cost."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from engine import intake
from engine.propose import problem_for
from engine.report import FORMS, Report, payload, text
from engine.reweight.answer import write_problem
from engine.reweight.frontier import frontier as exact_frontier
from engine.verbs.output import auditor_for, write_output
from engine.workbench import rebalance, with_ranks


def reweight(arguments: Namespace) -> int:
    """Propose new standards and points."""
    report = _proposal(arguments)
    if report.after and arguments.proposal:
        write_output(intake.write_scheme_yaml(report.after.scheme).encode(), arguments.proposal)
    write_output(FORMS[arguments.verb][arguments.format](report, arguments.lang), arguments.output)
    return 1 if report.proposal and report.proposal.status == "infeasible" else 0


def frontier(arguments: Namespace) -> int:
    """Show what more outcome points cost, in disruption and in standards rewritten."""
    auditor = auditor_for(arguments)
    scheme = intake.read_scheme(arguments.input)
    found = auditor.audit(scheme, profile=arguments.profile, as_of=arguments.as_of)
    made = exact_frontier(problem_for(auditor, found, **_options(arguments)))
    if arguments.format == "json":
        data = payload.dumps(payload.frontier_payload(found, made, arguments.lang))
    else:
        data = text.frontier_text(found, made, arguments.lang)
    write_output(data.encode(), arguments.output)
    return 0


def _proposal(arguments: Namespace) -> Report:
    auditor = auditor_for(arguments)
    scheme = intake.read_scheme(arguments.input)
    # No selection of rules here: a proposal answers to every rule, or red lines could be switched off.
    found = auditor.audit(scheme, profile=arguments.profile, as_of=arguments.as_of)
    options = _options(arguments)
    if arguments.write_model:
        arguments.write_model.parent.mkdir(parents=True, exist_ok=True)
        write_problem(problem_for(auditor, found, **options), arguments.write_model)
    layouts = intake.read_layouts(arguments.input) if arguments.format == "xlsx" else ()
    made = rebalance(auditor, found, layouts, **options)
    if arguments.scores:
        made = with_ranks(made, intake.read_unit_scores(arguments.scores, scheme.indicators))
    return made


def _options(arguments: Namespace) -> dict[str, Any]:
    return {
        "levers": arguments.levers, "locks": tuple(arguments.lock), "bounds": dict(arguments.bound),
        "settings": dict(arguments.set), "step": arguments.step, "years": arguments.years,
    }  # fmt: skip
