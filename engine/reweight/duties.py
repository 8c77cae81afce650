"""Required duties proved through a barred carrier: duty, frequency and points stay, a named check proves them.

Such a line stays frozen and of class required; nothing of it counts as an outcome. Only the rules with
`effect: carrier` that are more than advice ask for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.knowledge.catalogue import duty_words
from engine.knowledge.duties import DutyStandard
from engine.model import Attribute, Audit, Classification, Finding, Indicator, Standard, Value
from engine.reweight.problem import Problem
from engine.reweight.substitutes import duty_of, filled
from engine.text import fold

_CLAUSE = re.compile(r"[^，,。；;\n]+")
# A frequency in a clause of its own; what is scored by it stands in the new text.
_FREQUENCY = re.compile(
    r"每(日|天|周|旬|月|季|半年|年|学期|名|人)|\d+(次|天|小时)|[一二两三四五六七八九十]+次"
)
_SCORED = re.compile(r"分|扣|得|加|奖")
ASKING = ("error", "warning")  # a finding of severity info is advice, and leaves the text as it is


def duty_standards(
    audit: Audit, problem: Problem, duties: Sequence[DutyStandard], points: dict[str, float]
) -> dict[str, Standard]:
    """Return the text of each duty whose carrier is barred, by code; none where standards may not be rewritten.

    Args:
        audit: its findings say which carriers are barred.
        problem: its lines say which are frozen as required (neither locked nor set by a higher level).
        duties: the texts, in the order in which they are asked.
        points: what each line holds, for the steps of the scoring.
    """
    if "rewrite" not in problem.levers or problem.mode == "points_only":
        return {}
    required = {line.code for line in problem.lines if line.frozen == "required"}
    lines = {line.code: line for line in audit.scheme.indicators}
    classes = {found.code: found for found in audit.classifications}
    barred: dict[str, list[Finding]] = {}
    for finding in audit.findings:
        if finding.effect == "carrier" and finding.severity in ASKING and not finding.waived:
            for code in required.intersection(finding.codes):
                barred.setdefault(code, []).append(finding)
    return {
        code: _standard(lines[code], classes[code], findings, duties, points[code])
        for code, findings in barred.items()
    }


def _standard(
    line: Indicator, found: Classification, findings: Sequence[Finding], duties: Sequence[DutyStandard],
    points: float,
) -> Standard:  # fmt: skip
    duty = next(one for one in duties if _fits(one, line, found))
    quoted = [span for finding in findings for span in finding.evidence]
    is_named = any(span.field == "name" for span in quoted)
    name = duty_of(line) if is_named else line.name
    kept = "、".join(_frequencies(line))
    here = line.model_copy(update={"name": name})
    zh = duty.text.zh.replace("{frequency}", f"（{kept}）" if kept else "")
    en = duty.text.en.replace("{frequency}", f" ({kept})" if kept else "")
    return Standard(
        catalogue=duty.id, name=name, text=filled(zh, duty.loss, here, points, "zh"), name_en=name,
        text_en=filled(en, duty.loss, here, points, "en"), check=duty.check,
    )  # fmt: skip


def _fits(duty: DutyStandard, line: Indicator, found: Classification) -> bool:
    asked = "party_regulation" if found.party_duty else found.required_by
    words = fold(f"{line.name}\n{line.criterion or ''}")
    return asked in duty.requirements and (
        not duty.topics or any(fold(topic) in words for topic in duty.topics)
    )


def _frequencies(line: Indicator) -> Iterator[str]:
    """Yield the clauses of the old standard that say how often, without any on the carrier or the score."""
    barred = duty_words().barred
    for match in _CLAUSE.finditer(line.criterion or ""):
        words = fold(match[0])
        if _FREQUENCY.search(words) and not _SCORED.search(words) and not any(b in words for b in barred):
            yield match[0].strip()


def stays_required(found: Classification, duty: Standard) -> dict[str, Attribute]:
    """Return what the proposed scheme states of such a line: the duty as it was, proved by a named check."""
    stated: dict[str, Value] = {
        "duty_standard": duty.catalogue,
        "required_by": found.required_by,
        "party_duty": found.party_duty,
        "level": found.level,
        "carrier": "none",
        "families": "none",
        "outside_verifier": True,
    }
    return {name: Attribute(value=value, basis="stated") for name, value in stated.items()}
