"""What scanners, phones and fax machines make of a certificate: seeded ways to spoil a rendered page.

`scan(pdf, rng, kind=…)` returns PNG, JPEG or a PDF of pictures; a document of several pages always becomes a PDF.
"""

from __future__ import annotations

import io
import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

Spoil = Callable[[Image.Image, random.Random], Image.Image]
_POINTS: Final = 72


@dataclass(frozen=True)
class Degradation:
    """One way to spoil a page: the resolution it is drawn at (dots per inch), what is done to it, and how it is stored.

    `store` is ``png``, ``jpeg`` or ``pdf``, `quality` that of the JPEG; `orientation` tells that the picture is stored turned or mirrored,
    with the EXIF tag that says so.
    """

    dpi: tuple[int, ...]
    spoil: tuple[Spoil, ...] = ()
    store: str = "jpeg"
    quality: int = 85
    orientation: bool = False


def pages(pdf: bytes, dpi: float) -> list[Image.Image]:
    """Return the pages of a PDF as they look, drawn at `dpi` dots per inch."""
    document = pdfium.PdfDocument(pdf)
    try:
        return [page.render(scale=dpi / _POINTS).to_pil().convert("RGB") for page in document]
    finally:
        document.close()


def turned(picture: Image.Image, angle: float) -> Image.Image:
    """Turn a picture on a larger sheet of white, anticlockwise in degrees."""
    return picture.rotate(angle, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=(255, 255, 255))


def skew(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Lay the sheet on the scanner by one to six degrees aslant."""
    return turned(picture, rng.choice([-1, 1]) * rng.uniform(1, 6))


def slightly(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Lay the sheet nearly straight, as a feeder does."""
    return turned(picture, rng.uniform(-0.8, 0.8))


def quarter(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Feed the sheet sideways or upside down."""
    turn = rng.choice([Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270])
    return slightly(picture.transpose(turn), rng)


def noise(picture: Image.Image, rng: random.Random, strength: float = 26.0) -> Image.Image:
    """Add the grain of a sensor in little light; `strength` is its standard deviation of 255."""
    even = [Image.frombytes("L", picture.size, rng.randbytes(picture.width * picture.height)) for _ in range(3)]
    # The mean of three even distributions of 0 to 255 has the standard deviation 42.5.
    grain = Image.blend(Image.blend(even[0], even[1], 0.5), even[2], 1 / 3)
    scale = strength / 42.5
    bands = [ImageChops.add(band, grain.point(lambda value: max(0, round((value - 127.5) * scale)))) for band in picture.split()]
    darker = grain.point(lambda value: max(0, round((127.5 - value) * scale)))
    return Image.merge("RGB", [ImageChops.subtract(band, darker) for band in bands])


def specks(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Leave dust and toner on the sheet."""
    drawn = ImageDraw.Draw(picture)
    for _ in range(picture.width * picture.height // 6000):
        x, y, size = rng.randrange(picture.width), rng.randrange(picture.height), rng.choice([0, 0, 1, 1, 2])
        drawn.ellipse((x, y, x + size, y + size), fill=(rng.choice([30, 70, 250]),) * 3)
    return picture


def shadow(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Let a hand or a phone keep the light from a part of the sheet."""
    return _shaded(picture, rng, _slope(rng, rng.uniform(0.3, 0.5)))


def crumple(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Fold the sheet twice and flatten it: light and dark bands, and lines that wave by a pixel or two."""
    waves = [(rng.uniform(0.6, 2.2), rng.uniform(0, math.tau), rng.uniform(0, math.pi)) for _ in range(4)]

    def light(x: float, y: float) -> float:
        ripple = sum(math.sin(math.tau * often * (x * math.cos(way) + y * math.sin(way)) + start) for often, start, way in waves)
        return 0.84 + 0.035 * ripple

    return _waved(_shaded(picture, rng, light), rng)


def blur(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Focus beside the sheet."""
    return picture.filter(ImageFilter.GaussianBlur(rng.uniform(1.2, 1.9)))


def grey(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Scan without colour and with little contrast, as an old copier does."""
    low, high = rng.randrange(50, 90), rng.randrange(200, 230)
    return ImageOps.grayscale(picture).point(lambda value: low + value * (high - low) // 255).convert("RGB")


def bilevel(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Scan in black and white alone, as fax machines do."""
    level = rng.randrange(140, 190)
    return ImageOps.grayscale(picture).point(lambda value: 255 * (value > level)).convert("1", dither=Image.Dither.NONE)


def faded(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Print with the last of the toner on tinted paper."""
    paper = (rng.randrange(225, 250), rng.randrange(215, 240), rng.randrange(185, 215))
    pale = ImageOps.grayscale(picture).point(lambda value: 95 + value * 160 // 255)
    return ImageOps.colorize(pale, (0, 0, 0), paper)


def photo(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Take the sheet from above a desk, not quite straight, under a lamp."""
    width, height = picture.size
    frame = (round(width * 1.16), round(height * 1.16))
    left, top = (frame[0] - width) / 2, (frame[1] - height) / 2
    spread = 0.035 * min(width, height)
    sheet_corners = ((left, top), (left + width, top), (left + width, top + height), (left, top + height))
    corners = [(x + rng.uniform(-spread, spread), y + rng.uniform(-spread, spread)) for x, y in sheet_corners]
    wood = (rng.randrange(70, 140), rng.randrange(50, 100), rng.randrange(30, 70))
    desk = noise(Image.new("RGB", (frame[0] // 8 + 1, frame[1] // 8 + 1), wood), rng, 9).resize(frame, Image.Resampling.BICUBIC)
    coefficients = _from_quad_to_unit(corners)
    scaled = [value * (width if row < 3 else height if row < 6 else 1) for row, value in enumerate(coefficients)]
    sheet = picture.transform(frame, Image.Transform.PERSPECTIVE, scaled, Image.Resampling.BICUBIC)
    mask = Image.new("L", picture.size, 255).transform(frame, Image.Transform.PERSPECTIVE, scaled, Image.Resampling.BICUBIC)
    desk.paste(sheet, mask=mask)
    lit = _shaded(desk, rng, _slope(rng, rng.uniform(0.15, 0.3)))
    return noise(lit.filter(ImageFilter.GaussianBlur(0.6)), rng, 7)


KINDS: Final[dict[str, Degradation]] = {
    "clean": Degradation((200, 300), (), "png"),
    "scanned": Degradation((200, 300), (slightly, specks), "jpeg", 80),
    "skew": Degradation((200, 300), (skew,)),
    "turned": Degradation((200,), (quarter,)),
    "noise": Degradation((200,), (noise,)),
    "specks": Degradation((200,), (specks, slightly), "png"),
    "shadow": Degradation((200,), (shadow,)),
    "crumple": Degradation((220,), (crumple,)),
    "blur": Degradation((200,), (blur,)),
    "low-dpi": Degradation((100, 110, 120), (slightly,)),
    "grey": Degradation((200,), (grey,), "png"),
    "bilevel": Degradation((200, 300), (slightly, bilevel), "png"),
    "faded": Degradation((200,), (faded, slightly)),
    "jpeg-q30": Degradation((200,), (), "jpeg", 30),
    "exif": Degradation((200,), (), "jpeg", 85, orientation=True),
    "photo": Degradation((230,), (photo,), "jpeg", 82),
    "pdf": Degradation((200, 300), (slightly,), "pdf", 75),
    "pdf-skew": Degradation((200,), (skew, noise), "pdf", 70),
    "pdf-turned": Degradation((200,), (quarter,), "pdf", 75),
    "pdf-bilevel": Degradation((200, 300), (slightly, bilevel), "pdf"),
}


def scan(pdf: bytes, rng: random.Random, *, kind: str) -> bytes:
    """Return a document as a scan or photo of the kind `kind` (a key of KINDS); the same for the same `rng`."""
    way = KINDS[kind]
    dpi = rng.choice(way.dpi)
    spoilt = []
    for page in pages(pdf, dpi):
        picture = page
        for step in way.spoil:
            picture = step(picture, rng)
        spoilt.append(picture)
    if way.store == "pdf" or len(spoilt) > 1:
        return as_pdf(spoilt, dpi, way.quality)
    return as_picture(spoilt[0], dpi, way, orientation=rng.randrange(2, 9) if way.orientation else None)


def as_pdf(pictures: list[Image.Image], dpi: float, quality: int = 80) -> bytes:
    """Return a PDF whose pages are pictures and nothing else."""
    stream = io.BytesIO()
    day = time.gmtime(1_700_000_000)
    first, *others = pictures
    # Black and white is stored by fax coding, which has no quality.
    how = {} if first.mode == "1" else {"quality": quality}
    first.save(stream, "PDF", save_all=True, append_images=others, resolution=dpi, creationDate=day, modDate=day, **how)
    return stream.getvalue()


def as_picture(picture: Image.Image, dpi: float, way: Degradation, *, orientation: int | None = None) -> bytes:
    """Return a PNG or JPEG; with `orientation` (EXIF 1 to 8) its pixels are stored so that the tag sets them upright."""
    stream = io.BytesIO()
    if way.store == "png":
        picture.save(stream, "PNG", dpi=(dpi, dpi))
        return stream.getvalue()
    exif = Image.Exif()
    if orientation is not None:
        picture = stored_as(picture, orientation)
        exif[0x0112] = orientation
    picture.convert("RGB").save(stream, "JPEG", quality=way.quality, dpi=(round(dpi), round(dpi)), exif=exif)
    return stream.getvalue()


def stored_as(picture: Image.Image, orientation: int) -> Image.Image:
    """Return the pixels that EXIF orientation `orientation` (1 to 8) sets upright again."""
    turn = Image.Transpose
    inverse = {
        2: turn.FLIP_LEFT_RIGHT,
        3: turn.ROTATE_180,
        4: turn.FLIP_TOP_BOTTOM,
        5: turn.TRANSPOSE,
        6: turn.ROTATE_90,
        7: turn.TRANSVERSE,
        8: turn.ROTATE_270,
    }
    return picture.transpose(inverse[orientation]) if orientation in inverse else picture


def _slope(rng: random.Random, depth: float) -> Callable[[float, float], float]:
    """Return light that falls off across the sheet by up to `depth`, in a soft step somewhere."""
    way, middle, width = rng.uniform(0, math.tau), rng.uniform(0.35, 0.65), rng.uniform(0.1, 0.4)

    def light(x: float, y: float) -> float:
        along = 0.5 + (x - 0.5) * math.cos(way) + (y - 0.5) * math.sin(way)
        return 1 - depth / (1 + math.exp((middle - along) * 4 / width))

    return light


def _shaded(picture: Image.Image, rng: random.Random, light: Callable[[float, float], float]) -> Image.Image:
    """Multiply a picture with light (0 to 1) given in fractions of the sheet."""
    cells = 64
    map_ = Image.new("L", (cells, cells))
    map_.putdata([round(255 * min(1.0, max(0.0, light(x / cells, y / cells)))) for y in range(cells) for x in range(cells)])
    smooth = map_.resize(picture.size, Image.Resampling.BICUBIC)
    tint = rng.choice([(1.0, 1.0, 1.0), (1.0, 0.97, 0.9), (0.94, 0.97, 1.0)])
    shade = Image.merge("RGB", [smooth.point(lambda value, share=share: round(value * share)) for share in tint])
    return ImageChops.multiply(picture.convert("RGB"), shade)


def _waved(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Move every cell of a grid by a pixel or two, smoothly."""
    across, down = 12, 16
    width, height = picture.size
    swing, start = rng.uniform(1.0, 2.5), rng.uniform(0, math.tau)

    def moved(x: float, y: float) -> tuple[float, float]:
        return x + swing * math.sin(start + 3 * y / height * math.tau), y + swing * math.sin(start + 2 * x / width * math.tau)

    mesh = []
    for row in range(down):
        for column in range(across):
            left, right = column * width // across, (column + 1) * width // across
            top, bottom = row * height // down, (row + 1) * height // down
            corners = [moved(left, top), moved(left, bottom), moved(right, bottom), moved(right, top)]
            mesh.append(((left, top, right, bottom), tuple(value for corner in corners for value in corner)))
    return picture.transform(picture.size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC)


def _from_quad_to_unit(corners: list[tuple[float, float]]) -> list[float]:
    """Return the eight numbers of the perspective map from four corners (clockwise from top left) onto the unit square."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    # The square's map onto the corners in closed form (Heckbert 1989), then its inverse.
    dx1, dx2, sx = x1 - x2, x3 - x2, x0 - x1 + x2 - x3
    dy1, dy2, sy = y1 - y2, y3 - y2, y0 - y1 + y2 - y3
    determinant = dx1 * dy2 - dx2 * dy1
    g, h = (sx * dy2 - dx2 * sy) / determinant, (dx1 * sy - sx * dy1) / determinant
    a, b, c = x1 - x0 + g * x1, x3 - x0 + h * x3, x0
    d, e, f = y1 - y0 + g * y1, y3 - y0 + h * y3, y0
    rows = [e - f * h, c * h - b, b * f - c * e, f * g - d, a - c * g, c * d - a * f, d * h - e * g, b * g - a * h, a * e - b * d]
    return [value / rows[8] for value in rows[:8]]
