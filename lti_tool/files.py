"""Stored files, addressed by the SHA-256 of their content: a local folder by default, an object store by URL."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

from lti_tool import clock
from lti_tool.problem import Problem

_SHA256 = re.compile(r"[0-9a-f]{64}")
# Parts of files that are still arriving lie in a folder of their own, under names of our making.
_PARTS = "uploads"
_PART = re.compile(r"[0-9a-f]{32}-[0-9a-f]{16}")


def sha256(content: bytes) -> str:
    """Return the SHA-256 of `content` as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


class Files:
    """Content-addressed storage; putting the same content twice stores it once."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def open(cls, home: Path, url: str | None = None) -> Files:
        """Open the store named by `url`, or `files/` in the home, which is made if need be."""
        if url:
            return cls(from_url(url))
        folder = home / "files"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return cls(LocalStore(str(folder)))

    def put(self, content: bytes) -> str:
        """Store `content` and return its SHA-256; the local store writes beside and renames, so no half file is seen."""
        digest = sha256(content)
        obstore.put(self._store, _path(digest), content)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the content with this SHA-256.

        Raises Problem("file-missing") or, when the bytes are no longer what was stored, Problem("file-damaged").
        """
        try:
            content = bytes(obstore.get(self._store, _path(digest)).bytes())
        except (NotFoundError, FileNotFoundError):
            raise Problem("file-missing", note=digest) from None
        if sha256(content) != digest:
            raise Problem("file-damaged", note=digest)
        return content

    def has(self, digest: str) -> bool:
        """Tell whether content with this SHA-256 is stored."""
        try:
            obstore.head(self._store, _path(digest))
        except (NotFoundError, FileNotFoundError):
            return False
        return True

    def older_than(self, age: timedelta) -> Iterator[str]:
        """Name the content that was stored at least `age` ago; whatever else lies in the store is left out."""
        before = clock.now() - age
        for batch in obstore.list(self._store):
            for entry in batch:
                name = entry["path"].rsplit("/", 1)[-1]
                if _SHA256.fullmatch(name) and entry["path"] == _path(name) and entry["last_modified"] <= before:
                    yield name

    def delete(self, digest: str) -> None:
        """Remove the content with this SHA-256, if it is there."""
        try:
            obstore.delete(self._store, _path(digest))
        except (NotFoundError, FileNotFoundError):
            return

    def put_part(self, name: str, content: bytes) -> None:
        """Store a part of a file that is still arriving."""
        obstore.put(self._store, _part_path(name), content)

    def part(self, name: str) -> bytes:
        """Return such a part. Raises Problem("file-missing")."""
        try:
            return bytes(obstore.get(self._store, _part_path(name)).bytes())
        except (NotFoundError, FileNotFoundError):
            raise Problem("file-missing", note=name) from None

    def delete_part(self, name: str) -> None:
        """Remove such a part, if it is there."""
        try:
            obstore.delete(self._store, _part_path(name))
        except (NotFoundError, FileNotFoundError):
            return

    def parts(self) -> Iterator[str]:
        """Name every such part."""
        for batch in obstore.list(self._store, prefix=_PARTS):
            names = (entry["path"].rsplit("/", 1)[-1] for entry in batch)
            yield from (name for name in names if _PART.fullmatch(name))


def _part_path(name: str) -> str:
    if not _PART.fullmatch(name):
        raise ValueError("not the name of a part")
    return f"{_PARTS}/{name}"


def _path(digest: str) -> str:
    if not _SHA256.fullmatch(digest):
        raise ValueError("not a SHA-256 in lower-case hexadecimal digits")
    return f"{digest[:2]}/{digest}"
