"""The opening of a certificate's commitments: what its holder keeps, and gives to whoever shall see which files were checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from certificate_signing.commitment import opens
from certificate_signing.credential_text import read_object
from certificate_signing.errors import CredentialUnreadable
from lti_tool.decision.commitments import salts
from lti_tool.decision.outcome import CheckedFile
from lti_tool.installation import Installation
from lti_tool.issuing.certificate import Certificate, CertificateContent
from lti_tool.problem import Problem

TYPE: Final = "sealwright-evidence-opening"
_HOW: Final = 'commitment = SHA-256("sealwright evidence commitment 1" and a zero byte, the salt, SHA-256 of the file)'


@dataclass(frozen=True, slots=True)
class Opening:
    """An opening as its holder kept it: the certificate's number, and salts by commitment (both in hexadecimal digits)."""

    number: str
    salts: Mapping[str, str]


def opening(installation: Installation, certificate: Certificate) -> bytes:
    """Return the opening of a certificate as JSON. To be given to its holder alone.

    Raises Problem("opening-missing") if it names no files, or its salts were erased.
    """
    said = certificate.content
    with installation.database.read() as session:
        kept = salts(session, (file.commitment for file in said.evidence))
    evidence = [_entry(file, kept[file.commitment]) for file in said.evidence if file.commitment in kept]
    if not evidence:
        raise Problem("opening-missing")
    stated = {"type": TYPE, "certificate": said.address, "number": said.number, "how": _HOW, "evidence": evidence}
    return json.dumps(stated, ensure_ascii=False, indent=2).encode() + b"\n"


def may_open(installation: Installation, certificate: Certificate) -> bool:
    """Tell whether there is an opening of this certificate."""
    try:
        return bool(opening(installation, certificate))
    except Problem:
        return False


def read_opening(content: bytes) -> Opening:
    """Read an opening. Raises Problem("opening-unreadable")."""
    try:
        stated = read_object(content)
        if stated["type"] != TYPE:
            raise Problem("opening-unreadable")
        return Opening(str(stated["number"]), {str(entry["commitment"]): str(entry["salt"]) for entry in stated["evidence"]})
    except (CredentialUnreadable, KeyError, TypeError):
        raise Problem("opening-unreadable") from None


def opened_file(said: CertificateContent, given: Opening, file: bytes) -> CheckedFile | None:
    """Return which of the files that the certificate states this is, as the opening shows; None if it is none of them.

    What the opening says of itself counts for nothing: commitments are those of our register, the salt has to fit.
    """
    for stated in said.evidence:
        if opens(bytes.fromhex(stated.commitment), _bytes(given.salts.get(stated.commitment, "")), file):
            return stated
    return None


def _entry(file: CheckedFile, salt: bytes) -> dict[str, Any]:
    return {"title": file.title, "commitment": file.commitment, "salt": salt.hex()}


def _bytes(digits: str) -> bytes:
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return b""
