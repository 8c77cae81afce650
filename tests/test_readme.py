"""Every command of the README runs."""

import re
import shlex
from pathlib import Path

import pytest

from engine.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```console\n(.*?)```", README, re.S)
    for line in block.splitlines()
    if line.startswith("quanheng ")
]


@pytest.mark.parametrize("command", COMMANDS)
def test_command_runs(command, tmp_path, monkeypatch, capfd):
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(command)[1:]) == 0
    out, err = capfd.readouterr()
    assert "Traceback" not in err
    assert out or list(tmp_path.glob("out/**/*")), "a command shows or writes something"


def test_every_verb_is_in_the_readme():
    from engine.verbs import VERBS

    assert all(f"quanheng {verb}" in README or f"make {verb}" in README for verb in VERBS)


def test_links_lead_somewhere():
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert links and all((ROOT / link).exists() for link in links)
