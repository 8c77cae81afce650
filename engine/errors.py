"""The exception tree. Results (findings, "infeasible", "review") are values and never raised.

Every message says: where: what, with the value seen. What to do.
"""


class EngineError(Exception):
    """Anything that keeps Quanheng from answering; caught once by the command line and the workbench."""


class SchemeError(EngineError):
    """A scheme file cannot be read as a scheme."""


class RuleError(EngineError):
    """A file of the rule base (rules, lexicon, profiles, catalogue, sources) is not valid."""


class InferenceError(EngineError):
    """The rules engine failed or lost a hit; the audit failed and must never read as clean."""


class SolverError(EngineError):
    """The solver failed, or its answer did not pass the certificate."""


class StoreError(EngineError):
    """The database refused or lost something; what was saved before is intact."""
