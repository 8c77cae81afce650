"""The report as one HTML page: no scripts, no fonts, nothing fetched; prints well."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from engine import model
from engine.report import judged, standing
from engine.report import text as plain
from engine.report.advice import paths, paths_line
from engine.report.localpack import change_rows, changes_head
from engine.report.quotes import quotes
from engine.report.releases import ways
from engine.report.sentences import change_sentences
from engine.report.standing import names_of, open_lines
from engine.report.units import change_text, unit_text
from engine.report.words import caution, mark_of, say, term

# Private-use characters stand for <mark> until the text is escaped; a scheme may hold any visible one.
_ENDS = ("\ue000", "\ue001")
_TITLES = {"judged": judged.TITLE, "standing": standing.TITLE, "ranges": standing.RANGES}
CLASS_SCORES = (
    ("red_line_share", "prohibited"), ("restricted_share", "restricted"), ("guarded_share", "guarded"),
    ("unclear_share", "unclear"), ("required_share", "required"), ("outcome_share", "outcome"),
)  # fmt: skip


def report_html(report: model.Report, lang: model.Lang) -> str:
    """Return the whole report: what stands, what does not and why, the proposal, old and new standards."""
    audit, proposal, after = report.audit, report.proposal, report.after
    local = audit.provenance.local_changes
    html: str = _template().render(
        audit=audit, proposal=proposal, after=after, lang=lang,
        changes=change_sentences(proposal, lang) if proposal else (),
        bars=[class_bar(one, lang) for one in (audit, after) if one],
        lines={line.code: line for line in audit.scheme.indicators}, legend=_legend(audit, after, lang),
        names=names_of(report), paths=paths(audit, lang), paths_line=paths_line(audit, lang),
        ways=ways(proposal, lang) if proposal else (),
        ranks=report.ranks, caution=caution(lang), judged=report.judged, standing=report.standing,
        opened=open_lines(proposal) if proposal else None, titles=_TITLES,
        local_head=changes_head(local, lang), local=change_rows(local, lang),
    )  # fmt: skip
    return html


def class_bar(audit: model.Audit, lang: model.Lang) -> list[dict[str, Any]]:
    """Return the segments of a stacked bar of classes: width in percent, class, word; the rest last."""
    scores = {score.name: score.value or 0.0 for score in audit.scores}
    parts = [
        {"share": scores[score], "class": name, "word": term("class", name, lang)}
        for score, name in CLASS_SCORES
        if scores[score] > 0
    ]
    rest = 1.0 - sum(scores[score] for score, _ in CLASS_SCORES)
    if rest > 1e-9:
        word = model.Text(zh="过程、产出和内部评价", en="process, output, internal")
        parts.append({"share": rest, "class": "other", "word": say(word, lang)})
    return parts


def _legend(audit: model.Audit, after: model.Audit | None, lang: model.Lang) -> list[dict[str, Any]]:
    """Every class that stands in one of the bars, once."""
    parts = [part for one in (audit, after) if one for part in class_bar(one, lang)]
    return list({part["class"]: part for part in parts}.values())


def findings_html(audit: model.Audit, lang: model.Lang) -> str:
    """Return the findings alone, as a fragment with its own style: for a page that has the rest."""
    html: str = _template("findings.html.j2").render(
        audit=audit, lang=lang, lines={line.code: line for line in audit.scheme.indicators}
    )
    return html


@lru_cache(maxsize=2)
def _template(name: str = "report.html.j2") -> Any:
    folder = files("engine.report")
    environment = Environment(
        loader=FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["say"] = say
    environment.filters["mark_of"] = mark_of
    environment.filters["cite"] = plain.cite_text
    environment.filters["unit"] = unit_text
    environment.filters["change"] = change_text
    environment.filters["judged_head"] = judged.head_text
    environment.filters["remarks"] = judged.remarks
    environment.filters["share_of"] = judged.share_of
    environment.filters["draws"] = standing.summary
    environment.filters["shown"] = standing.shown
    environment.globals["settled"] = standing.settled
    environment.filters["action"] = plain.action_word
    environment.filters["action_of"] = lambda value, lang: term("action", value, lang)
    environment.filters["marked"] = _marked
    environment.filters["severity"] = lambda value, lang: term("severity", value, lang)
    environment.filters["status"] = lambda value, lang: term("status", value, lang)
    environment.filters["amount"] = _amount
    environment.globals["t"] = lambda lang, zh, en: say(model.Text(zh=zh, en=en), lang)
    return environment.get_template(name)


def _marked(line: model.Indicator, evidence: Sequence[model.Evidence]) -> Markup:
    """Return the fields that hold quoted words, the words in <mark>."""
    rows = [
        str(escape(quoted)).replace(_ENDS[0], "<mark>").replace(_ENDS[1], "</mark>")
        for quoted in quotes(line, evidence, _ENDS)
    ]
    return Markup("<br>".join(rows))  # noqa: S704 - escaped just above, only our <mark> added


def _amount(score: model.Score) -> str:
    if score.value is None:
        return "—"
    form = "{:.1%}" if score.unit == "share" else "{:.4g}"
    text = form.format(score.value)
    if (
        score.low is not None
        and score.high is not None
        and (score.low, score.high) != (score.value, score.value)
    ):
        text += f" [{form.format(score.low)}–{form.format(score.high)}]"
    return text
