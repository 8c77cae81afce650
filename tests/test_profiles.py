"""Profiles: the numbers of the model's table, each with a reason, and the right one for a scheme."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from engine.errors import RuleError, SchemeError
from engine.knowledge.profiles import choose_profile, for_region, load_profiles
from engine.model import Profile, Scheme, Setting, Text

PROFILES = load_profiles(Path(str(files("rulesets"))))
# cap, floor, perception band, role share, most lines, largest line
TABLE: dict[str, tuple[float | None, ...]] = {
    "county_department": (0.15, 0.50, 0.05, 0.20, 0.30, 20, 0.25),
    "township": (0.10, 0.60, 0.10, 0.25, 0.30, 30, 0.20),
    "township_officer": (0.10, 0.60, 0.10, 0.25, 0.30, 12, 0.30),
    "window": (0.05, 0.70, 0.20, 0.35, 0.40, 10, 0.35),
    "enforcement": (0.10, 0.50, 0.05, 0.20, 0.40, 12, 0.30),
    "village": (0.05, 0.65, 0.15, 0.30, 0.30, 10, 0.30),
    "grid_worker": (0.05, 0.60, 0.15, 0.30, 0.30, 8, 0.35),
    "single_topic": (0.10, 0.50, None, None, None, 30, 0.30),
}


def value(setting: Setting | None) -> float | None:
    return None if setting is None else setting.value


def test_all_profiles_of_the_table_exist() -> None:
    assert set(PROFILES) == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_numbers_are_those_of_the_table(name: str) -> None:
    profile = PROFILES[name]
    seen = (
        profile.cap, profile.floor, profile.perception_low, profile.perception_high,
        profile.role_share, profile.most_lines, profile.largest_line,
    )  # fmt: skip
    assert tuple(value(setting) for setting in seen) == TABLE[name]
    common = (profile.bonus_cap, profile.new_share, profile.new_lines, profile.path_step)
    assert tuple(value(setting) for setting in common) == (0.05, 0.10, 3, 0.20)
    assert value(profile.named_minimum) == (0.05 if profile.kind == "comprehensive" else None)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
def test_every_number_has_a_reason_in_both_languages(profile: Profile) -> None:
    settings = [item for item in dict(profile).values() if isinstance(item, Setting)]
    assert len(settings) >= 8
    for setting in settings:
        assert re.search("[一-鿿]", setting.reason.zh)
        assert len(setting.reason.en) > 20
        assert setting.row_class != "national", "a number of ours must be able to give way"


def test_no_region_changes_anything_by_default() -> None:
    assert all(profile.regions == {} for profile in PROFILES.values())
    assert for_region(PROFILES["township"], "某省") == PROFILES["township"]


def test_a_region_replaces_the_settings_it_names() -> None:
    setting = Setting(value=0.08, reason=Text(zh="本省要求更严。", en="The province asks for less."))
    profile = PROFILES["township"].model_copy(update={"regions": {"某省": {"cap": setting}}})
    assert for_region(profile, "某省").cap.value == 0.08
    assert for_region(profile, "某省").floor == profile.floor


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        ({"title": "某县乡镇（街道）综合考核办法"}, "township"),
        ({"title": "某县河长制工作考核细则", "tier": "township"}, "single_topic"),
        ({"title": "信访工作目标管理考核"}, "single_topic"),
        ({"title": "某镇安全生产考核细则"}, "single_topic"),
        ({"title": "某镇秸秆禁烧工作考核办法", "tier": "village"}, "single_topic"),
        ({"title": "禁毒示范创建考核标准"}, "single_topic"),
        ({"title": "农村环境综合整治考核"}, "single_topic"),
        ({"title": "县直部门年度绩效考核办法"}, "county_department"),
        ({"title": "综合行政执法大队考核细则"}, "enforcement"),
        ({"title": "社区网格员月度考核细则", "tier": "community"}, "grid_worker"),
        ({"title": "政务服务中心窗口人员考核"}, "window"),
        ({"title": "村级目标管理责任制考评"}, "village"),
        ({"title": "镇机关干部考核办法", "tier": "township"}, "township_officer"),
        ({"title": "年度考核", "role": "village_committee"}, "village"),
        ({"title": "年度考核", "object": "window"}, "window"),
        ({"title": "年度考核", "object": "某乡镇"}, "township"),
        ({"title": "年度考核", "tier": "county"}, "county_department"),
        ({"title": "年度考核"}, "township"),
        ({"title": "安全生产、信访、环境综合考核办法", "tier": "township"}, "township"),
    ],
)
def test_choice_follows_what_the_scheme_says(scheme: dict[str, Any], expected: str) -> None:
    profile, reason = choose_profile(Scheme(indicators=(), **scheme), PROFILES)
    assert profile.id == expected
    assert PROFILES[expected].title.zh in reason.zh
    assert expected in reason.en


@pytest.mark.parametrize(
    ("title", "expected", "said"),
    [
        ("领导班子和领导干部年度考核", "county_department", "借用县直部门综合考核的设定"),
        ("驻村工作队考核办法", "township_officer", "借用乡镇干部考核的设定"),
    ],
)
def test_borrowed_profiles_say_so(title: str, expected: str, said: str) -> None:
    profile, reason = choose_profile(Scheme(title=title, indicators=()), PROFILES)
    assert profile.id == expected
    assert said in reason.zh


def test_the_fallback_says_how_to_choose() -> None:
    _, reason = choose_profile(Scheme(title="方案", indicators=()), PROFILES)
    assert reason.zh == "标题、岗位和层级未提示考核对象，按“乡镇（街道）综合考核”的设定；不对请另选约束方案。"


def test_a_stated_profile_wins() -> None:
    scheme = Scheme(title="河长制考核", profile="village", indicators=())
    assert choose_profile(scheme, PROFILES)[0].id == "village"


def test_an_unknown_stated_profile_is_named_with_a_near_word() -> None:
    with pytest.raises(SchemeError, match=r"'vilage' is not known\. Did you mean 'village'"):
        choose_profile(Scheme(title="考核", profile="vilage", indicators=()), PROFILES)


def test_the_fold_of_the_caller_is_used() -> None:
    scheme = Scheme(title="河長制考核", indicators=())
    assert choose_profile(scheme, PROFILES, lambda text: text.replace("長", "长"))[0].id == "single_topic"


def write(folder: Path, name: str, text: str) -> None:
    (folder / "profiles").mkdir(exist_ok=True)
    (folder / "profiles" / f"{name}.yaml").write_text(text, encoding="utf-8")


def copied(tmp_path: Path, old: str, new: str, name: str = "township") -> Path:
    source = Path(str(files("rulesets"))) / "profiles"
    for path in source.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        write(tmp_path, path.stem, text.replace(old, new, 1) if path.stem == name else text)
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "extends: base",
            "extends: bas",
            "township.yaml: extends unknown profile 'bas'. Did you mean 'base'?",
        ),
        (
            "extends: base",
            "extends: township",
            "township.yaml: extends 'township', which extends 'township'.",
        ),
        ("floor:", "flor:", "township.yaml: "),
        ("value: 0.10", "value: 10", "township.yaml: cap: 10 is not a share. Write 0 to 1, like 0.10."),
        ("id: township", "id: town", "township.yaml: id is 'town'. Name the file after the id."),
    ],
)
def test_broken_profile_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        load_profiles(copied(tmp_path, old, new))
    assert message in str(caught.value)


def test_a_local_profile_extends_and_changes_one_number(tmp_path: Path) -> None:
    folder = copied(tmp_path, "", "")
    write(
        folder,
        "township_poor",
        "id: township_poor\nextends: township\ntitle: {zh: 甲, en: a}\n"
        "cap: {value: 0.08, reason: {zh: 更严, en: stricter}}\n",
    )
    profiles = load_profiles(folder)
    assert profiles["township_poor"].cap.value == 0.08
    assert profiles["township_poor"].floor == profiles["township"].floor
