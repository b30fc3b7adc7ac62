"""Signed checkpoints: the forms that other programs read, and nothing else."""

from __future__ import annotations

import base64

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from certificate_signing.checkpoint import Checkpoint, NoteKey, open_checkpoint, sign_checkpoint, unverified_checkpoint
from certificate_signing.errors import LogWrong

ORIGIN = "certificates.example.org/log"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = NoteKey(ORIGIN, PRIVATE.public_key().public_bytes_raw())
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
HEAD = Checkpoint(ORIGIN, 20_852_163, bytes(range(32)))
NOTE = sign_checkpoint(HEAD, KEY, PRIVATE.sign)

# The example of the reference implementation's documentation: a key, a text and its signature.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="


def test_the_known_key_has_the_known_hash_and_signature() -> None:
    key = NoteKey.from_vkey(VKEY)
    assert (key.name, key.key_hash.hex(), key.vkey()) == ("PeterNeumann", "c74f20a3", VKEY)
    content = base64.b64decode(SIGNATURE)
    assert content[:4] == key.key_hash
    Ed25519PublicKey.from_public_bytes(key.public).verify(content[4:], TEXT)
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(key.public).verify(content[4:], TEXT + b"\n")


def test_a_checkpoint_is_read_back() -> None:
    assert NOTE.split("\n")[:4] == [ORIGIN, "20852163", base64.b64encode(bytes(range(32))).decode(), ""]
    assert NOTE.split("\n")[4].startswith(f"— {ORIGIN} ")
    assert open_checkpoint(NOTE, [KEY]) == HEAD
    assert unverified_checkpoint(NOTE) == HEAD
    assert sign_checkpoint(HEAD, KEY, PRIVATE.sign) == NOTE


def test_signatures_of_witnesses_and_of_an_older_key_are_passed_over() -> None:
    witness = f"— witness.example.org {base64.b64encode(b'1234' + bytes(72)).decode()}\n"
    older = NoteKey(ORIGIN, OTHER.public_key().public_bytes_raw())
    both = NOTE + sign_checkpoint(HEAD, older, OTHER.sign).split("\n\n")[1] + witness
    assert open_checkpoint(both, [KEY]) == HEAD
    assert open_checkpoint(both, [older, KEY]) == HEAD


def changed(place: int, line: str) -> str:
    lines = NOTE.split("\n")
    lines[place] = line
    return "\n".join(lines)


def signed_by(key: NoteKey, private: Ed25519PrivateKey, head: Checkpoint = HEAD) -> str:
    return sign_checkpoint(head, key, private.sign)


FORGED = {
    "another size": changed(1, "20852164"),
    "another root": changed(2, base64.b64encode(bytes(32)).decode()),
    "another origin": changed(0, "certificates.example.com/log"),
    "a line more": NOTE.replace("\n\n", "\nmore\n\n", 1),
    "no signature": NOTE.split("\n\n")[0] + "\n\n",
    "no blank line": NOTE.replace("\n\n", "\n"),
    "no end": NOTE[:-1],
    "carriage returns": NOTE.replace("\n", "\r\n"),
    "empty": "",
    "too long": NOTE + "— witness.example.org AAAAAAAA\n" * 1000,
    "too many signatures": NOTE + "— w AAAAAAAA\n" * 100,
    "an unknown key": signed_by(NoteKey(ORIGIN, OTHER.public_key().public_bytes_raw()), OTHER),
    "a key of another name": signed_by(NoteKey("elsewhere.example.org/log", KEY.public), PRIVATE),
    "our key's hash and another's signature": signed_by(KEY, OTHER),
    "a second, false signature": NOTE + signed_by(KEY, OTHER).split("\n\n")[1],
    "a short root": signed_by(KEY, PRIVATE, Checkpoint(ORIGIN, 1, b"short")),
    "a size with a zero before": changed(1, "020852163"),
    "a negative size": changed(1, "-1"),
    "a huge size": changed(1, "9" * 20),
    "another dash": NOTE.replace("— ", "- "),
    "a signature that is no base64": changed(4, f"— {ORIGIN} !!!!"),
    "a signature with spare bits": NOTE.replace("=\n", "==\n"),
    "a cut signature": changed(4, f"— {ORIGIN} {base64.b64encode(KEY.key_hash + bytes(63)).decode()}"),
    "only a hash": changed(4, f"— {ORIGIN} {base64.b64encode(KEY.key_hash).decode()}"),
    "text that can not be encoded": NOTE.replace(ORIGIN, "\ud800"),
}


@pytest.mark.parametrize("note", FORGED.values(), ids=FORGED)
def test_a_forged_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(LogWrong):
        open_checkpoint(note, [KEY])


def test_without_a_key_nothing_is_proved() -> None:
    with pytest.raises(LogWrong):
        open_checkpoint(NOTE, [])


WRONG_KEYS = {
    "no plus": "certificates.example.org",
    "another hash": KEY.vkey().replace(KEY.key_hash.hex(), "00000000"),
    "another name": KEY.vkey().replace("certificates", "certificate"),
    "another kind": f"{ORIGIN}+{KEY.key_hash.hex()}+{base64.b64encode(bytes([2]) + KEY.public).decode()}",
    "cut": KEY.vkey()[:-8],
    "a space in the name": f"a b+{KEY.key_hash.hex()}+{KEY.vkey().rpartition('+')[2]}",
    "empty": "",
    "text that can not be encoded": KEY.vkey().replace("certificates", "\ud800"),
}


@pytest.mark.parametrize("text", WRONG_KEYS.values(), ids=WRONG_KEYS)
def test_a_wrong_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(LogWrong):
        NoteKey.from_vkey(text)


@pytest.mark.parametrize("origin", ["", "two words", "a+b", "a\nb", "\ud800"])
def test_some_names_can_not_be_an_origin(origin: str) -> None:
    with pytest.raises(LogWrong):
        sign_checkpoint(Checkpoint(origin, 1, bytes(32)), NoteKey(origin, KEY.public), PRIVATE.sign)
