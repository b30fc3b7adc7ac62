"""Letters that look alike in two scripts, of which a model that knows both takes now the one, now the other.

In a picture such a letter is neither: it was the model that chose. A line of Latin words with one word in Greek of nothing but such letters
is a line in Latin.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lti_tool.evidence.ocr import OcrWord

_CYRILLIC: Final = dict(zip("АВЕЅІЈКМНОРСТУХаеѕіјорсухвкмнт", "ABESIJKMHOPCTYXaesijopcyxBKMHT", strict=True))
_GREEK: Final = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαγικνορτυχ", "ABEZHIKMNOPTYXayikvoptux", strict=True))
_IN_LATIN: Final = {**_CYRILLIC, **_GREEK}
# Beside Latin words at least this share of the letters of a word in another script are letters that Latin has not.
_OWN: Final = 0.2


def settled(line: Sequence[OcrWord]) -> list[OcrWord]:
    """Return a line read in another script with one script for its letters; nothing where it can be neither that script nor Latin."""
    words = [[_plain(letter) for letter in word.text if letter.isalpha()] for word in line]
    foreign = [letter for word in words for letter in word if not _is_latin(letter)]
    if not foreign or not any(len(word) > 1 and all(map(_is_latin, word)) for word in words):
        return list(line)
    own = sum(letter not in _IN_LATIN for letter in foreign)
    if own == 0:
        return [replace(word, text=_latin(word.text)) for word in line]
    return list(line) if own >= _OWN * len(foreign) else []


def _plain(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0]


def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN")


def _latin(text: str) -> str:
    return unicodedata.normalize("NFC", "".join(_IN_LATIN.get(letter, letter) for letter in unicodedata.normalize("NFD", text)))
