"""The seal, judged by programs that are not ours."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest
from certificate_parts import AWARD, CONTENT, NOW, content
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certificate_signing.keyring import KeyRing
from certificate_signing.pdf_check import check_pdf
from certificate_signing.pdf_seal import seal
from certificate_signing.seal_layout import find_seal
from lti_tool.issuing.make import Made, make, signed_credential
from lti_tool.issuing.render import render

Judge = Callable[[str], str]
DATA = Path(__file__).parents[1] / "data" / "seals"


def run(*command: str | Path) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300, check=False)
    return done.stdout + done.stderr


@pytest.mark.judge
def test_pdfsig_says_valid_and_total(judge: Judge, pdf_file: Path) -> None:
    said = run(judge("pdfsig"), pdf_file)
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert said.count("Signature #") == 1


@pytest.mark.judge
def test_qpdf_finds_nothing(judge: Judge, pdf_file: Path) -> None:
    assert "No syntax or stream encoding errors found" in run(judge("qpdf"), "--check", pdf_file)


@pytest.mark.judge
@pytest.mark.parametrize(("profile", "rules"), [("PDF_A_3A", 156), ("PDF_UA_1", 104)])
@pytest.mark.parametrize("language", ["en", "el"])
def test_the_sealed_file_is_archival_and_accessible(ring: KeyRing, tmp_path: Path, profile: str, rules: int, language: str) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(make(content(language=language), AWARD, ring).pdf)
    report = page.validate_pdf(str(file), profile=getattr(page.ValidationProfile, profile))
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    assert (report.is_compliant, report.rules.passed, report.rules.total) == (True, rules, rules)


@pytest.mark.judge
def test_openssl_verifies_the_cms_up_to_our_root(judge: Judge, ring: KeyRing, made: Made, tmp_path: Path) -> None:
    layout = find_seal(made.pdf)
    (tmp_path / "seal.der").write_bytes(layout.cms)
    (tmp_path / "signed").write_bytes(made.pdf[: layout.start] + made.pdf[layout.end :])
    (tmp_path / "root.pem").write_bytes(ring.seal.chain[-1].public_bytes(Encoding.PEM))
    said = run(
        judge("openssl"), "cms", "-verify", "-binary", "-cades", "-inform", "DER", "-in", tmp_path / "seal.der", "-content", tmp_path / "signed",
        "-CAfile", tmp_path / "root.pem", "-purpose", "smimesign", "-attime", str(int(NOW.timestamp())), "-out", tmp_path / "out",
    )  # fmt: skip
    assert "CAdES Verification successful" in said


def test_our_own_check_agrees(ring: KeyRing, made: Made) -> None:
    checked = check_pdf(made.pdf, ring.trusted_seals())
    assert checked.good
    assert (checked.sealed, checked.whole, checked.intact, checked.ours) == (True, True, True, True)
    assert checked.signer_name == "Example Academy seal (development)"


def test_the_same_page_and_time_give_the_same_bytes(ring: KeyRing) -> None:
    unsealed = render(CONTENT, signed_credential(CONTENT, AWARD, ring))
    first, again = (seal(unsealed, ring.seal, at=NOW, reason="r", organisation="o") for _ in range(2))
    later = seal(unsealed, ring.seal, at=NOW + timedelta(seconds=1), reason="r", organisation="o")
    assert first == again
    assert first != later
    assert len(first) == len(later)


def test_the_seal_is_certified_against_every_change_and_tells_time_and_reason(made: Made) -> None:
    with pikepdf.open(BytesIO(made.pdf)) as document:
        field = document.Root.AcroForm.Fields[0]
        signature = field.V
        assert document.Root.Perms.DocMDP.objgen == signature.objgen
        assert signature.Reference[0].TransformParams.P == 1
        assert str(signature.M) == "D:20261121100000Z"
        assert str(signature.Reason) == "Certificate issued"
        assert str(field.TU) == "Electronic seal of Example Academy"
        assert str(document.Root.Version if "/Version" in document.Root else document.pdf_version) == "1.7"


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7", b"junk"])
def test_what_is_no_pdf_is_not_sealed(ring: KeyRing, pdf: bytes) -> None:
    with pytest.raises((pikepdf.PdfError, AttributeError)):
        seal(pdf, ring.seal, at=NOW, reason="r", organisation="o")


# How else a PDF may be laid out: what has no plain cross-reference table is saved anew before it is sealed.
LAYOUTS: dict[str, dict[str, Any]] = {
    "object streams": {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
    "linearized": {"linearize": True},
    "encrypted": {"encryption": pikepdf.Encryption(owner="", user="")},
    "saved by pikepdf": {},
}


@pytest.mark.judge
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_page_that_is_laid_out_otherwise_is_sealed_too(judge: Judge, ring: KeyRing, tmp_path: Path, layout: str) -> None:
    out, file = BytesIO(), tmp_path / "certificate.pdf"
    with pikepdf.open(BytesIO(_unsealed(ring))) as document:
        document.save(out, **LAYOUTS[layout])
    file.write_bytes(seal(out.getvalue(), ring.seal, at=NOW, reason="Ausgestellt für „Ağız“", organisation="Example Academy"))
    assert check_pdf(file.read_bytes(), ring.trusted_seals()).good
    assert "No syntax or stream encoding errors found" in run(judge("qpdf"), "--check", file)
    said = run(judge("pdfsig"), file)
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    with pikepdf.open(file) as document:
        assert str(document.Root.AcroForm.Fields[0].V.Reason) == "Ausgestellt für „Ağız“"


def test_a_damaged_page_is_mended_before_it_is_sealed(ring: KeyRing) -> None:
    unsealed = _unsealed(ring)
    damaged = unsealed.replace(b"\nxref\n", b"\nxrof\n")
    assert check_pdf(seal(damaged, ring.seal, at=NOW, reason="r", organisation="o"), ring.trusted_seals()).good


def test_what_was_sealed_before_seals_were_written_by_hand_is_good_for_ever() -> None:
    file = DATA / "first_layout.pdf"
    certificate = x509.load_pem_x509_certificate((DATA / "first_layout.pem").read_bytes())
    assert check_pdf(file.read_bytes(), (certificate,)).good


def _unsealed(ring: KeyRing) -> bytes:
    return render(CONTENT, signed_credential(CONTENT, AWARD, ring))
