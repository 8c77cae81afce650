"""The catalogue: complete, resolved, readable, and never itself a count of traces."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from engine.errors import RuleError
from engine.knowledge.catalogue import load_catalogue, load_methods, load_topics
from engine.knowledge.cataloguepage import catalogue_page
from engine.model import FAMILIES, GUARDS, CatalogueEntry

RULESETS = Path(str(files("rulesets")))
CATALOGUE = load_catalogue(RULESETS)
ENTRIES = list(CATALOGUE.values())
REPOSITORY = Path(__file__).parents[1]
# What no standard of ours may ask for: a unit could raise these without anyone being better off.
FORMALISTIC = (
    "点赞", "转发", "评论数", "打卡", "签到", "登录", "登陆", "时长", "在线", "注册", "安装", "下载量", "截图",
    "照片", "拍照", "留痕", "痕迹", "台账", "轨迹", "里程", "阅读量", "点击", "粉丝", "排名", "位次", "名次",
    "篇数", "信息采用", "会议次数", "走访次数", "检查次数", "活动场次", "上墙", "领导小组", "责任书", "报送及时",
    "录入及时", "获奖", "批示", "活跃度", "积分",
)  # fmt: skip
PLACES = {"points", "loss", "full", "minus", "end", "duty"}
OUTCOME_LIKE = {"outcome", "impact", "perception", "output_quality"}


def test_at_least_eighty_entries() -> None:
    assert len(ENTRIES) >= 80


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_entry_is_complete(entry: CatalogueEntry) -> None:
    texts = (
        entry.title, entry.definition, entry.formula, entry.data_source, entry.data_owner,
        entry.verification, entry.sampling, entry.traps, entry.standard,
    )  # fmt: skip
    for text in texts:
        assert re.search("[一-鿿]", text.zh), text.zh
        assert len(text.en) > 3 and not re.search("[一-鿿]", text.en), text.en
    assert entry.unit
    assert 0 <= entry.data_cost <= 1
    assert 0 < entry.loss <= 1
    assert entry.level in OUTCOME_LIKE
    assert set(re.findall(r"{(\w+)}", entry.standard.zh)) <= PLACES
    for part in (
        "公式：",
        "数据来源：",
        "核验方式：",
        "样本：",
        "计分：",
        "{full}",
        "{minus}",
        "{loss}",
        "{end}",
    ):
        assert part in entry.standard.zh


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_standard_is_not_formalistic_itself(entry: CatalogueEntry) -> None:
    found = [term for term in FORMALISTIC if term in entry.standard.zh or term in entry.title.zh]
    assert found == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_both_languages_have_the_same_places(entry: CatalogueEntry) -> None:
    assert set(re.findall(r"{(\w+)}", entry.standard.en)) - {"duty"} == set(
        re.findall(r"{(\w+)}", entry.standard.zh)
    ) - {"duty"}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_verifier_stands_outside_the_office(entry: CatalogueEntry) -> None:
    outside = ("第三方", "考核机构", "上级", "司法行政部门", "审计机关")
    assert any(word in entry.verification.zh for word in outside)
    assert "自查" not in entry.verification.zh


def test_guardrails_resolve_and_are_not_oneself() -> None:
    checks = load_methods(RULESETS).checks
    for entry in ENTRIES:
        assert entry.guardrail != entry.id
        assert entry.guardrail in CATALOGUE or entry.guardrail in checks


def test_every_method_is_used() -> None:
    methods = load_methods(RULESETS)
    for known, used in (
        (methods.verifications, {entry.verification.zh for entry in ENTRIES}),
        (methods.samplings, {entry.sampling.zh for entry in ENTRIES}),
    ):
        assert {key for key, text in known.items() if text.zh not in used} == set()


def test_every_family_and_guard_has_an_entry() -> None:
    assert set(FAMILIES) == {family for entry in ENTRIES for family in entry.families}
    assert set(GUARDS) == {guard for entry in ENTRIES for guard in entry.guards}


@pytest.mark.parametrize("guard", GUARDS)
def test_guarded_substitute_never_counts_the_guarded_thing(guard: str) -> None:
    for entry in ENTRIES:
        if guard in entry.guards:
            assert entry.unit in {"%", "分"}, entry.id
            assert re.search("率|评价", entry.title.zh), entry.id


@pytest.mark.parametrize(
    "words",
    [
        ("河长",), ("信访",), ("安全生产",), ("环境污染",), ("环境卫生",), ("秸秆",), ("消防",), ("防汛",),
        ("12345",), ("党支部",), ("政务App",), ("农技",), ("就业",), ("义务教育",), ("家庭医生",),
        ("信息公开",), ("财政资金",), ("重点项目",), ("窗口",), ("行政执法",), ("村务公开",), ("网格",),
        ("低保",), ("养老",), ("禁毒",), ("反诈",), ("林长",), ("耕地",), ("驻村",), ("食品安全",),
    ],
)  # fmt: skip
def test_topics_of_the_model_are_covered(words: tuple[str, ...]) -> None:
    assert any(word in entry.topics for word in words for entry in ENTRIES)


def test_no_two_entries_claim_the_same_topic_word() -> None:
    plain = [topic for entry in ENTRIES for topic in entry.topics]
    assert [topic for topic, count in Counter(plain).items() if count > 1] == []


def test_topics_list_every_entry_once() -> None:
    listed = [name for _, names in load_topics(RULESETS) for name in names]
    assert listed == list(CATALOGUE)


def test_page_is_the_one_in_docs() -> None:
    page = (REPOSITORY / "docs" / "catalogue.md").read_text(encoding="utf-8")
    assert page == catalogue_page(RULESETS), (
        "run python -m engine.knowledge.cataloguepage > docs/catalogue.md"
    )
    assert "{" not in page


ENTRY = """
topic: {zh: 测试, en: test}
entries:
  - id: test-rate
    title: {zh: 测试率, en: test rate}
    level: outcome
    definition: {zh: 甲, en: a}
    formula: {zh: 甲, en: a}
    unit: '%'
    source: {zh: 甲, en: a}
    owner: hotline
    verify: callback
    sample: cases
    minimum_cases: 5
    traps: {zh: 甲, en: a}
    guardrail: refused-case-check
    cost: 0.2
    score: {kind: rate, target: 90, step: 1, loss: 0.05}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("owner: hotline", "owner: hotlin", "owner 'hotlin' is not in methods.yaml. Did you mean 'hotline'?"),
        ("verify: callback", "verify: self", "test.yaml: test-rate: verify 'self' is not in methods.yaml."),
        ("refused-case-check", "refused-case-chek", "no check of methods.yaml. Did you mean 'refused-case-check'?"),
        ("refused-case-check", "test-rate", "test-rate: guardrail 'test-rate' is no other entry"),
        ("target: 90, ", "", "test.yaml: test-rate: score.target is missing for the kind 'rate'. Add it."),
        ("cost: 0.2", "cost: 0.2\n    price: 1", "test.yaml: unknown key 'entries.0.price'."),
        ("cost: 0.2", "cost: 1.2", "entries.0.cost: Input should be less than or equal to 1, got 1.2."),
    ],
)  # fmt: skip
def test_broken_entry_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    shutil.copy(RULESETS / "catalogue" / "methods.yaml", folder)
    (folder / "test.yaml").write_text(ENTRY.replace(old, new), encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_catalogue(tmp_path)
    assert message in str(caught.value)


def test_the_same_id_in_two_files_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    shutil.copy(RULESETS / "catalogue" / "methods.yaml", folder)
    for name in ("a.yaml", "b.yaml"):
        (folder / name).write_text(ENTRY, encoding="utf-8")
    with pytest.raises(RuleError, match=r"b.yaml: test-rate: the id stands twice. Rename one."):
        load_catalogue(tmp_path)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_one_bad_case_never_costs_more_than_half_the_points(entry: CatalogueEntry) -> None:
    found = re.search(r"(达到|不高于)([\d.]+)%{full}，每[低高]([\d.]+)个百分点", entry.standard.zh)
    if found is None:
        return
    target, step = float(found[2]), float(found[3])
    free = 100 - target if found[1] == "达到" else target
    lost = max(0.0, 100 / entry.minimum_cases - free) / step * entry.loss
    assert lost <= 0.5 + 1e-9
