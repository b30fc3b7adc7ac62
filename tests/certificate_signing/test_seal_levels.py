"""Every PAdES level, judged by programs that are not ours, with a real authority (threats S12, S13)."""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import page
import pikepdf
import pytest
from asn1crypto import x509 as asn1_x509
from authorities import Ca, Openssl, real_now
from certificate_parts import AWARD, CONTENT
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from levels import Sealed, sealed_at
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.ades import ades_lta_validation, simulate_future_ades_lta_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from certificate_signing.errors import TimestampFailed, ValidationMissing
from certificate_signing.keyring import KeyRing
from certificate_signing.pdf_check import check_pdf
from certificate_signing.pdf_seal import seal
from certificate_signing.seal_archive import before_archive, with_archive_timestamp
from certificate_signing.seal_cms import read_cms
from certificate_signing.seal_layout import find_seal
from certificate_signing.seal_level import SealLevel
from certificate_signing.seal_policy import SealPolicy
from certificate_signing.timestamp_trust import Authority
from lti_tool.issuing.make import signed_credential
from lti_tool.issuing.render import render

Judge = Callable[[str], str]
ONE_REVISION = (SealLevel.B_B, SealLevel.B_T, SealLevel.B_LT)
DATA = Path(__file__).parents[1] / "data" / "seals"
YEARS = timedelta(days=5 * 365)


def run(*command: str | Path) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("level", SealLevel)
def test_our_check_says_good_and_since_when(sealed: Sealed, level: SealLevel) -> None:
    checked = sealed.check(sealed.files[level])
    assert (checked.good, checked.codes, checked.certificate) == (True, (), sealed.key.certificate)
    assert (checked.proven_at is not None) is (level is not SealLevel.B_B)
    if checked.proven_at is not None:
        assert sealed.begun <= checked.proven_at <= real_now() + timedelta(seconds=2)
    assert len(checked.archived_at) == (1 if level is SealLevel.B_LTA else 0)


@pytest.mark.judge
@pytest.mark.parametrize("level", ONE_REVISION)
def test_one_revision_is_archival_and_accessible_and_whole(judge: Judge, sealed: Sealed, tmp_path: Path, level: SealLevel) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(sealed.files[level])
    for profile, rules in ((page.ValidationProfile.PDF_A_3A, 156), (page.ValidationProfile.PDF_UA_1, 104)):
        report = page.validate_pdf(str(file), profile=profile)
        assert [(failure.rule_id, failure.message) for failure in report.failures] == []
        assert report.rules.passed == report.rules.total == rules
    said = run(judge("pdfsig"), file)
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert said.count("Signature #") == 1
    assert "No syntax or stream encoding errors found" in run(judge("qpdf"), "--check", file)


@pytest.mark.judge
def test_an_archive_timestamp_costs_one_rule_of_the_archival_profile_and_no_other(judge: Judge, sealed: Sealed, tmp_path: Path) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(sealed.files[SealLevel.B_LTA])
    assert [failure.rule_id for failure in page.validate_pdf(str(file), profile=page.ValidationProfile.PDF_A_3A).failures] == [
        "PDFA3A-SIGNATURE-BYTERANGE-001"
    ]
    assert page.validate_pdf(str(file), profile=page.ValidationProfile.PDF_UA_1).is_compliant
    assert "No syntax or stream encoding errors found" in run(judge("qpdf"), "--check", file)
    assert "Signature is Valid." in run(judge("pdfsig"), file)


@pytest.mark.judge
def test_openssl_verifies_the_timestamp_and_the_seal_under_it(judge: Judge, sealed: Sealed, tmp_path: Path) -> None:
    pdf = sealed.files[SealLevel.B_LT]
    layout = find_seal(pdf)
    cms = read_cms(layout.cms)
    assert cms.token is not None
    (tmp_path / "token").write_bytes(cms.token)
    (tmp_path / "value").write_bytes(cms.signature)
    (tmp_path / "root.pem").write_bytes(sealed.ca.certificate.public_bytes(Encoding.PEM))
    told = run(
        judge("openssl"), "ts", "-verify", "-token_in", "-in", tmp_path / "token", "-data", tmp_path / "value", "-CAfile", tmp_path / "root.pem"
    )
    assert "Verification: OK" in told
    (tmp_path / "seal.der").write_bytes(layout.cms)
    (tmp_path / "signed").write_bytes(pdf[: layout.start] + pdf[layout.end :])
    told = run(
        judge("openssl"), "cms", "-verify", "-binary", "-cades", "-inform", "DER", "-in", tmp_path / "seal.der", "-content", tmp_path / "signed",
        "-CAfile", tmp_path / "root.pem", "-purpose", "smimesign", "-out", tmp_path / "out",
    )  # fmt: skip
    assert "CAdES Verification successful" in told


@pytest.mark.judge
def test_pyhanko_believes_a_seal_by_what_it_carries_with_revocation_required_and_no_network(sealed: Sealed) -> None:
    reader = PdfFileReader(BytesIO(sealed.files[SealLevel.B_LT]))
    root = asn1_x509.Certificate.load(sealed.ca.certificate.public_bytes(Encoding.DER))
    stored = DocumentSecurityStore.read_dss(reader)
    context = stored.as_validation_context({"trust_roots": [root], "allow_fetching": False, "revocation_mode": "require"})
    uses = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})
    status = asyncio.run(async_validate_pdf_signature(reader.embedded_regular_signatures[0], context, key_usage_settings=uses))
    assert status.bottom_line, status.pretty_print_details()
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.trusted


@pytest.mark.judge
def test_pyhanko_believes_an_archived_seal_in_five_years(sealed: Sealed) -> None:
    """By then the certificates of the seal and of the authority have run out."""
    signature = PdfFileReader(BytesIO(sealed.files[SealLevel.B_LTA])).embedded_regular_signatures[0]
    strict = _strict(sealed)
    assert asyncio.run(ades_lta_validation(signature, strict)).ades_subindic is AdESPassed.OK
    judged = asyncio.run(simulate_future_ades_lta_validation(signature, strict, real_now() + YEARS))
    assert judged.ades_subindic is AdESPassed.OK, judged.failure_msg


def _strict(sealed: Sealed) -> PdfSignatureValidationSpec:
    trust = SimpleTrustManager.build(trust_roots=[asn1_x509.Certificate.load(sealed.ca.certificate.public_bytes(Encoding.DER))])
    policy = CertValidationPolicySpec(trust_manager=trust, revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO))
    return PdfSignatureValidationSpec(SignatureValidationSpec(cert_validation_policy=policy))


def test_a_second_archive_timestamp_comes_around_the_first(sealed: Sealed) -> None:
    again = with_archive_timestamp(sealed.files[SealLevel.B_LTA], sealed.tsa.trusted())
    checked = sealed.check(again)
    assert checked.good
    assert len(checked.archived_at) == 2


def test_what_was_archived_before_is_good_for_ever(sealed: Sealed) -> None:
    """The archive revision is checked by writing it anew: whoever changes how it is written must still know how it was."""
    authority = x509.load_pem_x509_certificate((DATA / "archived.pem").read_bytes())
    pdf = (DATA / "archived.pdf").read_bytes()
    inner = before_archive(pdf)
    assert inner is not None
    seal_certificate = x509.load_der_x509_certificate(read_cms(find_seal(inner).cms).certificate)
    checked = check_pdf(pdf, (seal_certificate,), (Authority(authority),))
    assert checked.good
    assert len(checked.archived_at) == 1


@pytest.mark.parametrize("level", ONE_REVISION)
def test_only_the_place_of_the_signature_differs_between_two_seals_of_the_same(sealed: Sealed, level: SealLevel) -> None:
    first, again = sealed.files[level], sealed_at(level, sealed)
    layouts = find_seal(first), find_seal(again)
    assert layouts[0].digest(first) == layouts[1].digest(again)
    assert (first == again) is (level is SealLevel.B_B)


def test_the_security_store_is_signed_with_the_rest_and_holds_both_paths(sealed: Sealed) -> None:
    with pikepdf.open(BytesIO(sealed.files[SealLevel.B_LT])) as document:
        stored = document.Root.DSS
        certificates = {bytes(each.read_bytes()) for each in stored.Certs}
        assert len(stored.CRLs) == 1
    wanted = (sealed.key.certificate, sealed.tsa.certificate, sealed.ca.certificate)
    assert certificates == {each.public_bytes(Encoding.DER) for each in wanted}


def test_a_seal_whose_certificate_says_where_to_ask_by_ocsp(sealed: Sealed) -> None:
    key = sealed.ca.seal_key(responder=True)
    policy = SealPolicy(SealLevel.B_LT, sealed.tsa.trusted(), sealed.ca.revocations(key.certificate))
    pdf = seal(sealed.unsealed, key, at=real_now(), reason="r", organisation="o", policy=policy)
    with pikepdf.open(BytesIO(pdf)) as document:
        assert (len(document.Root.DSS.OCSPs), len(document.Root.DSS.CRLs)) == (1, 1)
    assert check_pdf(pdf, (key.certificate,), (Authority(sealed.ca.certificate),)).good


@pytest.mark.parametrize("whose", ["seal", "authority", "seal by OCSP"])
def test_nothing_is_sealed_at_b_lt_by_or_with_what_is_revoked(tmp_path: Path, sealed: Sealed, whose: str) -> None:
    ca = Ca()
    tsa, key = Openssl(tmp_path / "tsa", ca), ca.seal_key(responder=whose == "seal by OCSP")
    ca.revoked.append((tsa.certificate if whose == "authority" else key.certificate).serial_number)
    policy = SealPolicy(SealLevel.B_LT, tsa.trusted(), ca.revocations(key.certificate))
    with pytest.raises(ValidationMissing):
        seal(sealed.unsealed, key, at=real_now(), reason="r", organisation="o", policy=policy)


def test_development_certificates_say_nowhere_whether_they_are_revoked(ring: KeyRing, sealed: Sealed) -> None:
    policy = SealPolicy(SealLevel.B_LT, sealed.tsa.trusted(), sealed.ca.revocations())
    with pytest.raises(ValidationMissing, match="says nowhere"):
        seal(sealed.unsealed, ring.seal, at=real_now(), reason="r", organisation="o", policy=policy)


def test_what_was_asked_of_the_ca_serves_for_half_an_hour(sealed: Sealed) -> None:
    asked: list[str] = []
    revocations = sealed.ca.revocations()
    fetch, moment = revocations.fetch, [real_now()]
    revocations.fetch = lambda address, request: (asked.append(address), fetch(address, request))[1]
    revocations.now = lambda: moment[0]
    path = tuple(each.public_bytes(Encoding.DER) for each in (sealed.key.certificate, sealed.ca.certificate))
    for later, count in ((0, 1), (29, 1), (31, 2)):
        moment[0] = real_now() + timedelta(minutes=later)
        revocations.data([path])
        assert len(asked) == count


@pytest.mark.parametrize("level", [SealLevel.B_T, SealLevel.B_LT, SealLevel.B_LTA])
def test_a_level_without_what_it_needs_is_no_policy(sealed: Sealed, level: SealLevel) -> None:
    with pytest.raises(ValueError, match="needs"):
        SealPolicy(level)
    if level is not SealLevel.B_T:
        with pytest.raises(ValueError, match="revocation"):
            SealPolicy(level, sealed.tsa.trusted())


def test_a_seal_outlives_its_certificate(sealed: Sealed) -> None:
    """The timestamp lies inside the validity of certificates that have run out five years later."""
    checked = sealed.check(sealed.files[SealLevel.B_T])
    certificate = checked.certificate
    assert checked.good
    assert certificate is not None
    assert checked.proven_at is not None
    assert certificate.not_valid_before_utc <= checked.proven_at <= certificate.not_valid_after_utc < real_now() + YEARS


def test_an_authority_that_changes_its_certificate_is_asked_anew(tmp_path: Path, sealed: Sealed) -> None:
    first, second = Openssl(tmp_path / "first", sealed.ca), Openssl(tmp_path / "second", sealed.ca)
    authority = first.trusted()
    authority.path()
    changed = type(authority)(second.answer, authority.trusted, authority.now, _paths=authority._paths)
    policy = SealPolicy(SealLevel.B_LT, changed, sealed.ca.revocations())
    pdf = seal(sealed.unsealed, sealed.key, at=real_now(), reason="r", organisation="o", policy=policy)
    with pikepdf.open(BytesIO(pdf)) as document:
        stored = {hashlib.sha256(each.read_bytes()).digest() for each in document.Root.DSS.Certs}
    assert hashlib.sha256(second.certificate.public_bytes(Encoding.DER)).digest() in stored
    assert hashlib.sha256(first.certificate.public_bytes(Encoding.DER)).digest() not in stored


def test_a_token_that_does_not_fit_seals_nothing(sealed: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certificate_signing.pdf_seal.TOKEN_ROOM", 2_000)
    with pytest.raises(TimestampFailed) as failed:
        sealed_at(SealLevel.B_T, sealed)
    assert failed.value.code == "too-large"


def test_a_page_of_the_tool_takes_every_level(ring: KeyRing, sealed: Sealed) -> None:
    unsealed = render(CONTENT, signed_credential(CONTENT, AWARD, ring))
    assert unsealed == sealed.unsealed
