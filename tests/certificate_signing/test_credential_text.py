"""From bytes to a credential: strict, bounded."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificate_signing.credential_text import LARGEST, read_credential
from certificate_signing.errors import CredentialUnreadable

REFUSED = {
    "nothing": b"",
    "no JSON": b"hello",
    "a list": b"[]",
    "a text": b'"{}"',
    "cut off": b'{"a": 1',
    "two values": b"{} {}",
    "a key twice": b'{"id": "a", "id": "b"}',
    "a key twice inside": b'{"a": {"issuer": 1, "issuer": 1}}',
    "a key twice in other spelling": b'{"id": 1, "\\u0069d": 2}',
    "not a number": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "no UTF-8": b'{"a": "\xff"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "too deep": b'{"a":' * 20 + b"1" + b"}" * 20,
    "very deep": b"[" * 100_000,
    "too many nodes": json.dumps({"a": [{"id": "x"}] * 101}).encode(),
    "too many unnamed nodes": json.dumps({"id": "x", "a": [{"b": 1}] * 6}).encode(),
    "a context inside": b'{"a": {"@context": {}}}',
    "a keyword": b'{"@graph": []}',
    "too large": b'{"a": "' + b"x" * LARGEST + b'"}',
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_credential_is_refused(name: str) -> None:
    with pytest.raises(CredentialUnreadable):
        read_credential(REFUSED[name])


@pytest.mark.parametrize("content", [b"{}", b'\xef\xbb\xbf{"@context": ["x"]}', '{"name": "Þóra"}'.encode()])
def test_plain_json_is_read(content: bytes) -> None:
    assert isinstance(read_credential(content), dict)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(CredentialUnreadable):
        read_credential(b"{" + content)
