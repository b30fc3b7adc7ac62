"""From the text of a QR code to what its token claims under a key of the trust kit's issuer.

A token is in no log: the log holds hashes of files, and nothing of a token is stored. So one of a sound key is believed for what it
says, as a browser believes it, and one of a stolen key for nothing: the issuer's register compares names, and a kit has none.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from urllib.parse import SplitResult, urlsplit

from certificate_signing.cose_sign1 import key_id
from certificate_signing.key_folder import KeyEntry
from certificate_signing.key_standing import standing_of
from certificate_signing.offline_token import TokenClaims, TokenKey
from lti_tool.issuing.number import parse, shown
from lti_tool.issuing.token import unpacked
from lti_tool.verification.addresses import number_in, split
from lti_tool.verification.kit import TrustKit
from lti_tool.verification.kit_claims import Claim, Signature
from lti_tool.verification.steps import Ended, Steps
from lti_tool.verification.token import take_signed, token_in
from lti_tool.verification.verdict import VerdictOutcome

# Longer texts are no codes (bytes).
_LONGEST_TEXT: Final = 4096


def read_token(kit: TrustKit, steps: Steps, content: bytes) -> Claim:
    """Take the steps of a token. Raises Ended."""
    text = content[:_LONGEST_TEXT].decode("utf-8", "replace").strip()
    address = split(text)
    number = parse((number_in(address) or "") if address else text)
    if address and number and not _at_issuer(kit, address):
        raise Ended(VerdictOutcome.NOT_VALID, "other-address")
    digits = token_in(text)
    if digits is None:
        # A number says nothing of what the paper claims, and the kit holds no names to compare with.
        raise Ended(VerdictOutcome.CANNOT_TELL, "kit-number-alone" if number else "not-recognised")
    known, claims = _signed(kit, steps, digits)
    stated = unpacked(claims.number)
    if stated is None or (address is not None and number != stated):
        raise Ended(VerdictOutcome.NOT_VALID, "token-other-number")
    steps.held("token-number")
    said = {"number": shown(stated), "holder_name": claims.holder, "title": claims.award, "level": claims.level}
    said["issued_on"] = claims.issued_on.isoformat()
    # The day alone is said: its end, so that a certificate of the log's first day is not taken for one that is older.
    issued_at = datetime(claims.issued_on.year, claims.issued_on.month, claims.issued_on.day, 23, 59, 59, tzinfo=UTC)
    return Claim(stated, claims.status_index, issued_at, claims.ends_at, said, known)


def _at_issuer(kit: TrustKit, address: SplitResult) -> bool:
    ours = urlsplit(kit.address)
    return (address.scheme, address.netloc) == (ours.scheme, ours.netloc)


def _signed(kit: TrustKit, steps: Steps, digits: str) -> tuple[Signature, TokenClaims]:
    """Take the steps from "it can be read" to "nothing was changed". Raises Ended."""
    entries = {key_id(kit.ring.credential_known[entry.id]): entry for entry in kit.ring.entries if entry.id in kit.ring.credential_known}
    claims, code, key = take_signed(steps, digits, {named: _token_key(kit, entry) for named, entry in entries.items()})
    return Signature(standing_of(entries[key]), in_time=code != "key-out-of-time"), claims


def _token_key(kit: TrustKit, entry: KeyEntry) -> TokenKey:
    retired = None if entry.retired is None else datetime.fromisoformat(entry.retired)
    return TokenKey(kit.ring.credential_known[entry.id], datetime.fromisoformat(entry.created), retired, not standing_of(entry).sound)
