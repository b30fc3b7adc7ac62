"""Pictures that tesseract complains of: its complaints go nowhere, and hurt nobody."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageFilter

from lti_tool.evidence import ocr
from lti_tool.evidence.reader import Reader
from lti_tool.scheme.catalogue import shipped

sys.path.insert(0, str(Path(__file__).parent))

from paper_parts import course

SCHEME = shipped().get("digital-competence", "2026")


def blurred(radius: float) -> bytes:
    page = pypdfium2.PdfDocument(course())[0].render(scale=2).to_pil().convert("RGB")
    table = Image.new("RGB", (page.width + 240, page.height + 240), (112, 86, 64))
    table.paste(page, (120, 120))
    stream = io.BytesIO()
    table.rotate(2.5, fillcolor=(112, 86, 64)).filter(ImageFilter.GaussianBlur(radius)).save(stream, "JPEG", quality=82)
    return stream.getvalue()


@pytest.mark.parametrize("radius", [5, 7])
def test_the_first_picture_of_a_process_may_be_any(radius: float) -> None:
    # Long enough for a machine that does much else.
    with Reader(seconds=120) as fresh:
        reading = fresh.read(blurred(radius), SCHEME)
    assert reading.unreadable in (None, "picture"), reading.unreadable
    assert ocr.available() or reading.unreadable == "picture"
