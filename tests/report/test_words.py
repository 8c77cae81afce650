"""Every value of a closed list has a word in each language, and none shows the code itself in Chinese."""

from typing import get_args

import pytest

from engine import model
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
