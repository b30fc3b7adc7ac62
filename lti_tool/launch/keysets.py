"""The platforms' public keys: fetched once per process, again when a key is unknown, never in a hurry.

Each serving process fetches for itself: of N processes each fetches at most once in COOLDOWN_SECONDS for unknown keys. Whoever
sends unknown ids all the time makes us fetch at that pace, and so keeps the set that fresh: a key that a platform changes in
that time is known COOLDOWN_SECONDS later at the latest, and at once if the platform listed it before using it, as most do.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from lti_tool.launch.outgoing import Client, Limits, NotCalled
from lti_tool.problem import Problem

COOLDOWN_SECONDS: Final = 30.0
# After a failure with no keys in hand: long enough not to hammer, short enough for the next click.
RETRY_SECONDS: Final = 5.0
FRESH_SECONDS: Final = 6 * 3600.0
LIMITS: Final = Limits(bytes=256 * 1024, seconds=5.0)
MOST_KEYS: Final = 50
SMALLEST_KEY: Final = 2048
LARGEST_KEY: Final = 8192

log = structlog.get_logger(__name__)


@dataclass
class _Held:
    lock: threading.Lock = field(default_factory=threading.Lock)
    keys: Mapping[str, RSAPublicKey] = field(default_factory=dict)
    fetched_at: float | None = None
    tried_at: float | None = None


class KeySets:
    """Key sets by URL; one for each process, shared by its threads. `tick` gives seconds on a monotonic clock."""

    def __init__(self, client: Client, tick: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._tick = tick
        self._lock = threading.Lock()
        self._sets: dict[str, _Held] = {}

    def find(self, url: str, kid: str) -> RSAPublicKey:
        """Return the platform's key with this id.

        Raises Problem("keys-unreachable") when no key set could be had, Problem("unknown-key") when it doesn't list the id.
        A known key of a fresh set waits for nothing, so that launches go on while somebody else's unknown key is looked for.
        """
        with self._lock:
            held = self._sets.setdefault(url, _Held())
        if not self._wanted(held, kid):
            return held.keys[kid]
        self._refetch(held, url, kid)
        if kid in held.keys:
            return held.keys[kid]
        raise Problem("keys-unreachable" if held.fetched_at is None else "unknown-key")

    def _wanted(self, held: _Held, kid: str) -> bool:
        fresh = held.fetched_at is not None and self._tick() - held.fetched_at < FRESH_SECONDS
        return kid not in held.keys or not fresh

    def _refetch(self, held: _Held, url: str, kid: str) -> None:
        # Single flight: whoever waited here finds the answer of the one who went. With an old key in hand nobody waits.
        if not held.lock.acquire(timeout=0 if kid in held.keys else 2 * LIMITS.seconds):
            return
        try:
            if self._wanted(held, kid) and self._rested(held):
                held.tried_at = self._tick()
                held.keys = usable_keys(self._fetched(url))
                held.fetched_at = self._tick()
        except (NotCalled, ValueError) as error:
            log.warning("key set not fetched", reason=str(error))
        finally:
            held.lock.release()

    def _rested(self, held: _Held) -> bool:
        pause = RETRY_SECONDS if held.fetched_at is None else COOLDOWN_SECONDS
        return held.tried_at is None or self._tick() - held.tried_at >= pause

    def _fetched(self, url: str) -> object:
        answer = self._client.get(url, {"Accept": "application/json"}, limits=LIMITS)
        if answer.status_code != 200:
            raise ValueError(f"status {answer.status_code}")
        try:
            return json.loads(answer.content)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def usable_keys(document: object) -> dict[str, RSAPublicKey]:
    """Return the keys of a JSON Web Key Set (RFC 7517) that may sign an id_token: RSA of at least 2048 bits, for signing.

    An id that occurs twice is ambiguous and left out, whichever key it first stood for. Raises ValueError for anything but a key set.
    """
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list) or len(listed) > MOST_KEYS:
        raise ValueError("not a key set")
    entries = [entry for entry in listed if isinstance(entry, dict) and isinstance(entry.get("kid"), str)]
    times = Counter(entry["kid"] for entry in entries)
    keys = {entry["kid"]: _rsa(entry) for entry in entries if times[entry["kid"]] == 1}
    return {kid: key for kid, key in keys.items() if key is not None}


def _rsa(entry: Mapping[str, Any]) -> RSAPublicKey | None:
    # `alg` and `use` may be missing (D2L, Moodle); if they are there, they must say what we use the key for.
    if entry.get("kty") != "RSA" or entry.get("use", "sig") != "sig" or entry.get("alg", "RS256") != "RS256":
        return None
    try:
        modulus, exponent = _number(entry.get("n")), _number(entry.get("e"))
        if not SMALLEST_KEY <= modulus.bit_length() <= LARGEST_KEY:
            return None
        return RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        return None


def _number(value: object) -> int:
    if not isinstance(value, str) or not value.isascii() or len(value) > 2000:
        raise ValueError("not a base64url number")
    return int.from_bytes(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)))
