"""What was changed in a file of ours, told by field and by page; and what a forger who knows only a number gets to see: nothing more."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
import zxingcpp
from paper_pictures import NAME, TITLE, another_page, overlaid, without_seal
from PIL import Image
from record_parts import issued
from reportlab.pdfgen.canvas import Canvas

from lti_tool.installation import Installation
from lti_tool.issuing import register
from lti_tool.verification.changes import with_changes
from lti_tool.verification.verdict import Verdict, VerdictOutcome
from lti_tool.verification.verify import verify_anything


@pytest.fixture
def number(tool: Installation) -> str:
    return issued(tool)


@pytest.fixture
def pdf(tool: Installation, number: str) -> bytes:
    return register.pdf(tool, number)


def told(tool: Installation, content: bytes, *, pictures: bool = False) -> Verdict:
    verdict = with_changes(tool, content, verify_anything(tool, content), pictures=pictures)
    assert verdict.outcome is VerdictOutcome.NOT_VALID
    return verdict


FIELDS = {
    "another name": (overlaid("Mallory Example"), ("holder_name", "Þóra Guðmundsdóttir", "Mallory Example")),
    "another title": (overlaid("Master of Business Law", TITLE), ("title", "Digital competencies for educators", "Master of Business Law")),
    "another name, no seal": (lambda pdf: without_seal(overlaid("Mallory")(pdf)), ("holder_name", "Þóra Guðmundsdóttir", "Mallory")),
}  # fmt: skip


@pytest.mark.usefixtures("needs_ocr")
@pytest.mark.parametrize("name", FIELDS)
def test_changed_fields_are_told_as_they_are_seen(tool: Installation, pdf: bytes, name: str) -> None:
    alter, expected = FIELDS[name]
    verdict = told(tool, alter(pdf))
    assert [(entry.field, entry.ours, entry.theirs) for entry in verdict.differences] == [expected]
    assert [page.page for page in verdict.pages] == [1]
    assert all(page.ours is None and page.given is None for page in verdict.pages)


SEEN_ALIKE: dict[str, Callable[[bytes], bytes]] = {
    "a byte appended": lambda pdf: pdf + b"\n",
    "the time of sealing": lambda pdf: pdf.replace(b"/Reason (", b"/Raeson (", 1),
    "saved without its seal": without_seal,
}


@pytest.mark.parametrize("name", SEEN_ALIKE)
def test_what_looks_the_same_has_no_fields_that_differ(tool: Installation, pdf: bytes, name: str) -> None:
    verdict = told(tool, SEEN_ALIKE[name](pdf))
    assert (verdict.differences, verdict.pages) == ((), ())


def test_a_page_more_is_told(tool: Installation, pdf: bytes) -> None:
    assert [page.page for page in told(tool, another_page(pdf)).pages] == [2]


def test_pictures_lie_side_by_side_with_the_differences_boxed(tool: Installation, pdf: bytes) -> None:
    (page,) = told(tool, overlaid("Mallory Example")(pdf), pictures=True).pages
    assert page.ours is not None
    assert page.given is not None
    ours, given = (Image.open(io.BytesIO(picture)).convert("RGB") for picture in (page.ours, page.given))
    assert ours.size == given.size
    for left, top, right, bottom in page.boxes:
        assert left < right
        assert top < bottom
        assert NAME[0] - 0.03 < left < right < NAME[2] + 0.03
        assert NAME[1] - 0.03 < top < bottom < NAME[3] + 0.03
        middle = (round((left + right) / 2 * ours.width), round(top * ours.height))
        assert any(_is_red(picture.getpixel((middle[0], middle[1] + row))) for picture in (ours, given) for row in range(-3, 4))


def _is_red(pixel: tuple[int, int, int]) -> bool:
    return pixel[0] > 120 and max(pixel[1:]) < 90


def test_our_code_is_never_given_away(tool: Installation, pdf: bytes, number: str) -> None:
    """The code on the page may hold more than its page says; who forged a paper does not get it from us."""
    (page,) = told(tool, overlaid("Mallory Example")(pdf), pictures=True).pages
    assert page.ours is not None
    picture = Image.open(io.BytesIO(page.ours)).convert("L").resize((2400, 1697))
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == []


def test_who_knows_only_a_number_sees_no_page_of_ours(tool: Installation, number: str) -> None:
    """A PDF made from nothing that names the number: its page is altogether another, so ours is not shown."""
    canvas = Canvas(stream := io.BytesIO(), pagesize=(842, 595))
    canvas.drawString(50, 500, f"Certificate {tool.settings.base_url}/c/{number}")
    canvas.linkURL(f"{tool.settings.base_url}/c/{number}", (50, 490, 300, 520))
    canvas.save()
    made = stream.getvalue()
    verdict = told(tool, made, pictures=True)
    assert verdict.certificate is not None
    assert verdict.pages
    assert all(page.ours is None and page.given is None for page in verdict.pages)


def test_what_stands_by_itself_is_not_compared(tool: Installation, pdf: bytes, number: str) -> None:
    for content in (pdf, number.encode(), b"hello", b"%PDF-1.7"):
        verdict = verify_anything(tool, content)
        assert with_changes(tool, content, verdict, pictures=True) is verdict


MEMBERS = {
    "another name": (
        lambda document: document["credentialSubject"]["identifier"][0].update(identityHash="Mallory"),
        ("credentialSubject.identifier[0].identityHash", "Þóra Guðmundsdóttir", "Mallory"),
    ),
    "a member more": (lambda document: document.update(remark="with distinction"), ("remark", "", "with distinction")),
    "a member less": (lambda document: document.pop("name"), ("name", "Digital competencies for educators", "")),
}


@pytest.mark.parametrize("name", MEMBERS)
def test_changed_members_of_a_credential_are_told(tool: Installation, number: str, name: str) -> None:
    change, expected = MEMBERS[name]
    document = json.loads(register.credential(tool, number))
    change(document)
    (difference,) = told(tool, json.dumps(document).encode()).differences
    assert (difference.field, difference.ours, difference.theirs) == expected
