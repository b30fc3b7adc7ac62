"""A real timestamping authority and its CA behind HTTP, and an installation that seals with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from authorities import Ca, Openssl
from cryptography.hazmat.primitives.serialization import Encoding
from record_parts import with_settings

from certificate_signing.errors import TimestampFailed
from certificate_signing.seal_level import SealLevel
from lti_tool import clock
from lti_tool.decision.awarding import Grounds, record_award
from lti_tool.decision.outcome import Award, Checked
from lti_tool.installation import Installation
from lti_tool.scheme.catalogue import shipped


@dataclass
class Served:
    """An authority and its CA behind HTTP; `spoil` changes what it answers."""

    ca: Ca
    tsa: Openssl
    url: str
    spoil: list[Callable[[BaseHTTPRequestHandler, bytes], bool]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.asked.append(self.headers["Content-Type"])
            if any(spoil(self, body) for spoil in made.spoil):
                return
            try:
                answer(self, made.tsa.answer(body))
            except TimestampFailed:
                answer(self, b"", status=500)

        def do_GET(self) -> None:
            made.asked.append(self.path)
            answer(self, made.ca.list_of_revoked(), kind="application/pkix-crl")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_address[1]}"
    ca = Ca(f"{url}/list.crl")
    made = Served(ca, Openssl(folder / "tsa", ca), url)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


def answer(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, kind: str = "application/timestamp-reply") -> bool:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
    return True


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("authority")) as made:
        yield made


@pytest.fixture
def stamping(tool: Installation, authority: Served, tmp_path: Path) -> Installation:
    """An installation whose seals are of level B-T."""
    authority.spoil.clear()
    authority.asked.clear()
    file = tmp_path / "authorities.pem"
    file.write_bytes(authority.ca.certificate.public_bytes(Encoding.PEM))
    return with_settings(tool, seal_level=SealLevel.B_T, timestamp_url=authority.url, timestamp_certificates=file)


def decided(installation: Installation) -> str:
    scheme = shipped().get("digital-competence")
    award = Award("Ελένη Παπαδοπούλου", scheme.id, scheme.edition, scheme.sha256, Checked.READ, clock.today(scheme.time_zone))
    with installation.database.write() as session:
        return record_award(session, installation, award, Grounds(actor="administrator", reason="a test"))


def nothing_owed(*_: object) -> None:
    pass
