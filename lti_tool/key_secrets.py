"""What opens the private keys, taken from where secrets belong: a file, a credential of systemd, or the environment.

Never from the settings themselves, which `sealwright config` shows, and never from the manifest of the keys.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from certificate_signing.key_folder import KeyAccess
from lti_tool.problem import Problem
from lti_tool.settings import PREFIX, Settings

PASSWORD: Final = "keys_password"  # noqa: S105 - the name of a secret, not a secret
PIN: Final = "token_pin"


def key_access(settings: Settings, environment: Mapping[str, str] = os.environ) -> KeyAccess:
    """Return what opens the private keys of an installation. Raises Problem("key-secret-unreadable")."""
    password = _secret(PASSWORD, settings.keys_password_file, environment)
    pin = _secret(PIN, settings.token_pin_file, environment)
    return KeyAccess(password, settings.pkcs11_module, None if pin is None else pin.decode())


def _secret(name: str, named: Path | None, environment: Mapping[str, str]) -> bytes | None:
    """Return a secret: from the file that a setting names, else systemd's credential ``sealwright-NAME``, else the environment."""
    if named is not None:
        return _read(named)
    if folder := environment.get("CREDENTIALS_DIRECTORY"):
        credential = Path(folder) / f"sealwright-{name.replace('_', '-')}"
        if credential.is_file():
            return _read(credential)
    given = environment.get(PREFIX + name.upper())
    return given.encode() if given else None


def _read(file: Path) -> bytes | None:
    try:
        if file.stat().st_mode & 0o007:
            raise Problem("key-secret-unreadable", file=str(file), reason="every user of this machine may read or change it")
        content = file.read_bytes().rstrip(b"\r\n")
    except PermissionError:
        # It is the signer's: whoever else runs here opens nothing with it.
        return None
    except OSError as error:
        raise Problem("key-secret-unreadable", file=str(file), reason=error.strerror or type(error).__name__) from None
    if not content:
        raise Problem("key-secret-unreadable", file=str(file), reason="it is empty")
    return content
