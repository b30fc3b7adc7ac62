"""Small pictures that stand on certificates beside the writing: a logo with words in it, a signature by hand, a code."""

from __future__ import annotations

import io
import math
from random import Random

import qrcode
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader

from documents.files import DEJAVU, canvas_over, overlaid

KINDS = ("logo", "signature", "code")


def stamped(pdf: bytes, rng: Random, kind: str) -> bytes:
    """Put a picture into a lower corner of the first page."""
    canvas, stream, width, _ = canvas_over(pdf)
    picture = _DRAWN[kind](rng)
    high = {"logo": 34, "signature": 40, "code": 62}[kind]
    wide = high * picture.width / picture.height
    left = rng.choice([66.0, width - 66 - wide])
    file = io.BytesIO()
    picture.save(file, "PNG")
    canvas.drawImage(ImageReader(file), left, 48, wide, high, mask="auto")
    canvas.save()
    return overlaid(pdf, stream.getvalue())


def _logo(rng: Random) -> Image.Image:
    text = rng.choice(["eTwinning", "Erasmus+", "European Commission", "EU Academy"])
    font = ImageFont.truetype(DEJAVU, 48)
    box = font.getbbox(text)
    picture = Image.new("RGB", (int(box[2]) + 120, 100), rng.choice(["#003399", "#ffffff", "#f4f4f4"]))
    drawn = ImageDraw.Draw(picture)
    drawn.ellipse((12, 16, 80, 84), fill=rng.choice(["#ffcc00", "#d35400"]))
    drawn.text((98, 20), text, font=font, fill="#ffffff" if picture.getpixel((1, 1)) == (0, 51, 153) else "#003399")
    return picture


def _signature(rng: Random) -> Image.Image:
    picture = Image.new("RGBA", (420, 140), (255, 255, 255, 0))
    drawn = ImageDraw.Draw(picture)
    waves = [(rng.uniform(1.5, 6), rng.uniform(0, math.tau), rng.uniform(8, 30)) for _ in range(3)]
    points = []
    for step in range(160):
        at = step / 160
        lift = sum(high * math.sin(often * math.tau * at + start) for often, start, high in waves)
        points.append((20 + 370 * at + 14 * math.sin(at * 40), 70 + lift))
    drawn.line(points, fill=(20, 30, 120, 255), width=4, joint="curve")
    return picture


def _code(rng: Random) -> Image.Image:
    made = qrcode.make(f"https://verify.example.org/c/{rng.randrange(16**10):010x}", box_size=6, border=2)
    return made.get_image().convert("RGB")


_DRAWN = {"logo": _logo, "signature": _signature, "code": _code}
