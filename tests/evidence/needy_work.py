"""Work that turns out to need things of ours: one that can be loaded once, one that nobody has."""

from __future__ import annotations

from typing import Any

from lti_tool.evidence.needed import or_needed

_loaded: list[str] = []


def load(name: str) -> bool:
    if name != "a model" or name in _loaded:
        return False
    _loaded.append(name)
    return True


def needy(request: dict[str, Any], content: bytes) -> bytes:
    if content == b"forged":
        return b'{"needs": "a model"}'
    name = content.decode()
    if name not in _loaded:
        or_needed(name)
    return ",".join(_loaded).encode()
