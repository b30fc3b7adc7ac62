"""The whole certificate: what it says, to whom it can be read, and that it is always the same."""

from __future__ import annotations

import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from certificate_parts import AWARD, BASE, CONTENT, NUMBER, content, make_ring
from PIL import Image

from certificate_signing.data_integrity import check_proof
from certificate_signing.did import verification_keys
from certificate_signing.keyring import KeyRing
from certificate_signing.pdf_check import check_pdf
from lti_tool.issuing.badge import credential
from lti_tool.issuing.make import Made, make
from lti_tool.issuing.render import render
from lti_tool.issuing.token import qr_text


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return make_ring(tmp_path_factory.mktemp("ring") / "keys")


@pytest.fixture(scope="module")
def made(ring: KeyRing) -> Made:
    return make(CONTENT, AWARD, ring)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    text: str = document[0].get_textpage().get_text_range()
    document.close()
    return " ".join(text.split())


def picture(pdf: bytes, folder: Path, dpi: int = 110, *options: str) -> Path:
    file = folder / "certificate.pdf"
    file.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", "-singlefile", *options, str(file), str(folder / "page")], check=True, timeout=300)
    return folder / "page.png"


def test_it_is_sealed_proved_and_carries_its_credential(ring: KeyRing, made: Made) -> None:
    assert check_pdf(made.pdf, ring.trusted_seals()).good
    assert check_proof(json.loads(made.credential), verification_keys(BASE, ring.credential_public)).ok
    with pikepdf.open(BytesIO(made.pdf)) as document:
        assert list(document.attachments) == ["credential.json"]
        assert document.attachments["credential.json"].get_file().read_bytes() == made.credential
        assert document.Root.AF[0].AFRelationship == "/Source"


def test_the_page_says_everything_in_reading_order(made: Made) -> None:
    text = text_of(made.pdf)
    parts = (
        "EXAMPLE ACADEMY", "Certificate", "Digital competencies for educators", "Þóra Guðmundsdóttir", "has shown digital competencies",
        "LEVEL", "B2", "Professional engagement", "Digital resources", "Teaching and learning", "Assessment", "Empowering learners",
        "Issued on 21 November 2026", "7QK3-M9ZV-XH2C-8R4T-BWND-5YAS", "read and checked by a computer program",
        "Sealed electronically by Example Academy; valid without signature.", "Check this certificate", "certificates.example.org/c/",
    )  # fmt: skip
    place = 0
    for part in parts:
        place = text.find(part, place)
        assert place >= 0, part


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"checked": "proved"}, "Every piece of evidence carried an electronic proof"),
        ({"checked": "person"}, "looked at and checked by a person"),
        ({"expires_on": date(2028, 11, 21)}, "Issued on 21 November 2026; valid until 21 November 2028"),
        ({"issuer_name": "Ακαδημία & Co <x>"}, "Sealed electronically by Ακαδημία & Co <x>; valid"),
        ({"language": "xx"}, "Check this certificate"),
    ],
)
def test_what_varies_is_said(ring: KeyRing, changes: dict[str, Any], said: str) -> None:
    assert said in text_of(render(content(**changes), b"{}"))


@pytest.mark.parametrize(
    "changes", [{"level": ""}, {"areas": ()}, {"level": "", "areas": ()}, {"sentence": "x " * 300}, {"areas": ("A long area " * 4,) * 6}]
)
def test_other_awards_fit_on_the_page_too(changes: dict[str, Any]) -> None:
    assert "Check this certificate" in text_of(render(content(**changes), b"{}"))


@pytest.mark.judge
@pytest.mark.parametrize("options", [(110,), (110, "-gray"), (200, "-mono")], ids=["colour", "grey", "black and white"])
def test_two_readers_that_are_not_ours_read_the_code(
    ring: KeyRing, made: Made, tmp_path: Path, options: tuple[Any, ...], request: pytest.FixtureRequest
) -> None:
    if not (shutil.which("zbarimg") and shutil.which("pdftoppm")):
        request.config.pluginmanager.get_plugin(str(Path(__file__).parents[1] / "conftest.py")).skip_or_fail("zbarimg and pdftoppm are not installed")
    image = picture(made.pdf, tmp_path, *options)
    text = qr_text(CONTENT, ring.credential)
    assert text.startswith(f"{CONTENT.address}#")
    told = subprocess.run(["zbarimg", "--quiet", "--raw", str(image)], capture_output=True, text=True, check=True, timeout=300).stdout
    assert told.split() == [text]
    with Image.open(image) as opened:
        found = zxingcpp.read_barcodes(opened.convert("L"))
    assert [each.text for each in found] == [text]


def test_the_code_is_about_32_millimetres_wide(made: Made, tmp_path: Path) -> None:
    with Image.open(picture(made.pdf, tmp_path)) as opened:
        place = zxingcpp.read_barcodes(opened.convert("L"))[0].position
    width = (place.top_right.x - place.top_left.x) / 110 * 25.4
    assert width == pytest.approx(32, abs=1.0)


def test_the_same_content_gives_the_same_bytes(ring: KeyRing, made: Made) -> None:
    again = make(CONTENT, AWARD, ring)
    assert again.credential == made.credential
    assert again.pdf == made.pdf


def test_only_the_seal_depends_on_the_key_of_the_seal(ring: KeyRing, made: Made, tmp_path: Path) -> None:
    """Another seal key over the same page: the same bytes but for the signature's contents."""
    other = make_ring(tmp_path / "keys")
    stranger = KeyRing(other.folder, other.entries)
    stranger.__dict__["credential"] = ring.credential
    pages = [make(CONTENT, AWARD, each).pdf for each in (ring, stranger)]
    assert pages[0] == made.pdf
    # Certificates differ in length by a byte or two, and so do the four numbers.
    assert len({page[: page.index(b"/ByteRange")] for page in pages}) == 1


def test_threads_do_not_mix_certificates(ring: KeyRing) -> None:
    contents = [content(holder_name=f"Person Number {index}", number=f"{NUMBER[:-2]}{11 + index}", status_index=index) for index in range(12)]
    alone = [make(each, AWARD, ring) for each in contents]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda each: make(each, AWARD, ring), contents))
    assert together == alone


def test_the_badge_has_what_open_badges_requires() -> None:
    badge = credential(content(expires_on=date(2028, 11, 21)), AWARD)
    subject = badge["credentialSubject"]
    assert badge["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert badge["issuer"]["id"] == "did:web:certificates.example.org"
    assert badge["validUntil"] == "2028-11-21T23:59:59Z"
    assert subject["identifier"] == [{"type": "IdentityObject", "hashed": False, "identityHash": "Þóra Guðmundsdóttir", "identityType": "name"}]
    assert subject["achievement"]["criteria"]["narrative"] == AWARD.criteria
    assert subject["achievement"]["alignment"][0]["targetCode"] == "B2"
    assert subject["achievement"]["tag"] == list(AWARD.areas)
    assert subject["result"][0]["value"] == "B2"
    assert badge["credentialStatus"]["statusListIndex"] == "94567"
    assert badge["credentialStatus"]["statusListCredential"] == f"{BASE}/status/1"
    assert "computer program" in badge["evidence"][0]["narrative"]
