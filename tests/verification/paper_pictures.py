"""A certificate as people show it: photographed, scanned, printed anew, and altered on the way."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pypdfium2 as pdfium
import qrcode
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf"
INK = "#14213d"
# Where the certificate prints these, in fractions of the page (left, top, right, bottom).
NAME = (0.2, 0.29, 0.8, 0.37)
DATE = (0.085, 0.818, 0.35, 0.843)
TITLE = (0.3, 0.232, 0.7, 0.263)
CODE = (0.79, 0.745, 0.92, 0.905)
Box = tuple[float, float, float, float]


def page(pdf: bytes, dpi: int = 150) -> Image.Image:
    """The first page as a picture."""
    with pdfium.PdfDocument(pdf) as opened:
        return opened[0].render(scale=dpi / 72).to_pil().convert("RGB")


def saved(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def photo(picture: Image.Image, angle: float = 4) -> Image.Image:
    """Held in front of a camera: a little askew, a little soft, on a desk."""
    desk = Image.new("RGB", (picture.width + 240, picture.height + 240), "#6b5b4b")
    desk.paste(picture, (120, 120))
    return desk.rotate(angle, expand=True, fillcolor="#6b5b4b").filter(ImageFilter.GaussianBlur(0.8))


def scan(picture: Image.Image) -> bytes:
    """A PDF that holds nothing but a picture of the page."""
    return saved(picture, "PDF", resolution=150)


def written_over(picture: Image.Image, box: Box, text: str) -> Image.Image:
    """Another text in the place of what is printed there."""
    altered = picture.copy()
    edges = tuple(round(edge * size) for edge, size in zip(box, (*picture.size, *picture.size), strict=True))
    pen = ImageDraw.Draw(altered)
    pen.rectangle(edges, fill="white")
    size = round((edges[3] - edges[1]) * 0.62)
    pen.text(((edges[0] + edges[2]) / 2, (edges[1] + edges[3]) / 2), text, fill=INK, font=ImageFont.truetype(FONT, size), anchor="mm")
    return altered


def with_code(picture: Image.Image, text: str) -> Image.Image:
    """Another QR code in the place of ours."""
    altered = picture.copy()
    left, top, right, bottom = (round(edge * size) for edge, size in zip(CODE, (*picture.size, *picture.size), strict=True))
    ImageDraw.Draw(altered).rectangle((left, top, right, bottom), fill="white")
    code = qrcode.make(text, border=1).get_image().convert("RGB").resize((bottom - top, bottom - top))
    altered.paste(code, (left, top))
    return altered


def overlaid(text: str, box: Box = NAME) -> Callable[[bytes], bytes]:
    """Another text over what our own PDF prints, as an editor of PDFs does it."""

    def alter(pdf: bytes) -> bytes:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            sheet = opened.pages[0]
            wide, high = (float(edge) for edge in sheet.MediaBox[2:])
            left, low, right, top = box[0] * wide, high - box[3] * high, box[2] * wide, high - box[1] * high
            size = 0.62 * (top - low)
            font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name("/Times-Roman"))
            sheet.obj.Resources.Font.Fake = opened.make_indirect(font)
            paint = f"q 1 1 1 rg {left} {low} {right - left} {top - low} re f Q"
            sheet.contents_add(f"{paint} BT /Fake {size} Tf {left + 20} {low + 0.25 * (top - low)} Td 0 g ({text}) Tj ET".encode())
            return _written(opened)

    return alter


def without_seal(pdf: bytes) -> bytes:
    """The same page without its seal, as a printer into PDF leaves it."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        del opened.Root.AcroForm, opened.Root.Perms
        opened.pages[0].obj.Annots = pikepdf.Array([])
        for name in ("/Names", "/AF", "/StructTreeRoot", "/Metadata"):
            if name in opened.Root:
                del opened.Root[name]
        return _written(opened)


def another_page(pdf: bytes) -> bytes:
    """A page more."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.add_blank_page(page_size=(842, 595))
        return _written(opened)


def _written(opened: pikepdf.Pdf) -> bytes:
    written = io.BytesIO()
    opened.save(written)
    return written.getvalue()
