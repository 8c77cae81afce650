"""`demo` and `ui`: the first minutes with an example, and the workbench."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from argparse import Namespace
from datetime import date
from pathlib import Path

from engine import intake
from engine.errors import SchemeError
from engine.model import Text
from engine.report import FORMS
from engine.report.words import say
from engine.verbs.output import write_output
from engine.workbench import examples, make_auditor, rebalance


def demo(arguments: Namespace) -> int:
    """Take the township example from a messy workbook to findings, scores, a proposal and a report."""
    source = examples()["township.xlsx"]
    auditor = make_auditor()
    found = auditor.audit(intake.read_scheme(source), as_of=date.today().isoformat())
    report = rebalance(auditor, found, intake.read_layouts(source))
    folder, lang = arguments.output, arguments.lang
    sys.stdout.write(FORMS["audit"]["text"](report, lang).decode())
    sys.stdout.write("\n" + FORMS["reweight"]["text"](report, lang).decode() + "\n")
    for form in ("html", "xlsx"):
        write_output(FORMS["report"][form](report, lang), folder / f"township.{form}")
    if report.after:
        proposed = intake.write_scheme_yaml(report.after.scheme)
        write_output(proposed.encode(), folder / "township-proposal.yaml")
    for line in _DEMO:
        sys.stdout.write(say(line, lang).format(folder=folder) + "\n")
    return 0


_DEMO = (
    Text(
        zh="1. 打开 {folder}/township.html：问题与依据、调整前后对比、新旧标准对照表。",
        en="1. Open {folder}/township.html: findings and their basis, before and after, old and new standards.",
    ),
    Text(
        zh="2. 打开 {folder}/township.xlsx：版式与原表相同，黄色单元格为改动，批注为原内容。",
        en="2. Open {folder}/township.xlsx: the layout of the input; yellow cells changed, the old text in comments.",
    ),
    Text(
        zh="3. 打开工作台自行推演：make ui（或 quanheng ui），浏览器访问 http://127.0.0.1:8501",
        en="3. Try what-ifs in the workbench: make ui (or quanheng ui), then http://127.0.0.1:8501",
    ),
)


def ui(arguments: Namespace) -> int:
    """Start the workbench on the loopback address."""
    page = importlib.util.find_spec("ui")
    if page is None or not page.submodule_search_locations:
        raise SchemeError("the workbench is not installed. Install the package with its ui folder.")
    folder = Path(page.submodule_search_locations[0])
    command = [
        sys.executable, "-m", "streamlit", "run", str(folder / "app.py"), "--server.address=127.0.0.1",
        f"--server.port={arguments.port}", f"--server.headless={str(arguments.headless).lower()}",
        "--server.maxUploadSize=20", "--browser.gatherUsageStats=false", "--client.showErrorDetails=none",
        "--client.toolbarMode=viewer", "--server.fileWatcherType=none", "--server.showEmailPrompt=false",
    ]  # fmt: skip
    if os.name == "posix":  # the server takes the place of this process, so that a signal reaches it
        sys.stdout.flush()
        os.execv(sys.executable, command)  # noqa: S606 - our own interpreter and page
    return subprocess.call(command)  # noqa: S603 - our own interpreter and page
