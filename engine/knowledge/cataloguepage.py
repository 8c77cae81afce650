"""The catalogue as a page to read: `python -m engine.knowledge.cataloguepage > docs/catalogue.md`."""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

from engine.knowledge.catalogue import load_catalogue, load_methods, load_topics
from engine.knowledge.duties import DutyStandard, load_duties
from engine.model import CatalogueEntry, Text

_HEAD = """# 结果类指标目录 · Catalogue of outcome indicators

<!-- Generated from rulesets/catalogue; never edited by hand. -->

{count} 项。目标值、扣分步长和样本量是本项目的设定，不是法律或文件规定，采用前应结合本地数据校准。
{count} entries. Targets, steps and sample sizes are settings of this project, not law; fit them to local data.

标准文本按所替换指标的分值换算出每一档的分数；加分、扣分项的说法随之调整。
The steps of a standard are worked out from the points of the line; deduction and bonus lines get their words.
"""


def catalogue_page(rulesets: Path) -> str:
    """Return the whole catalogue as Markdown, in both languages, in the order of the files."""
    catalogue = load_catalogue(rulesets)
    checks = load_methods(rulesets).checks
    parts = [_HEAD.format(count=len(catalogue))]
    for topic, ids in load_topics(rulesets):
        parts.append(f"## {topic.zh} · {topic.en}\n")
        parts.extend(_section(catalogue[name], _guardrail(catalogue, checks, name)) for name in ids)
    parts.append(_DUTIES)
    parts.extend(_duty(duty) for duty in load_duties(rulesets))
    return "\n".join(parts)


_DUTIES = """## 必要职责的核验标准 · Texts for required duties

取证方式（App打卡、在线时长、笔记篇数等）与文件要求不一致时采用：职责、频次和分值不动，不计作结果类。
For duties whose way of proving is barred: duty, frequency and points stay, and nothing counts as an outcome.
"""


def _duty(duty: DutyStandard) -> str:
    topics = "、".join(duty.topics) or "其他 any other"
    lines = [
        f"### {duty.check.zh} · {duty.check.en}\n",
        f"`{duty.id}` · {', '.join(duty.requirements)} · {topics}\n",
        f"- 理由 Reason: {duty.reason.zh} — {duty.reason.en}",
        f"\n> {_shown(duty, 'zh')}\n>\n> {_shown(duty, 'en')}\n",
    ]
    return "\n".join(lines)


def _shown(duty: DutyStandard, lang: str) -> str:
    """The text as it reads for any base line, the step as a share of its points."""
    is_zh = lang == "zh"
    places = {
        "duty": "本项职责" if is_zh else "the duty", "frequency": "",
        "full": "得满分" if is_zh else "full marks", "minus": "扣" if is_zh else "less",
        "loss": f"该项分值的{duty.loss:.0%}" if is_zh else f"{duty.loss:.0%} of the line",
        "end": "扣完为止" if is_zh else "down to 0",
    }  # fmt: skip
    return (duty.text.zh if is_zh else duty.text.en).format(**places)


def _guardrail(catalogue: dict[str, CatalogueEntry], checks: dict[str, Text], name: str) -> Text:
    guardrail = catalogue[name].guardrail
    return catalogue[guardrail].title if guardrail in catalogue else checks[guardrail]


def _section(entry: CatalogueEntry, guardrail: Text) -> str:
    rows: list[tuple[str, Text]] = [
        ("定义 Definition", entry.definition),
        ("公式 Formula", entry.formula),
        ("数据来源 Data", entry.data_source),
        ("数据责任单位 Owner", entry.data_owner),
        ("核验 Verification", entry.verification),
        ("样本 Sample", entry.sampling),
        ("分母陷阱 Traps", entry.traps),
        (f"护栏指标 Guardrail `{entry.guardrail}`", guardrail),
    ]
    lines = [f"### {entry.title.zh} · {entry.title.en}\n"]
    lines.append(f"`{entry.id}` · {entry.level} · {entry.unit} · {_replaces(entry)}\n")
    lines.extend(f"- {label}: {text.zh} — {text.en}" for label, text in rows)
    lines.append(f"- 最少件数 Minimum cases: {entry.minimum_cases} · 数据成本 Data cost: {entry.data_cost:g}")
    lines.append(f"\n> {_standard(entry).zh}\n>\n> {_standard(entry).en}\n")
    return "\n".join(lines)


def _standard(entry: CatalogueEntry) -> Text:
    """Return the standard as it reads for any base line, steps as shares of the line's points."""
    share = f"{entry.loss * 100:g}%"
    return Text(
        zh=entry.standard.zh.format(
            full="得满分",
            minus="扣",
            loss=f"该项分值的{share}",
            end="扣完为止",
            duty="该项职责",
            points="该项分值",
        ),
        en=entry.standard.en.format(
            full="full marks",
            minus="less",
            loss=f"{share} of the line",
            end="down to 0",
            duty="",
            points="all",
        ),
    )


def _replaces(entry: CatalogueEntry) -> str:
    what = [*entry.families, *entry.guards, *(name for name in entry.requirements if name != "none")]
    parts = [*(f"`{name}`" for name in what), *entry.topics]
    objects = f"（{', '.join(entry.objects)}）" if entry.objects else ""
    generic = "通用 generic; " if entry.generic else ""
    return f"{generic}可替换 replaces: {', '.join(parts) or '任何职责 any duty'}{objects}"


if __name__ == "__main__":
    sys.stdout.write(catalogue_page(Path(str(files("rulesets")))))
