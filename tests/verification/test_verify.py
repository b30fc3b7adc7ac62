"""Verifying: the genuine is told from the forged, the ended and the unknown; nine cases in ten are refusals."""

from __future__ import annotations

import dataclasses
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from record_parts import BASE, SCHEME, issued

from certificate_signing.keyring import KeyRing
from lti_tool import clock
from lti_tool.decision.outcome import Award
from lti_tool.installation import Installation
from lti_tool.issuing import content, keys, register, revoking
from lti_tool.issuing.certificate import CertificateContent
from lti_tool.issuing.issue import issue
from lti_tool.issuing.make import make
from lti_tool.issuing.number import new_number, shown
from lti_tool.issuing.records import CertificateRecord
from lti_tool.scheme.catalogue import shipped
from lti_tool.scheme.model import Scheme
from lti_tool.verification import words
from lti_tool.verification.verdict import Verdict, VerdictOutcome
from lti_tool.verification.verify import verify_anything, verify_credential, verify_number, verify_pdf

VALID, WAS_VALID, NOT_VALID, CANNOT_TELL = VerdictOutcome


@pytest.fixture
def number(tool: Installation) -> str:
    return issued(tool)


@pytest.fixture
def pdf(tool: Installation, number: str) -> bytes:
    return register.pdf(tool, number)


def genuine(tool: Installation, number: str) -> CertificateContent:
    with tool.database.read() as session:
        found = register.by_number(session, number)
    assert found is not None
    return found.content


def told(verdict: Verdict) -> tuple[VerdictOutcome, str]:
    assert len(verdict.reasons) == 1
    assert [step.held for step in verdict.steps].count(False) == 1
    assert words.reason(verdict.reasons[0])
    assert all(words.step(step.code) for step in verdict.steps)
    return verdict.outcome, verdict.reasons[0]


def test_whatever_of_a_genuine_certificate_is_shown_is_valid(either_tool: Installation) -> None:
    number = issued(either_tool)
    credential = register.credential(either_tool, number)
    shapes = [
        register.pdf(either_tool, number),
        credential,
        json.dumps(json.loads(credential), indent=4).encode(),
        b"\xef\xbb\xbf" + credential,
        number.encode(),
        f"  {shown(number).lower()}\n".encode(),
        *(f"{BASE}/c/{number}{end}".encode() for end in ("", ".pdf", ".json", "/", "#token", "?from=paper")),
        f"{BASE}/c/{shown(number)}".encode(),
    ]
    for shape in shapes:
        verdict = verify_anything(either_tool, shape)
        assert (verdict.outcome, verdict.reasons) == (VALID, ()), shape[:80]
        assert all(step.held for step in verdict.steps)
        assert verdict.certificate.content.holder_name == "Þóra Guðmundsdóttir"


# Forged PDFs (threats S04 to S06): each takes the bytes of a genuine one.


def _append(pdf: bytes) -> bytes:
    return pdf + b"\n% a remark"


def _append_update(pdf: bytes) -> bytes:
    start = pdf.rindex(b"startxref")
    previous = int(pdf[start:].split()[1])
    update = b"9999 0 obj <</A 1>> endobj\n"
    table = f"xref\n9999 1\n{len(pdf) + 1:010} 00000 n \ntrailer <</Size 10000 /Root 1 0 R /Prev {previous}>>\nstartxref\n".encode()
    return pdf + b"\n" + update + table + str(len(pdf) + 1 + len(update)).encode() + b"\n%%EOF\n"


def _truncate(pdf: bytes) -> bytes:
    return pdf[:-7]


def _zero_contents(pdf: bytes) -> bytes:
    return re.sub(rb"(/Contents\s*<)([0-9a-fA-F]+)(>)", lambda found: found[1] + b"0" * len(found[2]) + found[3], pdf, count=1)


def _remove_contents(pdf: bytes) -> bytes:
    return re.sub(rb"/Contents(\s*<[0-9a-fA-F]+>)", rb"/Contentz\1", pdf, count=1)


def _byte_range(values: bytes) -> Callable[[bytes], bytes]:
    def change(pdf: bytes) -> bytes:
        return re.sub(
            rb"(/ByteRange\s*)\[[^\]]*\]", lambda found: found[1] + (b"[" + values + b"]").ljust(len(found[0]) - len(found[1])), pdf, count=1
        )

    return change


def _no_byte_range(pdf: bytes) -> bytes:
    return pdf.replace(b"/ByteRange", b"/ByteRinge", 1)


def _rewrite(pdf: bytes) -> bytes:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(stream)
    return stream.getvalue()


def _strip_seal(pdf: bytes) -> bytes:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for entry in ("/AcroForm", "/Perms"):
            if entry in opened.Root:
                del opened.Root[entry]
        opened.pages[0].Annots = pikepdf.Array([entry for entry in opened.pages[0].get("/Annots", []) if entry.get("/FT") != "/Sig"])
        opened.save(stream)
    return stream.getvalue()


def _wrap(pdf: bytes) -> bytes:
    return b"%PDF-1.7\n% a wrapper\n" + pdf


def _second_seal_field(pdf: bytes) -> bytes:
    return pdf.replace(b"%%EOF", b"% /Type/Sig /ByteRange [0 1 2 3] /Contents <00>\n%%EOF", 1)


FORGERIES = [
    _append,
    _append_update,
    _truncate,
    _zero_contents,
    _remove_contents,
    _byte_range(b"0 0 0 0"),
    _byte_range(b"0 1"),
    _byte_range(b"0 -1 2 3"),
    _byte_range(b"null"),
    _byte_range(b"0 100 200 300 400 500"),
    _no_byte_range,
    _rewrite,
    _strip_seal,
    _wrap,
    _second_seal_field,
    lambda pdf: pdf[:1000] + pdf,
    lambda pdf: pdf * 2,
    lambda pdf: pdf.replace(b"%%EOF", b"%%EOG"),
]


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_forged_pdf_is_not_valid(tool: Installation, pdf: bytes, forge: Callable[[bytes], bytes]) -> None:
    forged = forge(pdf)
    assert forged != pdf
    for verify in (verify_pdf, verify_anything):
        outcome, _ = told(verify(tool, forged))
        assert outcome is NOT_VALID


def test_every_changed_byte_is_found(tool: Installation, pdf: bytes) -> None:
    """The first, the last, those inside the seal, and a sample of all others."""
    seal_at = pdf.index(b"/ByteRange")
    places = {*range(12), *range(len(pdf) - 12, len(pdf)), *range(seal_at - 20, seal_at + 120, 7), *range(0, len(pdf), len(pdf) // 60)}
    for place in sorted(places):
        changed = pdf[:place] + bytes([pdf[place] ^ 0x01]) + pdf[place + 1 :]
        assert verify_pdf(tool, changed).outcome is NOT_VALID, place


def test_a_pdf_with_our_name_sealed_by_somebody_else(tool: Installation, number: str, tmp_path: Path) -> None:
    stranger = KeyRing.create_for_development(tmp_path / "stranger", "Example Academy", "BE", clock.now())
    forged = make(genuine(tool, number), shipped().get(SCHEME).award, stranger).pdf
    assert told(verify_pdf(tool, forged)) == (NOT_VALID, "other-signer")


def test_the_page_of_one_with_the_number_of_another(tool: Installation, number: str, pdf: bytes) -> None:
    other = issued(tool, "Mallory Example")
    swapped = register.pdf(tool, other).replace(other.encode(), number.encode())
    verdict = verify_pdf(tool, swapped)
    assert verdict.outcome is NOT_VALID
    # Our own record is shown, whatever the file says.
    assert verdict.certificate is None or verdict.certificate.content.holder_name == "Þóra Guðmundsdóttir"


def test_a_file_that_has_nothing_to_do_with_us(tool: Installation, number: str) -> None:
    cases = {
        b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF": "not-ours",
        b"\x89PNG\r\n\x1a\n" + bytes(5000): "unreadable",
        b"\xff\xd8\xff" + bytes(5000): "unreadable",
        b"RIFF\x00\x00\x00\x00WEBP" + bytes(500): "unreadable",
        bytes(range(256)) * 40: "unreadable",
        b'{"a": 1}': "not-ours",
        b'{"a": 1, "a": 2}': "unreadable",
        b"{": "unreadable",
        b"": "not-recognised",
        b"hello": "not-recognised",
        b"https://example.org/": "not-recognised",
        b"http://[::1": "not-recognised",
        b"javascript:alert(1)": "not-recognised",
        f"{BASE}/verify".encode(): "not-recognised",
    }
    for shape, reason in cases.items():
        assert told(verify_anything(tool, shape)) == (CANNOT_TELL, reason), shape[:40]


def test_numbers(tool: Installation, number: str) -> None:
    wrong = ("2" if number[0] != "2" else "3") + number[1:]
    assert told(verify_number(tool, wrong)) == (CANNOT_TELL, "number-mistyped")
    assert told(verify_number(tool, new_number())) == (NOT_VALID, "number-unknown")
    assert told(verify_anything(tool, f"{BASE}/c/{new_number()}".encode())) == (NOT_VALID, "number-unknown")
    assert told(verify_anything(tool, f"{BASE}/c/{wrong}".encode())) == (CANNOT_TELL, "number-mistyped")


@pytest.mark.parametrize(
    "host",
    [
        "https://localhost:8400",
        "http://localhost:8401",
        "http://localhost.evil.example:8400",
        "http://localhost:8400@evil.example",
        "http://LOCALHOST:8400.evil",
    ],
)
def test_a_true_number_at_a_foreign_address_is_not_valid(tool: Installation, number: str, host: str) -> None:
    assert told(verify_anything(tool, f"{host}/c/{number}".encode())) == (NOT_VALID, "other-address")


def _all_ways(tool: Installation, number: str) -> list[Verdict]:
    return [
        verify_number(tool, number),
        verify_pdf(tool, register.pdf(tool, number)),
        verify_credential(tool, register.credential(tool, number)),
        verify_anything(tool, f"{BASE}/c/{number}".encode()),
    ]


def test_revoked(either_tool: Installation) -> None:
    number = issued(either_tool)
    revoking.revoke(either_tool, number, "a mistake", "administrator")
    for verdict in _all_ways(either_tool, number):
        assert told(verdict) == (NOT_VALID, "revoked")
        assert verdict.certificate.revoked_reason == "a mistake"


def test_replaced(either_tool: Installation) -> None:
    number = issued(either_tool)
    decision = revoking.reissue(either_tool, number, holder_name="Thora Gudmundsdottir", reason="asked for it", actor="administrator")
    new = issue(either_tool, keys.ring(either_tool), decision, lambda *_: None)
    for verdict in _all_ways(either_tool, number):
        assert told(verdict) == (WAS_VALID, "replaced")
        assert verdict.certificate.superseded_by == new
    assert all(verdict.outcome is VALID for verdict in _all_ways(either_tool, new))


def test_expired_from_the_day_after_the_last(tool: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    approved = content.approved_scheme

    def for_two_years(award: Award) -> Scheme:
        scheme = approved(award)
        return scheme.model_copy(update={"award": scheme.award.model_copy(update={"valid_years": 2})})

    monkeypatch.setattr(content, "approved_scheme", for_two_years)
    number = issued(tool)
    last = genuine(tool, number).expires_on
    assert last is not None
    with clock.held(datetime(last.year, last.month, last.day, 22, 30, tzinfo=UTC)):
        assert verify_number(tool, number).outcome is VALID
    with clock.held(datetime(last.year, last.month, last.day, 23, 30, tzinfo=UTC)):
        assert all(told(verdict) == (WAS_VALID, "expired") for verdict in _all_ways(tool, number))


def test_a_damaged_register_confirms_nothing(tool: Installation, number: str) -> None:
    with tool.database.write() as session:
        record = session.get_one(CertificateRecord, number)
        record.content = dict(record.content) | {"holder_name": "Mallory"}
    for verdict in (verify_number(tool, number), verify_pdf(tool, register.pdf(tool, number))):
        assert told(verdict) == (CANNOT_TELL, "record-damaged")
        assert verdict.certificate is None


def test_sealed_by_us_and_not_on_record(tool: Installation, number: str) -> None:
    fresh = new_number()
    lost = dataclasses.replace(genuine(tool, number), number=fresh, address=f"{BASE}/c/{fresh}")
    made = make(lost, shipped().get(SCHEME).award, keys.ring(tool))
    assert told(verify_pdf(tool, made.pdf)) == (CANNOT_TELL, "sealed-not-registered")
    assert told(verify_credential(tool, made.credential)) == (CANNOT_TELL, "sealed-not-registered")


# Forged credentials: each takes the document of a genuine one.


def _holder(document: dict[str, Any]) -> None:
    document["credentialSubject"]["identifier"][0]["identityHash"] = "Mallory"


def _status_of_another(document: dict[str, Any]) -> None:
    document["credentialStatus"]["statusListIndex"] = "1"


def _no_proof(document: dict[str, Any]) -> None:
    del document["proof"]


def _foreign_key(document: dict[str, Any]) -> None:
    document["proof"]["verificationMethod"] = "did:web:evil.example#key"


def _foreign_issuer(document: dict[str, Any]) -> None:
    document["issuer"]["id"] = "did:web:evil.example"


def _two_proofs(document: dict[str, Any]) -> None:
    document["proof"] = [document["proof"], document["proof"]]


def _later(document: dict[str, Any]) -> None:
    document["validUntil"] = "2099-01-01T00:00:00Z"


def _context(document: dict[str, Any]) -> None:
    document["@context"].append("https://evil.example/context")


def _extra_term(document: dict[str, Any]) -> None:
    document["unsignedRemark"] = "with distinction"


def _broken_proof(document: dict[str, Any]) -> None:
    document["proof"]["proofValue"] = "z1"


@pytest.mark.parametrize(
    "forge", [_holder, _status_of_another, _no_proof, _foreign_key, _foreign_issuer, _two_proofs, _later, _context, _extra_term, _broken_proof]
)
def test_a_forged_credential_is_not_valid(tool: Installation, number: str, forge: Callable[[dict[str, Any]], None]) -> None:
    document = json.loads(register.credential(tool, number))
    forge(document)
    for verify in (verify_credential, verify_anything):
        assert told(verify(tool, json.dumps(document).encode()))[0] is NOT_VALID


def test_a_credential_with_a_key_twice_is_not_valid(tool: Installation, number: str) -> None:
    doubled = register.credential(tool, number)[:-1] + b',"name":"Something else"}'
    assert told(verify_anything(tool, doubled)) == (NOT_VALID, "changed")


def test_the_status_list_is_no_certificate(tool: Installation, number: str) -> None:
    from lti_tool.issuing.status import status_list

    assert told(verify_anything(tool, status_list(tool))) == (CANNOT_TELL, "sealed-not-registered")
