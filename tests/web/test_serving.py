"""The real server under people who send slowly, not at all, by halves, or all at once (threat U13)."""

from __future__ import annotations

import http.client
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from lti_tool.evidence import dossiers
from lti_tool.evidence.resuming import LEAST_PART
from lti_tool.files import sha256
from lti_tool.installation import Installation

HERE = Path(__file__).parent
CONTENT = b"%PDF-1.7\n" + random.Random(13).randbytes(3 * LEAST_PART)  # noqa: S311 - no secret
COOKIE = "__Host-sealwright"


@contextmanager
def serving(installation: Installation) -> Iterator[int]:
    """The tool on two threads in a process of its own; yields its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"HOME": str(installation.settings.home), "THREADS": "2", "MAX_DOCUMENTS": "100", "BASE_URL": installation.settings.base_url}
    environment = {**os.environ, "PYTHONPATH": str(HERE), **{f"SEALWRIGHT_{name}": value for name, value in settings.items()}}
    granian = [sys.executable, "-m", "granian", "--interface", "rsgi", "--factory", "--no-ws", "--no-access-log", "--log-level", "warning"]
    process = subprocess.Popen(
        [*granian, "--http1-header-read-timeout", "1000", "--port", str(port), "patient_server:server"], env=environment, cwd=HERE.parents[1]
    )
    try:
        until(lambda: get(port, "/healthz") == 200)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            if holds():
                return
        except OSError:
            pass
        assert time.monotonic() < end
        time.sleep(0.1)


def get(port: int, path: str) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as made:
        made.request("GET", path)
        answer = made.getresponse()
        answer.read()
        return answer.status


def connection(port: int, text: str) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=60)
    made.sendall(text.replace("\n", "\r\n").encode())
    return made


def rest(made: socket.socket) -> bytes:
    """Everything until the server closes."""
    received = b""
    with made, suppress(ConnectionResetError):
        while block := made.recv(65536):
            received += block
    return received


def test_who_sends_nothing_or_drop_by_drop_holds_nobody_up_and_is_let_go(house):
    head = "POST /api/verify HTTP/1.1\nHost: localhost\nContent-Length: 100000\n\n"
    with serving(house.installation) as port:
        silent = [connection(port, head + "a") for _ in range(20)]
        chunked = [connection(port, head.replace("Content-Length: 100000", "Transfer-Encoding: chunked") + "1\na\n") for _ in range(5)]
        unfinished = [connection(port, "GET /verify HTTP/1.1\nHost: loc") for _ in range(5)]
        dripping = [connection(port, head) for _ in range(5)]
        assert get(port, "/verify") == 200
        with ThreadPoolExecutor(5) as pool:
            drips = list(pool.map(drip, dripping))
        assert all(b" 408 " in answer for answer in drips)
        assert all(b" 408 " in rest(made) for made in silent + chunked)
        assert all(b" 200 " not in rest(made) for made in unfinished)
        assert get(port, "/verify") == 200


def drip(made: socket.socket) -> bytes:
    """A byte now and then, never silent for long, for as long as the server listens."""
    made.settimeout(0.2)
    with made:
        for _ in range(600):
            made.sendall(b"a")
            with suppress(TimeoutError):
                return made.recv(65536)
    raise AssertionError("the server listened for two minutes")


class Sender:
    """Somebody's browser, with its cookie and its tokens, speaking to the server itself."""

    def __init__(self, port: int, guest) -> None:
        self.port, self.guest, self.token = port, guest, guest.token()
        cookie = guest.client.get_cookie(COOKIE) or next(iter(guest.client._cookies.values()))
        self.cookie = f"{cookie.key}={cookie.value}"

    def ask(self, method: str, address: str, body: bytes = b"", *, cut: int | None = None, **headers: str) -> http.client.HTTPResponse | None:
        """Send a request; with `cut`, only so many bytes of its body, and hang up."""
        sent = {"Cookie": self.cookie, "X-CSRFToken": self.token["csrf_token"], "X-Visit": self.token["visit"], "Accept": "application/json"}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as made:
            made.putrequest(method, address)
            for name, value in {**sent, "Content-Length": str(len(body)), **headers}.items():
                made.putheader(name, value)
            made.endheaders()
            made.send(body[:cut])
            if cut is not None:
                return None
            answer = made.getresponse()
            answer.read()
            return answer

    def begin(self, content: bytes) -> str:
        fields = {**self.token, "name": "scan.pdf", "size": str(len(content)), "sha256": sha256(content)}
        answer = self.guest.client.post(f"/apply/{self.guest.application}/uploads", data=fields)
        return str(answer.headers["Location"])

    def part(self, address: str, offset: int, content: bytes, cut: int | None = None) -> http.client.HTTPResponse | None:
        return self.ask("PATCH", address, content, cut=cut, **{"Upload-Offset": str(offset), "Content-Type": "application/partial-upload"})

    def whole(self, content: bytes, cut: int | None = None) -> http.client.HTTPResponse | None:
        body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n' + content + b"\r\n--x--\r\n"
        tokens = "".join(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in self.token.items())
        address = f"/apply/{self.guest.application}/documents"
        return self.ask("POST", address, tokens.encode() + body, cut=cut, **{"Content-Type": "multipart/form-data; boundary=x"})


def test_cut_at_half_and_resumed_it_is_the_same_file(house):
    anna = house.arrive()
    with serving(house.installation) as port:
        sender = Sender(port, anna)
        address = sender.begin(CONTENT)
        assert sender.part(address, 0, CONTENT[:LEAST_PART]).status == 200
        # Half of the rest, then nothing: a part counts whole or not at all.
        sender.part(address, LEAST_PART, CONTENT[LEAST_PART:], cut=LEAST_PART)
        assert sender.ask("HEAD", address).headers["Upload-Offset"] == str(LEAST_PART)
        done = sender.part(address, LEAST_PART, CONTENT[LEAST_PART:])
        assert done.headers["Upload-Complete"] == "?1"
    (document,) = dossiers.view(house.installation, anna.visit, anna.application).documents
    assert house.installation.files.get(document.sha256) == CONTENT
    assert list(house.installation.files.parts()) == []


def test_a_hundred_at_once_every_third_cut_and_sent_again(house):
    anna = house.arrive()
    with serving(house.installation) as port:
        sender = Sender(port, anna)

        def send(number: int) -> int:
            content = CONTENT + str(number).encode()
            if number % 3 == 0:
                sender.whole(content, cut=len(content) // 2)
            return sender.whole(content).status

        with ThreadPoolExecutor(100) as pool:
            assert set(pool.map(send, range(100))) == {200}
    documents = dossiers.view(house.installation, anna.visit, anna.application).documents
    assert len({document.sha256 for document in documents}) == 100
    stored = [path for path in (house.installation.settings.home / "files").rglob("*") if path.is_file()]
    assert {path.name for path in stored} == {document.sha256 for document in documents}


def test_a_kept_answer_is_given_again_as_it_was(house):
    number = house.arrive().certify()
    with serving(house.installation) as port, closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as made:
        for address in (f"/c/{number}", f"/c/{number}.json", "/status/1", "/.well-known/did.json"):
            first, second = (told(made, "GET", address) for _ in range(2))
            assert first == second
            assert (first[0], bool(first[2])) == (200, True)
            head = told(made, "HEAD", address)
            assert (head[0], head[2]) == (200, b"")
            assert head[1] >= first[1] - {("transfer-encoding", "chunked")}
            tag = dict(first[1])["etag"]
            assert told(made, "GET", address, {"If-None-Match": tag})[0] == 304


def told(
    made: http.client.HTTPConnection, method: str, address: str, headers: dict[str, str] | None = None
) -> tuple[int, set[tuple[str, str]], bytes]:
    made.request(method, address, headers=headers or {})
    answer = made.getresponse()
    return answer.status, {(name.lower(), value) for name, value in answer.getheaders() if name.lower() != "date"}, answer.read()
