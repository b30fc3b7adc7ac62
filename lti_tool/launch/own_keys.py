"""Our own LTI keys in a running installation: which one signs, which are published, and a new one without a restart."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

import structlog

from certificate_signing.errors import KeyMissing, KeyUnsafe, KeyWrong
from certificate_signing.key_folder import KeyFolder
from certificate_signing.keyring import KeyRing, LtiKey, rotate_lti
from certificate_signing.lti_keys import staged
from lti_tool import clock, history, key_events
from lti_tool.installation import Installation
from lti_tool.problem import Problem

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OwnKey:
    """One LTI key as pages and `keys list` show it; `state` is next, active, previous or gone, `until` None where no end is set."""

    kid: str
    state: str
    since: datetime
    until: datetime | None


class OwnKeys:
    """The LTI keys of a folder, read again when another process changed it; safe to share between threads."""

    def __init__(self, folder: KeyFolder) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._version: tuple[int, int, int] | None = None
        self._ring: KeyRing | None = None

    @property
    def lti(self) -> LtiKey:
        """The key that signs now. Raises Problem("lti-key-missing")."""
        try:
            return self._current().lti(clock.now())
        except KeyMissing as error:
            raise Problem("lti-key-missing", note=str(error)) from error

    @property
    def lti_all(self) -> tuple[LtiKey, ...]:
        """The keys to publish now, the signing one first. Raises Problem("lti-key-missing")."""
        try:
            return self._current().lti_published(clock.now())
        except KeyMissing as error:
            raise Problem("lti-key-missing", note=str(error)) from error

    def _current(self) -> KeyRing:
        with self._lock:
            version = self._folder.version()
            if self._ring is None or version != self._version:
                self._read(version)
            assert self._ring is not None  # noqa: S101 - read just now, or a Problem was raised
            return self._ring

    def _read(self, version: tuple[int, int, int]) -> None:
        try:
            ring = KeyRing.open(self._folder)
            # Parsed here, so that a file which a rotation deletes later is not missed then.
            ring.lti_published(clock.now())
        except (KeyMissing, KeyUnsafe, KeyWrong) as error:
            if self._ring is None:
                raise Problem("lti-key-missing", note=str(error)) from error
            # Whatever is being done to the folder: launches go on with the keys that were good, and the next call looks again.
            log.warning("keys-not-read-again", reason=str(error))
        else:
            self._ring, self._version = ring, version


def lti_keys(installation: Installation) -> tuple[OwnKey, ...]:
    """Return every LTI key that there ever was, oldest first. Raises Problem("keys-missing")."""
    try:
        found = staged(installation.lti_folder.entries(), clock.now())
    except (KeyUnsafe, KeyWrong) as error:
        raise Problem("keys-missing", reason=str(error)) from None
    return tuple(OwnKey(key.entry.id, key.stage.value, key.since, key.until) for key in found)


def rotate(installation: Installation, by: str, *, at_once: bool = False) -> OwnKey:
    """Make a new LTI key and note it in the history; `by` is an operator's id or a word such as ``administrator``.

    It is published now and signs ten minutes later, so that no message is signed with a key that a platform can't know yet.
    `at_once` is for the case that somebody else has the key: nothing before it is believed, and platforms that hold an older
    key set refuse us for up to five minutes. Raises Problem("keys-not-writable", "keys-missing").
    """
    try:
        entry = rotate_lti(installation.lti_folder, clock.now(), at_once=at_once)
    except OSError as error:
        raise Problem("keys-not-writable", reason=error.strerror or type(error).__name__) from None
    except (KeyMissing, KeyUnsafe, KeyWrong) as error:
        raise Problem("keys-missing", reason=str(error)) from None
    with installation.database.write() as session:
        history.append(session, "lti-key-rotated", f"key:{entry.id}", by, {"at_once": at_once})
    key_events.note(installation.database, installation.lti_folder.entries(), by)
    return next(key for key in lti_keys(installation) if key.kid == entry.id)
