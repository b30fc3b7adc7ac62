"""Codes in pictures that are handed in, of every format, however the camera was held; reading their writing is not needed for it."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from lti_tool.evidence.formats import media_type
from lti_tool.evidence.marks import with_links
from lti_tool.evidence.pictures import open_picture
from lti_tool.evidence.reading import Kind, Link, Reading

sys.path.insert(0, str(Path(__file__).parent))

from proof_parts import code

TEXT = "https://certificates.example.org/verify/ABCDEF123"
# How a camera that was held so has stored the picture.
STORED = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}


def links(content: bytes) -> tuple[Link, ...]:
    unread = Reading("0" * 64, media_type(content), 1, Kind.UNKNOWN, unreadable="picture")
    return with_links((unread,), content, lambda picture: open_picture(picture, media_type(picture)))[0].links


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_code_is_found_in_every_format_that_is_taken(kind: str) -> None:
    out = BytesIO()
    code(TEXT).resize((500, 500)).save(out, kind)
    assert [link.text for link in links(out.getvalue())] == [TEXT]


@pytest.mark.parametrize("orientation", STORED)
def test_its_place_is_that_on_the_picture_as_it_is_shown(orientation: int) -> None:
    shown = Image.new("L", (800, 1100), 255)
    shown.paste(code(TEXT).resize((300, 300)), (450, 50))
    way, out, told = STORED[orientation], BytesIO(), Image.Exif()
    told[0x0112] = orientation
    (shown if way is None else shown.transpose(way)).save(out, "JPEG", exif=told)
    (link,) = links(out.getvalue())
    assert link.place is not None
    left, top, right, bottom = link.place.box
    assert 450 <= 800 * left < 800 * right <= 750
    assert 50 <= 1100 * top < 1100 * bottom <= 350
