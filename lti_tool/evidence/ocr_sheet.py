"""The corners of a bright sheet on a darker desk or scanner bed, where a picture shows one whole."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from PIL import Image, ImageDraw, ImageFilter, ImageStat

from lti_tool.evidence.neighbours import brightest, darkest

Point = tuple[float, float]
# The longer edge in pixels of the small picture that is looked at.
_LONGEST: Final = 320
# A sheet fills this share of a picture at least; its inside is bright but for writing, and what is around it dark.
_LEAST: Final = 0.3
_FULL: Final = 0.86
_EMPTY: Final = 0.12
_WHITE: Final = b"\xff"


def corners(grey: Image.Image) -> tuple[Point, ...] | None:
    """Return a sheet's corners in pixels of `grey`, clockwise from the top left; None where the picture is the sheet, or shows none clearly."""
    scale = _LONGEST / max(grey.size)
    size = (max(2, round(grey.width * scale)), max(2, round(grey.height * scale)))
    small = grey.resize(size, Image.Resampling.BOX).filter(ImageFilter.MedianFilter(5))
    level = _parting(small.histogram())
    bright = darkest(brightest(small.point(lambda value: 255 * (value > level)), 3), 9)
    found = _extremes(bright)
    if found is None or not _is_sheet(found, bright):
        return None
    # What the filter took off the edge comes back, less two pixels: the desk must not show.
    middle = (sum(x for x, _ in found) / 4, sum(y for _, y in found) / 4)
    return tuple(_outwards(point, middle, 1.5, scale) for point in found)


def _parting(counts: Sequence[int]) -> int:
    """Return the grey that parts dark from bright best (Otsu 1979)."""
    total, weight = sum(counts), sum(value * count for value, count in enumerate(counts))
    best, level, below, below_weight = -1.0, 127, 0, 0
    for value, count in enumerate(counts):
        below += count
        below_weight += value * count
        if 0 < below < total:
            spread = (weight * below / total - below_weight) ** 2 / (below * (total - below))
            if spread > best:
                best, level = spread, value
    return level


def _extremes(bright: Image.Image) -> tuple[Point, ...] | None:
    """Return the bright points farthest to the top left, top right, bottom right and bottom left."""
    width, pixels = bright.width, bright.tobytes()
    rows = [pixels[start : start + width] for start in range(0, len(pixels), width)]
    # Of each row, the first and the last are farthest to a corner.
    points = [(x, y) for y, row in enumerate(rows) for x in (row.find(_WHITE), row.rfind(_WHITE)) if x >= 0]
    if not points:
        return None
    ways: tuple[Callable[[Point], float], ...] = (
        lambda point: -point[0] - point[1],
        lambda point: point[0] - point[1],
        lambda point: point[0] + point[1],
        lambda point: point[1] - point[0],
    )
    return tuple(max(points, key=way) for way in ways)


def _is_sheet(found: Sequence[Point], bright: Image.Image) -> bool:
    """Tell a sheet on a desk: four corners well apart, bright inside, dark around, and the desk on all sides of the picture."""
    width, height = bright.size
    inside = Image.new("L", bright.size, 0)
    ImageDraw.Draw(inside).polygon([(round(x), round(y)) for x, y in found], fill=255)
    area = sum(inside.histogram()[1:])
    if area < _LEAST * width * height or area > 0.97 * width * height:
        return False
    edges = [math.dist(one, other) for one, other in zip(found, [*found[1:], found[0]], strict=True)]
    if min(edges) < 0.35 * max(edges):
        return False
    outside = inside.point(lambda value: 255 - value)
    rim = ImageStat.Stat(bright, mask=_rim(bright.size)).mean[0] / 255
    return rim < _EMPTY and ImageStat.Stat(bright, mask=inside).mean[0] / 255 > _FULL and ImageStat.Stat(bright, mask=outside).mean[0] / 255 < _EMPTY


def _rim(size: tuple[int, int]) -> Image.Image:
    rim = Image.new("L", size, 255)
    ImageDraw.Draw(rim).rectangle((4, 4, size[0] - 5, size[1] - 5), fill=0)
    return rim


def _outwards(point: Point, middle: Point, pixels: float, scale: float) -> Point:
    """Move a corner away from the middle, and give it in pixels of the large picture."""
    away = math.dist(point, middle) or 1.0
    share = 1 + pixels / away
    return ((middle[0] + (point[0] - middle[0]) * share + 0.5) / scale, (middle[1] + (point[1] - middle[1]) * share + 0.5) / scale)
