"""What each verb of the command line does: arguments in, output written, exit code out."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping

from engine.verbs.auditing import audit, score
from engine.verbs.folder import validate
from engine.verbs.naming import classify
from engine.verbs.proposing import frontier, reweight
from engine.verbs.rulebase import explain, rules
from engine.verbs.start import demo, ui

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
