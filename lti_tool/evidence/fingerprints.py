"""How a document looks and which words it is made of, as 64 bits each: computed in the child, compared in `copies.py`.

A reading keeps the look of its page, and for a picture the hash of its pixels behind it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from lti_tool.evidence import formats
from lti_tool.evidence.layout import Document
from lti_tool.evidence.pdf import Unreadable, open_pdf
from lti_tool.evidence.reading import Reading
from lti_tool.scheme.phrases import words_of

# Pixels of the longer edge of a page that is drawn for its look, and of one that is a picture.
LONGEST: Final = 400
LONGEST_SCAN: Final = 1000
# A page of which a picture covers this share is a scan.
SCANNED: Final = 0.5
MOST_OBJECTS: Final = 2000
# Fewer shingles than these say too little.
FEWEST_SHINGLES: Final = 8
_SIDE: Final = 8
_TURNS: Final = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)

Decode = Callable[[bytes], Image.Image]


def with_fingerprints(readings: tuple[Reading, ...], content: bytes, decode: Decode) -> tuple[Reading, ...]:
    """Return the readings of a file with the fingerprints of their pages; `decode` opens a picture upright, or raises Unreadable.

    What has them already keeps them; what can't be drawn stays without.
    """
    if all(reading.fingerprints for reading in readings):
        return readings
    try:
        if formats.media_type(content) == formats.PDF:
            pdf = open_pdf(content)
            return tuple(replace(reading, fingerprints=of_page(pdf[page_of(reading) - 1])) for reading in readings)
        if all(reading.unreadable not in _NO_PICTURE for reading in readings):
            found = of_picture(decode(content))
            return tuple(replace(reading, fingerprints=found) for reading in readings)
    except (Unreadable, pdfium.PdfiumError, IndexError):
        pass
    return readings


_NO_PICTURE: Final = frozenset({"empty", "broken", "too-much", "not-supported", "timeout"})


def page_of(reading: Reading) -> int:
    """Return the page that says what a document is."""
    for fact in (reading.title, reading.holder):
        if fact is not None and fact.place is not None:
            return fact.place.page
    return reading.part.first if reading.part else 1


def of_page(page: pdfium.PdfPage) -> tuple[str, ...]:
    """Return the fingerprints of a page of a PDF."""
    width, height = page.get_size()
    scanned = _is_scan(page, width * height)
    scale = min((LONGEST_SCAN if scanned else LONGEST) / max(width, height, 1.0), 4.0)
    drawn: Image.Image = page.render(scale=scale, grayscale=True, may_draw_forms=False, draw_annots=False).to_pil()
    return of_picture(drawn) if scanned else (look(drawn),)


def of_picture(picture: Image.Image) -> tuple[str, ...]:
    """Return the fingerprints of a picture."""
    grey = picture.convert("L")
    return look(grey), _pixels(grey)


def _is_scan(page: pdfium.PdfPage, area: float) -> bool:
    covered = 0.0
    for count, entry in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4)):
        if count >= MOST_OBJECTS:
            break
        left, bottom, right, top = entry.get_bounds()
        covered = max(covered, abs((right - left) * (top - bottom)))
    return covered >= SCANNED * area


def look(picture: Image.Image) -> str:
    """Return which of 8 × 8 cells are darker than the page on the average, row by row; turning the page turns the cells."""
    cells = picture.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX).tobytes()
    mean = sum(cells) / len(cells)
    return _hex(cell < mean for cell in cells)


def _pixels(grey: Image.Image) -> str:
    """Return a hash of all pixels that is the same however the picture is turned."""
    turned = (grey, *(grey.transpose(turn) for turn in _TURNS))
    return min(hashlib.sha256(b"%d %d " % picture.size + picture.tobytes()).hexdigest()[:16] for picture in turned)


def text_simhash(document: Document, reading: Reading) -> str | None:
    """Return 64 bits that papers of one wording share but for a few: of pairs of words, without the holder's name and all figures."""
    left_out = set(words_of(reading.holder.value)) if reading.holder else set()
    words = document.rows[0].words if document.rows else ()
    kept = [word for word in words if word not in left_out and not any(character.isdigit() for character in word)]
    shingles = {f"{one} {other}" for one, other in pairwise(kept)}
    return _simhash(sorted(shingles)) if len(shingles) >= FEWEST_SHINGLES else None


def _simhash(shingles: Sequence[str]) -> str:
    counts = [0] * 64
    for shingle in shingles:
        digest = int.from_bytes(hashlib.blake2b(shingle.encode(), digest_size=8).digest(), "big")
        for bit in range(64):
            counts[bit] += 1 if digest >> (63 - bit) & 1 else -1
    return _hex(count > 0 for count in counts)


def _hex(bits: Iterable[bool]) -> str:
    value = 0
    for bit in bits:
        value = value << 1 | bit
    return f"{value:016x}"
