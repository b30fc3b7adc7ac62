"""Names are literal, fit, and never stop a certificate (threats S10, S11)."""

from __future__ import annotations

import json
import unicodedata
from io import BytesIO
from pathlib import Path

import page
import pikepdf
import pypdfium2
import pytest
from certificate_parts import AWARD, content, make_ring
from hostile_names import HOSTILE, LETTERS, NAMES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificate_signing.keyring import KeyRing
from lti_tool.issuing import fonts
from lti_tool.issuing.make import make, signed_credential
from lti_tool.issuing.render import render


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return make_ring(tmp_path_factory.mktemp("ring") / "keys")


# What is stored → what the paper says.
LITERAL = {
    "Þóra Guðmundsdóttir": "Þóra Guðmundsdóttir",
    "Ελένη Παπαδοπούλου-Χατζηγεωργίου": "Ελένη Παπαδοπούλου-Χατζηγεωργίου",
    "María José García-Lorca Ñíguez de los Ríos y Fernández-Villaverde": "María José García-Lorca Ñíguez de los Ríos y Fernández-Villaverde",
    "Иванка Стоянова": "Иванка Стоянова",
    "Їжакевич Ґалаґан Ђорђе Љубичић": "Їжакевич Ґалаґан Ђорђе Љубичић",
    "Łukasz Żółć Šeďo Ģirts Ţepeş Öğüş İpek ẞ": "Łukasz Żółć Šeďo Ģirts Ţepeş Öğüş İpek ẞ",
    "O’Brien d'Arc": "O’Brien d'Arc",
    "X": "X",
    '#read("/etc/passwd")': '#read("/etc/passwd")',
    "#import \"@preview/x:1.0.0\"; *bold* _it_ $x^2$ <label> @ref": "#import \"@preview/x:1.0.0\"; *bold* _it_ $x^2$ <label> @ref",
    "{{7*7}} ${7*7} %s {0} \\u0041 \\n": "{{7*7}} ${7*7} %s {0} \\u0041 \\n",
    "<link rel=attachment href=file:///etc/passwd>": "<link rel=attachment href=file:///etc/passwd>",
    'Robert"); DROP TABLE x;--': 'Robert"); DROP TABLE x;--',
    "=HYPERLINK(1) // /* -- ~ ... ---": "=HYPERLINK(1) // /* -- ~ ... ---",
    "  spaced\t\tout\n name ": "spaced out name",
    "e\u0301le\u0300ne": "élène",
    "abc\u202edef\u2066ghi\u200b\u00ad\ufeff": "abcdefghi",
    "nul\x00 bell\x07 esc\x1b[31m": "nul bell esc[31m",
    "half \ud800 a pair": "half a pair",
    "smile \U0001f600 (2)": "smile \U0001f600 (2)",
    "王小明 Wang": "□□□ Wang",
    "private \ue000 (2)": "private □ (2)",
}  # fmt: skip

HARD = {
    "120 characters": "Maximiliana Wolfeschlegelsteinhausenbergerdorff " * 2 + "von und zu Hohenstein-Œdipus",
    "300 characters": "Anna Maria " * 27,
    "5,000 characters": "Anna Maria " * 450,
    "300 letters in one word": "W" * 300,
    "Greek in one word": "Παπαδοπούλου" * 12,
    "one letter": "Å",
    "nothing": "",
    "only controls": "\u202e\u200b",
    "only emoji": "😀👩‍🏫🇪🇺",
    "Arabic": "محمد بن سلمان",
    "Hebrew": "דוד בן־גוריון",
    "Chinese and Latin": "王小明 Wang",
    "Georgian and Armenian": "გიორგი Հայկ",
    "marks upon marks": "Z" + "\u0301\u0316\u0489" * 30,
    "Devanagari": "अनुष्का शर्मा",
    "two directions": "Anna \u202eannA (محمد) Ελένη",
}


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    text: str = document[0].get_textpage().get_text_range()
    document.close()
    return " ".join(text.split())


@pytest.mark.parametrize("name", LITERAL)
def test_a_name_is_set_literally(name: str) -> None:
    shown = LITERAL[name]
    # Soft details of setting: ligatures and line breaks are undone by the extraction, hyphens at line ends are not used.
    assert shown.replace("...", "…") in words_of(render(content(holder_name=name), b"{}")).replace("...", "…")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_literal_on_the_paper_and_in_the_metadata(ring: KeyRing, name: str) -> None:
    pdf = render(content(holder_name=name, issuer_name=name), b"{}")
    assert name.replace("...", "…") in words_of(pdf).replace("...", "…")
    with pikepdf.open(BytesIO(pdf)) as document:
        assert list(document.attachments) == ["credential.json"]
        assert document.open_metadata()["dc:creator"] == [name]
        assert str(document.docinfo["/Author"]) == name
    stated = json.loads(signed_credential(content(holder_name=name), AWARD, ring))
    assert stated["credentialSubject"]["identifier"][0]["identityHash"] == name


@pytest.mark.parametrize("script", NAMES)
def test_a_name_of_any_of_these_scripts_is_set_in_its_letters(script: str) -> None:
    told = words_of(render(content(holder_name=NAMES[script]), b"{}"))
    assert fonts.REPLACEMENT not in told
    # A reader may take the words of a line that runs to the left in another order, but all its letters are there.
    assert set(fonts.legible(NAMES[script]).replace(" ", "")) <= set(unicodedata.normalize("NFC", told))


@pytest.mark.parametrize("script", LETTERS)
def test_no_letter_of_these_scripts_is_missing(script: str) -> None:
    letters = LETTERS[script]
    for start in range(0, len(letters), 80):
        part = letters[start : start + 80]
        assert fonts.REPLACEMENT not in words_of(render(content(holder_name=" ".join(part)), b"{}")), part


@pytest.mark.judge
@pytest.mark.parametrize("script", NAMES)
def test_a_page_in_any_of_these_scripts_is_archival_and_accessible(ring: KeyRing, tmp_path: Path, script: str) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(make(content(holder_name=NAMES[script]), AWARD, ring).pdf)
    for profile in (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1):
        assert [(failure.rule_id, failure.message) for failure in page.validate_pdf(str(file), profile=profile).failures] == []


@pytest.mark.parametrize("name", [name for name in LITERAL if name.isprintable()])
def test_a_name_is_in_the_credential_literally(ring: KeyRing, name: str) -> None:
    stated = json.loads(signed_credential(content(holder_name=name), AWARD, ring))
    assert stated["credentialSubject"]["identifier"][0]["identityHash"] == fonts.legible(name)


@pytest.mark.judge
@pytest.mark.parametrize("case", HARD)
def test_a_hard_name_makes_an_archival_accessible_page(ring: KeyRing, tmp_path: Path, case: str) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(make(content(holder_name=HARD[case]), AWARD, ring).pdf)
    for profile in (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1):
        report = page.validate_pdf(str(file), profile=profile)
        assert [(failure.rule_id, failure.message) for failure in report.failures] == []


@pytest.mark.parametrize("case", HARD)
def test_a_hard_name_stays_between_the_frame_and_the_sentence(case: str) -> None:
    document = pypdfium2.PdfDocument(render(content(holder_name=HARD[case]), b"{}"))
    assert len(document) == 1
    text = document[0].get_textpage()
    boxes = [text.get_rect(index) for index in range(text.count_rects())]
    inner = 19 / 25.4 * 72
    assert min(box[0] for box in boxes) > inner
    assert max(box[2] for box in boxes) < 842 - inner
    assert min(box[1] for box in boxes) > inner
    assert max(box[3] for box in boxes) < 595 - inner
    sentence = next(box for box in boxes if "has shown digital" in text.get_text_bounded(*box))
    title = next(box for box in boxes if "Digital competencies for" in text.get_text_bounded(*box))
    between = [box for box in boxes if title[1] > box[1] and box[1] > sentence[1]]
    assert all(box[1] >= sentence[3] - 4 and box[3] <= title[1] + 4 for box in between)
    document.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=80))
def test_no_name_stops_a_certificate(ring: KeyRing, name: str) -> None:
    made = make(content(holder_name=name), AWARD, ring)
    with pikepdf.open(BytesIO(made.pdf)) as document:
        assert len(document.pages) == 1
        assert list(document.attachments) == ["credential.json"]
        assert document.attachments["credential.json"].get_file().read_bytes() == made.credential


@given(st.text(max_size=200))
def test_what_is_legible_stays_so(text: str) -> None:
    once = fonts.legible(text)
    assert fonts.legible(once) == once
    assert once == once.strip()
    assert "  " not in once
