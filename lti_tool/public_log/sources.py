"""Where a log is read from: an address, or a folder that holds a copy of it."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import requests

from certificate_signing.log_reader import Fetch
from lti_tool.problem import Problem

# Seconds for an answer to begin; a tile has at most 8 KiB, a bundle of entries some 100.
_PATIENCE: Final = 20
_LARGEST: Final = 32 * 1024 * 1024


def source(text: str) -> Fetch:
    """Return what reads a log at an address (with or without its ``/log``) or in a folder (a copy, or a trust kit).

    What it can't read raises Problem("log-unreadable").
    """
    if text.startswith(("http://", "https://")):
        return _over_network(text)
    folder = Path(text)
    return _from_folder(folder / "log" if (folder / "log").is_dir() else folder)


def _over_network(text: str) -> Fetch:
    prefix = text.rstrip("/") + ("" if urlsplit(text).path.strip("/") else "/log")
    session = requests.Session()

    def fetch(place: str) -> bytes:
        try:
            with session.get(f"{prefix}/{place}", timeout=_PATIENCE, stream=True) as answer:
                answer.raise_for_status()
                content = answer.raw.read(_LARGEST + 1, decode_content=True)
        except (requests.RequestException, OSError) as error:
            raise Problem("log-unreadable", place=f"{prefix}/{place}", reason=type(error).__name__) from None
        if len(content) > _LARGEST:
            raise Problem("log-unreadable", place=f"{prefix}/{place}", reason="the answer is too large")
        return bytes(content)

    return fetch


def _from_folder(folder: Path) -> Fetch:
    def fetch(place: str) -> bytes:
        try:
            return (folder / place).read_bytes()
        except OSError as error:
            raise Problem("log-unreadable", place=str(folder / place), reason=error.strerror or "it can't be read") from None

    return fetch
