"""Photos and scans of the paper: never more than "the number on it is valid", and what the print says beside our record."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from paper_pictures import DATE, NAME, TITLE, page, photo, saved, scan, with_code, written_over
from PIL import Image, ImageFilter
from record_parts import BASE, issued

from lti_tool.installation import Installation
from lti_tool.issuing import register, revoking
from lti_tool.issuing.number import new_number, shown
from lti_tool.verification.looking import Line
from lti_tool.verification.paper import against_lines, printed
from lti_tool.verification.verdict import Shown, VerdictOutcome
from lti_tool.verification.verify import verify_anything

VALID, WAS_VALID, NOT_VALID, CANNOT_TELL = VerdictOutcome


@pytest.fixture
def number(tool: Installation) -> str:
    return issued(tool)


@pytest.fixture
def paper(tool: Installation, number: str) -> Image.Image:
    return page(register.pdf(tool, number))


WAYS: dict[str, Callable[[Image.Image], bytes]] = {
    "a screenshot": saved,
    "a photo": lambda paper: saved(photo(paper), "JPEG", quality=80),
    "a scan as PDF": scan,
}


@pytest.mark.usefixtures("needs_ocr")
@pytest.mark.parametrize("way", WAYS)
def test_a_picture_that_agrees_says_so_and_no_more(tool: Installation, paper: Image.Image, number: str, way: str) -> None:
    verdict = verify_anything(tool, WAYS[way](paper))
    assert (verdict.outcome, verdict.reasons, verdict.shown) == (CANNOT_TELL, ("picture-agrees",), Shown.PICTURE)
    assert verdict.certificate is not None
    assert verdict.certificate.content.number == number
    assert [step.code for step in verdict.steps if step.held is False] == ["original-shown"]


ALTERED = {
    "another name": (lambda paper: written_over(paper, NAME, "Mallory Example"), "holder_name", "Mallory Example"),
    "another date": (lambda paper: written_over(paper, DATE, "Issued on 3 May 2019"), "issued_on", "3 May 2019"),
    "another title": (lambda paper: written_over(paper, TITLE, "Master of Business Law"), "title", ""),
}


@pytest.mark.usefixtures("needs_ocr")
@pytest.mark.parametrize("name", ALTERED)
def test_a_paper_that_says_something_else_is_told(tool: Installation, paper: Image.Image, name: str) -> None:
    alter, field, theirs = ALTERED[name]
    verdict = verify_anything(tool, saved(alter(paper)))
    assert (verdict.outcome, verdict.reasons) == (NOT_VALID, ("paper-differs",))
    assert [(entry.field, entry.theirs) for entry in verdict.differences] == [(field, theirs)]


@pytest.mark.usefixtures("needs_ocr")
def test_a_letter_changed_is_left_to_the_reader(tool: Installation, paper: Image.Image) -> None:
    verdict = verify_anything(tool, saved(written_over(paper, NAME, "Dóra Guðmundsdóttir")))
    assert verdict.outcome is not VALID
    assert verdict.reasons != ("picture-agrees",)


@pytest.mark.usefixtures("needs_ocr")
def test_the_code_decides_which_certificate(tool: Installation, paper: Image.Image, number: str) -> None:
    """The picture of A with the code of B: B's record is shown, and the paper says something else."""
    other = issued(tool, "Benedikta Example")
    verdict = verify_anything(tool, saved(with_code(paper, f"{BASE}/c/{other}")))
    assert (verdict.outcome, verdict.reasons) == (NOT_VALID, ("paper-differs",))
    assert verdict.certificate is not None
    assert verdict.certificate.content.holder_name == "Benedikta Example"
    assert "number" in {entry.field for entry in verdict.differences}


def misread(number: str, places: int) -> str:
    """The number as OCR reads it at times: some of its characters as two."""
    return "-".join(("I" if group < places else "") + shown(number).split("-")[group] for group in range(6))


def test_a_misread_number_still_says_whose_it_is(tool: Installation) -> None:
    number, other = issued(tool), issued(tool, "Benedikta Example")
    with tool.database.read() as session:
        found = register.by_number(session, number)
    assert found
    content = found.content

    def told(*lines: str) -> dict[str, str]:
        written = [entry.text for entry in printed(content) if entry.field != "number"]
        read = [Line(1, (0.0, 0.0, 1.0, 1.0), text) for text in (*written, *lines)]
        return {entry.field: entry.theirs for entry in against_lines(content, read, 0.9)[1]}

    assert told(f"Number {shown(number)}") == told() == {}
    assert told(f"Number {shown(other)}") == {"number": shown(other)}
    for places in (1, 2, 3):
        assert told(f"Number {misread(number, places)}") == {}
        # Which one it is can't be told any more, that it is another one can.
        assert told(f"Number {misread(other, places)}") == {"number": ""}
    assert told("Stay-safe-with-your-data-online-today") == {}


def test_what_the_code_leads_to_decides(tool: Installation, paper: Image.Image, number: str) -> None:
    cases = {
        f"https://evil.example/c/{number}": (NOT_VALID, "other-address"),
        f"{BASE}@evil.example/c/{number}": (NOT_VALID, "other-address"),
        f"{BASE}/c/{new_number()}": (NOT_VALID, "number-unknown"),
        f"{BASE}/c/{number[:-1]}": (CANNOT_TELL, "number-mistyped"),
        "https://example.org/": (CANNOT_TELL, "picture-without-code"),
        "hello": (CANNOT_TELL, "picture-without-code"),
    }
    for text, expected in cases.items():
        verdict = verify_anything(tool, saved(with_code(paper, text)))
        assert (verdict.outcome, verdict.reasons[0]) == expected, text


def test_what_shows_no_code_can_not_be_told(tool: Installation, paper: Image.Image) -> None:
    for picture in (Image.new("RGB", (600, 400), "white"), paper.filter(ImageFilter.GaussianBlur(12)), paper.crop((0, 0, 900, 600))):
        verdict = verify_anything(tool, saved(picture))
        assert (verdict.outcome, verdict.reasons) == (CANNOT_TELL, ("picture-without-code",))


def test_a_picture_of_a_revoked_one(tool: Installation, paper: Image.Image, number: str) -> None:
    revoking.revoke(tool, number, "a mistake", "administrator")
    verdict = verify_anything(tool, saved(paper))
    assert (verdict.outcome, verdict.reasons) == (NOT_VALID, ("revoked",))


def test_a_bomb_is_refused_before_it_is_opened(tool: Installation) -> None:
    # A header that promises 50,000 by 50,000 points.
    header = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (50_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    assert verify_anything(tool, header + bytes(40)).reasons == ("unreadable",)
