"""What letters look like: whether a picture of one is a picture of the letter that a file says it is.

A letter is known by the shape of its ink, stretched to a square, and by its proportion. It is compared with the same letter of
shipped typefaces and with every other letter that it must not be taken for; letters that a reader can't tell apart (0 and O, Latin
and Cyrillic а) count as one. Where this is not clear, as with handwriting faces, it says so and OCR has to decide.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from itertools import chain, product
from typing import Final

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageFont
from pypdfium2 import raw

from lti_tool.scheme.phrases import fold

# Ink is looked at in 16 × 16 cells at three levels of grey: two shapes differ in 0 to 768 places.
_SIDE: Final = 16
_LEVELS: Final = tuple(b"0" * level + b"1" * (256 - level) for level in (40, 100, 160))
_LIKE: Final = 220
_CLEARER_BY: Final = 16
_MUCH_LIKE: Final = 150
_FARTHEST: Final = 3 * _SIDE * _SIDE
# A letter is another one for certain only if it is that other one nearly to the dot.
_OTHER_LIKE: Final = 130
_OTHER_CLEARER_BY: Final = 70
_PROPORTION: Final = 1.6
_STEP: Final = 1.35
_NARROW: Final = 0.3
_PIXELS: Final = 48

_DIGITS: Final = "0123456789"
_LATIN: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ACCENTED: Final = "".join(letter for letter in map(chr, range(0xC0, 0x180)) if letter.isalpha() and letter not in "ĲĳŊŋſ") + "ȘșȚț"
_GREEK: Final = "".join(filter(str.isalpha, map(chr, range(0x386, 0x3CF))))
_CYRILLIC: Final = "".join(map(chr, range(0x400, 0x460))) + "ґҐ"
_JOINED: Final = ("fi", "fl", "ff", "ffi", "ffl", "fj", "ft", "tt", "ti", "st", "Th")
_MARKS: Final = "/()&"
# Letters of which one may stand for another without anybody seeing it.
_TWINS: Final = (
    "0oοоøσ", "1liιіı|jїļ/", "aаα", "bвβ", "eеέε", "pрρ", "cсϲ", "xхχ", "yуγυν", "uυ", "nηп", "kκк", "tτт", "mм", "hн", "vν", "zζ",
    "нη", "пπ", "фφ", "λл", "δд", "гγ", "гr", "wω", "uцџ", "sѕ", "jј", "dԁ",
)  # fmt: skip
_VOWELS: Final = frozenset("aeiouyαειουηωаеиоуыяю")
_STANDARD: Final = ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique", "Times-Roman", "Times-Bold", "Times-Italic")
_SHIPPED: Final = (
    ("fontpkg_noto_sans", "NotoSans[wdth,wght].ttf"),
    ("fontpkg_noto_sans", "NotoSans-Italic[wdth,wght].ttf"),
    ("fontpkg_noto_serif", "NotoSerif[wdth,wght].ttf"),
    ("fontpkg_noto_serif", "NotoSerif-Italic[wdth,wght].ttf"),
)
_WEIGHTS: Final = ((400, 100), (700, 100), (400, 75))


class Likeness(Enum):
    """Whether a picture is one of the letter: `OTHER` is said only where it is another letter for certain."""

    SAME = "same"
    OTHER = "other"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Shape:
    """The ink of a letter in 768 bits, and its width over its height (narrow ones as `_NARROW`)."""

    bits: int
    proportion: float


# The known shapes of each letter; and for each script and step of proportion the folded letters and shapes that may be rivals there.
_known: dict[str, list[Shape]] = {}
_rivals: dict[tuple[str, int], list[tuple[str, int]]] = {}


def shape_of(ink: Image.Image) -> Shape | None:
    """Return the shape of the ink (255 on 0) in a picture of one letter; None where there is none."""
    box = ink.getbbox()
    if box is None:
        return None
    cells = ink.resize((_SIDE, _SIDE), Image.Resampling.BOX, box=box).tobytes()
    return Shape(int(b"".join(cells.translate(level) for level in _LEVELS), 2), max(_NARROW, (box[2] - box[0]) / (box[3] - box[1])))


def likeness(text: str, ink: Image.Image) -> Likeness:
    """Tell whether the ink in a picture is the letter (or joined letters) `text`, in either case."""
    seen = shape_of(ink)
    return _likeness(text, seen) if seen is not None and _forms(text) else Likeness.UNCLEAR


@cache
def _likeness(text: str, seen: Shape) -> Likeness:
    own = min((_distance(seen, shape) for form in _forms(text) for shape in _known[form] if _alike(seen, shape)), default=_FARTHEST)
    near, grave = _nearest_rivals(text, seen)
    if own <= _LIKE and own <= near and own + _CLEARER_BY <= grave:
        return Likeness.SAME
    rival = min(near, grave)
    other = rival <= _OTHER_LIKE and own >= max(rival + _OTHER_CLEARER_BY, 2 * rival)
    return Likeness.OTHER if other else Likeness.UNCLEAR


def resembles(text: str, ink: Image.Image) -> bool:
    """Tell whether the ink in a picture is much like the letter, without asking whether it is more like another: enough where words count."""
    seen = shape_of(ink)
    return seen is not None and _resembles(text, seen)


def confused(letters: Iterable[tuple[str, Image.Image]]) -> bool:
    """Tell whether one and the same shape stands for letters that no reader takes for each other."""
    said: dict[Shape, str] = {}
    for text, ink in letters:
        shape = shape_of(ink)
        if shape is not None and fold(text) not in _kin(said.setdefault(shape, text)):
            return True
    return False


@cache
def _resembles(text: str, seen: Shape) -> bool:
    return any(_distance(seen, shape) <= _MUCH_LIKE and _alike(seen, shape) for form in _forms(text) for shape in _known[form])


@cache
def _forms(text: str) -> tuple[str, ...]:
    return tuple(form for form in dict.fromkeys((text, text.upper(), text.lower())) if form in _known)


def _nearest_rivals(text: str, seen: Shape) -> tuple[int, int]:
    bits = seen.bits
    near, grave = (min([(bits ^ rival).bit_count() for rival in rivals], default=_FARTHEST) for rivals in _rivals_of(text, _step(seen.proportion)))
    return near, grave


@cache
def _rivals_of(text: str, step: int) -> tuple[list[int], list[int]]:
    """Return the shapes that `text` must not be taken for, and those of which one would make another name or another day of it.

    A figure among letters makes no other name, and a letter among figures no other day.
    """
    kin, digit, vowel = _kin(text), text.isdigit(), fold(text) in _VOWELS
    found = [
        rival for at in (step - 1, step, step + 1) for rival in _rivals.get(("DIGIT" if digit else _script(text), at), ()) if rival[0] not in kin
    ]
    near = [bits for letter, bits in found if not (digit or (vowel and letter in _VOWELS))]
    return near, [bits for letter, bits in found if digit or (vowel and letter in _VOWELS)]


def _distance(one: Shape, other: Shape) -> int:
    return (one.bits ^ other.bits).bit_count()


def _alike(one: Shape, other: Shape) -> bool:
    return 1 / _PROPORTION <= one.proportion / other.proportion <= _PROPORTION


def _step(proportion: float) -> int:
    return round(math.log(proportion) / math.log(_STEP))


@cache
def _kin(text: str) -> frozenset[str]:
    """Return the folded letters that `text` may be taken for; `text` itself among them."""
    form = fold(text)
    return frozenset({form, *(twin for twins in _TWINS if form in twins for twin in twins)})


def _script(text: str) -> str:
    first = text[0]
    return unicodedata.name(first, "").split(" ")[0] if first.isalpha() else "LATIN"


def warm() -> None:
    """Learn the shapes of the shipped typefaces and of those that PDFium draws where a file brings none. Does nothing the second time."""
    if _known:
        return
    for text, ink in chain.from_iterable(chain(_shipped(), _standard())):
        shape = shape_of(ink)
        if shape is None:
            continue
        _known.setdefault(text, []).append(shape)
        if text in _DIGITS or text in _LATIN or (text[0] in _GREEK + _CYRILLIC and not unicodedata.decomposition(text)):
            script = "DIGIT" if text in _DIGITS else _script(text)
            _rivals.setdefault((script, _step(shape.proportion)), []).append((fold(text), shape.bits))
    # What is worked out here is worked out once for all forks.
    for text, (_, step) in product(_DIGITS + _LATIN, tuple(_rivals)):
        _rivals_of(text, step)


def _shipped() -> Iterator[Iterator[tuple[str, Image.Image]]]:
    for (package, name), (weight, width) in product(_SHIPPED, _WEIGHTS):
        face = ImageFont.truetype(str(files(package) / "files" / name), _PIXELS, layout_engine=ImageFont.Layout.BASIC)
        face.set_variation_by_axes([weight, width])
        letters = chain(_DIGITS, _LATIN, _GREEK, _CYRILLIC, _MARKS, _JOINED, _ACCENTED)
        masks = ((text, face.getmask(text, mode="L")) for text in letters)
        yield ((text, Image.frombytes("L", mask.size, bytes(mask))) for text, mask in masks if all(mask.size))


def _standard() -> Iterator[Iterator[tuple[str, Image.Image]]]:
    """Draw the standard typefaces of PDF, one letter to a cell of a page."""
    letters = _DIGITS + _LATIN + _MARKS + "".join(letter for letter in _ACCENTED if letter.encode("cp1252", "ignore"))
    cell, across = 2 * _PIXELS, 16
    places = [(letter, (index % across) * cell, (index // across) * cell) for index, letter in enumerate(letters)]
    for name in _STANDARD:
        document = pdfium.PdfDocument.new()
        page = document.new_page(cell * across, cell * -(-len(letters) // across))
        font = raw.FPDFText_LoadStandardFont(document.raw, name.encode())
        for letter, left, top in places:
            _write(page, font, letter, left + _PIXELS / 2, page.get_height() - top - 1.5 * _PIXELS)
        raw.FPDFPage_GenerateContent(page.raw)
        drawn = ImageChops.invert(page.render(grayscale=True).to_pil())
        yield ((letter, drawn.crop((left, top, left + cell, top + cell))) for letter, left, top in places)
        document.close()


def _write(page: pdfium.PdfPage, font: raw.FPDF_FONT, text: str, left: float, base: float) -> None:
    entry = raw.FPDFPageObj_CreateTextObj(page.pdf.raw, font, _PIXELS)
    encoded = (text + "\0").encode("utf-16-le")
    raw.FPDFText_SetText(entry, (raw.FPDF_WCHAR * (len(encoded) // 2)).from_buffer_copy(encoded))
    raw.FPDFPageObj_Transform(entry, 1, 0, 0, 1, left, base)
    raw.FPDFPage_InsertObject(page.raw, entry)
