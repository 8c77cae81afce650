"""The example on the page about the full form is a scheme that reads."""

import re
from pathlib import Path

from engine.intake import read_scheme

PAGE = Path(__file__).parents[2] / "docs" / "scheme-format.md"


def test_the_example_on_the_page_reads(tmp_path):
    text = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    (tmp_path / "a.yaml").write_text(text[1], encoding="utf-8")
    scheme = read_scheme(tmp_path / "a.yaml")
    assert [(i.code, i.kind, i.points, i.rate, i.cap) for i in scheme.indicators] == [
        ("I01", "base", 6.0, None, None), ("I02", "deduction", None, 1.0, 3.0),
    ]  # fmt: skip
    assert scheme.waivers[0].until == "2027-01-01" and scheme.path.outcome_share == 0.25
