"""What a browser keeps: every key with what became of it, and a list that says of every certificate what the register says."""

from __future__ import annotations

import base64
import json

import pytest
import sqlalchemy as sa
from record_parts import issued

from certificate_signing.cose_sign1 import key_id
from certificate_signing.key_folder import KeyUse
from certificate_signing.keyring import compromise, create_key
from certificate_signing.status_token import REPLACED, REVOKED, VALID, StatusToken, read_status
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.issuing import keys, revoking, snapshot, status
from lti_tool.issuing.records import CertificateRecord
from lti_tool.issuing.status import LIST_SIZE


def listed(tool: Installation) -> StatusToken:
    return read_status(snapshot.status(tool), {key_id(public): public for public in keys.ring(tool).credential_public.values()})


def index(tool: Installation, number: str) -> int:
    with tool.database.read() as session:
        return session.get_one(CertificateRecord, number).status_index


def test_the_list_says_what_the_register_says(either_tool: Installation) -> None:
    tool = either_tool
    good, revoked, replaced = (issued(tool) for _ in range(3))
    assert [listed(tool).status(index(tool, number)) for number in (good, revoked, replaced)] == [VALID] * 3
    issued(tool, supersedes=replaced)
    revoking.revoke(tool, revoked, "by mistake", "administrator")
    found = listed(tool)
    assert [found.status(index(tool, number)) for number in (good, revoked, replaced)] == [VALID, REVOKED, REPLACED]
    assert len(found) == LIST_SIZE
    assert found.address == f"{tool.settings.base_url}/c/offline/status.cwt"
    assert abs((found.issued_at - clock.now()).total_seconds()) < 60


def test_it_grows_with_the_lists_that_are_begun(tool: Installation) -> None:
    number = issued(tool)
    with tool.database.write() as session:
        session.execute(sa.update(CertificateRecord).values(status_index=2 * LIST_SIZE + 5))
    revoking.revoke(tool, number, "by mistake", "administrator")
    found = listed(tool)
    assert (len(found), found.status(2 * LIST_SIZE + 5), found.status(5)) == (3 * LIST_SIZE, REVOKED, VALID)


def test_every_key_is_named_with_what_became_of_it(tool: Installation) -> None:
    folder = tool.settings.keys
    first = keys.ring(tool).credential
    second = create_key(folder, KeyUse.CREDENTIAL, "", "", clock.now())
    third = create_key(folder, KeyUse.CREDENTIAL, "", "", clock.now())
    compromise(folder, second.id, clock.now(), clock.now())
    found = json.loads(snapshot.keys(tool))
    assert found["issuer"] == {"name": tool.settings.organisation, "address": tool.settings.base_url}
    assert [(key["compromised"], key["retired"] is not None) for key in found["keys"]] == [(False, True), (True, True), (False, False)]
    assert [f"key-{key['id']}" for key in found["keys"]] == [first.key_id, second.id, third.id]
    assert base64.urlsafe_b64decode(found["keys"][0]["public"] + "=") == first.public_bytes
    assert "PRIVATE" not in json.dumps(found)


@pytest.mark.parametrize("path", ["/c/offline/keys.json", "/c/offline/status.cwt"])
def test_pages_of_other_hosts_may_fetch_it_and_keep_it_for_a_minute(tool: Installation, path: str) -> None:
    from lti_tool.web.app import create_app

    answer = create_app(tool).test_client().get(path)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in answer.headers
    assert len(answer.data) < 2000


def test_a_list_of_a_stolen_key_is_not_given_any_more(tool: Installation) -> None:
    """Not even for the seconds that a list is kept: nobody believes it, and a trust kit with it could not be opened."""
    stolen = keys.ring(tool).credential
    before, listed_before = snapshot.status(tool), status.status_list(tool)
    create_key(tool.settings.keys, KeyUse.CREDENTIAL, "", "", clock.now())
    compromise(tool.settings.keys, stolen.key_id, clock.now(), clock.now())
    assert snapshot.status(tool) != before
    assert len(listed(tool)) == LIST_SIZE
    assert stolen.key_id.encode() in listed_before
    assert stolen.key_id.encode() not in status.status_list(tool)
