"""A long step shows a bar on a terminal, and nothing where nobody looks."""

import io

import pytest
from rich.console import Console

from engine.verbs import output


@pytest.mark.parametrize(
    ("terminal", "patience", "shown"), [(True, 0.0, True), (True, 60.0, False), (False, 0.0, False)]
)
def test_a_bar_shows_only_on_a_terminal_and_after_a_while(terminal, patience, shown, monkeypatch):
    seen = io.StringIO()
    monkeypatch.setattr(output, "ERROR", Console(file=seen, force_terminal=terminal, width=80))
    monkeypatch.setattr(output, "PATIENCE", patience)
    with output.waiting() as progress:
        for done in range(1, 4):
            progress(done, 7)
    assert ("3/7" in seen.getvalue()) is shown
    assert terminal or not seen.getvalue()
