"""The installation's ring of keys, parsed once in each process and again when the folder of keys changes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from certificate_signing.errors import SigningError
from certificate_signing.key_folder import KeyFolder
from certificate_signing.keyring import KeyRing
from lti_tool.installation import Installation
from lti_tool.problem import Problem


def ring(installation: Installation) -> KeyRing:
    """Return the ring of keys. Raises Problem("keys-missing") saying what is wrong with them."""
    folder = installation.settings.keys
    try:
        return _opened(folder, KeyFolder(folder).version())
    except (SigningError, OSError) as error:
        raise Problem("keys-missing", reason=str(error)) from None


@lru_cache(maxsize=4)
def _opened(folder: Path, _version: tuple[int, int, int]) -> KeyRing:
    return KeyRing.open(folder)
