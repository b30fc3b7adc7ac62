"""Files that lie, swell or never end, written byte by byte: small to hold, large to open."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from functools import cache

from paper_parts import COURSE, course, lines, pdf, stream
from PIL import Image

GOOD = course()


# -- archives and programs ----------------------------------------------------------------------------------------------------


def zipped(name: str, content: bytes) -> bytes:
    """A ZIP archive of one file, not packed, so that its bytes stand in it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(name, content)
    return written.getvalue()


def with_archive_behind(content: bytes, name: str) -> bytes:
    """A file that is an archive too: readers of archives begin at the end."""
    written = io.BytesIO(content)
    with zipfile.ZipFile(written, "a") as archive:
        archive.writestr(name, b"\xca\xfe\xba\xbe a class")
    return written.getvalue()


def taped(content: bytes) -> bytes:
    """A tar whose first name is a PDF's beginning."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        entry = tarfile.TarInfo("%PDF-1.7\n%x")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return written.getvalue()


# -- pictures -----------------------------------------------------------------------------------------------------------------


def picture(kind: str, size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    """A white picture."""
    written = io.BytesIO()
    Image.new("RGB", size, "white").save(written, kind, **options)  # type: ignore[arg-type]
    return written.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def png(width: int, height: int, data: bytes = b"", extra: bytes = b"") -> bytes:
    """A PNG of `width` by `height` whatever its data hold; `extra` are chunks before them."""
    header = chunk(b"IHDR", width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + header + extra + (chunk(b"IDAT", data) if data else b"") + chunk(b"IEND", b"")


def jpeg(width: int, height: int, small: bytes | None = None) -> bytes:
    """A JPEG that says it is `width` by `height` and holds the data of a small one."""
    content = bytearray(small or picture("JPEG"))
    at = content.index(b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def jpeg_with_comment(comment: bytes) -> bytes:
    """A JPEG whose first segment is a comment."""
    return b"\xff\xd8\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + picture("JPEG")[2:]


def jpeg_of_many_scans(count: int) -> bytes:
    """A progressive JPEG that paints its last scan again and again, over its whole surface."""
    content = picture("JPEG", (3000, 3000), progressive=True)
    scan = content[content.rindex(b"\xff\xda") : -2]
    return content[:-2] + scan * count + content[-2:]


# -- bombs --------------------------------------------------------------------------------------------------------------------


def nested(size: int, levels: int) -> bytes:
    """A stream of `size` spaces, packed `levels` times."""
    content = _packed_spaces(size)
    for _ in range(levels - 1):
        content = zlib.compress(content, 9)
    return stream(f"/Filter[{'/FlateDecode ' * levels}]", content)


@cache
def _packed_spaces(size: int) -> bytes:
    return zlib.compress(b" " * size, 9)


def lzw(rounds: int) -> bytes:
    """Zeros in LZW, about eight megabytes for each round of six kilobytes (PDF 2.0, 7.4.4)."""
    bits, count = 0, 0
    written = bytearray()
    for _ in range(rounds):
        for code in (256, 0, *range(258, 4094)):
            width = 9 if code < 511 or code == 256 else 10 if code < 1023 else 11 if code < 2047 else 12
            bits, count = bits << width | code, count + width
            while count >= 8:
                count -= 8
                written.append(bits >> count & 255)
            bits &= (1 << count) - 1
    written.append(bits << (8 - count) & 255)
    return bytes(written)


def with_image(dictionary: str, content: bytes) -> bytes:
    """A certificate with a picture across the page."""
    image = stream(f"/Type/XObject/Subtype/Image{dictionary}", content)
    return pdf("q 595 0 0 842 0 0 cm /X Do Q\n" + lines(COURSE), resources="/XObject<</X 6 0 R>>", more=[image])


def with_font(program: bytes) -> bytes:
    """A certificate whose first line is set in a font of its own."""
    font = "<</Type/Font/Subtype/TrueType/BaseFont/Bomb/FirstChar 0/LastChar 255/Widths[%s]/FontDescriptor 7 0 R>>" % ("500 " * 256)
    descriptor = "<</Type/FontDescriptor/FontName/Bomb/Flags 32/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/StemV 80/FontFile2 8 0 R>>"
    content = "BT /B 14 Tf 60 100 Td (Bomb) Tj ET\n" + lines(COURSE)
    # Of two entries with one name the second counts.
    return pdf(content, resources="/Font<</F 5 0 R/B 6 0 R>>", more=[font, descriptor, program])


JBIG2_PAGE = b"\x00\x00\x00\x00\x30\x00\x01\x00\x00\x00\x13" + struct.pack(">IIIIBH", 0x7FFF_FFFF, 0x7FFF_FFFF, 0, 0, 0, 0)
JPX_SIZE = b"\xff\x4f\xff\x51" + struct.pack(">HHIIIIIIIIH", 41, 0, 60_000, 60_000, 0, 0, 60_000, 60_000, 0, 0, 1) + b"\x07\x01\x01" + b"\xff\xd9"


def content_bomb(entry: bytes) -> bytes:
    """A certificate whose page begins with a stream that swells."""
    return course(page="/Contents[6 0 R 4 0 R]", more=[entry])
