"""Words of reports in three languages; traditional characters are made from the simplified ones."""

from __future__ import annotations

from engine.model import Class, Lang, Severity, Text
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

CAUTION = Text(
    zh="本结果是对方案文本的分析，不评价任何单位和个人；建议方案是在所选设置下改动最小的一种，并非唯一答案。"
    "转向结果类指标同样可能带来数据失真风险，须落实核验、配套指标和最低样本。施行前请征求意见、先行试点、核对数据并确定复评日期。",
    en="This describes a scheme on paper and measures nobody's performance. The proposal is the least disruptive "
    "one under the settings chosen; other answers exist. Outcomes can be gamed too: each needs verification, a "
    "guardrail partner and enough cases. Before adoption: consult, pilot, check the data, set a review date.",
)


def say(text: Text, lang: Lang) -> str:
    """Return a text in the language asked for."""
    if lang == "en":
        return text.en
    return to_traditional(text.zh) if lang == "zh-Hant" else text.zh
