"""Files that swell when they are opened: refused by their header, or ended in their child; who asked keeps its memory (threats U02, U03)."""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lti_tool.checks.words import vocabulary
from lti_tool.evidence.reader import MAX_PAGES, Reader
from lti_tool.evidence.sandbox import MEMORY
from lti_tool.scheme.catalogue import shipped

sys.path.insert(0, str(Path(__file__).parent))

from paper_parts import course, lines, pdf, stream
from spoilt_files import (
    GOOD,
    JBIG2_PAGE,
    JPX_SIZE,
    chunk,
    content_bomb,
    jpeg,
    jpeg_of_many_scans,
    lzw,
    nested,
    picture,
    png,
    with_font,
    with_image,
)

SCHEME = shipped().get("digital-competence", "2026")
MEBIBYTE = 1 << 20
GREY = "/ColorSpace/DeviceGray/BitsPerComponent"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(seconds=4) as opened:
        opened.read(GOOD, SCHEME)
        # What reads pictures is loaded with the first of them, some hundreds of megabytes that no bomb is to blame for.
        opened.read(png(100, 100, zlib.compress(bytes(100 * 301))), SCHEME)
        yield opened


# Pictures whose header tells: refused before a pixel is decoded, so none of them may take the child's life.
TOLD: dict[str, Callable[[], bytes]] = {
    "a PNG of 50,000 by 50,000": lambda: png(50_000, 50_000, zlib.compress(bytes(1_000_000))),
    "a PNG of two thousand million by one": lambda: png(0x7FFF_FFFF, 1, zlib.compress(bytes(1000))),
    "a JPEG of 256 million": lambda: jpeg(16_000, 16_000),
    "a JPEG of 65,500 by 65,500": lambda: jpeg(65_500, 65_500),
    "a JPEG of many bytes and 4,225 million points": lambda: jpeg(65_000, 65_000, picture("JPEG", (2000, 2000))),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_a_header_is_enough(reader: Reader, name: str) -> None:
    assert reader.read(TOLD[name](), SCHEME).unreadable == "too-much"
    assert reader.read(GOOD, SCHEME).kind_id == "mooc-3"


SWELLING: dict[str, Callable[[], bytes]] = {
    "spaces, packed twice": lambda: content_bomb(nested(100 * MEBIBYTE, 2)),
    "spaces, packed four times": lambda: content_bomb(nested(100 * MEBIBYTE, 4)),
    "zeros in LZW": lambda: content_bomb(stream("/Filter/LZWDecode", lzw(30))),
    "a length without end": lambda: content_bomb(stream("/Filter/RunLengthDecode", b"\x81 " * 1_000_000)),
    "an image of 50,000 by 50,000": lambda: with_image(f"/Width 50000/Height 50000{GREY} 8/Filter/FlateDecode", zlib.compress(bytes(MEBIBYTE), 9)),
    "an image that swells twice": lambda: with_image(
        f"/Width 20000/Height 20000{GREY} 8/Filter[/FlateDecode/FlateDecode]", zlib.compress(zlib.compress(bytes(100 * MEBIBYTE), 9), 9)
    ),
    "an image in JPEG of 65,500 by 65,500": lambda: with_image(f"/Width 65500/Height 65500{GREY} 8/Filter/DCTDecode", jpeg(65_500, 65_500)),
    "an image in JBIG2 without end": lambda: with_image(f"/Width 60000/Height 60000{GREY} 1/Filter/JBIG2Decode", JBIG2_PAGE),
    "an image in JPEG 2000 of 60,000 by 60,000": lambda: with_image("/Width 60000/Height 60000/Filter/JPXDecode", JPX_SIZE),
    "a fax of 60,000 by 60,000": lambda: with_image(
        f"/Width 60000/Height 60000{GREY} 1/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 60000/Rows 60000>>", b"\x00\x10\x01" * 100
    ),
    "a mask larger than its image": lambda: with_image(f"/Width 1/Height 1{GREY} 8/SMask 7 0 R", b"\xff"),
    "a font that swells": lambda: with_font(nested(100 * MEBIBYTE, 1)),
    "ten thousand pages": lambda: pdf("", catalogue="<</Type/Catalog/Pages 6 0 R>>", more=[tree(10_000)]),
    "a PNG with a packed profile": lambda: png(10, 10, zlib.compress(bytes(310)), chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(100 * MEBIBYTE), 9))),
    "a PNG with a thousand packed texts": lambda: png(
        10, 10, zlib.compress(bytes(310)), chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(MEBIBYTE), 9)) * 1000
    ),
    "a PNG whose lines go on": lambda: png(100, 100, zlib.compress(bytes(100 * MEBIBYTE), 9)),
    "a sample of twenty dimensions": lambda: course(
        page="/Group<</S/Transparency/CS[/Separation/x/DeviceGray 6 0 R]>>",
        more=[stream(f"/FunctionType 0/Domain[{'0 1 ' * 20}]/Range[0 1]/Size[{'255 ' * 20}]/BitsPerSample 8", b"\0")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SWELLING)
def test_who_asks_keeps_its_memory_and_the_next_document_is_read(reader: Reader, name: str) -> None:
    content = SWELLING[name]()
    for process in (None, reader._children[0]._process):
        forget_peak("self" if process is None else str(process.pid))
    before = [memory(process, "VmRSS") for process in processes(reader)]
    reading = reader.read(content, SCHEME)
    peaks = [memory(process, "VmHWM") for process in processes(reader)]
    assert all(peak - start < 100 * MEBIBYTE for start, peak in zip(before, peaks, strict=True))
    assert reading.unreadable is not None or reading.kind_id == "mooc-3"
    assert reader.read(GOOD, SCHEME).kind_id == "mooc-3"


def processes(reader: Reader) -> tuple[str, str]:
    """The process that asks (a web server, a worker) and the warm one that forks."""
    warm = reader._children[0]._process
    assert warm is not None
    return "self", str(warm.pid)


def memory(process: str, name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text(encoding="ascii"))
    assert found
    return int(found[1]) * 1024


def forget_peak(process: str) -> None:
    Path(f"/proc/{process}/clear_refs").write_text("5", encoding="ascii")


def test_a_picture_that_is_painted_without_end_is_cut_off() -> None:
    with Reader(seconds=2) as hurried:
        assert hurried.read(jpeg_of_many_scans(4000), SCHEME).unreadable in ("timeout", "too-much", "broken")
        assert hurried.read(GOOD, SCHEME).kind_id == "mooc-3"


def test_no_child_may_have_more_memory_than_a_small_server() -> None:
    assert MEMORY <= 1 << 30


def test_the_cap_on_pages_is_stated(reader: Reader) -> None:
    most = pdf(lines(["Certificate"]), catalogue="<</Type/Catalog/Pages 6 0 R>>", more=[tree(MAX_PAGES)])
    above = pdf(lines(["Certificate"]), catalogue="<</Type/Catalog/Pages 6 0 R>>", more=[tree(MAX_PAGES + 1)])
    assert reader.read(most, SCHEME).unreadable != "too-many-pages"
    assert reader.read(above, SCHEME).unreadable == "too-many-pages"
    assert str(MAX_PAGES) in vocabulary()["unreadable-too-many-pages"]["todo"]


def tree(count: int) -> str:
    return f"<</Type/Pages/Kids[{'3 0 R ' * count}]/Count {count}>>"
