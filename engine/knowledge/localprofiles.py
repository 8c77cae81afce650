"""Limits of a local pack: laid over the shipped profiles, each change told; none is loosened silently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.errors import RuleError
from engine.knowledge.documents import suggest
from engine.knowledge.profiles import SHARES, Documents, for_region, profiles_of, read_documents, resolved
from engine.knowledge.words import SETTINGS, words
from engine.model import LocalChange, Profile, RowClass, Setting, Text

# Which way a limit is tighter: less (-1) or more (1). The others (prices, path_step) are neither.
_TIGHTER: Mapping[str, int] = {
    "cap": -1, "floor": 1, "perception_low": 1, "perception_high": -1, "role_share": 1, "most_lines": -1,
    "largest_line": -1, "bonus_cap": -1, "new_share": -1, "new_lines": -1, "named_minimum": 1, "growth_factor": -1,
    "growth_points": -1, "cross_share": -1, "required_low": 1,
}  # fmt: skip
_FIRMNESS: tuple[RowClass, ...] = ("preference", "local", "provincial", "national")
_BOUND: frozenset[RowClass] = frozenset({"provincial", "national"})
_DIRECTION = {
    "tighter": Text(zh="收紧", en="tighter"),
    "looser": Text(zh="放宽", en="looser"),
    "changed": Text(zh="调整", en="changed"),
}
_LISTS = {
    "title": Text(zh="名称", en="title"),
    "objects": Text(zh="考核对象", en="objects"),
    "words": Text(zh="标题用词", en="words"),
    "roles": Text(zh="岗位", en="roles"),
    "tiers": Text(zh="层级", en="tiers"),
    "order": Text(zh="选用次序", en="order"),
    "borrowed": Text(zh="借用本方案的考核", en="borrowed words"),
    "named_terms": Text(zh="点名硬指标的用词", en="words of the named indicators"),
}
_LOOSER = "looser"
_Allowed = set[tuple[str, str | None, str]]
"""Profile, region and limit for which the pack says `looser: true`."""


def with_local(rulesets: Path, pack: Path) -> tuple[dict[str, Profile], tuple[LocalChange, ...]]:
    """Return the profiles with those of a local pack laid over them, and what the pack changed.

    Args:
        rulesets: the shipped folder, with `profiles/`.
        pack: the pack's folder; `profiles/<id>.yaml` changes the shipped profile of that id or adds one that
            extends a known profile.
    Raises:
        RuleError: a profile is not valid, drops a limit, loosens a national one, or loosens a provincial one
            without saying so.
    """
    shipped = read_documents(rulesets / "profiles")
    before = profiles_of(shipped)
    local = read_documents(pack / "profiles")
    allowed: _Allowed = set()
    documents: Documents = dict(shipped)
    for name, own in sorted(local.items(), key=lambda item: item[0] not in shipped):
        documents[name] = _laid_over(name, own, documents, shipped, allowed)
    after = profiles_of(documents)
    changes = []
    for name, profile in after.items():
        parent = before.get(name) or after[str(local[name]["extends"])]
        if name not in before:
            changes.append(_added(profile, parent))
        changes += list(_changes(parent, profile, allowed))
    return after, tuple(changes)


def _laid_over(
    name: str, own: dict[str, Any], known: Documents, shipped: Documents, allowed: _Allowed
) -> dict[str, Any]:
    """A document of the pack as one that can be resolved: classes of limits kept, `looser` taken out."""
    where = f"{name}.yaml"
    parent = own.get("extends")
    if parent is None or (name in shipped and parent != name):
        fits = name if name in shipped else "township"
        raise RuleError(f"{where}: extends is {parent!r}. Write extends: {fits}, and only what differs.")
    if "kind" in own or "abstract" in own:
        key = "kind" if "kind" in own else "abstract"
        raise RuleError(f"{where}: {key}: {own[key]!r}; a local pack cannot change it. Leave it out.")
    if name not in shipped and (parent not in shipped or shipped[parent].get("abstract", False)):
        concrete = [known_name for known_name, d in shipped.items() if not d.get("abstract", False)]
        raise RuleError(
            f"{where}: extends {parent!r}, no shipped profile.{suggest(str(parent), concrete)} "
            f"Known: {', '.join(concrete)}."
        )
    base = resolved(name, shipped) if name in shipped else resolved(str(parent), known)
    made = {
        key: _setting(value, base.get(key), f"{where}: {key}", allowed, (name, None, key))
        if key in SETTINGS
        else value
        for key, value in own.items()
    }
    if "regions" in own:
        made["regions"] = _regions(own["regions"], {**base, **made}, base, where, allowed)
    return {**shipped[name], **made, "extends": shipped[name].get("extends")} if name in shipped else made


def _regions(
    own: Any, whole: Mapping[str, Any], base: Mapping[str, Any], where: str, allowed: _Allowed
) -> dict[str, Any]:
    if not isinstance(own, dict) or not all(isinstance(settings, dict) for settings in own.values()):
        raise RuleError(f"{where}: regions: got {own!r}. Write each region with its limits below it.")
    name = where.removesuffix(".yaml")
    made: dict[str, Any] = {region: dict(kept) for region, kept in base.get("regions", {}).items()}
    for region, settings in own.items():
        for key, value in settings.items():
            if key not in SETTINGS:
                raise RuleError(f"{where}: regions.{region}: unknown limit {key!r}.{suggest(key, SETTINGS)}")
            at = f"{where}: regions.{region}.{key}"
            known = made.get(region, {}).get(key) or whole.get(key)
            made.setdefault(region, {})[key] = _setting(value, known, at, allowed, (name, region, key))
    return made


def _setting(value: Any, known: Any, where: str, allowed: _Allowed, key: tuple[str, str | None, str]) -> Any:
    """A limit as written, with the class of the shipped one where it states none."""
    if value is None:
        raise RuleError(f"{where}: null drops a limit; a local pack cannot. Write a value and its reason.")
    if not isinstance(value, dict):
        raise RuleError(f"{where}: got {value!r}. Write {{value: …, reason: {{zh: …, en: …}}}}.")
    number = value.get("value")
    if not isinstance(number, (int, float)) or isinstance(number, bool):
        raise RuleError(f"{where}.value: {number!r} is not a number. Write digits only, like 0.08.")
    made = {k: v for k, v in value.items() if k != _LOOSER}
    if value.get(_LOOSER, False) is True:
        allowed.add(key)
    if isinstance(known, dict) and "class" in known:
        made.setdefault("class", known["class"])
    return made


def _added(profile: Profile, parent: Profile) -> LocalChange:
    return LocalChange(
        about=profile.id, kind="added",
        text=Text(
            zh=f"新增约束方案“{profile.title.zh}”，以“{parent.title.zh}”为基础",
            en=f"added profile “{profile.title.en}”, which extends “{parent.title.en}”",
        ),
    )  # fmt: skip


def _changes(before: Profile, after: Profile, allowed: _Allowed) -> Iterator[LocalChange]:
    """What differs: lists first, then limits, then those of each region."""
    listed = [key for key in _LISTS if getattr(before, key) != getattr(after, key)]
    if listed and before.id == after.id:
        zh, en = "、".join(_LISTS[key].zh for key in listed), ", ".join(_LISTS[key].en for key in listed)
        text = Text(zh=f"“{after.title.zh}”修改：{zh}", en=f"“{after.title.en}” changed: {en}")
        yield LocalChange(about=after.id, kind="changed", text=text)
    for region in (None, *after.regions):
        old, new = for_region(before, region), for_region(after, region)
        for key in SETTINGS:
            was, now = getattr(old, key), getattr(new, key)
            if region is not None and key not in after.regions[region]:
                continue
            if now is not None and (was is None or (now.value, now.row_class) != (was.value, was.row_class)):
                yield _changed(after, (after.id, region, key), was, now, allowed)


def _changed(
    profile: Profile, key: tuple[str, str | None, str], was: Setting | None, now: Setting, allowed: _Allowed
) -> LocalChange:
    name, region, limit = key
    direction = _direction(limit, was, now)
    where = f"{name}.yaml: " + (f"regions.{region}." if region else "") + limit
    _require_said(where, direction, was, now, key in allowed)
    label, told = words().of("setting")[limit], _DIRECTION[direction]
    old, new = _shown(limit, was), _shown(limit, now)
    place_zh, place_en = (f"（{region}）", f" ({region})") if region else ("", "")
    firm_zh = firm_en = ""
    if was is not None and was.row_class != now.row_class:
        firm_zh, firm_en = (
            f"，级别 {was.row_class} → {now.row_class}",
            f", class {was.row_class} → {now.row_class}",
        )
    return LocalChange(
        about=name, kind=direction, key=limit, region=region, before=was.value if was else None, after=now.value,
        reason=now.reason,
        text=Text(
            zh=f"“{profile.title.zh}”{place_zh}{label.zh}：{old} → {new}（{told.zh}）{firm_zh}",
            en=f"“{profile.title.en}”{place_en}, {label.en}: {old} → {new} ({told.en}){firm_en}",
        ),
    )  # fmt: skip


def _direction(limit: str, was: Setting | None, now: Setting) -> Any:
    """Whether the new limit is tighter, looser or neither; a class that gives way sooner is looser."""
    if was is None:
        return "tighter"
    move = (now.value - was.value) * _TIGHTER.get(limit, 0)
    firmer = _FIRMNESS.index(now.row_class) - _FIRMNESS.index(was.row_class)
    if move < 0 or firmer < 0:
        return "looser"
    return "tighter" if move > 0 or firmer > 0 else "changed"


def _require_said(where: str, direction: str, was: Setting | None, now: Setting, said: bool) -> None:
    """A national limit is never loosened; a provincial one only where the pack says so in plain words."""
    if direction != "looser":
        if said:
            raise RuleError(f"{where}: looser: true, but {now.value:g} is not looser. Leave looser out.")
        return
    assert was is not None
    seen = f"{where}: {now.value:g} ({now.row_class}) is looser than {was.value:g} ({was.row_class})"
    if was.row_class == "national":
        raise RuleError(f"{seen}; a national limit never gives way. Keep {was.value:g}.")
    if was.row_class in _BOUND and not said:
        raise RuleError(
            f"{seen}. Keep {was.value:g}, or write looser: true beside the value; reports will say so."
        )


def _shown(limit: str, setting: Setting | None) -> str:
    if setting is None:
        return "—"
    return f"{round(setting.value * 100, 2):g}%" if limit in SHARES else f"{setting.value:g}"
