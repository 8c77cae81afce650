"""Quanheng 权衡: check, score and rebalance evaluation schemes. The public names, and nothing else.

Names are imported when first used, so that a child process that only evaluates rules does not load the
solver, pandas and the rest.
"""

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.audit import Auditor as Auditor
    from engine.classify import Classifier as Classifier
    from engine.errors import EngineError as EngineError
    from engine.inference.child import ChildEngine as ChildEngine
    from engine.intake import read_names as read_names
    from engine.intake import read_scheme as read_scheme
    from engine.intake import read_schemes as read_schemes
    from engine.intake import write_scheme_yaml as write_scheme_yaml
    from engine.knowledge import load_knowledge as load_knowledge
    from engine.model import Audit as Audit
    from engine.model import Proposal as Proposal
    from engine.model import Scheme as Scheme
    from engine.model import Text as Text
    from engine.report import FORMS as FORMS
    from engine.report import Report as Report
    from engine.report.html import class_bar as class_bar
    from engine.report.html import findings_html as findings_html
    from engine.report.sentences import change_sentences as change_sentences
    from engine.report.words import caution as caution
    from engine.report.words import say as say
    from engine.report.words import term as term
    from engine.workbench import examples as examples
    from engine.workbench import make_auditor as make_auditor
    from engine.workbench import open_scheme as open_scheme
    from engine.workbench import rebalance as rebalance

try:
    __version__ = version("quanheng")
except PackageNotFoundError:  # run from a checkout that was never installed
    __version__ = "0+unknown"

_HOMES = {
    "Auditor": "audit", "Classifier": "classify", "EngineError": "errors", "ChildEngine": "inference.child",
    "read_names": "intake", "read_scheme": "intake", "read_schemes": "intake", "write_scheme_yaml": "intake",
    "load_knowledge": "knowledge", "Audit": "model", "Proposal": "model", "Scheme": "model", "Text": "model",
    "FORMS": "report", "Report": "report", "class_bar": "report.html", "findings_html": "report.html",
    "change_sentences": "report.sentences", "caution": "report.words", "say": "report.words",
    "term": "report.words", "examples": "workbench", "make_auditor": "workbench", "open_scheme": "workbench",
    "rebalance": "workbench",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    return getattr(import_module(f"engine.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*_HOMES, "__version__"])
