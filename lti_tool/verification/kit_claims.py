"""What a signed file says of its certificate, as far as a trust kit needs it to ask the log and the lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from certificate_signing.key_standing import Standing
from lti_tool.issuing.number import parse, shown
from lti_tool.issuing.status import LIST_SIZE
from lti_tool.verification.addresses import OWN_PATH
from lti_tool.verification.kit import TrustKit
from lti_tool.verification.steps import Ended
from lti_tool.verification.verdict import VerdictOutcome


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed a file: how far that key is believed, and what the log may know the file by.

    `digests` are SHA-256 of the file as it was issued, of which the log has one, the likeliest first; none for a form that it does
    not know. `proved_at` is an instant at which the signature surely existed, by a timestamp. `in_time` is False if the key was not in
    use on the day that the file names.
    """

    standing: Standing
    digests: tuple[str, ...] = ()
    proved_at: datetime | None = None
    in_time: bool = True


@dataclass(frozen=True, slots=True)
class Claim:
    """What a signed file says: whose certificate it is, its place in the status lists, when it was issued and when it ends."""

    number: str
    status_index: int
    issued_at: datetime
    ends_at: datetime | None
    said: Mapping[str, str]
    signature: Signature


def claim_of(kit: TrustKit, document: Mapping[str, Any], signature: Signature) -> Claim:
    """Read what a credential of ours says. Raises Ended for one that is not of this kit's issuer."""
    try:
        path = OWN_PATH.fullmatch(urlsplit(document["id"]).path)
        number = parse(path.group(1)) if path else None
        if number is None or not document["id"].startswith(f"{kit.address}/"):
            raise Ended(VerdictOutcome.CANNOT_TELL, "not-ours")
        subject, achievement = document["credentialSubject"], document["credentialSubject"]["achievement"]
        said = {
            "number": shown(number),
            "holder_name": subject["identifier"][0]["identityHash"],
            "title": achievement["name"],
            "level": subject["result"][0]["value"] if "result" in subject else "",
            "issuer_name": document["issuer"]["name"],
            "issued_on": document["awardedDate"],
        }
        return Claim(number, _index(document), datetime.fromisoformat(document["validFrom"]), _end(document), said, signature)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        raise Ended(VerdictOutcome.CANNOT_TELL, "unreadable") from None


def _index(document: Mapping[str, Any]) -> int:
    """Return the place in all lists counted through, as the register counts: (list - 1) * its size + bit."""
    status = document["credentialStatus"]
    entry = status[0] if isinstance(status, list) else status
    number = re.fullmatch(r".*/status/(\d+)", entry["statusListCredential"])
    return (int(number.group(1)) - 1) * LIST_SIZE + int(entry["statusListIndex"]) if number else -1


def _end(document: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(document["validUntil"]) if "validUntil" in document else None
