"""Passwords of keys and PINs of tokens: where they are taken from, and where not."""

from __future__ import annotations

from pathlib import Path

import pytest

from lti_tool.key_secrets import key_access
from lti_tool.problem import Problem
from lti_tool.settings import Settings


def secret(folder: Path, name: str, content: str = "from a file", mode: int = 0o600) -> Path:
    file = folder / name
    file.write_text(content + "\n")
    file.chmod(mode)
    return file


def test_a_named_file_comes_before_systemd_and_systemd_before_the_environment(tmp_path: Path) -> None:
    named = secret(tmp_path, "named", "from the named file")
    given = secret(tmp_path, "sealwright-keys-password", "from systemd")
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path), "SEALWRIGHT_KEYS_PASSWORD": "from the environment"}
    assert key_access(Settings(home=tmp_path, keys_password_file=named), environment).password == b"from the named file"
    assert key_access(Settings(home=tmp_path), environment).password == b"from systemd"
    given.unlink()
    assert key_access(Settings(home=tmp_path), environment).password == b"from the environment"
    assert key_access(Settings(home=tmp_path), {}).password is None


def test_the_pin_is_found_in_the_same_places(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, token_pin_file=secret(tmp_path, "pin", "1234"), pkcs11_module="/usr/lib/module.so")
    assert (key_access(settings, {}).pin, key_access(settings, {}).module) == ("1234", "/usr/lib/module.so")
    assert key_access(Settings(home=tmp_path), {"SEALWRIGHT_TOKEN_PIN": "5678"}).pin == "5678"


@pytest.mark.parametrize(("content", "mode"), [("secret", 0o604), ("secret", 0o602), ("secret", 0o666), ("", 0o600)])
def test_what_everybody_may_read_or_what_is_empty_is_no_secret(tmp_path: Path, content: str, mode: int) -> None:
    file = secret(tmp_path, "named", content, mode)
    with pytest.raises(Problem) as refused:
        key_access(Settings(home=tmp_path, keys_password_file=file), {})
    assert refused.value.code == "key-secret-unreadable"


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem) as refused:
        key_access(Settings(home=tmp_path, keys_password_file=tmp_path / "none"), {})
    assert refused.value.code == "key-secret-unreadable"


def test_no_secret_shows_where_values_are_shown(tmp_path: Path) -> None:
    access = key_access(Settings(home=tmp_path), {"SEALWRIGHT_KEYS_PASSWORD": "correct horse", "SEALWRIGHT_TOKEN_PIN": "1234"})
    assert "correct horse" not in repr(access)
    assert "1234" not in repr(access)
    assert not {"keys_password", "token_pin"} & set(Settings.model_fields)
