"""Tables as people have them: headers, merged cells, sections, points in words, encodings."""

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter

from engine.intake import read_name_list, read_names, read_scheme, read_schemes
from engine.intake.amounts import parse_amount, words_of
from engine.intake.columns import kinds_of, meaning_of
from engine.intake.titles import guess

PLAIN = "指标名称,分值,评分标准\n矛盾纠纷化解率,10,化解率达到95%得满分\n群众满意度,5,电话抽样\n"


def table(tmp_path: Path, text: str, encoding: str = "utf-8", name: str = "a.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def workbook(tmp_path: Path, *sheets, merged=()) -> Path:
    """Each sheet is (name, rows); `merged` are (sheet number, range like A1:B2)."""
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for number, (name, rows) in enumerate(sheets):
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value is not None:
                    sheet.write(r, c, value)
        for n, cells in merged:
            if n == number:
                sheet.merge_range(cells, None)
                first = cells.split(":")[0]
                r, c = int(first[1:]) - 1, ord(first[0]) - 65
                sheet.write(r, c, rows[r][c])
    book.close()
    return path


def figures(scheme):
    return [(i.name, i.kind, i.points, i.rate, i.cap) for i in scheme.indicators]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_each_encoding_reads_the_same(tmp_path, encoding):
    scheme = read_scheme(table(tmp_path, PLAIN, encoding))
    assert [i.name for i in scheme.indicators] == ["矛盾纠纷化解率", "群众满意度"]
    assert scheme.source.encoding == encoding


@pytest.mark.parametrize("encoding", ["big5", "utf-8", "gb18030"])
def test_traditional_text_is_told_apart(tmp_path, encoding):
    text = "指標名稱,分值,評分標準\n群眾滿意度,10,電話抽樣達到九成得滿分\n環境衛生,5,每次檢查扣分\n"
    scheme = read_scheme(table(tmp_path, text, encoding))
    assert [i.name for i in scheme.indicators] == ["群眾滿意度", "環境衛生"]
    assert scheme.source.encoding == encoding


def test_a_short_gb18030_list_is_not_called_big5(tmp_path):
    assert read_names(table(tmp_path, "指标名称\n三会一课\n党费收缴\n", "gb18030"))[0].name == "三会一课"


def test_two_row_header_and_merged_blocks_keep_every_cell(tmp_path):
    rows = [
        ["临江县2026年乡镇综合考核表", None, None, None],
        ["考核指标", None, "分值", "评分标准"],
        ["一级指标", "二级指标", None, None],
        ["社会稳定（12分）", "矛盾纠纷化解率", 8, "抽查核实"],
        [None, "信访总量", 4, None],
        ["合计", None, 12, None],
    ]
    merged = [(0, "A1:D1"), (0, "A2:B2"), (0, "C2:C3"), (0, "D2:D3"), (0, "A4:A5")]
    scheme = read_scheme(workbook(tmp_path, ("综合", rows), merged=merged))
    assert scheme.title == "临江县2026年乡镇综合考核表"
    assert [(b.name, b.points, b.location.cell) for b in scheme.blocks] == [("社会稳定", 12.0, "A4")]
    second = scheme.indicators[1]
    assert (second.block, second.points, second.cells["points"]) == ("社会稳定", 4.0, "C5")
    assert (second.location.sheet, second.location.row, second.cells["block"]) == ("综合", 5, "A4")
    assert second.location.cell == second.cells["name"]
    assert (scheme.total, scheme.tier, scheme.object, scheme.year) == (12.0, "township", "township", 2026)


def test_a_points_cell_merged_over_two_lines_makes_one_line_and_a_question(tmp_path):
    rows = [
        ["指标名称", "分值", "评分标准"],
        ["会议", 5, "按期召开"],
        ["学习", None, "按期学习"],
        ["走访", 3, "见实效"],
    ]
    scheme = read_scheme(workbook(tmp_path, ("表", rows), merged=[(0, "B2:B3")]))
    assert figures(scheme) == [("会议；学习", "base", 5.0, None, None), ("走访", "base", 3.0, None, None)]
    assert "“会议；学习”合用一个分值，已并为一条，请确认。" in [q.text for q in scheme.questions]


def test_sections_inside_the_table_and_as_sheets_of_their_own(tmp_path):
    base = [["指标名称", "分值", "评分标准"], ["化解率", 10, "抽查"]]
    bonus = [["序号", "加分事项", "分值", "加分标准"], [1, "改革创新", 3, "每项加1分，最高加3分"]]
    veto = [["序号", "否决情形", "说明"], [1, "发生重大事故", "取消评优资格"]]
    scheme = read_scheme(workbook(tmp_path, ("考核指标", base), ("加分项", bonus), ("一票否决", veto)))
    assert figures(scheme) == [
        ("化解率", "base", 10.0, None, None),
        ("改革创新", "bonus", 3.0, 1.0, 3.0),
        ("发生重大事故", "veto", None, None, None),
    ]
    assert scheme.indicators[1].location.sheet == "加分项"


def test_other_sheets_are_other_schemes_and_named(tmp_path):
    one = [["指标名称", "分值"], ["化解率", 10], ["满意度", 5]]
    two = [["指标名称", "分值"], ["巡河", 10]]
    path = workbook(tmp_path, ("乡镇", one), ("村", two), ("填表说明", [["请如实填写"]]))
    assert [len(s.indicators) for s in read_schemes(path)] == [2, 1]
    scheme = read_scheme(path)
    assert "文件里有 2 个方案，只读入指标最多的一个；未读入：“村”。" in [q.text for q in scheme.questions]
    assert "请如实填写" in [n.text for n in scheme.notes]


@pytest.mark.parametrize(
    "text, value",
    [
        ("１０分", 10),
        ("满分10分", 10),
        ("（8分）", 8),
        ("1,000", 1000),
        ("二十五分", 25),
        (".5", 0.5),
        ("15%", 15),
    ],
)
def test_points_are_read_in_many_writings(text, value):
    assert parse_amount(text).value == value


@pytest.mark.parametrize("text", ["3O", "NaN", "inf", "1e5", "五分之一", "10分钟", "∞"])
def test_what_is_no_number_is_not_guessed(text):
    assert parse_amount(text) is None


@pytest.mark.parametrize(
    "text, expected",
    [
        ("每次扣0.5分，扣完为止", (0.5, None, None, None)),
        ("每发现一起扣2分，最多扣6分", (2, 6, None, None)),
        ("每篇加1分，最高加5分", (None, None, 1, 5)),
        ("奖励2分，封顶10分", (None, None, 2, 10)),
        ("人均收入增加5%，减少3户", (None, None, None, None)),
        ("每降低1个百分点扣０.２分", (0.2, None, None, None)),
    ],
)
def test_points_in_words(text, expected):
    words = words_of(text)
    assert (words.take, words.take_cap, words.add, words.add_cap) == expected


def test_points_only_in_words(tmp_path):
    text = "考核内容,评分标准\n化解率,满分10分，未达标不得分\n通报,每次扣0.5分，最多扣3分\n表彰,每次加1分，最高加5分\n重大事故,一票否决\n"
    assert figures(read_scheme(table(tmp_path, text))) == [
        ("化解率", "base", 10.0, None, None),
        ("通报", "deduction", None, 0.5, 3.0),
        ("表彰", "bonus", None, 1.0, 5.0),
        ("重大事故", "veto", None, None, None),
    ]


def test_a_line_that_adds_and_takes_becomes_two_of_one_text(tmp_path):
    text = "序号,考核内容,分值,评分标准\n1,化解率,10,抽查\n2,信息工作,,采用一篇加1分，迟报一次扣0.5分\n"
    lines = read_scheme(table(tmp_path, text)).indicators
    assert [(i.code, i.kind, i.rate) for i in lines[1:]] == [("2+", "bonus", None), ("2-", "deduction", 0.5)]
    assert lines[1].name == lines[2].name and lines[1].criterion == lines[2].criterion


def test_a_block_of_deductions_takes_from_its_stated_total(tmp_path):
    text = "板块,考核内容,分值,评分标准\n安全生产（60分）,事故,,每死亡1人扣30分\n,火灾,,每起扣10分\n环境,水质,40,达标\n"
    lines = read_scheme(table(tmp_path, text)).indicators
    assert [(i.kind, i.rate, i.pool) for i in lines] == [
        ("deduction", 30.0, 60.0), ("deduction", 10.0, 60.0), ("base", None, None),
    ]  # fmt: skip


def test_a_scheme_of_deductions_takes_from_the_scheme_total(tmp_path):
    text = "秸秆禁烧考核（百分制）,,\n考核内容,评分标准\n火点,每个扣5分\n到场,未到场每次扣3分\n"
    scheme = read_scheme(table(tmp_path, text))
    assert (scheme.total, [i.pool for i in scheme.indicators]) == (100.0, [100.0, 100.0])


@pytest.mark.parametrize("cells", ["0.6,0.4", "60%,40%"])
def test_weights_become_points_of_a_hundred(tmp_path, cells):
    first, second = cells.split(",")
    scheme = read_scheme(table(tmp_path, f"指标名称,权重\n化解率,{first}\n满意度,{second}\n"))
    assert ([i.points for i in scheme.indicators], scheme.total) == ([60.0, 40.0], 100.0)


def test_half_points_under_a_points_header_stay_half_points(tmp_path):
    scheme = read_scheme(table(tmp_path, "指标名称,分值\n化解率,0.6\n满意度,0.4\n"))
    assert [i.points for i in scheme.indicators] == [0.6, 0.4]


def test_stated_totals_stay_beside_the_sums(tmp_path):
    text = "板块,指标名称,分值\n稳定（20分）,化解率,10\n,满意度,7\n,小计,17\n合计,,100\n"
    scheme = read_scheme(table(tmp_path, text))
    assert scheme.total == 100.0 and sum(i.points for i in scheme.indicators) == 17
    assert scheme.blocks[0].points == 20.0
    assert "板块“稳定”写了 20 分，又写了 17 分，按前者读入，请确认。" in [q.text for q in scheme.questions]


def test_numbers_that_restart_in_each_block_are_replaced_and_asked(tmp_path):
    text = "板块,序号,指标名称,分值\n甲,1,化解率,10\n,2,满意度,5\n乙,1,水质,5\n"
    scheme = read_scheme(table(tmp_path, text))
    assert [i.code for i in scheme.indicators] == ["I01", "I02", "I03"]
    assert "序号在各板块重新从头开始，已改用 I01 至 I03 编号，请确认。" in [q.text for q in scheme.questions]


def test_english_headers(tmp_path):
    text = "Code,Block,Indicator,Weight,Criterion,Evidence\nA1,Safety,Inspections done,10,All done,Register\n"
    line = read_scheme(table(tmp_path, text)).indicators[0]
    assert (line.code, line.block, line.name, line.points) == ("A1", "Safety", "Inspections done", 10.0)
    assert (line.criterion, line.proof) == ("All done", "Register")


@pytest.mark.parametrize(
    "label, meaning",
    [("标准分", "points"), ("基本分", "points"), ("赋 分", "points"), ("权重（%）", "points"), ("考核项目", "group"),
     ("考核内容", "name"), ("评分细则", "criterion"), ("计分办法", "criterion"), ("佐证材料", "proof"),
     ("牵头部门", "owner"), ("责任单位", "owner"), ("备注", "note"), ("考核类别", "block"), ("自评得分", "other"),
     ("考核得分", "other"), ("编号", "code"), ("考核标准（满分100分）", "criterion")],
)  # fmt: skip
def test_header_wordings(label, meaning):
    assert meaning_of(label) == meaning


def test_section_words():
    assert kinds_of("加扣分项") == ("bonus", "deduction") and kinds_of("党的建设") == ()


@pytest.mark.parametrize(
    "title, tier, name",
    [
        ("临江县2025年乡镇（街道）综合考核", "township", "township"),
        ("某乡2023年乡对村考核方案", "village", "village"),
        ("农村环境综合整治乡镇考核标准", "township", "township"),
        ("社区网格员绩效考核办法", "grid", "grid_worker"),
        ("政务服务窗口考核办法", None, "window"),
        ("2025年县直部门绩效考核", "county", "county_department"),
        ("某镇机关干部考核办法", "township", "township_officer"),
        ("工作考核表", None, None),
        ("某镇2021年秸秆禁烧考核", None, None),
    ],
)
def test_titles_are_believed_only_where_they_say_so(title, tier, name):
    found = guess(title)
    assert (found.tier, found.object) == (tier, name)
    assert (found.question is not None) == (name is None)


def test_a_name_list_says_which_rows_it_left_out(tmp_path):
    lines, notes = read_name_list(table(tmp_path, "序号,指标名称\n1,三会一课😀\n2,\n3,坏\x07字\n"))
    assert [i.name for i in lines] == ["三会一课😀", "坏字"]
    assert [n.text for n in notes] == ["B4 有无法显示的字符，已去掉，请核对。", "第3行没有指标名称，未读入。"]


def test_a_name_list_without_header(tmp_path):
    assert [i.name for i in read_names(table(tmp_path, "App登录时长\n群众满意度\n"))] == [
        "App登录时长",
        "群众满意度",
    ]


def test_ten_thousand_lines(tmp_path):
    rows = "".join(f"指标{n},1,每次扣0.1分\n" for n in range(10_000))
    scheme = read_scheme(table(tmp_path, "指标名称,分值,评分标准\n" + rows))
    assert len(scheme.indicators) == 10_000 and scheme.indicators[-1].code == "I10000"


def test_silly_cells_do_not_crash(tmp_path):
    title = "考" * 30_000
    text = (
        f"{title},,\n指标名称,分值,评分标准\n{'名' * 5000},10,\"=cmd|'/c calc'!A1\"\n\u202e反转,5,😀\ud83d\n"
    )
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode("utf-8", "ignore"))
    scheme = read_scheme(path)
    assert len(scheme.title) == 30_000 and len(scheme.indicators) == 2


def test_dates_and_booleans_in_a_workbook_are_text(tmp_path):
    path = tmp_path / "d.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for c, text in enumerate(("编号", "指标名称", "分值")):
        sheet.write(0, c, text)
    sheet.write_datetime(1, 0, dt.datetime(2026, 1, 1), book.add_format({"num_format": "m-d"}))
    sheet.write_boolean(1, 1, True)
    sheet.write_number(1, 2, 10)
    book.close()
    line = read_scheme(path).indicators[0]
    assert (line.name, line.points) == ("TRUE", 10.0)


def test_a_line_whose_words_are_those_of_headers_is_a_line(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "指标,权重,评分标准\n台账资料,0.2,齐全得满分\n问题解决率,0.8,反映人确认\n合计,1,\n", encoding="utf-8"
    )
    scheme = read_scheme(path)
    assert [(i.name, i.points) for i in scheme.indicators] == [("台账资料", 20), ("问题解决率", 80)]
    assert scheme.total == 100


BASE = "某镇考核表,,,\n序号,指标,分值,评分标准\n1,群众满意度,50,抽样调查\n2,矛盾纠纷化解率,50,回访确认\n"
EXTRA = "{0},获省级表彰,3,每次加1分，最高3分\n{1},发生安全事故,5,每起扣5分\n{2},发生重大安全事故,,一票否决\n"
THREE = [
    ("获省级表彰", "bonus", 3, 1, 3),
    ("发生安全事故", "deduction", 5, 5, None),
    ("发生重大安全事故", "veto", None, None, None),
]


@pytest.mark.parametrize("title", ["", "二、加减分及否决事项,,,\n", "二、加分项,,,\n", "三、其他事项,,,\n"])
@pytest.mark.parametrize(
    "head", ["类别,事项,分值,标准\n", "类型,内容,分值,标准\n", "项目,内容,分值,标准\n", ""]
)
@pytest.mark.parametrize("words", [("加分", "减分", "否决"), ("加分项", "扣分项", "一票否决事项")])
def test_a_cell_that_names_the_kind_outranks_the_section(tmp_path, title, head, words):
    scheme = read_scheme(table(tmp_path, BASE + title + head + EXTRA.format(*words)))
    assert figures(scheme)[2:] == THREE
    assert not {line.code for line in scheme.indicators} & set(words)
    assert [line.kind for line in scheme.indicators[:2]] == ["base", "base"]


def test_a_blank_cell_goes_on_with_the_kind_above(tmp_path):
    more = "类型,内容,分值,标准\n加分,获省级表彰,3,每次加1分\n,获市级表彰,1,每次加1分\n减分,发生安全事故,5,每起扣5分\n"
    scheme = read_scheme(table(tmp_path, BASE + more))
    assert [line.kind for line in scheme.indicators[2:]] == ["bonus", "bonus", "deduction"]


def test_a_kind_before_the_name_is_read_and_no_line_is_lost(tmp_path):
    rows = "指标,分值,评分标准\n群众满意度,50,抽样\n加分：获省级表彰,3,每次加1分\n减分项：发生安全事故,5,每起扣5分\n否决：发生重大安全事故,,\n"
    scheme = read_scheme(table(tmp_path, rows))
    assert [line.kind for line in scheme.indicators] == ["base", "bonus", "deduction", "veto"]


def test_words_of_a_kind_inside_a_name_are_no_kind(tmp_path):
    scheme = read_scheme(
        table(tmp_path, "类别,指标,分值,标准\n扣分整改,整改完成率,10,抽查\n,群众满意度,5,抽样\n")
    )
    assert {line.kind for line in scheme.indicators} <= {"base", "deduction"}
    assert kinds_of("扣分整改") == ("deduction",)  # as a section title it still is one
