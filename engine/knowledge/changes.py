"""What a local pack changed in the rules: those added, and what of a known rule is different."""

from __future__ import annotations

from collections.abc import Iterable

from engine.knowledge.packs import SETTINGS, Suppress
from engine.knowledge.rules import Rule
from engine.model import LocalChange, Text

_KEYS = {
    "severity": Text(zh="级别", en="severity"),
    "suppressible": Text(zh="可否豁免", en="suppressible"),
    "when": Text(zh="触发条件", en="when"),
    "any": Text(zh="触发情形", en="any"),
    "unless": Text(zh="例外", en="unless"),
    "cites": Text(zh="依据", en="cites"),
    "title": Text(zh="标题", en="title"),
    "message": Text(zh="提示内容", en="message"),
    "fix": Text(zh="修改建议", en="fix"),
    "page": Text(zh="说明", en="page"),
    "propose": Text(zh="建议指标", en="propose"),
    "examples": Text(zh="示例", en="examples"),
}
_VALUES = {
    "error": "错误", "warning": "警告", "info": "提示",
    "never": "不得豁免", "with-basis": "有依据可豁免", "yes": "可以豁免",
}  # fmt: skip


_FORBIDS = Text(
    zh="不允许豁免和列入存量（suppress: forbidden）",
    en="forbids waivers and baselines (suppress: forbidden)",
)


def rule_changes(
    core: Iterable[Rule], rules: Iterable[Rule], suppress: Suppress = "allowed"
) -> tuple[LocalChange, ...]:
    """Return what differs between the shipped rules and those in use, in the order of the codes.

    Where suppressing is forbidden, that stands first.
    """
    shipped = {rule.id: rule for rule in core}
    found = []
    if suppress == "forbidden":
        found.append(LocalChange(about=SETTINGS, kind="added", text=_FORBIDS))
    for rule in rules:
        before = shipped.get(rule.id)
        if before is None:
            text = Text(zh=f"新增：{rule.title.zh}", en=f"added: {rule.title.en}")
            found.append(LocalChange(about=rule.id, kind="added", text=text))
        elif keys := tuple(key for key in _KEYS if getattr(before, key) != getattr(rule, key)):
            found.append(LocalChange(about=rule.id, kind="changed", text=_changed(before, rule, keys)))
    return tuple(found)


def _changed(before: Rule, rule: Rule, keys: tuple[str, ...]) -> Text:
    zh, en = [], []
    for key in keys:
        old, new = getattr(before, key), getattr(rule, key)
        if key in ("severity", "suppressible"):
            zh.append(f"{_KEYS[key].zh}由“{_VALUES[old]}”改为“{_VALUES[new]}”")
            en.append(f"{_KEYS[key].en} {old} → {new}")
        else:
            zh.append(_KEYS[key].zh)
            en.append(_KEYS[key].en)
    return Text(zh=f"修改：{'、'.join(zh)}", en=f"changed: {', '.join(en)}")
