"""By how many degrees the lines of a page fall: at the right angle its rows are darkest and lightest."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from PIL import Image

# The longer edge in pixels of the small picture that is turned this way and that.
_LONGEST: Final = 900
_INK: Final = 170
_STEEPEST: Final = 14
# Steps in degrees, each around the best of the one before.
_STEPS: Final = (1.0, 0.25, 0.05)
# What tesseract reads as well as a level line.
_LEVEL: Final = 0.15


def falling(lit: Image.Image) -> float:
    """Return by how many degrees (−14 to 14) lines fall to the right, 0 for those that are as good as level; `lit` has even light."""
    ink = _ink(lit)
    best, reach = 0.0, float(_STEEPEST)
    for step in _STEPS:
        count = round(reach / step)
        best = max((best + step * index for index in range(-count, count + 1)), key=lambda angle: (_sharpness(ink, angle), -abs(angle)))
        reach = step
    return round(best, 2) if abs(best) >= _LEVEL else 0.0


def _ink(lit: Image.Image) -> Image.Image:
    """Return a small picture that is white where there is ink, as a square so that turning it loses and favours nothing."""
    scale = _LONGEST / max(lit.size)
    small = lit.resize((max(1, round(lit.width * scale)), max(1, round(lit.height * scale))), Image.Resampling.BOX)
    square = Image.new("L", (_LONGEST, _LONGEST), 0)
    square.paste(small.point(lambda value: 255 * (value < _INK)), ((_LONGEST - small.width) // 2, (_LONGEST - small.height) // 2))
    return square


def _sharpness(ink: Image.Image, angle: float) -> float:
    """Return how much neighbouring rows differ when the picture is turned anticlockwise by `angle` degrees."""
    rows = ink.rotate(angle).resize((1, ink.height), Image.Resampling.BOX).tobytes()
    return float(sum((one - other) ** 2 for one, other in pairwise(rows)))
