"""Lines of a picture read again: letters that look alike in two scripts, and a large name beside two small lines."""

from __future__ import annotations

from importlib.resources import files

import pytest
from PIL import Image, ImageDraw, ImageFont

from lti_tool.evidence import ocr
from lti_tool.evidence.ocr import OcrWord
from lti_tool.evidence.ocr_lines import lines_read
from lti_tool.evidence.ocr_scripts import settled
from tests.conftest import skip_or_fail

SANS = str(files("fontpkg_noto_sans") / "files" / "NotoSans[wdth,wght].ttf")
DPI = 200.0


def line(*texts: str, sure: float = 0.9) -> list[OcrWord]:
    return [OcrWord(text, (0.2 * at, 0.1, 0.2 * at + 0.19, 0.13), 12.0, sure, 0, (0.1, 0.13)) for at, text in enumerate(texts)]


def texts(words: list[OcrWord]) -> list[str]:
    return [word.text for word in words]


def test_letters_that_look_alike_are_those_of_the_words_beside_them() -> None:
    assert texts(settled(line("DE", "GRAAF", "\u0408\u043e\u043e\u0455\u0442"))) == ["DE", "GRAAF", "JoosT"]


def test_a_line_that_is_neither_latin_nor_another_script_was_misread() -> None:
    # PĘDZIŃSKA, of which a Greek model makes letters that are nearly all Latin ones too.
    assert settled(line("\u03a1\u0395\u03a1\u0396\u0399\u039d\u0398\u039a\u0391", "Zofia")) == []


@pytest.mark.parametrize(
    "words",
    [
        ("Awarded", "to", "\u039c\u03b1\u03c1\u03af\u03b1", "\u03a0\u03b1\u03c0\u03b1\u03b4\u03bf\u03c0\u03bf\u03cd\u03bb\u03bf\u03c5"),
        ("\u0414\u0430\u0442\u0430", "Date", "of", "issue"),
        ("\u0412\u0415\u0420\u0410", "\u041c\u041e\u0420\u041e\u0417"),
        ("Maria", "Rossi"),
    ],
    ids=["Greek name", "two languages", "alike and alone", "Latin"],
)
def test_a_line_in_two_scripts_and_a_line_in_one_stay_as_they_are(words: tuple[str, ...]) -> None:
    assert texts(settled(line(*words))) == list(words)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("]\u03c9\u03ac\u03bd\u03bd\u03b7\u03c2", "\u0399\u03c9\u03ac\u03bd\u03bd\u03b7\u03c2"),
        ("|vana", "Ivana"),
        ("|Ivana", "|Ivana"),
        ("[sic]", "[sic]"),
        ("|", "|"),
    ],
)
def test_a_stroke_before_small_letters_is_a_capital(text: str, meant: str) -> None:
    assert texts(lines_read(line(text), Image.new("L", (400, 100), 255), DPI, "Latin", 0)) == [meant]


def page() -> Image.Image:
    """A name in large letters, and beside it, as high as the name, a day under its label."""
    picture = Image.new("L", (1600, 300), 255)
    drawn = ImageDraw.Draw(picture)
    for text, size, at in (("Desislava JORDANOVA", 72, (40, 100)), ("Date of issue", 30, (1150, 112)), ("12 March 2026", 30, (1150, 150))):
        drawn.text(at, text, font=ImageFont.truetype(SANS, size), fill=30)
    return picture


def test_two_small_lines_taken_for_the_end_of_a_large_one_are_read_by_themselves() -> None:
    if not ocr.available():
        skip_or_fail("tesserocr or tesseract's data are not installed")
    name = [
        OcrWord(text, (left, 0.33, right, 0.67), 36.0, 0.95, 0, (0.35, 0.65))
        for text, left, right in (("Desislava", 0.025, 0.24), ("JORDANOVA", 0.25, 0.55))
    ]
    ends = OcrWord("ate", (0.72, 0.35, 0.85, 0.65), 36.0, 0.2, 0, (0.36, 0.64))
    assert texts(lines_read([*name, ends], page(), DPI, "Latin", 6)) == ["Desislava", "JORDANOVA", "Date", "of", "issue", "12", "March", "2026"]
    # Where nothing may be read again, nothing is lost.
    assert texts(lines_read([*name, ends], page(), DPI, "Latin", 0)) == ["Desislava", "JORDANOVA", "ate"]


def test_what_stands_apart_and_is_higher_than_its_line_is_a_picture_unless_it_can_be_read() -> None:
    words = [
        OcrWord("Awarded", (0.05, 0.4, 0.2, 0.5), 12.0, 0.95, 0, (0.41, 0.49)),
        OcrWord("to", (0.21, 0.4, 0.25, 0.5), 12.0, 0.95, 0, (0.41, 0.49)),
    ]
    flag = OcrWord("pa", (0.6, 0.4, 0.65, 0.5), 12.0, 0.6, 0, (0.3, 0.6))
    blank = Image.new("L", (1600, 300), 255)
    assert texts(lines_read([*words, flag], blank, DPI, "Latin", 6)) == ["Awarded", "to"]
    for kept in (OcrWord("not", flag.box, 12.0, 0.6, 0, (0.4, 0.5)), OcrWord("NO", flag.box, 12.0, 0.9, 0, flag.ink)):
        assert texts(lines_read([*words, kept], blank, DPI, "Latin", 6))[-1] == kept.text
