"""Lawful duties stay untouched: two lines for each requirement that the sources protect."""

from __future__ import annotations

import pytest

from engine.knowledge import load_knowledge
from engine.model import Indicator, Scheme

KNOWLEDGE = load_knowledge()
LINES = {
    "ZB-01": [("支部党员大会", "每季度召开1次支部党员大会"), ("支委会", "支委会每月召开1次")],
    "ZB-02": [("三会一课", "按期参加三会一课，党委书记每年至少讲1次党课"), ("主题党日", "每月相对固定1天开展主题党日")],
    "ZB-03": [("组织生活会", "每年至少召开1次组织生活会"), ("民主评议党员", "每年开展1次民主评议党员")],
    "ZXZ-01": [("理论学习中心组学习", "按规则开展中心组集体学习研讨"), ("党委中心组学习", "中心组学习列入党委重要议程")],
    "YSXT-01": [("意识形态工作责任制", "党委每年至少两次专题研究意识形态工作"), ("意识形态责任制落实", "将意识形态工作纳入党建责任制")],
    "QMCY-01": [("全面从严治党主体责任", "落实主体责任规定，党建与业务同部署"), ("党风廉政建设责任制", "落实党风廉政建设责任制")],
    "DY-01": [("党员教育管理", "按条例落实党员教育管理"), ("党员管理", "流动党员管理规范")],
    "DY-02": [("党员集中培训", "党员年集中培训达到32学时的得2分"), ("支部书记培训", "书记参加集中培训达标得2分")],
    "GBJY-01": [("干部教育培训", "完成年度90学时培训的得2分，未完成不得分"), ("干部调训", "按要求完成调训任务的得2分")],
    "DF-F1": [("党费收缴", "党员按月足额交纳党费"), ("党费公示", "每年向党员公布1次党费收缴使用情况")],
    "AQ-01": [("安全生产监督检查", "年度监督检查计划完成并闭环整改"), ("重大隐患整改", "重大事故隐患整改到位率")],
    "AQ-02": [("安全生产责任制", "落实党政领导干部安全生产责任制"), ("事故防范", "生产安全事故死亡人数下降")],
    "FX-01": [("防汛值守", "汛期责任人在岗"), ("汛前检查", "汛前检查发现问题限期处理")],
    "FX-02": [("森林防火值班", "防火期落实森林防火值班制度"), ("消防演练", "组织必要的消防演练")],
    "SP-01": [("食品安全监督检查", "两年内对经营者全项检查一次"), ("食品抽检", "食品抽检不合格处置率")],
    "SP-02": [("食品安全包保", "落实食品安全两个责任分层包保"), ("食品安全包保督导", "包保督导发现问题整改率")],
    "HC-01": [("河长制", "河湖长制落实，河道问题整改销号率"), ("林长制", "林长制目标责任落实")],
    "DA-01": [("文件材料归档", "按归档范围及时归档移交"), ("村务档案", "村务档案依法归档")],
    "GK-01": [("政府信息公开", "20个工作日内主动公开"), ("依申请公开", "依申请公开答复合法率")],
    "WL-KH": [("耕地保护目标责任", "耕地保有量完成"), ("农民工工资支付保障", "欠薪案件按期办结率")],
    "WL-ZR": [("耕地保护", "签订基本农田保护责任书"), ("退耕还林", "按退耕还林条例签订责任书")],
}  # fmt: skip
CASES = [(section, *line) for section, lines in LINES.items() for line in lines]


def test_every_protected_requirement_has_two_lines():
    protected = {
        section
        for document in KNOWLEDGE.sources.values()
        for section, entry in document.sections.items()
        if entry.rule_class == "whitelist" and entry.is_citable
    }
    assert set(LINES) == protected
    assert all(len(lines) >= 2 for lines in LINES.values())


@pytest.mark.parametrize("section, name, criterion", CASES, ids=lambda text: text[:12])
def test_a_lawful_duty_is_not_called_formalistic(auditor, section, name, criterion):
    line = Indicator(code="1", name=name, criterion=criterion, points=2)
    audit = auditor.audit(Scheme(title="乡镇考核", indicators=(line,)), as_of="2026-06-01")
    assert audit.classifications[0].class_ != "prohibited"
    hits = [f for f in audit.findings if f.subject == "line" and f.severity != "info" and f.rule != "S004"]
    assert hits == [], [(f.rule, f.message.zh) for f in hits]
