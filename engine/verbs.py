"""What each verb of the command line does: arguments in, output written, exit code out."""

from __future__ import annotations

import gc
import importlib.util
import os
import subprocess
import sys
import tempfile
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine import batch, intake
from engine.audit import Auditor
from engine.audit.across import ACROSS
from engine.audit.baseline import Baseline, dumps, read_baseline
from engine.audit.covered import apply_baseline, baseline_of
from engine.audit.ruleset import select_rules
from engine.classify import Classifier, row_problem
from engine.errors import RuleError, SchemeError
from engine.facts.explicit import with_explicit_red_lines
from engine.inference.child import ChildEngine
from engine.knowledge import Knowledge, load_knowledge
from engine.knowledge.documents import suggest
from engine.knowledge.rules import Rule
from engine.model import Across, Audit, Classification, Indicator, Lang, Note, Scheme, Severity, Text
from engine.propose import problem_for
from engine.report import ACROSS_FORMS, FORMS, Report, pages, payload, sarif, tables, text
from engine.report.words import say
from engine.reweight.answer import write_problem
from engine.reweight.frontier import frontier as exact_frontier
from engine.rulecheck import check_rules
from engine.workbench import examples, make_auditor, rebalance, with_ranks

_ERROR = Console(stderr=True)
_RANK: dict[str, tuple[Severity, ...]] = {
    "error": ("error",),
    "warning": ("error", "warning"),
    "info": ("error", "warning", "info"),
    "never": (),
}


def audit(arguments: Namespace) -> int:
    """Audit the schemes of one or several files."""
    auditor = _auditor(arguments)
    _known_codes((*arguments.select, *arguments.ignore), auditor.knowledge.rules)
    read = list(_audits(arguments, auditor))
    audits, across, baseline = _baselined(arguments, auditor, read, _across(arguments, auditor, read))
    if arguments.statistics:
        data = _statistics(audits, arguments.lang).encode()
    elif arguments.format == "csv":
        data = tables.audit_csv(audits, arguments.lang).encode()
    elif arguments.format == "sarif":
        data = sarif.audit_sarif(audits, arguments.lang).encode()
    else:
        data = _joined(arguments, "audit", [Report(a) for a in audits], [across] if across else [])
    write_output(data, arguments.output)
    if baseline is not None:
        write_output(dumps(baseline).encode(), arguments.write_baseline or arguments.baseline)
    return _failed([*audits, *([across] if across else [])], arguments.fail_on)


def _across(arguments: Namespace, auditor: Auditor, audits: Sequence[Audit]) -> Across | None:
    """What the schemes say side by side, where that is asked for."""
    if not arguments.across:
        return None
    if arguments.statistics or arguments.format not in ("text", "json"):
        raise SchemeError("--across is written as text or json. Use --format text or --format json.")
    schemes = [found.scheme for found in audits]
    return auditor.audit_across(
        schemes, as_of=arguments.as_of, select=arguments.select, ignore=arguments.ignore
    )


def _known_codes(asked: Sequence[str], rules: Sequence[Rule]) -> None:
    """A prefix that fits no rule would read as a clean scheme."""
    for prefix in asked:
        if not any(rule.id.startswith(prefix) for rule in rules):
            near = suggest(prefix, [rule.id for rule in rules])
            raise RuleError(f"{prefix}: no rule begins so.{near} `quanheng rules` lists them all.")


def score(arguments: Namespace) -> int:
    """Score the schemes of one or several files."""
    audits = list(_audits(arguments, _auditor(arguments)))
    write_output(_joined(arguments, "score", [Report(a) for a in audits]), arguments.output)
    return 0


def classify(arguments: Namespace) -> int:
    """Say what each line measures; a list of names without points will do."""
    knowledge = load_knowledge(arguments.pack)
    indicators, classes, notes = _classified(arguments.input, knowledge)
    problems = {line.code: p for line in indicators if (p := row_problem(line.name))}
    lang = arguments.lang
    if arguments.format == "json":
        data = payload.dumps(payload.classify_payload(indicators, classes, problems, lang))
    elif arguments.format == "csv":
        data = tables.classify_csv(indicators, classes, lang)
    else:
        data = text.classify_text(indicators, classes, problems, lang)
    write_output(data.encode(), arguments.output)
    for note in notes:
        _ERROR.print(f"{arguments.input}: {note.text}", style="yellow", markup=False)
    for code, problem in problems.items():
        _ERROR.print(f"{arguments.input}, {code}: {say(problem, lang)}", style="yellow", markup=False)
    return 0 if indicators else 2


def _classified(
    path: Path, knowledge: Knowledge
) -> tuple[Sequence[Indicator], Sequence[Classification], Sequence[Note]]:
    """The lines of a scheme, read as the audit reads them, or of a list of names without points."""
    classifier = Classifier(knowledge.lexicon, knowledge.classes)
    try:
        schemes = intake.read_schemes(path)
    except SchemeError:
        indicators, notes = intake.read_name_list(path)
        return indicators, classifier.classify_lines(indicators), notes
    lines = [line for scheme in schemes for line in scheme.indicators]
    read = [
        with_explicit_red_lines(s, classifier.classify_scheme(s), knowledge.fields, knowledge.classes)
        for s in schemes
    ]
    return lines, [one for classes in read for one in classes], ()


def frontier(arguments: Namespace) -> int:
    """Show what more outcome points cost, in disruption and in standards rewritten."""
    auditor = _auditor(arguments)
    scheme = intake.read_scheme(arguments.input)
    found = auditor.audit(scheme, profile=arguments.profile, as_of=arguments.as_of)
    made = exact_frontier(problem_for(auditor, found, **_options(arguments)))
    if arguments.format == "json":
        data = payload.dumps(payload.frontier_payload(found, made, arguments.lang))
    else:
        data = text.frontier_text(found, made, arguments.lang)
    write_output(data.encode(), arguments.output)
    return 0


def reweight(arguments: Namespace) -> int:
    """Propose new standards and points."""
    report = _proposal(arguments)
    if report.after and arguments.proposal:
        write_output(intake.write_scheme_yaml(report.after.scheme).encode(), arguments.proposal)
    write_output(FORMS[arguments.verb][arguments.format](report, arguments.lang), arguments.output)
    return 1 if report.proposal and report.proposal.status == "infeasible" else 0


def explain(arguments: Namespace) -> int:
    """Say why a rule fired on a line, or did not, condition by condition."""
    path, _, code = arguments.target.partition("#")
    auditor = _auditor(arguments)
    rule = pages.find_rule(auditor.knowledge, arguments.rule)
    scheme = intake.read_scheme(Path(path))
    code = _explained(rule, code, path, scheme)
    found = auditor.audit(scheme, profile=arguments.profile, as_of=arguments.as_of)
    rows = auditor.explain(rule.id, found, code or None)
    line = next((c for c in found.classifications if c.code == code), None)
    page = pages.explain_page(rule, rows, auditor.knowledge, arguments.lang, line)
    write_output(page.encode(), None)
    return 0


def _explained(rule: Rule, code: str, path: str, scheme: Scheme) -> str:
    """The line or block to explain; a rule on the scheme needs none, the others a code that is there."""
    if rule.subject == "scheme":
        return ""
    if rule.subject in ACROSS:
        raise SchemeError(
            f"{rule.id} compares schemes. Write quanheng audit A B --across --select {rule.id}."
        )
    known = (
        [b.name for b in scheme.blocks] if rule.subject == "block" else [i.code for i in scheme.indicators]
    )
    if code not in known:
        asked = f"no {code!r}.{suggest(code, known)}" if code else f"{rule.id} asks about a {rule.subject}."
        raise SchemeError(f"{path}: {asked} Write {path}#CODE with one of: {', '.join(known)}.")
    return code


def validate(arguments: Namespace) -> int:
    """Audit every scheme of a folder."""
    files = batch.find_files(arguments.folder)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_ERROR) as bar, ChildEngine() as shelter:
        auditor = make_auditor(arguments.pack, shelter=shelter, suppress=not arguments.no_suppress)
        gc.freeze()  # the rule base stays as long as the process: it need not be walked again and again
        task = bar.add_task("", total=len(files))

        def progress(done: int, _: int, path: Path) -> None:
            bar.update(task, completed=done, description=path.name[:40])

        result = batch.validate_files(
            files, auditor, as_of=arguments.as_of, profile=arguments.profile, progress=progress
        )
        bar.update(task, completed=len(files))
    written = batch.write_batch(result, arguments.output)
    _ERROR.print(
        f"{len(files)} files, {len(result.schemes)} schemes, {len(result.findings)} findings, "
        f"{len(result.errors)} not read → {', '.join(p.name for p in written)} in {arguments.output}",
        markup=False,
    )
    for row in result.errors:
        _ERROR.print(str(row["message"]), style="yellow", markup=False)
    if result.errors:
        return 2
    return int(any(result.count(s) for s in _RANK[arguments.fail_on]))


def rules(arguments: Namespace) -> int:
    """List the rules, show one rule's page, or check the rule base."""
    knowledge = load_knowledge(arguments.pack)
    if arguments.what == "check":
        problems = check_rules(knowledge, date.today().isoformat())
        write_output(pages.check_page(problems, len(knowledge.rules), arguments.lang).encode(), None)
        return int(bool(problems))
    prefix = "" if arguments.what == "list" else arguments.what.upper()
    if sum(rule.id.startswith(prefix) for rule in knowledge.rules) > 1:
        write_output(pages.rule_list(knowledge, arguments.lang, prefix).encode(), None)
        return 0
    write_output(pages.rule_page(knowledge, arguments.what, arguments.lang).encode(), None)
    return 0


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


def write_output(data: bytes, target: Path | None) -> None:
    """Write a result to standard output, or to a file that appears whole or not at all."""
    if target is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as partial:
        partial.write(data)
    os.chmod(partial.name, 0o644)
    Path(partial.name).replace(target)


def _auditor(arguments: Namespace) -> Auditor:
    auditor = make_auditor(arguments.pack, suppress=not getattr(arguments, "no_suppress", False))
    if auditor.engine == "plain":
        _ERROR.print(
            "durable-rules cannot be loaded here; the same rules run in plain Python.", style="yellow"
        )
    return auditor


def _audits(arguments: Namespace, auditor: Auditor) -> Iterable[Audit]:
    for path in arguments.inputs:
        for scheme in intake.read_schemes(path):
            yield auditor.audit(
                scheme, profile=arguments.profile, as_of=arguments.as_of,
                select=arguments.select, ignore=arguments.ignore,
            )  # fmt: skip


def _baselined(
    arguments: Namespace, auditor: Auditor, audits: list[Audit], across: Across | None
) -> tuple[list[Audit], Across | None, Baseline | None]:
    """What was found with what a baseline covers marked, and the baseline to write, if one is to be written."""
    if arguments.prune and not arguments.baseline:
        raise SchemeError("--prune: of which baseline? Name it with --baseline B.json.")
    rules, to_write = auditor.knowledge.rules, arguments.write_baseline
    asked = {rule.id for rule in select_rules(rules, arguments.select, arguments.ignore)}
    if to_write:
        if not auditor.suppress:
            raise SchemeError(f"{to_write}: suppressing is forbidden here, so no baseline is written.")
        made, barred = baseline_of([*audits, *([across] if across else [])], rules)
        _ERROR.print(_written(to_write, made.total, barred), markup=False, soft_wrap=True)
        found = apply_baseline(audits, made, rules, asked, across=across)
        return list(found.audits), found.across, made
    if not arguments.baseline:
        return audits, across, None
    known = read_baseline(arguments.baseline)
    found = apply_baseline(audits, known, rules, asked, suppress=auditor.suppress, across=across)
    for title in found.absent:
        _ERROR.print(
            f"{arguments.baseline}: {title} was not audited; its entries stay.", markup=False, soft_wrap=True
        )
    if not (arguments.prune and found.stale):
        return list(found.audits), found.across, None
    said = f"{arguments.baseline}: {found.stale} removed, {found.pruned.total} kept."
    _ERROR.print(said, markup=False, soft_wrap=True)
    return list(found.audits), found.across, found.pruned


def _written(target: Path, total: int, barred: int) -> str:
    left_out = f"; {barred} of rules that may never be suppressed are left out and count" if barred else ""
    return f"{target}: {total} findings recorded{left_out}."


def _proposal(arguments: Namespace) -> Report:
    auditor = _auditor(arguments)
    scheme = intake.read_scheme(arguments.input)
    # No selection of rules here: a proposal answers to every rule, or red lines could be switched off.
    found = auditor.audit(scheme, profile=arguments.profile, as_of=arguments.as_of)
    options = _options(arguments)
    if arguments.write_model:
        arguments.write_model.parent.mkdir(parents=True, exist_ok=True)
        write_problem(problem_for(auditor, found, **options), arguments.write_model)
    layouts = intake.read_layouts(arguments.input) if arguments.format == "xlsx" else ()
    made = rebalance(auditor, found, layouts, **options)
    if arguments.scores:
        made = with_ranks(made, intake.read_unit_scores(arguments.scores, scheme.indicators))
    return made


def _options(arguments: Namespace) -> dict[str, Any]:
    return {
        "levers": arguments.levers, "locks": tuple(arguments.lock), "bounds": dict(arguments.bound),
        "settings": dict(arguments.set), "step": arguments.step, "years": arguments.years,
    }  # fmt: skip


def _joined(arguments: Namespace, verb: str, reports: list[Report], across: Sequence[Across] = ()) -> bytes:
    writer = FORMS[verb][arguments.format]
    parts = [writer(report, arguments.lang) for report in reports]
    parts += [ACROSS_FORMS[arguments.format](one, arguments.lang) for one in across]
    if len(parts) == 1:
        return parts[0]
    if arguments.format == "json":
        return b"[\n" + b",\n".join(part.rstrip(b"\n") for part in parts) + b"\n]\n"
    if arguments.format == "text":
        return b"\n".join(parts)
    raise SchemeError(
        f"{arguments.format} holds one scheme, and {len(parts)} were read. Give one file at a time."
    )


def _statistics(audits: list[Audit], lang: Lang) -> str:
    titles = {f.rule: f.title for a in audits for f in a.findings}
    counts = Counter(f.rule for a in audits for f in a.findings)
    rows = (
        f"{n}\t{rule}\t{say(titles[rule], lang)}"
        for rule, n in sorted(counts.items(), key=lambda x: (-x[1], x[0]))
    )
    return "\n".join(rows) + "\n"


def _failed(audits: Sequence[Audit | Across], fail_on: str) -> int:
    return int(any(a.count(s) for a in audits for s in _RANK[fail_on]))


VERBS: Mapping[str, Callable[[Namespace], int]] = {
    "demo": demo,
    "audit": audit,
    "classify": classify,
    "score": score,
    "reweight": reweight,
    "frontier": frontier,
    "report": reweight,
    "explain": explain,
    "batch": validate,
    "rules": rules,
    "ui": ui,
}
