"""Clocks that differ: a little is taken, more is refused in words that help, and the tool notices (threats L09, L10)."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from fake_platform import LAUNCH, Browser, FakePlatform, cookie_of, rsa_key

from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.launch import skew

FAKETIME = shutil.which("faketime")


@pytest.fixture(autouse=True)
def _nothing_noticed() -> Iterator[None]:
    skew.forget()
    yield
    skew.forget()


class Skewed:
    """A tool whose machine has another time."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def launch(self, platform: FakePlatform) -> requests.Response:
        form = {"iss": platform.url, "client_id": platform.client_id, "target_link_uri": LAUNCH, "login_hint": "5"}
        begun = requests.post(self.url + "/lti/login", data=form, allow_redirects=False, timeout=300)
        sent = parse_qs(urlsplit(begun.headers["Location"]).query)
        state = sent["state"][0]
        message = {"state": state, "id_token": platform.sign(platform.claims(sent["nonce"][0]))}
        cookie = {"Cookie": "=".join(cookie_of(state))}
        return requests.post(self.url + "/lti/launch", data=message, headers=cookie, allow_redirects=False, timeout=300)

    def noticed(self) -> Any:
        return requests.get(self.url + "/skew", timeout=300).json()


@pytest.fixture
def skewed(tool: Installation, pytestconfig: pytest.Config) -> Iterator[Callable[[str], Skewed]]:
    """Start a tool whose clock is off by so much, in libfaketime's words."""
    if FAKETIME is None:
        decide = next(found.skip_or_fail for found in pytestconfig.pluginmanager.get_plugins() if hasattr(found, "skip_or_fail"))
        decide("not installed here: faketime")
    started: list[subprocess.Popen[str]] = []

    def start(offset: str) -> Skewed:
        command = [str(FAKETIME), "-f", offset, sys.executable, str(Path(__file__).parent / "skewed_tool.py"), str(tool.settings.home)]
        # The program starts the tool as a child of its own: both end as one group.
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True)
        started.append(process)
        assert process.stdout is not None
        return Skewed(int(process.stdout.readline()))

    yield start
    for process in started:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)
        assert process.stdout is not None
        process.stdout.close()


SMALL = ["+5s", "-5s", "+40s", "-40s"]


@pytest.mark.parametrize("offset", SMALL)
def test_a_host_whose_clock_is_a_little_off_takes_launches(offset: str, skewed: Callable[[str], Skewed], platform: FakePlatform) -> None:
    assert skewed(offset).launch(platform).status_code == 303


# What the refusal says it is off: a token lives a minute, so a clock ahead sees its end, a clock behind its beginning.
LARGE = {"+5m": 240, "-5m": 300, "+1h": 3540, "-1h": 3600}


@pytest.mark.parametrize(("offset", "seconds"), LARGE.items())
def test_a_host_whose_clock_is_wrong_says_so_and_takes_nothing_stale(
    offset: str, seconds: int, skewed: Callable[[str], Skewed], platform: FakePlatform
) -> None:
    tool = skewed(offset)
    for _ in range(2):
        answer = tool.launch(platform)
        said = answer.json()
        assert (answer.status_code, said["code"]) == (400, "token-time")
        assert abs(said["details"]["seconds"] - seconds) <= 10
        shown = datetime.strptime(said["details"]["clock"], "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
        off = (shown - datetime.now(UTC)).total_seconds()
        assert abs(abs(off) - (300 if "5m" in offset else 3600)) <= 10
        assert said["details"]["clock"] in said["words"]
        assert str(said["details"]["seconds"]) in said["words"]
    ((noticed, messages),) = tool.noticed()
    assert messages == 2
    assert abs(noticed - off) <= 10


def launched_at(browser: Browser, platform: FakePlatform, seconds: float) -> int:
    now = time.time() + seconds
    return int(browser.launch(platform, {"iat": now, "exp": now + 60}).status_code)


def test_a_platform_that_is_constantly_off_is_noticed(browser: Browser, platform: FakePlatform) -> None:
    assert launched_at(browser, platform, 45) == 303
    assert skew.troubling() == ()
    assert launched_at(browser, platform, 45) == 303
    (found,) = skew.troubling()
    assert (round(found.seconds), found.messages) == (-45, 2)


def test_one_slow_message_among_many_is_not_a_wrong_clock(browser: Browser, platform: FakePlatform) -> None:
    for seconds in (0, 0, -65, 0):
        launched_at(browser, platform, seconds)
    found = skew.observed(1)
    assert found is not None
    assert abs(found.seconds) < 5
    assert skew.troubling() == ()


def test_a_clock_that_was_set_is_believed_again(browser: Browser, platform: FakePlatform) -> None:
    for seconds in (300, 300, 0, 0, 0):
        launched_at(browser, platform, seconds)
    assert skew.troubling() == ()


def test_a_forged_message_says_nothing_about_a_clock(browser: Browser, platform: FakePlatform) -> None:
    for _ in range(3):
        begun = browser.begin(platform)
        old = {**platform.claims(begun.nonce), "iat": time.time() - 500}
        assert browser.post(begun.state, platform.sign(old, key=rsa_key("attacker's key"))).json["code"] == "bad-signature"
    assert skew.observed(1) is None


@pytest.mark.parametrize("value", [None, "1", True, float("inf"), float("nan"), -1, 1e300, [1]], ids=repr)
def test_what_is_no_time_is_no_news(value: object) -> None:
    skew.observe(1, value, clock.now())
    assert skew.observed(1) is None


def test_platforms_are_told_apart() -> None:
    now = clock.now()
    for registration, behind in ((1, 100), (2, 0)):
        for _ in range(3):
            skew.observe(registration, (now - timedelta(seconds=behind)).timestamp(), now)
    assert [(found.registration_id, round(found.seconds)) for found in skew.troubling()] == [(1, 100)]
