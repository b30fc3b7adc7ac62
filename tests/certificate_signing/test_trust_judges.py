"""Whom others trust: pdfsig with our root and without, with somebody else's, and what it says of a certificate that was changed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from certificate_parts import AWARD, CONTENT
from cryptography.hazmat.primitives.serialization import Encoding

from certificate_signing.keyring import KeyRing
from lti_tool.issuing.make import make

Judge = Callable[[str], str]
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def rings(tmp_path_factory: pytest.TempPathFactory) -> list[KeyRing]:
    """Keys of today, since pdfsig asks whether certificates are valid now: ours, and another body's of the same names."""
    folder, since = tmp_path_factory.mktemp("rings"), datetime.now(UTC) - timedelta(hours=1)
    return [KeyRing.create_for_development(folder / name, "Example Academy", "BE", since) for name in ("ours", "theirs")]


def database(folder: Path, *roots: KeyRing) -> str:
    """Make an NSS database that trusts these roots and return its address."""
    folder.mkdir()
    files = []
    for number, ring in enumerate(roots):
        files.append(folder / f"{number}.der")
        files[-1].write_bytes(ring.seal.chain[-1].public_bytes(Encoding.DER))
    subprocess.run([sys.executable, HERE / "nss_database.py", folder, *files], check=True, timeout=300)
    return f"sql:{folder}"


def asked(pdfsig: str, trusted: str, pdf: Path) -> str:
    done = subprocess.run([pdfsig, "-nssdir", trusted, pdf], capture_output=True, text=True, timeout=300, check=False)
    return done.stdout + done.stderr


@pytest.mark.judge
def test_pdfsig_trusts_what_our_root_vouches_for_and_nobody_else(judge: Judge, rings: list[KeyRing], tmp_path: Path) -> None:
    pdfsig, (ours, theirs) = judge("pdfsig"), rings
    trusting, strange, empty = (database(tmp_path / name, *roots) for name, roots in {"trusting": [ours], "strange": [theirs], "empty": []}.items())
    pdf = tmp_path / "certificate.pdf"
    pdf.write_bytes(make(CONTENT, AWARD, ours).pdf)
    said = asked(pdfsig, trusting, pdf)
    for expected in ("Signature is Valid.", "Total document signed", "Certificate is Trusted.", "Signing Hash Algorithm: SHA-256"):
        assert expected in said
    for others in (strange, empty):
        said = asked(pdfsig, others, pdf)
        assert "Signature is Valid." in said
        assert "Certificate is Trusted." not in said
    pdf.write_bytes(pdf.read_bytes().replace(b"Certificate issued", b"Certificate lssued"))
    assert "Signature is Valid." not in asked(pdfsig, trusting, pdf)
