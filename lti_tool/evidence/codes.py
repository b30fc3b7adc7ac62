"""QR codes on a page or in a picture: their text, never followed. A page that can hold none is not drawn for them."""

from __future__ import annotations

import ctypes
from typing import Final

import pypdfium2 as pdfium
import zxingcpp
from PIL import Image
from pypdfium2 import raw

from lti_tool.evidence.addresses import plain
from lti_tool.evidence.reading import Link, Place

_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
Bounds = tuple[float, float, float, float]
_MOST_OBJECTS: Final = 3000
# A code of less than nine millimetres can't be read; a picture of one is about square; one that is drawn takes many strokes.
_SMALLEST: Final = 25.0
_SQUARE: Final = 1.7
_MANY_PATHS: Final = 80
_MANY_STROKES: Final = 200
# Pixels per point, and the longest edge that is drawn or searched.
_SCALE: Final = 2.2
_LONGEST: Final = 1600
_MARGIN: Final = 14.0


def on_page(page: pdfium.PdfPage, number: int) -> list[Link]:
    """Return the codes on a page of a PDF."""
    bounds = where_to_look(page)
    if bounds is None:
        return []
    width, height = page.get_size()
    left, bottom, right, top = bounds
    scale = min(_SCALE, _LONGEST / max(right - left, top - bottom))
    drawn = page.render(scale=scale, grayscale=True, crop=(left, bottom, width - right, height - top), may_draw_forms=False).to_pil()
    frame = (left / width, (height - top) / height, right / width, (height - bottom) / height)
    return in_picture(drawn, number, frame)


def in_picture(picture: Image.Image, number: int, frame: Bounds = (0.0, 0.0, 1.0, 1.0)) -> list[Link]:
    """Return the codes in a picture that shows the part `frame` of a page, in fractions of it, origin top left."""
    seen = picture if picture.mode == "L" else picture.convert("L")
    if max(seen.size) > _LONGEST:
        seen = seen.copy()
        seen.thumbnail((_LONGEST, _LONGEST))
    found = zxingcpp.read_barcodes(seen, formats=_QR, text_mode=zxingcpp.TextMode.Plain)
    return [Link(plain(code.text), Place(number, _box(code.position, seen.size, frame))) for code in found if code.text]


def at_full_size(picture: Image.Image, number: int) -> list[Link]:
    """Return the codes in a picture of a whole page of which every pixel is looked at: a dense code far away has few."""
    seen = picture if picture.mode == "L" else picture.convert("L")
    found = zxingcpp.read_barcodes(seen, formats=_QR, text_mode=zxingcpp.TextMode.Plain)
    return [Link(plain(code.text), Place(number, _box(code.position, seen.size, (0.0, 0.0, 1.0, 1.0)))) for code in found if code.text]


def where_to_look(page: pdfium.PdfPage) -> Bounds | None:
    """Return the part of a page where a code may be, in points from the bottom left; None if there can be none."""
    width, height = page.get_size()
    whole = (0.0, 0.0, width, height)
    paths, pictures = 0, list[Bounds]()
    for index in range(min(raw.FPDFPage_CountObjects(page.raw), _MOST_OBJECTS)):
        entry = raw.FPDFPage_GetObject(page.raw, index)
        kind = raw.FPDFPageObj_GetType(entry)
        if kind == raw.FPDF_PAGEOBJ_FORM:
            return whole
        if kind == raw.FPDF_PAGEOBJ_PATH:
            paths += 1
            if paths > _MANY_PATHS or raw.FPDFPath_CountSegments(entry) > _MANY_STROKES:
                return whole
        elif kind == raw.FPDF_PAGEOBJ_IMAGE and (bounds := _bounds(entry)) and _holds_code(bounds):
            pictures.append(bounds)
    if not pictures:
        return None
    return _around(pictures, width, height) if _upright(page) else whole


def _bounds(entry: object) -> Bounds | None:
    edges = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(entry, *edges):
        return None
    left, bottom, right, top = (edge.value for edge in edges)
    return left, bottom, right, top


def _holds_code(bounds: Bounds) -> bool:
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    return min(width, height) >= _SMALLEST and max(width, height) <= _SQUARE * min(width, height)


def _upright(page: pdfium.PdfPage) -> bool:
    left, bottom, _right, _top = page.get_bbox()
    return page.get_rotation() == 0 and (left, bottom) == (0, 0)


def _around(pictures: list[Bounds], width: float, height: float) -> Bounds:
    left, bottom = (max(0.0, min(bounds[edge] for bounds in pictures) - _MARGIN) for edge in (0, 1))
    right = min(width, max(bounds[2] for bounds in pictures) + _MARGIN)
    top = min(height, max(bounds[3] for bounds in pictures) + _MARGIN)
    return (left, bottom, right, top) if left < right and bottom < top else (0.0, 0.0, width, height)


def _box(position: zxingcpp.Position, size: tuple[int, int], frame: Bounds) -> Bounds:
    corners = (position.top_left, position.top_right, position.bottom_left, position.bottom_right)
    across, down = [corner.x / size[0] for corner in corners], [corner.y / size[1] for corner in corners]
    wide, high = frame[2] - frame[0], frame[3] - frame[1]
    edges = (frame[0] + wide * min(across), frame[1] + high * min(down), frame[0] + wide * max(across), frame[1] + high * max(down))
    left, top, right, bottom = (round(min(max(edge, 0.0), 1.0), 4) for edge in edges)
    return left, top, right, bottom
