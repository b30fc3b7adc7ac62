"""Latin words quoted in a line of another script, such as a title in English on a Bulgarian page.

A model of Cyrillic and Latin reads some of their letters as the other script's, which look alike: teachers becomes їеасһегѕ. The model of
Latin alone reads them well, and the rest of the line not at all.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from lti_tool.evidence.ocr import OcrWord

# So many Latin words, of so many letters, make a line one that quotes.
_QUOTED, _LETTERS = 2, 4
# How much surer a word must be in Latin, and how much of its width the two readings must share.
_SURER, _SHARED = 0.05, 0.6


def quotes(line: Sequence[OcrWord]) -> bool:
    """Tell a line in which several words are Latin and others are not."""
    latin = [word for word in line if _is_latin(word.text)]
    return sum(len(word.text) >= _LETTERS for word in latin) >= _QUOTED and len(latin) < sum(map(_is_word, line))


def in_latin(line: Sequence[OcrWord], found: Sequence[OcrWord]) -> list[OcrWord]:
    """Return a line with those words in Latin that were read surer so; `found` is the whole line in Latin, on the same picture."""
    return [_surer(word, found) if _is_word(word) and not _is_latin(word.text) else word for word in line]


def _surer(word: OcrWord, found: Sequence[OcrWord]) -> OcrWord:
    for other in found:
        if _is_latin(other.text) and other.sure >= word.sure + _SURER and _shared(word, other) >= _SHARED:
            return replace(word, text=other.text, sure=other.sure)
    return word


def _shared(one: OcrWord, other: OcrWord) -> float:
    """Return the share of the wider word's width that both cover."""
    both = min(one.box[2], other.box[2]) - max(one.box[0], other.box[0])
    return both / max(one.box[2] - one.box[0], other.box[2] - other.box[0], 1e-6)


def _is_word(word: OcrWord) -> bool:
    return any(map(str.isalpha, word.text))


def _is_latin(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return bool(letters) and all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
