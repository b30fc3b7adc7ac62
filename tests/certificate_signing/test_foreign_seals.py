"""Signatures of other bodies: a good one is told from every forged, stripped, expired and foreign one, each by its own code."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from forgeries import FORGERIES, annotate, resave
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Dictionary, Name
from pyhanko.pdf_utils.generic import NameObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certificate_signing import foreign_seals as module
from certificate_signing.approval import approve
from certificate_signing.development_pki import development_seal
from certificate_signing.foreign_seals import Anchor, ForeignSeal, foreign_seals
from certificate_signing.key_types import SealKey

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
PAGE = b"BT /F 14 Tf 60 700 Td (This is to certify that Anna Muster) Tj ET"


def page() -> bytes:
    """A page whose words stand readable in the file."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    document.pages[0].Resources = Dictionary(Font=Dictionary(F=font))
    document.pages[0].Contents = document.make_stream(PAGE)
    document.pages[0].obj.Annots = pikepdf.Array()
    out = BytesIO()
    document.save(out, compress_streams=False)
    return out.getvalue()


@pytest.fixture(scope="module")
def issuer() -> SealKey:
    return development_seal("issuer", "Example Ministry", "BE", NOW, bits=2048)


@pytest.fixture(scope="module")
def stranger() -> SealKey:
    return development_seal("stranger", "Somebody Else", "BE", NOW, bits=2048)


@pytest.fixture(scope="module")
def signed(issuer: SealKey) -> bytes:
    return approve(page(), issuer, NOW)


def anchors(key: SealKey) -> list[Anchor]:
    return [Anchor("The Ministry", key.chain[-1], "Example Ministry")]


def codes(pdf: bytes, key: SealKey, at: datetime = NOW) -> list[str]:
    return [seal.code for seal in foreign_seals(pdf, anchors(key), at)]


def test_a_seal_of_an_issuer_is_good_by_its_ca_and_by_itself(signed: bytes, issuer: SealKey) -> None:
    assert foreign_seals(signed, anchors(issuer), NOW) == (ForeignSeal("good", "Example Ministry seal (development)", "The Ministry"),)
    assert foreign_seals(signed, [Anchor("Pinned", issuer.certificate)], NOW)[0].issuer == "Pinned"
    assert foreign_seals(signed, [Anchor("Middle", issuer.chain[0], "Example Ministry")], NOW)[0].issuer == "Middle"


def test_nobody_is_trusted_by_default(signed: bytes) -> None:
    assert foreign_seals(signed, (), NOW) == (ForeignSeal("unknown", "Example Ministry seal (development)"),)


def test_a_ca_vouches_for_the_named_organisation_alone(signed: bytes, issuer: SealKey) -> None:
    other = [Anchor("Academy", issuer.chain[-1], "Example Academy")]
    assert [seal.code for seal in foreign_seals(signed, other, NOW)] == ["unknown"]


def test_a_file_without_signatures_has_none(issuer: SealKey) -> None:
    assert codes(page(), issuer) == []


def test_another_signer_with_the_issuers_names_is_told_apart(issuer: SealKey) -> None:
    imitation = development_seal("imitation", "Example Ministry", "BE", NOW, bits=2048)
    assert codes(approve(page(), imitation, NOW), issuer) == ["look-alike"]


def test_a_self_signed_seal_with_the_issuers_names_is_told_apart(issuer: SealKey) -> None:
    key = rsa.generate_private_key(65537, 2048)
    genuine = issuer.certificate
    builder = x509.CertificateBuilder().subject_name(genuine.subject).issuer_name(genuine.subject).public_key(key.public_key())
    builder = builder.serial_number(genuine.serial_number).not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=900))
    for extension in genuine.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    forged = SealKey("forged", key, builder.sign(key, hashes.SHA256()), ())
    assert codes(approve(page(), forged, NOW), issuer) == ["look-alike"]


def test_the_issuers_certificate_with_another_key_is_broken(issuer: SealKey) -> None:
    thief = SealKey("thief", rsa.generate_private_key(65537, 2048), issuer.certificate, issuer.chain)
    assert codes(approve(page(), thief, NOW), issuer) == ["broken"]


def test_a_stranger_is_unknown(issuer: SealKey, stranger: SealKey) -> None:
    assert codes(approve(page(), stranger, NOW), issuer) == ["unknown"]


@pytest.mark.parametrize("by", ["its ca", "itself"])
def test_an_expired_seal_is_told_apart(signed: bytes, issuer: SealKey, by: str) -> None:
    trusted = anchors(issuer) if by == "its ca" else [Anchor("Pinned", issuer.certificate)]
    for moment in (NOW + timedelta(days=3 * 365 + 1), NOW + timedelta(days=20 * 365), NOW - timedelta(days=2)):
        assert [seal.code for seal in foreign_seals(signed, trusted, moment)] == ["expired"]


def test_a_forged_seal_that_has_expired_too_is_still_a_forged_one(issuer: SealKey) -> None:
    before = NOW - timedelta(days=4 * 365)
    imitation = development_seal("imitation", "Example Ministry", "BE", before, bits=2048)
    assert codes(approve(page(), imitation, before), issuer) == ["look-alike"]


def with_update(pdf: bytes) -> bytes:
    """Append an incremental update with another name; the signed bytes stay as they are."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    contents = writer.add_object(StreamObject(stream_data=PAGE.replace(b"Anna Muster", b"Boris Blank")))
    first = writer.root["/Pages"]["/Kids"][0]
    first[NameObject("/Contents")] = contents
    writer.update_container(first)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def signed_again(pdf: bytes) -> bytes:
    return approve(pdf, development_seal("second", "Somebody Else", "BE", NOW, bits=2048), NOW, field="Second")


def without_value(pdf: bytes) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as document:
        del document.Root.AcroForm.Fields[0].V
        out = BytesIO()
        document.save(out)
        return out.getvalue()


def shorter(pdf: bytes) -> bytes:
    """Let the second range end early."""
    found = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", pdf)
    assert found is not None
    numbers = b"%s %s %s %d" % (*found.groups()[:3], int(found.group(4)) - 20)
    new = b"/ByteRange [%s]" % numbers
    return pdf.replace(found.group(), new + b" " * (len(found.group()) - len(new)), 1)


ATTACKS: dict[str, tuple[Callable[[bytes], bytes], set[str]]] = {
    "the name altered": (lambda pdf: pdf.replace(b"Anna Muster", b"Olga Muster"), {"broken"}),
    "an update with another name": (with_update, {"changed-after"}),
    "a line break appended": (lambda pdf: pdf + b"\n", {"changed-after"}),
    "a second page tree appended as plain bytes": (lambda pdf: pdf + page(), {"changed-after", "unchecked", "removed", "partial"}),
    "bytes put before": (lambda pdf: b"%PDF-1.7\n" + pdf, {"partial", "broken", "unchecked"}),
    "signed again by somebody else": (signed_again, {"changed-after"}),
    "the signature taken out": (without_value, {"removed"}),
    "the name of its entry changed": (lambda pdf: pdf.replace(b"/V ", b"/X "), {"removed"}),
    "saved anew": (resave, {"broken", "partial", "changed-after", "unchecked"}),
    "an annotation over the name": (annotate, {"broken", "partial", "changed-after", "unchecked"}),
    "the range ends early": (shorter, {"broken", "partial"}),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_every_attack_is_found_and_told_apart(signed: bytes, issuer: SealKey, name: str) -> None:
    forge, expected = ATTACKS[name]
    forged = forge(signed)
    assert forged != signed
    found = codes(forged, issuer)
    assert found
    assert "good" not in found
    assert found[0] in expected


# What lies between the ranges is the signature alone: how its digits are written, or what fills the room behind it, says nothing.
SAYS_NOTHING = {"contents in small letters", "something behind the CMS", "an update that changes nothing"}
# Made for the certified layout of our own seals.
OF_OUR_LAYOUT = {
    "stripped of the signature", "the time of sealing", "the reason", "DocMDP loosened", "ByteRange twice", "another signature over all",
    "the attachment swapped in an update", "the certification taken away in an update",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FORGERIES.keys() - SAYS_NOTHING - OF_OUR_LAYOUT))
def test_no_forgery_of_our_own_list_passes_either(signed: bytes, issuer: SealKey, name: str) -> None:
    forged = FORGERIES[name][0](signed)
    assert forged != signed
    assert "good" not in codes(forged, issuer)


def test_a_signed_file_inside_another_proves_nothing(signed: bytes, issuer: SealKey) -> None:
    outer = pikepdf.new()
    outer.add_blank_page()
    outer.attachments["certificate.pdf"] = pikepdf.AttachedFileSpec(outer, signed, filename="certificate.pdf")
    out = BytesIO()
    outer.save(out)
    assert "good" not in codes(out.getvalue(), issuer)


def test_no_single_byte_of_a_signed_file_may_change(signed: bytes, issuer: SealKey) -> None:
    found = re.search(rb"/Contents <", signed)
    assert found is not None
    outside = [*range(0, found.start(), 131), *range(len(signed) - 300, len(signed), 23)]
    for place in outside:
        forged = bytearray(signed)
        forged[place] ^= 1
        assert "good" not in codes(bytes(forged), issuer), place


def test_whatever_a_parser_raises_proves_nothing(signed: bytes, issuer: SealKey, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise TypeError("leaked")

    for name in ("PdfFileReader", "async_validate_pdf_signature", "common_name"):
        with monkeypatch.context() as patched:
            patched.setattr(module, name, broken)
            assert codes(signed, issuer) == ["unchecked"]


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=300))
def test_any_bytes_have_an_answer(content: bytes) -> None:
    for pdf in (content, b"%PDF-1.7\n/ByteRange [0 10 20 30]" + content + b"\nstartxref\n0\n%%EOF\n"):
        assert "good" not in [seal.code for seal in foreign_seals(pdf, (), NOW)]
