"""What many tests share: the rule base and one auditor, built once on the main thread."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("NO_COLOR", "1")
ROOT = Path(__file__).parents[1]
AS_OF = "2026-06-01"


@pytest.fixture(scope="session")
def knowledge():
    from engine.knowledge import load_knowledge

    return load_knowledge(None)


@pytest.fixture(scope="session")
def auditor(knowledge):
    from engine.audit import Auditor

    return Auditor(knowledge)


@pytest.fixture(scope="session")
def township():
    """The path of the township example."""
    return ROOT / "examples" / "township.xlsx"
