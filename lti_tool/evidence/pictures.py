"""Pictures handed in, opened by Pillow alone: upright, without transparency, without metadata; runs in the child only."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageOps

from lti_tool.evidence import formats
from lti_tool.evidence.pdf import Unreadable

# None larger than this is opened, as one of these and as nothing else (threat U02).
MOST_PIXELS: Final = 60_000_000
PICTURES: Final = {formats.PNG: ("PNG",), formats.JPEG: ("JPEG",), formats.WEBP: ("WEBP",)}
# The edges of the largest picture that is worth reading: A4 at 250 dots an inch.
_READ: Final = (2924, 2924)


def warm() -> None:
    """Load Pillow's decoders, and no other than these."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    Image.init()
    for kind, (name,) in PICTURES.items():
        stream = io.BytesIO()
        Image.new("RGB", (8, 8)).save(stream, name)
        open_picture(stream.getvalue(), kind)


def open_picture(content: bytes, kind: str) -> Image.Image:
    """Return a picture of media type `kind` upright, as its EXIF orientation says; of several frames the first, in mode RGB or L.

    Raises Unreadable("too-much") before decoding a bomb, Unreadable("broken") for no picture.
    """
    try:
        picture = Image.open(io.BytesIO(content), formats=PICTURES[kind])
        if picture.width * picture.height > MOST_PIXELS:
            raise Unreadable("too-much")
        # JPEG alone can be decoded smaller, which spares most of the time that a large photo takes.
        picture.draft(None, _READ)
        picture.load()
        return _plain(ImageOps.exif_transpose(picture))
    except Image.DecompressionBombError:
        raise Unreadable("too-much") from None
    except (OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError, IndexError, OverflowError):
        raise Unreadable("broken") from None


def grey_of(picture: Image.Image) -> Image.Image:
    """Return a picture in shades of grey, no larger than it is worth reading."""
    grey = picture.convert("L")
    grey.thumbnail(_READ, Image.Resampling.BOX)
    return grey


def _plain(picture: Image.Image) -> Image.Image:
    """Return pixels and nothing else, on white where they are transparent."""
    if picture.mode.startswith("I") or picture.mode == "F":
        # Sixteen bits of grey; Pillow's own way to eight cuts off all above 255.
        return picture.convert("I").point(lambda value: value / 257).convert("L")
    if picture.mode in ("1", "L"):
        plain = picture.convert("L")
    elif picture.has_transparency_data:
        pixels = picture.convert("RGBA")
        plain = Image.new("RGB", pixels.size, "white")
        plain.paste(pixels, mask=pixels.getchannel("A"))
    else:
        plain = picture.convert("RGB")
    plain.info = {}
    return plain
