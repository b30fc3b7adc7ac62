"""What a process keeps between launches: our LTI keys, the HTTP client, the platforms' key sets. Nothing else is shared."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from lti_tool.installation import Installation
from lti_tool.launch.keysets import KeySets
from lti_tool.launch.logins import Logins
from lti_tool.launch.outgoing import Client
from lti_tool.launch.own_keys import OwnKeys
from lti_tool.launch.remembered import Remembered


@dataclass(frozen=True, slots=True)
class Equipment:
    """Made once for each installation that a process serves; safe to share between threads. `ring` follows the folder of keys."""

    ring: OwnKeys
    client: Client
    key_sets: KeySets
    logins: Logins
    platforms: Remembered


_lock: Final = threading.Lock()
_made: Final[WeakKeyDictionary[Installation, Equipment]] = WeakKeyDictionary()


def equipment(installation: Installation) -> Equipment:
    """Return the installation's equipment, made at the first call."""
    with _lock:
        found = _made.get(installation)
        if found is None:
            client = Client(allow_private=installation.settings.allow_private_hosts)
            own_keys, logins = OwnKeys(installation.lti_folder), Logins(installation.secret)
            found = _made[installation] = Equipment(own_keys, client, KeySets(client), logins, Remembered())
        return found
