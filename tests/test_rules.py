"""Every rule by its own examples, through the whole chain; every fault of a rule file by its message."""

from __future__ import annotations

import random
import string
from pathlib import Path

import pytest

from engine.audit import Auditor
from engine.audit.across import ACROSS
from engine.audit.examples import example_scheme, example_schemes
from engine.errors import RuleError
from engine.inference import durable, plain
from engine.knowledge import load_knowledge, rulesets_path
from engine.knowledge.fields import load_fields
from engine.knowledge.packs import load_rules, require_catalogue
from engine.knowledge.rules import FAMILIES, placeholders, read_rule
from engine.knowledge.sources import load_sources
from engine.model import Indicator, Scheme

KNOWLEDGE = load_knowledge()
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{n}")
    for rule in KNOWLEDGE.rules
    for n, example in enumerate(rule.examples)
]
BROKEN = Path(__file__).parent / "broken_rules"
MESSAGES = {
    "F900-alias.yaml": "F900-alias.yaml, line 5: aliases (*name) are not allowed. Write the value out.",
    "F900-across-of-one-scheme.yaml": "F900-across-of-one-scheme.yaml: a rule on match has examples of several schemes. Write schemes: [...] with two or more.",
    "F900-bad-code.yaml": "F900-bad-code.yaml: id 'Q1' is no code. Use one of F S D R A V C X and three digits.",
    "F900-bad-name.yaml": "F900-bad-name.yaml: name 'Bad Name' must be lower-case words joined by '-'.",
    "F900-bad-severity.yaml": "F900-bad-severity.yaml: severity: Input should be 'error', 'warning' or 'info', got 'fatal'.",
    "F900-disciplinary-text.yaml": "F900-disciplinary-text.yaml: discipline-2023 is a disciplinary text and is never cited in a finding.",
    "F900-duplicate-key.yaml": "F900-duplicate-key.yaml, line 5: key 'severity' appears twice. Keep one of them.",
    "F900-example-of-nothing.yaml": "F900-example-of-nothing.yaml: an example needs either line, scheme or schemes. Keep one of them.",
    "F900-in-without-list.yaml": "F900-in-without-list.yaml: when: carrier: in got 'app'. 'in' takes a list, the others one value.",
    "F900-inferred-prohibition.yaml": "F900-inferred-prohibition.yaml: inferred rules do not prohibit. Set effect: none.",
    "F900-low-confidence.yaml": "F900-low-confidence.yaml: project-evaluation-2020, JX-01 is of low confidence or unverified. Cite a text that was read.",
    "F900-low-document.yaml": "F900-low-document.yaml: petition-opinion-2013 is of low confidence. Cite a document that was read.",
    "F900-missing-english.yaml": "F900-missing-english.yaml: key 'title.en' is missing. Add it.",
    "F900-no-citation.yaml": "F900-no-citation.yaml: cites nothing. Name the basis, or house-setting for a setting of ours.",
    "F900-no-firing-example.yaml": "F900-no-firing-example.yaml: no example on which the rule fires. Add one with its exact message.",
    "F900-no-silent-example.yaml": "F900-no-silent-example.yaml: no example on which the rule is silent. Add one with expect: [].",
    "F900-not-yaml.yaml": "F900-not-yaml.yaml, line 5: not valid YAML: did not find expected ',' or ']'. Mend the file.",
    "F900-open-brace.yaml": "F900-open-brace.yaml: message: expected '}' before end of string. Write {name} with both braces.",
    "F900-order-on-text.yaml": "F900-order-on-text.yaml: when: carrier: gt needs a number; the field is a text. Use eq, neq or in.",
    "F900-placeholders-differ.yaml": "F900-placeholders-differ.yaml: message: zh and en ask for different values: points. Use the same in both.",
    "F900-tests-nothing.yaml": "F900-tests-nothing.yaml: tests nothing, so it would always fire. Add a condition.",
    "F900-unknown-field.yaml": "F900-unknown-field.yaml: when: unknown field 'family_punchin'. Did you mean 'family_punch_in'?",
    "F900-unknown-key.yaml": "F900-unknown-key.yaml: unknown key 'severty'. Did you mean 'severity'?",
    "F900-unknown-operator.yaml": "F900-unknown-operator.yaml: when: points: unknown operator 'over'. Use eq, neq, gt, gte, lt, lte, in.",
    "F900-unknown-placeholder.yaml": "F900-unknown-placeholder.yaml: message: unknown placeholder {nmae}. Did you mean 'name'?",
    "F900-unknown-section.yaml": "F900-unknown-section.yaml: app-measures-2026 has no section 'APP-99'. Did you mean 'APP-09'?",
    "F900-unknown-source.yaml": "F900-unknown-source.yaml: unknown source 'app-measures-2025'. Did you mean 'app-measures-2026'?",
    "F900-unknown-subject.yaml": "F900-unknown-subject.yaml: when.subject 'row' is unknown. Use line, pair, block, scheme, match, group, schemes.",
    "F900-unverified.yaml": "F900-unverified.yaml: petition-opinion-2013, XF-04 is of low confidence or unverified. Cite a text that was read.",
    "F900-value-never-occurs.yaml": "F900-value-never-occurs.yaml: when: carrier: 'aap' never occurs. Did you mean 'app'?",
    "F900-wrong-type.yaml": "F900-wrong-type.yaml: when: family_punch_in: 3 is not a bool. Mend the value.",
    "other-name.yaml": "other-name.yaml: the file must be named F900-file-named-otherwise.yaml. Rename it.",
}


@pytest.fixture(scope="module")
def auditor() -> Auditor:
    return Auditor(KNOWLEDGE)


@pytest.mark.parametrize("rule, example", EXAMPLES)
def test_example(auditor, rule, example):
    if rule.subject in ACROSS:
        audit = auditor.audit_across(example_schemes(example), as_of=example.as_of)
    else:
        audit = auditor.audit(example_scheme(example), profile=example.profile, as_of=example.as_of)
    found = [finding for finding in audit.findings if finding.rule == rule.id]
    assert tuple(finding.message.zh for finding in found) == example.expect
    if example.expect_en is not None:
        assert tuple(finding.message.en for finding in found) == example.expect_en
    assert any(entry.rule == rule.id for entry in audit.not_checked) == example.not_checked
    for finding in found:
        assert "{" not in finding.message.en + finding.fix.en + finding.fix.zh
        assert finding.cites and finding.effect == rule.effect


@pytest.mark.parametrize("path", sorted(BROKEN.glob("*.yaml")), ids=lambda path: path.stem)
def test_broken_rule_is_refused_with_its_message(path):
    folder = rulesets_path()
    with pytest.raises(RuleError) as caught:
        read_rule(path, load_sources(folder), load_fields(folder))
    assert str(caught.value) == MESSAGES[path.name]


def test_every_fault_has_a_file():
    assert {path.name for path in BROKEN.glob("*.yaml")} == set(MESSAGES)


def test_at_least_sixty_rules_over_all_families():
    assert len(KNOWLEDGE.rules) >= 60
    assert {rule.id[0] for rule in KNOWLEDGE.rules} == set(FAMILIES)


def test_proposed_indicators_are_in_the_catalogue():
    require_catalogue(KNOWLEDGE.rules, KNOWLEDGE.catalogue)


def test_words_of_the_reports_are_kept_out():
    """违反, 形式主义问题 and 造假 are disciplinary findings and never ours to make about a scheme."""
    for rule in KNOWLEDGE.rules:
        said = rule.message.zh + rule.title.zh
        assert "违反" not in said and "形式主义问题" not in said, rule.id


def test_prohibitions_are_explicit_and_never_suppressible():
    prohibiting = [rule for rule in KNOWLEDGE.rules if rule.effect == "prohibit"]
    assert {rule.id for rule in prohibiting} == {f"F00{n}" for n in range(1, 9)}
    for rule in prohibiting:
        assert rule.severity == "error" and rule.suppressible == "never" and not rule.inferred
        for cite in rule.cites:
            document = KNOWLEDGE.sources[cite.source]
            assert document.sections[cite.section].rule_class == "hard_prohibition", rule.id


def test_inferred_rules_say_so():
    for rule in KNOWLEDGE.rules:
        assert rule.inferred == ("推断" in rule.message.zh), rule.id
        assert not rule.inferred or "inference" in rule.message.en, rule.id


def test_carrier_rules_keep_the_points():
    for rule in KNOWLEDGE.rules:
        if rule.effect == "carrier":
            assert rule.severity in ("warning", "info") and "分值不动" in rule.message.zh, rule.id


def test_messages_never_hold_where_they_stand():
    for rule in KNOWLEDGE.rules:
        assert not placeholders(rule.message.zh) & {"id", "code", "file", "row", "cell", "sheet"}, rule.id


def test_a_local_pack_may_tighten_and_add(tmp_path):
    core = (rulesets_path() / "rules/formalistic/F107-form-timeliness-as-score.yaml").read_text("utf-8")
    (tmp_path / "F107-form-timeliness-as-score.yaml").write_text(
        core.replace("severity: warning", "severity: error").replace("with-basis", "never"), "utf-8"
    )
    (tmp_path / "F907-form-timeliness-here.yaml").write_text(
        core.replace("id: F107", "id: F907").replace("form-timeliness-as-score", "form-timeliness-here"),
        "utf-8",
    )
    rules = {rule.id: rule for rule in _loaded(tmp_path)}
    assert (rules["F107"].severity, rules["F107"].suppressible, rules["F107"].origin) == (
        "error",
        "never",
        "local",
    )
    assert rules["F907"].origin == "local" and rules["F106"].origin == "core"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("suppressible: never", "suppressible: 'yes'", "F001 is suppressible: never; a local pack cannot loosen it to yes. Keep never."),
        ("severity: error", "severity: info", "F001 is of severity error; a local pack cannot lower it to info. Keep error."),
        ("effect: prohibit", "effect: none", "F001 has effect prohibit; a local pack cannot change it."),
        ("scored: true}", "scored: true, carrier: app}", "F001 would fire on less than before. Keep its when, or drop conditions."),
        ("exception_recorded: true}", "scored: true}", "F001 would have more exceptions. Keep its unless."),
    ],
)  # fmt: skip
def test_a_local_pack_may_not_loosen(tmp_path, old, new, said):
    name = "F001-app-time-as-score.yaml"
    core = (rulesets_path() / "rules/formalistic" / name).read_text("utf-8")
    assert old in core
    (tmp_path / name).write_text(core.replace(old, new, 1), "utf-8")
    with pytest.raises(RuleError, match=r"a local pack|less than before|more exceptions") as caught:
        _loaded(tmp_path)
    assert str(caught.value) == f"{name}: {said}"


def _loaded(pack: Path):
    folder = rulesets_path()
    return load_rules(folder, load_sources(folder), load_fields(folder), extra=pack)


def test_both_engines_agree_on_random_schemes(auditor):
    """2,000 random schemes: the same findings, field by field, from durable-rules and from plain Python."""
    rng = random.Random(20260101)
    lines = [
        line
        for rule in KNOWLEDGE.rules
        for example in rule.examples
        for line in example_scheme(example).indicators
    ]
    other = Auditor(KNOWLEDGE, engine="plain")
    for n in range(2000):
        scheme = _random_scheme(rng, lines, n)
        as_of = rng.choice(("2019-06-01", "2024-12-01", "2026-06-01"))
        profile = rng.choice((None, "township", "grid_worker", "single_topic"))
        left = auditor.audit(scheme, as_of=as_of, profile=profile)
        right = other.audit(scheme, as_of=as_of, profile=profile)
        assert left.findings == right.findings and left.not_checked == right.not_checked


def _random_scheme(rng: random.Random, lines: list[Indicator], n: int) -> Scheme:
    chosen = []
    for k in range(rng.randint(1, 6)):
        line = rng.choice(lines)
        changes = {"code": str(k), "block": rng.choice((None, "一", "二"))}
        if rng.random() < 0.3:
            changes["points"] = rng.choice((0, 0.5, 1, 3, 40, None))
        if rng.random() < 0.1:
            changes["name"] = "".join(
                rng.choices(line.name + string.ascii_letters + "；，打卡台账", k=rng.randint(1, 12))
            )
        chosen.append(line.model_copy(update=changes))
    return Scheme(title=f"方案{n}", indicators=tuple(chosen), total=rng.choice((None, 100)))


def test_the_engines_are_what_they_say(auditor):
    assert auditor._evaluate is durable.evaluate
    assert Auditor(KNOWLEDGE, engine="plain")._evaluate is plain.evaluate
