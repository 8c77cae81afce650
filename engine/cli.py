"""The command line: arguments in, exit code out. 0 fine · 1 findings or no proposal · 2 could not run."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import engine
from engine.errors import EngineError
from engine.verbs import VERBS

FORMS = {
    "audit": ("text", "json", "csv", "sarif", "html", "xlsx"),
    "classify": ("text", "json", "csv"),
    "score": ("text", "json"),
    "reweight": ("text", "json", "html", "xlsx"),
    "frontier": ("text", "json"),
    "report": ("html", "xlsx"),
}
HELP = {
    "demo": "read, audit, score and rebalance the example of a township, and write a report",
    "audit": "check a scheme: what is wrong with which line, on what basis",
    "classify": "say what each line of a scheme, or of a list of names, measures",
    "score": "the score vector, the headline and the limits of the profile",
    "reweight": "the least disruptive proposal toward outcomes",
    "frontier": "what more outcome points cost, in disruption and in standards rewritten",
    "report": "the audit and the proposal as one document",
    "explain": "why a rule fired, or did not: quanheng explain RULE FILE#CODE",
    "batch": "audit every scheme of a folder into Parquet tables",
    "rules": "the rule base: a list, a rule's page (rules F001), or its self-check (rules check)",
    "ui": "open the what-if workbench on this machine",
}


def run() -> None:
    """The `quanheng` command."""
    sys.exit(main(sys.argv[1:]))


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        arguments = _parser().parse_args(argv)
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="quanheng", description="权衡: check and rebalance evaluation schemes"
    )
    parser.add_argument("--version", action="version", version=engine.__version__)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    made = {name: verbs.add_parser(name, help=text, description=text) for name, text in HELP.items()}
    for name in ("audit", "classify", "score", "reweight", "frontier", "report"):
        _input_options(made[name], FORMS[name])
    for name in ("audit", "score", "reweight"):
        made[name].add_argument("inputs", nargs="+", type=Path, metavar="INPUT")
    for name in ("classify", "frontier", "report"):
        made[name].add_argument("input", type=Path, metavar="INPUT")
    made["audit"].add_argument("--statistics", action="store_true", help="count findings by rule instead")
    made["audit"].add_argument(
        "--across", action="store_true", help="also compare the schemes: one datum twice, raised targets …"
    )
    _baseline_options(made["audit"])
    for name in ("audit", "score", "reweight", "frontier", "report", "batch"):
        made[name].add_argument(
            "--no-suppress", action="store_true", help="set waivers and baselines aside, and say which"
        )
    for name in ("reweight", "frontier", "report"):
        _proposal_options(made[name])
    for name in ("reweight", "report"):
        _document_options(made[name])
    _together_options(made["reweight"])
    made["demo"].add_argument("--output", type=Path, default=Path("out"), help="folder for the report (out)")
    made["demo"].add_argument("--lang", choices=("zh", "zh-Hant", "en"), default="zh")
    _batch_options(made["batch"])
    _rules_options(made["rules"], made["explain"])
    made["ui"].add_argument("--port", type=int, default=8501)
    made["ui"].add_argument("--headless", action="store_true", help="do not open a browser")
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", help="limits to use; by default what title and role suggest")
    parser.add_argument(
        "--as-of", type=_iso_date, default=date.today().isoformat(), help="date of the rules (today)"
    )
    parser.add_argument("--rules", type=Path, dest="pack", help="folder of a local pack with more rules")
    parser.add_argument("--select", type=_codes, default=(), help="only these rules, by prefix: F,S001")
    parser.add_argument("--ignore", type=_codes, default=(), help="not these rules, by prefix")
    parser.add_argument("--lang", choices=("zh", "zh-Hant", "en"), default="zh")
    parser.add_argument("--fail-on", choices=("error", "warning", "info", "never"), default="error")


def _input_options(parser: argparse.ArgumentParser, forms: Sequence[str]) -> None:
    _common(parser)
    parser.add_argument("--format", choices=forms, default=forms[0])
    parser.add_argument("--output", type=Path, help="file to write instead of standard output")


def _baseline_options(parser: argparse.ArgumentParser) -> None:
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--baseline", type=Path, metavar="B.json", help="what is in it does not count")
    choice.add_argument("--write-baseline", type=Path, metavar="B.json", help="write what is found now")
    parser.add_argument("--prune", action="store_true", help="take out of the baseline what is gone")


def _proposal_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--levers", type=_words, default=("rewrite", "shift", "new"), help="rewrite,shift,new,cross"
    )
    parser.add_argument(
        "--lock", action="append", default=[], metavar="CODE", help="leave this line as it is"
    )
    parser.add_argument("--bound", action="append", type=_bound, default=[], metavar="CODE=LOW:HIGH")
    parser.add_argument("--set", action="append", type=_setting, default=[], metavar="LIMIT=VALUE")
    parser.add_argument("--step", type=float, help="smallest step of points")
    parser.add_argument("--years", type=int, choices=(1, 2, 3), default=3)


def _document_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--scores", type=Path, metavar="FILE", help="last year's scores, units by lines: who rises"
    )
    parser.add_argument(
        "--max-change",
        type=float,
        metavar="POINTS",
        help="no unit's total of --scores moves by more, if it can be helped",
    )
    parser.add_argument(
        "--judgements",
        type=Path,
        metavar="FILE.yaml",
        help="how lines weigh against one another (docs/judgements.md)",
    )
    parser.add_argument(
        "--ranges", action="store_true", help="also each line's range over answers of the same disruption"
    )
    parser.add_argument(
        "--draws", type=int, metavar="N", help="draw unsure labels N times: which actions stand"
    )
    parser.add_argument(
        "--proposal", type=Path, metavar="FILE.yaml", help="write the proposed scheme, readable again"
    )
    parser.add_argument(
        "--write-model", type=Path, metavar="FILE.lp|.mps", help="write the programme for any solver"
    )


def _together_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--together", action="store_true", help="several schemes in one programme: shared lines end equal"
    )
    parser.add_argument(
        "--same",
        action="append",
        default=[],
        metavar="NAME|1#CODE=2#CODE",
        help="a line that the schemes share, whatever its standard",
    )
    parser.add_argument(
        "--stated-only", action="store_true", help="share only what --same names, not what reads the same"
    )
    parser.add_argument(
        "--explain-group",
        action="append",
        default=[],
        metavar="N|NAME",
        help="also what each row of this scheme costs",
    )


def _batch_options(parser: argparse.ArgumentParser) -> None:
    _common(parser)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--output", type=Path, required=True, metavar="DIR")


def _rules_options(rules: argparse.ArgumentParser, explain: argparse.ArgumentParser) -> None:
    rules.add_argument("what", nargs="?", default="list", help="list, check, or a code such as F001")
    rules.add_argument("--lang", choices=("zh", "zh-Hant", "en"), default="zh")
    rules.add_argument("--rules", type=Path, dest="pack")
    explain.add_argument("rule", help="a rule's code")
    explain.add_argument("target", help="FILE#CODE, the line to explain; FILE alone for rules on the scheme")
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
