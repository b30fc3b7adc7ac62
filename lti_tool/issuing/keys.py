"""The installation's ring of keys, opened once in each process and again when the folder of keys changes."""

from __future__ import annotations

from functools import lru_cache

from certificate_signing.errors import SigningError
from certificate_signing.key_folder import KeyFolder
from certificate_signing.keyring import SIGNING_USES, KeyRing
from lti_tool.installation import Installation
from lti_tool.problem import Problem


def ring(installation: Installation) -> KeyRing:
    """Return the ring of keys, whose private halves may be elsewhere. Raises Problem("keys-missing") saying what is wrong with them."""
    folder = installation.signing_folder
    try:
        return _opened(folder, folder.version())
    except (SigningError, OSError) as error:
        raise Problem("keys-missing", reason=str(error)) from None


def signing_ring(installation: Installation) -> KeyRing:
    """Return the ring of keys if this process can sign with it. Raises Problem("keys-missing") saying what is wrong with them."""
    found = ring(installation)
    try:
        found.check_private(SIGNING_USES)
        # Parsed once and kept: a wrong password or PIN shows here, and not in the middle of a certificate.
        _ = found.seal, found.credential, found.jwt, found.log
    except SigningError as error:
        raise Problem("keys-missing", reason=str(error)) from None
    return found


def issuing_ring(installation: Installation) -> KeyRing:
    """Return the ring for whoever issues: one that can sign, unless the signer does. Raises Problem("keys-missing")."""
    return signing_ring(installation) if installation.settings.signer is None else ring(installation)


@lru_cache(maxsize=4)
def _opened(folder: KeyFolder, _version: tuple[int, int, int]) -> KeyRing:
    return KeyRing.open(folder)
