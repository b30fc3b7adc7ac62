"""The log's public addresses, read as a stranger's client reads them."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from flask.testing import FlaskClient
from record_parts import issued

from certificate_signing import merkle
from certificate_signing.checkpoint import NoteKey, open_checkpoint
from lti_tool.installation import Installation
from lti_tool.issuing import revoking
from lti_tool.web.app import create_app


@pytest.fixture
def client(tool: Installation) -> FlaskClient:
    return create_app(tool).test_client()


def entries(client: FlaskClient, size: int) -> list[bytes]:
    bundle, found = client.get(f"/log/tile/entries/000.p/{size}").data, []
    while bundle:
        length = int.from_bytes(bundle[:2], "big")
        found.append(bundle[2 : 2 + length])
        bundle = bundle[2 + length :]
    return found


def test_a_stranger_can_check_the_whole_log(client: FlaskClient, tool: Installation) -> None:
    revoking.revoke(tool, issued(tool), "a test", "administrator")
    answer = client.get("/log/checkpoint")
    assert answer.content_type == "text/plain; charset=utf-8"
    keys = [NoteKey.from_vkey(line) for line in client.get("/log/keys").text.splitlines()]
    head = open_checkpoint(answer.text, keys)
    leaves = [merkle.leaf_hash(entry) for entry in entries(client, head.size)]
    assert head.size == len(leaves) == 4
    assert merkle.root(4, merkle.stored(leaves)) == head.root
    assert client.get("/log/tile/0/000.p/4").data == b"".join(leaves)
    proof = client.get(f"/log/proof/inclusion?hash={leaves[2].hex()}").json
    merkle.check_inclusion(proof["index"], head.size, leaves[2], path(proof), head.root)
    assert proof["checkpoint"] == answer.text
    older = client.get(f"/log/proof/inclusion?hash={leaves[2].hex()}&size=3").json
    merkle.check_inclusion(2, 3, leaves[2], path(older), merkle.root(3, merkle.stored(leaves)))
    grown = client.get("/log/proof/consistency?from=2&to=4").json
    merkle.check_consistency(2, 4, merkle.root(2, merkle.stored(leaves)), head.root, path(grown))


def path(proof: Any) -> list[bytes]:
    return [base64.b64decode(each) for each in proof["path"]]


def test_a_revocation_is_in_the_next_checkpoint(client: FlaskClient, tool: Installation) -> None:
    number = issued(tool)
    before = client.get("/log/checkpoint").text
    revoking.revoke(tool, number, "a test", "administrator")
    after = client.get("/log/checkpoint").text
    assert int(after.split("\n")[1]) == int(before.split("\n")[1]) + 1
    assert b'"kind":"certificate.revoked"' in entries(client, 4)[3]


@pytest.mark.parametrize(
    ("address", "kept"), [("/log/checkpoint", "max-age=5"), ("/log/tile/0/000.p/1", "immutable"), ("/log/tile/entries/000.p/1", "immutable")]
)
def test_what_never_changes_may_be_kept_and_all_may_be_read_anywhere(client: FlaskClient, tool: Installation, address: str, kept: str) -> None:
    issued(tool)
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert kept in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers


ABSENT = [
    "/log/tile/0/000",
    "/log/tile/0/000.p/4",
    "/log/tile/1/000.p/1",
    "/log/tile/8/000.p/1",
    "/log/tile/0/0",
    "/log/tile/0/000.p/0",
    "/log/tile/entries/000.p/200",
    "/log/tile/entries/001",
    "/log/tile/entries/../../secret",
    "/log/proof/inclusion",
    "/log/proof/inclusion?hash=zz",
    f"/log/proof/inclusion?hash={'0' * 64}",
    f"/log/proof/inclusion?hash={'0' * 64}&size=99",
    "/log/proof/consistency",
    "/log/proof/consistency?from=2&to=1",
    "/log/proof/consistency?from=1&to=99",
    "/log/proof/consistency?from=-1&to=2",
    "/log/proof/consistency?from=1&to=99999999999999999999",
    "/log/proof/consistency?from=%C2%B2&to=2",
    "/log/",
]


@pytest.mark.parametrize("address", ABSENT)
def test_what_the_log_has_not_got_is_not_found(client: FlaskClient, tool: Installation, address: str) -> None:
    issued(tool)
    assert client.get(address).status_code == 404
