"""A scheme → every number and tag that a rule may test, derived once, pure."""

from engine.facts.factset import Fact, FactSet, Key, derive

__all__ = ["Fact", "FactSet", "Key", "derive"]
