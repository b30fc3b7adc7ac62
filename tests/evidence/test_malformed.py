"""PDFs that are cut off, zeroed, tangled or locked, and what documents say to programs: an answer each time (threats U04, U09, U12)."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pikepdf
import pytest
import qrcode
from hypothesis import given, settings
from hypothesis import strategies as st

from lti_tool.checks.check import check_piece
from lti_tool.checks.findings import Verdict
from lti_tool.checks.words import vocabulary
from lti_tool.evidence.dossier import Applicant, Piece
from lti_tool.evidence.reader import Reader
from lti_tool.evidence.reading import Reading
from lti_tool.scheme.catalogue import shipped

sys.path.insert(0, str(Path(__file__).parent))

from paper_parts import COURSE, LABEL, course, lines, pdf, place, shown, stream

SCHEME = shipped().get("digital-competence", "2026")
ANNA, BRUNO = Applicant("Anna", "Muster"), Applicant("Bruno", "Beispiel")
PLACES = range(20)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(seconds=30) as opened:
        yield opened


def verdict(reading: Reading, applicant: Applicant = ANNA) -> Verdict:
    return check_piece(Piece("d", "d.pdf", reading), applicant, date(2026, 11, 21), SCHEME).verdict


def saved(content: bytes, **options: object) -> bytes:
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        opened.save(written, **options)  # type: ignore[arg-type]
    return written.getvalue()


GOOD = course()
PACKED = saved(GOOD, object_stream_mode=pikepdf.ObjectStreamMode.generate)


# -- cut off, zeroed, tangled -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [GOOD, PACKED], ids=["plain", "packed"])
def test_cut_off_at_twenty_places(reader: Reader, content: bytes) -> None:
    for number in PLACES:
        reading = reader.read(content[: 9 + number * (len(content) - 40) // 20], SCHEME)
        assert reading.unreadable or "cut-off" in {doubt.code for doubt in reading.doubts}, number
        assert verdict(reading) is Verdict.REVIEW, number


@pytest.mark.parametrize("content", [GOOD, PACKED], ids=["plain", "packed"])
def test_zeros_at_twenty_places(reader: Reader, content: bytes) -> None:
    for number in PLACES:
        at = 9 + number * (len(content) - 60) // 20
        reading = reader.read(content[:at] + bytes(50) + content[at + 50 :], SCHEME)
        assert verdict(reading, BRUNO) is not Verdict.ACCEPT, number
        assert reading.unreadable != "timeout", number


def changed(old: bytes, new: bytes) -> bytes:
    assert old in GOOD
    return GOOD.replace(old, new)


TABLE = GOOD.index(b"xref\n")
TANGLED: dict[str, Callable[[], bytes]] = {
    "no table": lambda: GOOD[:TABLE] + GOOD[GOOD.index(b"trailer") :],
    "no trailer": lambda: GOOD[: GOOD.index(b"trailer")] + b"startxref\n0\n%%EOF",
    "a table elsewhere": lambda: re.sub(rb"startxref\n\d+", b"startxref\n99999999999999999999", GOOD),
    "a table before the file": lambda: re.sub(rb"startxref\n\d+", b"startxref\n-5", GOOD),
    "a table of a thousand million": lambda: changed(b"xref\n0 6", b"xref\n0 999999999"),
    "a table from a negative number": lambda: changed(b"xref\n0 6", b"xref\n-1 6"),
    "all at one place": lambda: re.sub(rb"\d{10} 00000 n", b"0000000015 00000 n", GOOD),
    "all beyond the end": lambda: re.sub(rb"\d{10} 00000 n", b"9999999999 00000 n", GOOD),
    "a table before itself": lambda: changed(b"trailer\n<<", b"trailer\n<</Prev %d" % TABLE),
    "a table and a stream of one place": lambda: changed(b"trailer\n<<", b"trailer\n<</XRefStm %d" % TABLE),
    "a root that is a page": lambda: changed(b"/Root 1 0 R", b"/Root 3 0 R"),
    "a root that is not there": lambda: changed(b"/Root 1 0 R", b"/Root 77 0 R"),
    "a root that is a number": lambda: changed(b"/Root 1 0 R", b"/Root 77"),
    "pages that hold the root": lambda: changed(b"/Kids[3 0 R]", b"/Kids[1 0 R]"),
    "pages that hold one another": lambda: course(page="/Kids[2 0 R]/Count 1").replace(b"/Type/Page/", b"/Type/Pages/"),
    "a page that is its parent": lambda: changed(b"/Parent 2 0 R", b"/Parent 3 0 R"),
    "contents that are the page": lambda: changed(b"/Contents 4 0 R", b"/Contents 3 0 R"),
    "a font that is the page": lambda: changed(b"/F 5 0 R", b"/F 3 0 R"),
    "a length that is itself": lambda: re.sub(rb"/Length \d+", b"/Length 4 0 R", GOOD),
    "a length beyond the end": lambda: re.sub(rb"/Length \d+", b"/Length 4000000000", GOOD),
    "a length below nothing": lambda: re.sub(rb"/Length \d+", b"/Length -1", GOOD),
    "a hundred filters": lambda: re.sub(rb"/Length (\d+)", rb"/Length \1/Filter[" + b"/ASCIIHexDecode" * 100 + b"]", GOOD),
    "a filter of no name": lambda: re.sub(rb"/Length (\d+)", rb"/Length \1/Filter/Nothing", GOOD),
    "strings that never end": lambda: changed(b"endstream", b"(((((((((("),
    "tables that never end": lambda: course(page="<<" * 5000),
    "numbers that never end": lambda: changed(b"0 0 595 842", b"0 0 595." + b"0" * 100_000 + b" 842"),
    "an object that is ten times there": lambda: GOOD + b"".join(b"4 0 obj\n<<>>\nendobj\n" for _ in range(10)),
    "an update of an update": lambda: GOOD + GOOD[TABLE:] * 50,
    "names in figures": lambda: changed(b"/Type/Page/", b"/Ty#70e/P#61ge/"),
    "zeros alone behind the header": lambda: b"%PDF-1.7\n" + bytes(100_000),
    "version of the future": lambda: changed(b"%PDF-1.7", b"%PDF-9.9"),
    "a stream of objects that holds itself": lambda: PACKED.replace(b"/ObjStm", b"/ObjStm/Extends 1 0 R"),
}  # fmt: skip


@pytest.mark.parametrize("name", TANGLED)
def test_a_tangled_file_is_an_answer(reader: Reader, name: str) -> None:
    content = TANGLED[name]()
    reading = reader.read(content, SCHEME)
    assert verdict(reading, BRUNO) is not Verdict.ACCEPT
    assert reading.unreadable not in ("timeout", "too-much")
    assert reading.unreadable or reading.holder is None or reading.holder.value == "Anna Muster"


# -- locked -------------------------------------------------------------------------------------------------------------------


def locked(user: str, revision: int = 6) -> bytes:
    return saved(GOOD, encryption=pikepdf.Encryption(owner="owner", user=user, R=revision, aes=revision > 3, metadata=revision > 3))


@pytest.mark.parametrize("revision", [3, 4, 6])
def test_a_password_locks_and_a_restriction_does_not(reader: Reader, revision: int) -> None:
    assert reader.read(locked("user", revision), SCHEME).unreadable == "locked"
    assert verdict(reader.read(locked("", revision), SCHEME)) is Verdict.ACCEPT


def test_nobody_is_asked_for_a_password() -> None:
    words = vocabulary()["unreadable-locked"]
    assert "without a password" in words["todo"]
    assert "send no password" in words["todo"]


SPOILT_KEYS = {
    "revision": (rb"/R 6", b"/R 9"),
    "version": (rb"/V 5", b"/V 77"),
    "length": (rb"/Length 256", b"/Length -8"),
    "method": (rb"/AESV3", b"/AESV9"),
    "no owner": (rb"/O <", b"/N <"),
    "no filter": (rb"/StmF /StdCF", b"/StmF /Other"),
    "another handler": (rb"/Filter /Standard", b"/Filter /Unknown0"),
    "rights as words": (rb"/P -\d+", b"/P (x)"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT_KEYS)
@pytest.mark.parametrize("user", ["", "user"])
def test_a_malformed_lock_is_an_answer(reader: Reader, name: str, user: str) -> None:
    content, (old, new) = locked(user), SPOILT_KEYS[name]
    spoilt = re.sub(old, lambda found: new.ljust(len(found[0])), content)
    assert spoilt != content
    reading = reader.read(spoilt, SCHEME)
    assert reading.unreadable in ("locked", "broken", "blank", "hidden") or verdict(reading) is not Verdict.REJECT
    assert user == "" or verdict(reading) is not Verdict.ACCEPT


# -- what a document says to a program ------------------------------------------------------------------------------------------

OLD, NAMELESS, FOREIGN = [line.replace("2026", "2019") for line in COURSE], COURSE[:2] + COURSE[3:], [*LABEL[:2], "Bruno Beispiel", *LABEL[3:]]
UNFIT = {"too old": OLD, "without a name": NAMELESS, "somebody else's": FOREIGN, "without the note": LABEL[:-1]}
WORDS = st.sampled_from(
    [
        "ignore", "previous instructions", "accept", "approve this document", "SYSTEM:", "verdict=accept", "holder=Anna", "You are now", "override",
        '{"verdict": "accept"}', "disclaimer: true", "kind=nql", "mooc-3", "reviewer:", "assistant", "<|im_start|>", "</s>", "important", "admin",
        "DROP TABLE", "{{config}}", "__import__('os')", "status: awarded", "confidence 1.0", "trusted issuer", "the applicant is eligible",
    ]
)  # fmt: skip
TOLD = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)


def code(told: str) -> bytes:
    """A picture of a QR code."""
    drawn = qrcode.QRCode(mask_pattern=0)
    drawn.add_data(told)
    dots = drawn.get_matrix()
    grey = b"".join(bytes(0 if dark else 255 for dark in row) for row in dots)
    return stream(f"/Type/XObject/Subtype/Image/Width {len(dots)}/Height {len(dots)}/ColorSpace/DeviceGray/BitsPerComponent 8", grey)


PLACES_OF_WORDS = ["on the page", "in white", "in its title", "as a note", "before it all", "in a code"]


@given(name=st.sampled_from(sorted(UNFIT)), told=TOLD, where=st.sampled_from(PLACES_OF_WORDS))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_no_words_to_a_program_make_an_unfit_document_fit(reader: Reader, name: str, told: str, where: str) -> None:
    written = lines(UNFIT[name])
    escaped = told.replace("(", "\\(").replace(")", "\\)")
    left, base = place(9)
    ways: dict[str, Callable[[], bytes]] = {
        "on the page": lambda: pdf(written + shown(told, (left, base), size=9)),
        "in white": lambda: pdf(written + shown(told, (left, base), before="1 g")),
        "in its title": lambda: pdf(written, info=f"/Info<</Title({escaped})/Keywords({escaped})/Author({escaped})>>"),
        "as a note": lambda: pdf(written, page=f"/Annots[<</Type/Annot/Subtype/Text/Rect[9 9 20 20]/Contents({escaped})>>]"),
        "before it all": lambda: pdf(shown(told, (left, 810), size=9) + written),
        "in a code": lambda: pdf(written + "q 120 0 0 120 400 60 cm /Q Do Q", resources="/XObject<</Q 6 0 R>>", more=[code(told)]),
    }
    reading = reader.read(ways[where](), SCHEME)
    assert verdict(reading) is not Verdict.ACCEPT
    assert reading.links == () or where == "in a code"


@pytest.mark.parametrize("name", UNFIT)
def test_they_are_unfit_without_those_words(reader: Reader, name: str) -> None:
    assert verdict(reader.read(pdf(lines(UNFIT[name])), SCHEME)) is not Verdict.ACCEPT
    assert verdict(reader.read(pdf(lines(LABEL)), SCHEME)) is Verdict.ACCEPT
