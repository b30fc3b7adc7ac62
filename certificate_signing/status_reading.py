"""Reading a status from a list (W3C Bitstring Status List v1.0, section 3.2), once somebody has fetched and verified the list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from certificate_signing.data_model import url
from certificate_signing.errors import DataModelWrong, StatusListWrong
from certificate_signing.status_list import decode

_INDEX: Final = re.compile(r"0|[1-9]\d{0,15}")


def check_status_entry(entry: Mapping[str, Any]) -> None:
    """Check the shape of a BitstringStatusListEntry (section 2.1). Raises StatusListWrong (MALFORMED_VALUE_ERROR)."""
    if entry.get("type") != "BitstringStatusListEntry":
        raise StatusListWrong("an entry of another type")
    index = entry.get("statusListIndex")
    if not isinstance(index, str) or not _INDEX.fullmatch(index):
        raise StatusListWrong("an index that is no number in base 10, written as a text")
    if not isinstance(entry.get("statusPurpose"), str):
        raise StatusListWrong("an entry without a purpose")
    if entry.get("statusSize", 1) != 1:
        raise StatusListWrong("statuses of more than one bit")
    try:
        address = url(entry.get("statusListCredential"), "statusListCredential")
        if "id" in entry and url(entry["id"], "id") == address:
            raise StatusListWrong("an entry whose id is the list's")
    except DataModelWrong as wrong:
        raise StatusListWrong(str(wrong)) from None


def read_status(entry: Mapping[str, Any], credential: Mapping[str, Any]) -> bool:
    """Return the bit of an entry in a list's credential, whose proof and time the caller has checked.

    Raises StatusListWrong for a malformed entry, a list for another purpose or of another address, and an index outside.
    """
    check_status_entry(entry)
    subject = credential.get("credentialSubject")
    if "BitstringStatusListCredential" not in _several(credential.get("type")) or not isinstance(subject, Mapping):
        raise StatusListWrong("no credential of a status list")
    if subject.get("type") != "BitstringStatusList" or not isinstance(subject.get("encodedList"), str):
        raise StatusListWrong("no status list in the credential")
    if entry["statusPurpose"] not in _several(subject.get("statusPurpose")):
        raise StatusListWrong("a list for another purpose")
    if credential.get("id", entry["statusListCredential"]) != entry["statusListCredential"]:
        raise StatusListWrong("a list of another address")
    return decode(subject["encodedList"]).is_set(int(entry["statusListIndex"]))


def _several(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
