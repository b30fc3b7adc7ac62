"""Keys in a folder of their own, and backups that leave them out: moved whole, and everything verifies without them."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from record_parts import issued
from test_issue_commands import HOLDER, Commands

from certificate_signing.errors import KeyWrong
from certificate_signing.key_folder import TRAVERSABLE, KeyFolder, KeyUse
from certificate_signing.key_making import move_keys
from certificate_signing.keyring import SIGNING_USES
from lti_tool.commands.main import sealwright
from lti_tool.commands.prepare import prepare
from lti_tool.installation import Installation
from lti_tool.issuing import register
from lti_tool.issuing.keys import ring
from lti_tool.problem import Problem
from lti_tool.verification.verify import verify_anything


def keys(tool: Installation, *arguments: str) -> Result:
    return CliRunner().invoke(sealwright, ["--home", str(tool.settings.home), "keys", *arguments])


def apart(tool: Installation, folder: Path) -> Installation:
    return Installation(tool.settings.model_copy(update={"signing_keys_dir": folder}))


def test_keys_are_moved_whole_and_the_installation_goes_on(tool: Installation, tmp_path: Path) -> None:
    prepare(tool)
    number, before = issued(tool), tool.key_entries()
    target = tmp_path / "signer" / "keys"
    assert keys(tool, "move", str(target)).exit_code == 0
    assert [entry.use for entry in KeyFolder(tool.settings.keys).entries()] == [KeyUse.LTI]
    assert [file.name[:3] for file in tool.settings.keys.glob("*.pem")] == ["lti"]
    assert stat.S_IMODE(target.stat().st_mode) == TRAVERSABLE
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in target.iterdir() if file.suffix == ".json"} == {"keys.json": 0o644}
    assert {stat.S_IMODE(file.stat().st_mode) for file in target.glob("*.pem")} == {0o600}
    moved = apart(tool, target)
    prepare(moved)
    assert sorted(moved.key_entries(), key=str) == sorted(before, key=str)
    assert verify_anything(moved, register.pdf(moved, number)).outcome == "valid"
    assert issued(moved)


def test_what_holds_other_keys_is_no_place_to_move_to(tool: Installation, tmp_path: Path) -> None:
    prepare(Installation(tool.settings.model_copy(update={"keys_dir": tmp_path / "other", "home": tmp_path / "home2"})))
    before = tool.key_entries()
    refused = keys(tool, "move", str(tmp_path / "other")).exception
    assert isinstance(refused, Problem)
    assert refused.code == "key-refused"
    assert tool.key_entries() == before


def test_a_move_that_was_interrupted_is_finished_by_the_next(tool: Installation, tmp_path: Path) -> None:
    source, target = KeyFolder(tool.settings.keys), KeyFolder(tmp_path / "target", mode=TRAVERSABLE)
    moving = [entry for entry in source.entries() if entry.use in SIGNING_USES]
    with target.locked():
        target.receive(moving, {entry.file: source.read(entry) for entry in moving})
    assert ring(tool).seal.sign(b"x")
    move_keys(source, target, SIGNING_USES)
    assert ring(apart(tool, target.path)).seal.sign(b"x")
    assert [entry.use for entry in source.entries()] == [KeyUse.LTI]


def test_a_private_key_that_is_gone_stops_the_move(tool: Installation, tmp_path: Path) -> None:
    next(tool.settings.keys.glob("seal-*.pem")).unlink()
    before = (tool.settings.keys / "keys.json").read_bytes()
    with pytest.raises(KeyWrong):
        move_keys(KeyFolder(tool.settings.keys), KeyFolder(tmp_path / "target"), SIGNING_USES)
    assert (tool.settings.keys / "keys.json").read_bytes() == before


def test_a_backup_without_keys_verifies_and_signs_once_it_has_new_ones(tool: Installation, tmp_path: Path) -> None:
    run, restored = Commands(tool.settings.home), Commands(tmp_path / "blank")
    made = json.loads(run("issue", *HOLDER, "--out", str(tmp_path / "out"), "--json"))
    assert "not in it" in run("backup", str(tmp_path / "backup"), "--without-keys")
    assert [file.name for file in (tmp_path / "backup" / "keys").iterdir()] == ["keys.json"]
    everything = b"".join(file.read_bytes() for file in (tmp_path / "backup").rglob("*") if file.is_file())
    for file in tool.settings.keys.glob("*.pem"):
        assert file.read_bytes().splitlines()[1] not in everything
    restored("restore", str(tmp_path / "backup"))
    assert "Valid" in restored("verify", made["certificate"])
    assert "[keys-missing]" in restored("issue", *HOLDER, "--out", str(tmp_path / "out2"), "--json", status=2)
    for use in SIGNING_USES:
        restored("keys", "create", use.value)
    again = json.loads(restored("issue", *HOLDER, "--out", str(tmp_path / "out3"), "--json"))
    assert "Valid" in restored("verify", again["certificate"])
    assert "Valid" in restored("verify", made["certificate"])
