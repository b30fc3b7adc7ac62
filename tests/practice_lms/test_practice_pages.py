"""The pages of the practice LMS, and that the demo's sample documents are what their names say."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from lti_tool.practice_lms import documents, people

BrowserOf = Callable[[str], FlaskClient]
TODAY = date(2026, 11, 22)
NOTE = "can be used in the application for a digital competencies certificate"


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


class TestPages:
    def test_the_course_has_exactly_two_activities(self, browser_of: BrowserOf) -> None:
        page = browser_of("5").get("/course/view.php").text
        assert re.findall(r'<li class="activity">.*?<h2>(.*?)</h2>', page, re.DOTALL) == [
            "Apply for your digital competencies certificate here!",
            "Final certificate",
        ]
        assert "Review applications" not in page

    @pytest.mark.parametrize("person", ["2", "3"])
    def test_staff_see_the_review_link_outside_the_activities(self, browser_of: BrowserOf, person: str) -> None:
        page = browser_of(person).get("/course/view.php").text
        assert page.count('<li class="activity">') == 2
        assert "Review applications" in page.split("</ol>")[1]

    def test_every_page_says_what_it_is(self, lms: Flask, browser_of: BrowserOf) -> None:
        client = browser_of("2")
        for address in ("/course/view.php", "/grade/report.php", "/behaviour", "/documents", "/mod/lti/view.php?id=1", "/nowhere"):
            assert "<strong>practice LMS</strong> – invented people – for trying out" in client.get(address).text, address
        assert "<strong>practice LMS</strong>" in lms.test_client().get("/").text

    def test_everybody_is_on_the_front_page(self, lms: Flask) -> None:
        page = lms.test_client().get("/").text
        assert all(person.name in page for person in people.people())
        assert len(people.teachers()) == 4

    @pytest.mark.parametrize("address", ["/course/view.php", "/grade/report.php", "/documents", "/documents/right.zip", "/mod/lti/view.php?id=1"])
    def test_strangers_are_asked_to_sign_in(self, lms: Flask, address: str) -> None:
        assert lms.test_client().get(address).headers["Location"] == "/"

    def test_signing_out_and_unknown_people(self, browser_of: BrowserOf) -> None:
        client = browser_of("5")
        assert client.post("/sign-in", data={"person": "99"}).status_code == 404
        client.post("/sign-out")
        assert client.get("/course/view.php").status_code == 303

    def test_pages_use_local_files_only(self, browser_of: BrowserOf) -> None:
        client = browser_of("5")
        page = client.get("/course/view.php").text
        links = re.findall(r'(?:href|src)="([^"#]*)"', page)
        assert not [link for link in links if link.startswith(("http:", "https:", "//"))]
        with client.get("/bootstrap/css/bootstrap.min.css") as answer:
            assert answer.status_code == 200
        assert client.get("/bootstrap/../app.py").status_code == 404


class TestDocuments:
    @pytest.mark.parametrize("person", people.teachers(), ids=lambda person: person.username)
    def test_the_right_set(self, person: people.Person) -> None:
        texts = [flat(text_of(documents.make(sample, person, TODAY))) for sample in documents.samples("right")]
        assert len(texts) == 7
        assert all(person.name in text for text in texts)
        assert all("Unlocking the power of teachers’ digital competencies" in text for text in texts[:6])
        assert NOTE in texts[6]
        assert "National Quality Label" in texts[6]
        assert not [text for text in texts if re.search("sample|specimen|practice", text, re.IGNORECASE)]

    def test_what_they_are_stands_in_the_metadata(self) -> None:
        for sample in documents.samples("right"):
            with pikepdf.open(io.BytesIO(documents.make(sample, people.teachers()[0], TODAY))) as pdf:
                assert "sample for practice" in str(pdf.docinfo["/Keywords"])

    @pytest.mark.parametrize(("today", "expected"), [
        (date(2026, 11, 22), date(2024, 11, 21)), (date(2028, 2, 29), date(2026, 2, 27)), (date(2026, 1, 1), date(2023, 12, 31)),
    ])  # fmt: skip
    def test_too_old_by_a_day(self, today: date, expected: date) -> None:
        sample = documents.find("wrong", "too-old-by-a-day.pdf")
        assert sample
        assert documents.day_of(sample.row, today) == expected
        text = flat(text_of(documents.make(sample, people.teachers()[0], today)))
        assert f"{expected.day} {expected:%B} {expected.year}" in text

    @pytest.mark.parametrize("today", [date(2026, 3, 31), date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1)])
    def test_the_right_ones_are_fresh_on_every_day(self, today: date) -> None:
        for sample in documents.samples("right"):
            assert date(today.year - 2, today.month, min(today.day, 28)) < documents.day_of(sample.row, today) < today

    def test_the_other_wrong_ones(self) -> None:
        person = people.teachers()[0]
        made = {sample.file: documents.make(sample, person, TODAY) for sample in documents.samples("wrong")}
        assert len(made) == 7
        assert person.name not in flat(text_of(made["another-person.pdf"]))
        assert NOTE not in flat(text_of(made["label-without-note.pdf"]))
        assert "National Quality Label" in flat(text_of(made["label-without-note.pdf"]))
        assert all("Professional engagement" in text_of(made[name]) for name in ("same-course-once.pdf", "same-course-again.pdf"))
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(io.BytesIO(made["protected.pdf"]))
        with Image.open(io.BytesIO(made["photo.jpg"]), formats=("JPEG",)) as photo:
            assert min(photo.size) > 1000

    def test_no_two_people_hold_the_same_number(self) -> None:
        numbers = [
            re.findall("EETA-[0-9A-F]{10}", flat(text_of(documents.make(sample, person, TODAY))))
            for person in people.teachers()
            for sample in documents.samples("right")
        ]
        assert all(len(found) == 1 for found in numbers)
        assert len({found[0] for found in numbers}) == 28

    def test_downloads(self, browser_of: BrowserOf) -> None:
        client = browser_of("7")
        page = client.get("/documents").text
        for address in re.findall(r'href="(/documents/[^"]+)"', page):
            answer = client.get(address)
            assert answer.status_code == 200
            assert answer.headers["Content-Disposition"].startswith("attachment")
        with zipfile.ZipFile(io.BytesIO(client.get("/documents/right.zip").data)) as archive:
            assert len(archive.namelist()) == 7

    @pytest.mark.parametrize("address", ["/documents/right/nothing.pdf", "/documents/left/photo.jpg", "/documents/left.zip"])
    def test_unknown_documents(self, browser_of: BrowserOf, address: str) -> None:
        assert browser_of("5").get(address).status_code == 404

    def test_staff_have_no_documents(self, browser_of: BrowserOf) -> None:
        assert browser_of("3").get("/documents/right.zip").status_code == 404
        assert "Only teachers have documents" in browser_of("3").get("/documents").text


def test_the_lms_stands_alone() -> None:
    """A platform that shared code with the tool would share its mistakes; only the clock is common."""
    folder = Path(documents.__file__).parent
    statements = {
        statement
        for file in folder.glob("*.py")
        for statement in re.findall(r"^ *(?:from|import) (?:lti_tool|certificate_signing)\b.*$", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {line for line in statements if not line.strip().startswith("from lti_tool.practice_lms")} == {"from lti_tool import clock"}
