"""From a photo or a scan of the paper to a `Verdict`: its QR code, the register, and what the print says beside our record.

A picture can be changed without a trace, so it never makes more than "the number on it is valid; compare the name and the date".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lti_tool.evidence.pictures import PICTURES
from lti_tool.installation import Installation
from lti_tool.issuing.certificate import CertificateContent
from lti_tool.issuing.number import parse
from lti_tool.issuing.register import by_number
from lti_tool.verification import paper
from lti_tool.verification.addresses import is_ours, number_in, split
from lti_tool.verification.looking import Looked, shared_looker
from lti_tool.verification.standing import STANDING, stand
from lti_tool.verification.steps import Ended, Steps
from lti_tool.verification.token import refuse_others
from lti_tool.verification.verdict import Difference, Shown, Verdict, VerdictOutcome

__all__ = ["PICTURES", "verify_picture", "verify_unsealed"]

PICTURE_STEPS: Final = ("picture-readable", "code-found", "address-ours", "number-well-formed", *STANDING, "paper-agrees", "original-shown")


def verify_picture(installation: Installation, content: bytes) -> Verdict:
    """Answer for a PNG, JPEG or WebP. Never raises for content; raises Problem("checking-busy", "reader-not-started")."""
    return _verified(installation, content, shared_looker().look(content))


def verify_unsealed(installation: Installation, content: bytes, verdict: Verdict) -> Verdict:
    """Answer for a PDF without a seal: a scan is a picture of the paper, and a copy that bears our code a copy; else `verdict` stands."""
    looked = shared_looker().look(content)
    if looked.scan:
        return _verified(installation, content, looked)
    numbers = _numbers(installation, looked.codes)
    if verdict.certificate is None and len(numbers) == 1 and (number := parse(numbers[0])):
        return _copy(installation, number, verdict)
    return verdict


def _copy(installation: Installation, number: str, verdict: Verdict) -> Verdict:
    with installation.database.read() as session:
        found = by_number(session, number)
    if found is None:
        return verdict
    return Verdict(VerdictOutcome.NOT_VALID, ("seal-removed",), verdict.steps, found, Shown.PDF)


def _verified(installation: Installation, content: bytes, looked: Looked) -> Verdict:
    steps = Steps(*PICTURE_STEPS, shown=Shown.PICTURE)
    with installation.database.read() as session:
        try:
            number = _number(installation, looked, steps)
            held = stand(session, steps, number)
            refuse_others(installation, looked.codes, held)
            agreement, differences = _compared(content, held.content)
            if agreement is paper.Agreement.DIFFERS:
                raise Ended(VerdictOutcome.NOT_VALID, "paper-differs", held, differences)
            if agreement is paper.Agreement.UNSURE:
                raise Ended(VerdictOutcome.CANNOT_TELL, "picture-not-compared", held)
            steps.held("paper-agrees")
            raise Ended(VerdictOutcome.CANNOT_TELL, "picture-agrees", held)
        except Ended as ended:
            return steps.failed(ended)


def _compared(content: bytes, record: CertificateContent) -> tuple[paper.Agreement, tuple[Difference, ...]]:
    """Compare what the picture says with our record; where one reading leaves it open, as a letter that it has lost does, by another one."""
    script = paper.script_of(record.holder_name)
    found = (paper.Agreement.UNSURE, tuple[Difference, ...]())
    for again in (False, True):
        if found[0] is paper.Agreement.UNSURE:
            read = shared_looker().read(content, script, again=again)
            found = paper.against_lines(record, read.lines, read.sure)
    return found


def _number(installation: Installation, looked: Looked, steps: Steps) -> str:
    """Take the steps from "it can be read" to "the number is well formed". Raises Ended."""
    if looked.failed:
        raise Ended(VerdictOutcome.CANNOT_TELL, "unreadable")
    steps.held("picture-readable")
    numbers = _numbers(installation, looked.codes)
    if not numbers and any(_is_foreign(text) for text in looked.codes):
        steps.held("code-found")
        raise Ended(VerdictOutcome.NOT_VALID, "other-address")
    if not numbers:
        raise Ended(VerdictOutcome.CANNOT_TELL, "picture-without-code")
    if len(numbers) > 1:
        raise Ended(VerdictOutcome.CANNOT_TELL, "several-codes")
    steps.held("code-found")
    steps.held("address-ours")
    number = parse(numbers[0])
    if number is None:
        raise Ended(VerdictOutcome.CANNOT_TELL, "number-mistyped")
    steps.held("number-well-formed")
    return number


def _is_foreign(text: str) -> bool:
    """Tell an address of our form, with a number that could be ours, at another place (threat S08)."""
    shown = split(text)
    return shown is not None and parse(number_in(shown) or "") is not None


def _numbers(installation: Installation, texts: Iterable[str]) -> tuple[str, ...]:
    """Return what stands for a number in addresses of ours, each once."""
    found = [number for text in texts if (shown := split(text)) and is_ours(installation, shown) and (number := number_in(shown))]
    return tuple(dict.fromkeys(parse(number) or number for number in found))
