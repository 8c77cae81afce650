"""`classify`: what each line of a scheme, or of a list of names, measures."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from engine import intake
from engine.classify import Classifier, row_problem
from engine.errors import SchemeError
from engine.facts.explicit import with_explicit_red_lines
from engine.knowledge import Knowledge, load_knowledge
from engine.model import Classification, Indicator, Note
from engine.report import payload, tables, text
from engine.report.words import say
from engine.verbs.output import ERROR, write_output


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
        ERROR.print(f"{arguments.input}: {note.text}", style="yellow", markup=False)
    for code, problem in problems.items():
        ERROR.print(f"{arguments.input}, {code}: {say(problem, lang)}", style="yellow", markup=False)
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
        with_explicit_red_lines(
            scheme, classifier.classify_lines(scheme.indicators), knowledge.fields, knowledge.classes
        )
        for scheme in schemes
    ]
    return lines, [one for classes in read for one in classes], ()
