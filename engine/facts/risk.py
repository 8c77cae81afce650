"""Data risk of a line: r = a·(1 − v), from what the line says of its source and its verifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.knowledge.risk import Ease, Judged, RiskTable
from engine.model import Classification, Family, Indicator, LineRisk, Scheme, Value
from engine.text import fold


def line_risks(scheme: Scheme, classes: Sequence[Classification], table: RiskTable) -> tuple[LineRisk, ...]:
    """Return the risk of each line, in the scheme's order.

    Args:
        scheme: what was read; attributes that it states win over what its text says.
        classes: one for each line, in the scheme's order.
        table: how easily which figure is shaped.
    """
    return tuple(_risk(line, found, table) for line, found in zip(scheme.indicators, classes, strict=True))


def standard_risk(table: RiskTable) -> float:
    """Return the risk of a line under a standard of the catalogue: its verifier is named."""
    ease = next((one.value for one in table.ease if one.when.standard), 1.0)
    return ease * (1.0 - table.verification.named.value)


def _risk(line: Indicator, found: Classification, table: RiskTable) -> LineRisk:
    known = _known(line, found)
    ease = _ease(found, known, table)
    if ease is None:
        # Silence never earns points: without a source the figure is taken to be as easily shaped as any.
        return LineRisk(value=1.0, low=0.0, high=1.0, known=False)
    verified = _verification(line, known, table)
    return LineRisk(
        value=ease[1] * (1.0 - verified.value), low=ease[0] * (1.0 - verified.high),
        high=ease[2] * (1.0 - verified.low), known=True,
    )  # fmt: skip


def _known(line: Indicator, found: Classification) -> Mapping[str, tuple[Value, bool]]:
    """Return value and whether it was stated, by attribute."""
    return {
        name: (attribute.value, attribute.basis == "stated")
        for source in (found.attributes, line.attributes)
        for name, attribute in source.items()
        if attribute.basis != "unknown" and attribute.value is not None
    }


def _ease(
    found: Classification, known: Mapping[str, tuple[Value, bool]], table: RiskTable
) -> tuple[float, float, float] | None:
    stated = known.get("shaping_ease", (None, False))[0]
    if isinstance(stated, (int, float)) and not isinstance(stated, bool):
        value = min(max(float(stated), 0.0), 1.0)
        return value, value, value
    families = set(found.family_names)
    for ease in table.ease:
        if _holds(ease, found, families, known):
            return ease.low, ease.value, ease.high
    return None


def _holds(
    ease: Ease, found: Classification, families: set[Family], known: Mapping[str, tuple[Value, bool]]
) -> bool:
    when = ease.when
    if when.standard or when.duty_standard:
        return ("standard" if when.standard else "duty_standard") in known
    if when.data_origin is not None:
        return known.get("data_origin", (None, False))[0] == when.data_origin
    return not families.isdisjoint(when.families) or found.level in when.levels


def _verification(line: Indicator, known: Mapping[str, tuple[Value, bool]], table: RiskTable) -> Judged:
    value, is_stated = known.get("outside_verifier", (None, False))
    if value is False:
        return table.verification.none
    # Who keeps a register of another authority is not the office scored.
    is_register = known.get("data_origin", (None, False))[0] == "register"
    if value is True and (is_stated or is_register or _names_verifier(line, table)):
        return table.verification.named
    return table.verification.possible


def _names_verifier(line: Indicator, table: RiskTable) -> bool:
    words = fold(f"{line.name}\n{line.criterion or ''}\n{line.proof or ''}")
    return any(name in words for name in table.verifiers)
