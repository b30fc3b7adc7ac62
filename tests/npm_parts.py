"""The W3C community's own JavaScript libraries: installed from the lock file into a folder of their own, and asked offline."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# Asks a script of the folder below: what is to be verified, with the issuer's DID document and its status list → answers by name.
Ask = Callable[[str, dict[str, Any]], dict[str, Any]]
_HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def ask(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Install the locked libraries in a folder of their own and return a way to ask them."""
    rules = request.config.pluginmanager.get_plugin(str(_HERE / "conftest.py"))
    folder = tmp_path_factory.mktemp("npm") / "verifier"
    shutil.copytree(_HERE / "certificate_signing" / "npm_verifier", folder, ignore=shutil.ignore_patterns("node_modules"))
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        rules.skip_or_fail("node and npm are not installed")
    installed = subprocess.run([npm, "ci", "--ignore-scripts"], cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if installed.returncode:
        rules.skip_or_fail(f"npm ci failed: {installed.stderr[-300:]}")

    def asked(script: str, question: dict[str, Any]) -> dict[str, Any]:
        done = subprocess.run([node, script], cwd=folder, input=json.dumps(question), capture_output=True, text=True, timeout=300, check=True)
        answers: dict[str, Any] = json.loads(done.stdout)
        return answers

    return asked
