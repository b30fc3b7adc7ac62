"""The lines of a page as first read, and those that seem to be something else read again: in another script, or as a block of smaller lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from PIL import Image

from lti_tool.evidence import ocr, ocr_quoted
from lti_tool.evidence.layout import Box
from lti_tool.evidence.ocr import OcrWord
from lti_tool.evidence.ocr_scripts import settled

# A line less sure than this is a part of a frame, of a picture or of dirt. One less sure than the other may be in another script: it
# is read anew, and taken if so much surer, and as sure as the third at least.
NOTHING: Final = 0.35
_FOREIGN, _SURER, _LEAST = 0.7, 0.12, 0.55
# A line is tried in so many other scripts; where one was found before, it is tried first.
_EACH: Final = 4
_LATIN: Final = "Latin"
# Wider spaces than this, in heights of the line, part writing that may not be of one line.
_APART: Final = 1.5
# Ink that is so many times as high as its line is a picture, or two lines taken for one.
_HIGHER: Final = 1.6
_FEWEST: Final = 4
# What is read where a capital I stands, right before its word.
_STROKE: Final = re.compile(r"[\]|](?=[^\W\d_]{2})")
_CAPITALS: Final = {"GREEK": "\u0399", "CYRILLIC": "\u0406", "LATIN": "I"}


def lines(words: Sequence[OcrWord]) -> list[list[OcrWord]]:
    """Return words line by line, without specks."""
    found: dict[int, list[OcrWord]] = {}
    for word in words:
        # A mark by itself is a speck or a stroke of a frame.
        if word.sure >= _FOREIGN or any(character.isalnum() for character in word.text):
            found.setdefault(word.line, []).append(word)
    return list(found.values())


def lines_read(words: Sequence[OcrWord], picture: Image.Image, dpi: float, script: str, most_foreign: int) -> list[OcrWord]:
    """Return the words of lines that say something; lines that seem to be of another script, such as a name in Greek, are read again.

    A word that is unsure stays where its line is read well: without a "not" a sentence would say the opposite.
    """
    again = _Again(picture, dpi, script, most_foreign * _EACH)
    result: list[OcrWord] = []
    for line in lines(words):
        own, blocks = again.parted(line)
        best = again.in_its_script(own) if own else own
        result += [*(best if ocr.fluency(best) >= NOTHING else []), *blocks]
    return [_with_capital(word) for word in result]


@dataclass
class _Again:
    """What is read a second time on one picture; `left` recognitions at most, `found` is the other script that was found last."""

    picture: Image.Image
    dpi: float
    script: str
    left: int
    found: str | None = field(default=None)

    def in_its_script(self, line: Sequence[OcrWord]) -> Sequence[OcrWord]:
        """Return a line as it reads best."""
        if ocr.fluency(line) < _FOREIGN and sum(len(word.text) for word in line) >= _FEWEST:
            return self._in_another_script(line)
        if self.script != _LATIN and ocr_quoted.quotes(line) and self.left > 0:
            return ocr_quoted.in_latin(line, self._line(line, _LATIN))
        return line

    def _in_another_script(self, line: Sequence[OcrWord]) -> Sequence[OcrWord]:
        best, least = line, max(ocr.fluency(line) + _SURER, _LEAST)
        for other in dict.fromkeys((self.found, *ocr.scripts())):
            if other is None or other == self.script or self.left <= 0:
                continue
            read = settled(self._line(line, other))
            if read and ocr.fluency(read) > least:
                best, least, known = read, ocr.fluency(read), other == self.found
                self.found = other
                if known and least >= ocr.FLUENT:
                    break
        return ocr_quoted.in_latin(best, line) if best is not line and self.script == _LATIN else best

    def _line(self, line: Sequence[OcrWord], script: str) -> list[OcrWord]:
        return [
            replace(word, box=(word.box[0], line[0].box[1], word.box[2], line[0].box[3]), size=line[0].size)
            for word in self._read(_around(line), script, ocr.LINE)
        ]

    def parted(self, line: Sequence[OcrWord]) -> tuple[list[OcrWord], list[OcrWord]]:
        """Return a line without what stands apart on it and is no part of it, and the words which that is when read by itself.

        A name in large letters may be read as one line with two small ones beside it, a date under its label; or with a flag.
        """
        parts = self._parts(line)
        own: list[OcrWord] = []
        blocks: list[OcrWord] = []
        for part in parts:
            if len(parts) == 1 or ocr.fluency(part) >= _FOREIGN:
                own += part
                continue
            found = self._block(part)
            blocks += found
            high = max(word.ink[1] - word.ink[0] for word in part) > _HIGHER * (part[0].box[3] - part[0].box[1])
            own += [] if found or high else part
        return own, blocks

    def _parts(self, line: Sequence[OcrWord]) -> list[list[OcrWord]]:
        parts = [[line[0]]]
        for before, word in pairwise(line):
            gap = (word.box[0] - before.box[2]) * self.picture.width
            if gap > _APART * (word.box[3] - word.box[1]) * self.picture.height:
                parts.append([])
            parts[-1].append(word)
        return parts

    def _block(self, part: Sequence[OcrWord]) -> list[OcrWord]:
        """Return the words of a part of a line read as lines of their own; none unless they are read well."""
        found = [line for line in lines(self._read(_around(part, ink=True), self.script, ocr.BLOCK)) if ocr.fluency(line) >= _FOREIGN]
        words = [word for line in found for word in line]
        return words if sum(len(word.text) for word in words) >= max(_FEWEST, sum(len(word.text) for word in part)) else []

    def _read(self, area: Box, script: str, mode: int) -> list[OcrWord]:
        """Return the words of an area, in fractions of the whole picture; none where no more may be read."""
        width, height = self.picture.size
        beside = (area[3] - area[1]) * height / 2
        crop = (
            max(0, round(area[0] * width - beside)),
            max(0, round(area[1] * height)),
            min(width, round(area[2] * width + beside)),
            min(height, round(area[3] * height)),
        )
        if min(crop[2] - crop[0], crop[3] - crop[1]) < 8 or self.left <= 0:
            return []
        self.left -= 1
        found = ocr.recognised(self.picture.crop(crop), dpi=self.dpi, script=script, mode=mode)
        return [_moved(word, crop, self.picture.size) for word in found]


def _around(words: Sequence[OcrWord], *, ink: bool = False) -> Box:
    tops = [word.box[1] for word in words] + [word.ink[0] for word in words if ink]
    feet = [word.box[3] for word in words] + [word.ink[1] for word in words if ink]
    return (min(word.box[0] for word in words), min(tops), max(word.box[2] for word in words), max(feet))


def _moved(word: OcrWord, crop: tuple[int, int, int, int], size: tuple[int, int]) -> OcrWord:
    """Return a word of a crop as a word of the picture."""
    wide, high = crop[2] - crop[0], crop[3] - crop[1]
    left, right = ((crop[0] + edge * wide) / size[0] for edge in (word.box[0], word.box[2]))
    top, bottom, first, last = ((crop[1] + edge * high) / size[1] for edge in (word.box[1], word.box[3], *word.ink))
    return replace(word, box=(left, top, right, bottom), ink=(first, last))


def _with_capital(word: OcrWord) -> OcrWord:
    """Return a word that begins with a stroke and goes on in small letters with the capital that such a stroke is."""
    if not _STROKE.match(word.text) or not word.text[1].islower():
        return word
    capital = _CAPITALS.get(unicodedata.name(word.text[1], "").split(" ")[0])
    return replace(word, text=capital + word.text[1:]) if capital else word
