"""The two multibase encodings that verifiable credentials use: `z` (base58btc) and `u` (base64url without padding)."""

from __future__ import annotations

import base64
from typing import Final

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES: Final = {character: value for value, character in enumerate(_ALPHABET)}
_LONGEST_BASE58: Final = 256  # base58 takes quadratic time; keys and Ed25519 signatures are shorter than 100 characters
ED25519_PUBLIC: Final = b"\xed\x01"  # multicodec prefix


def base58(content: bytes) -> str:
    """Encode as multibase `z`."""
    number, characters = int.from_bytes(content, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        characters = _ALPHABET[digit] + characters
    zeros = len(content) - len(content.lstrip(b"\0"))
    return "z" + "1" * zeros + characters


def from_base58(text: str) -> bytes:
    """Decode multibase `z`. Raises ValueError."""
    if not text.startswith("z") or len(text) > _LONGEST_BASE58 or not set(text[1:]) <= _VALUES.keys():
        raise ValueError("no short multibase text in base58btc")
    digits = text[1:]
    number = 0
    for character in digits:
        number = number * 58 + _VALUES[character]
    zeros = len(digits) - len(digits.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def base64url(content: bytes) -> str:
    """Encode as multibase `u`."""
    return "u" + base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Decode multibase `u`. Raises ValueError for anything that `base64url` does not write: padding, other alphabets, spare bits."""
    try:
        content = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
    except ValueError as error:
        raise ValueError(f"no base64url: {error}") from None
    # Python's decoder skips characters that it does not know.
    if base64url(content) != text:
        raise ValueError("no multibase text in base64url")
    return content
