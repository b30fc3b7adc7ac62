"""The wheel works where there is no checkout: templates, schemes, words and migrations are inside."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]

INSIDE = [
    "lti_tool/templates/certificates/certificate.typ",
    "lti_tool/scheme/data/digital-competence.2026.toml",
    "lti_tool/problems/installation.toml",
    "lti_tool/checks/words.toml",
    "lti_tool/migrations/script.py.mako",
    "certificate_signing/contexts/credentials-v2.json",
]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and unpack it into a folder of its own, as pip does."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(CHECKOUT)]
    subprocess.run(build, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def run(site: Path, *arguments: str, cwd: Path) -> str:
    """Run the command line from the unpacked wheel alone and return what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(site), "SEALWRIGHT_HOME": str(cwd / "home")}
    code = f"import lti_tool; assert lti_tool.__file__.startswith({str(site)!r}); from lti_tool.commands.main import main; main()"
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", INSIDE)
def test_holds(installed: Path, name: str) -> None:
    assert (installed / name).is_file()


def test_holds_no_private_key_and_no_tests(installed: Path) -> None:
    assert not [path for path in installed.rglob("*") if path.suffix in {".pem", ".key", ".p12"}]
    assert {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")} == {"lti_tool", "certificate_signing"}


def test_issues_and_verifies_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    assert "digital-competence" in run(installed, "scheme", "list", cwd=tmp_path)
    run(installed, "init", cwd=tmp_path)
    name = ["--given-name", "Þóra", "--family-name", "Guðmundsdóttir", "--reason", "a test of the wheel"]
    run(installed, "issue", "--scheme", "digital-competence", *name, "--out", str(tmp_path), cwd=tmp_path)
    assert '"valid"' in run(installed, "verify", "--json", str(tmp_path / "certificate.pdf"), cwd=tmp_path)
