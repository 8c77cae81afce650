"""Several schemes as flat facts: lines that match, data asked for by several, and the schemes side by side.

Three subjects: `match` (a line and the same line of another scheme, the lower tier's first), `group` (one datum
that several schemes for the same object demand), `schemes` (two schemes). Codes are like 2#I03: the line I03
of the second scheme.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations

from engine.facts.demands import Demands, demands, earlier_deadline, opposite_bounds, tighter_bound
from engine.facts.factset import Collector, FactSet, Key
from engine.facts.lines import Values
from engine.facts.overlap import Overlap, likeness
from engine.facts.relation import Held, Relation, relation
from engine.knowledge.fields import Fields
from engine.model import Evidence, Indicator, LinePoints, Quote, Scheme, Text
from engine.text import fold

ALIKE = 0.85  # name and criterion in common from which two lines ask for one datum; a person confirms it
SAME_SHARE = 0.005  # a smaller difference of shares is rounding
Pairs = tuple[Evidence, Evidence]
Quotes = Mapping[Key, Mapping[str, tuple[Quote, ...]]]


def derive_across(
    schemes: Sequence[Scheme], points: Sequence[Sequence[LinePoints]], *, fields: Fields
) -> tuple[FactSet, Quotes]:
    """Return the facts of several schemes, and the words compared by fact and field.

    Args:
        schemes: two or more, in the order in which they are numbered from 1.
        points: effective points of each scheme's lines, in its order.
        fields: the declared fields.
    """
    held = [Held(n, *one) for n, one in enumerate(zip(schemes, points, strict=True), start=1)]
    asked = {one.number: [demands(line) for line in one.scheme.indicators] for one in held}
    relations = [relation(a, b) for a, b in combinations(held, 2)]
    into = Collector(fields)
    quotes: dict[Key, Mapping[str, tuple[Quote, ...]]] = {}
    for one in relations:
        _add_schemes(into, one)
    for one in relations:
        for match in one.matched:
            _add_match(into, quotes, one, match, asked)
    for group in _groups(relations):
        _add_group(into, group, {one.number: one for one in held})
    return into.done(), quotes


def _add_schemes(into: Collector, one: Relation) -> None:
    values: Values = {
        "points_likeness": one.likeness,
        "matched_lines": len(one.matched),
        "objects_differ": one.objects_differ,
    }
    key: Key = ("schemes", f"{one.lower.number}|{one.upper.number}")
    into.add(key, values, (), {}, {**_titles(one), "name": _both(one.lower.scheme.title)})


def _add_match(
    into: Collector, quotes: dict[Key, Mapping[str, tuple[Quote, ...]]], one: Relation, match: Overlap,
    asked: Mapping[int, Sequence[Demands]],
) -> None:  # fmt: skip
    a, b = one.lower.scheme.indicators[match.first], one.upper.scheme.indicators[match.second]
    codes = (one.lower.code(match.first), one.upper.code(match.second))
    mine, theirs = asked[one.lower.number][match.first], asked[one.upper.number][match.second]
    found = _compared(mine, theirs, a, b)
    if one.tier_gap is None:
        found |= {name: pair for name, pair in _turned(theirs, mine).items() if found[name] is None}
    values: Values = {
        "similarity": match.similarity,
        "same_datum": match.same_datum,
        "same_kind": a.kind == b.kind,
        "objects_differ": one.objects_differ,
        "tier_gap": one.tier_gap,
        "same_family": one.same_family,
        "inherited": _attribute(a, "inherited") is True,
        "share_differs": abs(one.lower.share(match.first) - one.upper.share(match.second)) > SAME_SHARE,
        **{name: pair is not None for name, pair in found.items()},
    }
    key: Key = ("match", "|".join(codes))
    into.add(key, values, codes, {}, {**_titles(one), "name": _both(a.name), "other": _both(b.name)})
    quotes[key] = {
        name: tuple(
            Quote(**dict(words), code=code) for words, code in zip(pair, codes, strict=True)
        )
        for name, pair in found.items()
        if pair is not None
    }  # fmt: skip


def _compared(mine: Demands, theirs: Demands, a: Indicator, b: Indicator) -> dict[str, Pairs | None]:
    """The words of both lines for each way in which they differ; None where they do not."""
    found: dict[str, Pairs | None] = dict.fromkeys(
        ("opposed", "bounds_conflict", "target_tightened", "deadline_earlier", "standard_differs")
    )
    if mine.direction and theirs.direction and mine.direction.wants != theirs.direction.wants:
        found["opposed"] = mine.direction.words, theirs.direction.words
    if bounds := opposite_bounds(mine, theirs):
        found["bounds_conflict"] = bounds[0].words, bounds[1].words
    if targets := tighter_bound(mine, theirs):
        found["target_tightened"] = targets[0].words, targets[1].words
    if days := earlier_deadline(mine, theirs):
        found["deadline_earlier"] = days[0].words, days[1].words
    if a.criterion and b.criterion and fold(a.criterion).split() != fold(b.criterion).split():
        found["standard_differs"] = _whole(a.criterion), _whole(b.criterion)
    return found


def _turned(lower: Demands, upper: Demands) -> dict[str, Pairs | None]:
    """Where no tier is known either line may be the lower one: the same questions the other way round."""
    targets, days = tighter_bound(lower, upper), earlier_deadline(lower, upper)
    return {
        "target_tightened": (targets[1].words, targets[0].words) if targets else None,
        "deadline_earlier": (days[1].words, days[0].words) if days else None,
    }


def _whole(criterion: str) -> Evidence:
    return Evidence(field="criterion", start=0, end=len(criterion), text=criterion)


Member = tuple[int, int]  # number of the scheme, index of the line


def _groups(relations: Sequence[Relation]) -> list[tuple[bool, list[Member]]]:
    """Lines of schemes for the same object and tier that ask for one datum, and whether the datum is named."""
    groups: dict[Member, set[Member]] = {}
    named: set[Member] = set()
    for one in relations:
        if one.objects_differ or one.tier_gap or one.same_family:
            continue
        for match in one.matched:
            a, b = one.lower.scheme.indicators[match.first], one.upper.scheme.indicators[match.second]
            if not match.same_datum and (a.kind != b.kind or likeness(a, b) < ALIKE):
                continue
            ends: tuple[Member, Member] = (one.lower.number, match.first), (one.upper.number, match.second)
            joined = groups.get(ends[0], {ends[0]}) | groups.get(ends[1], {ends[1]})
            groups.update(dict.fromkeys(joined, joined))
            named.update(ends if match.same_datum else ())
    unique = {min(group): sorted(group) for group in groups.values()}
    return [(not named.isdisjoint(group), group) for _, group in sorted(unique.items())]


def _add_group(into: Collector, group: tuple[bool, list[Member]], held: Mapping[int, Held]) -> None:
    is_named, members = group
    lines = [held[number].scheme.indicators[n] for number, n in members]
    hours = [h for h in (_hours(line) for line in lines) if h is not None]
    saved = sum(hours) - max(hours) if len(hours) > 1 else None
    values: Values = {"same_datum": is_named, "schemes": len({n for n, _ in members}), "hours_saved": saved}
    titles = list(dict.fromkeys(held[number].scheme.title for number, _ in members))
    codes = tuple(held[number].code(n) for number, n in members)
    datum = next((str(v) for v in (_attribute(line, "data_item") for line in lines) if v), lines[0].name)
    texts = {
        "name": _both(datum),
        "listed": Text(zh="、".join(f"《{t}》" for t in titles), en=", ".join(f"“{t}”" for t in titles)),
        "collector": _collector(lines, [held[number].scheme.title for number, _ in members]),
        "saving": _saving(saved),
    }
    into.add(("group", "|".join(codes)), values, codes, {}, texts)


def _collector(lines: Sequence[Indicator], titles: Sequence[str]) -> Text:
    """Who should collect once: the owner stated most often, else the scheme on whose duty list it stands."""
    owners = Counter(str(owner) for owner in (_attribute(line, "owner") for line in lines) if owner)
    if owners:
        best = max(owners.values())
        return _both(next(owner for owner, count in owners.items() if count == best))
    for line, title in zip(lines, titles, strict=True):
        if _attribute(line, "duty_listed") is True:
            return Text(zh=f"《{title}》的责任部门", en=f"the office behind “{title}”")
    return Text(zh="各方商定的一个部门", en="one office that all agree on")


def _saving(hours: float | None) -> Text:
    if hours is None:
        return Text(zh="工时未填，节省工时待核", en="hours are not stated, so the saving is open")
    return Text(zh=f"每周可省{hours:g}小时", en=f"{hours:g} hours a week are saved")


def _hours(line: Indicator) -> float | None:
    value = _attribute(line, "hours")
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _attribute(line: Indicator, name: str) -> bool | int | float | str | None:
    attribute = line.attributes.get(name)
    return attribute.value if attribute is not None and attribute.basis != "unknown" else None


def _titles(one: Relation) -> dict[str, Text]:
    return {"scheme": _both(one.lower.scheme.title), "other_scheme": _both(one.upper.scheme.title)}


def _both(text: str) -> Text:
    return Text(zh=text, en=text)
