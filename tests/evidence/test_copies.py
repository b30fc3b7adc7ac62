"""The same certificate in another guise is found with another person; a colleague's of the same course and day is not (threat U10)."""

from __future__ import annotations

import dataclasses
import io
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image

from lti_tool.evidence.copies import alike, keys
from lti_tool.evidence.fingerprints import of_picture
from lti_tool.evidence.reader import Reader
from lti_tool.evidence.reading import Fact, Kind, Reading, Source
from lti_tool.scheme.catalogue import shipped

sys.path.insert(0, str(Path(__file__).parent))

from paper_parts import COURSE, lines, pdf

SCHEME = shipped().get("digital-competence", "2026")


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as opened:
        yield opened


def course(name: str = "Anna Muster", *, issued: str = "12 March 2026", code: str = "", area: str = COURSE[4]) -> bytes:
    texts = [*COURSE[:2], name, COURSE[3], area, *COURSE[5:7], f"Issued on {issued}"]
    return pdf(lines([*texts, f"Certificate no. {code}"] if code else texts))


def drawn(content: bytes, width: int = 1200) -> Image.Image:
    page = pdfium.PdfDocument(content)[0]
    picture: Image.Image = page.render(scale=width / page.get_width()).to_pil().convert("RGB")
    return picture


def stored(picture: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def saved_anew(content: bytes, **changes: str) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as file:
        for key, value in changes.items():
            file.docinfo[f"/{key}"] = value
        stream = io.BytesIO()
        file.save(stream)
    return stream.getvalue()


# -- what counts as a copy --------------------------------------------------------------------------------------------------


def read_as(**changes: object) -> Reading:
    """A reading with all of its facts, some changed."""
    facts: dict[str, object] = {
        "holder": Fact("Anna Muster", "Anna Muster", None),
        "issue_date": Fact(date(2026, 3, 12), "", None),
        "kind_id": "mooc-3",
        "fingerprints": ("00ff00ff00ff00ff",),
        "text_simhash": "0123456789abcdef",
    }
    return dataclasses.replace(Reading("0" * 64, "application/pdf", 1, Kind.MOOC), **(facts | changes))  # type: ignore[arg-type]


def named(name: str, source: Source = Source.TEXT) -> Fact[str]:
    return Fact(name, name, None, 1.0, source)


ANNA = read_as()
COPIES: dict[str, Reading] = {
    "the same facts": read_as(fingerprints=(), text_simhash=None),
    "the name turned round": read_as(holder=named("MUSTER Anna")),
    "a number misread on a scan": read_as(holder=named("Anna Muster", Source.OCR), numbers=("ZX-I001",)),
    "the date unread, the same look": read_as(issue_date=None),
    "the course unread, the same look turned": read_as(kind_id=None, fingerprints=("aaaaaaaaaaaaaaaa",), text_simhash=None),
    "the course unread, the same words": read_as(kind_id=None, fingerprints=(), text_simhash="0123456789abcdee"),
}
OTHERS: dict[str, Reading] = {
    "a colleague of the same course and day": read_as(holder=named("Bruno Beispiel")),
    "a colleague of a similar name": read_as(holder=named("Anne Muster")),
    "a colleague of a similar name on a scan": read_as(holder=named("Anne Muster", Source.OCR)),
    "a colleague with one name in common": read_as(holder=named("Anna Beispiel")),
    "no name": read_as(holder=None),
    "half a name": read_as(holder=named("Anna")),
    "another course": read_as(kind_id="mooc-4"),
    "another day": read_as(issue_date=Fact(date(2026, 3, 13), "", None)),
    "somebody of the same name with another number": read_as(numbers=("ZX-1002",)),
    "the date unread, another look and other words": read_as(issue_date=None, fingerprints=("0123456789abcdef",), text_simhash="fedcba9876543210"),
    "the date unread, nothing to compare": read_as(issue_date=None, fingerprints=(), text_simhash=None),
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_found_under_a_key_and_is_alike(name: str) -> None:
    mine = dataclasses.replace(ANNA, numbers=("ZX-1001",)) if "misread" in name else ANNA
    assert alike(mine, COPIES[name])
    assert alike(COPIES[name], mine)
    assert keys(mine) & keys(COPIES[name])


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_copy_is_not_doubted(name: str) -> None:
    mine = dataclasses.replace(ANNA, numbers=("ZX-1001",))
    assert not alike(mine, OTHERS[name])
    assert not alike(OTHERS[name], mine)


def test_no_key_holds_a_name() -> None:
    assert all(len(key) == 24 and set(key) <= set("0123456789abcdef") for key in keys(ANNA))
    assert len(keys(ANNA)) == 1


# -- through the real reader ------------------------------------------------------------------------------------------------

GUISES: dict[str, Callable[[bytes], bytes]] = {
    "saved anew": saved_anew,
    "other metadata": lambda content: saved_anew(content, Title="My certificate", Author="Carla Neri"),
    "printed on another sheet": lambda content: content.replace(b"/MediaBox[0 0 595 842]", b"/MediaBox[0 0 612 859]"),
}


@pytest.mark.parametrize("name", GUISES)
def test_a_document_in_another_guise_is_alike(reader: Reader, name: str) -> None:
    mine, theirs = (reader.read(content, SCHEME) for content in (course(), GUISES[name](course())))
    assert mine.sha256 != theirs.sha256
    assert alike(mine, theirs)
    assert keys(mine) & keys(theirs)


PICTURES: dict[str, Callable[[Image.Image], bytes]] = {
    "other metadata": lambda picture: stored(picture, "PNG", dpi=(72, 72)),
    "turned by a quarter": lambda picture: stored(picture.transpose(Image.Transpose.ROTATE_90), "PNG"),
    "upside down": lambda picture: stored(picture.transpose(Image.Transpose.ROTATE_180), "PNG"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_whose_pixels_are_the_same_is_alike_also_unread(reader: Reader, name: str) -> None:
    # Too small for its words to be read: only the pixels are left.
    picture = drawn(course(), width=120)
    mine, theirs = (reader.read(content, SCHEME) for content in (stored(picture, "PNG"), PICTURES[name](picture)))
    assert mine.sha256 != theirs.sha256
    assert len(mine.fingerprints) == 2
    unread = dataclasses.replace(mine, holder=None, kind_id=None, issue_date=None)
    assert alike(unread, theirs)
    assert keys(unread) & keys(theirs)


# Everybody's certificates of one course and day look alike, so a colleague's must not be taken for a copy by its look.
COLLEAGUES = ("Bruno Beispiel", "Anne Muster", "Ann Muster", "Anna Musterova", "Hanna Muster", "Eleni Probe", "Jan de Vries")


@pytest.mark.parametrize("code", ["", "ZX-1002"])
def test_colleagues_of_one_course_and_day_are_never_copies(reader: Reader, code: str) -> None:
    mine = reader.read(course(code=code and "ZX-1001"), SCHEME)
    for name in COLLEAGUES:
        content = course(name, code=code)
        theirs = reader.read(content, SCHEME)
        assert theirs.fingerprints
        assert theirs.holder
        assert not alike(mine, theirs), name
        # As a picture of which neither course nor day could be read.
        unread = dataclasses.replace(theirs, kind_id=None, issue_date=None, fingerprints=of_picture(drawn(content)))
        assert not alike(mine, unread), name


def test_the_look_of_a_page_stays_when_it_is_spoilt_a_little(reader: Reader) -> None:
    """It only confirms, so it may be the same for colleagues; but it must hold for copies."""
    content = course()
    mine = dataclasses.replace(reader.read(content, SCHEME), issue_date=None)
    picture = drawn(content)
    smaller = picture.resize((picture.width * 2 // 3, picture.height * 2 // 3), Image.Resampling.LANCZOS)
    for spoilt in (stored(picture, "JPEG", quality=40), stored(smaller, "JPEG", quality=70), stored(smaller.rotate(90, expand=True), "PNG")):
        found = of_picture(Image.open(io.BytesIO(spoilt)))
        assert alike(mine, dataclasses.replace(mine, fingerprints=found, text_simhash=None))
    other = of_picture(drawn(pdf(lines(["Another layout", "", "", "", "", "", "", "", "", "", "", "", "with little on it"]))))
    assert not alike(mine, dataclasses.replace(mine, fingerprints=other, text_simhash=None))
