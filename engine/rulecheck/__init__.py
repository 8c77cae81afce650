"""The rule base checks itself: rules that can't fire, say the same or contradict, words that never match."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.audit import Auditor
from engine.rulecheck.between import contradictions, overlaps
from engine.rulecheck.examples import example_results
from engine.rulecheck.problem import Problem
from engine.rulecheck.reach import Reach
from engine.rulecheck.single import (
    catalogue_faults,
    citation_faults,
    dead_parts,
    example_faults,
    proposal_faults,
    text_faults,
    unknown_fields,
)
from engine.rulecheck.terms import lexicon_problems, word_problems

if TYPE_CHECKING:
    from engine.knowledge import Knowledge

__all__ = ["Problem", "check_rules"]


def check_rules(knowledge: Knowledge, as_of: str) -> tuple[Problem, ...]:
    """Return every problem of a rule base: those of single rules first, then between rules, then words.

    Args:
        knowledge: the rule base, with or without a local pack.
        as_of: YYYY-MM-DD; citations must be in force on that day.
    """
    return tuple(_problems(knowledge, as_of))


def _problems(knowledge: Knowledge, as_of: str) -> Iterator[Problem]:
    reach = {subject: Reach(specs) for subject, specs in knowledge.fields.items()}
    sound = []
    for rule in knowledge.rules:
        specs = knowledge.fields[rule.subject]
        unknown = list(unknown_fields(rule, specs))
        broken = unknown or list(dead_parts(rule, reach[rule.subject], specs))
        yield from broken
        if not any(one.kind in ("unknown", "dead") for one in broken):
            sound.append(rule)
        yield from text_faults(rule, specs)
        yield from example_faults(rule)
        yield from citation_faults(rule, knowledge, as_of)
        yield from proposal_faults(rule, knowledge.catalogue)
    auditor = Auditor(knowledge, engine="plain")
    for rule in sound:
        if rule.origin != "core":  # those of the shipped base are tests of their own
            yield from example_results(rule, auditor)
    yield from overlaps(sound, reach)
    yield from contradictions(sound, reach, knowledge, auditor)
    yield from catalogue_faults(knowledge.catalogue)
    yield from lexicon_problems(knowledge.lexicon)
    yield from word_problems(knowledge.fields)
