"""Words of the rule base that can never match, and examples of the lexicon that come out otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from engine.classify.matcher import Line, Matcher, join_fields
from engine.facts.wording import line_words, text_has
from engine.knowledge.fields import Fields, Words
from engine.knowledge.lexicon import FIELD_NAMES, Entry, Lexicon
from engine.model import Indicator
from engine.rulecheck.problem import Problem, problem
from engine.text import fold


def lexicon_problems(lexicon: Lexicon) -> Iterator[Problem]:
    """Yield each term that never matches and each example that its entry finds, or misses, wrongly.

    A term that does not match where it stands alone is swallowed by an exclusion of its own entry, and
    more words around it cannot bring it back.
    """
    asked: list[tuple[int, str, str]] = []
    for number, entry in enumerate(lexicon.entries):
        asked += [(number, "term", term) for term in entry.terms]
        asked += [(number, "yes", text) for text in entry.yes]
        asked += [(number, "no", text) for text in entry.no]
    lines = [_line(lexicon.entries[number], text) for number, _, text in asked]
    hits = Matcher(lexicon).find(join_fields(lines))
    found = set(zip((hits.slot // len(FIELD_NAMES)).tolist(), hits.entry.tolist(), strict=True))
    for row, (number, role, text) in enumerate(asked):
        if ((row, number) in found) == (role == "no"):
            yield _lexicon_problem(lexicon.entries[number], role, text)


def _line(entry: Entry, text: str) -> Line:
    """A line that holds a text in the first field where the entry looks."""
    values = {name: text if name == entry.fields[0] else "" for name in FIELD_NAMES}
    return values["name"], values["criterion"], values["proof"], values["block"]


def _lexicon_problem(entry: Entry, role: str, text: str) -> Problem:
    if role == "term":
        return problem(
            entry.id, "unmatched",
            f"词语“{text}”永远不会匹配：它被本条的排除词排除。请删去该词或缩小排除词。",
            f"the term {text!r} never matches: an exclusion of its own entry swallows it. "
            "Delete the term or narrow the exclusion.",
        )  # fmt: skip
    if role == "yes":
        return problem(
            entry.id, "unmatched",
            f"示例“{text}”应当匹配而没有匹配。请补充词语或更正示例。",
            f"the example {text!r} should match and does not. Add a term or correct the example.",
        )  # fmt: skip
    return problem(
        entry.id, "unmatched",
        f"示例“{text}”不应匹配而匹配了。请补充排除词或更正示例。",
        f"the example {text!r} should not match and does. Add an exclusion or correct the example.",
    )  # fmt: skip


def word_problems(fields: Fields) -> Iterator[Problem]:
    """Yield each fault of the words that set a field: words never found, examples that come out otherwise."""
    for subject, specs in fields.items():
        for name, spec in specs.items():
            if spec.words is not None:
                yield from _words(f"{subject}.{name}", name, fields, spec.words)


def _words(about: str, name: str, fields: Fields, words: Words) -> Iterator[Problem]:
    lead = words.after[0] if words.after else ""
    for term in words.any:
        if not text_has(words, lead + term):
            yield problem(
                about, "unmatched",
                f"词语“{term}”永远不会匹配：它被排除词或其前的否定词排除。请删去该词。",
                f"the word {term!r} never matches: an exclusion, or a forbidding word in it, swallows it. Delete it.",
            )  # fmt: skip
    for term in (*words.after, *words.without):
        if fold(term) != term:
            yield problem(
                about, "unmatched",
                f"词语“{term}”永远不会匹配：正文比对前统一写作“{fold(term)}”。请照此改写。",
                f"the word {term!r} never matches: texts are compared as {fold(term)!r}. Write it so.",
            )  # fmt: skip
    for text, wanted in [*((t, True) for t in words.hit), *((t, False) for t in words.miss)]:
        if _sets(name, fields, words, text) != wanted:
            yield problem(
                about, "unmatched",
                f"示例“{text}”{'应当' if wanted else '不应'}设定该字段，结果相反。请更正词语或示例。",
                f"the example {text!r} {'should' if wanted else 'should not'} set this field, and the reverse "
                "happens. Correct the words or the example.",
            )  # fmt: skip


def _sets(name: str, fields: Fields, words: Words, text: str) -> bool:
    """Whether a text sets the field, read as the engine reads it: in a line, or in the text of a scheme."""
    spec = fields["line"].get(name)
    if spec is None or spec.words is not words:
        return text_has(words, text)
    place = words.where[0]
    line = Indicator(code="1", **{"name": "", place: text})
    return name in line_words(line, {name: spec})
