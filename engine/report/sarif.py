"""Findings as SARIF 2.1.0, for code-review tools; cells become logical locations."""

from __future__ import annotations

import json
from collections.abc import Sequence

from engine import model
from engine.report.words import say

_LEVEL = {"error": "error", "warning": "warning", "info": "note"}


def audit_sarif(audits: Sequence[model.Audit], lang: model.Lang) -> str:
    """Return one SARIF run over the audits, same input, same bytes."""
    findings = [(audit, finding) for audit in audits for finding in audit.findings]
    rules = {finding.rule: finding for _, finding in findings}
    version = audits[0].provenance.quanheng if audits else ""
    driver = {
        "name": "quanheng",
        "version": version,
        "rules": [
            {
                "id": code,
                "name": finding.name,
                "shortDescription": {"text": say(finding.title, lang)},
                "defaultConfiguration": {"level": _LEVEL[finding.severity]},
            }
            for code, finding in sorted(rules.items())
        ],
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(audit, finding, lang) for audit, finding in findings],
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _result(audit: model.Audit, finding: model.Finding, lang: model.Lang) -> dict[str, object]:
    place = finding.location
    physical: dict[str, object] = {"artifactLocation": {"uri": place.file or audit.scheme.source.name}}
    if place.row:
        physical["region"] = {"startLine": place.row}
    name = "!".join(x for x in (place.sheet, place.cell) if x)
    location: dict[str, object] = {"physicalLocation": physical}
    if name:
        location["logicalLocations"] = [{"fullyQualifiedName": name}]
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "level": _LEVEL[finding.severity],
        "message": {"text": f"{say(finding.message, lang)} {say(finding.fix, lang)}".strip()},
        "locations": [location],
        "properties": {"codes": list(finding.codes), "effect": finding.effect},
    }
    if finding.waived:
        result["suppressions"] = [{"kind": "external"}]
    return result
