"""Writing across a page: what says that it is a sample in any language is none, and what nobody can tell goes to a person."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import date
from math import cos, radians, sin
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from lti_tool.checks.check import check_piece
from lti_tool.checks.findings import Verdict
from lti_tool.evidence import ocr
from lti_tool.evidence.dossier import Applicant, Piece
from lti_tool.evidence.reader import Reader
from lti_tool.scheme.catalogue import shipped
from tests.conftest import skip_or_fail

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))
sys.path.insert(0, str(Path(__file__).parent))

import scans
import translations
from paper_parts import COURSE, lines, pdf

SCHEME = shipped().get("digital-competence", "2026")
DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(seconds=240) as opened:
        yield opened


def verdict(reader: Reader, content: bytes, applicant: Applicant) -> Verdict:
    return check_piece(Piece("d", "d", reader.read(content, SCHEME)), applicant, date(2026, 11, 21), SCHEME).verdict


def marked(text: str, degrees: float, size: float) -> bytes:
    """A certificate in English with pale writing across it."""
    across, up = cos(radians(degrees)), sin(radians(degrees))
    return pdf(lines(COURSE) + f"q 0.8 g BT /F {size} Tf {across:.4f} {up:.4f} {-up:.4f} {across:.4f} 150 200 Tm ({text}) Tj ET Q\n")


CASES = [
    ("SAMPLE", 45, 80, Verdict.REJECT),
    ("SAMPLE", 90, 12, Verdict.REJECT),
    ("ENTWURF", 45, 80, Verdict.REVIEW),
    ("PRØVE", 40, 30, Verdict.REVIEW),
    ("TRAINING ONLY", 30, 40, Verdict.REVIEW),
    ("ENTWURF", 0, 90, Verdict.REVIEW),
    ("eTwinning", 90, 60, Verdict.ACCEPT),
    ("Certificate", 90, 60, Verdict.ACCEPT),
    ("printed by a machine", 90, 9, Verdict.ACCEPT),
]


@pytest.mark.parametrize(("text", "degrees", "size", "right"), CASES, ids=str)
def test_writing_across_a_page(reader: Reader, text: str, degrees: float, size: float, right: Verdict) -> None:
    assert verdict(reader, marked(text, degrees, size), Applicant("Anna", "Muster")) is right


@pytest.mark.parametrize(("language", "text"), [("el", "ΔΕΙΓΜΑ"), ("bg", "ОБРАЗЕЦ"), ("da", "PRØVE")])
def test_writing_across_a_scan_in_the_script_of_its_page(reader: Reader, language: str, text: str) -> None:
    if not {"Latin", "Greek", "Cyrillic"} <= set(ocr.scripts()):
        skip_or_fail("tesseract's data for three scripts are not installed")
    made = next(made for made in translations.make(4) if made.name == f"{language}-mooc-2")
    page = scans.pages(made.pdf(), 200)[0].convert("RGB")
    mark = Image.new("L", page.size, 0)
    font = ImageFont.truetype(DEJAVU, 230)
    ImageDraw.Draw(mark).text((page.width // 2, page.height // 2), text, font=font, fill=255, anchor="mm")
    plain, stamped = io.BytesIO(), io.BytesIO()
    page.save(plain, "PNG")
    page.paste((205, 205, 205), mask=mark.rotate(-35))
    page.save(stamped, "PNG")
    applicant = Applicant(made.given, made.family)
    assert verdict(reader, plain.getvalue(), applicant) is Verdict.ACCEPT
    assert verdict(reader, stamped.getvalue(), applicant) is not Verdict.ACCEPT
