"""Certificates of this installation handed in as evidence: proved by our own register, whatever the paper says.

Known at sight by the hash of the file; else by our number on it, in its link or its code. The facts are always those of the record,
so that nothing can be gained by changing the paper; a paper that contradicts the record is told apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from certificate_signing.pdf_check import PdfCheck
from lti_tool.checks.names import Likeness, compare
from lti_tool.evidence.formats import media_type
from lti_tool.evidence.proof_doubts import is_about_proof
from lti_tool.evidence.reading import Doubt, Fact, Kind, Proof, ProofLevel, Reading, Source
from lti_tool.evidence.recognising import AskedFor
from lti_tool.evidence.titles import kind_of_title
from lti_tool.files import sha256
from lti_tool.installation import Installation
from lti_tool.issuing.certificate import Certificate, CertificateContent
from lti_tool.issuing.number import parse
from lti_tool.issuing.register import by_pdf, record_of
from lti_tool.scheme.model import Scheme
from lti_tool.verification.addresses import OWN_PATH
from lti_tool.verification.numbers import verify_number
from lti_tool.verification.pdf import verify_pdf
from lti_tool.verification.seals import check_seal
from lti_tool.verification.verdict import Verdict, VerdictOutcome

# Why a certificate of ours does not count, by the reason that verification gives.
_DOUBTS: Final = {"revoked": "own-revoked", "replaced": "own-replaced", "expired": "own-expired"}


def recognise(
    installation: Installation, content: bytes, scheme: Scheme, asked: AskedFor, read: Callable[[], tuple[Reading, ...]]
) -> tuple[Reading, ...]:
    """Return the readings of a file; of a certificate of ours with its facts from the register (see `Recognise`)."""
    register = _Register(installation, scheme, asked)
    with installation.database.read() as session:
        known = by_pdf(session, sha256(content))
    if known is not None:
        return (register.recorded(known, verify_pdf(installation, content), _unread(content)),)
    readings = read()
    # The first steps of the check look at bytes alone, and the rest only at what our own key signed.
    checked = check_seal(installation, content) if b"/ByteRange" in content else PdfCheck()
    return tuple(register.told(reading, checked) for reading in readings)


def own_numbers(installation: Installation, reading: Reading) -> tuple[str, ...]:
    """Return the numbers of ours that a document bears in addresses of ours: written, behind an area, or in a code."""
    found = [_own_number(installation, text) for text in (*(link.text for link in reading.links), *reading.numbers)]
    if reading.proof is not None:
        found.append(_own_number(installation, reading.proof.reference))
    return tuple(dict.fromkeys(number for number in found if number))


def _own_number(installation: Installation, text: str) -> str | None:
    ours = urlsplit(installation.settings.base_url)
    try:
        shown = urlsplit(text)
        # Numbers on paper are kept in capitals, and so are the links that hold one.
        same = (shown.scheme.casefold(), shown.netloc.casefold()) == (ours.scheme, ours.netloc.casefold())
    except ValueError:
        return None
    path = OWN_PATH.fullmatch(shown.path.replace("/C/", "/c/", 1)) if same else None
    return parse(path.group(1)) if path else None


@dataclass(frozen=True, slots=True)
class _Register:
    """What the register says of documents that are handed in under a scheme for somebody."""

    installation: Installation
    scheme: Scheme
    asked: AskedFor

    def told(self, reading: Reading, checked: PdfCheck) -> Reading:
        """Return a reading as it is, or what our number on it stands for, or why it is not believed."""
        numbers = own_numbers(self.installation, reading)
        if len(numbers) > 1:
            return _doubted(reading, "own-several")
        if not numbers:
            return _doubted(reading, "own-not-confirmed" if checked.good else "own-altered") if checked.ours else reading
        verdict = verify_number(self.installation, numbers[0])
        if verdict.certificate is None:
            return _doubted(reading, "own-number-unknown")
        if reading.holder is not None and compare("", verdict.certificate.content.holder_name, reading.holder.value) is not Likeness.SAME:
            read_off_picture = reading.holder.source is Source.OCR
            return _doubted(reading, "own-differs" if read_off_picture else "own-contradicted", reading.holder.value)
        proved = self.recorded(verdict.certificate, verdict, reading)
        if checked.sealed:
            # A good seal on a file that the register does not hold, or one that is broken.
            return _doubted(proved, "own-not-confirmed" if checked.good else "own-altered")
        return proved

    def recorded(self, certificate: Certificate, verdict: Verdict, reading: Reading) -> Reading:
        """Return what the register holds, over what was read, with the reasons why it may not count."""
        content = certificate.content
        kind, kind_id, number = _kind(content, self.scheme)
        title = content.title if content.event is None else content.event.title
        return replace(
            reading,
            kind=kind,
            kind_id=kind_id,
            mooc_no=number,
            title=_proved(title, reading.title),
            holder=_proved(content.holder_name, reading.holder),
            issue_date=_dated(content.issued_on, reading.issue_date),
            disclaimer=None,
            numbers=tuple(dict.fromkeys((content.number, *reading.numbers))),
            unreadable=None,
            # What a reader of papers doubts does not matter any more.
            doubts=tuple(Doubt(code) for code in (*_standing(verdict), *self._whose(content.number))),
            proof=Proof(ProofLevel.OWN, content.issuer_name, content.number),
        )

    def _whose(self, number: str) -> list[str]:
        """Tell a certificate of another account, even of the same name, and one that another place issued."""
        with self.installation.database.read() as session:
            record = record_of(session, number)
            person, tenant = (record.person_id, record.tenant_id) if record else (None, None)
        if None not in (person, self.asked.person_id) and person != self.asked.person_id:
            return ["own-other-account"]
        return ["own-other-place"] if None not in (tenant, self.asked.tenant_id) and tenant != self.asked.tenant_id else []


def _kind(content: CertificateContent, scheme: Scheme) -> tuple[Kind, str | None, int | None]:
    """Say what it stands for: a certificate of participation for what its event's title names, an award of ours for itself."""
    if content.event is None:
        return Kind.OTHER, None, None
    titled = kind_of_title(content.event.title, scheme)
    return (Kind.UNKNOWN, None, None) if titled is None else (titled.kind, titled.kind_id, titled.number)


def _standing(verdict: Verdict) -> list[str]:
    if verdict.outcome is VerdictOutcome.VALID:
        return []
    return [_DOUBTS.get(verdict.reasons[0], "own-not-confirmed")]


def _doubted(reading: Reading, code: str, seen: str = "") -> Reading:
    """Return a reading with a doubt, which says more than what a stranger's seal would be told as."""
    place = reading.holder.place if seen and reading.holder else None
    others = tuple(doubt for doubt in reading.doubts if not is_about_proof(doubt))
    return replace(reading, doubts=(*others, Doubt(code, seen, place)))


def _unread(content: bytes) -> Reading:
    return Reading(sha256(content), media_type(content), 1, Kind.UNKNOWN)


def _proved(value: str, read: Fact[str] | None) -> Fact[str]:
    return Fact(value, value, read.place if read else None, 1.0, Source.PROVED)


def _dated(value: date, read: Fact[date] | None) -> Fact[date]:
    return Fact(value, value.isoformat(), read.place if read and read.value == value else None, 1.0, Source.PROVED)
