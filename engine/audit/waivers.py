"""Recorded exceptions from a rule: they apply once, until their day, and never to what may not be waived."""

from __future__ import annotations

from collections.abc import Sequence

from engine.audit.ruleset import Ruleset
from engine.model import Finding, Scheme, Text, Waiver

_ABOUT = {
    "unused": Text(
        zh="豁免（{rule}）没有对应的问题，请删除。", en="The waiver of {rule} meets no finding: remove it."
    ),
    "expired": Text(
        zh="豁免（{rule}）已于{until}到期，不再生效；如仍需要，请重新报批。",
        en="The waiver of {rule} ended on {until} and no longer applies; ask for it again if still needed.",
    ),
    "never": Text(
        zh="{rule}不得豁免，该项豁免不生效。", en="{rule} cannot be waived; the waiver has no effect."
    ),
    "unknown": Text(
        zh="没有编号为{rule}的规则，该项豁免不生效。", en="There is no rule {rule}; the waiver has no effect."
    ),
    "forbidden": Text(
        zh="此处不允许豁免，豁免（{rule}）未予采用，问题照常计入。",
        en="Suppressing is forbidden here: the waiver of {rule} is set aside and its finding counts.",
    ),
    "no_basis": Text(
        zh="豁免（{rule}）须写明理由、依据、批准人。",
        en="The waiver of {rule} must name reason, basis and approver.",
    ),
}
_WHOLE = ("scheme", "block", "schemes", "group")  # a waiver without a line covers these
_FIX = Text(zh="核对豁免登记。", en="Check the record of waivers.")
_TITLE = Text(zh="豁免登记需核对", en="A waiver needs checking")


def apply_waivers(
    findings: Sequence[Finding], scheme: Scheme, known: Ruleset, asked: Ruleset, as_of: str, *,
    suppress: bool = True,
) -> tuple[Finding, ...]:  # fmt: skip
    """Return the findings with those waived marked, and one finding for each waiver that did not apply.

    Args:
        findings: what the rules found.
        scheme: with its waivers.
        known: all rules.
        asked: those of this audit; a waiver of another rule is not looked at.
        as_of: YYYY-MM-DD; a waiver applies up to and including its `until`.
        suppress: False where a centre forbids waivers: none applies, and each that would have is reported.
    """
    faults = {n: _fault(waiver, known, as_of) for n, waiver in enumerate(scheme.waivers)}
    good = [(n, waiver) for n, waiver in enumerate(scheme.waivers) if faults[n] is None]
    used: set[int] = set()
    marked: list[Finding] = []
    for found in findings:
        fitting = [n for n, waiver in good if _covers(waiver, found)]
        used.update(fitting)
        marked.append(found.model_copy(update={"waived": True}) if fitting and suppress else found)
    for n, _ in good:
        if n not in used and scheme.waivers[n].rule in asked.by_id:
            faults[n] = "unused"
        elif n in used and not suppress:
            faults[n] = "forbidden"
    return (*marked, *(_finding(scheme.waivers[n], fault, scheme) for n, fault in faults.items() if fault))


def _covers(waiver: Waiver, found: Finding) -> bool:
    if waiver.rule != found.rule:
        return False
    return waiver.line in found.codes if waiver.line is not None else found.subject in _WHOLE


def _fault(waiver: Waiver, rules: Ruleset, as_of: str) -> str | None:
    rule = rules.by_id.get(waiver.rule)
    if rule is None:
        return "unknown"
    if rule.suppressible == "never":
        return "never"
    if not (waiver.reason.strip() and waiver.approver.strip()):
        return "no_basis"
    if rule.suppressible == "with-basis" and not waiver.basis.strip():
        return "no_basis"
    return "expired" if as_of > waiver.until else None


def _finding(waiver: Waiver, fault: str, scheme: Scheme) -> Finding:
    text = _ABOUT[fault]
    line = next((line for line in scheme.indicators if line.code == waiver.line), None)
    values = {"rule": waiver.rule, "until": waiver.until}
    return Finding(
        rule="A900", name="waiver-does-not-apply", severity="info" if fault in ("unused", "forbidden") else "warning",
        effect="none", subject="line" if line else "scheme", codes=(line.code,) if line else (),
        location=line.location if line else scheme.indicators[0].location.model_copy(update={"row": None, "cell": None}),
        title=_TITLE, message=Text(zh=text.zh.format_map(values), en=text.en.format_map(values)), fix=_FIX,
        stage="institution", mechanism="risk", path="institution",
    )  # fmt: skip
