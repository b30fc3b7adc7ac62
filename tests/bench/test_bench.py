"""The measurements run, and the two processes stay as small as they must."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


def measured(name: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench", "--quick", "--json", name]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr
    values: dict[str, float] = json.loads(done.stdout)[name]
    return values


def test_the_measurement_of_certificates_runs() -> None:
    # Whether it is fast is for `make bench` to say: a test on a busy machine can't.
    values = measured("certificates")
    assert values["ratio"] > 0
    assert values["ratio_signer_kept"] > 0
    assert all(values[f"ours_{step}_ms"] > 0 for step in ("credential", "code", "page", "seal"))


def test_the_measurement_of_launches_runs_and_calls_nobody_when_warm() -> None:
    values = measured("launches")
    assert values["outgoing_per_launch"] == 0
    assert values["sqlite_to_in memory"] > 0
    assert values["sqlite_to_in memory_processor"] > 0


def test_serve_and_worker_stay_small() -> None:
    values = measured("memory")
    assert 0 < values["serve_idle_mb"] <= values["serve_load_mb"]
    assert 0 < values["worker_idle_mb"] <= values["worker_load_mb"]
    assert (values["certificates"], values["answered"]) == (10, 60)
    assert values["together_mb"] < 400


def test_the_measurement_of_reading_runs() -> None:
    values = measured("reading")
    assert values["ratio"] > 1, "reading includes extracting the text"
    assert 0 < values["child_idle_mb"] <= values["child_peak_mb"]


def test_the_measurement_of_an_application_runs() -> None:
    values = measured("application")
    assert 0 < values["seven_texts_taken_s"] <= values["seven_texts_s"]
    assert values["seven_texts_worker_s"] > 0
    assert values["seven_scans_s"] > 0


def test_the_measurement_of_uploads_runs_and_every_scan_is_taken() -> None:
    values = measured("uploads")
    assert values["scans"] == 4
    assert values["looks"] > 0
    assert 0 < values["page_median_ms"] <= values["page_p95_ms"]


def test_the_measurement_of_the_public_page_runs() -> None:
    values = measured("page")
    assert 0 < values["again_processor_ms"] < values["another_processor_ms"], "nothing is kept"
    assert values["flat"] > 0


def test_the_measurement_of_lists_runs() -> None:
    values = measured("lists")
    assert values["certificate_processor_ms"] > 0
    assert values["projected_minutes_processor"] > 0


def test_the_measurement_of_verification_runs() -> None:
    values = measured("verification")
    assert 0 < values["ours_processor_ms"] < values["ours_without_templates_processor_ms"], "the templates are not used"
    if shutil.which("npm"):
        assert values["ratio"] > 0
