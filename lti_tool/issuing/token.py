"""The offline token of a certificate: from its stored content to the text of its QR code, and what the token says of it.

Nothing is stored for it: the content and the key give it, and the same ones give the same token.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from certificate_signing.cose_sign1 import Signer
from certificate_signing.decimal_text import digits
from certificate_signing.offline_token import LONGEST, TokenClaims, sign_token
from lti_tool.issuing import fonts
from lti_tool.issuing.certificate import CertificateContent
from lti_tool.issuing.number import ALPHABET, LENGTH, check_character
from lti_tool.issuing.qr import MOST_BITS, bits
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped

# The 23 random characters of a number as one integer; the last one follows from them.
NUMBER_BYTES: Final = ((len(ALPHABET) ** (LENGTH - 1)).bit_length() + 7) // 8
# No award or name is cut shorter than this (bytes in UTF-8): what is left must still tell one from another.
_LEAST: Final = 24


def qr_text(content: CertificateContent, key: Signer) -> str:
    """Return what the QR code holds: the certificate's address, with its token behind the `#` if there is room for one.

    What is too long is said by its beginning, the award first, then the name. An address so long that not even that fits
    stands alone, as it did before there were tokens.
    """
    claims: TokenClaims | None = claims_of(content)
    while claims is not None:
        token = sign_token(claims, key)
        text = f"{content.address}#{digits(token)}"
        over = bits(text) - MOST_BITS
        if over <= 0:
            return text
        claims = _shorter(claims, over // 8 + 1)
    return content.address


def claims_of(content: CertificateContent) -> TokenClaims:
    """Return what the paper says: the name and the award as they are printed, in at most as many bytes as tokens take."""
    award = content.title if content.event is None else content.event.title
    whole = TokenClaims(
        number=packed(content.number),
        holder=fonts.legible(content.holder_name) or fonts.REPLACEMENT,
        award=fonts.legible(award) or fonts.REPLACEMENT,
        level=_cut(fonts.legible(content.level), LONGEST["level"]),
        issued_on=content.issued_on,
        status_index=content.status_index,
        last_day=content.expires_on,
        ends_at=_end(content),
    )
    return _limited(_limited(whole, "award", LONGEST["award"]), "holder", LONGEST["holder"])


def says_the_same(claims: TokenClaims, content: CertificateContent) -> bool:
    """Tell whether a token says what a record says; of what it shortened, the beginning."""
    said = claims_of(content)
    for name in claims.shortened:
        said = _limited(said, name, len(_texts(claims)[name].encode()))
    return claims == said


def packed(number: str) -> bytes:
    """Return the bytes that stand for a number."""
    value = 0
    for character in number[: LENGTH - 1]:
        value = value * len(ALPHABET) + ALPHABET.index(character)
    return value.to_bytes(NUMBER_BYTES, "big")


def unpacked(content: bytes) -> str | None:
    """Return the number that bytes stand for, or None if there is none."""
    value, random = int.from_bytes(content, "big"), ""
    for _ in range(LENGTH - 1):
        value, digit = divmod(value, len(ALPHABET))
        random = ALPHABET[digit] + random
    return random + check_character(random) if len(content) == NUMBER_BYTES and not value else None


def _shorter(claims: TokenClaims, by: int) -> TokenClaims | None:
    """Return claims of about `by` bytes less; None if nothing may be cut any more."""
    for name, text in _texts(claims).items():
        size = len(text.encode())
        if size > _LEAST:
            # Two more: saying that it is shortened takes some bytes too.
            return _limited(claims, name, max(_LEAST, size - by - 2))
    return None


def _texts(claims: TokenClaims) -> dict[str, str]:
    """Return what may be shortened, in the order in which it is."""
    return {"award": claims.award, "holder": claims.holder}


def _limited(claims: TokenClaims, name: str, most: int) -> TokenClaims:
    texts = _texts(claims)
    if len(texts[name].encode()) <= most:
        return claims
    texts[name] = _cut(texts[name], most)
    return replace(claims, award=texts["award"], holder=texts["holder"], shortened=claims.shortened | {name})


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore").rstrip()


def _end(content: CertificateContent) -> datetime | None:
    """Return when the day after the last one begins, where the scheme is at home."""
    if content.expires_on is None:
        return None
    try:
        zone = ZoneInfo(shipped().edition(content.scheme_id, content.scheme_edition).time_zone)
    except Problem:
        # The register outlives schemes: `standing` counts the day in UTC then.
        zone = ZoneInfo("UTC")
    return datetime.combine(content.expires_on + timedelta(days=1), time(), zone).astimezone(UTC)
