"""Certificate numbers: 23 random characters and a check character, made to be read aloud and typed from paper.

The alphabet has 31 letters and digits, without I, L, O, U and 0, so the random part carries 113 bits. 31 is a prime: with a
different weight at each of the 24 positions, the sum of weighted values is 0 (mod 31), and every single wrong character and
every exchange of two characters breaks that.
"""

from __future__ import annotations

import secrets
import unicodedata
from typing import Final

ALPHABET: Final = "123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 24
_BASE: Final = len(ALPHABET)
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}
# What eyes and keyboards make of the characters that the alphabet leaves out.
_MISREAD: Final = str.maketrans({"I": "1", "L": "1", "U": "V", "O": "Q", "0": "Q"})


def new_number() -> str:
    """Return a new random number, 24 characters without hyphens."""
    random = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return random + check_character(random)


def check_character(random: str) -> str:
    """Return the last character for the 23 before it: the one that makes the weighted sum 0 (mod 31)."""
    weighted = sum(weight * _VALUES[character] for weight, character in enumerate(random, start=1))
    return ALPHABET[-weighted * pow(LENGTH, -1, _BASE) % _BASE]


def parse(text: str) -> str | None:
    """Return the number that was typed, or None if it can't be one.

    Case, spaces and hyphens of every kind don't matter; I and L are read as 1, U as V, O and 0 as Q.
    """
    if len(text) == LENGTH and _VALUES.keys() >= set(text):
        return text if check_character(text[:-1]) == text[-1] else None
    plain = "".join(character for character in unicodedata.normalize("NFKC", text) if unicodedata.category(character) not in ("Pd", "Zs", "Cf", "Cc"))
    number = plain.upper().translate(_MISREAD)
    if len(number) != LENGTH or any(character not in _VALUES for character in number):
        return None
    return number if check_character(number[:-1]) == number[-1] else None


def shown(number: str) -> str:
    """Return the number in groups of four with hyphens, as people see it."""
    return "-".join(number[start : start + 4] for start in range(0, len(number), 4))
