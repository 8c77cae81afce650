"""Imports point down, or to a module listed earlier in its layer; each foreign engine has one door."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# In the order of docs/design.md: a module may import what stands before it.
ORDER = (
    "errors", "model", "knowledge", "text", "intake", "classify", "scoring", "facts", "behaviour", "inference",
    "reweight", "audit", "rulecheck", "propose", "together", "uncertainty", "batch", "report", "store", "workbench", "verbs", "cli",
)  # fmt: skip
DOORS = {
    "yaml": {"engine/knowledge/documents.py", "engine/intake/yaml_form.py"},
    "python_calamine": {"engine/intake"},
    "durable": {"engine/inference/durable.py"},
    "durable_rules_engine": {"engine/inference/durable.py"},
    "pulp": {"engine/reweight/solver"},
    "highspy": {"engine/reweight/solver"},
    "xlsxwriter": {"engine/report/xlsx.py"},
    "streamlit": {"ui"},
}
FILES = sorted([*(ROOT / "engine").rglob("*.py"), *(ROOT / "ui").rglob("*.py")])


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if parts[0] == "engine" and len(parts) > 1 and parts[1] in ORDER else None


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_down(path):
    here = path.relative_to(ROOT).parts
    if here[0] == "ui":
        inner = {n for n in imports(path) if n.startswith("engine.") and room(n)}
        assert not inner, f"ui imports only what engine exports, not {inner}"
        return
    own = here[1].removesuffix(".py")
    if own == "__init__":
        return
    assert own in ORDER, f"{own} has no place in the order of the house"
    above = {n for n in imports(path) if (r := room(n)) and ORDER.index(r) > ORDER.index(own)}
    assert not above, f"{own} imports from above: {above}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_each_foreign_engine_has_one_door(path):
    here = path.relative_to(ROOT).as_posix()
    for package, doors in DOORS.items():
        used = any(n == package or n.startswith(f"{package}.") for n in imports(path))
        inside = any(here == door or here.startswith(f"{door}/") for door in doors)
        assert not used or inside, f"{here} opens {package}; its door is {', '.join(sorted(doors))}"
