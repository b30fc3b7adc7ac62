"""A document, opened: every fact with its box, the pages of its part, the file itself as an attachment alone (threats U01, U06, U08, U16)."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image

from lti_tool.evidence import intake
from lti_tool.evidence.reading import Doubt, Fact, Kind, Link, Part, Place, Reading, Source
from lti_tool.launch.visit import Role

HOLDER = "Anna Ellis"
BOXED = Place(1, (0.1, 0.6, 0.5, 0.65))
READ = Reading(
    sha256="0" * 64,
    media_type="application/pdf",
    pages=1,
    kind=Kind.MOOC,
    kind_id="mooc-1",
    mooc_no=1,
    title=Fact("MOOC 1", "MOOC 1", Place(1, (0.1, 0.2, 0.5, 0.25))),
    holder=Fact(HOLDER, HOLDER, Place(1, (0.1, 0.3, 0.5, 0.35))),
    issue_date=Fact(date(2026, 9, 1), "1.9.2026", Place(1, (0.1, 0.4, 0.5, 0.45))),
)


def full(**changes: object) -> Reading:
    """A reading with everything in it."""
    link = Link("https://verify.issuer.example/1", Place(1, (0.8, 0.8, 0.9, 0.9)), "Example Issuer")
    return replace(READ, links=(link,), **changes)


def page(guest, document: str, application: str | None = None) -> str:
    answer = guest.client.get(f"/piece/{application or guest.application}/{document}")
    assert answer.status_code == 200
    return answer.text


def boxes(text: str) -> dict[str, str]:
    """The label of each box by its key."""
    return {
        key.partition("-")[2]: html.unescape(label)
        for key, label in re.findall(r'<rect id="box-([^"]+)" data-spot="[^"]+" data-label="([^"]+)"', text)
    }


def test_every_fact_has_a_box_that_names_it_and_is_named_by_it(house):
    anna = house.arrive()
    text = page(anna, anna.add(reading=full(doubts=(Doubt("hidden-text", "white words", BOXED),))))
    drawn = boxes(text)
    assert {"title": "Document", "holder": "Holder", "date": "Date", "link-0": "Link or code"}.items() <= drawn.items()
    assert "Please look" in drawn.values()
    targets = re.findall(r'href="#(box-[^"]+)"', text)
    assert len(targets) == len(set(targets)) == len(drawn)
    assert all(f'id="{target}"' in text for target in targets)


def test_a_fact_without_a_place_is_said_and_has_no_box(house):
    anna = house.arrive()
    text = page(anna, anna.add(reading=replace(READ, holder=None, issue_date=None)))
    assert boxes(text) == {"title": "Document"}
    assert text.count("not found") == 2


@pytest.mark.parametrize(
    ("source", "sure", "words"),
    [
        (Source.OCR, 0.62, "read from the picture · 62 % sure"),
        (Source.OCR, 1.0, "read from the picture"),
        (Source.PROVED, 1.0, "proved by the document itself"),
    ],
)
def test_how_a_fact_was_come_by_is_said(house, source, sure, words):
    anna = house.arrive()
    assert words in page(anna, anna.add(reading=replace(READ, holder=Fact(HOLDER, HOLDER, BOXED, sure, source))))


def test_a_part_of_a_file_shows_its_own_pages(house):
    anna = house.arrive()
    placed = Fact("MOOC 1", "MOOC 1", Place(4, (0.1, 0.1, 0.5, 0.2)))
    reading = replace(READ, pages=6, part=Part(2, 3, 3, 4), title=placed, holder=None, issue_date=None)
    document = anna.add(reading=reading)
    text = page(anna, document)
    assert re.findall(r"/(\d+)\.png\"", text) == ["3", "4"]
    assert "2 of 3 in this file" in text
    # On the desk pages with nothing on them are left out, and said to be there.
    anna.submit()
    desk = house.arrive("sam", role=Role.STAFF).client.get(f"/review/{anna.application}").text
    assert re.findall(rf"{document}/(\d+)\.png\"", desk) == ["4"]
    assert "Show all 2 pages" in desk


LINKS = [
    (Link("javascript:alert(1)", None, "Example Issuer"), False),
    (Link("http://verify.issuer.example/1", None, "Example Issuer"), False),
    (Link("https://", None, "Example Issuer"), False),
    (Link("https://[broken", None, "Example Issuer"), False),
    (Link("https://unknown.example/1", None), False),
    (Link("x" * 3000, None), False),
    (Link("https://verify.issuer.example/1", None, "Example Issuer"), True),
]


@pytest.mark.parametrize(("link", "followed"), LINKS)
def test_only_links_to_allowed_issuers_can_be_followed(house, link, followed):
    anna = house.arrive()
    text = page(anna, anna.add(reading=replace(READ, links=(link,))))
    assert (f'href="{link.text}" target="_blank" rel="noopener noreferrer nofollow"' in text) is followed
    assert link.text[:200] in html.unescape(text)
    assert "x" * 201 not in text


NAMES = [
    ("mooc1.pdf", "mooc1.pdf"),
    ("evil.html", "evil.html.pdf"),
    ("../../x.exe", "x.exe.pdf"),
    ('a"b\r\nSet-Cookie: x.pdf', 'a"bSet-Cookie: x.pdf'),
    ("Þóra\u202e.pdf", "Þóra.pdf"),
]


@pytest.mark.parametrize(("sent", "saved"), NAMES)
def test_the_file_itself_is_only_to_be_saved(house, sent, saved):
    anna = house.arrive()
    answer = anna.client.get(f"/piece/{anna.application}/{anna.add(name=sent)}/original")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers or "x.pdf" not in answer.headers["Set-Cookie"]
    name = answer.headers["Content-Disposition"]
    assert "\n" not in name
    assert saved.isascii() or "filename*=UTF-8''" in name
    assert saved.split(".")[-1] == name.rstrip('"').split(".")[-1] == "pdf"


def test_the_picture_of_a_page_holds_nothing_but_pixels(house):
    """A photograph with a place, a camera, a thumbnail and a turn: the picture is upright, and everything else is gone."""
    anna = house.arrive()
    photo = Image.new("RGB", (80, 40), "white")
    photo.paste("red", (0, 0, 10, 10))
    exif = photo.getexif()
    exif[0x0112], exif[0x010F], exif[0x9003] = 6, "A camera", "2026:01:02 03:04:05"
    exif.get_ifd(0x8825)[1] = "N"
    stream = io.BytesIO()
    photo.save(stream, "JPEG", exif=exif, quality=95)
    document = intake.receive(house.installation, anna.visit, anna.application, "photo.jpg", stream.getvalue())
    for wide in ("", "?wide=1"):
        drawn = anna.client.get(f"/piece/{anna.application}/{document}/1.png{wide}").data
        picture = Image.open(io.BytesIO(drawn))
        picture.load()
        # Turned by a quarter: the red corner lies at the top right.
        assert picture.height == 2 * picture.width
        red = picture.convert("RGB").getpixel((picture.width - 20, 20))
        assert red[0] > 200
        assert red[1] < 60
        assert picture.info == {}
        assert len(picture.getexif()) == 0
        assert {drawn[at + 4 : at + 8] for at in chunks(drawn)} <= {b"IHDR", b"IDAT", b"IEND"}


def chunks(png: bytes):
    at = 8
    while at < len(png):
        yield at
        at += 12 + int.from_bytes(png[at : at + 4], "big")
