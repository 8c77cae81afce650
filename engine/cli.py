"""The command line: arguments in, exit code out. 0 fine · 1 findings or no proposal · 2 could not run."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn, get_args

import engine
from engine.errors import EngineError
from engine.knowledge.help import shipped_help
from engine.model import Lang
from engine.report.words import say
from engine.verbs import VERBS

LANGUAGES: tuple[Lang, ...] = get_args(Lang)
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")  # in the order in which a system asks them

FORMS = {
    "audit": ("text", "json", "csv", "sarif", "html", "xlsx"),
    "classify": ("text", "json", "csv"),
    "score": ("text", "json"),
    "reweight": ("text", "json", "html", "xlsx"),
    "frontier": ("text", "json"),
    "report": ("html", "xlsx"),
}


def run() -> None:
    """The `quanheng` command."""
    sys.exit(main(sys.argv[1:], os.environ))


def main(argv: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        argv: the arguments without the command's name.
        environment: where the language of the help is looked for when `--lang` does not say it.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        parser = _parser(help_language(argv, environment or {}), asked_language(argv) or "zh")
        arguments = parser.parse_args(argv)
        return VERBS[arguments.verb](arguments)
    except SystemExit as stop:  # argparse has said what was wrong, or printed the help
        return 2 if stop.code else 0
    except EngineError as error:
        chinese = getattr(error, "zh", None) if "en" not in argv else None
        print(f"quanheng: {error}" + (f"\n  {chinese}" if chinese else ""), file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        print(f"quanheng: {error.filename}: {error.strerror}. Check the path.", file=sys.stderr)
    return 2


def help_language(argv: Sequence[str], environment: Mapping[str, str]) -> Lang:
    """Return the language of the help: that of `--lang`, else Chinese where the system's is, else English.

    >>> help_language(["audit", "--lang", "zh"], {}), help_language([], {"LANG": "zh_TW.UTF-8"})
    ('zh', 'zh-Hant')
    """
    if (asked := asked_language(argv)) is not None:
        return asked
    system = next((found for name in _LOCALES if (found := environment.get(name))), "")
    if not system.startswith("zh"):
        return "en"
    return "zh-Hant" if re.match(r"zh[_-](TW|HK|MO|Hant)", system) else "zh"


def asked_language(argv: Sequence[str]) -> Lang | None:
    """Return the language that `--lang` names, before the command or after it; None where it names none."""
    asked = [after for before, after in pairwise(argv) if before == "--lang"]
    asked += [word.removeprefix("--lang=") for word in argv if word.startswith("--lang=")]
    return next((lang for lang in LANGUAGES if lang in asked), None)


class _Parser(argparse.ArgumentParser):
    """A parser whose own words and whose options' texts come from the help table, in one language."""

    def __init__(self, *, lang: Lang, results: Lang, verb: str = "", **more: Any) -> None:
        self.lang, self.results, self.verb = lang, results, verb
        super().__init__(add_help=False, formatter_class=_form(self.said("usage")), **more)
        self._positionals.title, self._optionals.title = self.said("positionals"), self.said("optionals")
        self.add_argument("-h", "--help", action="help")

    def said(self, name: str) -> str:
        """Return one of the program's own words."""
        return say(shipped_help().program[name], self.lang)

    def text(self, flag: str) -> str:
        """Return the text of an option, ready for argparse, which reads % as a place."""
        return say(shipped_help().of(flag.lstrip("-"), self.verb), self.lang).replace("%", "%%")

    def add_argument(self, *flags: str, **more: Any) -> argparse.Action:
        """Add an option with its text of the help table."""
        return super().add_argument(*flags, help=self.text(flags[-1]), **more)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments and where to read on; exit code 2."""
        self.print_usage(sys.stderr)
        see = f"{self.said('see')} {self.prog} --help"
        self.exit(2, f"{self.prog}: {self.said('wrong')}: {message}; {see}\n")


def _form(usage: str) -> Callable[..., argparse.HelpFormatter]:
    class Form(argparse.HelpFormatter):
        """Writes the word for usage in the language of the help."""

        def add_usage(self, text: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
            super().add_usage(text, actions, groups, usage if prefix is None else prefix)

    return Form


def _parser(lang: Lang, results: Lang) -> _Parser:
    """The parser of all commands; its help in one language, results in `results` where nothing else is said."""
    parser = _Parser(lang=lang, results=results, prog="quanheng")
    parser.description = parser.said("about")
    _language(parser)
    parser.add_argument("--version", action="version", version=engine.__version__)
    verbs = parser.add_subparsers(
        dest="verb", required=True, metavar="COMMAND", title=parser.said("verbs"), help=parser.text("verb"),
    )  # fmt: skip
    made: dict[str, _Parser] = {}
    for name, text in shipped_help().verb.items():
        about = say(text, lang)
        made[name] = verbs.add_parser(
            name, help=about, description=about, lang=lang, results=results, verb=name
        )
    for name in ("audit", "classify", "score", "reweight", "frontier", "report"):
        _input_options(made[name], FORMS[name])
    for name in ("audit", "score", "reweight"):
        made[name].add_argument("inputs", nargs="+", type=Path, metavar="INPUT")
    for name in ("classify", "frontier", "report"):
        made[name].add_argument("input", type=Path, metavar="INPUT")
    made["audit"].add_argument("--statistics", action="store_true")
    made["audit"].add_argument("--across", action="store_true")
    _baseline_options(made["audit"])
    for name in ("audit", "score", "reweight", "frontier", "report", "batch"):
        made[name].add_argument("--no-suppress", action="store_true")
    for name in ("reweight", "frontier", "report"):
        _proposal_options(made[name])
    for name in ("reweight", "report"):
        _document_options(made[name])
    _together_options(made["reweight"])
    made["demo"].add_argument("--output", type=Path, default=Path("out"))
    _language(made["demo"])
    _batch_options(made["batch"])
    _rules_options(made["rules"], made["explain"])
    made["ui"].add_argument("--port", type=int, default=8501)
    made["ui"].add_argument("--headless", action="store_true")
    return parser


def _language(parser: _Parser) -> None:
    parser.add_argument("--lang", choices=LANGUAGES, default=parser.results)


def _common(parser: _Parser) -> None:
    parser.add_argument("--profile")
    parser.add_argument("--as-of", type=_iso_date, default=date.today().isoformat())
    parser.add_argument("--rules", type=Path, dest="pack")
    parser.add_argument("--select", type=_codes, default=())
    parser.add_argument("--ignore", type=_codes, default=())
    _language(parser)
    parser.add_argument("--fail-on", choices=("error", "warning", "info", "never"), default="error")


def _input_options(parser: _Parser, forms: Sequence[str]) -> None:
    _common(parser)
    parser.add_argument("--format", choices=forms, default=forms[0])
    parser.add_argument("--output", type=Path)


def _baseline_options(parser: _Parser) -> None:
    choice = parser.add_mutually_exclusive_group()
    for flag in ("--baseline", "--write-baseline"):
        choice.add_argument(flag, type=Path, metavar="B.json", help=parser.text(flag))
    parser.add_argument("--prune", action="store_true")


def _proposal_options(parser: _Parser) -> None:
    parser.add_argument("--levers", type=_words, default=("rewrite", "shift", "new"))
    parser.add_argument("--lock", action="append", default=[], metavar="CODE")
    parser.add_argument("--bound", action="append", type=_bound, default=[], metavar="CODE=LOW:HIGH")
    parser.add_argument("--set", action="append", type=_setting, default=[], metavar="LIMIT=VALUE")
    parser.add_argument("--step", type=float)
    parser.add_argument("--years", type=int, choices=(1, 2, 3), default=3)


def _document_options(parser: _Parser) -> None:
    parser.add_argument("--scores", type=Path, metavar="FILE")
    parser.add_argument("--max-change", type=float, metavar="POINTS")
    parser.add_argument("--judgements", type=Path, metavar="FILE.yaml")
    parser.add_argument("--ranges", action="store_true")
    parser.add_argument("--draws", type=int, metavar="N")
    parser.add_argument("--proposal", type=Path, metavar="FILE.yaml")
    parser.add_argument("--write-model", type=Path, metavar="FILE.lp|.mps")


def _together_options(parser: _Parser) -> None:
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--same", action="append", default=[], metavar="NAME|1#CODE=2#CODE")
    parser.add_argument("--stated-only", action="store_true")
    parser.add_argument("--explain-group", action="append", default=[], metavar="N|NAME")


def _batch_options(parser: _Parser) -> None:
    _common(parser)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--output", type=Path, required=True, metavar="DIR")


def _rules_options(rules: _Parser, explain: _Parser) -> None:
    rules.add_argument("what", nargs="?", default="list")
    _language(rules)
    rules.add_argument("--rules", type=Path, dest="pack")
    explain.add_argument("rule")
    explain.add_argument("target")
    _common(explain)


def _iso_date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2026-03-01") from None


def _codes(text: str) -> tuple[str, ...]:
    return tuple(part.strip().upper() for part in text.split(",") if part.strip())


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _bound(text: str) -> tuple[str, tuple[float, float]]:
    code, _, limits = text.partition("=")
    low, _, high = limits.partition(":")
    try:
        return code, (float(low) if low else 0.0, float(high) if high else float("inf"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not CODE=LOW:HIGH, such as I03=2:8") from None


def _setting(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not LIMIT=VALUE, such as floor=0.5") from None
