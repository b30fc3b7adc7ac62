"""One ring and one made certificate for every test of this folder: keys are slow to make."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from authorities import Ca, Openssl, real_now
from certificate_parts import AWARD, CONTENT, make_ring
from levels import Sealed, sealed_at

from certificate_signing.keyring import KeyRing
from certificate_signing.seal_level import SealLevel
from lti_tool.issuing.make import Made, make, signed_credential
from lti_tool.issuing.render import render


@pytest.fixture(scope="session")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return make_ring(tmp_path_factory.mktemp("ring") / "keys")


@pytest.fixture(scope="session")
def other_ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    """Keys of somebody else whose certificates carry the very same names as ours."""
    return make_ring(tmp_path_factory.mktemp("other") / "keys")


@pytest.fixture(scope="session")
def made(ring: KeyRing) -> Made:
    return make(CONTENT, AWARD, ring)


@pytest.fixture
def judge(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Find a judge's program, or skip (fail where nothing may be skipped)."""
    rules = request.config.pluginmanager.get_plugin(str(Path(__file__).parents[1] / "conftest.py"))

    def find(program: str) -> str:
        path = shutil.which(program)
        if path is None:
            rules.skip_or_fail(f"{program} is not installed")
        return str(path)

    return find


@pytest.fixture
def pdf_file(made: Made, tmp_path: Path) -> Path:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(made.pdf)
    return file


@pytest.fixture(scope="session")
def sealed(ring: KeyRing, tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """The same page at every level, under a CA and an authority of its own."""
    ca = Ca()
    page = render(CONTENT, signed_credential(CONTENT, AWARD, ring))
    tsa = Openssl(tmp_path_factory.mktemp("authority") / "tsa", ca)
    made = Sealed(page, ca, tsa, ca.seal_key(), real_now().replace(microsecond=0), ca.revocations())
    made.files = {level: sealed_at(level, made) for level in SealLevel}
    return made
