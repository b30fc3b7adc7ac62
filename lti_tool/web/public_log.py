"""The public log at addresses that last (C2SP tlog-tiles), and its proofs as JSON for whoever has no client of tiles."""

from __future__ import annotations

import base64
import json
from typing import Final

import sqlalchemy as sa
from flask import Blueprint, Response, request

from certificate_signing.checkpoint import unverified_checkpoint
from certificate_signing.errors import LogWrong
from lti_tool.issuing.keys import ring
from lti_tool.issuing.logged import current_checkpoint
from lti_tool.problem import Problem
from lti_tool.public_log import checkpoints, tiles, tree
from lti_tool.public_log.records import LogLeaf
from lti_tool.web.guard import installation

blueprint = Blueprint("public_log", __name__, url_prefix="/log")

# The head is new after a few seconds; tiles and proofs never change.
FRESH: Final = "public, max-age=5"
LASTING: Final = "public, max-age=31536000, immutable"
_HASHES: Final = "application/octet-stream"
_HIGHEST_LEVEL: Final = 7


@blueprint.get("/checkpoint")
def checkpoint() -> Response:
    """Return the signed head of the log as it is now."""
    return _answer(_current().encode(), "text/plain", FRESH)


@blueprint.get("/keys")
def keys() -> Response:
    """Return the keys of the log, one verifier key (C2SP signed-note) a line."""
    opened = installation()
    with opened.database.look() as reader:
        name = checkpoints.stored_origin(reader, opened.settings.base_url)
    lines = [key.vkey() for key in checkpoints.note_keys(ring(opened), name)]
    return _answer("".join(f"{line}\n" for line in lines).encode(), "text/plain", FRESH)


@blueprint.get("/tile/<int:level>/<path:place>")
def tile(level: int, place: str) -> Response:
    """Return a tile of hashes."""
    found = tiles.tile_place(place)
    if found is None or level > _HIGHEST_LEVEL:
        raise Problem("page-not-found")
    with installation().database.look() as reader:
        return _tile(tiles.tile(reader, level, *found))


@blueprint.get("/tile/entries/<path:place>")
def entries(place: str) -> Response:
    """Return a bundle of entries."""
    found = tiles.tile_place(place)
    if found is None:
        raise Problem("page-not-found")
    with installation().database.look() as reader:
        return _tile(tiles.entries(reader, *found))


@blueprint.get("/proof/inclusion")
def inclusion() -> Response:
    """Return the proof that the leaf of this hash (``hash``, hexadecimal) is in the log of ``size`` entries, or of the latest head."""
    wanted = _hash(request.args.get("hash", ""))
    note = None if "size" in request.args else _current()
    size = _number("size") if note is None else unverified_checkpoint(note).size
    with installation().database.look() as reader:
        index = reader.execute(sa.select(LogLeaf.position).where(LogLeaf.hash == wanted)).scalar()
        if index is None or index >= size or size > tree.size(reader):
            raise Problem("page-not-found")
        path = tree.inclusion(reader, index, size)
    shown = {"index": index, "size": size, "path": _base64(path)}
    return _json(shown if note is None else {**shown, "checkpoint": note}, LASTING if note is None else FRESH)


@blueprint.get("/proof/consistency")
def consistency() -> Response:
    """Return the proof that the log of ``to`` entries begins with that of ``from`` entries."""
    first, second = _number("from"), _number("to")
    with installation().database.look() as reader:
        if second > tree.size(reader):
            raise Problem("page-not-found")
        try:
            path = tree.consistency(reader, first, second)
        except LogWrong:
            raise Problem("page-not-found") from None
    return _json({"from": first, "to": second, "path": _base64(path)}, LASTING)


def _current() -> str:
    return current_checkpoint(installation())


def _hash(text: str) -> bytes:
    try:
        return bytes.fromhex(text[:65])
    except ValueError:
        raise Problem("page-not-found") from None


def _number(name: str) -> int:
    text = request.args.get(name, "")
    if not (text.isascii() and text.isdecimal()) or len(text) > 15:
        raise Problem("page-not-found")
    return int(text)


def _base64(path: tuple[bytes, ...]) -> list[str]:
    return [base64.b64encode(each).decode() for each in path]


def _tile(content: bytes | None) -> Response:
    if content is None:
        raise Problem("page-not-found")
    return _answer(content, _HASHES, LASTING)


def _json(content: dict[str, object], kept: str) -> Response:
    return _answer(json.dumps(content).encode(), "application/json", kept)


def _answer(body: bytes, media_type: str, kept: str) -> Response:
    # Monitors run anywhere, in other people's pages too.
    headers = {"Cache-Control": kept, "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(body, mimetype=media_type, headers=headers)
