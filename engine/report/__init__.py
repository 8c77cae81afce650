"""Findings and proposals in the forms people use: a dict of functions, one a form.

Every function takes a `Report` and a language and gives bytes; same input, same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from engine import model
from engine.knowledge import load_knowledge
from engine.model import Report as Report
from engine.report import payload, sarif, tables, text
from engine.report.across import across_text
from engine.report.groups import groups_text
from engine.report.html import report_html
from engine.report.judged import judged_text
from engine.report.sentences import change_sentences
from engine.report.standing import names_of, open_lines, ranges_text, standing_text
from engine.report.units import ranks_text
from engine.report.xlsx import report_xlsx

Writer = Callable[[Report, model.Lang], bytes]


def _audit_text(report: Report, lang: model.Lang) -> bytes:
    return text.audit_text(report.audit, lang, load_knowledge()).encode()


def _audit_json(report: Report, lang: model.Lang) -> bytes:
    return payload.dumps(payload.audit_payload(report.audit, lang)).encode()


def _audit_csv(report: Report, lang: model.Lang) -> bytes:
    return tables.audit_csv([report.audit], lang).encode()


def _audit_sarif(report: Report, lang: model.Lang) -> bytes:
    return sarif.audit_sarif([report.audit], lang).encode()


def _score_text(report: Report, lang: model.Lang) -> bytes:
    return text.score_text(report.audit, lang).encode()


def _score_json(report: Report, lang: model.Lang) -> bytes:
    return payload.dumps(payload.score_payload(report.audit, lang)).encode()


def _reweight_text(report: Report, lang: model.Lang) -> bytes:
    proposal = _proposal(report)
    changes = change_sentences(proposal, lang)
    told = [text.reweight_text(report.audit, proposal, report.after, changes, lang), *_asked(report, lang)]
    return "\n".join(told).encode()


def _asked(report: Report, lang: model.Lang) -> Iterator[str]:
    """What was asked for beside the proposal: ranges, judgements, draws, ranks."""
    proposal = _proposal(report)
    names = names_of(report)
    opened = open_lines(proposal)
    if opened is not None:
        yield ranges_text(opened, lang) + "\n"
    if report.judged:
        yield judged_text(report.judged, lang) + "\n"
    if report.standing:
        yield standing_text(report.standing, names, lang) + "\n"
    if report.ranks:
        yield ranks_text(report.ranks, names, lang) + "\n"


def _reweight_json(report: Report, lang: model.Lang) -> bytes:
    changes = change_sentences(_proposal(report), lang)
    return payload.dumps(payload.reweight_payload(report, changes, lang)).encode()


def _html(report: Report, lang: model.Lang) -> bytes:
    return report_html(report, lang).encode()


def _xlsx(report: Report, lang: model.Lang) -> bytes:
    return report_xlsx(report, lang)


def _proposal(report: Report) -> model.Proposal:
    if report.proposal is None:
        raise ValueError("this form reports a proposal, and there is none")
    return report.proposal


def _across_text(across: model.Across, lang: model.Lang) -> bytes:
    return across_text(across, lang).encode()


def _across_json(across: model.Across, lang: model.Lang) -> bytes:
    return payload.dumps(payload.across_payload(across, lang)).encode()


def _groups_text(made: model.Together, lang: model.Lang) -> bytes:
    return groups_text(made, lang).encode()


def _groups_json(made: model.Together, lang: model.Lang) -> bytes:
    return payload.dumps(payload.groups_payload(made, lang)).encode()


ACROSS_FORMS: Mapping[str, Callable[[model.Across, model.Lang], bytes]] = {
    "text": _across_text, "json": _across_json,
}  # fmt: skip
GROUP_FORMS: Mapping[str, Callable[[model.Together, model.Lang], bytes]] = {
    "text": _groups_text, "json": _groups_json,
}  # fmt: skip
FORMS: Mapping[str, Mapping[str, Writer]] = {
    "audit": {
        "text": _audit_text, "json": _audit_json, "csv": _audit_csv, "sarif": _audit_sarif,
        "html": _html, "xlsx": _xlsx,
    },
    "score": {"text": _score_text, "json": _score_json},
    "reweight": {"text": _reweight_text, "json": _reweight_json, "html": _html, "xlsx": _xlsx},
    "report": {"html": _html, "xlsx": _xlsx},
}  # fmt: skip
