"""The sealed state of a login: what is known travels in it, and nobody but this installation can write or change it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta

import pytest

from lti_tool import clock
from lti_tool.launch.logins import Login, Logins
from lti_tool.problem import Problem

TARGET = "https://tool.example/lti/launch?activity=final"
OURS = Logins(b"a secret of this installation")


def begun(registration_id: int = 1, storage_target: str = "") -> Login:
    return OURS.begin(registration_id=registration_id, target=TARGET, storage_target=storage_target)


def parts(login: Login) -> list[str]:
    return OURS.state(login).removeprefix("state-").split(".")


def written(login: Login, old: bytes, new: bytes) -> str:
    """The state with other particulars under the same seal."""
    login_id, body, seal = parts(login)
    changed = base64.urlsafe_b64decode(body + "==").replace(old, new, 1)
    return f"state-{login_id}.{base64.urlsafe_b64encode(changed).rstrip(b'=').decode()}.{seal}"


def mixed(first: int, second: int, third: int) -> str:
    """A state put together from two that are good."""
    both = (parts(begun(1)), parts(begun(2)))
    return "state-" + ".".join(both[which][part] for part, which in enumerate((first, second, third)))


def sealed_with(seal: Callable[[Login], str]) -> str:
    """A good state but for its seal."""
    login = begun()
    login_id, body, _ = parts(login)
    return f"state-{login_id}.{body}.{seal(login)}"


def later(login: Login) -> str:
    at = int(login.expires_at.timestamp())
    return written(login, str(at).encode(), str(at + 3600).encode())


FORGED: dict[str, Callable[[], str]] = {
    "another registration": lambda: written(begun(1), b"1\n", b"2\n"),
    "a later end": lambda: later(begun()),
    "another target": lambda: written(begun(), b"final", b"apply"),
    "a frame that keeps a secret": lambda: written(begun(), b"final\n", b"final\n_parent"),
    "another login's id": lambda: mixed(1, 0, 0),
    "another login's particulars": lambda: mixed(0, 1, 0),
    "another login's seal": lambda: mixed(0, 0, 1),
    "sealed by another installation": lambda: Logins(b"another secret").state(begun()),
    "the nonce as the seal": lambda: sealed_with(OURS.nonce),
    "the storage's secret as the seal": lambda: sealed_with(OURS.secret),
    "no seal": lambda: sealed_with(lambda _: ""),
    "a seal of zeros": lambda: sealed_with(lambda _: "0" * 32),
    "a line more": lambda: OURS.state(begun()) + "\n",
    "no prefix": lambda: OURS.state(begun()).removeprefix("state-"),
    "too long": lambda: OURS.state(OURS.begin(registration_id=1, target="https://tool.example/" + "a" * 2000)),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_state_that_was_not_sealed_here_as_it_is(forge: Callable[[], str]) -> None:  # L02, L03
    with pytest.raises(Problem, match="state-unknown"):
        OURS.open(forge())


@pytest.mark.parametrize("storage_target", ["", "_parent", "post_message_forwarding"])
def test_a_state_tells_what_was_begun(storage_target: str) -> None:
    login = begun(7, storage_target)
    assert OURS.open(OURS.state(login)) == login
    assert (login.registration_id, login.target, login.storage_target) == (7, TARGET, storage_target)


@pytest.mark.parametrize(("seconds", "good"), [(0, True), (295, True), (301, False), (-3600, True)])
def test_a_state_ends_after_five_minutes(seconds: int, good: bool) -> None:
    login = begun()
    with clock.held(clock.now() + timedelta(seconds=seconds)):
        if good:
            assert OURS.open(OURS.state(login)) == login
        else:
            with pytest.raises(Problem, match="login-expired"):
                OURS.open(OURS.state(login))


def test_what_one_login_bears_says_nothing_of_another() -> None:
    first, second = begun(), begun()
    said = [OURS.nonce(first), OURS.secret(first), parts(first)[2], OURS.nonce(second), OURS.secret(second), parts(second)[2], first.id, second.id]
    assert len(set(said)) == len(said)
    assert not any(secret in OURS.state(login) for login in (first, second) for secret in (OURS.nonce(login), OURS.secret(login)))
