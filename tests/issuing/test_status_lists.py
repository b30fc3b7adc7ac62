"""Where certificates stand in the status lists, and what each list says of them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from record_parts import BASE, issued

from certificate_signing.data_integrity import check_proof
from certificate_signing.did import verification_keys
from certificate_signing.status_list import Purpose, decode
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.issuing import issue as steps
from lti_tool.issuing import register, revoking, status
from lti_tool.issuing.keys import ring
from lti_tool.issuing.records import CertificateRecord
from lti_tool.issuing.status import FILL, LIST_SIZE
from lti_tool.problem import Problem


def listed(tool: Installation, number: int = 1, purpose: Purpose = Purpose.REVOCATION) -> dict[str, Any]:
    status.forget(tool)
    found: dict[str, Any] = json.loads(status.status_list(tool, number, purpose))
    assert check_proof(found, verification_keys(BASE, ring(tool).credential_public)).ok
    return found


def is_set(tool: Installation, certificate: str, purpose: Purpose) -> bool:
    with tool.database.read() as session:
        number, bit = status.place(session.get_one(CertificateRecord, certificate).status_index)
    return decode(listed(tool, number, purpose)["credentialSubject"]["encodedList"]).is_set(bit)


def replaced(tool: Installation) -> tuple[str, str]:
    old = issued(tool)
    decision = revoking.reissue(tool, old, holder_name="Þóra Guðmunds", reason="the name was misspelt", actor="administrator")
    return old, steps.issue(tool, ring(tool), decision, lambda *_: None)


def test_each_purpose_has_a_list_and_what_was_replaced_is_in_both(either_tool: Installation) -> None:
    old, new = replaced(either_tool)
    gone = issued(either_tool)
    revoking.revoke(either_tool, gone, "a mistake", "administrator")
    told = {number: tuple(is_set(either_tool, number, purpose) for purpose in Purpose) for number in (old, new, gone)}
    assert told == {old: (True, True), new: (False, False), gone: (True, False)}


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_list_says_what_it_is(tool: Installation, purpose: Purpose) -> None:
    found = listed(tool, 1, purpose)
    assert found["id"] == status.address(BASE, 1, purpose)
    assert found["credentialSubject"]["statusPurpose"] == purpose
    assert datetime.fromisoformat(found["validFrom"]) <= clock.now()
    assert found["credentialSubject"]["ttl"] == 60_000


def test_indexes_are_spread_and_lists_are_begun_before_they_are_full(tool: Installation) -> None:
    with tool.database.read() as session:
        drawn = [status.free_index(session, sequence) for sequence in (1, 2, FILL, FILL + 1, 2 * FILL, 2 * FILL + 1)]
        many = {status.free_index(session, 1) for _ in range(200)}
    assert [index // LIST_SIZE for index in drawn] == [0, 0, 0, 1, 1, 2]
    # By chance alone two of them would lie in the lowest percent.
    assert sum(index < LIST_SIZE // 100 for index in many) < 20
    assert len(many) > 195


@pytest.mark.parametrize(("index", "place"), [(0, (1, 0)), (94_567, (1, 94_567)), (LIST_SIZE - 1, (1, LIST_SIZE - 1)), (LIST_SIZE, (2, 0))])
def test_where_an_index_lies(index: int, place: tuple[int, int]) -> None:
    assert status.place(index) == place


def test_a_certificate_of_a_later_list_names_it(tool: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "free_index", lambda _session, _sequence: 2 * LIST_SIZE + 7)
    number = issued(tool)
    stated = json.loads(register.credential(tool, number))["credentialStatus"]
    assert (stated["statusListCredential"], stated["statusListIndex"]) == (f"{BASE}/status/3", "7")
    revoking.revoke(tool, number, "a mistake", "administrator")
    assert is_set(tool, number, Purpose.REVOCATION)
    for begun in (1, 2):
        assert not any(decode(listed(tool, begun)["credentialSubject"]["encodedList"]).bits)


@pytest.mark.parametrize("number", [0, -1, 2, 10**9])
def test_a_list_that_is_not_begun_is_not_there(tool: Installation, number: int) -> None:
    issued(tool)
    with pytest.raises(Problem, match="page-not-found"):
        status.status_list(tool, number)


def test_a_free_index_is_found_beside_what_is_taken(tool: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([5, 5, 5, 9])
    monkeypatch.setattr("lti_tool.issuing.status.secrets.randbelow", lambda _size: next(drawn))
    first, second = issued(tool), issued(tool)
    with tool.database.read() as session:
        assert [session.get_one(CertificateRecord, number).status_index for number in (first, second)] == [5, 9]
