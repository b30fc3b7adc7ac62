"""The guard of the other tests hears what it must: names and addresses elsewhere are noted and refused, this machine's are not."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing

import no_network
import pytest

ELSEWHERE = {
    "a name": lambda: socket.getaddrinfo("evil.example", 443),
    "an old name": lambda: socket.gethostbyname("evil.example"),
    "an address": lambda: socket.create_connection(("192.0.2.1", 9), timeout=1),
    "an address of version 6": lambda: socket.create_connection(("2001:db8::1", 9), timeout=1),
    "a packet": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 9)),
    "a library": lambda: urllib.request.urlopen("https://evil.example/", timeout=1),
}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", ELSEWHERE)
def test_elsewhere_is_noted_and_refused(name):
    with no_network.watched() as tried, pytest.raises((PermissionError, urllib.error.URLError)):
        ELSEWHERE[name]()
    assert len(tried) >= 1
    assert "evil.example" in tried[0] or "192.0.2.1" in tried[0] or "2001:db8::1" in tried[0]


def test_this_machine_may_be_reached(tmp_path):
    with no_network.watched() as tried, closing(socket.create_server(("127.0.0.1", 0))) as server:
        socket.create_connection(server.getsockname()).close()
        socket.getaddrinfo("localhost", 80)
        with closing(socket.socket(socket.AF_UNIX)) as ours, closing(socket.socket(socket.AF_UNIX)) as theirs:
            ours.bind(str(tmp_path / "socket"))
            ours.listen()
            theirs.connect(str(tmp_path / "socket"))
    assert tried == []


def test_it_reaches_the_processes_of_a_command(tmp_path):
    environment, tried = no_network.everywhere(tmp_path)
    inner = "import socket\ntry: socket.getaddrinfo('evil.example', 1)\nexcept PermissionError: print('refused')"
    outer = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]], check=True)"
    done = subprocess.run([sys.executable, "-c", outer, inner], env={**os.environ, **environment}, capture_output=True, text=True, check=True)
    assert done.stdout == "refused\n"
    assert tried.read_text() == "socket.getaddrinfo 'evil.example'\n"
