"""Write the township example as workbook, GB18030 CSV and full-form YAML.

Run from the repository: python examples/make_township.py [FOLDER]. The scheme is made up; county and
departments do not exist. The layout is as such tables are in practice: title row, two-row header,
merged blocks, stated totals, full-width digits, notes under the table.
"""

from __future__ import annotations

import csv
import datetime as dt
import sys
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml

HERE = Path(__file__).parent
TITLE = "临江县2026年度乡镇（街道）综合考核评分表"
SUBTITLE = "考核对象：各乡镇（街道）    考核周期：2026年1月至12月    单位：分"
TOP = ("考核指标", "", "分值", "评分标准", "佐证材料", "牵头部门", "备注")
SECOND = ("一级指标", "二级指标", "", "", "", "", "")

# block, stated points, lines of (name, points as written, standard, proof, department, remark, attributes)
Line = tuple[str, str, str, str, str, str, dict[str, Any]]
BLOCKS: tuple[tuple[str, int, tuple[Line, ...]], ...] = (
    ("党的建设", 20, (
        ("三会一课", "6", "按规定召开支部党员大会、支部委员会会议、党小组会，按时上好党课。每少一次扣1分，扣完为止。", "会议记录", "县委组织部", "", {}),
        ("党费收缴", "３", "党员按月足额交纳党费，按规定使用和公示。未按时上缴的每月扣0.5分。", "党费台账", "县委组织部", "", {}),
        ("意识形态工作责任制", "4分", "每半年专题研究意识形态工作，落实分析研判和报告制度。缺一项扣1分。", "党委会纪要", "县委宣传部", "", {}),
        ("学习平台参与度", "4", "党员干部学习App日均登录时长不少于30分钟，按登录时长在全县排名赋分，末位不得分。", "平台后台数据", "县委宣传部", "",
         {"data_item": "学习App登录时长", "hours": 2.5}),
        ("党建工作", "3", "", "", "县委组织部", "标准另行通知", {}),
    )),
    ("数字政务与宣传", 20, (
        ("政务服务App注册率", "5", "辖区常住居民注册率达到90%得满分，每低1个百分点扣0.2分。", "后台数据", "县数据局", "", {"data_item": "App注册人数"}),
        ("网格巡查打卡", "4", "网格员每日通过“临江E格”App定位打卡不少于2次，缺卡一次扣0.1分。", "打卡记录", "县委政法委", "", {"hours": 3.0, "data_origin": "platform_exhaust"}),
        ("公众号点赞转发", "4", "“临江发布”推文每篇点赞、转发量达到干部人数的80%得满分，每低5个百分点扣0.5分。", "截图", "县委宣传部", "", {}),
        ("系统填报及时率", "4", "各类业务系统报表按时限填报，每迟报一次扣0.2分。", "系统日志", "县数据局", "", {"hours": 6.0}),
        ("信息报送", "3", "每季度上报工作信息不少于10篇，每少1篇扣0.3分。", "采用通报", "县委办", "", {}),
    )),
    ("公共安全与社会稳定", 25, (
        ("安全生产监督检查", "7", "依照《中华人民共和国安全生产法》，按年度监督检查计划检查辖区内生产经营单位，\n检查覆盖率100%得满分，每漏检1家扣1分。", "检查计划、检查文书",
         "县应急局", "法定职责", {}),
        ("信访总量", "5", "到县以上集体访批次同比下降得满分，每增加1批次扣1分。", "信访系统数据", "县信访局", "", {}),
        ("矛盾纠纷化解率", "7", "受理的矛盾纠纷当年化解率达到95%得满分，每低1个百分点扣0.5分；由县委政法委抽取10%电话回访核实。", "回访记录", "县委政法委", "", {"outside_verifier": True}),
        ("防汛应急处置", "6", "险情发生后按预案转移群众，无人员伤亡得满分；因转移不及时造成伤亡的不得分。", "灾情核查报告", "县应急局", "", {}),
    )),
    ("民生服务与环境", 35, (
        ("人居环境整治成效", "8", "每村每月上传整治前后对比照片不少于20张，照片齐全得满分，每少1张扣0.1分。", "照片台账", "县农业农村局", "", {"hours": 4.0}),
        ("民生实事办理", "9", "县定民生实事按期建成并投入使用，经县政府督查室现场核验合格得满分，每有1件未完成扣3分。", "现场核验单", "县政府办", "", {"outside_verifier": True, "data_origin": "inspection"}),
        ("农村饮水水质达标率", "6", "由县疾控中心抽检，水质达标率100%得满分，每低1个百分点扣0.5分。", "检测报告", "县水利局", "", {}),
        ("办事群众满意度", "7", "由县统计局对当年办事群众随机电话抽样，满意率达到90%得满分，每低1个百分点扣0.5分。", "抽样调查报告", "县统计局", "",
         {"outside_verifier": True, "data_origin": "survey"}),
        ("走访群众", "5", "每名干部每月走访不少于20户，走访记录和照片齐全得满分，每少1户扣0.1分。", "走访记录、照片", "县委办", "", {}),
    )),
)  # fmt: skip
# heading, kind, lines of (name, points as written, standard, proof, department, {field: value of the full form})
SECTIONS: tuple[tuple[str, str, tuple[tuple[str, str, str, str, str, dict[str, float]], ...]], ...] = (
    ("扣分项", "deduction", (
        ("督查通报", "-1", "工作不落实被县委、县政府督查通报的，每次扣1分，最多扣3分。", "通报文件", "县委办", {"rate": 1, "cap": 3}),
        ("数据质量", "-2", "上报数据经核查与事实不符的，每项扣2分。", "核查报告", "县统计局", {"rate": 2}),
    )),
    ("加分项", "bonus", (
        ("改革创新", "最高加3分", "改革做法在全市推广的，每项加1分，最高加3分。", "推广文件", "县委改革办", {"points": 3, "rate": 1, "cap": 3}),
        ("经验推介", "每次加2分", "工作经验被省级以上媒体报道或领导批示的，每次加2分。", "报道、批示复印件", "县委宣传部", {"points": 2, "rate": 2}),
    )),
    ("一票否决事项", "veto", (
        ("重大生产安全事故", "一票否决", "辖区内发生重大及以上生产安全责任事故的，取消当年评优资格。", "事故调查报告", "县应急局", {}),
    )),
)  # fmt: skip
NOTES = (
    "备注：1.本表由县考核办会同各牵头部门评分，扣分以扣完该项分值为止。",
    "2.因不可抗力、上级政策调整或在改革创新中先行先试出现失误，符合容错情形、程序合规且未谋取私利的，经县考核办认定后不扣分。",
    "3.对考核结果有异议的，可在公示之日起5个工作日内向县考核办提出复核。",
)


def table_rows() -> list[tuple[str, ...]]:
    """Return the rows of the table as text; cells inside a merged range are empty."""
    rows: list[tuple[str, ...]] = [_alone(TITLE), _alone(SUBTITLE), TOP, SECOND]
    for block, points, lines in BLOCKS:
        for n, (name, written, standard, proof, owner, remark, _) in enumerate(lines):
            head = f"{block}（{points}分）" if n == 0 else ""
            rows.append((head, name, written, standard, proof, owner, remark))
    rows.append(("合计", "", str(sum(points for _, points, _ in BLOCKS)), "", "", "", ""))
    for heading, _, section in SECTIONS:
        rows.append(_alone(heading))
        rows += [
            ("", name, written, standard, proof, owner, "")
            for name, written, standard, proof, owner, _ in section
        ]
    return rows + [_alone(note) for note in NOTES]


def _alone(text: str) -> tuple[str, ...]:
    return (text, "", "", "", "", "", "")


def write_workbook(path: Path) -> None:
    """Write the workbook with merged title, header, blocks and notes; the same bytes every time."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": dt.datetime(2026, 1, 5), "title": TITLE})
    sheet = book.add_worksheet("综合考核")
    formats = {
        "title": book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"}),
        "head": book.add_format(
            {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
        ),
        "body": book.add_format({"border": 1, "valign": "vcenter", "text_wrap": True}),
    }
    for column, width in enumerate((14, 20, 9, 58, 18, 14, 14)):
        sheet.set_column(column, column, width)
    rows = table_rows()
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            _write_cell(sheet, r, c, text, formats["head" if r in (2, 3) else "body"])
    _merge(sheet, rows, formats)
    book.close()


def _write_cell(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    """Plain digits are numbers, as an office types them; ３ and 4分 stay text."""
    if column == 2 and text.lstrip("-").isascii() and text.lstrip("-").isdigit():
        sheet.write_number(row, column, int(text), style)
    elif text:
        sheet.write_string(row, column, text, style)
    else:
        sheet.write_blank(row, column, None, style)


def _merge(sheet: Any, rows: list[tuple[str, ...]], formats: dict[str, Any]) -> None:
    for r, row in enumerate(rows):
        if row[0] and not any(row[1:]):
            sheet.merge_range(r, 0, r, 6, row[0], formats["title" if r == 0 else "body"])
    sheet.merge_range(2, 0, 2, 1, TOP[0], formats["head"])
    for column in range(2, 7):
        sheet.merge_range(2, column, 3, column, TOP[column], formats["head"])
    first = 4
    for block, points, lines in BLOCKS:
        sheet.merge_range(first, 0, first + len(lines) - 1, 0, f"{block}（{points}分）", formats["head"])
        first += len(lines)
    sheet.merge_range(first, 0, first, 1, "合计", formats["head"])


def write_table(path: Path) -> None:
    """Write the same rows as CSV in GB18030, as an office program exports them."""
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(table_rows())


UNITS = ("城关镇", "东河镇", "石桥镇", "柳林乡", "白沙乡", "青山街道", "双河乡", "马店镇")
# Marks lost by each unit in tenths of a line's points: little on traces, more on what was achieved.
RESULTS = (
    "矛盾纠纷化解率",
    "民生实事办理",
    "农村饮水水质达标率",
    "办事群众满意度",
    "防汛应急处置",
    "信访总量",
)
LOST = (0, 3, 1, 4, 2, 1, 5, 2)


def write_scores(path: Path) -> None:
    """Write last year's scores as a table of eight made-up townships by lines."""
    lines = [(name, int(points.removesuffix("分"))) for _, _, rows in BLOCKS for name, points, *_ in rows]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["单位", *(name for name, _ in lines)])
        for u, unit in enumerate(UNITS):
            writer.writerow([unit, *(_score(u, j, *line) for j, line in enumerate(lines))])


def _score(unit: int, j: int, name: str, points: int) -> str:
    if name in RESULTS:
        lost = LOST[(unit + 3 * j) % len(LOST)]
    else:  # those busy with outcomes keep fewer traces; on some lines everybody has full marks
        lost = 0 if j % 4 == 0 else (5 - LOST[(unit + 3) % len(LOST)]) // 2
    return f"{points * (10 - lost) / 10:g}"


def full_form() -> dict[str, Any]:
    """Return the scheme in the full form, with the attributes that a table has no column for."""
    lines: list[dict[str, Any]] = []
    for block, _, rows in BLOCKS:
        for name, written, standard, proof, owner, _, attributes in rows:
            points = int(written.removesuffix("分"))
            lines.append(
                _entry((name, standard, proof, block), {"points": points}, {"owner": owner} | attributes)
            )
    for heading, kind, section in SECTIONS:
        for name, _, standard, proof, owner, figures in section:
            lines.append(_entry((name, standard, proof, heading), {"kind": kind} | figures, {"owner": owner}))
    for n, line in enumerate(lines, start=1):
        line["code"] = f"I{n:02d}"
    blocks: list[dict[str, Any]] = [{"name": name, "points": points} for name, points, _ in BLOCKS]
    return {
        "schema": "quanheng.scheme/1", "title": TITLE, "tier": "township", "object": "township",
        "role": "township_government", "region": "临江县", "year": 2026, "total": 100,
        "blocks": blocks + [{"name": heading} for heading, _, _ in SECTIONS],
        "indicators": [{"code": line.pop("code")} | line for line in lines],
        "notes": [SUBTITLE, *NOTES],
    }  # fmt: skip


def _entry(
    texts: tuple[str, str, str, str], figures: dict[str, Any], attributes: dict[str, Any]
) -> dict[str, Any]:
    named = zip(("name", "criterion", "proof", "block"), texts, strict=True)
    return {key: text for key, text in named if text} | figures | {"attributes": attributes}


def main(folder: Path) -> None:
    """Write township.xlsx, .csv and .yaml and last year's scores into `folder`."""
    write_workbook(folder / "township.xlsx")
    write_table(folder / "township.csv")
    write_scores(folder / "township-scores.csv")
    text = yaml.safe_dump(full_form(), allow_unicode=True, sort_keys=False, width=100)
    (folder / "township.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
