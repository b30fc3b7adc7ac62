"""Certificates per second, the whole output, as a ratio to the libraries as documented and to the page alone.

The whole is all that issuing one takes: the credential and its proof, the same as a JWT, the token and its code, the page, the seal
(B-B), and the entry in the history and in the public log, committed to a database ten at a time, as batches are issued. The page
alone, and the page of the libraries as documented, have codes and credentials as long in them. All times are processor time.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
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
from lti_tool import history
from lti_tool.files import sha256
from lti_tool.installation import Installation
from lti_tool.issuing import badge
from lti_tool.issuing import render as page
from lti_tool.issuing.certificate import CertificateContent
from lti_tool.issuing.make import Made, make, signed_credential, signed_jwt
from lti_tool.issuing.qr import qr_svg
from lti_tool.issuing.render import render
from lti_tool.issuing.token import qr_text
from lti_tool.migrations.upgrade import upgrade
from lti_tool.settings import Settings

WANTED = 6.0
BATCH = 10  # certificates of ours that are made and committed together
WANTED_OF_PAGE = 1.6
DOCUMENTED = "as documented"
KEPT = "as documented, but the signer loaded once"
PAGE = "the page alone"


def measure(quick: bool) -> Report:
    """Compare both ways, then each step of both ways."""
    report = Report()
    rounds = 2 if quick else 12
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        ring = KeyRing.create_for_development(folder / "keys", "Example Academy", "BE", NOW)
        as_documented.write_keys(ring, folder)
        _refuse_bad(ring)
        log = _Log(folder)
        medians = interleaved(_wholes(ring, folder, log, rounds), rounds, time.process_time)
        steps = interleaved(_steps(ring, folder, log), rounds, time.process_time)
        log.close()
    _tell(report, medians, steps, rounds)
    return report


def _tell(report: Report, medians: dict[str, float], steps: dict[str, float], rounds: int) -> None:
    ours, alone = medians.pop("ours") / BATCH, medians.pop(PAGE) / BATCH
    ratios = {name: other / ours for name, other in medians.items()}
    report.values = {"certificates_per_second": 1000 / ours, "ratio": ratios[DOCUMENTED], "ratio_signer_kept": ratios[KEPT]}
    report.values["of_page_ratio"] = ours / alone
    report.wants("a whole certificate, times as fast as the libraries as documented", ratios[DOCUMENTED], at_least=WANTED)
    report.wants("a whole certificate, times its page alone", ours / alone, at_most=WANTED_OF_PAGE)
    steps["ours log"] /= BATCH
    report.values |= {f"{name.replace(' ', '_')}_ms": value for name, value in steps.items()}
    report.say(f"whole certificate: {ours:.1f} ms, {1000 / ours:.0f} per second on one core; processor time, medians of {rounds} interleaved rounds")
    for name, ratio in ratios.items():
        report.say(f"  {name:<42} {medians[name]:7.1f} ms   ratio {ratio:5.1f}   (wanted {WANTED})")
    report.say(f"  {PAGE:<42} {alone:7.1f} ms   the whole is {ours / alone:.2f} times that   (wanted {WANTED_OF_PAGE} at most)")
    for step in ("credential", "code", "page", "seal"):
        mine, theirs = steps[f"ours {step}"], steps[f"documented {step}"]
        report.say(f"  step {step:<11} ours {mine:6.2f} ms   as documented {theirs:7.2f} ms   ratio {theirs / mine:5.1f}")
    report.say(f"  step JWT         ours {steps['ours JWT']:6.2f} ms   step log ours {steps['ours log']:6.2f} ms")


def _refuse_bad(ring: KeyRing) -> None:
    """Measure only what is right."""
    import json

    content = next(contents())
    made = make(content, AWARD, ring)
    assert check_pdf(made.pdf, ring.trusted_seals()).good
    assert check_proof(json.loads(made.credential), verification_keys(content.base_url, ring.credential_public)).ok


class _Log:
    """The history and the public log of an installation, on SQLite."""

    def __init__(self, folder: Path) -> None:
        self._database = Installation(Settings(home=folder)).database
        upgrade(Settings(home=folder).database)

    def enter(self, every: Sequence[tuple[CertificateContent, Made]]) -> None:
        with self._database.write() as session:
            history.append_all(session, [_issued(content, made) for content, made in every])

    def close(self) -> None:
        self._database.engine.dispose()


def _issued(content: CertificateContent, made: Made) -> history.Happening:
    facts = {"pdf_sha256": sha256(made.pdf), "credential_sha256": sha256(made.credential)}
    return history.Happening("certificate.issued", content.number, "program", facts)


def _ready(content: CertificateContent, ring: KeyRing) -> dict[str, str]:
    credential = signed_credential(content, AWARD, ring).decode()
    return {"credential": credential, "qr": qr_svg(qr_text(content, ring.credential)), **page._drawings()}


def _wholes(ring: KeyRing, folder: Path, log: _Log, rounds: int) -> dict[str, Callable[[], object]]:
    every = contents()
    method = _method(ring)
    kept = as_documented.load_signer(folder)
    # Each with a code and a credential of its own, since typst remembers what it has seen.
    pages = iter([(content, _ready(content, ring)) for content in islice(every, BATCH * (rounds + 1))])

    def whole() -> None:
        log.enter([(content, make(content, AWARD, ring)) for content in islice(every, BATCH)])

    def documented(signer: Callable[[], SimpleSigner]) -> bytes:
        content = next(every)
        proved = as_documented.prove(badge.credential(content, AWARD), method, folder)
        return as_documented.seal(as_documented.page(content, proved, as_documented.code(qr_text(content, ring.credential))), signer())

    return {
        "ours": whole,
        PAGE: lambda: [page._compile(content, inputs, frozenset()) for content, inputs in islice(pages, BATCH)],
        DOCUMENTED: lambda: documented(lambda: as_documented.load_signer(folder)),
        KEPT: lambda: documented(lambda: kept),
    }


def _steps(ring: KeyRing, folder: Path, log: _Log) -> dict[str, Callable[[], object]]:
    every = contents()
    content = next(every)
    credential = signed_credential(content, AWARD, ring)
    text = qr_text(content, ring.credential)
    pdf = render(content, credential, text)
    svg = as_documented.code(text)
    method = _method(ring)

    def documented(content: CertificateContent) -> object:
        return as_documented.prove(badge.credential(content, AWARD), method, folder)

    return {
        "ours credential": lambda: signed_credential(next(every), AWARD, ring),
        "documented credential": lambda: documented(next(every)),
        "ours code": lambda: qr_svg(qr_text(next(every), ring.credential)),
        "documented code": lambda: as_documented.code(qr_text(next(every), ring.credential)),
        "ours page": lambda: render(next(every), credential, text),
        "documented page": lambda: as_documented.page(next(every), credential, svg),
        "ours seal": lambda: seal(pdf, ring.seal, at=NOW, reason="Certificate issued", organisation="Example Academy"),
        "ours JWT": lambda: signed_jwt(next(every), AWARD, ring),
        "ours log": lambda: log.enter([(content, Made(pdf, credential)) for content in islice(every, BATCH)]),
        "documented seal": lambda: as_documented.seal(pdf, as_documented.load_signer(folder)),
    }


def _method(ring: KeyRing) -> str:
    return verification_method(next(contents()).base_url, ring.credential.key_id)
