"""`reweight`, `report` and `frontier`: one scheme, its proposal, and what more would cost."""

from __future__ import annotations

from argparse import Namespace

from engine import intake
from engine.errors import SchemeError
from engine.model import Scheme
from engine.propose import problem_for
from engine.report import FORMS, Report, payload, text
from engine.reweight.answer import write_problem
from engine.reweight.frontier import frontier as exact_frontier
from engine.reweight.wishes import Wishes
from engine.verbs.joining import together
from engine.verbs.output import auditor_for, waiting, write_output
from engine.workbench import rebalance, with_standing


def reweight(arguments: Namespace) -> int:
    """Propose new standards and points, for one scheme or for several together."""
    if getattr(arguments, "together", False):
        return together(arguments)
    _check_alone(arguments)
    report = _proposal(arguments)
    if report.after and arguments.proposal:
        write_output(intake.write_scheme_yaml(report.after.scheme).encode(), arguments.proposal)
    write_output(FORMS[arguments.verb][arguments.format](report, arguments.lang), arguments.output)
    return 1 if report.proposal and report.proposal.status == "infeasible" else 0


def _check_alone(arguments: Namespace) -> None:
    """One scheme, and nothing that speaks of several."""
    if arguments.verb != "reweight":
        return
    if len(arguments.inputs) > 1:
        raise SchemeError(
            f"reweight: {len(arguments.inputs)} files were named, and a proposal is for one scheme. Add --together "
            "for one programme over all, or name one file."
        )
    for name in ("same", "stated_only", "explain_group"):
        if getattr(arguments, name):
            raise SchemeError(
                f"--{name.replace('_', '-')}: speaks of several schemes. Add --together, or leave it out."
            )
    arguments.input = arguments.inputs[0]


def frontier(arguments: Namespace) -> int:
    """Show what more outcome points cost, in disruption and in standards rewritten."""
    auditor = auditor_for(arguments)
    scheme = intake.read_scheme(arguments.input)
    found = auditor.audit(scheme, profile=arguments.profile, as_of=arguments.as_of)
    made = exact_frontier(problem_for(auditor, found, _wishes(arguments, scheme)))
    if arguments.format == "json":
        data = payload.dumps(payload.frontier_payload(found, made, arguments.lang))
    else:
        data = text.frontier_text(found, made, arguments.lang)
    write_output(data.encode(), arguments.output)
    return 0


def _proposal(arguments: Namespace) -> Report:
    auditor = auditor_for(arguments)
    scheme = intake.read_scheme(arguments.input)
    wishes = _wishes(arguments, scheme)
    # No selection of rules here: a proposal answers to every rule, or red lines could be switched off.
    found = auditor.audit(scheme, profile=arguments.profile, as_of=arguments.as_of)
    if arguments.write_model:
        arguments.write_model.parent.mkdir(parents=True, exist_ok=True)
        write_problem(problem_for(auditor, found, wishes), arguments.write_model)
    layouts = intake.read_layouts(arguments.input) if arguments.format == "xlsx" else ()
    made = rebalance(auditor, found, layouts, wishes)
    if arguments.draws is None:
        return made
    with waiting() as progress:
        return with_standing(made, problem_for(auditor, found, wishes), arguments.draws, progress)


def _wishes(arguments: Namespace, scheme: Scheme) -> Wishes:
    """Return what the options ask for; the frontier has those on the limits only."""
    scores, judgements = getattr(arguments, "scores", None), getattr(arguments, "judgements", None)
    return Wishes(
        levers=arguments.levers, locks=tuple(arguments.lock), bounds=dict(arguments.bound),
        settings=dict(arguments.set), step=arguments.step, years=arguments.years,
        scores=intake.read_unit_scores(scores, scheme.indicators) if scores else None,
        max_change=getattr(arguments, "max_change", None),
        judgements=intake.read_judgements(judgements) if judgements else (),
        ranges=getattr(arguments, "ranges", False),
    )  # fmt: skip
