"""Run the W3C's suites against the endpoint: python tests/w3c/run_suites.py FOLDER, in which they lie (docs/development/w3c-suites.md).

Exit status 0 if nothing failed. What is pending is counted apart: cases that a suite leaves out for lack of an optional property.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from vc_api_server import served

# Folder of the suite → the tag it asks for, and where it issues.
SUITES = {
    "vc-data-model-2.0-test-suite": ("vc2.0", "/credentials/issue"),
    "vc-di-eddsa-test-suite": ("eddsa-rdfc-2022", "/credentials/issue"),
    "vc-bitstring-status-list-test-suite": ("BitstringStatusList", "/listed/credentials/issue"),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the folder that holds the three suites, their packages installed")
    parser.add_argument("--only", choices=SUITES, help="run one of them")
    chosen = parser.parse_args()
    failed = 0
    with served() as (base_url, api):
        for suite in [chosen.only] if chosen.only else SUITES:
            report = run(chosen.folder / suite, suite, base_url, api.did)
            failed += len(report["failures"])
            say(suite, report)
    return 1 if failed else 0


def run(folder: Path, suite: str, base_url: str, did: str) -> dict[str, Any]:
    tag, issue = SUITES[suite]
    implementation = {
        "name": "Sealwright",
        "implementation": "certificate_signing",
        "issuers": [{"id": did, "endpoint": base_url + issue, "tags": [tag], "supports": {"vc": ["1.1", "2.0"]}}],
        "verifiers": [{"id": did, "endpoint": f"{base_url}/credentials/verify", "tags": [tag]}],
        "vpVerifiers": [{"id": did, "endpoint": f"{base_url}/presentations/verify", "tags": [tag]}],
    }
    settings = {"settings": {"enableInteropTests": False, "testAllImplementations": False}, "implementations": [implementation]}
    (folder / "localConfig.cjs").write_text(f"module.exports = {json.dumps(settings)};\n")
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    command = ["npx", "mocha", "tests/", "--reporter", "json", "--reporter-option", f"output={report}", "--timeout", "60000", "--preserve-symlinks"]
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    found: dict[str, Any] = json.loads(report.read_bytes())
    return found


def say(suite: str, report: dict[str, Any]) -> None:
    stats = report["stats"]
    out = sys.stdout.write
    out(f"{suite}: {stats['passes']} passed, {stats['failures']} failed, {stats['pending']} pending\n")
    for test in report["failures"]:
        out(f"  FAILED {test['fullTitle']}\n         {test['err'].get('message', '')[:300]}\n")
    for test in report["pending"]:
        out(f"  pending {test['fullTitle']}\n")


if __name__ == "__main__":
    sys.exit(main())
