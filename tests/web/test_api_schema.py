"""A live server held to its own OpenAPI document by schemathesis: any request has the answer that is described, and none a 5xx."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from limits import parse
from record_parts import issued
from werkzeug.serving import make_server

from lti_tool.issuing import register
from lti_tool.web import limits

# Requests for each operation: few, since every file is opened in a child; what they find does not get better by more of the same.
EXAMPLES = 15
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance"


@pytest.fixture
def address(house, monkeypatch) -> Iterator[str]:
    issued(house.installation)
    # A refusal of whoever asks too often fits the description as well, and would say nothing of the answers.
    for route in ("api.check", "api.number", "api.file_known"):
        monkeypatch.setitem(limits.RATES, route, parse("100000 per minute"))
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="server")
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


EXAMPLES_IN_DOCS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", (Path(__file__).parents[2] / "docs" / "verifiers" / "api.md").read_text(encoding="utf-8"), re.DOTALL)
    for line in block.splitlines()
]


def test_the_examples_of_the_documentation_work(address: str, house, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if not shutil.which("curl") or not shutil.which("sha256sum"):
        rules = request.config.pluginmanager.get_plugin(str(Path(__file__).parents[1] / "conftest.py"))
        rules.skip_or_fail("curl or sha256sum is not installed")
    number = issued(house.installation)
    (tmp_path / "certificate.pdf").write_bytes(register.pdf(house.installation, number))
    (tmp_path / "credential.json").write_bytes(register.credential(house.installation, number))
    names = {"ISSUER": address, "NUMBER": number, "ADDRESS": f"{house.installation.settings.base_url}/c/{number}"}
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")} | names
    assert len(EXAMPLES_IN_DOCS) >= 7
    for line in EXAMPLES_IN_DOCS:
        done = subprocess.run(["bash", "-c", line], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        assert json.loads(done.stdout)["outcome"] == "valid", line


def test_the_interface_does_what_its_description_says(address: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")), "run", f"{address}/api/openapi.json", "--url", address,
            "--checks", CHECKS, "--max-examples", str(EXAMPLES), "--seed", "1", "--phases", "examples,coverage,fuzzing",
            "--generation-deterministic", "--suppress-health-check", "all", "--no-color",
        ],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]
    assert "Tested: 3" in done.stdout
