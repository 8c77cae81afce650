"""The full form, the collected records and the examples."""

import json
import math
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.intake import read_names, read_scheme, read_schemes, scheme_json_schema, write_scheme_yaml
from engine.model import Attribute, Block, Indicator, Location, Note, PathBase, Scheme, SourceFile, Waiver

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
RECORDS = ROOT / "tests" / "data" / "schemes_dev.jsonl"

WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=30)
POINTS = st.floats(0, 1000, allow_nan=False).map(lambda x: round(x, 3))
VALUES = st.one_of(st.booleans(), POINTS, WORDS)


@st.composite
def schemes(draw):
    lines = []
    for n in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(["base", "deduction", "bonus", "veto"]))
        figures = {k: draw(st.none() | POINTS) for k in ("points", "rate", "cap")}
        known = draw(st.dictionaries(st.sampled_from(["hours", "owner", "systems"]), VALUES))
        stated = {
            k: Attribute(value=v, basis=draw(st.sampled_from(["stated", "text"]))) for k, v in known.items()
        }
        block = draw(st.sampled_from([None, "甲", "乙"]))
        lines.append(Indicator(
            code=f"C{n}", name=draw(WORDS), criterion=draw(st.none() | WORDS), proof=draw(st.none() | WORDS),
            block=block, kind=kind, pool=7 if kind == "deduction" else None, attributes=stated, **figures,
        ))  # fmt: skip
    waiver = Waiver(
        rule="F001", line="C0", reason="试点", basis="某文件", approver="县委", until="2027-01-01"
    )
    return Scheme(
        title=draw(WORDS), tier="township", object="township", role="township_government", year=2026,
        total=draw(st.none() | POINTS), step=0.5, complete=draw(st.none() | st.booleans()), blocks=(Block(name="甲", points=5), Block(name="乙")),
        indicators=tuple(lines), notes=(Note(text=draw(WORDS)),), waivers=(waiver,),
        path=PathBase(outcome_share=0.25, year=2, rewritten=("C0",)), questions=(Note(text="请确认"),),
    )  # fmt: skip


def bare(scheme):
    """A scheme without the places of its values."""
    data = scheme.model_dump(exclude={"source"})
    for entry in (*data["blocks"], *data["indicators"], *data["notes"], *data["questions"]):
        entry.pop("location")
        entry.pop("cells", None)
    return data


@settings(deadline=None, max_examples=60)
@given(schemes())
def test_what_is_written_reads_the_same(tmp_path_factory, scheme):
    path = tmp_path_factory.mktemp("round") / "a.yaml"
    text = write_scheme_yaml(scheme)
    path.write_text(text, encoding="utf-8")
    assert bare(read_scheme(path)) == bare(scheme)
    jsonschema.validate(yaml.safe_load(text), scheme_json_schema())
    data = path.with_suffix(".json")
    data.write_text(json.dumps(yaml.safe_load(text), ensure_ascii=False), encoding="utf-8")
    assert bare(read_scheme(data)) == bare(scheme)


def test_the_schema_refuses_what_the_reader_refuses():
    jsonschema.Draft202012Validator.check_schema(scheme_json_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"title": "x", "indicators": [{"name": "a", "pionts": 5}]}, scheme_json_schema())


def test_each_indicator_of_a_yaml_file_has_its_row(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("title: x\nindicators:\n- name: a\n  points: 5\n- name: b\n", encoding="utf-8")
    assert [i.location.row for i in read_scheme(path).indicators] == [3, 5]


def test_every_published_scheme_is_read():
    found = read_schemes(RECORDS)
    raw = [json.loads(line) for line in RECORDS.read_text(encoding="utf-8").splitlines()]
    assert len(found) == len(raw) == 86
    for scheme, record in zip(found, raw, strict=True):
        assert [i.name for i in scheme.indicators] == [i["name"] for i in record["indicators"]]
        assert all(i.points is None or i.points >= 0 for i in scheme.indicators)
        assert all(
            math.isfinite(x) for i in scheme.indicators for x in (i.points, i.rate, i.cap) if x is not None
        )


def published(title):
    return next(s for s in read_schemes(RECORDS) if s.title.startswith(title))


def test_negative_points_become_rates_and_names_give_up_their_totals():
    straw = published("某镇2021年秸秆禁烧")
    assert [(i.kind, i.points, i.rate, i.pool) for i in straw.indicators[:2]] == [
        ("deduction", None, 5.0, 100.0), ("deduction", None, 3.0, 100.0),
    ]  # fmt: skip
    safe = published("平安乡镇")
    assert [(b.name, b.points) for b in safe.blocks] == [("社会稳定", 27.0)]
    assert {i.block for i in safe.indicators} == {"社会稳定"}


def test_the_record_keeps_tier_role_region_year_and_address():
    scheme = published("河湖长制")
    assert (scheme.tier, scheme.role, scheme.region, scheme.year) == (
        "county",
        "county_government",
        "江西",
        2019,
    )
    assert scheme.notes[-1].text.startswith("来源：https://")


def line_key(line):
    return (
        line.code,
        line.name,
        line.criterion,
        line.proof,
        line.block,
        line.kind,
        line.points,
        line.rate,
        line.cap,
    )


@pytest.mark.parametrize("name", ["township.csv", "township.yaml"])
def test_the_township_example_is_equal_in_three_formats(name):
    first, other = read_scheme(EXAMPLES / "township.xlsx"), read_scheme(EXAMPLES / name)
    assert [line_key(i) for i in first.indicators] == [line_key(i) for i in other.indicators]
    assert [(b.name, b.points) for b in first.blocks] == [(b.name, b.points) for b in other.blocks]
    assert (first.title, first.tier, first.object, first.role, first.total) == (
        other.title, other.tier, other.object, other.role, other.total,
    )  # fmt: skip


def test_the_township_example_is_what_its_readme_says():
    scheme = read_scheme(EXAMPLES / "township.xlsx")
    kinds = [i.kind for i in scheme.indicators]
    assert [kinds.count(k) for k in ("base", "deduction", "bonus", "veto")] == [19, 2, 2, 1]
    for block in scheme.blocks[:4]:
        assert sum(i.points for i in scheme.indicators if i.block == block.name) == block.points
    assert scheme.total == 100 == sum(b.points or 0 for b in scheme.blocks)
    assert scheme.questions == () and any("容错" in note.text for note in scheme.notes)
    inspection = next(i for i in scheme.indicators if i.name == "安全生产监督检查")
    assert inspection.location == Location(file="township.xlsx", sheet="综合考核", row=15, cell="B15")
    assert inspection.cells["points"] == "C15" and inspection.attributes["owner"].value == "县应急局"
    assert scheme.source == SourceFile(name="township.xlsx", sha256=scheme.source.sha256, format="xlsx")
    assert read_scheme(EXAMPLES / "township.csv").source.encoding == "gb18030"


@pytest.mark.parametrize("path", sorted((EXAMPLES / "public").iterdir()), ids=lambda p: p.name)
def test_public_examples_keep_their_address(path):
    scheme = read_scheme(path)
    assert any(note.text.startswith("来源：http") for note in scheme.notes) and scheme.total == 100


def test_names_example():
    assert len(read_names(EXAMPLES / "names.csv")) == 30


def test_the_old_workbook_format_reads_the_same():
    old, new = read_scheme(ROOT / "tests" / "data" / "township.xls"), read_scheme(EXAMPLES / "township.xlsx")
    assert [line_key(i) for i in old.indicators] == [line_key(i) for i in new.indicators]
    assert (old.blocks, old.source.format) == (
        tuple(
            b.model_copy(update={"location": o.location}) for b, o in zip(new.blocks, old.blocks, strict=True)
        ),
        "xls",
    )


def test_a_score_to_be_reached_is_no_weight_of_the_line(tmp_path):
    lines = [{"name": "年度积分5000分以上", "points": 5000}, {"name": "群众满意度达90分以上", "points": 20}]
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"title": "评选", "complete": False, "indicators": lines}), encoding="utf-8")
    (scheme,) = read_schemes(path)
    assert [line.points for line in scheme.indicators] == [None, 20]
    assert [q.text for q in scheme.questions] == [
        "“年度积分5000分以上”的分值 5000 与名称中要求达到的分数相同，未按分值读入，请确认。"
    ]
    assert scheme.complete is False
