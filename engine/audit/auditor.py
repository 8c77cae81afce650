"""The audit: a scheme and the rules → findings with code, severity, basis by carrier and date, waiver."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Literal, TypeVar

from engine import scoring
from engine.audit.across import ACROSS, across_finding, as_across, joined
from engine.audit.findings import Desk, finding
from engine.audit.ruleset import Ruleset, compile_rules, select_rules
from engine.audit.waivers import apply_waivers
from engine.classify import Classifier
from engine.errors import SchemeError
from engine.facts import FactSet, Key, derive
from engine.facts.across import derive_across
from engine.facts.explicit import with_explicit_red_lines
from engine.facts.risk import line_risks
from engine.inference import plain
from engine.inference.conditions import CompiledRule, Fact, Hit, Verdict, explain
from engine.knowledge.documents import suggest
from engine.knowledge.profiles import choose_profile, for_region, known, region_of
from engine.model import (
    Across,
    Audit,
    CatalogueEntry,
    Classification,
    Finding,
    NotChecked,
    Profile,
    Provenance,
    Scheme,
    Severity,
    Text,
)
from engine.text import fold

if TYPE_CHECKING:
    from engine.knowledge import Knowledge

Evaluate = Callable[[Sequence[CompiledRule], Sequence[Fact]], list[Hit]]
EngineName = Literal["durable", "plain"]
_HEAVIEST: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}
_MOST_REMEMBERED = 20_000  # lines; a batch of a country must not grow without end
_PARTS = ("durable-rules", "pydantic", "pulp", "highspy")


class Auditor:
    """Audits schemes with one rule base.

    Args:
        knowledge: the rule base.
        engine: durable (default) or plain; where the C module cannot be loaded pass "plain" and say so.
        evaluate: another evaluator with the same signature (a child process); it replaces `engine`'s.
        suppress: False sets waivers and baselines aside; a local pack that forbids them cannot be overruled.
    """

    def __init__(
        self, knowledge: Knowledge, *, engine: EngineName = "durable", evaluate: Evaluate | None = None,
        suppress: bool = True,
    ) -> None:  # fmt: skip
        self.knowledge = knowledge
        self.engine: EngineName = engine
        self.suppress = suppress and knowledge.suppress == "allowed"
        self.classifier = Classifier(knowledge.lexicon, knowledge.classes)
        self._evaluate = evaluate or _evaluator(engine)
        self._chosen: dict[tuple[Hashable, ...], CatalogueEntry | None] = {}
        self._rulesets = lru_cache(maxsize=8)(self._compiled)

    def _remembered(self) -> dict[tuple[Hashable, ...], CatalogueEntry | None]:
        if len(self._chosen) > _MOST_REMEMBERED:
            self._chosen.clear()
        return self._chosen

    def _compiled(
        self, select: tuple[str, ...], ignore: tuple[str, ...], across: bool | None = None
    ) -> Ruleset:
        """The selected rules: those on one scheme, those across schemes, or (None) both."""
        chosen = select_rules(self.knowledge.rules, select, ignore)
        kept = [rule for rule in chosen if across is None or (rule.subject in ACROSS) == across]
        return compile_rules(kept, self.knowledge.fields)

    def audit(
        self,
        scheme: Scheme,
        *,
        profile: str | None = None,
        as_of: str,
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
    ) -> Audit:
        """Return everything the audit of one scheme says.

        Args:
            scheme: what was read.
            profile: a profile's id; else what the scheme suggests, and it is said.
            as_of: YYYY-MM-DD, the day whose rules apply.
            select: prefixes of codes; only these rules are asked.
            ignore: prefixes of codes that are not.
        Raises:
            SchemeError: an unknown profile.
            InferenceError: the rules engine failed; there is no audit then.
        """
        limits, reason = self._profile(scheme, profile)
        classes = self.classify(scheme)
        points = scoring.effective_points(scheme)
        facts = derive(scheme, classes, points, profile=limits, as_of=as_of, fields=self.knowledge.fields)
        rules = self._rulesets(tuple(select), tuple(ignore), False)
        fired = _fired(self._evaluate(rules.compiled, facts.facts), rules)
        base = self.knowledge
        found = {one.code: one for one in classes}
        wanted = scheme.object or scheme.role or limits.id
        desk = Desk(scheme, facts, base.sources, base.catalogue, as_of, found, wanted, self._remembered())
        findings = apply_waivers(
            _findings(fired, rules, desk), scheme, self._rulesets((), ()), rules, as_of,
            suppress=self.suppress,
        )  # fmt: skip
        unknown = _not_checked(fired, rules, facts)
        return self._result(desk, limits, reason, classes, (findings, unknown))

    def classify(self, scheme: Scheme) -> tuple[Classification, ...]:
        """Return what each line measures, red lines only where a text bars the measure by name."""
        found = self.classifier.classify_lines(scheme.indicators)
        return with_explicit_red_lines(scheme, found, self.knowledge.fields, self.knowledge.classes)

    def audit_across(
        self, schemes: Sequence[Scheme], *, as_of: str, select: Sequence[str] = (), ignore: Sequence[str] = ()
    ) -> Across:
        """Return what several schemes say when read side by side; each one's own audit is `audit`.

        Args:
            schemes: two or more; findings name their lines 1#I03, 2#I05, by this order.
            as_of: YYYY-MM-DD, the day whose rules apply.
            select: prefixes of codes; only these rules are asked.
            ignore: prefixes of codes that are not.
        Raises:
            SchemeError: fewer than two schemes.
            InferenceError: the rules engine failed.
        """
        if len(schemes) < 2:
            raise SchemeError(f"{len(schemes)} scheme cannot be compared. Give two or more.")
        points = [scoring.effective_points(scheme) for scheme in schemes]
        facts, quotes = derive_across(schemes, points, fields=self.knowledge.fields)
        rules, known = self._rulesets(tuple(select), tuple(ignore), True), self._rulesets((), ())
        fired = _fired(self._evaluate(rules.compiled, facts.facts), rules)
        whole = joined(schemes, known)
        desk = Desk(whole, facts, self.knowledge.sources, self.knowledge.catalogue, as_of)
        found = [(key, across_finding(rule, key, rules, desk, quotes)) for rule, key in fired]
        ordered = [one for _, one in _in_order(found, facts)]
        marked = apply_waivers(ordered, whole, known, rules, as_of, suppress=self.suppress)
        digest = sha256("".join(scheme.source.sha256 for scheme in schemes).encode()).hexdigest()
        return Across(
            schemes=tuple(schemes), as_of=as_of, findings=tuple(as_across(one) for one in marked),
            not_checked=_not_checked(fired, rules, facts), provenance=self._provenance(digest, as_of),
        )  # fmt: skip

    def explain(self, rule_id: str, audit: Audit, code: str | None = None) -> tuple[tuple[Verdict, ...], ...]:
        """Return the conditions of each alternative of a rule on a line (or a pair, block, or the scheme).

        Args:
            rule_id: the rule's code.
            audit: an audit by this auditor.
            code: the line's code, a block's name; None for the scheme.
        Returns:
            one entry for each alternative on each subject; none for a line that no other one repeats,
            and none for a rule across schemes.
        Raises:
            SchemeError: no such rule, or no such line.
        """
        rules = self._rulesets((), ())
        if rule_id not in rules.by_id:
            raise SchemeError(f"{rule_id}: no such rule.{suggest(rule_id, rules.by_id)}")
        rule = rules.by_id[rule_id]
        points = scoring.effective_points(audit.scheme)
        limits = for_region(self.knowledge.profiles[audit.profile], audit.scheme.region)
        facts = derive(
            audit.scheme, audit.classifications, points,
            profile=limits, as_of=audit.as_of, fields=self.knowledge.fields,
        )  # fmt: skip
        about = [
            key
            for key, codes in facts.codes.items()
            if key[0] == rule.subject and _concerns(key, codes, code)
        ]
        if not about and rule.subject != "pair" and rule.subject not in ACROSS:
            raise SchemeError(f"{code}: {rule_id} asks about a {rule.subject}; there is none of that name.")
        compiled = [one for one in rules.compiled if rules.owner[one.id] == rule_id]
        return tuple(explain(one, facts.fact(*key)) for key in about for one in compiled)

    def _profile(self, scheme: Scheme, stated: str | None) -> tuple[Profile, Text]:
        """The profile, with the limits of the scheme's region, and why it was chosen."""
        profiles = self.knowledge.profiles
        if stated is None:
            chosen, reason = choose_profile(scheme, profiles, fold)
            return for_region(chosen, scheme.region), reason
        if stated not in profiles:
            raise SchemeError(f"profile {stated!r} is unknown.{suggest(stated, profiles)} {known(profiles)}")
        reason = Text(zh="由使用者指定", en="chosen by the user")
        return for_region(profiles[stated], scheme.region), reason

    def _result(
        self, desk: Desk, limits: Profile, reason: Text, classes: tuple[Classification, ...],
        said: tuple[tuple[Finding, ...], tuple[NotChecked, ...]],
    ) -> Audit:  # fmt: skip
        scheme, as_of, (findings, not_checked) = desk.scheme, desk.as_of, said
        points, table = scoring.effective_points(scheme), self.knowledge.risk
        return Audit(
            scheme=scheme, profile=limits.id, profile_title=limits.title, profile_reason=reason, as_of=as_of, classifications=classes,
            findings=findings, not_checked=not_checked,
            scores=scoring.score_vector(
                scheme, points, classes, line_risks(scheme, classes, table), table.least_known.value
            ),
            headline=scoring.headline(points, classes, _flagged(findings)),
            limits=scoring.limit_states(scheme, points, classes, limits),
            provenance=self._provenance(scheme.source.sha256, as_of, (limits.id, region_of(limits, scheme.region))),
        )  # fmt: skip

    def _provenance(
        self, input_sha256: str, as_of: str, used: tuple[str, str | None] | None = None
    ) -> Provenance:
        """What made a result; of a local pack's limits only those of the profile and region in use."""
        known = self.knowledge
        changes = tuple(
            change
            for change in known.changes
            if change.about not in known.profiles
            or (used is not None and change.about == used[0] and change.region in (None, used[1]))
        )
        return Provenance(
            quanheng=_version("quanheng"), engine=self.engine, ruleset_sha256=known.sha256,
            input_sha256=input_sha256, as_of=as_of, versions={name: _version(name) for name in _PARTS},
            local_rules=tuple(rule.id for rule in known.rules if rule.origin != "core"), local_changes=changes,
        )  # fmt: skip


def _evaluator(engine: EngineName) -> Evaluate:
    if engine == "plain":
        return plain.evaluate
    from engine.inference import durable

    return durable.evaluate


def _concerns(key: Key, codes: Sequence[str], code: str | None) -> bool:
    return key[0] == "scheme" if code is None else code in codes or code == key[1]


def _flagged(findings: Sequence[Finding]) -> dict[str, Severity]:
    """The worst severity of each line's own findings; a finding on a block or the scheme flags no line."""
    worst: dict[str, Severity] = {}
    for found in findings:
        if found.subject in ("line", "pair") and not found.waived:
            for code in found.codes:
                if code not in worst or _HEAVIEST[found.severity] < _HEAVIEST[worst[code]]:
                    worst[code] = found.severity
    return worst


Fired = set[tuple[str, Key]]
F = TypeVar("F", bound=Finding)


def _fired(hits: Sequence[Hit], rules: Ruleset) -> Fired:
    """Each rule and fact once, whichever alternatives of the rule fired."""
    owners = ((rules.by_id[rules.owner[hit.rule]], hit.fact) for hit in hits)
    return {(rule.id, (rule.subject, fact)) for rule, fact in owners}


def _findings(fired: Fired, rules: Ruleset, desk: Desk) -> tuple[Finding, ...]:
    """The findings by severity, then the order of the lines, then the rule's code."""
    found = [(key, finding(rules.by_id[rule], key, desk)) for rule, key in fired]
    return tuple(one for _, one in _in_order(found, desk.facts))


def _in_order(found: list[tuple[Key, F]], facts: FactSet) -> list[tuple[Key, F]]:
    order = {(fact["subject"], fact["id"]): n for n, fact in enumerate(facts.facts)}
    return sorted(found, key=lambda pair: (_HEAVIEST[pair[1].severity], order[pair[0]], pair[1].rule))


def _not_checked(fired: Fired, rules: Ruleset, facts: FactSet) -> tuple[NotChecked, ...]:
    """One entry for each rule and subject that did not fire and lacks an attribute, the missing together.

    What cannot be checked is found by the plain evaluator: it is no finding, and no rule of the pack.
    """
    order = {(fact["subject"], fact["id"]): n for n, fact in enumerate(facts.facts)}
    missing: dict[tuple[int, str, str], tuple[str, ...]] = {}
    for hit in plain.evaluate(rules.unknown, facts.facts):
        rule, names = rules.by_id[rules.owner[hit.rule]], rules.missing[hit.rule]
        key: Key = (rule.subject, hit.fact)
        if (rule.id, key) not in fired:
            label = "|".join(facts.codes[key]) if rule.subject in ("line", "pair", "match") else hit.fact
            at = (order[key], rule.id, label)
            missing[at] = tuple(sorted({*missing[at], *names})) if at in missing else names
    return tuple(_unchecked(rule, label, names) for (_, rule, label), names in sorted(missing.items()))


@lru_cache(maxsize=_MOST_REMEMBERED)  # hundreds an audit, and the codes of lines are the same few everywhere
def _unchecked(rule: str, subject: str, missing: tuple[str, ...]) -> NotChecked:
    return NotChecked(rule=rule, subject=subject, missing=missing)


@lru_cache(maxsize=16)
def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
