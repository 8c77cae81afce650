"""Read a line as an experienced official would: level, families, requirement, guard, carrier, class, p."""

from engine.classify.classifier import Classifier
from engine.text import row_problem

__all__ = ["Classifier", "row_problem"]
