"""How far the signatures of a key are believed: for good, or only those that provably existed before an instant.

The signer's own word on when it signed counts for nothing here: whoever stole the key chooses it. What counts is a proof of
time that the thief can't make: an RFC 3161 timestamp, or a place in the public log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from certificate_signing.key_folder import KeyEntry, KeyState, KeyUse


@dataclass(frozen=True, slots=True)
class Standing:
    """What the manifest says of a key. `compromised_at` is the instant from which somebody else may have signed with it, in UTC."""

    key_id: str
    use: KeyUse
    state: KeyState
    compromised_at: datetime | None

    @property
    def sound(self) -> bool:
        """Tell whether whatever the key signed is believed, with no proof of time."""
        return self.compromised_at is None

    def believes(self, proved_at: datetime | None) -> bool:
        """Tell whether a signature of this key is believed that provably existed at `proved_at` (aware; None: nothing proves when)."""
        return self.compromised_at is None or (proved_at is not None and proved_at < self.compromised_at)


@dataclass(frozen=True, slots=True)
class KnownSeal:
    """A certificate that our seals bear, with its chain (issuing CA first) and the standing of its key."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    standing: Standing


def standing_of(entry: KeyEntry) -> Standing:
    """Return the standing of a key. One that was compromised at an instant that nobody noted is believed for nothing."""
    compromised = None
    if entry.state is KeyState.COMPROMISED:
        compromised = datetime.fromisoformat(entry.compromised_at or entry.created)
    return Standing(entry.id, entry.use, entry.state, compromised)
