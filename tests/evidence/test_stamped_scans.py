"""A small stamp set slantwise on a scan, as registrars set one on a certificate they take back, is read; other stamps change nothing."""

from __future__ import annotations

import io
from datetime import date

import pytest
from PIL import Image, ImageDraw, ImageFont

from lti_tool.checks.check import check_piece
from lti_tool.checks.findings import Verdict
from lti_tool.evidence.dossier import Applicant, Piece
from lti_tool.evidence.reader import Reader
from lti_tool.scheme.catalogue import shipped

pytestmark = pytest.mark.usefixtures("needs_ocr")

SCHEME = shipped().get("digital-competence", "2026")
LINES = (
    (64, "Certificate of completion"),
    (44, "Maria Rossi"),
    (32, "has completed MOOC 3: Teaching and learning"),
    (32, "Unlocking the power of teachers' digital competencies"),
    (32, "Issued on 12 March 2026"),
)


def scan(stamp: str, degrees: int) -> bytes:
    page = Image.new("L", (1240, 1754), 250)
    drawn = ImageDraw.Draw(page)
    for at, (size, text) in enumerate(LINES):
        drawn.text((620, 220 + 110 * at), text, font=ImageFont.load_default(size), fill=30, anchor="mm")
    if stamp:
        font = ImageFont.load_default(52)
        wide = round(font.getlength(stamp)) + 50
        box = Image.new("L", (wide, 100), 0)
        ImageDraw.Draw(box).rectangle((3, 3, wide - 4, 96), outline=255, width=4)
        ImageDraw.Draw(box).text((wide // 2, 50), stamp, font=font, fill=255, anchor="mm", stroke_width=1)
        turned = box.rotate(degrees, expand=True, resample=Image.Resampling.BICUBIC)
        page.paste(70, (560, 950), mask=turned)
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def verdict(content: bytes) -> Verdict:
    with Reader() as reader:
        reading = reader.read(content, SCHEME)
    return check_piece(Piece("d", "d.png", reading), Applicant("Maria", "Rossi"), date(2026, 11, 21), SCHEME).verdict


@pytest.mark.parametrize(("stamp", "degrees"), [("CANCELLED", 14), ("REVOKED", -18), ("VOID COPY", 25), ("WITHDRAWN", 16), ("SPECIMEN", -12)])
def test_a_slanting_stamp_that_takes_a_certificate_back_is_read(stamp: str, degrees: int) -> None:
    assert verdict(scan(stamp, degrees)) is not Verdict.ACCEPT


@pytest.mark.parametrize(("stamp", "degrees"), [("", 0), ("LICEO ROSSELLI", 14), ("RECEIVED", -18)])
def test_a_scan_without_one_is_accepted(stamp: str, degrees: int) -> None:
    assert verdict(scan(stamp, degrees)) is Verdict.ACCEPT
