"""Platforms' keys: fetched once, again when one is unknown, never in a hurry, never too much (threat L08)."""

from __future__ import annotations

import gzip
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from fake_platform import Browser, FakePlatform, jwk, rsa_key

from lti_tool.installation import Installation
from lti_tool.launch import keysets
from lti_tool.launch.equipment import equipment
from lti_tool.launch.keysets import KeySets, usable_keys
from lti_tool.launch.outgoing import Client
from lti_tool.problem import Problem


class Ticking:
    """A monotonic clock that goes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


@pytest.fixture
def key_sets(ticking: Ticking) -> KeySets:
    return KeySets(Client(allow_private=True), ticking)


def test_many_launches_fetch_the_keys_once(browser: Browser, platform: FakePlatform) -> None:
    assert [browser.launch(platform).status_code for _ in range(10)] == [303] * 10
    assert platform.count("/jwks") == 1


def test_a_known_key_is_fetched_once_in_hours(key_sets: KeySets, platform: FakePlatform, ticking: Ticking) -> None:
    for _ in range(100):
        assert key_sets.find(platform.url + "/jwks", platform.kid)
        ticking.seconds += 2 * keysets.COOLDOWN_SECONDS
    assert platform.count("/jwks") == 1


def test_a_hundred_unknown_kids_cost_one_fetch(browser: Browser, platform: FakePlatform) -> None:
    assert browser.launch(platform).status_code == 303
    for number in range(100):
        begun = browser.begin(platform)
        token = platform.sign(platform.claims(begun.nonce), header={"kid": f"unknown {number}"})
        assert browser.post(begun.state, token).json["code"] == "unknown-key"
    assert platform.count("/jwks") <= 2
    assert browser.launch(platform).status_code == 303


def test_a_hundred_threads_with_unknown_kids_cost_one_fetch(key_sets: KeySets, platform: FakePlatform, ticking: Ticking) -> None:
    key_sets.find(platform.url + "/jwks", platform.kid)
    ticking.seconds += keysets.COOLDOWN_SECONDS

    def ask(number: int) -> str:
        with pytest.raises(Problem) as refused:
            key_sets.find(platform.url + "/jwks", f"unknown {number}")
        return refused.value.code

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(ask, range(100))) == {"unknown-key"}
    assert platform.count("/jwks") == 2


def test_threads_that_start_together_fetch_once(key_sets: KeySets, platform: FakePlatform) -> None:
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: key_sets.find(platform.url + "/jwks", platform.kid), range(16)))
    assert len(found) == 16
    assert platform.count("/jwks") == 1


def test_a_rotated_key_is_found_at_once(browser: Browser, platform: FakePlatform, tool: Installation, ticking: Ticking) -> None:
    kit = equipment(tool)
    kit.key_sets._tick = ticking
    assert browser.launch(platform).status_code == 303
    ticking.seconds += keysets.COOLDOWN_SECONDS
    platform.key_name, platform.kid = "platform's next key", "key-2"
    platform.jwks["keys"].append(jwk(platform.key, platform.kid))
    assert browser.launch(platform).status_code == 303
    assert platform.count("/jwks") == 2


@pytest.mark.parametrize(("listed_before", "seconds"), [(True, 0.0), (False, keysets.COOLDOWN_SECONDS)], ids=["listed before", "all at once"])
def test_garbage_at_the_pace_of_our_fetching_keeps_a_new_key_out_for_half_a_minute_at_most(
    listed_before: bool, seconds: float, key_sets: KeySets, platform: FakePlatform, ticking: Ticking
) -> None:
    url, fresh = platform.url + "/jwks", jwk(rsa_key("next"), "next")
    key_sets.find(url, platform.kid)
    if listed_before:
        platform.jwks["keys"].append(fresh)
    for number in range(5):
        ticking.seconds += keysets.COOLDOWN_SECONDS
        with pytest.raises(Problem, match="unknown-key"):
            key_sets.find(url, f"garbage {number}")
    if not listed_before:
        platform.jwks["keys"].append(fresh)
        with pytest.raises(Problem, match="unknown-key"):
            key_sets.find(url, "next")
    ticking.seconds += seconds
    assert key_sets.find(url, "next")
    assert platform.count("/jwks") <= 1 + 5 + 1


def test_nobody_with_a_known_key_waits_for_a_stale_set_to_be_fetched(key_sets: KeySets, platform: FakePlatform, ticking: Ticking) -> None:
    url, hold, asked = platform.url + "/jwks", threading.Event(), threading.Event()
    key_sets.find(url, platform.kid)
    ticking.seconds += keysets.FRESH_SECONDS

    def held(handler: BaseHTTPRequestHandler) -> None:
        asked.set()
        hold.wait(4)
        handler.close_connection = True

    platform.answers = {"/jwks": held}
    fetching = threading.Thread(target=key_sets.find, args=(url, platform.kid))
    fetching.start()
    assert asked.wait(5)
    started = time.monotonic()
    assert key_sets.find(url, platform.kid)
    assert time.monotonic() - started < 1
    hold.set()
    fetching.join()


def test_a_key_that_the_platform_took_away_is_not_believed_for_ever(key_sets: KeySets, platform: FakePlatform, ticking: Ticking) -> None:
    url = platform.url + "/jwks"
    key_sets.find(url, platform.kid)
    platform.jwks = {"keys": [jwk(rsa_key("next"), "next")]}
    ticking.seconds += keysets.FRESH_SECONDS
    with pytest.raises(Problem, match="unknown-key"):
        key_sets.find(url, platform.kid)


def slow(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(8)


def dripping(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b'{"keys": []}')
    handler.close_connection = True


def broken_chunks(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b'5\r\n{"ke\r\nzz\r\n')
    handler.close_connection = True


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" " * 1_000_000)


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.close()


def bomb() -> bytes:
    return gzip.compress(b" " * 50_000_000)


# Stands for the platform's own key set, which is known when it runs.
RIGHT_KEYS = "right keys"
FAULTS: dict[str, Any] = {
    "slow": slow,
    "one byte at a time": dripping,
    "100 MB": endless,
    "hangs up": hangs_up,
    "cut off": cut_off,
    "broken chunks": broken_chunks,
    "a redirect to the right keys": (302, {"Location": "/elsewhere"}, RIGHT_KEYS),
    "not JSON": (200, {}, b"<html>"),
    "nothing": (200, {}, b""),
    "nested too deeply": (200, {}, b"[" * 100_000),
    "no key set": (200, {}, []),
    "keys that are no list": (200, {}, {"keys": {}}),
    "a thousand keys": (200, {}, {"keys": [{"kid": str(number)} for number in range(1000)]}),
    "an error": (500, {}, RIGHT_KEYS),
    "not found": (404, {}, RIGHT_KEYS),
    "compressed": (200, {"Content-Encoding": "gzip"}, bomb()),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_faulty_key_set_is_refused_in_time(
    fault: Any, key_sets: KeySets, platform: FakePlatform, ticking: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lti_tool.launch.outgoing.SILENCE_SECONDS", 0.5)
    monkeypatch.setattr("lti_tool.launch.keysets.LIMITS", keysets.Limits(keysets.LIMITS.bytes, 0.5))
    url = platform.url + "/jwks"
    if isinstance(fault, tuple) and fault[2] == RIGHT_KEYS:
        fault = (*fault[:2], platform.jwks)
    platform.answers = {"/jwks": fault, "/elsewhere": (200, {}, platform.jwks)}
    started = time.monotonic()
    with pytest.raises(Problem, match="keys-unreachable"):
        key_sets.find(url, platform.kid)
    assert time.monotonic() - started < 6
    platform.answers = {}
    with pytest.raises(Problem, match="keys-unreachable"):  # not hammered
        key_sets.find(url, platform.kid)
    ticking.seconds += keysets.RETRY_SECONDS
    assert key_sets.find(url, platform.kid)


def test_limits_are_what_the_threat_list_asks() -> None:
    assert keysets.LIMITS.seconds <= 5
    assert keysets.LIMITS.bytes <= 1_000_000
    assert keysets.COOLDOWN_SECONDS >= 30


def test_old_launches_go_on_while_a_new_key_is_looked_for(key_sets: KeySets, platform: FakePlatform, ticking: Ticking) -> None:
    url, hold = platform.url + "/jwks", threading.Event()
    key_sets.find(url, platform.kid)
    ticking.seconds += keysets.COOLDOWN_SECONDS

    def held(handler: BaseHTTPRequestHandler) -> None:
        hold.wait(4)
        handler.close_connection = True

    platform.answers = {"/jwks": held}

    def look() -> None:
        with pytest.raises(Problem):
            key_sets.find(url, "unknown")

    looking = threading.Thread(target=look)
    looking.start()
    started = time.monotonic()
    assert key_sets.find(url, platform.kid)
    assert time.monotonic() - started < 3
    hold.set()
    looking.join()


def test_a_stale_key_set_is_still_used_when_the_platform_is_down(key_sets: KeySets, platform: FakePlatform, ticking: Ticking) -> None:
    url = platform.url + "/jwks"
    key_sets.find(url, platform.kid)
    ticking.seconds += keysets.FRESH_SECONDS
    platform.answers = {"/jwks": (503, {}, {})}
    assert key_sets.find(url, platform.kid)


GOOD = jwk(rsa_key("platform"), "good")
UNFIT: dict[str, Any] = {
    "oct": {"kty": "oct", "kid": "k", "k": "c2VjcmV0"},
    "elliptic": {"kty": "EC", "kid": "k", "crv": "P-256", "x": "AA", "y": "AA"},
    "small": jwk(rsa_key("small", 1024), "k"),
    "huge": {**GOOD, "kid": "k", "n": "f" * 1900},
    "for encryption": {**GOOD, "kid": "k", "use": "enc"},
    "another algorithm": {**GOOD, "kid": "k", "alg": "HS256"},
    "no kid": {name: value for name, value in GOOD.items() if name != "kid"},
    "kid a number": {**GOOD, "kid": 1},
    "no modulus": {"kty": "RSA", "kid": "k", "e": "AQAB"},
    "modulus a number": {**GOOD, "kid": "k", "n": 5},
    "modulus not base64": {**GOOD, "kid": "k", "n": "ñ" * 400},
    "exponent one": {**GOOD, "kid": "k", "e": "AQ"},
    "exponent even": {**GOOD, "kid": "k", "e": "Ag"},
    "not an object": "k",
}


@pytest.mark.parametrize("entry", UNFIT.values(), ids=UNFIT)
def test_an_unfit_key_is_left_out_and_the_others_stay(entry: Any) -> None:
    assert set(usable_keys({"keys": [entry, GOOD]})) == {"good"}


def test_a_kid_that_stands_for_two_keys_stands_for_none() -> None:
    assert set(usable_keys({"keys": [jwk(rsa_key("a"), "twice"), GOOD, jwk(rsa_key("b"), "twice")]})) == {"good"}


def test_a_key_without_algorithm_and_use_is_taken() -> None:
    plain = {name: GOOD[name] for name in ("kty", "kid", "n", "e")}
    assert set(usable_keys(json.loads(json.dumps({"keys": [plain]})))) == {"good"}


def test_what_is_cached_is_cached_for_each_platform(browser: Browser, platform: FakePlatform, other_platform: FakePlatform) -> None:
    other_platform.kid = platform.kid
    other_platform.jwks = {"keys": [jwk(other_platform.key, platform.kid)]}
    assert browser.launch(platform).status_code == 303
    assert browser.launch(other_platform).status_code == 303
    assert (platform.count("/jwks"), other_platform.count("/jwks")) == (1, 1)
