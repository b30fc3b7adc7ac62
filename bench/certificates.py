"""Certificates per second, the whole output, as a ratio to the libraries as documented."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from pyhanko.sign.signers import SimpleSigner

from bench import as_documented
from bench.report import Report, interleaved
from bench.sample import AWARD, NOW, contents
from certificate_signing.data_integrity import check_proof
from certificate_signing.did import verification_keys, verification_method
from certificate_signing.keyring import KeyRing
from certificate_signing.pdf_check import check_pdf
from certificate_signing.pdf_seal import seal
from lti_tool.issuing import badge
from lti_tool.issuing.certificate import CertificateContent
from lti_tool.issuing.make import make, signed_credential
from lti_tool.issuing.render import qr_svg, render

WANTED = 3.0
DOCUMENTED = "as documented"
KEPT = "as documented, but the signer loaded once"


def measure(quick: bool) -> Report:
    """Compare both ways, then each step of both ways."""
    report = Report()
    rounds = 3 if quick else 30
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        ring = KeyRing.create_for_development(folder / "keys", "Example Academy", "BE", NOW)
        as_documented.write_keys(ring.seal, folder)
        _refuse_bad(ring)
        medians = interleaved(_wholes(ring, folder), rounds)
        steps = interleaved(_steps(ring, folder), rounds)
    _tell(report, medians, steps, rounds)
    return report


def _tell(report: Report, medians: dict[str, float], steps: dict[str, float], rounds: int) -> None:
    ours = medians.pop("ours")
    ratios = {name: other / ours for name, other in medians.items()}
    report.values = {"certificates_per_second": 1000 / ours, "ratio": ratios[DOCUMENTED], "ratio_signer_kept": ratios[KEPT]}
    report.values |= {f"{name.replace(' ', '_')}_ms": value for name, value in steps.items()}
    report.say(f"whole certificate: {ours:.1f} ms, {1000 / ours:.0f} per second on one core; medians of {rounds} interleaved rounds")
    for name, ratio in ratios.items():
        report.say(f"  {name:<42} {medians[name]:7.1f} ms   ratio {ratio:5.1f}   (wanted {WANTED})")
    for step in ("credential", "code", "page", "seal"):
        mine, theirs = steps[f"ours {step}"], steps[f"documented {step}"]
        report.say(f"  step {step:<11} ours {mine:6.2f} ms   as documented {theirs:7.2f} ms   ratio {theirs / mine:5.1f}")


def _refuse_bad(ring: KeyRing) -> None:
    """Measure only what is right."""
    import json

    content = next(contents())
    made = make(content, AWARD, ring)
    assert check_pdf(made.pdf, ring.trusted_seals()).good
    assert check_proof(json.loads(made.credential), verification_keys(content.base_url, ring.credential_public)).ok


def _wholes(ring: KeyRing, folder: Path) -> dict[str, Callable[[], object]]:
    every = contents()
    method = _method(ring)
    kept = as_documented.load_signer(folder)

    def documented(signer: Callable[[], SimpleSigner]) -> bytes:
        content = next(every)
        proved = as_documented.prove(badge.credential(content, AWARD), ring, method, folder)
        return as_documented.seal(as_documented.page(content, proved, as_documented.code(content.address)), signer())

    return {
        "ours": lambda: make(next(every), AWARD, ring),
        DOCUMENTED: lambda: documented(lambda: as_documented.load_signer(folder)),
        KEPT: lambda: documented(lambda: kept),
    }


def _steps(ring: KeyRing, folder: Path) -> dict[str, Callable[[], object]]:
    every = contents()
    content = next(every)
    credential = signed_credential(content, AWARD, ring)
    pdf = render(content, credential)
    svg = as_documented.code(content.address)
    method = _method(ring)

    def documented(content: CertificateContent) -> object:
        return as_documented.prove(badge.credential(content, AWARD), ring, method, folder)

    return {
        "ours credential": lambda: signed_credential(next(every), AWARD, ring),
        "documented credential": lambda: documented(next(every)),
        "ours code": lambda: qr_svg(next(every).address),
        "documented code": lambda: as_documented.code(next(every).address),
        "ours page": lambda: render(next(every), credential),
        "documented page": lambda: as_documented.page(next(every), credential, svg),
        "ours seal": lambda: seal(pdf, ring.seal, at=NOW, reason="Certificate issued", organisation="Example Academy"),
        "documented seal": lambda: as_documented.seal(pdf, as_documented.load_signer(folder)),
    }


def _method(ring: KeyRing) -> str:
    return verification_method(next(contents()).base_url, ring.credential.key_id)
