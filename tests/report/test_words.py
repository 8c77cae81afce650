"""Every value of a closed list has a word in each language, and none shows the code itself in Chinese."""

from typing import get_args

import pytest

from engine import model
from engine.errors import RuleError
from engine.knowledge.words import CLOSED, FILE, load_words, rulesets_path, words
from engine.report.words import caution, term

LISTS = {
    "level": model.LEVELS,
    "family": model.FAMILIES,
    "class": model.CLASSES,
    "decision": get_args(model.Decision),
    "severity": get_args(model.Severity),
    "action": get_args(model.Action),
    "kind": get_args(model.Kind),
    "state": get_args(model.ConstraintReport.model_fields["state"].annotation)
    + get_args(model.LimitState.model_fields["state"].annotation),
    "status": get_args(model.Proposal.model_fields["status"].annotation),
}


@pytest.mark.parametrize("of, value", [(of, value) for of, values in LISTS.items() for value in values])
def test_every_value_has_a_word(of, value):
    assert term(of, value, "en")
    for lang in ("zh", "zh-Hant"):
        assert any("\u4e00" <= char <= "\u9fff" for char in term(of, value, lang))


def test_words_do_not_repeat_within_a_list():
    for of, values in LISTS.items():
        assert len({term(of, value, "zh") for value in values}) == len(set(values))


def test_caution_says_what_the_result_is_not():
    assert "不评价任何单位和个人" in caution("zh") and "不評價任何單位和個人" in caution("zh-Hant")
    assert "measures nobody's performance" in caution("en")


def test_every_score_and_limit_of_an_audit_has_its_words(auditor, township):
    from engine.intake import read_scheme

    audit = auditor.audit(read_scheme(township), as_of="2026-06-01")
    scores = {score.name for score in audit.scores} | {"headline"}
    assert scores == set(words().of("score"))
    assert {limit.id for limit in audit.limits} == set(words().of("limit"))


TABLES = ("score", "limit", "value", *CLOSED)


@pytest.mark.parametrize("table", TABLES)
def test_every_word_is_there_in_both_languages(table):
    for value, text in words().of(table).items():
        assert any("\u4e00" <= char <= "\u9fff" for char in text.zh), value
        assert text.en.strip() and not any("\u4e00" <= char <= "\u9fff" for char in text.en), value


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  review: {zh: 待人工判断", "  revue: {zh: 待人工判断", "decision: no word for 'review'"),
        ("  veto: {zh: 否决项, en: veto}", "  veto: {zh: 否决项, en: veto}\n  vetos: {zh: 否决, en: v}", "kind: 'vetos' names no value. Did you mean 'veto'?"),
        ("  keep: {zh: 保留, en: keep}", "  keep: {zh: 保留}", "key 'action.keep.en' is missing"),
        ("decision:", "decisions:", "unknown key 'decisions'. Did you mean 'decision'?"),
    ],
)  # fmt: skip
def test_a_faulty_table_is_refused(tmp_path, old, new, said):
    text = (rulesets_path() / FILE).read_text("utf-8")
    assert old in text
    (tmp_path / FILE).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(RuleError, match=FILE) as caught:
        load_words(tmp_path)
    assert said in str(caught.value)


def test_no_table_of_words_is_left_in_the_code():
    """A word of a closed list stands in one place."""
    from pathlib import Path

    import engine

    own = [
        text.zh
        for name in ("class", "level", "family", "score", "limit")
        for text in words().of(name).values()
    ]
    for path in Path(engine.__file__).parent.rglob("*.py"):
        assert not [zh for zh in own if f'Text(zh="{zh}", ' in path.read_text("utf-8")], path
