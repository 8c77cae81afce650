"""Every entry finds its own examples and not the others; a broken file says what and where."""

import pytest

from engine.classify import Classifier
from engine.errors import RuleError
from engine.knowledge import load_knowledge, rulesets_path
from engine.knowledge.classes import load_classes
from engine.knowledge.lexicon import FIELD_NAMES, load_lexicon

LEXICON = load_lexicon(rulesets_path())
READING = Classifier(LEXICON, load_classes(rulesets_path()), learned=False).reading
EXAMPLES = [
    pytest.param(number, text, found, id=f"{entry.id}-{'yes' if found else 'no'}-{text[:20]}")
    for number, entry in enumerate(LEXICON.entries)
    for found, texts in ((True, entry.yes), (False, entry.no))
    for text in texts
]


@pytest.mark.parametrize(("number", "text", "found"), EXAMPLES)
def test_example(number, text, found):
    entry = LEXICON.entries[number]
    place = FIELD_NAMES.index("name" if "name" in entry.fields else entry.fields[0])
    line = tuple(text if field == place else "" for field in range(4))
    signals = READING.reader.read(READING.read([line]).texts)
    assert bool(signals.anywhere[0, number]) is found


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


ENTRY = "- id: a\n  title: {zh: 甲, en: a}\n  about: %s\n  value: %s\n  terms: [甲]\n  'yes': [甲]\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ENTRY % ("family", "likes_share"), "'likes_share' is not a family. Did you mean 'likes_shares'?"),
        (ENTRY % ("level", "outcome") + "  termz: [乙]\n", "unknown key 'termz'. Did you mean 'terms'?"),
        (ENTRY % ("level", "outcome") + "  but: [甲乙]\n", "`but` without an example under `no`"),
        (
            ENTRY % ("level", "outcome") + "  patterns: [{anchors: [甲], regex: '('}]\n",
            "regex '(': missing ), unterminated subpattern",
        ),
        ((ENTRY % ("level", "outcome")) * 2, "id 'a' stands twice"),
        ("a: 1\n", "expected a list of entries, got dict"),
    ],
)
def test_a_broken_lexicon_says_what_is_wrong(tmp_path, text, message):
    write(tmp_path, "lexicon/a.yaml", text)
    with pytest.raises(RuleError) as error:
        load_lexicon(tmp_path)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {class: outcome, when: {level: [outcome]}, reason: {zh: 甲, en: a}}\n", "the last row must hold"),
        ("- {class: outcome, when: {}, reason: {zh: 甲, en: a}}\n", "no row gives guarded, internal"),
        ("- {class: outcom, when: {}, reason: {zh: 甲, en: a}}\n", "class"),
    ],
)
def test_a_broken_decision_table_says_what_is_wrong(tmp_path, text, message):
    write(tmp_path, "classes.yaml", text)
    with pytest.raises(RuleError) as error:
        load_classes(tmp_path)
    assert message in str(error.value)


def test_weights_of_another_lexicon_are_refused(tmp_path):
    weights = (rulesets_path() / "learned" / "weights.npz").read_bytes()
    write(tmp_path, "lexicon/a.yaml", ENTRY % ("level", "outcome"))
    (tmp_path / "learned").mkdir()
    (tmp_path / "learned" / "weights.npz").write_bytes(weights)
    with pytest.raises(RuleError, match="made for a lexicon with other entries"):
        Classifier(load_lexicon(tmp_path), load_knowledge().classes)
