"""A title in English in a line of Cyrillic, and pages of few dots an inch."""

from __future__ import annotations

import pytest
from PIL import Image

from lti_tool.evidence.ocr import OcrWord
from lti_tool.evidence.ocr_page import Sheet
from lti_tool.evidence.ocr_quoted import in_latin, quotes


def line(*words: tuple[str, float]) -> list[OcrWord]:
    return [OcrWord(text, (0.1 * at, 0.1, 0.1 * at + 0.08, 0.12), 12.0, sure, 0) for at, (text, sure) in enumerate(words)]


READ = line(("от", 0.96), ("поредицата", 0.91), ("Unlocking", 0.96), ("ће", 0.89), ("power", 0.96), ("їеасһегѕ", 0.82))
LATIN = line(("ot", 0.4), ("nopeduyama", 0.2), ("Unlocking", 0.97), ("the", 0.97), ("power", 0.97), ("teachers", 0.92))


def test_words_quoted_in_latin_are_read_as_latin() -> None:
    assert quotes(READ)
    assert [word.text for word in in_latin(READ, LATIN)] == ["от", "поредицата", "Unlocking", "the", "power", "teachers"]


@pytest.mark.parametrize("words", [READ[:2], READ[:3], LATIN])
def test_a_line_that_quotes_nothing_is_left_alone(words: list[OcrWord]) -> None:
    assert not quotes(words)


def test_a_word_that_is_not_surer_in_latin_stays() -> None:
    assert in_latin(READ, line(*[(word.text, word.sure - 0.1) for word in LATIN])) == READ


def test_a_word_elsewhere_on_the_line_takes_no_words_place() -> None:
    assert [word.text for word in in_latin(READ[:4], LATIN[4:])] == [word.text for word in READ[:4]]


def test_the_resolution_of_a_sheet_on_a_desk_is_that_of_the_sheet() -> None:
    picture = Image.new("L", (1000, 1500), 255)
    whole = Sheet(1, picture, None, 0, 0.0, "Latin")
    within = Sheet(1, picture, ((100, 300), (800, 300), (800, 1200), (100, 1200)), 0, 0.0, "Latin")
    assert (round(whole.dpi), round(within.dpi)) == (128, 77)
