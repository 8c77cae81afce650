"""The learned part: what n-grams are made of, and that what they add is what the scores say."""

from __future__ import annotations

import numpy as np
import pytest

from engine.classify import learned as model
from engine.classify.matcher import join_fields
from engine.classify.reading import Reading
from engine.knowledge import load_knowledge

KNOWLEDGE = load_knowledge()


@pytest.fixture(scope="module")
def reading():
    return Reading(KNOWLEDGE.lexicon, KNOWLEDGE.classes)


def quoted(name, criterion=""):
    texts = join_fields([(name, criterion, "", "")])
    found = model.grams(texts)
    return {texts.joined[a : a + n] for a, n in zip(found.start, found.length, strict=True)}


def test_a_latin_word_is_one_piece_and_spaces_are_none():
    found = quoted("App登录 time", "posted 3次")
    assert {"app", "app登", "app登录", "登录 time", "posted", "posted 3", "3次"} <= found
    assert not found & {"a", "ap", "pp", "t", "tim", " "}


def test_pieces_do_not_reach_from_one_field_into_the_next():
    assert not {"录领", "录领导"} & quoted("登录", "领导小组")


def test_what_the_n_grams_add_is_what_the_score_is_made_of(reading):
    verdicts = reading.read([("工作台账齐全", "缺一项扣0.5分，扣完为止", "", "基础工作")], kinds=["base"])
    weights, raw = reading.weights, verdicts.raw[0]
    for head in ("formalistic", "level:process", "family:trace_keeping"):
        at = model.HEADS.index(head)
        column = np.zeros(raw.size, dtype=np.float32)
        column[at] = 1
        column[len(model.HEADS) :] = np.where(raw[len(model.HEADS) :] > 0, weights.out[:, at], 0)
        rest = raw - model.gram_scores(weights, verdicts.grams, 1)[0]
        whole = model.gains(weights, verdicts.grams.of(0), raw, at).sum() + rest @ column
        assert whole == pytest.approx(model.head_scores(raw[None], weights.out)[0, at], abs=1e-3)
