"""The trust kit: a folder of files with which every certificate ever issued can be verified when its issuer is gone.

Public keys with their history, the status lists, and the public log. No private key, and nothing about any person: a
certificate is in it only as the hash of its number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certificate_signing.checkpoint import unverified_checkpoint
from certificate_signing.did import did_document, did_web
from certificate_signing.key_folder import MANIFEST, KeyEntry, KeyUse, manifest
from certificate_signing.keyring import KeyRing
from certificate_signing.log_entry import LogEntry
from certificate_signing.log_reader import WIDTH, bundled, layout, place_path
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.issuing import status
from lti_tool.issuing.keys import ring as keys_of
from lti_tool.issuing.logged import current_checkpoint
from lti_tool.issuing.records import CertificateRecord
from lti_tool.issuing.sealing import authorities
from lti_tool.public_log import checkpoints, tiles
from lti_tool.verification import kit_files

VERSION: Final = 1
_README: Final = """\
Trust kit of {issuer} ({address}), made {made}.

With this folder every certificate that this issuer ever issued can be verified, without the issuer:

    sealwright verify --trust-kit THIS_FOLDER certificate.pdf

That needs no installation of the issuer, no database and no network. The folder check/, put on any web server, checks the QR code on
a certificate, and the certificate's file, in a browser.

The folder holds the issuer's public keys with their history (keys/, .well-known/did.json, seals/), its status lists (status/), and its
whole public log (log/, in the layout of c2sp.org/tlog-tiles). It holds no private key and nothing about any person. Anybody may copy
it and put it on a web server.

Believe it only if you believe whoever gave it to you, or if its keys (log/keys) are those that you knew before.
"""


def files(installation: Installation) -> Iterator[tuple[str, bytes]]:
    """Return every file of the kit, its place and its content. Raises Problem("keys-missing")."""
    settings, ring = installation.settings, keys_of(installation)
    made_at = clock.now().replace(microsecond=0)
    lists = _lists(installation)
    # The checkpoint first: everything after it is at least as new, so that nothing in the log can be missing elsewhere.
    note = current_checkpoint(installation)
    about = {
        "version": VERSION,
        "made_at": made_at.isoformat(),
        "issuer": {"name": settings.organisation, "address": settings.base_url, "did": did_web(settings.base_url)},
        "lists": lists,
    }
    yield "kit.json", _json(about)
    yield "README.txt", _README.format(issuer=settings.organisation, address=settings.base_url, made=made_at.isoformat()).encode()
    yield from _keys(installation, ring)
    for number in range(1, lists + 1):
        yield f"status/{number}.json", status.status_list(installation, number)
    size = unverified_checkpoint(note).size
    yield from _log(installation, ring, note)
    told = kit_files.About(settings.organisation, made_at.isoformat())
    for place, content in kit_files.index(told, ring, lambda: _entries(installation, size)):
        yield f"{kit_files.FOLDER}/{place}", content


def _keys(installation: Installation, ring: KeyRing) -> Iterator[tuple[str, bytes]]:
    base_url = installation.settings.base_url
    entries = [_public(entry, ring) for entry in ring.entries if entry.use is not KeyUse.LTI]
    yield f"keys/{MANIFEST}", _json(manifest(entries, installation.signing_folder.authorities()))
    yield ".well-known/did.json", _json(did_document(base_url, ring.credential_public, ring.jwt_public))
    for known in ring.known_seals:
        pem = b"".join(one.public_bytes(Encoding.PEM) for one in (known.certificate, *known.chain))
        yield f"seals/{known.standing.key_id}.pem", pem
    yield "timestamps.pem", b"".join(one.certificate.public_bytes(Encoding.PEM) for one in authorities(installation))


def _public(entry: KeyEntry, ring: KeyRing) -> KeyEntry:
    """Return a line of the manifest without a word on where the private key is, and with its public half in any case."""
    return replace(entry, file="", token="", encrypted=False, public=entry.public or _public_half(entry, ring))


def _public_half(entry: KeyEntry, ring: KeyRing) -> str:
    for known in ring.known_seals:
        if known.standing.key_id == entry.id:
            return "".join(one.public_bytes(Encoding.PEM).decode() for one in (known.certificate, *known.chain))
    raw = {**ring.credential_known, **ring.log_known}[entry.id]
    return Ed25519PublicKey.from_public_bytes(raw).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _lists(installation: Installation) -> int:
    with installation.database.read() as session:
        last = session.scalar(sa.select(sa.func.max(CertificateRecord.status_index))) or 0
    return status.place(last)[0]


def _log(installation: Installation, ring: KeyRing, note: str) -> Iterator[tuple[str, bytes]]:
    head = unverified_checkpoint(note)
    yield "log/checkpoint", note.encode()
    yield "log/keys", "".join(f"{key.vkey()}\n" for key in checkpoints.note_keys(ring, head.origin)).encode()
    with installation.database.look() as reader:
        for kind, number, width in layout(head.size):
            made = tiles.entries(reader, number, width) if kind == "entries" else tiles.tile(reader, int(kind), number, width)
            yield f"log/{place_path(kind, number, width)}", made or b""


def _entries(installation: Installation, size: int) -> Iterator[LogEntry]:
    """Go through the first entries of the log, as many as its checkpoint has, a tile at a time."""
    with installation.database.look() as reader:
        for number in range((size + WIDTH - 1) // WIDTH):
            bundle = tiles.entries(reader, number, min(WIDTH, size - number * WIDTH)) or b""
            yield from (LogEntry.parse(entry) for entry in bundled(bundle))


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
