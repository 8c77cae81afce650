"""Bad input: one message each, saying where, what was seen and the remedy; nothing half-imported."""

import json
import zipfile

import pytest
import xlsxwriter

from engine.errors import SchemeError
from engine.intake import Limits, read_names, read_scheme, read_schemes

HEADER = "指标名称,分值,评分标准\n"


def refuse(path, **options):
    with pytest.raises(SchemeError) as caught:
        read_scheme(path, **options)
    assert caught.value.zh and "\n" not in str(caught.value)
    return str(caught.value)


def write(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_a_letter_among_the_digits(tmp_path):
    rows = "".join(f"指标{n},1,\n" for n in range(5)) + "错行,3O,\n"
    path = write(tmp_path, "a.csv", HEADER + rows)
    assert refuse(path) == 'a.csv, row 7: weight "3O" is not a number. Write digits only.'
    with pytest.raises(SchemeError) as caught:
        read_scheme(path)
    assert caught.value.zh == "a.csv, row 7：分值“3O”不是数字。请只写数字。"


def test_a_workbook_names_sheet_and_cell(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("考核表")
    for r, row in enumerate([["指标名称", "分值"], ["化解率", "十几分"]]):
        sheet.write_row(r, 0, row)
    book.close()
    assert (
        refuse(path)
        == 'a.xlsx, sheet 考核表, row 2, cell B2: weight "十几分" is not a number. Write digits only.'
    )


@pytest.mark.parametrize("value", ["NaN", "inf", "-inf", "Infinity", "1e400"])
def test_points_that_are_not_finite(tmp_path, value):
    message = refuse(write(tmp_path, "a.csv", f"{HEADER}化解率,{value},\n"))
    assert message == f'a.csv, row 2: weight "{value}" is not a number. Write digits only.'


def test_negative_points_on_a_base_line(tmp_path):
    assert refuse(write(tmp_path, "a.csv", f"{HEADER}化解率,-5,抽查\n")) == (
        "a.csv, row 2: points -5 are negative on a line that is no deduction. "
        "Write a positive number, or put the line under a heading 扣分项."
    )


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.yaml", "a.json", "a.jsonl", "a.xls"])
def test_an_empty_file(tmp_path, name):
    message = f"{name}: the file is empty. Save the table again and choose that file."
    assert refuse(write(tmp_path, name, b"")) == message


@pytest.mark.parametrize("data", ["\n\n", ",,,\n,,,\n"])
def test_a_file_of_blanks(tmp_path, data):
    assert refuse(write(tmp_path, "a.csv", data)).endswith("Save the table again and choose that file.")


def test_no_points_column(tmp_path):
    assert refuse(write(tmp_path, "a.csv", "指标名称,评分标准\n化解率,抽查核实\n")) == (
        "a.csv: no points column was recognised, and no standard states points in words. "
        "Head the column of points 分值 (or 权重)."
    )


def test_no_header(tmp_path):
    assert refuse(write(tmp_path, "a.csv", "张三,李四\n王五,赵六\n")) == (
        "a.csv: no row names the columns, so no points column was recognised. "
        "Add a header row such as 指标名称, 分值, 评分标准."
    )


def test_a_code_that_stands_twice(tmp_path):
    text = "编号,指标名称,分值\nA1,化解率,5\nA2,满意度,5\nA1,水质,5\n"
    assert refuse(write(tmp_path, "a.csv", text)) == (
        'a.csv, row 4: code "A1" already stands in row 2. Give each line its own code.'
    )


def test_plain_numbers_that_repeat_inside_a_block(tmp_path):
    text = "序号,指标名称,分值\n1,化解率,5\n2,满意度,5\n2,水质,5\n"
    assert 'row 4: code "2" already stands in row 3' in refuse(write(tmp_path, "a.csv", text))


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 20, b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, b"\xff\xd8\xff\xe0" * 50]
)
def test_binary_data(tmp_path, data):
    assert refuse(write(tmp_path, "a.csv", data)) == (
        "a.csv: this is not a text file in UTF-8, GB18030 or Big5. "
        "Save the table as .xlsx, or as CSV in UTF-8."
    )


def test_a_suffix_that_is_not_read(tmp_path):
    assert refuse(write(tmp_path, "a.pdf", b"%PDF")) == (
        'a.pdf: files ".pdf" are not read; .csv, .xlsx, .xls, .yaml, .json, .jsonl are. Save the table as .xlsx.'
    )


def test_a_file_that_is_not_there(tmp_path):
    assert refuse(tmp_path / "no.csv") == "no.csv: there is no such file. Check the path."


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.jsonl"])
def test_300_megabytes_are_refused_unread(tmp_path, name, monkeypatch):
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(300_000_000)
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda _: pytest.fail("the file was read"))
    monkeypatch.setattr("pathlib.Path.open", lambda *_: pytest.fail("the file was opened"))
    assert refuse(path) == (
        f"{name}: the file has 300.0 MB, at most 21 MB are read. Keep only the sheet with the scheme."
    )


@pytest.mark.parametrize("head", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"plain text"])
def test_a_broken_workbook(tmp_path, head):
    message = refuse(write(tmp_path, "a.xlsx", head + b"0" * 2000))
    assert message.startswith("a.xlsx: this is not a workbook that can be opened (")
    assert message.endswith("Save it again as .xlsx.")


def test_an_encrypted_workbook(tmp_path):
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    assert refuse(write(tmp_path, "a.xlsx", data)) == (
        "a.xlsx: the workbook is encrypted. Open it, remove the password and save it again."
    )


def test_a_zip_bomb(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    message = refuse(path)
    assert message.startswith("a.xlsx: the workbook would unpack to 60 MB from 0.1 MB.")


def test_two_cells_far_apart(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write(0, 0, "指标名称")
    sheet.write(1_048_575, 16_383, "分值")
    book.close()
    assert refuse(path) == "a.xlsx: the table has 1,048,576 rows, at most 20,000 are read. Split the file."


def test_too_many_rows_columns_and_sheets(tmp_path):
    rows = "".join(f"指标{n},1,\n" for n in range(30))
    path = write(tmp_path, "a.csv", HEADER + rows)
    assert refuse(path, limits=Limits(rows=20)) == (
        "a.csv: the table has 21 rows, at most 20 are read. Split the file."
    )
    assert "columns, at most 200 are read" in refuse(write(tmp_path, "b.csv", "分值," * 300 + "\n"))
    book = xlsxwriter.Workbook(str(tmp_path / "c.xlsx"))
    for _ in range(51):
        book.add_worksheet()
    book.close()
    assert refuse(tmp_path / "c.xlsx").startswith("c.xlsx: the workbook has 51 sheets, at most 50 are read.")


@pytest.mark.parametrize(
    "name, text",
    [
        ("a.json", "[" * 100_000),
        ("a.yaml", "[" * 100_000),
        ("a.yaml", "title: x\nindicators: " + "{a: " * 500 + "1" + "}" * 500),
        ("a.yaml", "title:\n" + "".join(" " * n + "a:\n" for n in range(1, 400))),
        ("a.yaml", "- " * 5000 + "a"),
        ("a.yaml", "? " * 5000 + "a"),
    ],
)
def test_deep_nesting(tmp_path, name, text):
    message = f"{name}: lists and maps are nested more than 40 deep. Write the scheme flat."
    assert refuse(write(tmp_path, name, text)) == message


def test_an_alias_bomb(tmp_path):
    text = "title: x\nnotes: &a [x, x]\nindicators: [*a]\n"
    assert "aliases (*name) are not allowed" in refuse(write(tmp_path, "a.yaml", text))


FULL = "title: 考核\nindicators:\n- name: 化解率\n  {}\n"


@pytest.mark.parametrize(
    "line, message",
    [
        ("points: 3O", 'a.yaml, indicators[0].points: weight "3O" is not a number. Write digits only.'),
        ("points: .nan", 'a.yaml, indicators[0].points: weight "nan" is not a number. Write digits only.'),
        ("points: .inf", 'a.yaml, indicators[0].points: weight "inf" is not a number. Write digits only.'),
        ("points: true", 'a.yaml, indicators[0].points: weight "True" is not a number. Write digits only.'),
        ("points: -5", "a.yaml, indicators[0].points: points -5 are negative. "
         "Write a positive number; a deduction has kind: deduction and rate."),
        ("pionts: 5", "a.yaml, indicators[0]: unknown key \"pionts\". Did you mean 'points'?"),
        ("kind: bonsu", "a.yaml, indicators[0]: kind: Input should be 'base', 'deduction', 'bonus' or 'veto', "
         'got "bonsu". Correct it.'),
        ("attributes: {hours: {value: 1, bassis: stated}}",
         "a.yaml, indicators[0]: attributes.hours.bassis: Extra inputs are not permitted, got \"stated\"."
         " Correct it."),
        ("attributes: [1]", "a.yaml, indicators[0].attributes: this is not a map. Write name: value, one a line."),
    ],
)  # fmt: skip
def test_faults_of_the_full_form(tmp_path, line, message):
    assert refuse(write(tmp_path, "a.yaml", FULL.format(line))) == message


@pytest.mark.parametrize(
    "text, message",
    [
        ("title: x\n", "a.yaml: no list of indicators. Write title and indicators."),
        ("just text\n", "a.yaml: no list of indicators. Write title and indicators."),
        ("title: x\nindicators: [a]\n", "a.yaml, indicators[0]: an indicator must be a map with a name. Write name: …"),
        ("title: x\nindicators: [{name: a}, {name: ''}]\n", "a.yaml, indicators[1]: an indicator without a name. Give it one."),
        ("title: x\nindicators: [{name: a, code: X}, {name: b, code: X}]\n",
         'a.yaml, indicators[1]: code "X" already stands in indicators[0]. Give each line its own code.'),
        ("title: x\ntitle: y\n", "a.yaml, line 2: key 'title' appears twice. Keep one of them."),
        ("title: [\n", None),
        ("title: x\nwaivers: 5\nindicators: [{name: a}]\n", "a.yaml, waivers: this is not a list. Write one entry a line."),
        ("title: x\ntier: moon\nindicators: [{name: a}]\n", None),
        ("title: {a: b}\nindicators: [{name: a}]\n", None),
        ("title: x\nblocks: [5]\nindicators: [{name: a}]\n",
         "a.yaml, blocks[0]: a block must be a name or a map with a name. Write name: …"),
    ],
)  # fmt: skip
def test_a_document_that_is_no_scheme(tmp_path, text, message):
    said = refuse(write(tmp_path, "a.yaml", text))
    assert said.startswith("a.yaml") and (message is None or said == message)


def test_faults_of_collected_records(tmp_path):
    good = {"title": "x", "indicators": [{"id": "1", "name": "a", "points": 1, "penalty": None}]}
    path = write(tmp_path, "a.jsonl", json.dumps(good) + "\n{broken\n")
    assert refuse(path).startswith("a.jsonl, row 2: not valid JSON: ")
    twice = {"title": "x", "indicators": [*good["indicators"], *good["indicators"]]}
    path = write(tmp_path, "b.jsonl", json.dumps(twice))
    assert refuse(path) == 'b.jsonl, row 1: code "1" stands twice. Give each line its own code.'
    bad = {"title": "x", "indicators": [{"id": "1", "name": "a", "points": -1, "penalty": None}]}
    assert refuse(write(tmp_path, "c.jsonl", json.dumps(bad))) == (
        'c.jsonl, row 1: points -1 of "a" are negative. Write a positive number.'
    )
    assert "is not a finite number" in refuse(write(tmp_path, "d.jsonl", '{"indicators": [{"points": NaN}]}'))


def test_lone_surrogates_are_cleaned(tmp_path):
    text = '{"title": "考核\\ud800表", "indicators": [{"name": "化解\\u0000率", "points": 5}]}'
    scheme = read_scheme(write(tmp_path, "a.json", text))
    assert (scheme.title, scheme.indicators[0].name) == ("考核表", "化解率")


def test_what_is_a_finding_is_no_failure(tmp_path):
    scheme = read_scheme(write(tmp_path, "a.csv", f"{HEADER}三会一课,90,\n走访,7,\n合计,97,\n"))
    assert scheme.total == 97 and scheme.indicators[0].criterion is None


def test_names_need_a_name(tmp_path):
    with pytest.raises(SchemeError, match="no indicator names were found"):
        read_names(write(tmp_path, "a.csv", "指标名称,分值\n,5\n"))


def test_nothing_is_half_imported(tmp_path):
    good = json.dumps({"title": "x", "indicators": [{"id": "1", "name": "a"}]})
    with pytest.raises(SchemeError):
        read_schemes(write(tmp_path, "a.jsonl", f"{good}\n[]\n"))
