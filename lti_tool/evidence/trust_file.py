"""The file `trust.toml` in an installation's home: looked at again when it changes, and added to by `sealwright trust add`."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Final

import structlog

from lti_tool.evidence.trust import FILE, NOBODY, TrustedIssuer, TrustList, load_trust
from lti_tool.problem import Problem

_log = structlog.get_logger(__name__)
_HEAD: Final = "# Whose documents prove themselves: see docs/administrators/trust.md, and `sealwright trust check`.\n"


class TrustFile:
    """The trust list of a home as it stands; an empty one where there is no file.

    A file that is wrong at the start is refused with Problem("trust-list-wrong"). One that becomes wrong later is logged, and
    nobody counts as trusted who is not in the list that was right before.
    """

    def __init__(self, home: Path) -> None:
        self._file = home / FILE
        self._seen = _version(self._file)
        self._list = load_trust(self._file) if self._seen else NOBODY

    def __call__(self) -> TrustList:
        """Return the list."""
        version = _version(self._file)
        if version != self._seen:
            self._seen = version
            try:
                self._list = load_trust(self._file) if version else NOBODY
            except Problem as problem:
                _log.error("trust-list-wrong", key=problem.details.get("key"))
        return self._list


def add(home: Path, issuer: TrustedIssuer) -> None:
    """Write one more issuer at the end of the file, which is made if need be. Raises Problem("trust-issuer-known", "trust-list-wrong")."""
    file = home / FILE
    text = file.read_text(encoding="utf-8") if file.is_file() else _HEAD
    if any(known.name.casefold() == issuer.name.casefold() for known in load_trust(text).issuers):
        raise Problem("trust-issuer-known", name=issuer.name, file=str(file))
    fresh = f"{text.rstrip()}\n\n{as_toml(issuer)}"
    load_trust(fresh)
    beside = file.with_name(f".{FILE}.{secrets.token_hex(4)}")
    try:
        beside.write_text(fresh, encoding="utf-8")
        beside.chmod(0o644)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def as_toml(issuer: TrustedIssuer) -> str:
    """Return an issuer as it stands in the file."""
    lines = ["[[issuers]]", f"name = {_quoted(issuer.name)}"]
    if issuer.organisation is not None:
        lines.append(f"organisation = {_quoted(issuer.organisation)}")
    if issuer.certificates:
        lines.append("certificates = [\n" + ",\n".join(f'"""\n{text.strip()}\n"""' for text in issuer.certificates) + ",\n]")
    if issuer.addresses:
        lines.append(f"addresses = [{', '.join(_quoted(text) for text in issuer.addresses)}]")
    if issuer.keys:
        lines += ["", "[issuers.keys]", *(f"{_quoted(name)} = {_quoted(text)}" for name, text in issuer.keys.items())]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # A basic string of TOML is one of JSON, for all that the model lets through.
    return json.dumps(text, ensure_ascii=False)


def _version(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
