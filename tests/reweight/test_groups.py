"""Several groups in one programme."""

from __future__ import annotations

import pytest

from engine.errors import SchemeError
from engine.model import Standard
from engine.reweight.answer import reweigh
from engine.reweight.groups import propose_groups
from engine.reweight.problem import Line, Problem, Settings

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
