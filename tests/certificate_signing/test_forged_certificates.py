"""The forged list: never whole, intact and ours, and each told apart (threats S04 to S06)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from certificate_parts import AWARD, CONTENT, NOW
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from forgeries import FORGERIES
from hypothesis import given, settings
from hypothesis import strategies as st
from levels import Sealed
from timestamp_forgeries import ARCHIVE_FORGERIES, TIMESTAMP_FORGERIES

from certificate_signing import pdf_check, pdf_seal
from certificate_signing.key_types import SealKey
from certificate_signing.keyring import KeyRing
from certificate_signing.pdf_check import check_pdf
from certificate_signing.seal_layout import find_seal
from certificate_signing.seal_level import SealLevel
from lti_tool.issuing.make import Made, make, signed_credential
from lti_tool.issuing.render import render


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_certificate_is_refused_and_told_apart(ring: KeyRing, made: Made, name: str) -> None:
    forge, codes = FORGERIES[name]
    forged = forge(made.pdf)
    assert forged != made.pdf
    checked = check_pdf(forged, ring.trusted_seals())
    assert not (checked.whole and checked.intact and checked.ours)
    assert not checked.good
    assert set(checked.codes) <= codes
    assert len(checked.codes) == 1


@pytest.mark.parametrize("level", [SealLevel.B_T, SealLevel.B_LT])
@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_certificate_with_a_timestamp_is_refused_and_told_apart(sealed: Sealed, level: SealLevel, name: str) -> None:
    forge, codes = FORGERIES[name]
    checked = sealed.check(forge(sealed.files[level]))
    assert not (checked.whole and checked.intact and checked.ours)
    assert len(checked.codes) == 1
    assert set(checked.codes) <= codes


@pytest.mark.parametrize("name", ARCHIVE_FORGERIES)
def test_a_forged_archived_certificate_is_refused(sealed: Sealed, name: str) -> None:
    forged = ARCHIVE_FORGERIES[name](sealed.files[SealLevel.B_LTA], sealed.files[SealLevel.B_LT])
    checked = sealed.check(forged)
    assert not (checked.whole and checked.intact and checked.ours)
    assert len(checked.codes) == 1


@pytest.mark.parametrize("name", TIMESTAMP_FORGERIES)
def test_a_seal_with_a_forged_timestamp_is_refused(sealed: Sealed, name: str) -> None:
    forged = TIMESTAMP_FORGERIES[name](sealed)
    checked = sealed.check(forged)
    assert checked.codes in {("timestamp-wrong",), ("other-authority",), ("seal-broken",)}
    assert checked.proven_at is None
    assert not (checked.whole and checked.intact and checked.ours)


def test_a_timestamp_of_an_authority_that_is_not_trusted_any_more_is_no_pass(sealed: Sealed) -> None:
    checked = check_pdf(sealed.files[SealLevel.B_T], (sealed.key.certificate,), ())
    assert checked.codes == ("other-authority",)


def test_no_byte_of_an_archived_certificate_may_change(sealed: Sealed) -> None:
    pdf, before = sealed.files[SealLevel.B_LTA], len(sealed.files[SealLevel.B_LT])
    for place in (*range(0, before, 9973), *range(before, len(pdf), 499), *range(len(pdf) - 40, len(pdf), 3)):
        forged = bytearray(pdf)
        forged[place] ^= 1
        checked = sealed.check(bytes(forged))
        assert not (checked.whole and checked.intact and checked.ours), place
        assert checked.codes, place


@pytest.mark.parametrize("level", [SealLevel.B_B, SealLevel.B_T])
def test_no_single_byte_may_change(sealed: Sealed, level: SealLevel) -> None:
    """One bit in every region: header, objects, attachment, seal (all of it), cross-references, trailer."""
    pdf = sealed.files[level]
    layout = find_seal(pdf)
    size = len(pdf)
    places = {*range(0, size, 1997), *range(layout.start - 40, layout.end + 40, 89), *range(size - 400, size, 7), *range(layout.end, layout.end + 60)}
    for place in sorted(places):
        forged = bytearray(pdf)
        forged[place] ^= 1
        checked = sealed.check(bytes(forged))
        assert not (checked.whole and checked.intact and checked.ours), place
        assert checked.codes, place


def test_another_body_with_our_name_is_told_apart(ring: KeyRing, other_ring: KeyRing) -> None:
    forged = make(CONTENT, AWARD, other_ring).pdf
    checked = check_pdf(forged, ring.trusted_seals())
    assert checked.signer_name == "Example Academy seal (development)"
    assert (checked.codes, checked.ours) == (("other-signer",), False)


def _look_alike(genuine: x509.Certificate) -> SealKey:
    """A self-signed certificate with our names, serial number and dates."""
    key = rsa.generate_private_key(65537, 3072)
    builder = x509.CertificateBuilder().subject_name(genuine.subject).issuer_name(genuine.issuer).public_key(key.public_key())
    builder = builder.serial_number(genuine.serial_number).not_valid_before(genuine.not_valid_before_utc)
    builder = builder.not_valid_after(genuine.not_valid_after_utc)
    for extension in genuine.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    return SealKey("look-alike", key, builder.sign(key, hashes.SHA256()), ())


def _unsealed(ring: KeyRing) -> bytes:
    return render(CONTENT, signed_credential(CONTENT, AWARD, ring))


def test_a_self_signed_look_alike_is_told_apart(ring: KeyRing) -> None:
    forged = pdf_seal.seal(_unsealed(ring), _look_alike(ring.seal.certificate), at=NOW, reason="r", organisation="o")
    assert check_pdf(forged, ring.trusted_seals()).codes == ("other-signer",)


def test_our_certificate_with_another_key_is_refused(ring: KeyRing) -> None:
    thief = SealKey("thief", rsa.generate_private_key(65537, 3072), ring.seal.certificate, ring.seal.chain)
    forged = pdf_seal.seal(_unsealed(ring), thief, at=NOW, reason="r", organisation="o")
    assert check_pdf(forged, ring.trusted_seals()).codes == ("seal-broken",)


def test_a_seal_of_ours_on_another_file_is_refused(ring: KeyRing, made: Made) -> None:
    """The CMS of one certificate, put into another one of the same shape."""
    other = pdf_seal.seal(_unsealed(ring), ring.seal, at=NOW + timedelta(days=1), reason="Certificate issued", organisation="Example Academy")
    here, there = find_seal(made.pdf), find_seal(other)
    forged = other[: there.start] + made.pdf[here.start : here.end] + other[there.end :]
    checked = check_pdf(forged, ring.trusted_seals())
    assert (checked.codes, checked.intact, checked.ours) == (("content-changed",), False, True)


def test_a_seal_that_allows_changes_is_refused(ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_seal, "_NO_CHANGES", 2)
    forged = pdf_seal.seal(_unsealed(ring), ring.seal, at=NOW, reason="r", organisation="o")
    assert check_pdf(forged, ring.trusted_seals()).codes == ("not-certified",)


def test_a_retired_seal_is_still_ours_and_a_withdrawn_one_is_not(ring: KeyRing, other_ring: KeyRing, made: Made) -> None:
    assert check_pdf(made.pdf, (*other_ring.trusted_seals(), *ring.trusted_seals())).good
    assert check_pdf(made.pdf, other_ring.trusted_seals()).codes == ("other-signer",)
    assert check_pdf(made.pdf, ()).codes == ("other-signer",)


def test_nothing_is_sealed_twice(ring: KeyRing, made: Made) -> None:
    with pytest.raises(ValueError, match="sealed twice"):
        pdf_seal.seal(made.pdf, ring.seal, at=NOW, reason="r", organisation="o")


def test_whatever_a_parser_raises_is_not_a_pass(ring: KeyRing, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise TypeError("leaked")

    for name in ("find_seal", "read_cms", "PdfFileReader"):
        with monkeypatch.context() as patched:
            patched.setattr(pdf_check, name, broken)
            checked = check_pdf(made.pdf, ring.trusted_seals())
        assert checked.codes
        assert not checked.intact


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=300))
def test_any_bytes_have_an_answer(content: bytes) -> None:
    for pdf in (content, b"%PDF-1.7\n" + content, b"%PDF-1.7\n/ByteRange [0 10 20 30]" + content + b"\nstartxref\n0\n%%EOF\n"):
        assert not check_pdf(pdf, ()).good


def test_a_file_that_is_far_too_large_is_not_read() -> None:
    assert check_pdf(b"%PDF-1.7" + bytes(pdf_check.LARGEST), ()).codes == ("unreadable-pdf",)
