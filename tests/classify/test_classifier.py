"""Context decides: one test per way a keyword list goes wrong."""

import pytest

from engine.classify import Classifier, learned
from engine.classify.matcher import join_names
from engine.knowledge import load_knowledge
from engine.model import Attribute, Indicator

KNOWN = load_knowledge()
CLASSIFIER = Classifier(KNOWN.lexicon, KNOWN.classes)


def read(name, criterion=None, **more):
    return CLASSIFIER.classify(Indicator(code="1", name=name, criterion=criterion, **more))


@pytest.mark.parametrize(
    ("name", "family", "class_"),
    [
        ("政务App日均登录时长", "login_duration", "prohibited"),
        ("掌上学习活跃度", "login_duration", "prohibited"),
        ("公众号點讚數", "likes_shares", "prohibited"),
        ("反诈App安装率", "registration_install", "prohibited"),
        ("網格員雲打卡", "punch_in", None),
        ("公众号文章阅读量", "clicks_views", "restricted"),
        ("政务信息简报采用篇数", "posting_volume", "restricted"),
        ("成立专项工作领导小组", "org_setup", "restricted"),
        ("系统填报及时率", "form_timeliness", "restricted"),
        ("Ｄaily login time on the App", "login_duration", "prohibited"),
    ],
)
def test_formalistic_measures_by_any_name(name, family, class_):
    found = read(name)
    assert family in found.family_names
    assert found.formalistic == "yes"
    assert class_ in (None, found.class_)


@pytest.mark.parametrize(
    ("name", "criterion"),
    [
        ("不得以点赞数、转发量考核基层", "发现一次扣2分"),
        ("为基层减负", "存在多头填报、过度留痕的，每起扣2分"),
        ("整治指尖上的形式主义", "强制转发点赞的，每发现一次扣1分"),
    ],
)
def test_a_line_that_forbids_formalism_is_not_formalistic(name, criterion):
    found = read(name, criterion, kind="deduction")
    assert found.class_ not in ("prohibited", "restricted")
    assert found.formalistic != "yes"


def test_formalism_hidden_in_the_criterion_is_found():
    found = read("群众满意度", "按上传照片数量计分，每张1分")
    assert "trace_keeping" in found.family_names
    assert found.class_ == "restricted"
    assert found.formalistic == "yes"


def test_substance_and_carrier_are_told_apart():
    found = read("河长巡河", "App巡河里程达标")
    assert (found.class_, found.carrier, found.required_by) == ("required", "app", "statute")
    assert "punch_in" in found.family_names


@pytest.mark.parametrize(
    "name", ["出勤情况", "群众满意度", "矛盾纠纷化解率", "群众诉求按时办结率", "干部违纪违法"]
)
def test_ordinary_lines_carry_no_barred_family(name):
    found = read(name)
    assert not {"login_duration", "likes_shares", "registration_install", "punch_in"} & set(
        found.family_names
    )
    assert found.class_ not in ("prohibited", "restricted")


def test_spans_point_into_the_original():
    line = Indicator(code="1", name="ＡＰＰ登錄時長", criterion="每日登錄，按月排名")
    found = CLASSIFIER.classify(line)
    quotes = [e for hit in found.families for e in hit.evidence] + [
        e for es in found.evidence.values() for e in es
    ]
    assert quotes
    for quote in quotes:
        assert getattr(line, quote.field)[quote.start : quote.end] == quote.text
    assert "登錄時長" in {q.text for q in quotes}


def test_what_is_stated_wins_over_the_text():
    stated = {
        "level": Attribute(value="outcome", basis="stated"),
        "families": Attribute(value="", basis="stated"),
    }
    found = read("App登录时长", attributes=stated)
    assert (found.level, found.families, found.formalistic, found.class_) == ("outcome", (), "no", "outcome")


def test_a_rewritten_line_takes_the_level_of_its_standard():
    stated = {
        "standard": Attribute(value="complaint-resolution-rate", basis="stated"),
        "level": Attribute(value="outcome", basis="stated"),
    }
    found = read("群众诉求解决率", "不以照片台账计分；由第三方随机抽查", attributes=stated)
    assert (found.class_, found.formalistic, found.guard) == ("outcome", "no", None)


def test_what_the_text_says_of_the_measurement():
    found = read("群众满意度", "委托第三方随机抽样调查，每季度排名")
    assert found.attributes["independent_sampling"] == Attribute(value=True, basis="text")
    assert found.attributes["outside_verifier"].value is True
    assert found.attributes["data_origin"].value == "survey"
    assert "outside_verifier" not in read("群众满意度").attributes


def test_a_line_reads_the_same_alone_and_in_a_scheme():
    lines = tuple(
        Indicator(code=str(n), name=name)
        for n, name in enumerate(["App登录时长", "三会一课", "进京非访", "群众满意度"])
    )
    together = CLASSIFIER.classify_lines(lines)
    assert together == tuple(CLASSIFIER.classify(line) for line in lines)


def test_names_alone_are_read_once_and_in_order():
    names = ["App登录时长", "群众满意度", "App登录时长", "带\n换行的名称"]
    found = CLASSIFIER.classify_names(names)
    assert found[0] == found[2]
    assert [row[0] for row in found[:2]] == ["activity", "perception"]
    assert len(found) == 4
    assert CLASSIFIER.classify_names([]) == []


@pytest.mark.parametrize("odd", ["带\n换行的名称", "\ue000点赞数", "点赞数\ue000"])
def test_a_name_is_read_alike_in_any_company(odd):
    names = ["App登录时长", odd, "群众满意度"]
    alone = [Classifier(KNOWN.lexicon, KNOWN.classes).classify_names([name])[0] for name in names]
    together = Classifier(KNOWN.lexicon, KNOWN.classes).classify_names(names)
    assert [row[:-1] for row in together] == [row[:-1] for row in alone]
    assert [row[-1] for row in together] == pytest.approx([row[-1] for row in alone])


def test_weights_are_summed_alike_in_blocks_of_any_size(monkeypatch):
    reading = CLASSIFIER.reading
    found = learned.grams(join_names(["群众满意度", "", "App登录时长排名", "会议次数" * 20]))
    whole = learned.gram_scores(reading.weights, found, 4)
    monkeypatch.setattr(learned, "_BLOCK", 16)
    assert (learned.gram_scores(reading.weights, found, 4) == whole).all()
    assert whole[[0, 2, 3]].any(axis=1).all() and not whole[1].any()


@pytest.mark.parametrize("name", ["", " ", "😀", "\ud800", "长" * 5000, "\x00", "ш"])
def test_odd_names_never_break_a_reading(name):
    assert CLASSIFIER.classify_names([name, "群众满意度"])[1][0] == "perception"
    assert 0 <= read(name).p <= 1


def test_a_learning_app_is_no_duty_of_party_life():
    found = read("学习平台参与度", "党员干部学习App日均登录时长不少于30分钟，按登录时长排名赋分")
    assert (found.class_, found.carrier, found.party_duty) == ("prohibited", "app", False)
