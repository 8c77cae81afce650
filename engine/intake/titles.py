"""What a title says of whom a scheme is for; only where its words say so, else None."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.model import Tier
from engine.text import fold

_NOT_VILLAGE = r"(?<![农乡新驻帮])"
# The first that holds decides: posts before units, the assessed before the assessor's place name.
_OBJECTS: tuple[tuple[str, Tier | None, str, str], ...] = (
    (r"网格员|网格管理员|网格长|grid\s*worker", "grid", "grid_worker", "grid_worker"),
    (r"窗口|办事大厅|\bwindow", None, "window_service", "window"),
    (r"第一书记", "village", "first_secretary", "township_officer"),
    (r"村官", "village", "college_graduate_village_official", "township_officer"),
    (r"驻村", "village", "resident_team", "township_officer"),
    (r"执法(?:人员|队|大队|中队)", None, "enforcement", "enforcement"),
    (r"(?:乡镇|镇|街道|乡)(?:机关)?(?:干部|工作人员)", "township", "township_cadre", "township_officer"),
    (rf"{_NOT_VILLAGE}村[（(]?(?:、|居|社区)|对村|村级|村干部|村书记|村党支部|各村|行政村|村\s*考核|\bvillage", "village",
     "village_committee", "village"),
    (r"社区工作者|社区干部|社区(?:工作)?(?:目标|综合|考核)|各社区|\bcommunity", "community", "community_committee",
     "village"),
    (r"乡镇|镇街|街镇|镇\s*[（(]街道[）)]|街道|\btownship|\bsub-?district", "township", "township_government",
     "township"),
    (r"[县市区]直|县级部门|(?:部门|委办局|科局|机关单位).{0,6}(?:考核|绩效|目标)|\bdepartment", None, "department",
     "county_department"),
)  # fmt: skip
_OF_ROLE = {
    "township_government": "township", "township_leadership": "township", "township_party_committee": "township",
    "township_cadre": "township_officer", "first_secretary": "township_officer", "resident_team": "township_officer",
    "college_graduate_village_official": "township_officer", "village_committee": "village",
    "village_secretary": "village", "village_branch": "village", "community_committee": "village",
    "grid_worker": "grid_worker", "window_service": "window", "department": "county_department",
    "police": "enforcement",
}  # fmt: skip
_COUNTY = re.compile(r"县直|县级部门|区直")
_CITY = re.compile(r"市直")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*(?:年|年度|[-—－/])|\b(20\d{2})\b")
_REGION = re.compile(
    r"^(?:关于印发)?[《“]?((?:[\u4e00-\u9fff]{2,7}?(?:省|自治区|市|州|盟))?(?:[\u4e00-\u9fff]{2,6}?(?:县|区|旗|市))?)"
)
_TOTAL = re.compile(
    r"(?:总分值?|满分|总计|共计|合计|分值)\s*[为:：]?\s*(\d{2,4}(?:\.\d+)?)\s*分|[(（]\s*(\d{2,4})\s*分\s*[)）]\s*$"
)


@dataclass(frozen=True)
class Guess:
    """What the title suggests; None where its words do not say it."""

    tier: Tier | None = None
    role: str | None = None
    object: str | None = None
    region: str | None = None
    year: int | None = None
    question: str | None = None


def guess(title: str) -> Guess:
    """Return what the title says of tier, role, object, region and year.

    >>> guess("临江县2025年乡镇（街道）综合考核评分表").object
    'township'
    >>> guess("工作考核表").object is None
    True
    """
    found = [entry for entry in _OBJECTS if re.search(entry[0], fold(title), re.IGNORECASE)]
    year, region = _year(title), _region(title)
    if not found:
        question = f"标题“{title[:40]}”没有写明考核对象，请确认适用的约束方案。"
        return Guess(region=region, year=year, question=question)
    _, tier, role, name = found[0]
    if role == "department":
        tier = "county" if _COUNTY.search(title) else "city" if _CITY.search(title) else None
    doubt: str | None = None
    if {"township", "village"} <= {entry[3] for entry in found} and re.search(r"乡镇|街道", title):
        doubt = f"标题“{title[:40]}”同时提到乡镇（街道）和村（社区），按“{name}”读入，请确认考核对象。"
    return Guess(tier=tier, role=role, object=name, region=region, year=year, question=doubt)


def object_of_role(role: str | None) -> str | None:
    """Return the object that a stated role belongs to, None where it is not known.

    >>> object_of_role("village_committee"), object_of_role("doctor")
    ('village', None)
    """
    return _OF_ROLE.get(role or "")


def stated_total(text: str) -> float | None:
    """Return the total that a title or note states in words.

    >>> stated_total("考核实行千分制"), stated_total("（满分100分）"), stated_total("考核表")
    (1000.0, 100.0, None)
    """
    if match := _TOTAL.search(text):
        return float(match[1] or match[2])
    if "千分制" in text:
        return 1000.0
    return 100.0 if "百分制" in text else None


def _year(title: str) -> int | None:
    match = _YEAR.search(title)
    return int(match[1] or match[2]) if match else None


def _region(title: str) -> str | None:
    match = _REGION.match(title)
    return (match[1] or None) if match and not re.match(r"[某各县区市]", title) else None
