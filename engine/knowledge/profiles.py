"""Profiles 约束方案: the limits for one kind of scheme and object, and which one a scheme gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engine.errors import RuleError, SchemeError
from engine.knowledge.documents import checked, read_yaml, suggest
from engine.knowledge.words import SETTINGS
from engine.model import Profile, Scheme, Text

FALLBACK = "township"
# 综合 in a title says that one topic word among the blocks' names does not make it a single-topic scheme.
COMPREHENSIVE_WORDS = ("综合考核", "目标管理综合", "综合目标", "经济社会发展", "comprehensive")


SHARES = (
    "cap", "floor", "perception_low", "perception_high", "role_share", "largest_line", "bonus_cap", "new_share",
    "path_step", "named_minimum", "cross_share", "required_low", "digital_ratio", "data_risk", "unresourced_rise",
)  # fmt: skip
_PRICES = ("price_rewrite", "price_shift", "price_new", "price_cross", "price_perception")


Documents = dict[str, dict[str, Any]]


def load_profiles(rulesets: Path) -> dict[str, Profile]:
    """Return every profile of `rulesets/profiles` by id, in the order in which they are asked.

    Raises:
        RuleError: an unknown key, an unknown or circular `extends`, a file whose name is not its id.
    """
    return profiles_of(read_documents(rulesets / "profiles"))


def read_documents(folder: Path) -> Documents:
    """Return the profile documents of a folder by id, as written."""
    return {path.stem: _document(path) for path in sorted(folder.glob("*.yaml"))}


def profiles_of(documents: Documents) -> dict[str, Profile]:
    """Return the profiles of some documents, with what they extend filled in; abstract ones are left out."""
    profiles = [
        checked(Profile, resolved(name, documents), f"{name}.yaml")
        for name, document in documents.items()
        if not document.get("abstract", False)
    ]
    for profile in profiles:
        _require_sound(profile)
        for region in profile.regions:
            _require_sound(for_region(profile, region), f"regions.{region}.")
    return {profile.id: profile for profile in sorted(profiles, key=lambda p: (p.order, p.id))}


def _document(path: Path) -> dict[str, Any]:
    document = read_yaml(path)
    if not isinstance(document, dict):
        raise RuleError(f"{path.name}: a profile must be a mapping. Start with 'id:'.")
    if document.get("id") != path.stem:
        raise RuleError(f"{path.name}: id is {document.get('id')!r}. Name the file after the id.")
    return document


def resolved(
    name: str, documents: Mapping[str, Mapping[str, Any]], seen: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return a document with what it extends filled in; lists and settings are replaced, not merged."""
    own = documents[name]
    parent = own.get("extends")
    if parent is None:
        inherited: dict[str, Any] = {}
    elif parent in seen or parent == name:
        raise RuleError(f"{name}.yaml: extends {parent!r}, which extends {name!r}. Break the circle.")
    elif parent not in documents:
        raise RuleError(f"{name}.yaml: extends unknown profile {parent!r}.{suggest(str(parent), documents)}")
    else:
        inherited = resolved(parent, documents, (*seen, name))
    merged = {**inherited, **own}
    return {key: value for key, value in merged.items() if key not in {"extends", "abstract"}}


def _require_sound(profile: Profile, within: str = "") -> None:
    where = f"{profile.id}.yaml: {within}"
    for share in SHARES:
        setting = getattr(profile, share)
        if setting is not None and not 0 <= setting.value <= 1:
            raise RuleError(f"{where}{share}: {setting.value:g} is not a share. Write 0 to 1, like 0.10.")
    for price in _PRICES:
        setting = getattr(profile, price)
        if setting is not None and not setting.value > 0:
            raise RuleError(f"{where}{price}: {setting.value:g}. A price is a number above 0.")
    low, high = profile.perception_low, profile.perception_high
    if low and high and low.value > high.value:
        raise RuleError(
            f"{where}perception_low {low.value:g} is above perception_high {high.value:g}. Swap them."
        )


def for_region(profile: Profile, region: str | None) -> Profile:
    """Return the profile with the settings of `region`; unchanged where it names none for it.

    Raises:
        RuleError: the region replaces a setting that profiles do not have.
    """
    settings = profile.regions.get(region_of(profile, region) or "", {})
    unknown = sorted(set(settings) - set(SETTINGS))
    if unknown:
        raise RuleError(
            f"{profile.id}.yaml: regions.{region}: unknown setting {unknown[0]!r}.{suggest(unknown[0], SETTINGS)}"
        )
    return profile.model_copy(update=settings) if settings else profile


def region_of(profile: Profile, region: str | None) -> str | None:
    """Return the region of a profile that a scheme's region lies in: itself, or the longest that begins it.

    Its limits hold for 甲市 and for 甲市乙县 alike.
    """
    within = [name for name in profile.regions if region and region.startswith(name)]
    return max(within, key=len, default=None)


def choose_profile(
    scheme: Scheme, profiles: Mapping[str, Profile], fold: Callable[[str], str] = str.lower
) -> tuple[Profile, Text]:
    """Return the profile for a scheme and why it was chosen, to be said to the user.

    Asked in this order: the profile the scheme names; kinds without a profile of their own (领导班子,
    驻村, …); words of the title by the profiles' order; the role; the object; the tier; township.

    Args:
        scheme: only its title, profile, role, object and tier are read.
        profiles: by id, in the order in which they are asked.
        fold: makes words comparable; `engine.text.fold` also reads traditional characters.
    Raises:
        SchemeError: the scheme names a profile that does not exist.
    """
    if scheme.profile is not None:
        return _stated(scheme.profile, profiles), Text(
            zh=f"方案注明采用“{_stated(scheme.profile, profiles).title.zh}”。",
            en=f"The scheme names the profile {scheme.profile}.",
        )
    folded = scheme.model_copy(
        update={
            "title": fold(scheme.title),
            "object": fold(scheme.object or ""),
            "role": fold(scheme.role or ""),
        }
    )
    for ask in (_by_borrowed, _by_title, _by_role, _by_object, _by_tier):
        chosen = ask(folded, profiles)
        if chosen is not None:
            return chosen
    fallback = profiles[FALLBACK]
    return fallback, Text(
        zh=f"标题、岗位和层级未提示考核对象，按“{fallback.title.zh}”的设定；不对请另选约束方案。",
        en=f"Nothing suggests whom the scheme is for; {FALLBACK} is used. Choose another profile if it is wrong.",
    )


Choice = tuple[Profile, Text] | None


def _stated(name: str, profiles: Mapping[str, Profile]) -> Profile:
    if name not in profiles:
        raise SchemeError(f"profile: {name!r} is not known.{suggest(name, profiles)} {known(profiles)}")
    return profiles[name]


def known(profiles: Mapping[str, Profile]) -> str:
    """Return the profiles there are, for a message: what to write, and what each is for."""
    return f"Known: {', '.join(f'{one.id} ({one.title.zh})' for one in profiles.values())}."


def _because(profile: Profile, what_zh: str, what_en: str) -> tuple[Profile, Text]:
    return profile, Text(
        zh=f"{what_zh}，按“{profile.title.zh}”的设定。", en=f"{what_en}: profile {profile.id}."
    )


def _by_borrowed(scheme: Scheme, profiles: Mapping[str, Profile]) -> Choice:
    text = f"{scheme.title} {scheme.object} {scheme.role}"
    for profile in profiles.values():
        for borrowed in profile.borrowed:
            if borrowed.word in text:
                return profile, borrowed.reason
    return None


def _by_title(scheme: Scheme, profiles: Mapping[str, Profile]) -> Choice:
    comprehensive = any(word in scheme.title for word in COMPREHENSIVE_WORDS)
    for profile in profiles.values():
        if comprehensive and profile.kind == "single_topic":
            continue
        for word in profile.words:
            if word in scheme.title:
                return _because(profile, f"标题中有“{word}”", f"The title holds “{word}”")
    return None


def _by_role(scheme: Scheme, profiles: Mapping[str, Profile]) -> Choice:
    for profile in profiles.values():
        if scheme.role and scheme.role in profile.roles:
            return _because(profile, "所列岗位属于这一类考核对象", f"The role is {scheme.role}")
    return None


def _by_object(scheme: Scheme, profiles: Mapping[str, Profile]) -> Choice:
    stated = scheme.object
    for profile in profiles.values():
        if stated and (stated in profile.objects or stated == profile.id):
            return _because(profile, "所列考核对象属于这一类", f"The object is {stated}")
    for profile in profiles.values():
        for word in profile.words:
            if word in f"{stated} {scheme.role}":
                return _because(profile, f"考核对象或岗位中有“{word}”", f"The object or role holds “{word}”")
    return None


def _by_tier(scheme: Scheme, profiles: Mapping[str, Profile]) -> Choice:
    for profile in profiles.values():
        if scheme.tier and scheme.tier in profile.tiers:
            return _because(profile, "所列层级属于这一类考核对象", f"The tier is {scheme.tier}")
    return None
