"""Words of reports in three languages; traditional characters are made from the simplified ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.model import Class, Decision, Family, Finding, Lang, Level, Method, Severity, Text
from engine.text import to_traditional

SEVERITY: dict[Severity, Text] = {
    "error": Text(zh="错误", en="error"),
    "warning": Text(zh="警告", en="warning"),
    "info": Text(zh="提示", en="note"),
}

CLASS: dict[Class, Text] = {
    "prohibited": Text(zh="红线类", en="red line"),
    "restricted": Text(zh="从严控制类", en="restricted"),
    "required": Text(zh="必要过程类", en="required duty"),
    "process": Text(zh="一般过程类", en="process"),
    "output": Text(zh="产出类", en="output"),
    "outcome": Text(zh="结果类", en="outcome"),
    "guarded": Text(zh="不宜加码类", en="not to be raised"),
    "internal": Text(zh="内部评价类", en="internal rating"),
    "unclear": Text(zh="标准缺失类", en="no standard"),
}

ACTION: dict[str, Text] = {
    "keep": Text(zh="保留", en="keep"),
    "rewrite": Text(zh="改标准", en="rewrite"),
    "cut": Text(zh="调减", en="cut"),
    "raise": Text(zh="调增", en="raise"),
    "new": Text(zh="新增", en="new"),
    "frozen": Text(zh="不动", en="frozen"),
}

METHOD: dict[Method, Text] = {
    "ahp": Text(zh="层次分析法（AHP）", en="pairwise comparison (AHP)"),
    "bwm": Text(zh="最优最劣法（BWM）", en="best-worst method (BWM)"),
    "roc": Text(zh="排序质心法（ROC）", en="rank order centroid (ROC)"),
    "rs": Text(zh="排序求和法（RS）", en="rank sum (RS)"),
    "rr": Text(zh="排序倒数法（RR）", en="rank reciprocal (RR)"),
    "entropy": Text(zh="熵权法（按去年得分）", en="entropy (by last year's scores)"),
    "critic": Text(zh="CRITIC法（按去年得分）", en="CRITIC (by last year's scores)"),
}

STATUS: dict[str, Text] = {
    "optimal": Text(zh="可行", en="optimal"),
    "relaxed": Text(zh="部分约束放宽后可行", en="relaxed"),
    "infeasible": Text(zh="所设条件互相矛盾", en="infeasible"),
}

KIND: dict[str, Text] = {
    "base": Text(zh="基本分", en="base"),
    "deduction": Text(zh="扣分项", en="deduction"),
    "bonus": Text(zh="加分项", en="bonus"),
    "veto": Text(zh="否决项", en="veto"),
}

LEVEL: dict[Level, Text] = {
    "impact": Text(zh="长远影响", en="impact"),
    "perception": Text(zh="群众评价", en="citizens' rating"),
    "perception_internal": Text(zh="内部评价", en="internal rating"),
    "outcome": Text(zh="结果", en="outcome"),
    "output_quality": Text(zh="产出质量", en="quality of output"),
    "output_volume": Text(zh="产出数量", en="volume of output"),
    "process": Text(zh="过程", en="process"),
    "activity": Text(zh="活动", en="activity"),
    "input": Text(zh="投入", en="input"),
    "conduct": Text(zh="品行作风", en="conduct"),
    "unclear": Text(zh="看不出考什么", en="not clear"),
}

FAMILY: dict[Family, Text] = {
    "login_duration": Text(zh="在线、登录、学习时长", en="time online or studying"),
    "likes_shares": Text(zh="点赞、转发、投票", en="likes, reposts, votes"),
    "clicks_views": Text(zh="点击、阅读、粉丝", en="clicks, views, followers"),
    "registration_install": Text(zh="注册、安装、使用率", en="registrations, installs, use"),
    "punch_in": Text(zh="打卡签到、轨迹", en="punch-in, tracks"),
    "trace_keeping": Text(zh="工作留痕", en="traces of work"),
    "posting_volume": Text(zh="信息稿件、批示、媒体", en="posts, press pieces, remarks"),
    "ranking": Text(zh="以排名计分", en="scored by rank"),
    "response_speed": Text(zh="对上响应速度", en="speed of reply to superiors"),
    "meeting_count": Text(zh="会议发文次数", en="meetings and documents counted"),
    "report_count": Text(zh="报告材料份数", en="reports counted"),
    "org_setup": Text(zh="设机构、建制度、签责任书", en="bodies, rules, pledges set up"),
    "form_timeliness": Text(zh="填报及时完整", en="forms filed on time"),
    "award_count": Text(zh="评奖创建", en="awards and titles"),
    "visit_count": Text(zh="走访检查次数", en="visits and checks counted"),
    "volume_output": Text(zh="办件数量", en="items handled"),
}

DECISION: dict[Decision, Text] = {
    "yes": Text(zh="是", en="yes"),
    "no": Text(zh="否", en="no"),
    "review": Text(zh="待人工判断", en="for a person to judge"),
}

STATE: dict[str, Text] = {
    "active": Text(zh="正好用满", en="at its limit"),
    "slack": Text(zh="有余量", en="room left"),
    "relaxed": Text(zh="已放宽", en="relaxed"),
    "not_checked": Text(zh="未核查", en="not checked"),
    "met": Text(zh="达到", en="met"),
    "not_met": Text(zh="未达到", en="not met"),
}

_TERMS: Mapping[str, Mapping[Any, Text]] = {
    "severity": SEVERITY, "class": CLASS, "action": ACTION, "status": STATUS, "kind": KIND,
    "level": LEVEL, "family": FAMILY, "decision": DECISION, "state": STATE,
}  # fmt: skip

CAUTION = Text(
    zh="本结果是对方案文本的分析，不评价任何单位和个人；建议方案是在所选设置下改动最小的一种，并非唯一答案。"
    "转向结果类指标同样可能带来数据失真风险，须落实核验、配套指标和最低样本。施行前请征求意见、先行试点、核对数据并确定复评日期。",
    en="This describes a scheme on paper and measures nobody's performance. The proposal is the least disruptive "
    "one under the settings chosen; other answers exist. Outcomes can be gamed too: each needs verification, a "
    "guardrail partner and enough cases. Before adoption: consult, pilot, check the data, set a review date.",
)


def mark_of(finding: Finding, lang: Lang) -> str:
    """Return what stands behind a finding's title where it does not count, or nothing."""
    if finding.waived:
        return say(Text(zh="（已豁免）", en=" (waived)"), lang)
    return say(Text(zh="（存量）", en=" (baselined)"), lang) if finding.baselined else ""


def say(text: Text, lang: Lang) -> str:
    """Return a text in the language asked for."""
    if lang == "en":
        return text.en
    return to_traditional(text.zh) if lang == "zh-Hant" else text.zh


def term(of: str, value: str, lang: Lang) -> str:
    """Return the word for one value of a closed list.

    Args:
        of: severity, class, action, status, kind, level, family, decision or state.
        value: one of that list's values.
        lang: the language.
    Raises:
        KeyError: no such list or value.

    >>> term("level", "activity", "zh"), term("state", "slack", "en")
    ('活动', 'room left')
    """
    return say(_TERMS[of][value], lang)


def caution(lang: Lang) -> str:
    """Return what every report says of itself: what it is, and what to do before adoption."""
    return say(CAUTION, lang)
