"""Large pale writing across a page that is a picture, such as SAMPLE: what is left when all strokes as thin as letters are taken away."""

from __future__ import annotations

from itertools import pairwise, product
from statistics import median
from typing import Final

from PIL import Image, ImageChops, ImageDraw

from lti_tool.evidence import ocr
from lti_tool.evidence.layout import Word
from lti_tool.evidence.neighbours import brightest, darkest, middle_of_nine
from lti_tool.evidence.ocr_page import ReadPage, Sheet

# At this resolution, were the page A4, letters up to 20 points have strokes thinner than the filter, and watermarks thicker ones.
_DPI: Final = 100.0
_THIN: Final = 5
# As thick as this is no stroke of a frame.
_FRAME: Final = 9
# Watermarks are darker than paper and paler than headings.
_DARK, _PALEST, _PAPER, _INK = 90, 190, 248, 205
_LEAST_INK: Final = 0.001
_STEEPEST, _STEP, _ANGLES = 60, 5, 3
_SURE: Final = 0.5
# A word this sure, in capitals as watermarks are, was printed there; what is less sure may be a piece of an ornament, and says something
# only where it is a word that is looked for.
_CERTAIN: Final = 0.8
_SHORTEST: Final = 4
# A watermark is a word or two; what takes longer is none.
_MOST_MILLISECONDS: Final = 800
_SOMEWHERE: Final = (0.0, 0.0, 1.0, 1.0)
# Thick strokes of at least this share of a page, at least so many degrees from level, whose rows stand out so many times more than at the
# usual angle (measured: watermarks 3.1 and more, pages without one 1.8 and less).
_LEAST_SLANTING, _LEAST_SLANT, _CLEARLY = 0.01, 15, 2.4
# A column this dark is of a band down the page, whose edges, on a page that does not lie straight, are this share of its width away.
_BAND, _AROUND = 0.6, 0.025
# In points: large writing is doubted also where nobody knows the word.
_LARGE, _SMALL = 60.0, 6.0
# Tesseract's mode for words anywhere on a page (PSM_SPARSE_TEXT).
_SPARSE: Final = 11


def marks(sheet: Sheet, page: ReadPage, left: Image.Image) -> tuple[Word, ...]:
    """Return the words of watermarks on a page of which `pale` left this, as turned writing; where on the page they are is not told.

    Their size is large for those that were surely read, and small for others.
    """
    rest = without_words(page, left)
    if sum(rest.histogram()[:_INK]) < _LEAST_INK * rest.width * rest.height:
        return ()
    thick = rest.point(lambda value: 255 * (value > _INK))
    turns = range(-_STEEPEST, _STEEPEST + 1, _STEP)
    # Of the thickest strokes alone too: a frame would draw every turn to its own.
    angles = [turn for strokes in (thick, _thickest(thick)) for turn in sorted(turns, key=lambda angle: -sharpness(strokes, angle))[:_ANGLES]]
    scripts = dict.fromkeys((sheet.script, "Latin"))
    ways = product(dict.fromkeys((0, *angles)), (thick, left), scripts)
    found: dict[str, float] = {}
    for angle, picture, script in ways:
        for word in _read(picture, angle, script):
            found[word.text] = max(found.get(word.text, 0.0), word.sure)
    sizes = {text: _LARGE if sure >= _CERTAIN and text.isupper() else _SMALL for text, sure in found.items()}
    return tuple(Word(text, sheet.number, _SOMEWHERE, size, turned=True, proportion=left.width / left.height) for text, size in sizes.items())


def slants(left: Image.Image) -> bool:
    """Tell a page with thick pale strokes that run slantwise in a row, as a word across the page does, whether anybody could read it or not.

    Turned by the angle of such a word, its rows are much darker and lighter than turned by any other; frames, stamps, shadows and
    pictures look alike at every slant.
    """
    thick = _without_side_bands(left.point(lambda value: 255 * (value > _INK)))
    return _slants(thick) or _slants(_thickest(thick))


def _without_side_bands(thick: Image.Image) -> Image.Image:
    """Return strokes without bands down the page, which no word across it is: turned, they are sharp at one angle or another by chance."""
    columns = thick.resize((thick.width, 1), Image.Resampling.BOX).tobytes()
    banded = [at for at, light in enumerate(columns) if light < 255 * (1 - _BAND)]
    if not banded:
        return thick
    rest = thick.copy()
    drawn = ImageDraw.Draw(rest)
    for at in banded:
        drawn.rectangle((at - _AROUND * rest.width, 0, at + _AROUND * rest.width, rest.height), fill=255)
    return rest


def _thickest(thick: Image.Image) -> Image.Image:
    """Return strokes without those of frames and stamps, whose rows and rings hide at what angle a word across the page runs."""
    return darkest(brightest(thick, _FRAME), _FRAME)


def _slants(thick: Image.Image) -> bool:
    if sum(thick.histogram()[:128]) < _LEAST_SLANTING * thick.width * thick.height:
        return False
    sharp = {angle: sharpness(thick, angle) for angle in range(-_STEEPEST, _STEEPEST + 1, _STEP)}
    # Level bands are the sharper the nearer to level: a slant is sharper than its neighbour on that side.
    inwards = {angle: sharp[angle - _STEP if angle > 0 else angle + _STEP] for angle in sharp if abs(angle) >= _LEAST_SLANT}
    slanting = max((sharp[angle] for angle, nearer in inwards.items() if sharp[angle] > nearer), default=0.0)
    return slanting >= _CLEARLY * max(1.0, median(sharp.values()))


def pale(sheet: Sheet) -> Image.Image:
    """Return what is left of a page when strokes as thin as letters and dark headings are taken away: 0 where it is darkest, 255 for paper."""
    seen = middle_of_nine(sheet.view(_DPI).shown(sheet.lit))
    closed = darkest(brightest(seen, _THIN), _THIN)
    headings = brightest(closed.point(lambda value: 255 * (value < _DARK)), _THIN)
    return ImageChops.lighter(closed.point(_stretched), headings)


def without_words(page: ReadPage, left_over: Image.Image) -> Image.Image:
    """Return what is left of a view of a page beside the words that were surely read; 255 is paper."""
    rest = left_over.copy()
    drawn = ImageDraw.Draw(rest)
    for word, sure in zip(page.words, page.sure, strict=True):
        if sure >= _SURE:
            left, top, right, bottom = word.box
            drawn.rectangle((left * rest.width - 3, top * rest.height - 2, right * rest.width + 3, bottom * rest.height + 2), fill=255)
    return rest


def _stretched(value: int) -> int:
    """Make pale grey dark, and paper white."""
    return max(0, min(255, round((value - _PALEST) * 255 / (_PAPER - _PALEST))))


def _read(picture: Image.Image, angle: float, script: str) -> list[ocr.OcrWord]:
    level = picture.rotate(angle, expand=True, fillcolor=255)
    words = ocr.recognised(level, dpi=_DPI, script=script, mode=_SPARSE, milliseconds=_MOST_MILLISECONDS)
    return [word for word in words if word.sure >= _SURE and sum(letter.isalpha() for letter in word.text) >= _SHORTEST]


def sharpness(thick: Image.Image, angle: float) -> float:
    """Return how much neighbouring rows differ when a picture is turned anticlockwise by `angle` degrees: most, where it holds a level line."""
    small = thick.reduce(3).rotate(angle, expand=True, fillcolor=255)
    rows = small.resize((1, small.height), Image.Resampling.BOX).tobytes()
    return float(sum((one - other) ** 2 for one, other in pairwise(rows))) * small.width**2
