"""A picture set upright, level and square: one map from the pixels that are read back to the picture as it was handed in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image

from lti_tool.evidence.layout import Box

# The longer edge of A4 in inches: what every picture is taken to show, since what it says of its resolution is often wrong.
A4_INCHES: Final = 11.69
Matrix = tuple[float, float, float, float, float, float, float, float, float]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class View:
    """How a picture of `source` pixels (width, height) is seen in one of `size` pixels: `matrix` maps the latter onto the former.

    `dpi` is the resolution of what is seen, were it A4.
    """

    source: tuple[int, int]
    size: tuple[int, int]
    matrix: Matrix
    dpi: float
    level: bool

    def shown(self, grey: Image.Image) -> Image.Image:
        """Return the picture as it is seen; what lies outside of it is white."""
        if self.level:
            return grey.resize(self.size, Image.Resampling.LANCZOS)
        # Pillow's own transform looks at four pixels by four: a picture that shrinks much is made smaller first.
        shrink = max(1.0, min(grey.size) / min(self.size))
        if shrink > 1.25:
            grey = grey.resize((round(grey.width / shrink), round(grey.height / shrink)), Image.Resampling.LANCZOS)
        across, down = grey.width / self.source[0], grey.height / self.source[1]
        a, b, c, d, e, f, g, h, i = self.matrix
        scaled = [value / i for value in (a * across, b * across, c * across, d * down, e * down, f * down, g, h)]
        return grey.transform(self.size, Image.Transform.PERSPECTIVE, scaled, Image.Resampling.BICUBIC, fillcolor=255)

    def back(self, box: Box) -> Box:
        """Return a box in fractions of what is seen as the box around it in fractions of the picture."""
        corners = [self._source(x * self.size[0], y * self.size[1]) for x in (box[0], box[2]) for y in (box[1], box[3])]
        xs, ys = [_within(x / self.source[0]) for x, _ in corners], [_within(y / self.source[1]) for _, y in corners]
        return (round(min(xs), 4), round(min(ys), 4), round(max(xs), 4), round(max(ys), 4))

    def _source(self, x: float, y: float) -> Point:
        a, b, c, d, e, f, g, h, i = self.matrix
        scale = g * x + h * y + i
        return ((a * x + b * y + c) / scale, (d * x + e * y + f) / scale)


def view(source: tuple[int, int], *, dpi: float, corners: Sequence[Point] | None = None, quarters: int = 0, angle: float = 0.0) -> View:
    """Return the view of a picture of `source` pixels at `dpi`.

    `corners` are the sheet's in the picture, clockwise from its top left, `quarters` how often it is turned clockwise to stand
    upright, `angle` the degrees by which its lines fall to the right, after both.
    """
    wide, high, matrix = (*source, _IDENTITY) if corners is None else _rectified(corners)
    matrix, wide, high = _quarters(matrix, wide, high, quarters % 4)
    matrix, wide, high = _turned(matrix, wide, high, math.radians(angle))
    scale = A4_INCHES * dpi / max(wide, high)
    matrix = _times(matrix, (1 / scale, 0, 0, 0, 1 / scale, 0, 0, 0, 1))
    size = (max(1, round(wide * scale)), max(1, round(high * scale)))
    return View(source, size, matrix, dpi, level=corners is None and quarters % 4 == 0 and angle == 0)


_IDENTITY: Final[Matrix] = (1, 0, 0, 0, 1, 0, 0, 0, 1)


def _times(one: Matrix, other: Matrix) -> Matrix:
    cells = [sum(one[3 * row + k] * other[3 * k + column] for k in range(3)) for row in range(3) for column in range(3)]
    return (cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[7], cells[8])


def _rectified(corners: Sequence[Point]) -> tuple[float, float, Matrix]:
    """Return the size of a sheet with these corners, and the map from its pixels onto the picture's (Heckbert 1989, closed form)."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    wide = max(1.0, (math.dist(corners[0], corners[1]) + math.dist(corners[3], corners[2])) / 2)
    high = max(1.0, (math.dist(corners[0], corners[3]) + math.dist(corners[1], corners[2])) / 2)
    dx1, dx2, sx = x1 - x2, x3 - x2, x0 - x1 + x2 - x3
    dy1, dy2, sy = y1 - y2, y3 - y2, y0 - y1 + y2 - y3
    determinant = (dx1 * dy2 - dx2 * dy1) or 1e-9
    g, h = (sx * dy2 - dx2 * sy) / determinant, (dx1 * sy - sx * dy1) / determinant
    unit: Matrix = (x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1.0)
    return wide, high, _times(unit, (1 / wide, 0, 0, 0, 1 / high, 0, 0, 0, 1))


def _quarters(matrix: Matrix, wide: float, high: float, quarters: int) -> tuple[Matrix, float, float]:
    """Turn what is seen clockwise by quarters."""
    for _ in range(quarters):
        # A point (x, y) of what is seen then was at (y, high - x).
        matrix = _times(matrix, (0, 1, 0, -1, 0, high, 0, 0, 1))
        wide, high = high, wide
    return matrix, wide, high


def _turned(matrix: Matrix, wide: float, high: float, angle: float) -> tuple[Matrix, float, float]:
    """Turn what is seen anticlockwise about its middle, on a sheet that holds all of it."""
    if angle == 0:
        return matrix, wide, high
    cos, sin = math.cos(angle), math.sin(angle)
    across, down = wide * abs(cos) + high * abs(sin), wide * abs(sin) + high * abs(cos)
    turn: Matrix = (
        cos, -sin, wide / 2 - cos * across / 2 + sin * down / 2,
        sin, cos, high / 2 - sin * across / 2 - cos * down / 2,
        0, 0, 1,
    )  # fmt: skip
    return _times(matrix, turn), across, down


def _within(value: float) -> float:
    return min(1.0, max(0.0, value))
