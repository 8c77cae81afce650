"""What holds for a scheme before any line is read: whom it assesses, whether all of it is here, and why it is made."""

from __future__ import annotations

from engine.facts.wording import text_has
from engine.knowledge.fields import Fields
from engine.model import Scheme, Subject, Value


def circumstances(scheme: Scheme, fields: Fields) -> dict[str, Value]:
    """Return the fields that a scheme and each of its lines share.

    `party_state`: Party and government bodies, their leaders or officials are assessed; False where others
    are (villages, firms, schools, Party branches, hired staff), None where nothing says whom.
    `township`: townships or sub-districts are; None where nothing says whom.
    `whole`: None where the file says that it holds a part only; sums and what is missing are then unknown.
    `selection`, `basis_in_title`, `duty_by_title`, `barred_list`: what the title's words say.
    """
    return {
        "party_state": _is_party_state(scheme, fields),
        "township": _is_township(scheme, fields),
        "whole": None if scheme.complete is False or _says(fields, "says_excerpt", scheme.title) else True,
        "selection": _says(fields, "says_selection", scheme.title),
        "basis_in_title": _says(fields, "says_basis", scheme.title, subject="line"),
        "barred_list": _says(fields, "says_barred_list", scheme.title),
        "duty_by_title": _says(fields, "says_lawful_duty", scheme.title, subject="line"),
    }


def _is_party_state(scheme: Scheme, fields: Fields) -> bool | None:
    for text in (scheme.role, scheme.object, scheme.title):
        if text and _says(fields, "says_other_body", text):
            return False
        if text and _says(fields, "says_party_state", text):
            return True
    return None


def _is_township(scheme: Scheme, fields: Fields) -> bool | None:
    told = [text for text in (scheme.role, scheme.object) if text] or [scheme.title]
    if any(_says(fields, "says_township", text) for text in told):
        return True
    return None if _is_party_state(scheme, fields) is None else False


def _says(fields: Fields, name: str, text: str, subject: Subject = "scheme") -> bool:
    words = fields[subject][name].words
    return words is not None and text_has(words, text)
