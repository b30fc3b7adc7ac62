"""Verifying a credential, as a ratio to @digitalbazaar/vc on Node: both warm, the same credentials, from their text to the answer.

Whether it was revoked is not asked here: that is one look into a list for both, and the library asks nothing of a credential that
names no list.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from bench.report import Report
from bench.sample import AWARD, BASE, NOW, contents
from certificate_signing.canonical import canonical
from certificate_signing.credential_text import read_credential
from certificate_signing.data_integrity import add_proof, check_proof
from certificate_signing.did import did_document, verification_keys, verification_method
from certificate_signing.keyring import KeyRing
from lti_tool.issuing import badge

WANTED = 10.0
HERE = Path(__file__).parent
# The judges of the tests, as locked there.
LOCKED = HERE.parent / "tests" / "certificate_signing" / "npm_verifier"
NODE, OURS, PYLD = "@digitalbazaar/vc", "ours", "ours without templates"


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds for one credential: on the wall, and of the processor, which a busy machine blurs less."""

    wall: float
    processor: float


Round = Callable[[], Times]


def measure(quick: bool) -> Report:
    """Alternate rounds of verifications between the library and ours."""
    rounds, credentials = (2, 5) if quick else (15, 40)
    report = Report()
    with tempfile.TemporaryDirectory() as made, ExitStack() as ends:
        ring = KeyRing.create_for_development(Path(made) / "keys", "Example Academy", "BE", NOW)
        signed = list(islice(_signed(ring), credentials))
        ways = {OURS: lambda: _ours(ring, signed), PYLD: lambda: _canonicalised(ring, signed)}
        try:
            ways[NODE] = ends.enter_context(_node(Path(made), ring, signed))
        except (OSError, subprocess.SubprocessError) as error:
            report.say(f"@digitalbazaar/vc is not to be had, so there is no ratio: {error}")
        times: dict[str, list[Times]] = {name: [] for name in ways}
        for number in range(rounds + 2):
            for name, way in ways.items():
                taken = way()
                if number > 1:  # Node compiles what runs often
                    times[name].append(taken)
    _tell(report, times, credentials)
    return report


def _signed(ring: KeyRing) -> Iterator[str]:
    method = verification_method(BASE, ring.credential.key_id)
    for content in contents():
        document = badge.credential(content, AWARD)
        del document["credentialStatus"]
        yield json.dumps(add_proof(document, ring.credential, method, NOW), ensure_ascii=False)


def _ours(ring: KeyRing, signed: list[str]) -> Times:
    keys = verification_keys(BASE, ring.credential_public)
    return _timed(lambda text: check_proof(read_credential(text.encode()), keys).ok, signed)


def _canonicalised(ring: KeyRing, signed: list[str]) -> Times:
    """Take what a credential of a shape costs that was never seen: the canonicalisation on top."""
    keys = verification_keys(BASE, ring.credential_public)

    def verified(text: str) -> bool:
        document = read_credential(text.encode())
        canonical({name: value for name, value in document.items() if name != "proof"})
        return check_proof(document, keys).ok

    return _timed(verified, signed[:10])


def _timed(verified: Callable[[str], bool], signed: list[str]) -> Times:
    wall, processor = time.perf_counter(), time.process_time()
    if not all(verified(text) for text in signed):
        raise RuntimeError("a good credential was refused")
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return Times(wall * 1000 / len(signed), processor * 1000 / len(signed))


@contextmanager
def _node(made: Path, ring: KeyRing, signed: list[str]) -> Iterator[Round]:
    """Start the library in a process of its own. Raises OSError or CalledProcessError where it can't be installed."""
    folder = made / "node"
    folder.mkdir()
    for file in (LOCKED / "package.json", LOCKED / "package-lock.json", HERE / "verify_rounds.mjs"):
        shutil.copy(file, folder)
    subprocess.run(["npm", "ci", "--prefer-offline", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, timeout=300, check=True)
    given = {"did": did_document(BASE, ring.credential_public), "credentials": signed, "now": NOW.isoformat()}
    command = ["node", "verify_rounds.mjs"]
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        print(json.dumps(given), file=process.stdin, flush=True)

        def one_round() -> Times:
            print("again", file=process.stdin, flush=True)
            answer: dict[str, Any] = json.loads(process.stdout.readline() or "{}")  # type: ignore[union-attr]
            return Times(answer["wall"] / len(signed), answer["processor"] / len(signed))

        yield one_round
        process.stdin.close()


def _tell(report: Report, times: dict[str, list[Times]], credentials: int) -> None:
    report.say(f"a credential verified from its text, warm; medians of {len(times[OURS])} alternating rounds of {credentials}")
    for name, each in times.items():
        wall, processor = (statistics.median(getattr(one, kind) for one in each) for kind in ("wall", "processor"))
        key = name.replace("@digitalbazaar/vc", "node").replace(" ", "_")
        report.values |= {f"{key}_ms": wall, f"{key}_processor_ms": processor}
        report.say(f"  {name:<24} {wall:7.2f} ms, {processor:7.2f} ms of processor")
    if NODE in times:
        for kind, key in (("wall", "ratio"), ("processor", "ratio_processor")):
            pairs = zip(times[NODE], times[OURS], strict=True)
            report.values[key] = statistics.median(getattr(theirs, kind) / getattr(ours, kind) for theirs, ours in pairs)
        report.wants("a credential verified, times as fast as @digitalbazaar/vc (wall)", report.values["ratio"], at_least=WANTED)
        report.wants("the same by processor time", report.values["ratio_processor"], at_least=WANTED)
        report.say(f"  ratio {report.values['ratio']:.1f}, by processor {report.values['ratio_processor']:.1f}   (wanted {WANTED})")
