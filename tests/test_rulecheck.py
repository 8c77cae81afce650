"""The self-check: clean on the shipped base, and each kind of fault found in a base that has just that one."""

from dataclasses import replace

import pytest

from engine.cli import main
from engine.knowledge.lexicon import Entry, Lexicon
from engine.knowledge.rules import RuleCite
from engine.knowledge.rules import Test as Condition
from engine.model import Text
from engine.rulecheck import check_rules
from engine.rulecheck.reach import Reach

AS_OF = "2026-06-01"
SMALL = Lexicon(
    entries=(
        Entry(
            id="talks",
            title=Text(zh="宣讲", en="talks"),
            about="level",
            value="process",
            terms=("宣讲",),
            yes=("宣讲次数",),
        ),
    )
)


@pytest.fixture(scope="module")
def line(knowledge):
    return Reach(knowledge.fields["line"])


@pytest.fixture(scope="module")
def rule(knowledge):
    """A sound rule to break: a warning on lines."""
    found = next(r for r in knowledge.rules if r.id == "F107")
    return found.model_copy(update={"unless": (), "any": (), "propose": ()})


@pytest.fixture
def check(knowledge):
    """Check some rules beside a lexicon of one word; (about, kind, English text) each."""

    def run(*rules, as_of=AS_OF, **parts):
        base = replace(knowledge, rules=rules, **{"lexicon": SMALL, **parts})
        return [(one.about, one.kind, one.text.en) for one in check_rules(base, as_of)]

    return run


def asking(**wanted):
    """Conditions from `field=value`, `field=("gt", value)`."""
    return tuple(
        Condition(name, *value) if isinstance(value, tuple) else Condition(name, "eq", value)
        for name, value in wanted.items()
    )


def test_the_shipped_base_is_clean(knowledge):
    assert [f"{one.about}: {one.text.en}" for one in check_rules(knowledge, AS_OF)] == []


def test_a_sound_rule_has_no_problem(check, rule):
    assert check(rule) == []


@pytest.mark.parametrize(
    "when",
    [
        {"points": ("gt", 5), "share": ("gt", 2)},  # a share above the whole
        {"line_count": ("lt", 0)},
        {"class_outcome": True, "class_restricted": True},
        {"level_process": True, "level": "outcome"},
        {"carrier_app": True, "carrier": ("in", ("paper", "none"))},
        {"kind_veto": True, "kind": ("neq", "veto")},
        {"guard_fine_quota": True, "guard": "none"},
        {"required_statute": True, "required_none": True},
    ],
)
def test_conditions_that_never_hold_together_make_a_rule_dead(check, rule, when):
    subject = "scheme" if "line_count" in when else "line"
    extra = () if subject == "scheme" else rule.when[:1]
    broken = rule.model_copy(
        update={"subject": subject, "when": (*extra, *asking(**when)), "cites": rule.cites[-1:]}
    )
    ((about, kind, text),) = [p for p in check(broken) if p[1] != "placeholders"]
    assert (about, kind) == ("F107", "dead")
    assert text.startswith("its conditions can never hold together, so the rule never fires: ")


def test_the_same_field_with_contradictory_values(check, rule):
    both = (Condition("points", "gt", 5), Condition("points", "lte", 5))
    assert check(rule.model_copy(update={"when": both})) == [
        (
            "F107", "dead",
            "its conditions can never hold together, so the rule never fires: points > 5; points ≤ 5.",
        )
    ]  # fmt: skip


def test_two_families_may_hold_together(check, rule):
    when = (*rule.when, *asking(family_ranking=True))
    assert check(rule.model_copy(update={"when": when})) == []


def test_a_value_of_another_type_or_never_taken(check, rule):
    for test in (
        Condition("carrier", "eq", "aap"),
        Condition("points", "gt", "many"),
        Condition("scored", "eq", 1),
    ):
        ((about, kind, text),) = check(rule.model_copy(update={"when": (*rule.when, test)}))
        assert (about, kind) == ("F107", "unknown") and "never occurs" in text


def test_an_unknown_field(check, rule):
    broken = rule.model_copy(update={"when": (*rule.when, Condition("mood", "eq", True))})
    assert check(broken) == [("F107", "unknown", "a line has no field mood. See fields.yaml.")]


def test_a_condition_that_always_holds(check, rule):
    broken = rule.model_copy(update={"when": (*rule.when, Condition("points", "gte", 0))})
    assert check(broken) == [("F107", "always", "points ≥ 0 always holds and tells nothing. Delete it.")]


def test_dead_and_contained_alternatives(check, rule):
    ways = (
        asking(carrier="app"),
        asking(carrier=("in", ("app", "paper"))),
        asking(carrier="none", carrier_app=True),
    )
    assert check(rule.model_copy(update={"any": ways})) == [
        ("F107", "overlap", "alternative 1 is contained in another one. Delete it."),
        ("F107", "dead", "alternative 3 can never hold. Correct or delete it."),
    ]


def test_an_exception_that_always_or_never_holds(check, rule):
    always = rule.model_copy(update={"unless": rule.when[:1]})
    never = rule.model_copy(update={"when": asking(carrier="app"), "unless": asking(carrier="paper")})
    assert [p[2] for p in check(always)] == [
        "its exception (family_form_timeliness = True) holds whenever its conditions do, so the rule never fires."
    ]
    assert [p[2] for p in check(never)] == [
        "its exception (carrier = paper) can never hold together with its conditions."
    ]


def test_a_citation_that_is_never_used(check, rule):
    cites = (RuleCite(source="app-measures-2026", when=asking(carrier="app")), rule.cites[-1])
    broken = rule.model_copy(update={"when": (*rule.when, *asking(carrier="paper")), "cites": cites})
    assert check(broken) == [
        (
            "F107", "dead",
            "the citation of app-measures-2026 is never used: its condition excludes those of the rule.",
        )
    ]  # fmt: skip


def test_a_rule_within_another_is_said_once(check, rule):
    narrow = rule.model_copy(update={"id": "F907", "when": (*rule.when, *asking(carrier="app"))})
    same = rule.model_copy(update={"id": "F908"})
    said = "wherever it fires, F107 fires too, at least as severe. Merge them, or set them apart."
    dropped = said.replace("Merge them", "Drop it")
    assert check(rule, narrow) == [("F907", "shadowed", dropped)]
    assert check(rule, same) == [("F107", "overlap", said.replace("F107", "F908"))]


def test_a_stricter_rule_within_another_is_no_overlap(check, rule):
    narrow = {"id": "F907", "severity": "error", "when": (*rule.when, *asking(carrier="app"))}
    assert check(rule, rule.model_copy(update=narrow)) == []


def test_an_exception_sets_two_rules_apart(check, rule):
    narrow = rule.model_copy(update={"id": "F907", "when": (*rule.when, *asking(carrier="app"))})
    excepting = rule.model_copy(update={"unless": asking(carrier="app")})
    assert check(excepting, narrow) == []


def test_a_red_line_that_bars_what_another_rule_keeps(check, rule):
    bar = rule.model_copy(update={"effect": "prohibit", "severity": "error"})
    keep = rule.model_copy(update={"id": "F907", "effect": "carrier", "when": rule.when[:1]})
    assert check(bar, keep) == [
        ("F107", "contradiction", "it bars points that F907 keeps. Set their conditions apart.")
    ]


def test_a_red_line_that_bars_what_another_rule_proposes(check, knowledge, rule):
    lexicon = knowledge.lexicon
    bar = next(r for r in knowledge.rules if r.id == "F004")
    entry = knowledge.catalogue["completed-transaction-rate"].model_copy(
        update={
            "title": Text(zh="App打卡次数", en="App check-ins"),
            "standard": Text(zh="每日打卡", en="daily"),
        }
    )
    keen = rule.model_copy(update={"propose": (entry.id,)})
    parts = {"lexicon": lexicon, "catalogue": {**knowledge.catalogue, entry.id: entry}}
    found = [one for one in check(bar, keen, **parts) if one[0].startswith("F")]
    assert found == [
        (
            "F004", "contradiction",
            "it bars completed-transaction-rate, which F107 proposes. Propose another indicator.",
        )
    ]  # fmt: skip


def test_a_proposal_that_the_catalogue_does_not_hold(check, rule):
    broken = rule.model_copy(update={"propose": ("happiness",)})
    assert check(broken) == [("F107", "proposal", "happiness is not in the catalogue.")]


def test_missing_examples(check, rule):
    fires = tuple(e for e in rule.examples if e.expect)
    silent = tuple(e for e in rule.examples if not e.expect)
    assert check(rule.model_copy(update={"examples": silent})) == [
        ("F107", "examples", "no example on which the rule fires.")
    ]
    assert check(rule.model_copy(update={"examples": fires})) == [
        ("F107", "examples", "no example on which the rule is silent.")
    ]


def test_placeholders_that_differ_or_nothing_fills(check, rule):
    differ = rule.model_copy(update={"fix": Text(zh="见{name}", en="see")})
    strange = rule.model_copy(update={"fix": Text(zh="见{mood}", en="see {mood}")})
    for broken, name in ((differ, "name"), (strange, "mood")):
        assert check(broken) == [
            (
                "F107",
                "placeholders",
                f"fix: placeholders differ between zh and en, or nothing fills them: {name}.",
            )
        ]


def test_standards_of_the_catalogue_ask_for_the_same(check, knowledge, rule):
    entry = knowledge.catalogue["completed-transaction-rate"]
    entry = entry.model_copy(
        update={"standard": Text(zh="得{points}分，每次扣{loss}分", en="{points} points")}
    )
    said = "standard: placeholders differ between zh and en: loss."
    assert check(rule, catalogue={entry.id: entry}) == [(entry.id, "placeholders", said)]


def test_documents_that_bind_only_some(check, rule):
    cite = RuleCite(source="cadre-assessment-2019", section="KH-07")
    found = check(rule.model_copy(update={"cites": (cite,)}))
    assert found == [
        (
            "F107", "citation",
            "its documents bind only some, and no condition asks for party_state. Ask for it, or add a citation that "
            "binds all.",
        )
    ]  # fmt: skip
    asked = rule.model_copy(update={"cites": (cite,), "when": (*rule.when, *asking(party_state=True))})
    assert check(asked) == []


def test_citations_of_their_time(check, knowledge, rule):
    app = rule.model_copy(update={"cites": (RuleCite(source="app-measures-2026"),)})
    title = knowledge.sources["app-measures-2026"].shown("en")
    assert check(app, as_of="2025-12-31") == [
        ("F107", "citation", f"{title} is not yet in force on 2025-12-31.")
    ]
    ended = {**knowledge.sources}
    ended["app-measures-2026"] = ended["app-measures-2026"].model_copy(update={"repealed": "2027-01-01"})
    assert check(app, as_of="2027-01-01", sources=ended) == [
        ("F107", "citation", f"{title} is repealed on 2027-01-01.")
    ]
    lost = rule.model_copy(update={"cites": (RuleCite(source="hearsay"),)})
    assert check(lost) == [("F107", "citation", "hearsay is not in sources.yaml.")]


def entry(**parts):
    base = {
        "id": "made-up", "title": Text(zh="某", en="some"), "about": "level", "value": "process",
        "terms": ("宣讲",), "yes": ("宣讲次数",), "no": ("培训次数",),
    }  # fmt: skip
    return Lexicon(entries=(Entry(**{**base, **parts}),))


@pytest.mark.parametrize(
    ("lexicon", "said"),
    [
        (entry(), []),
        (
            entry(terms=("宣讲", "宣讲会"), but=("宣讲会",)),
            ["the term '宣讲会' never matches: an exclusion of its own entry swallows it. Delete the term or narrow the exclusion."],
        ),
        (
            entry(yes=("演讲次数",)),
            ["the example '演讲次数' should match and does not. Add a term or correct the example."],
        ),
        (
            entry(no=("宣讲会次数",)),
            ["the example '宣讲会次数' should not match and does. Add an exclusion or correct the example."],
        ),
    ],
)  # fmt: skip
def test_terms_that_never_match(check, rule, lexicon, said):
    assert check(rule, lexicon=lexicon) == [("made-up", "unmatched", text) for text in said]


def test_terms_are_matched_as_the_text_is_folded(check, rule):
    assert check(rule, lexicon=entry(terms=("宣講",))) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"without": ("一票否决",)}, "the word '一票否决' never matches: an exclusion, or a forbidding word in it, swallows it. Delete it."),
        ({"without": ("“三项”",)}, "the word '“三项”' never matches: texts are compared as '\"三项\"'. Write it so."),
        ({"hit": ("无关内容",)}, "the example '无关内容' should set this field, and the reverse happens. Correct the words or the example."),
        ({"miss": ("一票否决事项",)}, "the example '一票否决事项' should not set this field, and the reverse happens. Correct the words or the example."),
    ],
)  # fmt: skip
def test_words_of_fields_that_never_match(check, knowledge, rule, change, said):
    words = {"any": ("一票否决",), "where": ("name", "criterion"), "hit": ("一票否决制",), "miss": ("表彰",)}
    spec = knowledge.fields["line"]["says_basis"]
    spec = spec.model_copy(
        update={"words": spec.words.model_copy(update={**words, "after": (), "without": (), **change})}
    )
    problems = check(
        rule, fields={**knowledge.fields, "line": {**knowledge.fields["line"], "says_basis": spec}}
    )
    assert ("line.says_basis", "unmatched", said) in problems


def test_implication_knows_missing_fields_and_exclusive_sets(line):
    assert line.implies(asking(class_outcome=True), asking(class_restricted=False))
    assert line.implies(asking(points=("gt", 5)), asking(points=("gte", 5)))
    assert not line.implies(asking(points=("gte", 5)), asking(points=("gt", 5)))
    assert not line.implies(asking(points=("gt", 5)), asking(hours=("gte", 0))), "hours may be unknown"
    assert line.implies((), asking(points=("gte", 0)))
    assert not line.implies(asking(carrier=("neq", "app")), asking(carrier="paper"))
    assert line.admits(asking(owner=("neq", "民政局"), data_item="人口"))


def test_the_verb_says_clean_and_exits_0(capfdbinary):
    assert main(["rules", "check"]) == 0
    assert "规则库自检通过" in capfdbinary.readouterr().out.decode()


def test_the_verb_says_what_is_wrong_and_exits_1(capfdbinary, tmp_path, knowledge):
    """A local rule that repeats a shipped one is found by the same verb."""
    from engine.knowledge import rulesets_path

    name = "F107-form-timeliness-as-score"
    text = (rulesets_path() / f"rules/formalistic/{name}.yaml").read_text("utf-8")
    text = text.replace("id: F107", "id: F907").replace("name: form-timeliness-as-score", "name: again")
    (tmp_path / "F907-again.yaml").write_text(text, "utf-8")
    assert main(["rules", "check", "--rules", str(tmp_path), "--lang", "en"]) == 1
    out = capfdbinary.readouterr().out.decode()
    assert "F107 [overlap] wherever it fires, F907 fires too" in out and "1 problem." in out


KEEP = {"F107", "F001", "F010", "F102"}
NAME = "formalistic/F107-form-timeliness-as-score"


@pytest.fixture
def copy(tmp_path, monkeypatch, capfdbinary):
    """A copy of the whole base with four of its rules, to plant a fault in; run the self-check on it."""
    import shutil

    import engine.knowledge as door

    shutil.copytree(door.rulesets_path(), tmp_path / "base", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (tmp_path / "base" / "rules").glob("*/*.yaml"):
        if path.name[:4] not in KEEP:
            path.unlink()
    monkeypatch.setattr(door, "rulesets_path", lambda: tmp_path / "base")
    door.load_knowledge.cache_clear()

    def run(plant):
        plant(tmp_path / "base")
        code = main(["rules", "check", "--lang", "en"])
        out, err = capfdbinary.readouterr()
        return code, out.decode() + err.decode()

    yield run
    door.load_knowledge.cache_clear()


def edited(where, *changes, name=None):
    """A plant that changes a file of the base, or writes the changed text to another one."""

    def plant(base):
        path = base / where
        text = path.read_text("utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        (path if name is None else path.with_name(name)).write_text(text, "utf-8")

    return plant


F107 = f"rules/{NAME}.yaml"
NARROW = ("scored: true}", "scored: true, carrier: app}")
SECOND = (("id: F107", "id: F907"), ("name: form-timeliness-as-score", "name: again"))
EXPECTED = "['“填报及时率”以填报是否及时、完整计 3 分，易使填表先于办事；依据：《整治形式主义为基层减负若干规定》。']"
PLANTS = {
    "nothing": (edited(F107), 0, "4 rules"),
    "dead": (edited(F107, ("scored: true}", "scored: true, points: {gt: 5, lt: 3}}")), 1, "F107 [dead]"),
    "shadowed": (edited(F107, *SECOND, NARROW, name="F907-again.yaml"), 1, "F907 [shadowed] wherever it fires, F107"),
    "overlapping": (edited(F107, *SECOND, name="F907-again.yaml"), 1, "F107 [overlap] wherever it fires, F907"),
    "contradictory": (
        edited(
            "rules/formalistic/F010-duty-through-barred-carrier.yaml", ("id: F010", "id: F910"),
            ("name: duty-through-barred-carrier", "name: again"), ("effect: carrier", "effect: prohibit"),
            name="F910-again.yaml",
        ), 1, "F910 [contradiction] it bars points that F010 keeps",
    ),
    "a term that never matches": (
        edited("fields.yaml", ("any: [检察, 批捕, 起诉]", "any: [检察, 批捕, 起诉, 不得检察]"), ("      negatable: false\n      hit: [检察业务数据排名]", "      without: [不得检察]\n      hit: [检察业务数据排名]")),
        1, "line.says_procuratorate [unmatched] the word '不得检察' never matches",
    ),
    "an unknown field": (edited(F107, ("scored: true}", "scoerd: true}")), 2, "unknown field 'scoerd'. Did you mean 'scored'?"),
    "no firing example": (edited(F107, (f"expect: {EXPECTED}", "expect: []")), 2, "no example on which the rule fires"),
    "different placeholders": (edited(F107, ("en: '“{evidence}”", "en: '“{name}”")), 2, "zh and en ask for different values"),
    "a citation not in force": (
        edited("sources.yaml", ("in_force: '2026-01-25'\n    repealed: null", "in_force: '2026-01-25'\n    repealed: '2026-02-01'")),
        1, "F001 [citation] “Measures on standardised management of government mobile applications” is repealed on",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", PLANTS)
def test_one_planted_fault_of_each_kind_is_found(copy, fault):
    plant, exit_code, said = PLANTS[fault]
    code, out = copy(plant)
    assert (code, said in out) == (exit_code, True), out


def test_examples_of_a_local_rule_are_run(tmp_path, capfdbinary):
    from engine.knowledge import rulesets_path

    text = (rulesets_path() / "rules/accountability/A003-bonus-without-cap.yaml").read_text("utf-8")
    (tmp_path / "A003-bonus-without-cap.yaml").write_text(
        text.replace("expect: ['", "expect: ['甲", 1), "utf-8"
    )
    assert main(["rules", "check", "--rules", str(tmp_path), "--lang", "en"]) == 1
    assert "A003 [examples] the example " in capfdbinary.readouterr().out.decode()
