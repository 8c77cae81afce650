"""Findings as SARIF 2.1.0, for code-review tools: rows as regions, cells as logical locations."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from engine import model
from engine.report.words import say

Json = dict[str, object]
_KNOWN = model.Text(zh="已列入存量清单", en="in the baseline")
_LEVEL = {"error": "error", "warning": "warning", "info": "note"}
_LANGUAGE: Mapping[model.Lang, str] = {"zh": "zh-Hans", "zh-Hant": "zh-Hant", "en": "en"}


def audit_sarif(audits: Sequence[model.Audit], lang: model.Lang) -> str:
    """Return one SARIF run over the audits, same input, same bytes.

    A waived finding stays in the log as suppressed, with the record of its waiver, and so does one that the
    baseline covers; what could not be checked is in the properties of the run.
    """
    files = list(dict.fromkeys(audit.scheme.source.name for audit in audits))
    hashes = {audit.scheme.source.name: audit.scheme.source.sha256 for audit in audits}
    findings = [finding for audit in audits for finding in audit.findings]
    rules = {finding.rule: finding for finding in reversed(findings)}
    order = {code: index for index, code in enumerate(sorted(rules))}
    run: Json = {
        "tool": {"driver": _driver(audits, [rules[code] for code in order], lang)},
        "language": _LANGUAGE[lang],
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "artifacts": [_artifact(name, hashes[name]) for name in files],
        "results": [
            _result(audit, finding, order, files, lang) for audit in audits for finding in audit.findings
        ],
        "properties": {"audits": [_audited(audit) for audit in audits]},
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _driver(audits: Sequence[model.Audit], rules: Sequence[model.Finding], lang: model.Lang) -> Json:
    described: list[Json] = [
        {
            "id": finding.rule,
            "name": finding.name,
            "shortDescription": {"text": say(finding.title, lang)},
            "defaultConfiguration": {"level": _LEVEL[finding.severity]},
            "properties": {"stage": finding.stage, "mechanism": finding.mechanism, "path": finding.path},
        }
        for finding in rules
    ]
    driver: Json = {"name": "quanheng", "rules": described}
    if audits:
        driver["version"] = audits[0].provenance.quanheng
    return driver


def _artifact(name: str, sha256: str) -> Json:
    artifact: Json = {"location": {"uri": _uri(name)}}
    if sha256:
        artifact["hashes"] = {"sha-256": sha256}
    return artifact


def _uri(name: str) -> str:
    """A file's name as a URI reference: forward slashes, everything unsafe escaped."""
    return quote(name.replace("\\", "/"))


def _audited(audit: model.Audit) -> Json:
    """What was audited with what, and the rules that could not answer."""
    return {
        "title": audit.scheme.title,
        "profile": audit.profile,
        "asOf": audit.as_of,
        "rulesetSha256": audit.provenance.ruleset_sha256,
        "notChecked": [
            {"rule": one.rule, "subject": one.subject, "missing": list(one.missing)}
            for one in audit.not_checked
        ],
    }


def _result(
    audit: model.Audit,
    finding: model.Finding,
    order: Mapping[str, int],
    files: Sequence[str],
    lang: model.Lang,
) -> Json:
    result: Json = {
        "ruleId": finding.rule,
        "ruleIndex": order[finding.rule],
        "level": _LEVEL[finding.severity],
        "message": {"text": f"{say(finding.message, lang)} {say(finding.fix, lang)}".strip()},
        "locations": [_location(audit, finding, files)],
        "partialFingerprints": {"lineAndRule/v1": _fingerprint(audit, finding)},
        "properties": {
            "codes": list(finding.codes),
            "effect": finding.effect,
            "quoted": [span.text for span in finding.evidence],
            "cites": [cite.title + (cite.article or "") for cite in finding.cites],
        },
    }
    if finding.waived:
        result["suppressions"] = [_suppression(audit, finding, lang)]
    elif finding.baselined:
        known = {"kind": "external", "status": "accepted", "justification": say(_KNOWN, lang)}
        result["suppressions"] = [known]
    return result


def _location(audit: model.Audit, finding: model.Finding, files: Sequence[str]) -> Json:
    place, name = finding.location, audit.scheme.source.name
    artifact: Json = {"uri": _uri(name), "index": files.index(name)}
    physical: Json = {"artifactLocation": artifact}
    if place.row:
        line = next((line for line in audit.scheme.indicators if line.code in finding.codes[:1]), None)
        snippet = {"snippet": {"text": _text(line)}} if line else {}
        physical["region"] = {"startLine": place.row, **snippet}
    location: Json = {"physicalLocation": physical}
    if cell := "!".join(part for part in (place.sheet, place.cell) if part):
        location["logicalLocations"] = [
            {"fullyQualifiedName": cell, "kind": "cell" if place.cell else "sheet"}
        ]
    return location


def _text(line: model.Indicator) -> str:
    return "\n".join(part for part in (line.name, line.criterion, line.proof) if part)


def _fingerprint(audit: model.Audit, finding: model.Finding) -> str:
    """The rule and the texts it is about, so that a finding stays the same when rows move."""
    texts = {line.code: _text(line) for line in audit.scheme.indicators}
    about = [texts.get(code, code) for code in finding.codes] or [audit.scheme.title]
    return hashlib.sha256("\0".join([finding.rule, *about]).encode()).hexdigest()[:32]


def _suppression(audit: model.Audit, finding: model.Finding, lang: model.Lang) -> Json:
    suppression: Json = {"kind": "external", "status": "accepted"}
    for waiver in audit.scheme.waivers:
        whole = waiver.line is None and finding.subject in ("scheme", "block")
        if (
            waiver.rule == finding.rule
            and (whole or waiver.line in finding.codes)
            and waiver.until >= audit.as_of
        ):
            text = model.Text(
                zh=f"{waiver.reason}；依据：{waiver.basis}；批准人：{waiver.approver}；截止：{waiver.until}",
                en=f"{waiver.reason}; basis: {waiver.basis}; approved by {waiver.approver}; until {waiver.until}",
            )
            return {**suppression, "justification": say(text, lang)}
    return suppression
