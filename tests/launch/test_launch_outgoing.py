"""Calls outward: only where we may, no redirects, no cookies, within limits (threats L13, L21)."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import pytest
from fake_platform import FakePlatform

from lti_tool.launch.outgoing import Client, Limits, NotCalled, is_public

ADDRESSES = {
    "93.184.216.34": True,
    "2606:2800:220:1::1": True,
    "127.0.0.1": False,
    "127.1.2.3": False,
    "0.0.0.0": False,  # noqa: S104 - an address to refuse
    "10.0.0.1": False,
    "172.16.0.1": False,
    "192.168.1.1": False,
    "169.254.169.254": False,
    "100.64.0.1": False,
    "224.0.0.1": False,
    "255.255.255.255": False,
    "::1": False,
    "::": False,
    "fe80::1": False,
    "fc00::1": False,
    "ff02::1": False,
    "::ffff:127.0.0.1": False,
    "::ffff:10.0.0.1": False,
    "64:ff9b::7f00:1": False,
    "2002:7f00:1::": False,
}


@pytest.mark.parametrize(("address", "public"), ADDRESSES.items())
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


PRIVATE = ["http://127.0.0.1:{port}/jwks", "http://localhost:{port}/jwks", "http://2130706433:{port}/jwks", "http://0x7f.1:{port}/jwks"]


@pytest.mark.parametrize("url", PRIVATE)
def test_private_hosts_are_refused_before_connecting(url: str, platform: FakePlatform) -> None:
    with pytest.raises(NotCalled, match="address"):
        Client(allow_private=False).get(url.format(port=platform.server.server_port))
    assert platform.seen == []


def test_a_name_is_resolved_once_and_its_address_pinned(platform: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: first a public address, then a private one."""
    answers = iter(["93.184.216.34", "127.0.0.1"])
    connected: list[Any] = []
    resolve = socket.getaddrinfo

    def rebinding(host: str, port: int, *arguments: Any, **named: Any) -> Any:
        return resolve(next(answers) if host == "rebinding.example" else host, port, *arguments, **named)

    def no_network(self: socket.socket, address: Any) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket.socket, "connect", no_network)
    with pytest.raises(NotCalled, match="connection"):
        Client(allow_private=False).get("http://rebinding.example/jwks")
    assert connected == [("93.184.216.34", 80)]


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_named: found)
    with pytest.raises(NotCalled, match="address"):
        Client(allow_private=False).get("https://mixed.example/jwks")


def test_redirects_are_not_followed(platform: FakePlatform) -> None:
    platform.answers = {"/moved": (302, {"Location": "/jwks"}, b"")}
    assert Client(allow_private=True).get(platform.url + "/moved").status_code == 302
    assert platform.count("/jwks") == 0


def test_cookies_are_not_kept(platform: FakePlatform) -> None:
    platform.answers = {"/cookie": (200, {"Set-Cookie": "MoodleSession=1; Path=/"}, b"{}")}
    client = Client(allow_private=True)
    client.get(platform.url + "/cookie")
    client.get(platform.url + "/jwks")
    assert "Cookie" not in platform.seen[-1].headers


def test_we_say_who_we_are_and_want_no_compression(platform: FakePlatform) -> None:
    Client(allow_private=True).get(platform.url + "/jwks")
    assert platform.seen[0].headers["User-Agent"].startswith("Sealwright/")
    assert platform.seen[0].headers["Accept-Encoding"] == "identity"


def test_a_netrc_of_the_machine_does_not_replace_our_token(platform: FakePlatform, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    Client(allow_private=True).get(platform.url + "/jwks", {"Authorization": "Bearer ours"})
    assert platform.seen[0].headers["Authorization"] == "Bearer ours"


def test_a_large_answer_is_cut_off(platform: FakePlatform) -> None:
    platform.answers = {"/large": (200, {}, b"x" * 1_000_000)}
    with pytest.raises(NotCalled, match="size"):
        Client(allow_private=True).get(platform.url + "/large", limits=Limits(bytes=100_000, seconds=5))


def test_an_answer_in_chunks_is_read_whole(platform: FakePlatform) -> None:
    def chunked(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for piece in (b"one ", b"two ", b"three"):
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        handler.wfile.write(b"0\r\n\r\n")

    platform.answers = {"/chunked": chunked}
    client = Client(allow_private=True)
    assert [client.get(platform.url + "/chunked").text for _ in range(3)] == ["one two three"] * 3


def drips(handler: Any) -> None:
    for byte in b"HTTP/1.1 200 OK\r\n" + b"X-Slow: " + b"x" * 100:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        threading.Event().wait(0.05)


@pytest.mark.parametrize("warm", [False, True])
def test_a_head_that_drips_is_cut_off(warm: bool, platform: FakePlatform) -> None:
    platform.answers = {"/drips": drips}
    client = Client(allow_private=True)
    if warm:
        client.get(platform.url + "/jwks")
    began = time.monotonic()
    with pytest.raises(NotCalled, match="timeout"):
        client.get(platform.url + "/drips", limits=Limits(bytes=1000, seconds=0.5))
    assert time.monotonic() - began < 4
    assert client.get(platform.url + "/jwks").status_code == 200


UNREACHABLE = [
    "http://127.0.0.1:1/",
    "http://no-such-host.invalid/",
    "http://[::1]:1/",
    "http://" + "a" * 300 + ".example/",
    "gopher://x/",
    "file:///etc/passwd",
]


@pytest.mark.parametrize("url", UNREACHABLE)
@pytest.mark.parametrize("allow_private", [True, False])
def test_what_can_not_be_reached_is_an_answer(url: str, allow_private: bool) -> None:
    with pytest.raises(NotCalled):
        Client(allow_private=allow_private).get(url)
