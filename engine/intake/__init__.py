"""The only door to table files: csv, xlsx, xls, yaml, json and jsonl → schemes with the place of every value."""

from engine.intake.faults import IntakeError
from engine.intake.judgements import read_judgements
from engine.intake.layout import read_layouts
from engine.intake.limits import DEFAULT_LIMITS, Limits
from engine.intake.reader import SUFFIXES, read_name_list, read_names, read_scheme, read_schemes
from engine.intake.schema import scheme_json_schema
from engine.intake.unit_scores import read_unit_scores
from engine.intake.yaml_form import write_scheme_yaml

__all__ = [
    "DEFAULT_LIMITS",
    "SUFFIXES",
    "IntakeError",
    "Limits",
    "read_judgements",
    "read_layouts",
    "read_name_list",
    "read_names",
    "read_scheme",
    "read_schemes",
    "read_unit_scores",
    "scheme_json_schema",
    "write_scheme_yaml",
]
