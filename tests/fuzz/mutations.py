"""Ways to spoil a document: its bytes, its words and numbers, its objects, its drawing, the parts of a picture. All from one seeded source."""

from __future__ import annotations

import io
import random
import re
import warnings
import zlib
from collections.abc import Callable

import pikepdf

Mutation = Callable[[random.Random, bytes, tuple[bytes, ...]], bytes]
NUMBERS = (
    b"0 -1 1 2 255 256 65535 65536 2147483647 -2147483648 4294967296 9223372036854775807 99999999999999999999 0.000001 -0.5 1e400 1e-9 .".split()
)
_NUMBER, _NAME, _REFERENCE = re.compile(rb"-?\d+\.?\d*"), re.compile(rb"/[A-Za-z]+"), re.compile(rb"\d+ 0 R")
OPERATORS = (
    *"qQwJjMdimlcvyhSsfFBbnWgGkK'\"",
    *("cm", "ri", "gs", "re", "f*", "W*", "BT", "ET", "Tc", "Tw", "Tz", "TL", "Tf", "Tr", "Ts", "Td", "TD", "Tm", "T*", "Tj", "TJ", "d0", "d1", "CS"),
    *("cs", "SC", "SCN", "sc", "scn", "RG", "rg", "sh", "BI", "ID", "EI", "Do", "MP", "DP", "BMC", "BDC", "EMC", "BX", "EX"),
)


def _place(rng: random.Random, content: bytes, longest: int = 400) -> tuple[int, int]:
    begin = rng.randrange(len(content) + 1)
    return begin, min(len(content), begin + rng.randrange(1, longest))


# -- bytes --------------------------------------------------------------------------------------------------------------------


def flip(rng: random.Random, content: bytes, others: tuple[bytes, ...]) -> bytes:
    """Change single bits."""
    spoilt = bytearray(content)
    for _ in range(rng.choice((1, 3, 10, 60))):
        spoilt[rng.randrange(len(spoilt))] ^= 1 << rng.randrange(8)
    return bytes(spoilt)


def cut(rng: random.Random, content: bytes, others: tuple[bytes, ...]) -> bytes:
    """End early."""
    return content[: rng.randrange(1, len(content))]


def drop(rng: random.Random, content: bytes, others: tuple[bytes, ...]) -> bytes:
    """Leave something out."""
    begin, end = _place(rng, content)
    return content[:begin] + content[end:]


def repeat(rng: random.Random, content: bytes, others: tuple[bytes, ...]) -> bytes:
    """Say something again, perhaps often."""
    begin, end = _place(rng, content)
    return content[:end] + content[begin:end] * rng.choice((1, 2, 50)) + content[end:]


def blank(rng: random.Random, content: bytes, others: tuple[bytes, ...]) -> bytes:
    """Put zeros, blanks or noise over something."""
    begin, end = _place(rng, content, 2000)
    return content[:begin] + rng.choice((bytes(end - begin), b" " * (end - begin), rng.randbytes(end - begin))) + content[end:]


def splice(rng: random.Random, content: bytes, others: tuple[bytes, ...]) -> bytes:
    """Go on as another document."""
    other = rng.choice(others)
    return content[: rng.randrange(len(content))] + other[rng.randrange(len(other)) :]


# -- words and numbers of a PDF -----------------------------------------------------------------------------------------------


def _exchange(rng: random.Random, content: bytes, what: re.Pattern[bytes], by: Callable[[list[bytes]], bytes]) -> bytes:
    found = list(what.finditer(content))
    for match in sorted(rng.sample(found, min(len(found), rng.choice((1, 2, 6)))), key=lambda match: -match.start()):
        content = content[: match.start()] + by([entry[0] for entry in found]) + content[match.end() :]
    return content


def number(rng: random.Random, content: bytes, others: tuple[bytes, ...]) -> bytes:
    """Write numbers that are too large, too small or none."""
    return _exchange(rng, content, _NUMBER, lambda found: rng.choice(NUMBERS))


def name(rng: random.Random, content: bytes, others: tuple[bytes, ...]) -> bytes:
    """Call things by the names of others."""
    return _exchange(rng, content, _NAME, rng.choice)


def reference(rng: random.Random, content: bytes, others: tuple[bytes, ...]) -> bytes:
    """Refer to the wrong objects, so that some hold themselves."""
    return _exchange(rng, content, _REFERENCE, rng.choice)


# -- objects and drawing of a PDF, in a file that is sound ----------------------------------------------------------------------


def _opened(content: bytes, change: Callable[[pikepdf.Pdf], None], **options: object) -> bytes:
    written = io.BytesIO()
    with warnings.catch_warnings(), pikepdf.open(io.BytesIO(content)) as opened:
        warnings.simplefilter("ignore")  # that it is odd is what is wanted
        change(opened)
        opened.save(written, **options)  # type: ignore[arg-type]
    return written.getvalue()


def _value(rng: random.Random, opened: pikepdf.Pdf) -> object:
    entries = list(opened.objects)
    choices: tuple[Callable[[], object], ...] = (
        lambda: None,
        lambda: rng.choice((0, -1, 2**31 - 1, -(2**31), 2**40)),
        lambda: rng.random() * 10 ** rng.randrange(-9, 30),
        lambda: pikepdf.Name(
            rng.choice(("/Sig", "/Type3", "/Type0", "/Pattern", "/DeviceN", "/JPXDecode", "/JBIG2Decode", "/LZWDecode", "/Identity-H"))
        ),
        lambda: pikepdf.String("x" * rng.choice((0, 1, 70_000))),
        lambda: pikepdf.Array([0] * rng.choice((0, 1, 5000))),
        pikepdf.Dictionary,
        lambda: rng.choice(entries),
        lambda: opened.make_stream(rng.randbytes(200)),
    )
    return rng.choice(choices)()


def entry(rng: random.Random, content: bytes, others: tuple[bytes, ...]) -> bytes:
    """Give entries of dictionaries values of another sort."""

    def change(opened: pikepdf.Pdf) -> None:
        tables = [found for found in opened.objects if isinstance(found, pikepdf.Dictionary | pikepdf.Stream) and len(found.keys())]
        for table in rng.choices(tables, k=rng.choice((1, 2, 5))):
            key, value = rng.choice(sorted(set(table.keys()) - {"/Length"}) or ["/X"]), _value(rng, opened)
            if value is not None:
                table[key] = value
            elif key in table:
                del table[key]

    return _opened(content, change, object_stream_mode=rng.choice(list(pikepdf.ObjectStreamMode)))


def drawing(rng: random.Random, content: bytes, others: tuple[bytes, ...]) -> bytes:
    """Draw with operators in the wrong order and operands that are none."""

    def change(opened: pikepdf.Pdf) -> None:
        page = opened.pages[0]
        page.contents_coalesce()
        words = page.Contents.read_bytes().split(b" ")
        for _ in range(rng.choice((1, 5, 40))):
            at = rng.randrange(len(words) + 1)
            words[at : at + rng.randrange(2)] = [rng.choice((rng.choice(NUMBERS), rng.choice(OPERATORS).encode(), b"/F", b"[" * 30, b"(", b"<<"))]
        page.Contents.write(b" ".join(words))

    return _opened(content, change)


# -- pictures -----------------------------------------------------------------------------------------------------------------


def chunk(rng: random.Random, content: bytes, others: tuple[bytes, ...]) -> bytes:
    """Spoil the chunks of a PNG, each with a sum that is right."""
    chunks, at = [], 8
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        chunks.append((content[at + 4 : at + 8], content[at + 8 : at + 8 + length]))
        at += length + 12
    for _ in range(rng.choice((1, 2, 4))):
        index = rng.randrange(len(chunks))
        kind, data = chunks[index]
        ways = ((kind, flip(rng, data, ()) if data else b"x"), (rng.choice((b"IDAT", b"PLTE", b"tRNS", b"iCCP", b"eXIf", b"acTL", b"zTXt")), data))
        chunks[index : index + rng.randrange(2)] = [rng.choice(ways)]
    body = b"".join(len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big") for kind, data in chunks)
    return content[:8] + body


def segment(rng: random.Random, content: bytes, others: tuple[bytes, ...]) -> bytes:
    """Spoil the tables of a JPEG, not its pixels."""
    end = max(content.find(b"\xff\xda"), 4)
    return flip(rng, content[:end], ()) + content[end:]


ANY: tuple[Mutation, ...] = (flip, cut, drop, repeat, blank, splice)
# What leaves the file sound comes more often: a file that can't be opened says little about what lies behind.
PDF: tuple[Mutation, ...] = (*ANY, number, number, name, reference, *(entry, drawing) * 7)
PNG: tuple[Mutation, ...] = (*ANY, *(chunk,) * 4)
JPEG: tuple[Mutation, ...] = (*ANY, *(segment,) * 4)


def spoilt(rng: random.Random, seeds: tuple[bytes, ...]) -> bytes:
    """Return one of the seeds, spoilt in one way or two; never empty."""
    content = rng.choice(seeds)
    ways = PDF if content.startswith(b"%PDF") else PNG if content.startswith(b"\x89PNG") else JPEG
    for _ in range(rng.choice((1, 1, 1, 2))):
        try:
            content = rng.choice(ways)(rng, content, seeds) or content
        except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, TypeError, KeyError, RuntimeError, AttributeError, IndexError, OverflowError):
            # What is spoilt already can't always be opened to be spoilt further.
            content = rng.choice(ANY)(rng, content, seeds) or content
    return content
