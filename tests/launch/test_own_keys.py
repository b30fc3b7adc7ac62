"""Our own keys change while launches, token requests and several processes go on: nothing fails, nothing needs a restart."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import jwt
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from fake_platform import BASE, Browser, FakePlatform, make_app

from certificate_signing.key_folder import KeyFolder
from certificate_signing.keyring import rotate_lti
from certificate_signing.lti_keys import KEPT, PUBLIC_FIRST
from lti_tool import clock
from lti_tool.history import Event
from lti_tool.installation import Installation
from lti_tool.launch import own_keys
from lti_tool.launch.equipment import equipment
from lti_tool.launch.message import JWKS_SECONDS
from lti_tool.launch.records import Registration
from lti_tool.launch.services import send_score
from lti_tool.problem import Problem

ITEM = "/lineitems/2/lineitem"


class Judge:
    """The platform's token endpoint at its strictest: our key set is fetched every five minutes and never in between."""

    def __init__(self, platform: FakePlatform, tool: Installation) -> None:
        self.app = make_app(tool)
        self.platform = platform
        self.now = clock.now()
        self.fetched_at: datetime | None = None
        self.keys: dict[str, Any] = {}
        self.refused: list[str] = []
        self.kids: set[str] = set()
        platform.answers = {"/token": self.token}

    def token(self, handler: BaseHTTPRequestHandler) -> None:
        good = self.knows(self.platform.seen[-1].form["client_assertion"])
        body = json.dumps({"access_token": "t", "token_type": "Bearer", "expires_in": 0} if good else {"error": "invalid_client"}).encode()
        handler.send_response(200 if good else 400)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def knows(self, token: str) -> bool:
        """Tell whether a JWT of ours verifies with the key set in hand."""
        if self.fetched_at is None or self.now - self.fetched_at >= timedelta(seconds=JWKS_SECONDS):
            with clock.held(self.now):
                listed = self.app.test_client().get("/lti/jwks", base_url=BASE).json
            assert listed is not None
            self.keys = {key["kid"]: jwt.PyJWK(key).key for key in listed["keys"]}
            self.fetched_at = self.now
        kid = jwt.get_unverified_header(token)["kid"]
        self.kids.add(kid)
        if kid not in self.keys:
            self.refused.append(kid)
            return False
        jwt.decode(token, self.keys[kid], algorithms=["RS256"], audience=self.platform.url + "/token")
        return True


@pytest.fixture
def processes(tool: Installation) -> list[Installation]:
    """Three processes of one installation, as `serve --workers 2` and `worker` are: nothing shared but home and database."""
    return [tool, *(another(tool, port) for port in (8401, 8402))]


def another(tool: Installation, port: int) -> Installation:
    # Installations with the same settings are the same to `equipment`.
    return Installation(tool.settings.model_copy(update={"port": port}))


def registration_id(tool: Installation, platform: FakePlatform) -> int:
    with tool.database.read() as session:
        return session.scalars(sa.select(Registration.id).filter_by(issuer=platform.url)).one()


def assertion(tool: Installation, platform: FakePlatform) -> str:
    """What a process would sign now for the token endpoint."""
    key = equipment(tool).ring.lti
    claims = {"iss": platform.client_id, "sub": platform.client_id, "aud": platform.url + "/token"}
    private = load_pem_private_key(key.private_pem, None, unsafe_skip_rsa_key_validation=True)
    return jwt.encode(claims, private, algorithm="RS256", headers={"kid": key.kid})  # type: ignore[arg-type]


def test_nothing_fails_around_a_rotation(processes: list[Installation], platform: FakePlatform) -> None:
    tool, judge = processes[0], Judge(platform, processes[0])
    start = clock.now()
    old = own_keys.lti_keys(tool)[0].kid
    with ThreadPoolExecutor(9) as pool:
        for minute in range(30):
            judge.now = start + timedelta(minutes=minute)
            with clock.held(judge.now):
                signed = [pool.submit(copy_context().run, assertion, processes[number % 3], platform) for number in range(9)]
                if minute == 7:
                    # In the middle: some of the nine have signed, some have not.
                    new = own_keys.rotate(tool, "administrator").kid
                # The set is fetched late, then early in the minute: both must know what was signed.
                assert all(judge.knows(one.result()) for one in signed)
    assert judge.refused == []
    assert judge.kids == {old, new}


def test_scores_and_launches_go_on_around_a_rotation(processes: list[Installation], platform: FakePlatform) -> None:
    tool, judge, start = processes[0], Judge(platform, processes[0]), clock.now()
    registration = registration_id(tool, platform)
    browser = Browser(judge.app)
    for minute in (0, 4, 5, 6, 9, 14, 15, 16, 30):
        judge.now = start + timedelta(minutes=minute)
        with clock.held(judge.now):
            if minute == 5:
                own_keys.rotate(tool, "administrator")
            for process in processes:
                assert send_score(process, registration, platform.url + ITEM, "5", start, 1.0, 1.0, "").kind == "sent"
        assert browser.launch(platform).status_code == 303
    assert judge.refused == []
    assert len(judge.kids) == 2


def kids(tool: Installation) -> list[str]:
    listed = make_app(tool).test_client().get("/lti/jwks", base_url=BASE)
    assert listed.headers["Cache-Control"] == f"public, max-age={JWKS_SECONDS}"
    for key in listed.json["keys"]:
        assert set(key) == {"kty", "n", "e", "alg", "use", "kid"}
        assert (key["alg"], key["use"]) == ("RS256", "sig")
    return [key["kid"] for key in listed.json["keys"]]


@contextmanager
def after(time: timedelta) -> Iterator[None]:
    with clock.held(clock.now() + time):
        yield


def test_the_key_set_lists_both_at_once_and_the_old_one_for_a_week(tool: Installation) -> None:
    (old,) = kids(tool)
    new = own_keys.rotate(tool, "administrator").kid
    assert kids(tool) == [old, new]
    with after(PUBLIC_FIRST):
        assert kids(tool) == [new, old]
    with after(PUBLIC_FIRST + KEPT):
        assert kids(tool) == [new]


def test_another_process_follows_without_a_restart(processes: list[Installation]) -> None:
    own, other, _ = processes
    before = equipment(other).ring.lti.kid
    own_keys.rotate(own, "administrator")
    assert len(kids(other)) == 2
    assert equipment(other).ring.lti.kid == before
    emergency = own_keys.rotate(own, "administrator", at_once=True).kid
    assert kids(other) == [emergency]
    assert equipment(other).ring.lti.kid == emergency


def test_what_administrators_see(tool: Installation) -> None:
    made = own_keys.rotate(tool, "operator-1")
    now = datetime.fromisoformat(KeyFolder(tool.settings.keys).entries()[-1].created)
    old, new = own_keys.lti_keys(tool)
    assert made == new
    assert (old.state, old.until) == ("active", now + PUBLIC_FIRST)
    assert (new.state, new.since, new.until) == ("next", now, now + PUBLIC_FIRST)
    with after(PUBLIC_FIRST):
        assert [(key.state, key.until) for key in own_keys.lti_keys(tool)] == [("previous", now + PUBLIC_FIRST + KEPT), ("active", None)]


@pytest.mark.parametrize("at_once", [False, True])
def test_a_rotation_is_in_the_history(tool: Installation, at_once: bool) -> None:
    made = own_keys.rotate(tool, "operator-1", at_once=at_once)
    with tool.database.read() as session:
        (event,) = session.scalars(sa.select(Event).where(Event.kind == "lti-key-rotated"))
        assert (event.kind, event.subject, event.actor, event.content) == ("lti-key-rotated", f"key:{made.kid}", "operator-1", {"at_once": at_once})


def _damage(tool: Installation) -> None:
    (tool.settings.keys / "keys.json").write_text("{")


def _open_a_key(tool: Installation) -> None:
    next(tool.settings.keys.glob("lti-*.pem")).chmod(0o644)
    _touch(tool)


def _touch(tool: Installation) -> None:
    # The same manifest anew, as a copy from a backup would be.
    manifest = tool.settings.keys / "keys.json"
    fresh = manifest.with_suffix(".fresh")
    fresh.write_bytes(manifest.read_bytes())
    fresh.replace(manifest)


@pytest.mark.parametrize("harm", [_damage, _open_a_key], ids=["damaged", "open to others"])
def test_a_running_process_goes_on_with_the_keys_that_were_good(tool: Installation, harm: Callable[[Installation], None]) -> None:
    before = kids(tool)
    harm(tool)
    assert kids(tool) == before
    with pytest.raises(Problem, match="lti-key-missing"):
        assert equipment(another(tool, 8401)).ring.lti


def test_a_folder_that_was_mended_is_read_again(tool: Installation) -> None:
    kids(tool)
    _open_a_key(tool)
    rotate_lti(tool.settings.keys, clock.now())
    assert len(kids(tool)) == 1
    for file in tool.settings.keys.glob("lti-*.pem"):
        file.chmod(0o600)
    assert len(kids(tool)) == 2


def test_a_folder_that_others_may_write_is_told(tool: Installation) -> None:
    tool.settings.keys.chmod(0o777)
    with pytest.raises(Problem, match="keys-missing"):
        own_keys.lti_keys(tool)


def test_a_damaged_manifest_is_told_and_left_alone(tool: Installation) -> None:
    _damage(tool)
    for ask in (lambda: own_keys.lti_keys(tool), lambda: own_keys.rotate(tool, "administrator")):
        with pytest.raises(Problem, match="keys-missing"):
            ask()
    assert (tool.settings.keys / "keys.json").read_text() == "{"


def test_a_process_that_may_not_write_says_so(tool: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_arguments: object, **_named: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(own_keys, "rotate_lti", refused)
    with pytest.raises(Problem, match="keys-not-writable") as told:
        own_keys.rotate(tool, "operator-1")
    assert "Permission denied" in told.value.in_english()
    with tool.database.read() as session:
        assert session.scalars(sa.select(Event)).all() == []
