"""Reading the bit of somebody's status list, and digests of resources: what is malformed is told, never read."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from certificate_signing.errors import DataModelWrong, StatusListWrong
from certificate_signing.multibase import base58, base64url
from certificate_signing.related_resources import check_related
from certificate_signing.status_list import SMALLEST, StatusList, status_entry, status_list_credential
from certificate_signing.status_reading import check_status_entry, read_status

ADDRESS = "https://issuer.example/status/1"
LIST = status_list_credential(
    StatusList.empty().with_set([0, 7, SMALLEST - 1]), address=ADDRESS, issuer="did:web:issuer.example", valid_from=datetime(2026, 1, 1, tzinfo=UTC)
)
SUBJECT = LIST["credentialSubject"]


@pytest.mark.parametrize(("index", "is_set"), [(0, True), (1, False), (7, True), (8, False), (SMALLEST - 1, True), (SMALLEST - 2, False)])
def test_the_bit_is_read(index: int, is_set: bool) -> None:
    assert read_status(status_entry(ADDRESS, index), LIST) is is_set


ENTRIES: list[dict[str, Any]] = [
    *({"statusListIndex": wrong} for wrong in (7, None, "", "-1", "+7", "07", "0x7", "7.0", "seven", "٧", " 7", "7\n", [7], True, "9" * 40)),
    *({"statusPurpose": wrong} for wrong in (None, 1, ["revocation"], {})),
    *({"statusListCredential": wrong} for wrong in (None, "", "status/1", 1, [ADDRESS])),
    *({"type": wrong} for wrong in (None, "StatusList2021Entry", ["BitstringStatusListEntry"])),
    *({"statusSize": wrong} for wrong in (0, -1, 2, "1", None)),
    {"id": ADDRESS},
    {"id": "no address"},
]


@pytest.mark.parametrize("changes", ENTRIES, ids=str)
def test_a_malformed_entry_is_an_error(changes: dict[str, Any]) -> None:
    with pytest.raises(StatusListWrong):
        check_status_entry({**status_entry(ADDRESS, 7), **changes})


@pytest.mark.parametrize("name", ["type", "statusPurpose", "statusListIndex", "statusListCredential"])
def test_what_an_entry_must_have_is_missed(name: str) -> None:
    with pytest.raises(StatusListWrong):
        check_status_entry({key: value for key, value in status_entry(ADDRESS, 7).items() if key != name})


LISTS: list[dict[str, Any]] = [
    {"type": ["VerifiableCredential"]},
    {"id": "https://issuer.example/status/2"},
    {"credentialSubject": None},
    {"credentialSubject": [SUBJECT]},
    {"credentialSubject": {**SUBJECT, "type": "StatusList2021"}},
    {"credentialSubject": {**SUBJECT, "statusPurpose": "suspension"}},
    {"credentialSubject": {**SUBJECT, "statusPurpose": ["suspension", "refresh"]}},
    {"credentialSubject": {**SUBJECT, "encodedList": None}},
    {"credentialSubject": {**SUBJECT, "encodedList": SUBJECT["encodedList"][1:]}},
    {"credentialSubject": {**SUBJECT, "encodedList": SUBJECT["encodedList"][:-8]}},
    {"credentialSubject": {**SUBJECT, "encodedList": "uAAAA"}},
]


@pytest.mark.parametrize("changes", LISTS, ids=lambda changes: str(changes)[:70])
def test_a_list_that_is_none_is_not_read(changes: dict[str, Any]) -> None:
    with pytest.raises(StatusListWrong):
        read_status(status_entry(ADDRESS, 7), {**LIST, **changes})


def test_indexes_outside_are_not_read() -> None:
    with pytest.raises(StatusListWrong, match="outside"):
        read_status(status_entry(ADDRESS, SMALLEST), LIST)
    several = {**LIST, "credentialSubject": {**SUBJECT, "statusPurpose": ["suspension", "revocation"]}}
    assert read_status(status_entry(ADDRESS, 7), several)


RESOURCE = b"the resource"
ID = "https://issuer.example/schema"
RIGHT = hashlib.sha256(RESOURCE).digest()
KNOWN = {ID: [RIGHT, hashlib.sha384(RESOURCE).digest()]}
WRONG = hashlib.sha256(b"another").digest()


def sri(digest: bytes, name: str = "sha256") -> str:
    return f"{name}-{base64.b64encode(digest).decode()}"


GOOD: list[dict[str, Any]] = [
    {"digestSRI": sri(RIGHT)},
    {"digestSRI": sri(hashlib.sha384(RESOURCE).digest(), "sha384")},
    {"digestMultibase": base64url(RIGHT)},
    {"digestMultibase": base58(b"\x12\x20" + RIGHT)},
    {"id": "https://issuer.example/unknown", "digestSRI": sri(WRONG)},
    {"digestSRI": [sri(RIGHT), sri(hashlib.sha384(RESOURCE).digest(), "sha384")]},
]
BAD: list[dict[str, Any]] = [
    {"digestSRI": sri(WRONG)},
    {"digestSRI": f"{sri(RIGHT)} {sri(WRONG)}"},
    {"digestSRI": sri(RIGHT), "digestMultibase": base64url(WRONG)},
    {"digestSRI": sri(RIGHT, "sha384")},
    {"digestSRI": sri(RIGHT, "sha1")},
    {"digestSRI": sri(RIGHT).replace("sha256", "SHA256")},
    {"digestSRI": sri(RIGHT)[:-1]},
    {"digestSRI": "sha256-"},
    {"digestMultibase": base64url(RIGHT)[1:]},
    {"digestMultibase": base64url(b"\x13\x20" + RIGHT)},
    {"digestMultibase": "z" + "0" * 44},
]


@pytest.mark.parametrize("resource", GOOD, ids=lambda resource: str(resource)[:60])
def test_digests_that_fit_are_taken(resource: dict[str, Any]) -> None:
    check_related({"relatedResource": [{"id": ID, **resource}]}, KNOWN)
    check_related({"relatedResource": {"id": ID, **resource}}, KNOWN)


@pytest.mark.parametrize("resource", BAD, ids=lambda resource: str(resource)[:60])
def test_digests_that_differ_are_errors(resource: dict[str, Any]) -> None:
    with pytest.raises(DataModelWrong):
        check_related({"relatedResource": [{"id": ID, **resource}]}, KNOWN)
