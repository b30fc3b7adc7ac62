"""The signer and the web as two users of the machine, for real (threat S01): whoever takes over the web has no key, and finds none."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from record_parts import SCHEME

from lti_tool import clock
from lti_tool.commands.prepare import prepare
from lti_tool.decision.awarding import Grounds, record_award
from lti_tool.decision.outcome import Award, Checked
from lti_tool.installation import Installation
from lti_tool.scheme.catalogue import shipped
from lti_tool.settings import load

WEB, GROUP = 65534, 65534
PASSWORD = "a password that nobody else knows"

# Becomes the web's user once everything is loaded: the Python that runs the tests may lie where that user can't go.
AS_THE_WEB = """
import contextlib, io, json, os, pathlib, sys
home, decisions = pathlib.Path(sys.argv[1]), sys.argv[2].split(",")
from click.testing import CliRunner
import lti_tool.commands.backup, lti_tool.commands.keys, lti_tool.migrations.upgrade
from lti_tool.commands.main import sealwright
from lti_tool.installation import Installation
from lti_tool.issuing import issue, register, status
from lti_tool.issuing.keys import ring
from lti_tool.settings import load
from lti_tool.verification.verify import verify_anything
from lti_tool.web.app import create_app

def client(installation):
    return create_app(installation).test_client()

def look(installation, decision):
    number = issue.issue(installation, ring(installation), decision, lambda *_: None)
    verdict = verify_anything(installation, register.pdf(installation, number))
    web = client(installation)
    paths = ("/.well-known/did.json", "/status/1", f"/c/{number}", "/nowhere", "/readyz")
    answers = [web.get(path) for path in paths]
    return str(verdict.outcome), [answer.get_data(as_text=True) for answer in answers], answers[-1].status_code

# Once as root, so that what is loaded at first use is loaded.
first = Installation(load(home))
lti_tool.migrations.upgrade.is_current(first.database.engine)
look(first, decisions[0])
first.database.engine.dispose()

# What the kernel keeps for whoever may look: it is the same before and after.
environment = pathlib.Path("/proc/self/environ").read_bytes().decode(errors="replace")

os.umask(0o007)
os.setgroups([])
os.setgid(GROUP)
os.setuid(WEB)
assert os.geteuid() == WEB

def refusal(attempt):
    try:
        attempt()
    except OSError as error:
        return error.errno
    except Exception as error:
        return type(error).__name__
    return None

own = Installation(load(home))
folder = own.settings.signing_keys
keys = ring(own)
files = sys.argv[3].split(",")
told = {
    "open": {name: refusal(lambda name=name: (folder / name).read_bytes()) for name in files},
    "list": refusal(lambda: os.listdir(folder)),
    "write": refusal(lambda: (folder / "evil.pem").write_bytes(b"")),
    "manifest": (folder / "keys.json").read_text(),
    "sign": {use: refusal(lambda use=use: getattr(keys, use)) for use in ("seal", "credential", "log", "jwt")},
    "password": own.key_access.password is None,
}
told["verdict"], told["pages"], told["ready"] = look(own, decisions[1])
runner = CliRunner()
backup = runner.invoke(sealwright, ["--home", str(home), "backup", sys.argv[4]])
told["backup"] = [backup.exit_code, backup.output, repr(backup.exception)]
told["environment"] = environment
told["arguments"] = pathlib.Path("/proc/self/cmdline").read_bytes().decode(errors="replace")
told["signer"] = {name: refusal(lambda name=name: pathlib.Path(f"/proc/{sys.argv[5]}/{name}").read_bytes()) for name in ("environ", "mem")}
print(json.dumps(told))
""".replace("GROUP", str(GROUP)).replace("WEB", str(WEB))


@dataclass(frozen=True)
class Two:
    """An installation of two users: the web's home, the signer's folder of keys, and its process."""

    home: Path
    keys: Path
    signer: subprocess.Popen[str]
    environment: dict[str, str]


@pytest.fixture(scope="module")
def place(request: pytest.FixtureRequest) -> Iterator[Path]:
    if os.geteuid() != 0:
        rules = request.config.pluginmanager.get_plugin(str(Path(__file__).parents[1] / "conftest.py"))
        rules.skip_or_fail("two users need a run as root")
    # Not below pytest's own folder, which is closed to other users.
    folder = Path(tempfile.mkdtemp(prefix="two-users-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def two(place: Path) -> Iterator[Two]:
    home, keys, password = place / "home", place / "signer", place / "password"
    password.write_text(PASSWORD)
    password.chmod(0o600)
    home.mkdir()
    (home / "sealwright.toml").write_text(
        f'signer = "{place / "s.sock"}"\nsigning_keys_dir = "{keys}"\nsigner_clients = "{WEB}"\nkeys_password_file = "{password}"\n'
        "allow_private_hosts = true\n"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEALWRIGHT_")}
    prepare(Installation(load(home, environment)))
    give_to_the_web(home)
    command = [sys.executable, "-c", "from lti_tool.commands.main import main; main()", "--home", str(home), "signer"]
    log = (place / "signer.log").open("w")
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=log, text=True) as process:
        assert process.stderr is not None
        told = process.stderr.readline()
        assert "The signer is ready" in told, told + process.stderr.read()
        yield Two(home, keys, process, environment)
        process.terminate()
        assert process.wait(timeout=60) == 0
    log.close()


def give_to_the_web(home: Path) -> None:
    """As docs/administrators/keys.md says: the home is the web's, and shared by its group."""
    for path in (home, *home.rglob("*")):
        private = path.parent.name == "keys" or path.name == "keys"
        os.chown(path, WEB, GROUP)
        if not private:
            path.chmod(0o2770 if path.is_dir() else 0o660)


def decided(home: Path, environment: dict[str, str]) -> str:
    tool = Installation(load(home, environment))
    scheme = shipped().get(SCHEME)
    award = Award("Þóra Guðmundsdóttir", scheme.id, scheme.edition, scheme.sha256, Checked.PERSON, clock.today(scheme.time_zone))
    with tool.database.write() as session:
        decision = record_award(session, tool, award, Grounds(actor="administrator", reason="a test"))
    tool.database.engine.dispose()
    return decision


@pytest.fixture(scope="module")
def told(two: Two, place: Path) -> dict[str, Any]:
    """What a process of the web's user saw."""
    names = ",".join(sorted(file.name for file in two.keys.glob("*.pem")))
    (place / "backups").mkdir()
    os.chown(place / "backups", WEB, GROUP)
    decisions = ",".join(decided(two.home, two.environment) for _ in range(2))
    arguments = [str(two.home), decisions, names, str(place / "backups" / "one"), str(two.signer.pid)]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(AS_THE_WEB), *arguments], env=two.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    found["log"] = done.stderr + "\n".join(done.stdout.splitlines()[:-1])
    return found


def secrets_of(two: Two) -> list[str]:
    """What a key looks like wherever it leaks to: the lines of its file, and its numbers as PEM writes them in the clear."""
    found = []
    for file in two.keys.glob("*.pem"):
        pem = file.read_bytes()
        private = pem.split(b"-----END ENCRYPTED")[0].decode().splitlines()[1:]
        key = load_pem_private_key(pem, PASSWORD.encode())
        from certificate_signing.key_types import private_pem

        found += [line for line in private if len(line) > 40]
        found += [line for line in private_pem(key).decode().splitlines()[1:-1] if len(line) > 40][1:]
    assert len(found) > 20
    return [*found, PASSWORD]


EACCES = 13


def test_the_webs_user_opens_no_private_key(two: Two, told: dict[str, Any]) -> None:
    assert len(told["open"]) == 4
    assert set(told["open"].values()) == {EACCES}
    assert (told["list"], told["write"]) == (EACCES, EACCES)
    assert told["sign"] == dict.fromkeys(("seal", "credential", "log", "jwt"), "KeyWrong")
    assert told["password"] is True


def test_the_webs_user_reads_every_public_half_and_issues_and_verifies(two: Two, told: dict[str, Any]) -> None:
    assert "BEGIN CERTIFICATE" in told["manifest"]
    assert told["verdict"] == "valid"
    assert told["ready"] == 200
    assert "publicKeyMultibase" in told["pages"][0]
    assert "BitstringStatusList" in told["pages"][1]
    assert "Þóra Guðmundsdóttir" in told["pages"][2]


def test_the_webs_user_can_not_look_into_the_signer(two: Two, told: dict[str, Any]) -> None:
    assert told["signer"] == {"environ": EACCES, "mem": EACCES}


@pytest.mark.parametrize("where", ["environment", "arguments", "pages", "log", "manifest", "signer's log", "database", "home", "backup"])
def test_no_key_is_anywhere_else(two: Two, told: dict[str, Any], place: Path, where: str) -> None:
    looked = {
        "signer's log": lambda: [place / "signer.log"],
        "database": lambda: [file for file in two.home.iterdir() if "sqlite" in file.name],
        "home": lambda: [file for file in two.home.rglob("*") if file.is_file()],
        "backup": lambda: [file for file in (place / "backups").rglob("*") if file.is_file()],
    }
    if where in looked:
        files = looked[where]()
        assert files
        text = "".join(file.read_bytes().decode("latin-1") for file in files)
    else:
        text = str(told[where])
    encoded = base64.b64encode(text.encode()).decode() if where == "pages" else ""
    assert [secret for secret in secrets_of(two) if secret in text or secret in encoded] == []


def test_a_backup_by_the_webs_user_holds_what_verifies_and_says_what_it_lacks(two: Two, told: dict[str, Any], place: Path) -> None:
    status, output, raised = told["backup"]
    assert (status, raised) == (0, "None"), output
    assert "private keys" in output.lower()
    backup = place / "backups" / "one"
    assert "BEGIN CERTIFICATE" in (backup / "signing_keys" / "keys.json").read_text()
    assert not list((backup / "signing_keys").glob("*.pem"))
    assert list((backup / "keys").glob("lti-*.pem"))


def test_a_user_who_is_not_named_gets_nothing(two: Two, place: Path) -> None:
    script = (
        "import os, socket, sys\nos.setgroups([]); os.setgid(12345); os.setuid(12345)\n"
        "s = socket.socket(socket.AF_UNIX); s.settimeout(60); s.connect(sys.argv[1])\n"
        's.sendall(b\'{"asked": "status-list", "name": "1/revocation"}\\n\'); print(s.makefile().readline())'
    )
    done = subprocess.run([sys.executable, "-c", script, str(place / "s.sock")], capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    assert (answer["done"], answer["text"], answer["code"]) == (False, "", "signer-stranger")
