"""When each LTI key signs and how long it is published: computed from the manifest's instants, so that no step can be forgotten.

A new key is published before it is used, since platforms may still hold a key set without it; the one before stays published
for what it signed last.

    created              + PUBLIC_FIRST                            + KEPT
    next (published) ──▶ active (published, signs) ··· replaced ──▶ previous (published) ──▶ gone
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from certificate_signing.key_folder import KeyEntry, KeyState, KeyUse

# At least twice as long as platforms may keep our key set (RFC 9111 max-age of /lti/jwks).
PUBLIC_FIRST: Final = timedelta(minutes=10)
# How long a key stays published after it signed last: some platforms look at a message again days later.
KEPT: Final = timedelta(days=7)


class Stage(StrEnum):
    """`NEXT` is published and does not sign yet, `ACTIVE` signs, `PREVIOUS` is published still, `GONE` is neither."""

    NEXT = "next"
    ACTIVE = "active"
    PREVIOUS = "previous"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class StagedKey:
    """An LTI key at an instant: its stage, since when, and until when (None: until the next rotation, or for good)."""

    entry: KeyEntry
    stage: Stage
    since: datetime
    until: datetime | None

    @property
    def published(self) -> bool:
        """Tell whether the key belongs into the key set."""
        return self.stage is not Stage.GONE


def staged(entries: Iterable[KeyEntry], now: datetime) -> tuple[StagedKey, ...]:
    """Return the LTI keys among a manifest's entries with their stage at `now`, in order of creation."""
    own = [entry for entry in entries if entry.use is KeyUse.LTI]
    usable = [entry for entry in own if entry.state in {KeyState.ACTIVE, KeyState.RETIRED}]
    signs_from = _starts(usable)
    # Also when the clock stands before every key's time: something must sign, and the oldest is known best.
    signer = max((entry for entry in usable if signs_from[entry.id] <= now), key=lambda entry: signs_from[entry.id], default=None)
    signer = signer or (usable[0] if usable else None)
    return tuple(_staged(entry, signer, _next_start(entry, usable, signs_from), signs_from, now) for entry in own)


def signing(entries: Iterable[KeyEntry], now: datetime) -> KeyEntry | None:
    """Return the entry of the key that signs at `now`."""
    return next((key.entry for key in staged(entries, now) if key.stage is Stage.ACTIVE), None)


def _starts(usable: list[KeyEntry]) -> dict[str, datetime]:
    # The first key has nobody to wait for: without it nothing could be signed.
    created = {entry.id: datetime.fromisoformat(entry.created) for entry in usable}
    return {entry.id: created[entry.id] + (PUBLIC_FIRST if number else timedelta()) for number, entry in enumerate(usable)}


def _next_start(entry: KeyEntry, usable: list[KeyEntry], signs_from: dict[str, datetime]) -> datetime | None:
    later = usable[usable.index(entry) + 1 :] if entry in usable else []
    return signs_from[later[0].id] if later else None


def _staged(entry: KeyEntry, signer: KeyEntry | None, replaced: datetime | None, signs_from: dict[str, datetime], now: datetime) -> StagedKey:
    if entry.id not in signs_from:
        return StagedKey(entry, Stage.GONE, datetime.fromisoformat(entry.retired or entry.created), None)
    if entry is signer:
        return StagedKey(entry, Stage.ACTIVE, signs_from[entry.id], replaced)
    if replaced is None or signs_from[entry.id] > now:
        return StagedKey(entry, Stage.NEXT, datetime.fromisoformat(entry.created), signs_from[entry.id])
    if now < replaced + KEPT:
        return StagedKey(entry, Stage.PREVIOUS, replaced, replaced + KEPT)
    return StagedKey(entry, Stage.GONE, replaced + KEPT, None)
