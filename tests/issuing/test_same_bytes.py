"""The same certificate made in another process, whose sets and hashes come in another order, has the same bytes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from certificate_parts import make_ring

TESTS = Path(__file__).parents[1]
# Everything that a content may hold, so that each place where an order could slip in is passed.
MAKES = """
import sys
from datetime import date
from pathlib import Path
from certificate_parts import AWARD, content
from certificate_signing.keyring import KeyRing
from lti_tool.decision.outcome import Checked, CheckedFile, LearningEvent
from lti_tool.issuing.certificate import LegalEntity
from lti_tool.issuing.make import make
folder, out = map(Path, sys.argv[1:])
ring = KeyRing.open(folder)
evidence = tuple(CheckedFile(f"Course {number}", Checked.READ, f"{number:064x}") for number in range(1, 8))
event = LearningEvent("event-7", "Stories from schools", date(2026, 10, 3), date(2026, 10, 5), 135)
legal = LegalEntity("VATBE-0123456789", "BE")
kinds = {
    "award": {"evidence": evidence, "legal": legal, "expires_on": date(2028, 11, 21)},
    "event": {"event": event, "level": "", "areas": ()},
}
for name, changes in kinds.items():
    for kind, made in make(content(holder_name="Ελένη Παπαδοπούλου", **changes), AWARD, ring).files().items():
        if made is not None:
            (out / f"{name}.{kind}").write_bytes(made)
print(hash("in another order"))
"""


@pytest.fixture
def made(tmp_path: Path) -> dict[str, tuple[Path, str]]:
    """For each seed the folder with what was made, and what told that the seed took effect."""
    ring = make_ring(tmp_path / "keys")
    found = {}
    for seed in ("0", "1", "4294967295"):
        out = tmp_path / seed
        out.mkdir()
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join([str(TESTS.parent), str(TESTS)])}
        command = [sys.executable, "-c", MAKES, str(ring.folder.path), str(out)]
        found[seed] = out, subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120).stdout
    return found


def test_whatever_order_a_process_has(made: dict[str, tuple[Path, str]]) -> None:
    assert len({told for _, told in made.values()}) == len(made)
    digests = [{file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()} for folder, _ in made.values()]
    assert set(digests[0]) == {f"award.{kind}" for kind in ("pdf", "credential", "jwt", "elm")} | {
        f"event.{kind}" for kind in ("pdf", "credential", "jwt")
    }
    assert digests[0] == digests[1] == digests[2]
    for name in digests[0]:
        assert (made["0"][0] / name).stat().st_size > 500
