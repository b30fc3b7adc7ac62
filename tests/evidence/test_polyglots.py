"""What a file is, is decided by its content alone, and what is two things at once goes to a person (threats U01, U07)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from lti_tool.checks.check import check_piece
from lti_tool.checks.findings import Verdict
from lti_tool.checks.words import vocabulary
from lti_tool.evidence import formats, uploads
from lti_tool.evidence.dossier import Applicant, Piece
from lti_tool.evidence.reader import Reader
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped

sys.path.insert(0, str(Path(__file__).parent))

from paper_parts import COURSE, course, lines, pdf
from spoilt_files import GOOD, chunk, jpeg_with_comment, picture, png, taped, with_archive_behind, zipped

SCHEME = shipped().get("digital-competence", "2026")
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EPS = b"\xc5\xd0\xd3\xc6" + (32).to_bytes(4, "little") + bytes(24) + b"%!PS-Adobe-3.0 EPSF-3.0\n(x) show"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(seconds=120) as opened:
        yield opened


# (what it counts as, the file)
REFUSED = {
    "a page of HTML before a PDF": ("text/html", b"<html><script>alert(1)</script></html>" + GOOD),
    "a GIF that is a script": ("image/gif", b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)"),
    "a GIF before a PDF": ("image/gif", b"GIF89a/*" + GOOD),
    "a drawing called a picture": ("image/svg+xml", SVG),
    "a drawing behind a mark": ("image/svg+xml", b"\xef\xbb\xbf \n" + SVG),
    "PostScript called a photo": ("application/postscript", EPS),
    "PostScript": ("application/postscript", b"%!PS-Adobe-3.0\n(x) show"),
    "an archive that holds a PDF": ("application/zip", zipped("certificate.pdf", GOOD)),
    "a program of Windows before a PDF": (formats.UNKNOWN, b"MZ\x90\x00" + bytes(60) + GOOD),
    "a program of Linux before a PDF": (formats.UNKNOWN, b"\x7fELF\x02\x01\x01" + bytes(57) + GOOD),
    "a script of the shell before a PDF": (formats.UNKNOWN, b"#!/bin/sh\nrm -rf ~\n" + GOOD),
    "a message before a PDF": (formats.UNKNOWN, b"From: a@example.org\r\nContent-Type: application/pdf\r\n\r\n" + GOOD),
    "a PDF a kilobyte further on": (formats.UNKNOWN, b"\x00\x01" * 550 + GOOD),
    "a remark before a PDF": (formats.UNKNOWN, b"\n\n% a remark\n" + GOOD),
    "a Java class": (formats.UNKNOWN, b"\xca\xfe\xba\xbe" + bytes(40)),
    "UTF-16": (formats.UNKNOWN, "Certificate of Completion".encode("utf-16")),
}  # fmt: skip


def with_mark(content: bytes, at: int, mark: bytes) -> bytes:
    return content[:at] + mark + content[at + len(mark) :]


# PDFs and pictures that another program takes for its own.
BOTH: dict[str, Callable[[], bytes]] = {
    "a ZIP behind": lambda: with_archive_behind(GOOD, "a.txt"),
    "a JAR behind": lambda: with_archive_behind(GOOD, "META-INF/MANIFEST.MF"),
    "a ZIP with a long remark behind": lambda: GOOD + b"PK\x05\x06" + bytes(16) + (60_000).to_bytes(2, "little") + b"x" * 60_000,
    "a PHAR behind": lambda: GOOD + b"<?php __HALT_COMPILER(); ?>\r\n" + bytes(40) + b"GBMB",
    "a PHAR inside": lambda: pdf(lines(COURSE) + "% __HALT_COMPILER(); "),
    "7z behind": lambda: GOOD + b"7z\xbc\xaf\x27\x1c" + bytes(40),
    "RAR behind": lambda: GOOD + b"Rar!\x1a\x07\x01\x00" + bytes(40),
    "a page of HTML behind": lambda: GOOD + b"<html><script>alert(1)</script></html>",
    "another PDF behind, cut off": lambda: GOOD + course()[:300],
    "HTML in its second line": lambda: GOOD.replace(b"\n", b"\n%<script>alert(1)</script>\n", 1),
    "a CD": lambda: with_mark(pdf(lines(COURSE) + " " * 40_000), 32_769, b"CD001"),
    "a tar that begins as a PDF": lambda: taped(GOOD),
    "a tar's mark": lambda: with_mark(pdf(lines(COURSE), catalogue=f"<</Type/Catalog/Pages 2 0 R/A({'x' * 300})>>"), 257, b"ustar"),
}  # fmt: skip
PICTURES: dict[str, Callable[[], bytes]] = {
    "a photo with a PDF in its remark": lambda: jpeg_with_comment(GOOD),
    "a photo with a script in its remark": lambda: jpeg_with_comment(b"*/=1;/*<script>alert(1)</script>"),
    "a photo with PHP in its remark": lambda: jpeg_with_comment(b"<?php system($_GET[0]); __HALT_COMPILER();"),
    "a photo with an archive behind": lambda: with_archive_behind(picture("JPEG"), "a.class"),
    "a picture with an archive behind": lambda: with_archive_behind(picture("PNG"), "a.class"),
    "a picture with HTML in a text": lambda: png(1, 1, b"", chunk(b"tEXt", b"Comment\0<HTML><body onload=alert(1)>")),
    "a picture with a PDF in a text": lambda: png(1, 1, b"", chunk(b"tEXt", b"Comment\0" + GOOD)),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_it_counts_as_what_it_begins_as(reader: Reader, name: str) -> None:
    media_type, content = REFUSED[name]
    reading = reader.read(content, SCHEME)
    assert (reading.unreadable, reading.media_type) == ("not-supported", media_type)
    with pytest.raises(Problem, match="file-type"):
        uploads.taken_type(content)
    with pytest.raises(Problem, match="page-not-shown"):
        reader.page_png(content, 1, 100)


@pytest.mark.parametrize("name", BOTH)
def test_a_certificate_that_is_something_else_too_goes_to_a_person(reader: Reader, name: str) -> None:
    reading = reader.read(BOTH[name](), SCHEME)
    assert reading.unreadable or "polyglot" in {doubt.code for doubt in reading.doubts}
    assert check_piece(Piece("d", "d.pdf", reading), Applicant("Anna", "Muster"), date(2026, 11, 21), SCHEME).verdict is Verdict.REVIEW


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_is_something_else_too_goes_to_a_person(reader: Reader, name: str) -> None:
    content = PICTURES[name]()
    assert formats.is_polyglot(content)
    reading = reader.read(content, SCHEME)
    assert reading.unreadable or "polyglot" in {doubt.code for doubt in reading.doubts}
    assert check_piece(Piece("d", "d.png", reading), Applicant("Anna", "Muster"), date(2026, 11, 21), SCHEME).verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    "content", [GOOD, GOOD + b"\n", GOOD + b"\r\n\x00\x00", b"\xef\xbb\xbf" + GOOD, GOOD + b"\n%end\n", picture("PNG"), picture("JPEG")]
)
def test_an_ordinary_file_is_one_thing(content: bytes) -> None:
    assert not formats.is_polyglot(content)


def test_the_refusal_names_what_is_taken() -> None:
    problem = Problem("file-type")
    told = problem.words.happened + problem.words.todo + vocabulary()["unreadable-not-supported"]["todo"]
    assert all(media_type.rpartition("/")[2].casefold() in told.casefold() for media_type in formats.TAKEN)
