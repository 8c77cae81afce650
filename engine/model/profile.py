"""The limits for a kind of scheme, and the indicators that may replace others."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.model.lists import Family, Frozen, Guard, Level, Requirement, RowClass, Text, Tier


class Setting(Frozen):
    """A number that is our judgement: its value, its reason, and how soft the row built on it is."""

    value: float
    reason: Text
    row_class: RowClass = Field(default="local", alias="class")


class BorrowedWord(Frozen):
    """A word that names a kind of scheme served by another kind's profile, and what to say about it."""

    word: str
    reason: Text


class Profile(Frozen):
    """Limits 约束方案 for one kind of scheme and object; every number is a setting, never law.

    Shares are fractions: `cap` of restricted points and `floor` of outcome points in the adjustable
    base, `perception_*` of the base, `largest_line` of the base, `role_share` of role-specific points,
    `digital_ratio` of points proved on platforms to outcome points, `data_risk` of Σ r·e, `unresourced_rise`
    of what lines without resources may gain.
    `words`, `roles`, `tiers` say which schemes the profile is suggested for, the lowest `order` first;
    `borrowed` words name kinds of scheme without a profile of their own. `regions` maps a region to the
    settings it replaces. `named_terms` are the words by which a line is known as one of the named hard
    indicators; `growth_*`, `cross_share`, `required_low` and `price_*` (disruption per point of a lever) are
    those of the programme, its own defaults where a profile has none.
    """

    id: str
    title: Text
    kind: Literal["comprehensive", "single_topic", "post"]
    objects: tuple[str, ...]
    cap: Setting
    floor: Setting
    perception_low: Setting | None = None
    perception_high: Setting | None = None
    role_share: Setting | None = None
    most_lines: Setting
    largest_line: Setting
    bonus_cap: Setting
    new_share: Setting
    new_lines: Setting
    path_step: Setting
    named_minimum: Setting | None = None
    digital_ratio: Setting | None = None
    data_risk: Setting | None = None
    unresourced_rise: Setting | None = None
    named_terms: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    growth_factor: Setting | None = None
    growth_points: Setting | None = None
    cross_share: Setting | None = None
    required_low: Setting | None = None
    price_rewrite: Setting | None = None
    price_shift: Setting | None = None
    price_new: Setting | None = None
    price_cross: Setting | None = None
    price_perception: Setting | None = None
    words: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    tiers: tuple[Tier, ...] = ()
    order: int = 100
    borrowed: tuple[BorrowedWord, ...] = ()
    regions: dict[str, dict[str, Setting]] = Field(default_factory=dict)


class CatalogueEntry(Frozen):
    """An outcome indicator of the catalogue, with what it may replace.

    `families` and `topics` say which measures it may replace: a line of one of these families (any when
    empty) whose text holds one of the topic terms (any when empty). `data_cost` 0 … 1 is the extra
    cost of its data. `standard` is the ready-to-paste text (formula, source, verification, steps, cap) with
    the places {points}, {loss}, {full}, {minus}, {end}, {duty} that depend on the line; `loss` is the share
    of the line's points that one step costs. `guards` and `requirements` say which guarded or required
    lines it is meant for (none when empty). A `generic` entry serves where nothing specific fits.
    """

    id: str
    title: Text
    level: Level
    objects: tuple[str, ...] = ()
    families: tuple[Family, ...] = ()
    topics: tuple[str, ...] = ()
    definition: Text
    formula: Text
    unit: str
    data_source: Text
    data_owner: Text
    verification: Text
    sampling: Text
    minimum_cases: int
    traps: Text
    guardrail: str
    data_cost: float
    generic: bool = False
    guards: tuple[Guard, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    loss: float = 0.05
    standard: Text
