"""A platform that we did not write, in a process and an environment of its own, and the whole tool on a real port."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from open_edx_client import Browser, OpenEdx
from werkzeug import Response
from werkzeug.serving import WSGIRequestHandler, make_server

from certificate_signing.keyring import KeyRing
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.settings import Settings
from lti_tool.web.app import create_app

HERE = Path(__file__).parent
CHECKOUT = HERE.parent.parent
# AGPL: never in the environment of the product.
LOCK = HERE / "requirements.lock"


def _skip_or_fail(config: pytest.Config, reason: str) -> None:
    # The conftest of tests/ decides; importing it by name would give this module.
    decide: Callable[[str], None] = next(found.skip_or_fail for found in config.pluginmanager.get_plugins() if hasattr(found, "skip_or_fail"))
    decide(reason)


@pytest.fixture(scope="session")
def platform_python(pytestconfig: pytest.Config) -> Path:
    """The Python of the environment that SEALWRIGHT_PLATFORM_VENV names, or of `.venv-platform`, which is made if need be."""
    folder = Path(os.environ.get("SEALWRIGHT_PLATFORM_VENV") or CHECKOUT / ".venv-platform")
    python = folder / "bin" / "python"
    if _has_consumer(python):
        return python
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True, capture_output=True, timeout=300)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--requirement", str(LOCK)]
        subprocess.run(install, check=True, capture_output=True, timeout=900)
    except (OSError, subprocess.SubprocessError) as error:
        _skip_or_fail(pytestconfig, f"lti-consumer-xblock can't be installed into {folder}: {error}")
    return python


def _has_consumer(python: Path) -> bool:
    if not python.is_file():
        return False
    return subprocess.run([str(python), "-c", "import lti_consumer, cryptography, pkg_resources"], check=False, capture_output=True).returncode == 0


@pytest.fixture(scope="session")
def open_edx(platform_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenEdx]:
    folder = tmp_path_factory.mktemp("open-edx")
    with (folder / "errors.txt").open("wb") as errors:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        command = [str(platform_python), str(HERE / "open_edx" / "serve.py"), str(folder)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=folder, env=environment)
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url, (folder / "errors.txt").read_text()[-2000:]
        try:
            yield OpenEdx(url)
        finally:
            process.terminate()
            process.wait(20)
            process.stdout.close()


class Quiet(WSGIRequestHandler):
    def log_request(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def tool(home: Path, sqlite_template: Path) -> Iterator[Installation]:
    """The whole tool, served on a port of its own by several threads."""
    shutil.copy(sqlite_template, home / "sealwright.sqlite3")
    KeyRing.create_for_development(home / "keys", "Example Academy", "BE", clock.now())
    # The application needs to know its port.
    server = make_server("localhost", 0, Response("not ready"), threaded=True, request_handler=Quiet)
    url = f"http://localhost:{server.server_port}"
    opened = Installation(Settings(home=home, base_url=url, allow_private_hosts=True))
    server.app = create_app(opened)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    yield opened
    server.shutdown()
    serving.join()
    server.server_close()
    opened.database.engine.dispose()


@pytest.fixture
def web() -> Iterator[requests.Session]:
    with Browser() as session:
        yield session
