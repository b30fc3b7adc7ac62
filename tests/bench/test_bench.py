"""The measurements run, and the two processes stay as small as they must."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


def measured(name: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench", "--quick", "--json", name]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=240, check=True)
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
    assert values["sqlite_ratio"] > 0
    assert values["sqlite_processor_ratio"] > 0


def test_serve_and_worker_stay_small() -> None:
    values = measured("memory")
    assert 0 < values["serve_idle_mb"] <= values["serve_load_mb"]
    assert 0 < values["worker_idle_mb"] <= values["worker_load_mb"]
    assert (values["certificates"], values["answered"]) == (10, 60)
    assert values["together_mb"] < 400
