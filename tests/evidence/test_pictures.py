"""Pictures and scans: read where they can be, with the right holder and day, and never accepted by a slip of the reading."""

from __future__ import annotations

import io
import random
import struct
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from lti_tool.checks.check import check_piece
from lti_tool.checks.findings import Verdict
from lti_tool.evidence import ocr
from lti_tool.evidence.dossier import Applicant, Piece
from lti_tool.evidence.pictures import open_picture
from lti_tool.evidence.reader import Reader
from lti_tool.evidence.reading import Kind, Reading, Source
from lti_tool.scheme.catalogue import shipped
from tests.conftest import skip_or_fail

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))
import certificates
import scans
import translations

SCHEME = shipped().get("digital-competence", "2026")
DAY = certificates.DAY
ISSUED = date(2026, 3, 12)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    if not ocr.available():
        skip_or_fail("tesserocr or tesseract's data are not installed")
    # Time that the machine spends on other things does not count here.
    with Reader(seconds=240) as opened:
        yield opened


def seeded(name: object) -> random.Random:
    return random.Random(str(name))  # noqa: S311 - the same scans in every run


def course(holder: str = "Maria Rossi", dated: str = "12 March 2026", number: int = 3, *, font: str = "Liberation Sans") -> bytes:
    """A certificate of one page, A4 across."""
    lines = [
        certificates.big("Certificate of Completion", 30, "bold"),
        "This is to certify that",
        certificates.big(holder, 22),
        "has successfully completed the online course",
        certificates.big(f"MOOC {number}: {certificates.AREAS['en'][number - 1]}", 16),
        certificates.escape(f"of the series “{certificates.SERIES['en']}”"),
        certificates.escape(f"Date of issue: {dated}"),
    ]
    return certificates.render(
        f'#set page(paper:"a4", flipped:true, margin:2.2cm)\n#set text(font:"{font}", size:12pt, hyphenate:false)\n#set align(center)\n'
        f"#set par(spacing:1.2em)\n" + "\n\n".join(lines)
    )


def verdict(reading: Reading, given: str = "Maria", family: str = "Rossi", day: date = DAY) -> Verdict:
    return check_piece(Piece("d", "f", reading), Applicant(given, family), day, SCHEME).verdict


def upright(dpi: float = 200) -> Image.Image:
    return scans.pages(course(), dpi)[0]


def stored(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize("kind", list(scans.KINDS))
def test_a_certificate_is_read_however_it_was_scanned(reader: Reader, kind: str) -> None:
    reading = reader.read(scans.scan(course(), seeded(f"course {kind}"), kind=kind), SCHEME)
    assert verdict(reading) is Verdict.ACCEPT, reading
    assert reading.kind_id == "mooc-3"
    assert reading.holder is not None
    assert (reading.holder.value, reading.holder.source) == ("Maria Rossi", Source.OCR)
    assert reading.issue_date is not None
    assert (reading.issue_date.value, reading.issue_date.source) == (ISSUED, Source.OCR)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_is_applied_and_the_rest_of_exif_is_gone(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x0132] = "2026:11:01 10:00:00"
    picture = upright(50)
    for kind in ("PNG", "JPEG", "WEBP"):
        opened = open_picture(stored(scans.stored_as(picture, orientation), kind, exif=exif), f"image/{kind.lower()}")
        assert opened.size == picture.size
        # Mirrored or turned, the writing would lie where paper is: only what storing took from the edges of letters may differ.
        difference = ImageChops.difference(opened.convert("L"), picture.convert("L"))
        assert sum(difference.histogram()[100:]) < 0.002 * picture.width * picture.height
        assert not opened.info
        assert not opened.getexif()


@pytest.mark.parametrize("orientation", [3, 5, 6])
def test_exif_orientation_is_read_and_shown_upright(reader: Reader, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = stored(scans.stored_as(upright(), orientation), "JPEG", exif=exif)
    reading = reader.read(content, SCHEME)
    assert verdict(reading) is Verdict.ACCEPT
    # The holder stands in the middle of the upper half of what people see.
    assert reading.holder is not None
    assert reading.holder.place is not None
    left, top, right, bottom = reading.holder.place.box
    assert left < 0.5 < right
    assert 0.1 < top < bottom < 0.5
    shown = Image.open(io.BytesIO(reader.page_png(content, 1, 600)))
    assert shown.width > shown.height
    assert "exif" not in shown.info
    assert not shown.getexif()


def test_dates_of_the_camera_are_never_the_certificates(reader: Reader) -> None:
    exif = Image.Exif()
    exif[0x0132] = exif.get_ifd(0x8769)[0x9003] = "2026:11:01 10:00:00"
    old = reader.read(stored(scans.pages(course(dated="12 March 2021"), 200)[0], "JPEG", exif=exif), SCHEME)
    assert old.issue_date is not None
    assert old.issue_date.value == date(2021, 3, 12)
    assert verdict(old) is Verdict.REJECT
    none = reader.read(stored(scans.pages(course(dated=""), 200)[0], "JPEG", exif=exif), SCHEME)
    assert none.issue_date is None
    assert verdict(none) is Verdict.REVIEW


@pytest.mark.parametrize("kind", ["turned", "pdf-turned", "skew", "photo"])
def test_places_are_those_of_the_page_as_handed_in(reader: Reader, kind: str) -> None:
    content = scans.scan(course(), seeded(f"place {kind}"), kind=kind)
    reading = reader.read(content, SCHEME)
    assert reading.holder is not None
    assert reading.holder.place is not None
    shown = Image.open(io.BytesIO(reader.page_png(content, 1, 1400))).convert("L")
    left, top, right, bottom = reading.holder.place.box
    inside = shown.crop((round(left * shown.width), round(top * shown.height), round(right * shown.width), round(bottom * shown.height)))
    dark, paper = min(inside.tobytes()), max(inside.tobytes())
    assert paper - dark > 60
    # The name, and not a line above or below: blank it there, and it is read no more.
    blanked = shown.copy()
    blanked.paste(paper, (round(left * shown.width), round(top * shown.height), round(right * shown.width), round(bottom * shown.height)))
    again = reader.read(stored(blanked), SCHEME)
    assert again.holder is None or again.holder.value != "Maria Rossi"
    assert again.issue_date is not None
    assert again.issue_date.value == ISSUED


@pytest.mark.parametrize("content", [
    b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBBI", 13, b"IHDR", 50_000, 50_000, 8, 2, 0, 0, 0, 0),
    b"\xff\xd8\xff\xc0" + struct.pack(">HBHHB", 17, 8, 60_000, 60_000, 3) + b"\x01\x11\x00\x02\x11\x01\x03\x11\x01\xff\xd9",
    b"RIFF" + struct.pack("<I4s4sI", 22, b"WEBP", b"VP8X", 10) + b"\x00\x00\x00\x00" + (15_999).to_bytes(3, "little") * 2,
], ids=["PNG", "JPEG", "WebP"])  # fmt: skip
def test_a_picture_of_too_many_points_is_refused_by_its_header(reader: Reader, content: bytes) -> None:
    reading = reader.read(content, SCHEME)
    assert reading.unreadable in ("too-much", "broken")
    assert verdict(reading) is Verdict.REVIEW


@pytest.mark.parametrize(("language", "script"), [("el", "Greek"), ("bg", "Cyrillic"), ("pl", "Latin")])
def test_every_script_is_read(reader: Reader, language: str, script: str) -> None:
    if script not in ocr.scripts():
        skip_or_fail(f"tesseract's data for {script} are not installed")
    made = next(made for made in translations.make(4) if made.name == f"{language}-mooc-2")
    plain = reader.read(made.pdf(), SCHEME)
    for kind in ("scanned", "turned"):
        reading = reader.read(scans.scan(made.pdf(), seeded(f"{language} {kind}"), kind=kind), SCHEME)
        assert verdict(reading, made.given, made.family) is verdict(plain, made.given, made.family) is Verdict.ACCEPT, reading
        assert reading.issue_date is not None
        assert reading.issue_date.value.isoformat() == made.truth["issue_date"]


def test_a_name_in_another_script_than_its_page_is_read(reader: Reader) -> None:
    content = scans.scan(course("Γιώργος Παπαδόπουλος", font="Libertinus Serif"), seeded(3), kind="scanned")
    reading = reader.read(content, SCHEME)
    assert reading.holder is not None
    assert reading.holder.value == "Γιώργος Παπαδόπουλος"
    assert verdict(reading, "Giorgos", "Papadopoulos") is Verdict.ACCEPT


# The applicant, and who the certificate is for: letters that readers of pictures confuse.
NEARLY = [
    ("Maria", "Rossi", "Mario Rossi"),
    ("Maria", "Rossi", "Marla Rossi"),
    ("Maria", "Rossi", "Maria Rossl"),
    ("Lisa", "Hill", "Lisa Hiil"),
    ("Clara", "Born", "Clara Bom"),
    ("Emma", "Corner", "Emma Comer"),
    ("Cecilia", "Costa", "Cecilia Gosta"),
    ("Ole", "Olsen", "Ole Olson"),
]


@pytest.mark.parametrize(("given", "family", "printed"), NEARLY, ids=[printed for _, _, printed in NEARLY])
def test_somebody_elses_name_is_never_read_as_the_applicants(reader: Reader, given: str, family: str, printed: str) -> None:
    kind = seeded(printed).choice(["blur", "low-dpi", "noise"])
    reading = reader.read(scans.scan(course(printed), seeded(printed), kind=kind), SCHEME)
    assert verdict(reading, given, family) is not Verdict.ACCEPT, reading.holder


@pytest.mark.parametrize("dated", ["20 November 2024", "20.11.2024", "12 March 2023", "18.08.2023", "06/06/2020"])
def test_a_certificate_of_two_years_ago_is_never_read_as_a_fresh_one(reader: Reader, dated: str) -> None:
    kind = seeded(dated).choice(["noise", "low-dpi", "bilevel"])
    reading = reader.read(scans.scan(course(dated=dated), seeded(dated), kind=kind), SCHEME)
    assert verdict(reading) is not Verdict.ACCEPT, reading.issue_date


@pytest.mark.parametrize("trap", ["no-note", "negated", "enrolment", "programme", "template", "not-completed", "cv", "contradiction"])
def test_what_is_not_accepted_as_text_is_not_accepted_as_a_scan(reader: Reader, trap: str) -> None:
    made = next(made for made in certificates.make(21, 80) if made.trap == trap)
    reading = reader.read(scans.scan(made.pdf(), seeded(trap), kind="pdf"), SCHEME)
    assert verdict(reading, made.given, made.family, made.day) is not Verdict.ACCEPT


@pytest.mark.parametrize("angle", [0, -35, 30])
def test_a_watermark_over_a_scan_is_seen(reader: Reader, angle: int) -> None:
    page = upright()
    mark = Image.new("L", page.size, 0)
    font = ImageFont.load_default(260)
    ImageDraw.Draw(mark).text((page.width // 2, page.height // 2), "SAMPLE", font=font, fill=255, anchor="mm")
    page.paste((200, 200, 200), mask=mark.rotate(angle))
    reading = reader.read(stored(page), SCHEME)
    assert verdict(reading) is not Verdict.ACCEPT


def test_a_scanned_second_page_belongs_to_the_text_before_it(reader: Reader) -> None:
    label = certificates.render(
        '#set page(paper:"a4", margin:2.2cm)\n#set align(center)\n#text(26pt)[eTwinning National Quality Label]\n\nThis certificate is awarded to\n\n'
        "#text(20pt)[Maria Rossi]\n\nfor the project “Digital bridges”\n\nDate of issue: 12 March 2026"
    )
    note = certificates.render(f'#set page(paper:"a4")\n#set text(14pt)\n{certificates.NOTES[0]}')
    both = pikepdf.open(io.BytesIO(label))
    both.pages.extend(pikepdf.open(io.BytesIO(scans.scan(note, seeded(2), kind="pdf"))).pages)
    stream = io.BytesIO()
    both.save(stream)
    reading = reader.read(stream.getvalue(), SCHEME)
    assert reading.kind is Kind.NQL
    assert reading.holder is not None
    assert reading.holder.source is Source.TEXT
    assert reading.disclaimer is not None
    assert (reading.disclaimer.value, reading.disclaimer.source) == (True, Source.OCR)
    assert reading.disclaimer.place is not None
    assert reading.disclaimer.place.page == 2
    assert verdict(reading) is Verdict.ACCEPT


LAYER = [
    "Certificate of Completion",
    "This is to certify that",
    "{name}",
    "has successfully completed the online course",
    "{course}",
    f"of the series {certificates.SERIES['en']}",
    "Date of issue: {dated}",
]


def with_layer(name: str, dated: str, course_said: str = "MOOC 3: Teaching and learning") -> bytes:
    """A scan with words under it that nobody sees, as scanners put them there."""
    pdf = pikepdf.open(io.BytesIO(scans.scan(course(), seeded(8), kind="pdf")))
    page = pdf.pages[0]
    lines = " ".join(f"({line.format(name=name, dated=dated, course=course_said)}) Tj 0 -30 Td" for line in LAYER)
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.add_resource(font, pikepdf.Name.Font, pikepdf.Name.FLayer)
    page.contents_add(f"BT 3 Tr /FLayer 18 Tf 200 450 Td {lines} ET".encode())
    stream = io.BytesIO()
    pdf.save(stream)
    return stream.getvalue()


def test_a_scanners_layer_of_text_that_agrees_is_no_reason_to_doubt(reader: Reader) -> None:
    reading = reader.read(with_layer("Maria Rossi", "12 March 2026"), SCHEME)
    assert reading.doubts == ()
    assert verdict(reading) is Verdict.ACCEPT


@pytest.mark.parametrize(("name", "dated"), [("Mario Rossi", "12 March 2026"), ("Maria Rossi", "12 March 2025")])
def test_a_layer_of_text_that_says_something_else_than_the_scan_is_doubted(reader: Reader, name: str, dated: str) -> None:
    reading = reader.read(with_layer(name, dated), SCHEME)
    assert reading.holder is not None
    assert reading.holder.value == "Maria Rossi"
    assert reading.issue_date is not None
    assert reading.issue_date.value == ISSUED
    assert "hidden-text" in {doubt.code for doubt in reading.doubts}
    assert verdict(reading) is Verdict.REVIEW


@pytest.mark.parametrize("course_said", ["MOOC 4: Assessment", "Assessment", "", "National Quality Label"])
def test_a_layer_of_text_that_names_another_course_than_the_scan_is_doubted(reader: Reader, course_said: str) -> None:
    reading = reader.read(with_layer("Maria Rossi", "12 March 2026", course_said), SCHEME)
    assert reading.kind_id == "mooc-3"
    assert "hidden-text" in {doubt.code for doubt in reading.doubts}
    assert verdict(reading) is Verdict.REVIEW


def test_a_webp_is_read(reader: Reader) -> None:
    assert verdict(reader.read(stored(upright(), "WEBP"), SCHEME)) is Verdict.ACCEPT


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "I;16", "CMYK"])
def test_every_kind_of_pixel_is_opened_dark_on_white(mode: str) -> None:
    grey = upright(60).convert("L")
    if mode in ("RGBA", "LA"):
        # Black writing on nothing, as programs save a picture of a window.
        picture = Image.new(mode, grey.size, 0)
        picture.putalpha(grey.point(lambda value: 255 - value))
    elif mode == "I;16":
        picture = Image.frombytes("I;16", grey.size, b"".join(bytes((value, value)) for value in grey.tobytes()))
    else:
        picture = grey.convert(mode)
    kind = "JPEG" if mode == "CMYK" else "PNG"
    opened = open_picture(stored(picture, kind), f"image/{kind.lower()}").convert("L")
    assert sum(ImageChops.difference(opened, grey).histogram()[130:]) < 0.01 * grey.width * grey.height


def test_a_scan_of_more_pages_than_can_be_read_goes_to_a_person(reader: Reader) -> None:
    content = scans.as_pdf([upright(72)] * 9, 72)
    reading = reader.read(content, SCHEME)
    assert (reading.unreadable, reading.pages) == ("picture", 9)
    assert verdict(reading) is Verdict.REVIEW


@pytest.mark.parametrize(
    "content", [stored(Image.new("L", (1, 1))), stored(Image.new("L", (3000, 1), 7)), stored(Image.new("RGB", (1000, 900), "white"))]
)
def test_a_picture_without_writing_goes_to_a_person(reader: Reader, content: bytes) -> None:
    reading = reader.read(content, SCHEME)
    assert reading.unreadable == "picture"
    assert verdict(reading) is Verdict.REVIEW


@pytest.mark.parametrize("kind", ["clean", "pdf"])
def test_without_its_data_a_picture_goes_to_a_person(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    with Reader(seconds=120) as without:
        reading = without.read(scans.scan(course(), seeded(1), kind=kind), SCHEME)
    assert reading.unreadable == "picture"
    assert verdict(reading) is Verdict.REVIEW
