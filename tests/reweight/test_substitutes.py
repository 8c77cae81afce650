"""Which measure a line is given instead: specific before general, never a count of a guarded thing."""

from __future__ import annotations

import random
import re
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest

from engine.knowledge.catalogue import load_catalogue
from engine.model import CLASSES, FAMILIES, GUARDS, CatalogueEntry, Classification, Indicator, Kind
from engine.reweight.substitutes import (
    duty_of,
    object_key,
    standard_for,
    standard_name,
    standard_text,
    standard_text_en,
    standard_title,
    substitute_for,
)

CATALOGUE = load_catalogue(Path(str(files("rulesets"))))


def line(name: str, criterion: str | None = None, block: str | None = None, kind: Kind = "base") -> Indicator:
    return Indicator(code="I01", name=name, criterion=criterion, block=block, kind=kind, points=4)


def measured(class_: str = "restricted", families: str = "", **more: Any) -> Classification:
    return Classification.model_validate(
        {
            "code": "I01",
            "level": "process",
            "families": [{"family": family, "evidence": []} for family in families.split()],
            "class": class_,
            "formalistic": "yes",
            "p": 0.9,
            **more,
        }
    )


def chosen(
    indicator: Indicator, classification: Classification, object_: str | None = None
) -> CatalogueEntry:
    entry = substitute_for(indicator, classification, object_, CATALOGUE)
    assert entry is not None
    return entry


BY_FAMILY = [
    ("login_duration", "政务App日均登录时长", None, "online-service-completed-rate"),
    ("login_duration", "干部网络学院学习时长", None, "policy-answer-accuracy"),
    ("login_duration", "学习强国人均积分", None, "party-member-service-closure"),
    ("likes_shares", "公众号点赞数", None, "publicity-understanding-rate"),
    ("likes_shares", "点赞、转发数量", None, "policy-awareness-sample"),
    ("clicks_views", "文章点击量", None, "policy-awareness-sample"),
    ("clicks_views", "反诈视频观看量", None, "fraud-loss-trend"),
    ("registration_install", "平台注册人数", None, "completed-transaction-rate"),
    ("registration_install", "国家反诈中心App安装率", None, "fraud-loss-trend"),
    ("registration_install", "“皖事通”APP应用推广", None, "online-service-completed-rate"),
    ("punch_in", "巡河App打卡里程", None, "river-problem-closure-rate"),
    ("punch_in", "网格员每日打卡次数", None, "grid-event-closed-rate"),
    ("punch_in", "护林员巡林轨迹", None, "forest-fire-early-control-rate"),
    ("punch_in", "工作日考勤打卡", None, "on-duty-service-available-rate"),
    ("punch_in", "App签到次数", None, "issue-closure-rate"),
    ("trace_keeping", "台账资料齐全", None, "on-site-condition-pass-rate"),
    ("trace_keeping", "环境整治照片上传", "人居环境", "street-hygiene-pass-rate"),
    ("trace_keeping", "隐患排查台账", None, "inspection-hazard-rectified-rate"),
    ("posting_volume", "信息稿件采用篇数", None, "publicity-understanding-rate"),
    ("posting_volume", "领导批示数", None, "policy-awareness-sample"),
    ("ranking", "考核位次", None, "weak-point-improved-rate"),
    ("ranking", "12345热线排名", None, "complaint-resolution-rate"),
    ("response_speed", "工作群回复速度", None, "urgent-request-solved-rate"),
    ("response_speed", "热线工单响应时间", None, "complaint-resolution-rate"),
    ("meeting_count", "召开专题会议次数", None, "decision-delivered-rate"),
    ("meeting_count", "居民议事会召开次数", None, "council-matter-delivered-rate"),
    ("meeting_count", "安全生产会议", None, "inspection-hazard-rectified-rate"),
    ("report_count", "报送工作总结", None, "reported-problem-solved-rate"),
    ("report_count", "秸秆禁烧日报", None, "straw-burning-spots"),
    ("org_setup", "成立领导小组、制定方案", None, "mechanism-task-delivered-rate"),
    ("org_setup", "便民服务中心挂牌", None, "first-visit-completion-rate"),
    ("form_timeliness", "系统填报及时率", None, "form-error-rate"),
    ("form_timeliness", "流动人口信息录入率", None, "resident-record-accuracy-rate"),
    ("award_count", "获得市级以上表彰", None, "demonstration-benefit-rate"),
    ("award_count", "文明村创建", None, "volunteer-service-confirmed-rate"),
    ("visit_count", "走访次数", None, "issue-closure-rate"),
    ("visit_count", "驻村干部入户次数", None, "poverty-relapse-risk-removed-rate"),
    ("volume_output", "服务件数", None, "served-person-confirmed-rate"),
    ("volume_output", "调解纠纷30件", None, "dispute-resolution-rate"),
    ("volume_output", "农技培训期数", None, "farmer-technique-adopted-rate"),
]


@pytest.mark.parametrize(("family", "name", "block", "expected"), BY_FAMILY)
def test_a_line_gets_the_outcome_of_its_own_duty(
    family: str, name: str, block: str | None, expected: str
) -> None:
    assert chosen(line(name, block=block), measured(families=family)).id == expected


def test_every_family_is_among_the_cases() -> None:
    assert {family for family, *_ in BY_FAMILY} == set(FAMILIES)


@pytest.mark.parametrize(
    ("guard", "name", "expected"),
    [
        ("petition_count", "越级上访批次", "petition-resolved-within-term"),
        ("petition_count", "重复信访件数", "petition-first-visit-settled"),
        ("petition_count", "进京人次", "petition-resolved-within-term"),
        ("case_quota", "刑事拘留人数", "case-handling-quality"),
        ("case_quota", "行政执法办案数", "violation-corrected-rate"),
        ("fine_quota", "罚没款金额", "penalty-lawfulness"),
        ("inspection_quota", "检查企业户次", "inspection-hazard-rectified-rate"),
        ("inspection_quota", "每月检查户数", "inspection-hazard-rectified-rate"),
        ("revenue_target", "财政收入完成率", "taxpayer-service-rating"),
        ("revenue_target", "非税入库额", "enterprise-issue-resolved-rate"),
        ("macro_economic", "招商引资到位资金", "investment-commitment-kept-rate"),
        ("macro_economic", "地区生产总值增速", "enterprise-issue-resolved-rate"),
        ("macro_economic", "固定资产投资", "project-in-use-rate"),
    ],
)
def test_a_guarded_line_gets_no_count_of_the_guarded_thing(guard: str, name: str, expected: str) -> None:
    entry = chosen(line(name), measured("guarded", guard=guard))
    assert entry.id == expected
    assert guard in entry.guards
    assert entry.unit in {"%", "分"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("三会一课App打卡", "organisation-life-problem-rectified"),
        ("民主评议党员照片", "organisation-life-problem-rectified"),
        ("中心组学习记录", "theory-study-problem-solved"),
        ("意识形态责任制台账", "ideology-risk-handled-rate"),
        ("发展党员", "member-recruitment-quality"),
        ("党费App交纳率", "party-dues-accuracy"),
        ("主题党日活动照片", "theme-day-service-confirmed"),
        ("党风廉政建设责任书", "clean-governance-problem-rectified"),
        ("支部工作记录齐全", "party-duty-substance"),
    ],
)
def test_a_party_duty_is_measured_by_its_substance(name: str, expected: str) -> None:
    duty = measured("required", "punch_in", party_duty=True, required_by="party_regulation", carrier="app")
    assert chosen(line(name), duty).id == expected


def test_what_is_taken_is_not_given_again() -> None:
    clicks = measured("restricted", "clicks_views")
    first = chosen(line("文章点击量"), clicks)
    other = substitute_for(line("文章点击量"), clicks, None, CATALOGUE, taken={first.id})
    assert other is not None
    assert other.id != first.id
    assert substitute_for(line("文章点击量"), clicks, None, CATALOGUE, taken=CATALOGUE) is None


def test_a_required_line_without_a_barred_carrier_keeps_its_measure() -> None:
    duty = measured("required", required_by="statute")
    assert substitute_for(line("消防安全检查"), duty, None, CATALOGUE) is None


def test_a_statutory_duty_through_an_app_gets_its_closed_problems() -> None:
    duty = measured("required", "punch_in", required_by="statute", carrier="app")
    assert chosen(line("值守点位App打卡"), duty).id == "statutory-duty-closure"
    assert chosen(line("巡河App打卡"), duty).id == "river-problem-closure-rate"


@pytest.mark.parametrize("class_", ["internal", "outcome", "unclear"])
def test_lines_that_stay_get_none(class_: str) -> None:
    assert substitute_for(line("甲"), measured(class_), None, CATALOGUE) is None


@pytest.mark.parametrize(
    ("class_", "object_"),
    product(
        ["prohibited", "restricted", "process", "output"],
        [None, "乡镇", "village", "window", "县直部门", "enforcement", "网格员", "镇干部", "single_topic"],
    ),
)
def test_every_such_line_gets_one_for_every_object(class_: str, object_: str | None) -> None:
    assert chosen(line("完成情况"), measured(class_), object_).id == "duty-result-spot-check"
    for family in FAMILIES:
        chosen(line("完成情况"), measured(class_, family), object_)


@pytest.mark.parametrize(("guard", "object_"), product(GUARDS, [None, "village", "window", "grid_worker"]))
def test_every_guarded_line_gets_one_for_every_object(guard: str, object_: str | None) -> None:
    assert guard in chosen(line("完成情况"), measured("guarded", guard=guard), object_).guards


def test_the_name_counts_before_the_criterion_and_the_criterion_before_the_block() -> None:
    process = measured("process")
    assert chosen(line("热线办理", "查河长记录", "信访"), process).id == "complaint-resolution-rate"
    assert chosen(line("工作落实", "查河长记录", "信访"), process).id == "river-problem-closure-rate"
    assert chosen(line("工作落实", "看材料", "信访"), process).id == "petition-resolved-within-term"


def test_the_longer_topic_word_counts() -> None:
    assert chosen(line("卫生院工作"), measured("process")).id == "chronic-disease-control-rate"
    assert chosen(line("卫生工作"), measured("process")).id == "street-hygiene-pass-rate"


def test_the_object_decides_who_may_use_an_entry() -> None:
    process = measured("process")
    assert chosen(line("等候时间公示"), process, "window").id == "service-waiting-time"
    assert chosen(line("等候时间公示"), process, "village").id != "service-waiting-time"


def test_the_choice_does_not_depend_on_the_order_of_the_catalogue() -> None:
    names = list(CATALOGUE)
    random.Random(7).shuffle(names)
    shuffled = {name: CATALOGUE[name] for name in names}
    for family, name, block, expected in BY_FAMILY:
        entry = substitute_for(line(name, block=block), measured(families=family), None, shuffled)
        assert entry is not None and entry.id == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("乡镇（街道）", "township"), ("village_committee", "village"), ("县直部门", "department"),
        ("窗口人员", "window"), ("综合行政执法队", "enforcement"), ("grid_worker", "grid"),
        ("镇干部", "officer"), ("single_topic", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_object_key(text: str | None, expected: str | None) -> None:
    assert object_key(text) == expected


@pytest.mark.parametrize(
    ("name", "block", "duty"),
    [
        ("河道保洁App打卡次数", None, "河道保洁"),
        ("计划生育工作台账", None, "计划生育工作"),
        ("规范性文件备案及时率", None, "规范性文件备案"),
        ("24小时卡口值守记录", None, "24小时卡口值守"),
        ("1.农村公路养护资料（10分）", None, "农村公路养护"),
        ("报送及时", "森林防火（20分）", "森林防火"),
        ("台账齐全", "加分项", "本项职责"),
        ("点赞数", None, "本项职责"),
        ("全年学习分数超过15000分", "学习分数", "本项职责"),
    ],
)
def test_the_duty_is_the_name_without_the_measure(name: str, block: str | None, duty: str) -> None:
    assert duty_of(line(name, block=block)) == duty


def test_a_generic_standard_names_the_duty() -> None:
    entry = CATALOGUE["duty-result-spot-check"]
    indicator = line("农村公路养护资料")
    assert standard_name(entry, indicator) == "农村公路养护：办理结果抽查合格率"
    assert "“农村公路养护”事项复核合格件数" in standard_text(entry, indicator, 4)
    assert standard_title(entry, indicator).en == "Rate of results found right on re-check"


def test_a_guarded_thing_is_not_named_again() -> None:
    assert standard_name(CATALOGUE["penalty-lawfulness"], line("罚没款金额")) == "行政处罚案件评查合格率"


def test_the_step_scales_with_the_points() -> None:
    entry = CATALOGUE["complaint-resolution-rate"]
    for points, step in ((4, "0.2"), (10, "0.5"), (0.5, "0.025"), (100, "5"), (3, "0.15")):
        text = standard_text(entry, line("热线"), points)
        assert text.endswith(f"计分：达到90%得满分{points:g}分，每低1个百分点扣{step}分，扣完为止。")


def test_deduction_bonus_and_veto_lines_get_their_words() -> None:
    entry = CATALOGUE["complaint-resolution-rate"]
    endings = {
        "deduction": "计分：达到90%不扣分，每低1个百分点扣0.2分，累计最多扣4分。",
        "bonus": "计分：达到90%加4分，每低1个百分点少加0.2分，减至不加分为止，累计最多加4分。",
    }
    for kind, ending in endings.items():
        assert standard_text(entry, line("热线", kind=kind), 4).endswith(ending)  # type: ignore[arg-type]
    veto = standard_text(entry, line("热线", kind="veto"), 0)
    assert veto.endswith("计分：达到90%为合格，每低1个百分点扣该项分值的5%，是否一票否决另按上级规定。")


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=list(CATALOGUE))
def test_every_standard_is_filled_for_every_kind(entry: CatalogueEntry) -> None:
    for kind in get_args(Kind):
        for points in (0, 0.5, 5):
            indicator = line("村庄道路养护", kind=kind)
            zh, en = standard_text(entry, indicator, points), standard_text_en(entry, indicator, points)
            assert not re.search("[{}]", zh + en)
            assert "None" not in zh + en
            assert "。。" not in zh and "分分" not in zh


def test_the_standard_of_a_proposal_says_whether_it_is_perception() -> None:
    rating = standard_for(CATALOGUE["satisfaction-third-party"], line("满意度"), 5)
    assert (rating.catalogue, rating.perception, rating.data_cost) == ("satisfaction-third-party", True, 0.5)
    assert standard_for(CATALOGUE["form-error-rate"], line("报表"), 5).perception is False


def test_classes_that_need_one_are_those_of_the_model() -> None:
    given = {
        class_
        for class_ in CLASSES
        if substitute_for(line("甲"), measured(class_), None, CATALOGUE) is not None
    }
    assert given == {"prohibited", "restricted", "process", "output", "guarded"}
