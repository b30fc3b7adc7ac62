"""The QR code of a certificate, as one path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from math import isqrt
from typing import Any, Final, cast

import zxingcpp

# The data bits of a code of version 11 at level L (ISO/IEC 18004, table 7): its 61 modules are half a millimetre wide at 32 mm,
# which two readers find on a rendering of 110 dpi. Version 12 is too fine for one of them.
MOST_BITS: Final = 2592
_MODE, _COUNT_BYTES, _COUNT_DIGITS = 4, 16, 12
_BLACK: Final = re.compile(rb"\x00+")
_TAIL: Final = re.compile(r"[0-9]*\Z")


def bits(text: str) -> int:
    """Return how many bits an address takes whose end may be a long number, in a code of version 10 or more."""
    number = len(_TAIL.findall(text)[0])
    numeric = number // 3 * 10 + (0, 4, 7)[number % 3]
    return 2 * _MODE + _COUNT_BYTES + 8 * (len(text.encode()) - number) + _COUNT_DIGITS + numeric


def qr_svg(text: str) -> str:
    """Return a QR code as SVG: one path, one unit a module, no quiet zone (the page leaves it).

    A code with a token has the level of correction L (7 %): larger modules help a reader more than more correction in finer ones.
    """
    level = "L" if "#" in text else "M"
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    pixels = bytes(cast("Any", code.to_image(scale=1, add_quiet_zones=False)))
    size = isqrt(len(pixels))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path d="{"".join(_runs(pixels, size))}"/></svg>'


def _runs(pixels: bytes, size: int) -> Iterator[str]:
    """Draw each run of black modules in a row, from where the one before began."""
    x = y = 0
    for row in range(size):
        for run in _BLACK.finditer(pixels, row * size, (row + 1) * size):
            start, end = run.start() - row * size, run.end() - row * size
            yield _run(start - x, row - y, end - start)
            x, y = start, row


@cache
def _run(right: int, down: int, length: int) -> str:
    # A code has a thousand of them, most of them alike.
    return f"m{right} {down}h{length}v1h-{length}z"
