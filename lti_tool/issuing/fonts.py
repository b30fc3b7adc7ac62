"""What can be set in type: the fonts of the certificate, and what becomes of characters that none of them has."""

from __future__ import annotations

import re
import unicodedata
from importlib.resources import files
from typing import Final

# typst brings Libertinus Serif (Latin, Greek, Cyrillic, Hebrew); these stand in for what it lacks: Arabic in the first, Georgian,
# Armenian and a dozen scripts more in the last. All under the SIL Open Font License.
FOLDERS: Final = (
    *(str(files(package) / "files") for package in ("fontpkg_noto_serif", "fontpkg_noto_sans", "fontpkg_amiri")),
    str(files("manimgx_fonts")),
)
REPLACEMENT: Final = "\N{WHITE SQUARE}"
LONGEST: Final = 300  # characters of a name that are set
_MARKS: Final = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"  # combining marks that stack
_MISSING: Final = re.compile(r'the text `"(.*?)"` could not be displayed')
_PILE: Final = re.compile(rf"([{_MARKS}]{{4}})[{_MARKS}]+")
_ESCAPE: Final = re.compile(r"\\u\{([0-9a-f]{1,6})\}|\\(.)")


def legible(text: str) -> str:
    """Return a text without what can't be seen but changes how the rest is seen or read aloud.

    Composed (NFC); control characters, bidirectional and other format characters and lone surrogates left out; every run of
    white space one space. Otherwise literal: nothing in it is markup to anybody.
    """
    kept = "".join(_seen(character) for character in text)
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def settable(text: str, missing: frozenset[str]) -> str:
    """Return the text with a visible square for each character that the fonts are known to lack, cut to LONGEST.

    Of a pile of marks on one letter only the first few are set: no language has more, and a pile would cover other lines.
    """
    text = _PILE.sub(r"\1", text)
    shown = "".join(REPLACEMENT if character in missing or unicodedata.category(character) == "Co" else character for character in text)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1].rstrip() + "…"


def missing_in(diagnostic: str) -> frozenset[str]:
    """Read from typst's diagnostic which characters have no glyph; empty if it complains of something else."""
    return frozenset(character for found in _MISSING.findall(diagnostic) for character in _ESCAPE.sub(_unescaped, found))


def plain(text: str) -> str:
    """Return the last resort: only letters that Libertinus surely has."""
    return "".join(character if _sure(character) else REPLACEMENT for character in text)


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp"} or character in "\t\n\r\v\f":
        return " "
    return "" if category in {"Cc", "Cf", "Cs"} else character


def _sure(character: str) -> bool:
    return character in {" ", "-", "'", "’", ".", ",", REPLACEMENT} or (
        unicodedata.name(character, "").startswith(
            (
                "LATIN SMALL LETTER",
                "LATIN CAPITAL LETTER",
                "GREEK SMALL LETTER",
                "GREEK CAPITAL LETTER",
                "CYRILLIC SMALL LETTER",
                "CYRILLIC CAPITAL LETTER",
            )
        )
        and ord(character) < 0x500
    )


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else found[2]
