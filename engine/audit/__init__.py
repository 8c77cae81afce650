"""Scheme and rules → findings, each with its basis by carrier and date, its words and its waiver."""

from engine.audit.auditor import Auditor

__all__ = ["Auditor"]
