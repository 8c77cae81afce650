"""From results to the payloads of the JSON contracts, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engine import model
from engine.report import contract as out
from engine.report.judged import revisit_text
from engine.report.sentences import change_sentences
from engine.report.words import say
from engine.reweight.frontier import Frontier, FrontierPoint

Lang = model.Lang


def classify_payload(
    indicators: Sequence[model.Indicator],
    classes: Sequence[model.Classification],
    problems: Mapping[str, model.Text],
    lang: Lang,
) -> out.ClassifyOut:
    """Return what each line measures, in the order of the file."""
    rows = []
    for line, found in zip(indicators, classes, strict=True):
        problem = problems.get(line.code)
        rows.append(
            out.ClassifiedOut(
                row=line.location.row, code=line.code, name=line.name, kind=line.kind, level=found.level,
                families=[out.FamilyOut(family=f.family, evidence=_spans(f.evidence)) for f in found.families],
                required_by=found.required_by, guard=found.guard, carrier=found.carrier, class_=found.class_,
                formalistic=found.formalistic, p=round(found.p, 6), attributes=found.attributes,
                problem=say(problem, lang) if problem else None,
            )
        )  # fmt: skip
    return out.ClassifyOut(indicators=rows)


def audit_payload(audit: model.Audit, lang: Lang) -> out.AuditOut:
    """Return the audit of one scheme."""
    return out.AuditOut(
        scheme=_scheme(audit, lang),
        findings=[_finding(f, lang) for f in audit.findings],
        not_checked=[
            out.NotCheckedOut(rule=n.rule, subject=n.subject, missing=list(n.missing))
            for n in audit.not_checked
        ],
        scores=_scores(audit.scores, lang),
        headline=_headline(audit.headline, lang),
        summary=out.SummaryOut(
            error=audit.count("error"), warning=audit.count("warning"), info=audit.count("info")
        ),
        questions=[out.QuestionOut(text=q.text, location=q.location) for q in audit.scheme.questions],
        provenance=audit.provenance,
    )


def across_payload(across: model.Across, lang: Lang) -> out.AcrossOut:
    """Return what several schemes say when read side by side."""
    return out.AcrossOut(
        schemes=[scheme.title for scheme in across.schemes],
        findings=[
            out.AcrossFindingOut(
                **dict(_finding(f, lang)),
                quotes=[out.QuoteOut(**dict(quote)) for quote in f.quotes],
                schemes=list(f.schemes),
            )
            for f in across.findings
        ],
        not_checked=[
            out.NotCheckedOut(rule=n.rule, subject=n.subject, missing=list(n.missing))
            for n in across.not_checked
        ],
        summary=out.SummaryOut(
            error=across.count("error"), warning=across.count("warning"), info=across.count("info")
        ),
        provenance=across.provenance,
    )


def score_payload(audit: model.Audit, lang: Lang) -> out.ScoresOut:
    """Return the score vector, the headline and the profile's limits."""
    limits = [
        out.LimitOut(id=s.id, state=s.state, value=_round(s.value), limit=s.limit, text=say(s.text, lang))
        for s in audit.limits
    ]
    return out.ScoresOut(
        scheme=_scheme(audit, lang), scores=_scores(audit.scores, lang),
        headline=_headline(audit.headline, lang), limits=limits, provenance=audit.provenance,
    )  # fmt: skip


def reweight_payload(report: model.Report, changes: Iterable[str], lang: Lang) -> out.ReweightOut:
    """Return a proposal with the scores before and after, every change in a sentence, and who moves.

    Raises:
        ValueError: the report holds no proposal.
    """
    audit, proposal, after = report.audit, report.proposal, report.after
    if proposal is None:
        raise ValueError("the report holds no proposal")
    scores = None
    if after is not None:
        scores = out.ScoresBeforeAfter(
            before=_scores((*audit.scores, audit.headline), lang),
            after=_scores((*after.scores, after.headline), lang),
        )
    return out.ReweightOut(
        scheme=_scheme(audit, lang), status=proposal.status, mode=proposal.mode, levers=list(proposal.levers),
        lines=[_line(line, lang) for line in proposal.lines], blocks=list(proposal.blocks),
        disruption=_round(proposal.disruption), movement=_round(proposal.movement),
        rounding_loss=_round(proposal.rounding_loss), years=list(proposal.years), scores=scores,
        changes=list(changes), notes=[say(note, lang) for note in proposal.notes],
        constraints=[_constraint(c, lang) for c in proposal.constraints],
        conflict=[
            out.ConflictOut(
                id=c.id, text=say(c.text, lang), class_=c.row_class, options=_options(c.options, lang)
            )
            for c in proposal.conflict
        ],
        relaxations=[
            out.RelaxationOut(
                id=r.id, by=r.by, class_=r.row_class, text=say(r.text, lang), options=_options(r.options, lang)
            )
            for r in proposal.relaxations
        ],
        remedies=[
            out.RemedyOut(class_=way.row_class, options=_options(way.options, lang))
            for way in proposal.remedies
        ],
        certificate=_certificate(proposal.certificate),
        units=_units(report.ranks) if report.ranks else None,
        judgements=[_judgement(one, lang) for one in report.judged],
        standing=_standing(report.standing) if report.standing else None, provenance=audit.provenance,
    )  # fmt: skip


def groups_payload(made: model.Together, lang: Lang) -> out.GroupsOut:
    """Return the proposals of several schemes found together, and the lines they share."""
    groups, total = [], 0.0
    for number, (name, report) in enumerate(zip(made.names, made.reports, strict=True), start=1):
        proposal = report.proposal
        changes = change_sentences(proposal, lang) if proposal else ()
        total += (proposal.disruption or 0.0) if proposal else 0.0
        own = reweight_payload(report, changes, lang)
        groups.append(
            out.GroupOut(number=number, name=name, file=report.audit.scheme.source.name, proposal=own)
        )
    infeasible = made.status == "infeasible"
    return out.GroupsOut(
        status=made.status, groups=groups, shared=[_shared(one, lang) for one in made.shared],
        disruption=None if infeasible else _round(total),
        conflict=groups[0].proposal.conflict if infeasible else [],
    )  # fmt: skip


def _shared(one: model.SharedLine, lang: Lang) -> out.SharedOut:
    return out.SharedOut(
        name=one.name, codes=list(one.codes), basis=one.basis, held=one.reason is None,
        reason=say(one.reason, lang) if one.reason else None, before=list(one.before), after=one.after,
        standard=_standard(one.standard, lang), paid_in=None if one.paid_in is None else one.paid_in + 1,
    )  # fmt: skip


def _standard(standard: model.Standard | None, lang: Lang) -> out.StandardOut | None:
    if standard is None:
        return None
    return out.StandardOut(
        catalogue=standard.catalogue, name=say(standard.title, lang), text=say(standard.words, lang),
        check=say(standard.check, lang) if standard.check else None,
    )  # fmt: skip


def _options(options: Iterable[model.Option], lang: Lang) -> list[out.OptionOut]:
    return [out.OptionOut(flag=o.flag, value=o.value, drop=o.drop, text=say(o.text, lang)) for o in options]


def _certificate(found: model.Certificate | None) -> model.Certificate | None:
    """Residuals below a billionth are noise of the machine: they would make the same input give other bytes."""
    if found is None:
        return None
    rounded = {name: abs(round(value, 9)) for name, value in found.model_dump().items()}
    return model.Certificate(**rounded)


def _units(found: model.RankReport) -> out.UnitsOut:
    return out.UnitsOut(
        tau=round(found.tau, 9),
        units=[out.UnitOut(**{**unit._asdict(), "because": list(unit.because)}) for unit in found.units],
        lines=[out.LineUseOut(**use._asdict()) for use in found.lines],
        max_change=found.max_change, beyond=list(found.beyond),
    )  # fmt: skip


def _judgement(found: model.JudgedWeights, lang: Lang) -> out.JudgementOut:
    judgement, total = found.judgement, sum(item.after for item in found.items)
    items = [
        out.JudgedItemOut(
            code=item.code, name=item.name, weight=round(item.weight, 6), before=item.before, after=item.after,
            share=round(item.after / total, 6) if total > 0 else None, held=item.held,
        )
        for item in found.items
    ]  # fmt: skip
    told = found.revisit
    revisit = told and out.RevisitOut(
        first=told.first, second=told.second, judged=round(told.judged, 6), implied=round(told.implied, 6),
        text=revisit_text(told, lang, first=not found.is_consistent),
    )  # fmt: skip
    return out.JudgementOut(
        title=judgement.title, method=judgement.method, over=judgement.over, tolerance=judgement.tolerance,
        row_class=judgement.row_class, items=items, consistency_ratio=_six(found.consistency_ratio),
        consistent=found.is_consistent, ksi=_six(found.ksi), revisit=revisit, kept=found.is_kept,
    )  # fmt: skip


def _six(value: float | None) -> float | None:
    """Digits that do not hang on the machine."""
    return None if value is None else round(value, 6) + 0.0


def _standing(found: model.DrawReport) -> out.DrawsOut:
    lines = [
        out.StandingOut(code=one.code, action=one.action, share=round(one.share, 9), firm=one.is_firm)
        for one in found.lines
    ]
    return out.DrawsOut(draws=found.draws, seed=found.seed, firm_share=found.firm_share, lines=lines)


def frontier_payload(audit: model.Audit, found: Frontier, lang: Lang) -> out.FrontierOut:
    """Return what more outcome points cost."""
    return out.FrontierOut(
        scheme=_scheme(audit, lang), by_disruption=[_point(p) for p in found.by_disruption],
        by_lines=[_point(p) for p in found.by_lines], exact=found.exact, provenance=audit.provenance,
    )  # fmt: skip


def _point(point: FrontierPoint) -> out.FrontierPointOut:
    return out.FrontierPointOut(
        outcome=round(point.outcome, 9), share=round(point.share, 9), disruption=round(point.disruption, 9),
        rewritten=point.rewritten,
    )  # fmt: skip


def dumps(payload: out.Payload) -> str:
    """Return the payload as JSON text: fixed order, UTF-8 as is, two spaces, a final newline."""
    return payload.model_dump_json(by_alias=True, indent=2) + "\n"


def _scheme(audit: model.Audit, lang: Lang) -> out.SchemeOut:
    scheme = audit.scheme
    total = sum(line.points or 0.0 for line in scheme.indicators if line.kind == "base")
    return out.SchemeOut(
        name=scheme.title, tier=scheme.tier, object=scheme.object, profile=audit.profile,
        profile_title=say(audit.profile_title, lang),
        profile_reason=say(audit.profile_reason, lang), total=round(total, 9), total_stated=scheme.total,
        lines=len(scheme.indicators), as_of=audit.as_of,
    )  # fmt: skip


def _finding(finding: model.Finding, lang: Lang) -> out.FindingOut:
    return out.FindingOut(
        rule=finding.rule, name=finding.name, severity=finding.severity, effect=finding.effect,
        subject=finding.subject, codes=list(finding.codes), location=finding.location,
        title=say(finding.title, lang), message=say(finding.message, lang), fix=say(finding.fix, lang),
        proposals=list(finding.proposals), evidence=_spans(finding.evidence), cites=list(finding.cites),
        stage=finding.stage, mechanism=finding.mechanism, path=finding.path, waived=finding.waived,
        baselined=finding.baselined,
    )  # fmt: skip


def _line(line: model.ProposedLine, lang: Lang) -> out.LineOut:
    return out.LineOut(
        code=line.code, name=line.name, block=line.block, kind=line.kind, before=line.before, after=line.after,
        kept=line.kept, rewritten=line.rewritten, action=line.action, reason=say(line.reason, lang),
        standard=_standard(line.standard, lang),
        rate_before=line.rate_before, rate_after=line.rate_after,
        range_low=_round(line.range_low), range_high=_round(line.range_high),
    )  # fmt: skip


def _constraint(row: model.ConstraintReport, lang: Lang) -> out.ConstraintOut:
    return out.ConstraintOut(
        id=row.id, text=say(row.text, lang), sense=row.sense, limit=row.limit, unit=row.unit,
        value=_round(row.value), slack=_round(row.slack), price=_round(row.price),
        price_text=say(row.price_text, lang) if row.price_text else None,
        holds_from=_round(row.holds_from), holds_to=_round(row.holds_to), relaxable=row.relaxable,
        row_class=row.row_class, state=row.state, cites=list(row.cites),
    )  # fmt: skip


def _spans(evidence: Iterable[model.Evidence]) -> list[out.SpanOut]:
    return [out.SpanOut(field=e.field, start=e.start, end=e.end, text=e.text) for e in evidence]


def _scores(scores: Iterable[model.Score], lang: Lang) -> dict[str, out.ScoreOut]:
    return {s.name: out.ScoreOut(**_score_fields(s, lang)) for s in scores}


def _headline(score: model.Score, lang: Lang) -> out.HeadlineOut:
    return out.HeadlineOut(name=score.name, **_score_fields(score, lang))


def _score_fields(score: model.Score, lang: Lang) -> dict[str, object]:
    return {
        "value": _round(score.value), "low": _round(score.low), "high": _round(score.high),
        "unit": score.unit, "meaning": say(score.meaning, lang),
    }  # fmt: skip


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 9) + 0.0
