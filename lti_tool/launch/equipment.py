"""What a process keeps between launches: our LTI keys, the HTTP client, the platforms' key sets. Nothing else is shared."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from certificate_signing.errors import KeyMissing, KeyUnsafe
from certificate_signing.keyring import KeyRing
from lti_tool.installation import Installation
from lti_tool.launch.keysets import KeySets
from lti_tool.launch.outgoing import Client
from lti_tool.problem import Problem


@dataclass(frozen=True, slots=True)
class Equipment:
    """Made once for each installation that a process serves; safe to share between threads."""

    ring: KeyRing
    client: Client
    key_sets: KeySets


_lock: Final = threading.Lock()
_made: Final[WeakKeyDictionary[Installation, Equipment]] = WeakKeyDictionary()


def equipment(installation: Installation) -> Equipment:
    """Return the installation's equipment, made at the first call. Raises Problem("lti-key-missing")."""
    with _lock:
        found = _made.get(installation)
        if found is None:
            client = Client(allow_private=installation.settings.allow_private_hosts)
            found = _made[installation] = Equipment(_ring(installation), client, KeySets(client))
        return found


def _ring(installation: Installation) -> KeyRing:
    try:
        return KeyRing.open(installation.settings.keys)
    except (KeyMissing, KeyUnsafe) as error:
        raise Problem("lti-key-missing", note=str(error)) from error
