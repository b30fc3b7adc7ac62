"""Two pictures of one page: where they differ, and both with the differences boxed. Pixels alone; runs in the child only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from lti_tool.evidence.layout import Box
from lti_tool.evidence.neighbours import brightest

# Pixels across: enough to read small print on, and quickly drawn.
WIDE: Final = 1200
# What differs by less than this (of 255) is another renderer's edge; regions are looked for in squares of so many pixels.
_APART: Final = 72
_SQUARE: Final = 8
# Squares with less of them changed (of 255) hold a speck.
_LEAST: Final = 9
_MOST_BOXES: Final = 24
_SPECK: Final = 12
# A page of which more than this share of the ink is another is another page, not ours with changes.
_MOST_CHANGED: Final = 0.5
_INK: Final = 200
_RED: Final = (168, 32, 26)
_GREY: Final = (225, 228, 233)


@dataclass(frozen=True, slots=True)
class Compared:
    """Both pictures and one of what differs (255); its boxes in fractions of the page, and whether most of the page is the same."""

    ours: Image.Image
    given: Image.Image
    changed: Image.Image
    boxes: tuple[Box, ...]
    alike: bool


def warm() -> None:
    """Load what saving and drawing need."""
    picture = Image.new("RGB", (64, 64), "white")
    compared(picture, marked(picture, [(0.1, 0.1, 0.5, 0.5)])).ours.quantize(64)


def drawn(page: Any, like: Any) -> Image.Image:
    """Return a page of a PDF (PDFium's) as large as the page `like` is drawn, so that the two lie over each other."""
    wide, high = like.get_size()
    size = (WIDE, max(1, min(3 * WIDE, round(WIDE * high / wide))))
    own_wide, own_high = page.get_size()
    scale = min(WIDE / own_wide, 3 * WIDE / own_high)
    picture: Image.Image = page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
    return picture if picture.size == size else picture.resize(size)


def compared(ours: Image.Image, given: Image.Image) -> Compared:
    """Compare two pictures of the same size."""
    one, other = ours.convert("L").filter(ImageFilter.BoxBlur(1)), given.convert("L").filter(ImageFilter.BoxBlur(1))
    changed = ImageChops.difference(one, other).point([255 if value > _APART else 0 for value in range(256)])
    ink = ImageChops.darker(one, other).point([255 if value < _INK else 0 for value in range(256)])
    share = sum(changed.histogram()[128:]) / max(1, sum(ink.histogram()[128:]))
    return Compared(ours, given, changed, _boxes(changed), share <= _MOST_CHANGED)


def differs_in(found: Compared, box: Box) -> bool:
    """Tell whether a part of the page looks different, by more than a speck."""
    part = found.changed.crop(pixels(found.changed, box, 1))
    return sum(part.histogram()[128:]) > _SPECK


def _boxes(changed: Image.Image) -> tuple[Box, ...]:
    wide, high = -(-changed.width // _SQUARE), -(-changed.height // _SQUARE)
    squares = changed.resize((wide, high), Image.Resampling.BOX).point([255 if value >= _LEAST else 0 for value in range(256)])
    # Letters of one word belong together.
    grown = brightest(squares, 5)
    regions = sorted(_regions(grown), key=lambda edges: -(edges[2] - edges[0]) * (edges[3] - edges[1]))[:_MOST_BOXES]
    return tuple(
        sorted(
            (round(left / wide, 4), round(top / high, 4), round(min(1.0, right / wide), 4), round(min(1.0, bottom / high), 4))
            for left, top, right, bottom in regions
        )
    )


def _regions(squares: Image.Image) -> Iterable[tuple[int, int, int, int]]:
    """Yield the bounds of each connected group of squares, in squares."""
    picture = squares.copy()
    while (found := picture.getbbox()) is not None:
        left, top, right, _ = found
        column = next(column for column in range(left, right) if picture.getpixel((column, top)))
        before = picture.copy()
        ImageDraw.floodfill(picture, (column, top), 0)
        bounds = ImageChops.difference(before, picture).getbbox()
        assert bounds is not None  # noqa: S101 - at least the square that it began with was filled
        yield bounds


def without(picture: Image.Image, boxes: Sequence[Box]) -> Image.Image:
    """Return the picture with these parts painted out."""
    painted = picture.copy()
    for box in boxes:
        ImageDraw.Draw(painted).rectangle(pixels(painted, box, 6), fill=_GREY)
    return painted


def marked(picture: Image.Image, boxes: Sequence[Box]) -> Image.Image:
    """Return the picture with frames around these parts."""
    framed = picture.copy()
    for box in boxes:
        ImageDraw.Draw(framed).rectangle(pixels(framed, box, 2), outline=_RED, width=3)
    return framed


def pixels(picture: Image.Image, box: Box, beside: int) -> tuple[int, int, int, int]:
    """Return a box in pixels of a picture, so many wider on every side."""
    left, top, right, bottom = box
    return (
        max(0, round(left * picture.width) - beside),
        max(0, round(top * picture.height) - beside),
        min(picture.width - 1, round(right * picture.width) + beside),
        min(picture.height - 1, round(bottom * picture.height) + beside),
    )
