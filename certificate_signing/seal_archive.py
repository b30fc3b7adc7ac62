"""Archive timestamps (PAdES level B-LTA): a timestamp over a whole sealed file, as one more revision behind it.

Nothing else is ever appended to a seal. What an archive timestamp adds is checked by writing it anew: the same bytes but for the token.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cryptography import x509
from pikepdf import Dictionary

from certificate_signing.errors import TimestampFailed
from certificate_signing.pdf_increment import Increment
from certificate_signing.seal_field import add_field
from certificate_signing.seal_layout import LayoutWrong, signature_in
from certificate_signing.seal_revision import TOKEN_ROOM, OpenSeal, with_room
from certificate_signing.timestamps import Timestamp, TimestampAuthority, check_token

_ENTRIES: Final = b"/Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161"
_CONTENTS: Final = b"/Contents <"
_MOST_ROOM: Final = 65_536
_END: Final = b"%%EOF\n"


def with_archive_timestamp(pdf: bytes, authority: TimestampAuthority) -> bytes:
    """Return a sealed file with a timestamp over all of it. Raises TimestampFailed."""
    to_fill = _prepared(pdf, TOKEN_ROOM)
    stamp = authority.stamp(to_fill.digest())
    if len(stamp.token) > TOKEN_ROOM:
        raise TimestampFailed("too-large")
    return to_fill.filled(stamp.token)


def before_archive(pdf: bytes) -> bytes | None:
    """Return a file as it was before its last revision, if that one claims to be an archive timestamp. Looks at bytes alone."""
    end = pdf.rfind(_END, 0, len(pdf) - len(_END)) + len(_END)
    claims = end >= len(_END) and pdf.find(_ENTRIES, end) >= 0
    return pdf[:end] if claims else None


def check_archive(pdf: bytes, before: bytes, trusted: Sequence[x509.Certificate]) -> Timestamp:
    """Check the archive timestamp that `pdf` adds to `before`, which must be a good seal already.

    Raises TimestampFailed, or whatever a PDF parser raises.
    """
    expected = _prepared(before, _room(pdf, before))
    start, end = expected.start, expected.end
    if (pdf[:start], pdf[end:]) != (expected.content[:start], expected.content[end:]):
        raise TimestampFailed("broken")
    try:
        token = signature_in(pdf[start:end])
    except LayoutWrong:
        raise TimestampFailed("unreadable") from None
    return check_token(token, expected.digest(), trusted)


def _room(pdf: bytes, before: bytes) -> int:
    """Return the bytes that an archive revision keeps for its token: releases may differ in that."""
    start = pdf.find(_CONTENTS, len(before)) + len(_CONTENTS)
    room = (pdf.find(b">", start) - start) // 2
    if not 0 < room <= _MOST_ROOM:
        raise TimestampFailed("unreadable")
    return room


def _prepared(pdf: bytes, room: int) -> OpenSeal:
    increment = Increment(pdf)
    number = len(increment.document.Root.AcroForm.Fields)
    signature = increment.add(Dictionary())
    add_field(increment, f"ArchiveTimestamp{number}", f"Archive timestamp {number}", signature)
    return with_room(increment, signature, _ENTRIES, room)
