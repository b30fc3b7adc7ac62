"""Several threads canonicalise at once, as a server's do: none breaks what another uses (a genuine credential was told to be changed)."""

from __future__ import annotations

import copy
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from certificate_parts import AWARD, CONTENT
from pyld.context_resolver import ContextResolver

from certificate_signing import canonical as module
from certificate_signing.canonical import canonical
from certificate_signing.errors import CredentialLossy
from certificate_signing.restated import restated
from lti_tool.issuing import badge

THREADS = 4


@pytest.fixture
def document() -> dict[str, Any]:
    return badge.credential(CONTENT, AWARD)


@pytest.fixture
def hasty() -> Iterator[None]:
    """Let threads take turns a thousand times as often."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.000_005)
    yield
    sys.setswitchinterval(before)


def test_two_at_once_share_nothing_that_changes(document: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are held where PyLD has begun, until both have."""
    used: dict[int, set[int]] = {}
    both, load, resolve = threading.Barrier(2), module._context, ContextResolver.resolve

    def noted(self: ContextResolver, *arguments: Any, **more: Any) -> Any:
        used.setdefault(threading.get_ident(), set()).add(id(self.shared_cache))
        return resolve(self, *arguments, **more)

    def held(address: str) -> Any:
        both.wait(20)
        return load(address)

    monkeypatch.setattr(ContextResolver, "resolve", noted)
    monkeypatch.setattr(module, "_context", held)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(canonical, [document, copy.deepcopy(document)]))
    assert answers[0] == answers[1]
    (one,), (other,) = used.values()
    assert one != other


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("ask", [canonical, lambda document: str(restated(document))])
def test_many_at_once_all_get_the_same(document: dict[str, Any], ask: Callable[[dict[str, Any]], object]) -> None:
    expected = ask(document)
    with ThreadPoolExecutor(THREADS) as pool:
        answers = set(pool.map(ask, [copy.deepcopy(document) for _ in range(200)]))
    assert answers == {expected}


def test_one_after_the_other_uses_what_the_one_before_made(document: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_free", [])
    for _ in range(3):
        canonical(document)
    assert len(module._free) == 1
    # Whatever broke off leaves nothing behind, and what strangers bring does not grow for ever.
    with pytest.raises(CredentialLossy):
        canonical({**document, "remark": "unsigned"})
    assert module._free == []
    for place in range(3 * module._MOST_ENTRIES):
        canonical({**document, "@context": [*document["@context"], {f"remark{place}": f"https://example.org/{place}"}]})
    (kept,) = module._free or [{}]
    assert len(kept) <= module._MOST_ENTRIES
