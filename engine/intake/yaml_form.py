"""The full form of a scheme (.yaml, .json): every attribute, readable and writable."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from engine.errors import RuleError
from engine.intake.amounts import parse_amount
from engine.intake.faults import fault, shown
from engine.intake.grid import clean
from engine.intake.limits import Limits
from engine.intake.lines import with_pools
from engine.intake.records import load_json
from engine.intake.titles import guess, object_of_role
from engine.knowledge.documents import parse_yaml, suggest
from engine.model import Block, Indicator, Location, Note, PathBase, Scheme, SourceFile, Waiver

Checked = TypeVar("Checked", bound=BaseModel)
FORM = "quanheng.scheme/1"
_LINE_KEYS = (
    "code",
    "name",
    "criterion",
    "proof",
    "block",
    "kind",
    "points",
    "rate",
    "cap",
    "pool",
    "attributes",
)
_TOP_KEYS = ("title", "tier", "object", "role", "region", "year", "profile", "total", "step", "complete")
_NUMBERS = ("points", "rate", "cap", "pool")
_ALLOWED = {"schema", *_TOP_KEYS, "blocks", "indicators", "notes", "waivers", "path", "questions"}


def read_full_form(text: str, source: SourceFile, limits: Limits) -> Scheme:
    """Return the scheme of a YAML or JSON document in the full form.

    Raises:
        SchemeError: not valid, an unknown key, a value of the wrong kind; names the key and a near word.
    """
    data, rows = _parse(text, source, limits)
    if not isinstance(data, dict) or not isinstance(data.get("indicators"), list) or not data["indicators"]:
        raise fault(source.name, "no list of indicators. Write title and indicators.",
                    "没有指标清单。请写明 title 和 indicators。")  # fmt: skip
    _check_keys(data, _ALLOWED, source.name, "")
    if len(data["indicators"]) > limits.rows:
        raise fault(source.name, f"{len(data['indicators']):,} indicators, at most {limits.rows:,} are read. Split the file.",
                    f"有 {len(data['indicators']):,} 个指标，最多读 {limits.rows:,} 个。请拆分文件。")  # fmt: skip
    lines = _lines(data["indicators"], rows, source)
    blocks = tuple(_block(entry, n, source) for n, entry in enumerate(_list(data, "blocks", source)))
    return _assemble(data, lines, blocks, source)


def _parse(text: str, source: SourceFile, limits: Limits) -> tuple[Any, tuple[int, ...]]:
    """Return the document's data and, for YAML, the 1-based row of each indicator."""
    if source.format == "json":
        _check_brackets(text, source, limits)
        return load_json(text, source.name), ()
    try:
        rows = _indicator_rows(text, source, limits)
        return parse_yaml(text, source.name), rows
    except RuleError as error:
        where, _, problem = str(error).partition(": ")
        raise fault(where, problem, f"不是有效的 YAML（{problem}）。请修正。") from None


def _indicator_rows(text: str, source: SourceFile, limits: Limits) -> tuple[int, ...]:
    """Walk the document's events: refuse deep nesting and aliases (a bomb needs one), note the rows."""
    depth, is_listed, rows = 0, False, []
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            row = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent):
                raise fault(f"{source.name}, line {row}", "aliases (*name) are not allowed. Write the value out.",
                            "不能使用别名（*name）。请把内容写全。")  # fmt: skip
            if isinstance(event, yaml.CollectionStartEvent):
                if depth == 2 and is_listed and isinstance(event, yaml.MappingStartEvent):
                    rows.append(row)
                depth += 1
                if depth > limits.nesting:
                    raise _too_deep(source, limits)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif depth == 1 and isinstance(event, yaml.ScalarEvent):
                is_listed = event.value == "indicators"
    except (yaml.YAMLError, ValueError):
        return ()  # the strict reader says what is wrong
    return tuple(rows)


def _check_brackets(text: str, source: SourceFile, limits: Limits) -> None:
    """Refuse deep nesting before a parser meets it; brackets inside quoted text count towards none."""
    depth = 0
    for mark in re.findall(r"[\[{\]}]", re.sub(r'"(?:[^"\\\n]|\\.)*"', "", text)):
        depth = depth + 1 if mark in "[{" else max(depth - 1, 0)
        if depth > limits.nesting:
            raise _too_deep(source, limits)


def _too_deep(source: SourceFile, limits: Limits) -> Exception:
    return fault(
        source.name,
        f"lists and maps are nested more than {limits.nesting} deep. Write the scheme flat.",
        f"嵌套超过 {limits.nesting} 层。请按平铺格式书写。",
    )


def _list(data: dict[str, Any], key: str, source: SourceFile) -> list[Any]:
    value = data.get(key) or []
    if not isinstance(value, list):
        raise fault(f"{source.name}, {key}", "this is not a list. Write one entry a line.",
                    "不是列表。请每行写一项。")  # fmt: skip
    return value


def _check_keys(data: dict[Any, Any], known: set[str], where: str, prefix: str) -> None:
    for key in data:
        if key not in known:
            near = suggest(str(key), known)
            raise fault(where, f'unknown key "{prefix}{shown(str(key))}".{near or " Remove it."}',
                        f"不认识的键“{prefix}{shown(str(key))}”。请删去或改正。")  # fmt: skip


def _clean(value: Any) -> Any:
    """Clean every text of a value; YAML makes dates of bare 2027-01-01, the nouns keep them as text."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {k: _clean(v) for k, v in value.items()}
    return [_clean(v) for v in value] if isinstance(value, list) else value


def _lines(entries: list[Any], rows: tuple[int, ...], source: SourceFile) -> tuple[Indicator, ...]:
    width = max(2, len(str(len(entries))))
    lines: list[Indicator] = []
    seen: dict[str, int] = {}
    known = len(rows) == len(entries)
    for n, entry in enumerate(entries):
        where = f"{source.name}, indicators[{n}]"
        location = Location(file=source.name, row=rows[n] if known else None, cell=f"indicators[{n}]")
        line = _line(entry, where, f"I{n + 1:0{width}d}", location)
        if line.code in seen:
            raise fault(where, f'code "{shown(line.code)}" already stands in indicators[{seen[line.code]}]. Give each line its own code.',
                        f"编号“{shown(line.code)}”在 indicators[{seen[line.code]}] 已经用过。请改成各自的编号。")  # fmt: skip
        seen[line.code] = n
        lines.append(line)
    return tuple(lines)


def _line(entry: Any, where: str, code: str, location: Location) -> Indicator:
    if not isinstance(entry, dict):
        raise fault(
            where, "an indicator must be a map with a name. Write name: …", "指标应写成含 name 的一组键值。"
        )
    _check_keys(entry, set(_LINE_KEYS), where, "")
    data = {k: v for k, v in entry.items() if v is not None}
    for key in _NUMBERS:
        if key in data:
            data[key] = _points(data[key], f"{where}.{key}", key)
    if not str(data.get("name") or "").strip():
        raise fault(where, "an indicator without a name. Give it one.", "指标没有名称。请补上。")
    data = _clean(data) | {"location": location}
    data["code"] = str(data.get("code", code)) or code
    data["name"] = str(data["name"])
    data["attributes"] = _attributes(data.get("attributes") or {}, where)
    return _checked(Indicator, data, where)


def _attributes(data: Any, where: str) -> dict[str, Any]:
    """A bare value is a stated one."""
    if not isinstance(data, dict):
        raise fault(f"{where}.attributes", "this is not a map. Write name: value, one a line.",
                    "不是键值。请每行写一个“名称: 值”。")  # fmt: skip
    return {str(k): v if isinstance(v, dict) else {"value": v, "basis": "stated"} for k, v in data.items()}


def _points(value: Any, where: str, key: str) -> float:
    found: float | None = None
    if isinstance(value, str) and (amount := parse_amount(value)) is not None and amount.value is not None:
        found = amount.value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found = float(value)
    if found is None or not math.isfinite(found):
        raise fault(where, f'weight "{shown(str(value))}" is not a number. Write digits only.',
                    f"分值“{shown(str(value))}”不是数字。请只写数字。")  # fmt: skip
    if found < 0:
        raise fault(where, f"points {found:g} are negative. Write a positive number; a deduction has kind: deduction and rate.",
                    f"分值 {found:g} 为负。请写正数；扣分项写 kind: deduction 和 rate。")  # fmt: skip
    return found


def _block(entry: Any, n: int, source: SourceFile) -> Block:
    where = f"{source.name}, blocks[{n}]"
    data = {"name": entry} if isinstance(entry, str) else entry
    if not isinstance(data, dict):
        raise fault(
            where,
            "a block must be a name or a map with a name. Write name: …",
            "板块应写名称，或含 name 的一组键值。",
        )
    _check_keys(data, {"name", "points"}, where, "")
    points = data.get("points")
    data = {
        "name": clean(str(data.get("name") or "")),
        "location": Location(file=source.name, cell=f"blocks[{n}]"),
    }
    if points is not None:
        data["points"] = _points(points, f"{where}.points", "points")
    return _checked(Block, data, where)


def _assemble(
    data: dict[str, Any], lines: tuple[Indicator, ...], blocks: tuple[Block, ...], source: SourceFile
) -> Scheme:
    top = {key: _clean(data[key]) for key in _TOP_KEYS if data.get(key) is not None}
    for key in ("total", "step"):
        if key in top:
            top[key] = _points(top[key], f"{source.name}, {key}", key)
    title = top.pop("title", "") or source.name
    if isinstance(title, dict | list):
        raise fault(
            f"{source.name}, title", "this is not text. Write the scheme's name.", "不是文字。请写方案名称。"
        )
    title = str(title)
    known = object_of_role(top.get("role")) or guess(title).object
    if known:
        top.setdefault("object", known)
    named = {block.name for block in blocks}
    unnamed = dict.fromkeys(line.block for line in lines if line.block and line.block not in named)
    blocks += tuple(Block(name=name, location=Location(file=source.name)) for name in unnamed)
    values = top | {
        "title": title, "blocks": blocks, "indicators": with_pools(lines, blocks, top.get("total")),
        "notes": _notes(data, "notes", source), "questions": _notes(data, "questions", source),
        "waivers": tuple(_checked(Waiver, _clean(w), f"{source.name}, waivers") for w in _list(data, "waivers", source)),
        "path": _checked(PathBase, data["path"], f"{source.name}, path") if data.get("path") else None,
        "source": source,
    }  # fmt: skip
    return _checked(Scheme, values, source.name)


def _notes(data: dict[str, Any], key: str, source: SourceFile) -> tuple[Note, ...]:
    texts = [e["text"] if isinstance(e, dict) and "text" in e else e for e in _list(data, key, source)]
    return tuple(Note(text=clean(str(text)), location=Location(file=source.name)) for text in texts)


def _checked(kind: type[Checked], data: Any, where: str) -> Checked:
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key, value = ".".join(str(part) for part in first["loc"]), shown(str(first["input"]))
        near = suggest(str(first["loc"][-1]), kind.model_fields) if first["type"] == "extra_forbidden" else ""
        raise fault(where, f'{key}: {first["msg"]}, got "{value}".{near or " Correct it."}',
                    f"{key} 的值“{value}”不合要求。请改正。") from None  # fmt: skip


def write_scheme_yaml(scheme: Scheme) -> str:
    """Return the scheme in the full form; reading it again gives an equal scheme, places aside."""
    data: dict[str, Any] = {"schema": FORM}
    data |= {key: value for key in _TOP_KEYS if (value := getattr(scheme, key)) is not None}
    data["blocks"] = [
        {"name": b.name} | ({} if b.points is None else {"points": _short(b.points)}) for b in scheme.blocks
    ]
    data["indicators"] = [_written(line) for line in scheme.indicators]
    data["notes"] = [note.text for note in scheme.notes]
    data["questions"] = [note.text for note in scheme.questions]
    data["waivers"] = [waiver.model_dump() for waiver in scheme.waivers]
    if scheme.path:
        data["path"] = scheme.path.model_dump(mode="json")
    for key in ("total", "step"):
        if key in data:
            data[key] = _short(data[key])
    kept = {key: value for key, value in data.items() if value not in ([], None)}
    return yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=100)


def _written(line: Indicator) -> dict[str, Any]:
    data = line.model_dump(include=set(_LINE_KEYS), exclude_none=True)
    data["attributes"] = {
        name: a.value if a.basis == "stated" and not isinstance(a.value, dict) else a.model_dump()
        for name, a in line.attributes.items()
    }
    if data["kind"] == "base":
        del data["kind"]
    ordered = {key: data[key] for key in _LINE_KEYS if key in data and data[key] != {}}
    return {key: _short(value) if key in _NUMBERS else value for key, value in ordered.items()}


def _short(value: float) -> float | int:
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else value
