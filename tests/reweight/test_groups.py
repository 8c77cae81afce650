"""Several groups in one programme."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from engine.errors import SchemeError
from engine.model import Standard
from engine.reweight.answer import reweigh
from engine.reweight.groups import explain_group, propose_groups
from engine.reweight.problem import Line, Prices, Problem, Settings

LIMITS = Settings(cap=0.1, floor=0.5, path_step=1.0, largest_line=None)
STANDARD = Standard(catalogue="c", name="n", text="t")


def line(code: str, e: float, class_: str, block: str = "A", **changes) -> Line:
    return Line(
        code=code, name=code, block=block, e=e, class_=class_, identity=code, substitute=STANDARD, **changes
    )


def group(own: float) -> Problem:
    lines = (
        line("core", 20, "outcome"), line("form", 20, "restricted"),
        line("own", own, "outcome", "B"), line("work", 60 - own, "process", "B"),
    )  # fmt: skip
    return Problem(lines, LIMITS, levers=("rewrite", "shift"))


SHARED = [{"east": "core", "west": "core"}, {"east": "form", "west": "form"}]


def test_one_group_alone_is_the_plain_proposal():
    together = propose_groups({"east": group(40)}, [])["east"]
    alone = reweigh(group(40))
    assert [(x.code, x.block, x.kept, x.rewritten, x.action, x.reason) for x in together.lines] == [
        (x.code, x.block, x.kept, x.rewritten, x.action, x.reason) for x in alone.lines
    ]
    assert (together.blocks, together.disruption) == (alone.blocks, alone.disruption)


def test_shared_lines_end_equal_and_are_rewritten_together():
    found = propose_groups({"east": group(40), "west": group(10)}, SHARED)
    assert {name: proposal.status for name, proposal in found.items()} == {
        "east": "optimal",
        "west": "optimal",
    }
    east, west = ({x.code: x for x in found[name].lines} for name in ("east", "west"))
    for code in ("core", "form"):
        assert (east[code].kept, east[code].rewritten) == (west[code].kept, west[code].rewritten)
    assert east["form"].action == west["form"].action == "rewrite"
    assert [found[name].disruption for name in ("east", "west")] == [20, 0]  # paid once
    for proposal in found.values():
        assert all(block.before == block.after for block in proposal.blocks)


def test_the_order_of_groups_does_not_matter():
    one = propose_groups({"east": group(40), "west": group(10)}, SHARED)
    two = propose_groups({"west": group(10), "east": group(40)}, SHARED)
    assert one["west"].lines == two["west"].lines


def test_bad_groups_are_named():
    with pytest.raises(SchemeError, match="group 'west' has no line 'kore'"):
        propose_groups({"east": group(40), "west": group(10)}, [{"east": "core", "west": "kore"}])
    other = Problem(group(10).lines, LIMITS, levers=("rewrite",))
    with pytest.raises(SchemeError, match="the same step and the same levers"):
        propose_groups({"east": group(40), "west": other}, [])


def random_groups(seed: int) -> tuple[dict[str, Problem], list[dict[str, str]]]:
    """Three groups with four shared lines of a core block and four to eight lines of their own."""
    rng = random.Random(seed)

    def lines(prefix: str, block: str, count: int) -> tuple[Line, ...]:
        return tuple(
            line(
                f"{prefix}{n}", float(rng.randint(2, 12)),
                rng.choice(("outcome", "process", "restricted", "prohibited", "output")), block,
            )
            for n in range(count)
        )  # fmt: skip

    core = lines("core", "core", 4)
    groups = {}
    for name in ("east", "north", "west"):
        found = (*core, *lines(f"{name}-", "own", rng.randint(4, 8)))
        found = tuple(replace(x, red=x.class_ == "prohibited") for x in found)
        groups[name] = Problem(found, LIMITS, levers=("rewrite", "shift"))
    return groups, [dict.fromkeys(groups, x.code) for x in core]


@pytest.mark.parametrize("seed", range(12))
def test_what_holds_for_any_groups(seed):
    groups, shared = random_groups(seed)
    found = propose_groups(groups, shared)
    codes = [next(iter(row.values())) for row in shared]
    by_code = {name: {x.code: x for x in proposal.lines} for name, proposal in found.items()}
    for code in codes:
        ends = {(lines[code].kept, lines[code].rewritten, lines[code].action) for lines in by_code.values()}
        assert len(ends) == 1, code
    for name, proposal in found.items():
        assert all(block.before == pytest.approx(block.after, abs=1e-6) for block in proposal.blocks)
        limit = sum(x.e for x in groups[name].lines)
        assert sum(x.after for x in proposal.lines) == pytest.approx(limit)
        reds = {x.code for x in groups[name].lines if x.red}
        assert all(by_code[name][code].kept == 0 for code in reds)
    # A shared standard is paid in the first group only.
    for name, proposal in found.items():
        paid = {c: x for c, x in by_code[name].items() if name == "east" or c not in codes}
        rewritten = sum(x.rewritten for x in paid.values())
        raised = sum(max(x.after - x.before, 0.0) for x in by_code[name].values())
        assert proposal.disruption == pytest.approx(rewritten + 2 * raised, abs=1e-6)


def test_a_group_is_explained_on_demand():
    groups = {"east": group(40), "west": group(10)}
    west = propose_groups(groups, SHARED)["west"]
    assert west.constraints == ()
    explained = explain_group(groups["west"], west, {"core", "form"})
    floor = next(row for row in explained.constraints if row.id == "floor")
    assert (floor.limit, floor.value, floor.state, floor.price, floor.holds_to) == (50, 50, "active", 2, 60)
    assert floor.price_text is not None
    # own may still rise to 20; the core line is the groups' together, so not a lever of this one.
    assert floor.price_text.zh == "再提高1分：板块内调剂1分；适用到 60 分"
    assert explained.lines == west.lines


def test_groups_say_what_was_coarser(monkeypatch):
    monkeypatch.setattr("engine.reweight.evenness.TOO_MANY", 1)
    found = propose_groups({"east": group(5), "west": group(5)}, SHARED)
    for proposal in found.values():
        assert [note.zh for note in proposal.notes] == ["指标过多，各项增减的均匀程度未逐级比较到底。"]
    assert [note.zh for note in reweigh(group(5)).notes] == ["指标过多，各项增减的均匀程度未逐级比较到底。"]


def test_new_lines_take_the_codes_free_in_their_own_group():
    fresh = (("A", Standard(catalogue="n", name="新", text="t")),)
    prices = Prices(new=0.5)
    groups = {}
    for name, first in (("east", "N01"), ("west", "x")):
        lines = (line(first, 20, "outcome", high=20.0), line("form", 20, "process"))
        groups[name] = Problem(lines, Settings(cap=None, floor=0.6, path_step=1.0, largest_line=None), prices,
                               ("shift", "new"), new_standards=fresh)  # fmt: skip
    found = propose_groups(groups, [])
    codes = {name: [x.code for x in proposal.lines if x.action == "new"] for name, proposal in found.items()}
    assert codes == {"east": ["N02"], "west": ["N01"]}


def test_a_conflict_names_the_group_and_the_shared_line():
    west = replace(
        group(10), lines=tuple(replace(x, high=5.0) if x.code == "core" else x for x in group(10).lines)
    )
    east = replace(
        group(40), lines=tuple(replace(x, low=30.0) if x.code == "core" else x for x in group(40).lines)
    )
    found = propose_groups({"east": east, "west": west}, SHARED)
    assert {proposal.status for proposal in found.values()} == {"infeasible"}
    texts = {item.id: item.text.zh for item in found["east"].conflict}
    assert texts == {
        "shared:west#core": "共用指标“core”在各组分值相同",
        "east#bound:core:lower": "east：“core”的分值不低于给定值（30 分）",
        "west#bound:core:upper": "west：“core”的分值不高于给定值（5 分）",
    }
