"""What was changed in a file of ours: the fields that say something else than our record, and the pages that look different.

Asked only once a file is known not to be what we issued. Whoever knows no more than a number learns no more than the page behind
that number says (docs/decisions/0013-verifying.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from certificate_signing.credential_text import read_credential, read_object
from certificate_signing.errors import CredentialUnreadable
from lti_tool.installation import Installation
from lti_tool.issuing import register
from lti_tool.issuing.certificate import CertificateContent
from lti_tool.issuing.number import parse
from lti_tool.problem import Problem
from lti_tool.verification import paper
from lti_tool.verification.addresses import number_in, split
from lti_tool.verification.jwt import payload_of
from lti_tool.verification.looking import Laid, Place, shared_looker
from lti_tool.verification.verdict import Difference, Shown, Verdict, VerdictOutcome

# Differences that are told, and characters of each value.
_MOST: Final = 20
_LONGEST: Final = 200
# Reasons that say nothing against the file itself.
_STANDING: Final = frozenset({"revoked", "replaced", "expired", "record-damaged", "number-unknown", "seal-not-trusted"})
# A part of a broken field has so many letters at least; fewer may stand in any word.
_LONG_ENOUGH: Final = 8


def with_changes(installation: Installation, content: bytes, verdict: Verdict, *, pictures: bool = False) -> Verdict:
    """Return the verdict with what was changed, where the file names one certificate of ours; with `pictures` also as pictures.

    Never raises for content; raises Problem("checking-busy", "reader-not-started").
    """
    held = verdict.certificate
    if held is None or verdict.outcome is not VerdictOutcome.NOT_VALID or set(verdict.reasons) & _STANDING:
        return verdict
    try:
        if verdict.shown is Shown.PDF:
            return _of_pdf(held.content, register.pdf(installation, held.content.number), content, verdict, pictures=pictures)
        if verdict.shown is Shown.CREDENTIAL:
            ours = read_credential(register.credential(installation, held.content.number))
            return replace(verdict, differences=_of_documents(ours, read_object(content)))
        if verdict.shown is Shown.JWT:
            ours = payload_of(register.jwt(installation, held.content.number))
            return replace(verdict, differences=_of_documents(ours, payload_of(content)))
    except (Problem, CredentialUnreadable) as error:
        if isinstance(error, Problem) and error.code in {"checking-busy", "reader-not-started"}:
            raise
    return verdict


def _of_pdf(said: CertificateContent, ours: bytes, given: bytes, verdict: Verdict, *, pictures: bool) -> Verdict:
    laid = shared_looker().lay_over(ours, given, pictures=pictures)
    if laid is None:
        return verdict
    differences = [*_fields(said, laid), *_codes(said, laid)]
    return replace(verdict, differences=tuple(differences[:_MOST]), pages=laid.pages)


def _fields(said: CertificateContent, laid: Laid) -> Iterator[Difference]:
    """Compare each field, where our own file prints it, with what the given one shows there."""
    for entry in paper.printed(said):
        lines = _holding(paper.folded(entry.text), laid.lines)
        theirs = " ".join(line.text if line.same else line.theirs for line in lines)
        if all(line.same for line in lines) or paper.folded(theirs) == paper.folded(" ".join(line.text for line in lines)):
            continue
        yield Difference(entry.field, entry.text[:_LONGEST], theirs[:_LONGEST])


def _holding(wanted: str, lines: Sequence[Place]) -> list[Place]:
    """Return the lines that print a field: one of its own, else one that holds it, else those that it is broken into."""
    exact = [line for line in lines if paper.folded(line.text) == wanted]
    inside = [line for line in lines if wanted in paper.folded(line.text)]
    parts = [line for line in lines if len(letters := paper.folded(line.text)) >= _LONG_ENOUGH and letters in wanted]
    return exact[:1] or inside[:1] or parts


def _codes(said: CertificateContent, laid: Laid) -> Iterator[Difference]:
    """Tell a code that leads elsewhere than ours does."""
    for text in laid.codes:
        shown = split(text)
        number = parse(number_in(shown) or "") if shown else None
        if number != said.number or not text.startswith(f"{said.base_url}/c/"):
            yield Difference("code", said.address, text[:_LONGEST])


def _of_documents(ours: dict[str, Any], given: dict[str, Any]) -> tuple[Difference, ...]:
    """Return the members that differ, by their places; the proof, which can't fit any more, apart."""
    one, other = (dict(_leaves({name: value for name, value in document.items() if name != "proof"})) for document in (ours, given))
    places = [place for place in dict.fromkeys((*one, *other)) if one.get(place) != other.get(place)]
    return tuple(Difference(place, one.get(place, ""), other.get(place, "")) for place in places[:_MOST])


def _leaves(value: object, place: str = "", depth: int = 12) -> Iterator[tuple[str, str]]:
    if depth and isinstance(value, dict) and value:
        for name, member in value.items():
            yield from _leaves(member, f"{place}.{name}" if place else str(name)[:_LONGEST], depth - 1)
    elif depth and isinstance(value, list) and value:
        for index, member in enumerate(value):
            yield from _leaves(member, f"{place}[{index}]", depth - 1)
    else:
        yield place[:_LONGEST], str(value)[:_LONGEST]
