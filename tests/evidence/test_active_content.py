"""What a PDF could do beside being seen: it does nothing here, and a person is told (threat U05)."""

from __future__ import annotations

import io
import socket
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pikepdf
import pytest

from lti_tool.checks.check import check_piece
from lti_tool.checks.findings import Verdict
from lti_tool.checks.words import vocabulary
from lti_tool.evidence.dossier import Applicant, Piece
from lti_tool.evidence.reader import Reader
from lti_tool.evidence.reading import Reading
from lti_tool.scheme.catalogue import shipped

sys.path.insert(0, str(Path(__file__).parent))

from paper_parts import course, stream

SCHEME = shipped().get("digital-competence", "2026")


@pytest.fixture(scope="module")
def sink() -> Iterator[socket.socket]:
    """An address of this machine at which every connection would be seen."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        yield listening


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(seconds=120) as opened:
        yield opened


def catalogue(keys: str) -> str:
    return f"<</Type/Catalog/Pages 2 0 R{keys}>>"


def link(action: str) -> str:
    return f"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 50 50]/A{action}>>]"


FILE = stream("/Type/EmbeddedFile", b"MZ a program")
ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:PORT/x">]><x>&e;</x>'

# (the file, the doubt that it must raise)
ACTIVE: dict[str, tuple[dict[str, object], str]] = {
    "script by name": (
        {"catalogue": catalogue("/Names<</JavaScript<</Names[(a)6 0 R]>>>>"), "more": ["<</S/JavaScript/JS(app.alert(1))>>"]},
        "active-content",
    ),
    "script on opening": ({"catalogue": catalogue("/OpenAction<</S/JavaScript/JS(while(true);)>>")}, "active-content"),
    "script with its name in figures": ({"catalogue": catalogue("/OpenAction<</S/J#61va#53cript/#4a#53(x)>>")}, "active-content"),
    "script in a stream": (
        {"catalogue": catalogue("/OpenAction 6 0 R"), "more": ["<</S/JavaScript/JS 7 0 R>>", stream("", b"app.alert(1)")]},
        "active-content",
    ),
    "script behind a page": (
        {"catalogue": catalogue("/OpenAction<</S/GoTo/D[3 0 R/Fit]/Next<</S/URI/URI(http://127.0.0.1:PORT/)>>>>")},
        "active-content",
    ),
    "script on the page": ({"page": "/AA<</O<</S/JavaScript/JS(x)>>>>"}, "active-content"),
    "script on leaving": ({"catalogue": catalogue("/AA<</WC<</S/JavaScript/JS(x)>>>>")}, "active-content"),
    "script under a link": ({"page": link("<</S/JavaScript/JS(x)>>")}, "active-content"),
    "script as an address": ({"page": link("<</S/URI/URI(JavaScript:alert\\(1\\))>>")}, "active-content"),
    "script in no use": ({"more": ["<</S/JavaScript/JS(x)>>"]}, "active-content"),
    "program on opening": ({"catalogue": catalogue("/OpenAction<</S/Launch/F(/bin/sh)>>")}, "active-content"),
    "program under a link": ({"page": link("<</S/Launch/Win<</F(cmd.exe)/P(/c calc)>>>>")}, "active-content"),
    "address on opening": ({"catalogue": catalogue("/OpenAction<</S/URI/URI(http://127.0.0.1:PORT/)>>")}, "active-content"),
    "other file on opening": ({"catalogue": catalogue("/OpenAction<</S/GoToR/F(\\\\\\\\127.0.0.1\\\\x)/D[0/Fit]>>")}, "active-content"),
    "file inside under a link": ({"page": link("<</S/GoToE/T<</R/C/N(a)>>>>")}, "active-content"),
    "form sent on the page": ({"page": "/AA<</O<</S/SubmitForm/F(http://127.0.0.1:PORT/)>>>>"}, "active-content"),
    "form filled from elsewhere": ({"page": link("<</S/ImportData/F(http://127.0.0.1:PORT/x.fdf)>>")}, "active-content"),
    "layers that change": ({"page": link("<</S/SetOCGState/State[/Toggle]>>")}, "active-content"),
    "form of XML with an entity": ({"catalogue": catalogue("/AcroForm<</Fields[]/XFA 6 0 R>>"), "more": [stream("", ENTITY)]}, "active-content"),
    "content in another file": ({"more": [stream("/F(http://127.0.0.1:PORT/x)/FFilter/FlateDecode", b"")]}, "active-content"),
    "file attached": (
        {"catalogue": catalogue("/Names<</EmbeddedFiles<</Names[(a)6 0 R]>>>>"), "more": ["<</Type/Filespec/F(a.exe)/EF<</F 7 0 R>>>>", FILE]},
        "embedded-file",
    ),
    "file called a credential": (
        {
            "catalogue": catalogue("/Names<</EmbeddedFiles<</Names[(a)6 0 R]>>>>"),
            "more": ["<</Type/Filespec/F(credential.json)/EF<</F 7 0 R>>>>", stream("/Type/EmbeddedFile/Subtype/application#2Fjson", b'{"a": 1}')],
        },
        "embedded-file",
    ),
    "file pinned to the page": (
        {"page": "/Annots[<</Subtype/FileAttachment/Rect[0 0 9 9]/FS 6 0 R>>]", "more": ["<</Type/Filespec/F(a.exe)/EF<</F 7 0 R>>>>", FILE]},
        "embedded-file",
    ),
}  # fmt: skip

HARMLESS = {
    "a page to begin at": {"catalogue": catalogue("/OpenAction[3 0 R/XYZ null null 0]")},
    "a page to begin at by an action": {"catalogue": catalogue("/OpenAction<</S/GoTo/D[3 0 R/Fit]>>")},
    "an address under a link": {"page": link("<</S/URI/URI(https://example.org/verify/AB-12345)>>")},
    "words about programs": {"info": "/Info<</Title(/OpenAction /JS /Launch)>>"},
    "a badge": {
        "catalogue": catalogue("/Names<</EmbeddedFiles<</Names[(a)6 0 R]>>>>"),
        "more": ["<</Type/Filespec/F(badge.json)/EF<</F 7 0 R>>>>", stream("/Type/EmbeddedFile", b'{"type": ["VerifiableCredential"]}')],
    },
}


def made(options: dict[str, object], sink: socket.socket) -> bytes:
    """The course's certificate with `options`, in which every address is that of the sink."""
    port = str(sink.getsockname()[1])
    return course(**{key: _with_port(value, port) for key, value in options.items()})


def _with_port(value: object, port: str) -> object:
    if isinstance(value, list):
        return [_with_port(entry, port) for entry in value]
    if isinstance(value, bytes):
        # The length of a stream is written before it: the number is as long as the word.
        return value.replace(b"PORT", port.encode()[:4]) if len(port) == 4 else value.replace(b"PORT/x", port.encode() + b"/")
    return value.replace("PORT", port) if isinstance(value, str) else value


def packed(content: bytes, **options: object) -> bytes:
    """The same objects where no search of the bytes finds them."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        opened.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate, **options)  # type: ignore[arg-type]
    return written.getvalue()


def codes(reading: Reading) -> set[str]:
    return {doubt.code for doubt in reading.doubts}


def verdict(reading: Reading) -> Verdict:
    return check_piece(Piece("d", "d.pdf", reading), Applicant("Anna", "Muster"), date(2026, 11, 21), SCHEME).verdict


def nobody_came(sink: socket.socket) -> bool:
    try:
        sink.accept()
    except BlockingIOError:
        return True
    return False


@pytest.mark.parametrize("name", ACTIVE)
def test_it_does_nothing_and_goes_to_a_person(reader: Reader, sink: socket.socket, name: str) -> None:
    options, code = ACTIVE[name]
    content = made(options, sink)
    reading, plain = reader.read(content, SCHEME), reader.read(course(), SCHEME)
    assert code in codes(reading)
    assert vocabulary()[code]["todo"]
    assert (verdict(plain), verdict(reading)) == (Verdict.ACCEPT, Verdict.REVIEW)
    assert (reading.holder, reading.issue_date, reading.kind_id) == (plain.holder, plain.issue_date, plain.kind_id)
    assert reader.page_png(content, 1, 100)
    assert nobody_came(sink)


@pytest.mark.parametrize("name", ["script by name", "script under a link", "program on opening", "form of XML with an entity", "file attached"])
def test_it_is_found_where_bytes_show_nothing(reader: Reader, sink: socket.socket, name: str) -> None:
    options, code = ACTIVE[name]
    content = made(options, sink)
    hidden = packed(content)
    assert not any(word in hidden for word in (b"/JavaScript", b"/Launch", b"/XFA", b"/Filespec"))
    assert codes(reader.read(hidden, SCHEME)) == {code}


@pytest.mark.parametrize("revision", [3, 4, 6])
@pytest.mark.parametrize("name", ["script by name", "program on opening", "file attached"])
def test_it_is_found_in_a_file_with_restrictions(reader: Reader, sink: socket.socket, name: str, revision: int) -> None:
    options, code = ACTIVE[name]
    restrictions = pikepdf.Encryption(owner="o", user="", R=revision, aes=revision > 3, metadata=revision > 3)
    assert codes(reader.read(packed(made(options, sink), encryption=restrictions), SCHEME)) == {code}
    assert codes(reader.read(packed(course(), encryption=restrictions), SCHEME)) == set()


@pytest.mark.parametrize("name", HARMLESS)
def test_what_certificates_hold_is_no_doubt(reader: Reader, name: str) -> None:
    found = codes(reader.read(course(**HARMLESS[name]), SCHEME))
    assert found.isdisjoint({"active-content", "embedded-file", "not-looked-through"})


def test_what_cant_be_looked_through_goes_to_a_person(reader: Reader) -> None:
    reading = reader.read(course(more=["<<>>"] * 100_001), SCHEME)
    assert "not-looked-through" in codes(reading) or reading.unreadable
    assert verdict(reading) is Verdict.REVIEW
