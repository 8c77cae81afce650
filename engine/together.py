"""Several schemes in one programme: shared lines equal, each scheme's own lines its own, a shared standard paid once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.errors import SchemeError
from engine.model import Audit, Proposal, Report, Scheme, SharedLine, Standard, Text, Together
from engine.propose import finished, problem_for, proposed_scheme
from engine.reweight.groups import explain_group, propose_groups
from engine.reweight.problem import REWRITABLE, Line, Problem
from engine.reweight.shared import Place, Shared, numbered, place_of, shared_lines
from engine.reweight.standards import own_name
from engine.reweight.wishes import Wishes
from engine.reweight.wording import points

if TYPE_CHECKING:
    from engine.audit import Auditor

_FROZEN = Text(
    zh="各方案中分值不动且不相等", en="its points may not move, and they differ between the schemes"
)


@dataclass(frozen=True)
class Members:
    """The schemes as one programme sees them: a name, an audit and a problem each, in the order given."""

    names: tuple[str, ...]
    audits: tuple[Audit, ...]
    problems: tuple[Problem, ...]
    shared: tuple[Shared, ...]

    @property
    def held(self) -> tuple[Shared, ...]:
        """Return the shared lines that end with equal points."""
        return tuple(one for one in self.shared if one.reason is None)

    def ties(self) -> list[dict[str, str]]:
        """Return the held lines as name → code."""
        return [{self.names[n]: code for n, code in one.places} for one in self.held]

    def codes(self, n: int) -> frozenset[str]:
        """Return the codes of a scheme's held lines."""
        return frozenset(code for one in self.held for m, code in one.places if m == n)


def propose_together(
    auditor: Auditor,
    audits: Sequence[Audit],
    wishes: Wishes,
    *,
    same: Sequence[str] = (),
    by_text: bool = True,
    explained: Collection[int] = (),
) -> Together:
    """Return a proposal for each scheme, found together, with the audits of their points as printed.

    Args:
        auditor: the auditor that made the audits.
        audits: one for each scheme, two or more.
        wishes: for all schemes; locks and bounds name lines as 2#I03.
        same: shared lines stated by a person, as in `shared_lines`.
        by_text: False takes as shared only what is stated.
        explained: positions (from 0) of schemes whose rows are reported with what each costs.
    Raises:
        SchemeError: one scheme only, different steps, points-only mode, a wish that cannot be meant.
        SolverError: the solver failed, or its answer has no certificate.
    """
    _check(audits, wishes)
    schemes = [audit.scheme for audit in audits]
    names = _names(schemes)
    problems = tuple(
        _problem(auditor, audit, own, name)
        for audit, own, name in zip(audits, _own_wishes(wishes, schemes), names, strict=True)
    )
    _check_steps(names, problems)
    shared = tuple(_checked(one, problems) for one in shared_lines(schemes, same, by_text=by_text))
    members = Members(names, tuple(audits), _with_one_standard(problems, shared), shared)
    members = _with_own_lines(members)
    found = propose_groups(dict(zip(names, members.problems, strict=True)), members.ties())
    reports = tuple(_report(auditor, members, n, found, n in explained) for n in range(len(audits)))
    return Together(names, reports, tuple(_told(one, members, reports) for one in shared))


def _check(audits: Sequence[Audit], wishes: Wishes) -> None:
    if len(audits) < 2:
        raise SchemeError(
            f"--together: {len(audits)} scheme was read, and it takes two or more. Name another file, or leave "
            "--together out."
        )
    if set(wishes.levers) == {"shift", "cross"}:
        raise SchemeError(
            "--together: points-only mode (--levers shift,cross) is for one scheme. Add rewrite or new."
        )


def _problem(auditor: Auditor, audit: Audit, wishes: Wishes, name: str) -> Problem:
    try:
        return problem_for(auditor, audit, wishes)
    except SchemeError as error:
        raise SchemeError(f"{name}: {error}") from None


def _names(schemes: Sequence[Scheme]) -> tuple[str, ...]:
    """Return the titles; schemes of one title are told apart by their files, or by their numbers."""
    titles = [scheme.title for scheme in schemes]
    files = [scheme.source.name for scheme in schemes]
    return tuple(
        title if titles.count(title) == 1 else f"{title}（{file if files.count(file) == 1 else n}）"
        for n, (title, file) in enumerate(zip(titles, files, strict=True), start=1)
    )


def _own_wishes(wishes: Wishes, schemes: Sequence[Scheme]) -> tuple[Wishes, ...]:
    """Return each scheme's own wishes: its locks and bounds, under its own codes."""
    locks = [place_of(code, schemes, "--lock") for code in wishes.locks]
    bounds = {place_of(code, schemes, "--bound"): limits for code, limits in (wishes.bounds or {}).items()}
    return tuple(
        replace(
            wishes,
            locks=tuple(code for m, code in locks if m == n),
            bounds={code: limits for (m, code), limits in bounds.items() if m == n},
        )
        for n in range(len(schemes))
    )


def _check_steps(names: Sequence[str], problems: Sequence[Problem]) -> None:
    steps = {name: problem.step or 0.0 for name, problem in zip(names, problems, strict=True)}
    if len(set(steps.values())) > 1:
        listed = "; ".join(f"{name}: {points(step)}" for name, step in steps.items())
        raise SchemeError(
            f"--together: the schemes are written in different steps of points ({listed}). "
            f"Add --step {points(min(steps.values()))}, the finest of them."
        )


def _checked(shared: Shared, problems: Sequence[Problem]) -> Shared:
    """Return the shared line, set aside where its points may not move and differ."""
    held = {line.e for line in _lines(shared, problems) if line.frozen is not None}
    return replace(shared, reason=_FROZEN) if shared.reason is None and len(held) > 1 else shared


def _lines(shared: Shared, problems: Sequence[Problem]) -> list[Line]:
    by_code = [{line.code: line for line in problem.lines} for problem in problems]
    return [by_code[n][code] for n, code in shared.places]


def _with_one_standard(problems: tuple[Problem, ...], shared: Sequence[Shared]) -> tuple[Problem, ...]:
    """Return the problems with one substitute, of one name, for each shared line; none where one may not change."""
    chosen: dict[Place, Standard | None] = {}
    for one in shared:
        if one.reason is None:
            chosen |= dict.fromkeys(one.places, _one_standard(problems, one))
    return tuple(
        replace(problem, lines=tuple(_substituted(line, (n, line.code), chosen) for line in problem.lines))
        for n, problem in enumerate(problems)
    )


def _one_standard(problems: Sequence[Problem], shared: Shared) -> Standard | None:
    lines = _lines(shared, problems)
    found = next((line.substitute for line in lines if line.substitute), None)
    if found is None or not (all(_may_change(line) for line in lines) or any(line.red for line in lines)):
        return None
    taken = {name for n, _ in shared.places for name in _other_names(problems[n], shared, n)}
    return own_name(found, shared.name, taken)


def _may_change(line: Line) -> bool:
    return line.frozen is None and (line.class_ in REWRITABLE or line.red)


def _substituted(line: Line, place: Place, chosen: Mapping[Place, Standard | None]) -> Line:
    return replace(line, substitute=chosen[place]) if place in chosen else line


def _other_names(problem: Problem, shared: Shared, n: int) -> set[str]:
    others = [line for line in problem.lines if (n, line.code) not in shared.places]
    return {line.name for line in others} | {line.substitute.name for line in others if line.substitute}


def _with_own_lines(members: Members) -> Members:
    """Return the members with each line marked as shared or their own, which is what role-specific means here."""
    problems = tuple(
        replace(
            problem,
            lines=tuple(replace(x, role_specific=x.code not in members.codes(n)) for x in problem.lines),
        )
        for n, problem in enumerate(members.problems)
    )
    return replace(members, problems=problems)


def _report(
    auditor: Auditor, members: Members, n: int, found: Mapping[str, Proposal], explained: bool
) -> Report:
    audit, problem = members.audits[n], members.problems[n]
    proposal = found[members.names[n]].model_copy(update={"profile": audit.profile})
    if proposal.status == "infeasible":
        return Report(audit, proposal)
    if explained:
        proposal = explain_group(problem, proposal, members.codes(n))
    proposal = finished(auditor, audit, problem, proposal)
    changed = proposed_scheme(audit, proposal)
    return Report(audit, proposal, auditor.audit(changed, profile=audit.profile, as_of=audit.as_of))


def _told(shared: Shared, members: Members, reports: Sequence[Report]) -> SharedLine:
    """Return a shared line as it ends; where a new standard is paid is the programme's matter: by name."""
    told = SharedLine(
        shared.name, tuple(numbered(place) for place in shared.places), shared.basis,
        tuple(line.e for line in _lines(shared, members.problems)), reason=shared.reason,
    )  # fmt: skip
    n, code = min(shared.places, key=lambda place: members.names[place[0]])
    proposal = reports[n].proposal
    if shared.reason is not None or proposal is None or proposal.status == "infeasible":
        return told
    line = next(line for line in proposal.lines if line.code == code)
    return told._replace(
        after=line.after, standard=line.standard, paid_in=n if line.action == "rewrite" else None
    )
