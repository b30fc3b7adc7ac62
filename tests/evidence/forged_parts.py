"""Lines that draw one thing and say another: fonts whose ToUnicode map lies, byte by byte."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from paper_parts import COURSE, lines, pdf, place, stream

_DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_NAMES: Final = {" ": "space", **{str(digit): name for digit, name in enumerate(_DIGITS)}}
_NAMES_OF_MARKS: Final = {":": "colon", ".": "period", ",": "comma", "-": "hyphen", "'": "quotesingle", "/": "slash"}
Pair = tuple[str, str]


def glyph(letter: str) -> str:
    """The name of a letter's glyph."""
    return {**_NAMES, **_NAMES_OF_MARKS}.get(letter, letter)


def font(pairs: Sequence[Pair], base: str = "Helvetica") -> tuple[str, bytes]:
    """A font whose code 33 + n draws the n-th pair's first and says its second; objects 6 (the font) and 7 (its map)."""
    names = "/".join(glyph(drawn) for drawn, _ in pairs)
    head = f"<</Type/Font/Subtype/Type1/BaseFont/{base}/Encoding<</Type/Encoding/Differences[33/{names}]>>/ToUnicode 7 0 R>>"
    return head, mapped(pairs)


def mapped(pairs: Sequence[Pair]) -> bytes:
    """The map of codes from 33 on to what they say."""
    entries = "\n".join(f"<{33 + index:02x}> <{said.encode('utf-16-be').hex()}>" for index, (_, said) in enumerate(pairs))
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange\n{len(pairs)} beginbfchar\n{entries}\nendbfchar\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    )
    return stream("", cmap.encode())


def codes(count: int) -> str:
    """The codes of a font's pairs, in order, as a string operand."""
    return "<" + "".join(f"{33 + index:02x}" for index in range(count)) + ">"


def forged(texts: Sequence[str], index: int, pairs: Sequence[Pair], *, size: float = 14, after: str = "", base: str = "Helvetica") -> bytes:
    """A paper one of whose lines is drawn and said as `pairs` tell."""
    left, bottom = place(index)
    head, cmap = font(pairs, base)
    line = f"q BT /L {size} Tf {left} {bottom} Td {codes(len(pairs))} Tj ET Q\n"
    content = lines(texts, without=[index]) + line + after
    return with_font(content, head, cmap)


def with_font(content: str, head: str, *more: bytes) -> bytes:
    """A page whose second font, /L, is object 6."""
    packed = pdf(content, more=[head, *more])
    return packed.replace(b"<</Font<</F 5 0 R>>", b"<</Font<</F 5 0 R/L 6 0 R>>")


def letter_by_letter(drawn: str, said: str) -> list[Pair]:
    """Pairs of two texts of one length."""
    assert len(drawn) == len(said)
    return list(zip(drawn, said, strict=True))


def swapped(text: str, drawn: str, said: str) -> list[Pair]:
    """A line that says `said` where it draws `drawn`, both of one length, and is honest elsewhere."""
    at = text.index(said)
    return letter_by_letter(text[:at] + drawn + text[at + len(said) :], text)


def of_blocks(text: str) -> bytes:
    """The course's paper whose name is a row of black boxes that say they are letters (a Type 3 font)."""
    pairs = letter_by_letter(text, text)
    names = " ".join(f"/g{index}" for index in range(len(pairs)))
    head = (
        "<</Type/Font/Subtype/Type3/FontBBox[0 0 600 700]/FontMatrix[.001 0 0 .001 0 0]/FirstChar 33"
        f"/LastChar {32 + len(pairs)}/Widths[{'700 ' * len(pairs)}]/Encoding<</Type/Encoding/Differences[33{names}]>>"
        f"/CharProcs<<{''.join(f'/g{index} 8 0 R' for index in range(len(pairs)))}>>/Resources<<>>/ToUnicode 7 0 R>>"
    )
    left, bottom = place(2)
    line = f"q BT /L 14 Tf {left} {bottom} Td {codes(len(pairs))} Tj ET Q\n"
    return with_font(lines(COURSE, without=[2]) + line, head, mapped(pairs), stream("", b"700 0 0 0 600 700 d1 0 0 600 700 re f"))
