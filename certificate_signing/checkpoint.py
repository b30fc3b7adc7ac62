"""Signed checkpoints of a log (C2SP tlog-checkpoint) in the form of signed notes (C2SP signed-note), with Ed25519."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from certificate_signing.errors import LogWrong
from certificate_signing.merkle import HASH_BYTES
from certificate_signing.signatures import ed25519_fits

# The byte of the signature type Ed25519 in key hashes and verifier keys.
_ED25519: Final = b"\x01"
_SIGNED_BY: Final = "— "
# Longer notes are not checkpoints (bytes), nor are those with more signatures.
_LONGEST: Final = 16_384
_MOST_SIGNATURES: Final = 100
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_NAME: Final = re.compile(r"[^\s+\ud800-\udfff]+")  # surrogates are no text of UTF-8

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: `origin` names the log (an address without scheme), `size` its leaves, `root` 32 bytes."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the note's text, with its final newline."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class NoteKey:
    """The public key of a log: its name, which is the log's origin, and 32 bytes of Ed25519."""

    name: str
    public: bytes

    @property
    def key_hash(self) -> bytes:
        """The four bytes by which a signature names its key (signed-note, section "Signatures")."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def vkey(self) -> str:
        """Return the verifier key as one word, as other programs take it: ``name+hash+key``."""
        return f"{self.name}+{self.key_hash.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def from_vkey(cls, text: str) -> NoteKey:
        """Read such a word. Raises LogWrong if it is none, of another kind of key, or its hash does not fit."""
        name, _, rest = text.strip().partition("+")
        digits, _, encoded = rest.partition("+")
        content = _base64(encoded)
        if not _NAME.fullmatch(name) or content[:1] != _ED25519 or len(content) != 33:
            raise LogWrong("this is no Ed25519 verifier key of a log")
        key = cls(name, content[1:])
        if key.key_hash.hex() != digits:
            raise LogWrong("the verifier key does not fit its hash")
        return key


def sign_checkpoint(checkpoint: Checkpoint, key: NoteKey, sign: Sign) -> str:
    """Return the checkpoint as a signed note. `sign` makes an Ed25519 signature with the private half of `key`.

    Raises LogWrong for an origin that a note can't bear.
    """
    if not _NAME.fullmatch(checkpoint.origin) or not _NAME.fullmatch(key.name):
        raise LogWrong(f"{checkpoint.origin!r} can not name a log")
    text = checkpoint.text()
    signature = base64.b64encode(key.key_hash + sign(text.encode())).decode()
    return f"{text}\n{_SIGNED_BY}{key.name} {signature}\n"


def open_checkpoint(note: str, keys: Iterable[NoteKey]) -> Checkpoint:
    """Return the checkpoint of a note that at least one of `keys` signed; its origin must be that key's name.

    Signatures of unknown keys are passed over (witnesses may sign too). Raises LogWrong if none is known, or a known one is false.
    """
    text, signatures = _parts(note)
    checkpoint = _parsed(text)
    known = {(key.name, key.key_hash): key for key in keys}
    proved = False
    for name, content in signatures:
        key = known.get((name, content[:4]))
        if key is None:
            continue
        if not ed25519_fits(key.public, content[4:], text.encode("utf-8", "surrogatepass")):
            raise LogWrong("the signature of the checkpoint is false")
        proved = proved or name == checkpoint.origin
    if not proved:
        raise LogWrong("no known key of this log signed the checkpoint")
    return checkpoint


def unverified_checkpoint(note: str) -> Checkpoint:
    """Return what a note says, whoever signed it: for showing, and for finding the keys to open it with. Raises LogWrong."""
    return _parsed(_parts(note)[0])


def _parts(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    if len(note.encode("utf-8", "surrogatepass")) > _LONGEST or not note.endswith("\n") or "\r" in note:
        raise LogWrong("this is no signed note")
    text, parted, rest = note.rpartition("\n\n")
    lines = rest.split("\n")[:-1]
    if not parted or not lines or len(lines) > _MOST_SIGNATURES:
        raise LogWrong("this is no signed note")
    return f"{text}\n", [_signature(line) for line in lines]


def _signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_SIGNED_BY).partition(" ")
    content = _base64(encoded)
    if not line.startswith(_SIGNED_BY) or not _NAME.fullmatch(name) or len(content) < 5:
        raise LogWrong("a signature of the note can not be read")
    return name, content


def _parsed(text: str) -> Checkpoint:
    lines = text.split("\n")[:-1]
    if len(lines) < 3 or not all(lines) or not _SIZE.fullmatch(lines[1]):
        raise LogWrong("this note is no checkpoint")
    root = _base64(lines[2])
    if len(root) != HASH_BYTES:
        raise LogWrong("the checkpoint has no root of 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)


def _base64(text: str) -> bytes:
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:
        raise LogWrong("a text is not in base64") from None
    if base64.b64encode(content).decode() != text:
        raise LogWrong("a text is not in base64")
    return content
