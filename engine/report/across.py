"""Several schemes side by side as plain text: what they ask twice, against each other, or raised on the way down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine import model
from engine.knowledge import load_knowledge
from engine.report.text import cite_text
from engine.report.words import mark_of, say, term

Lang = model.Lang


def across_text(across: model.Across, lang: Lang) -> str:
    """Return the numbered schemes, then each finding with its lines, quoted words, remedy and basis."""
    names = {
        f"{n}#{line.code}": line.name
        for n, scheme in enumerate(across.schemes, start=1)
        for line in scheme.indicators
    }
    parts = [_head(across, lang)]
    parts += ["\n".join(_finding(found, names, lang)) for found in across.findings]
    if not across.findings:
        parts.append(_t(lang, "各方案之间没有发现问题。", "Nothing was found between the schemes."))
    if across.not_checked:
        parts.append(_not_checked(across, lang))
    counts = across.count("error"), across.count("warning"), across.count("info")
    parts.append(
        _t(
            lang,
            f"方案之间：错误 {counts[0]} 处，警告 {counts[1]} 处，提示 {counts[2]} 处。",
            f"Between the schemes: {counts[0]} errors, {counts[1]} warnings, {counts[2]} notes.",
        )
    )
    return "\n\n".join(parts) + "\n"


def _head(across: model.Across, lang: Lang) -> str:
    rows = [f"  {n}  {scheme.title}" for n, scheme in enumerate(across.schemes, start=1)]
    title = _t(lang, f"{len(rows)} 份方案对照", f"{len(rows)} schemes side by side")
    as_of = _t(lang, f"依据截至 {across.as_of}", f"rules as of {across.as_of}")
    return "\n".join([_t(lang, f"{title}（{as_of}）", f"{title} ({as_of})"), *rows])


def _finding(found: model.AcrossFinding, names: Mapping[str, str], lang: Lang) -> Iterator[str]:
    title = say(found.title, lang)
    yield f"[{term('severity', found.severity, lang)}] {found.rule} {title}{mark_of(found, lang)}"
    if found.codes:
        listed = _t(lang, "；", "; ").join(f"{code} {names.get(code, '')}".rstrip() for code in found.codes)
        yield _labelled(lang, "指标", "Lines", listed)
    yield _labelled(lang, "问题", "Finding", say(found.message, lang))
    for quote in found.quotes:
        yield _labelled(lang, "原文", "Text", f"{quote.code} 【{' '.join(quote.text.split())}】")
    yield _labelled(lang, "建议", "Remedy", say(found.fix, lang))
    if found.cites:
        cites = dict.fromkeys(cite_text(cite, lang) for cite in found.cites)
        yield _labelled(lang, "依据", "Basis", _t(lang, "；", "; ").join(cites))


def _not_checked(across: model.Across, lang: Lang) -> str:
    fields = load_knowledge().fields
    rows = []
    for entry in across.not_checked:
        specs = [next(of[name] for of in fields.values() if name in of) for name in entry.missing]
        meant = "、".join(say(model.Text(zh=spec.zh, en=spec.en), lang) for spec in specs)
        rows.append(f"    {entry.rule} {entry.subject}{_t(lang, '：', ': ')}{meant}")
    return "\n".join([_t(lang, "未能核查（缺少下列信息）：", "Not checked, for want of:"), *rows])


def _labelled(lang: Lang, zh: str, en: str, text: str) -> str:
    return f"    {_t(lang, zh + '：', en + ': ')}{text}"


def _t(lang: Lang, zh: str, en: str) -> str:
    return say(model.Text(zh=zh, en=en), lang)
