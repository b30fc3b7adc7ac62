"""What can be wrong with keys, credentials and status lists; each error carries one sentence for the log."""

from __future__ import annotations


class SigningError(Exception):
    """Base of every expected error of this package."""


class KeyMissing(SigningError):
    """The key folder holds no usable key for a use. `use` is ``seal``, ``credential``, ``jwt``, ``lti`` or ``log``."""

    def __init__(self, use: str, folder: str) -> None:
        super().__init__(f"no {use} key in {folder}")
        self.use = use
        self.folder = folder


class KeyUnsafe(SigningError):
    """A private key, or its folder, is open to other users of the machine. `path` names it."""

    def __init__(self, path: str, mode: int) -> None:
        super().__init__(f"{path} has mode {mode:04o}; other users must have no access")
        self.path = path


class KeyWrong(SigningError):
    """A key, certificate or manifest offered to the ring can not be used; the sentence says why."""


class CredentialLossy(SigningError):
    """A credential holds something that JSON-LD would drop, so that it would stand there unsigned."""


class CredentialUnreadable(SigningError):
    """A credential is not the JSON that this package takes: duplicate keys, too deep, too large, no object."""


class StatusListWrong(SigningError):
    """A status list is too short, too long, badly encoded, or an index lies outside it."""


class DataModelWrong(SigningError):
    """A document breaks the data model of verifiable credentials. `place` names where, such as ``credentialSubject[1].id``."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(f"{place or 'the document'} {what}")
        self.place = place


class TimestampFailed(SigningError):
    """No usable timestamp was had from an authority, or a token is not right.

    `code` is ``unreachable``, ``refused`` (the authority says no), ``unreadable``, ``too-large``, ``other-nonce``, ``other-imprint``
    (it is about other bytes), ``other-time`` (not the present), ``other-policy``, ``other-signer`` (nobody trusted, or no
    authority), or ``broken`` (its signature, or something in it that nobody signed).
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"no timestamp: {code}")
        self.code = code


class ValidationMissing(SigningError):
    """A certificate's revocation can not be shown: its CA publishes nothing, or not for now. The sentence says of whom."""


class LogWrong(SigningError):
    """A proof, checkpoint or tile of a transparency log does not show what it should; the sentence says why."""
