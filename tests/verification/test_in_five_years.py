"""What was issued today is verified by the command on a machine whose clock is five years on (threat S13); nobody's authority is asked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from record_parts import with_settings
from served_authority import Served, decided, nothing_owed

from certificate_signing.keyring import store_seal
from certificate_signing.seal_level import SealLevel
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.issuing import register, revoking
from lti_tool.issuing.issue import issue
from lti_tool.issuing.keys import ring
from lti_tool.issuing.token import qr_text
from tests.conftest import skip_or_fail

FAKETIME = shutil.which("faketime")
DAYS = 5 * 366
# The clock that the command goes by is told too: a clock that was not moved would prove nothing.
MAIN = "import sys; from lti_tool import clock; print(clock.now().isoformat(), file=sys.stderr); from lti_tool.commands.main import main; main()"


@dataclass
class Shown:
    """What holders may still show in five years, by its name."""

    installation: Installation
    items: dict[str, str]


def issued_at(level: SealLevel, installation: Installation) -> str:
    sealed = with_settings(installation, seal_level=level)
    return issue(sealed, ring(sealed), decided(sealed), nothing_owed)


@pytest.fixture
def shown(stamping: Installation, authority: Served, tmp_path: Path) -> Shown:
    # This seal's certificate is the CA's, so that there is an answer on its revocation to keep; it runs out within three years.
    store_seal(stamping.settings.keys, authority.ca.seal_key(), clock.now())
    folder = tmp_path / "shown"
    folder.mkdir()
    items: dict[str, str] = {}

    def keep(name: str, content: bytes, ending: str) -> None:
        file = folder / f"{len(items)}.{ending}"
        file.write_bytes(content)
        items[name] = str(file)

    for level in SealLevel:
        number = issued_at(level, stamping)
        pdf = register.pdf(stamping, number)
        keep(f"PDF {level.value}", pdf, "pdf")
        keep(f"PDF {level.value}, altered", pdf + b"\n", "pdf")
    keep("credential", register.credential(stamping, number), "json")
    keep("JWT", register.jwt(stamping, number), "jwt")
    with stamping.database.read() as session:
        held = register.by_number(session, number)
    assert held
    code = qr_text(held.content, ring(stamping).credential)
    items |= {"code": code, "token": code.partition("#")[2], "number": number}
    revoked = issued_at(SealLevel.B_B, stamping)
    revoking.revoke(stamping, revoked, "a mistake", "administrator")
    keep("PDF, revoked", register.pdf(stamping, revoked), "pdf")
    return Shown(stamping, items)


def verified(shown: Shown, days: int) -> dict[str, str]:
    settings = shown.installation.settings
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEALWRIGHT_")} | {
        "SEALWRIGHT_TIMESTAMP_CERTIFICATES": str(settings.timestamp_certificates),
        "SEALWRIGHT_TIMESTAMP_URL": "http://127.0.0.1:9",
        "SEALWRIGHT_SEAL_LEVEL": "B-LTA",
    }
    done = subprocess.run(
        [str(FAKETIME), "-f", f"+{days}d", sys.executable, "-c", MAIN, "--home", str(settings.home), "verify", "--jsonl", *shown.items.values()],
        env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    lines = done.stderr.splitlines()
    assert abs(datetime.fromisoformat(lines[0]) - datetime.now(UTC) - timedelta(days=days)) < timedelta(hours=1), done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["what"] for answer in answers] == list(shown.items.values()), done.stderr
    return {name: " ".join((answer["outcome"], *answer["reasons"])) for name, answer in zip(shown.items, answers, strict=True)}


def test_in_five_years_everything_is_what_it_is_today(shown: Shown, authority: Served) -> None:
    if FAKETIME is None:
        skip_or_fail("not installed here: faketime")
    authority.asked.clear()
    expected = dict.fromkeys(shown.items, "valid")
    expected |= {name: "not-valid changed-after-sealing" for name in shown.items if name.endswith("altered")}
    # What is appended to an archived file stands behind a second revision, whose timestamp does not cover it.
    expected |= {"PDF B-LTA, altered": "not-valid seal-broken", "PDF, revoked": "not-valid revoked"}
    assert ring(shown.installation).seal.certificate.not_valid_after_utc < clock.now() + timedelta(days=DAYS)
    assert len([name for name in shown.items if name.startswith("PDF B-")]) == 2 * len(SealLevel) == 8
    for days in (0, DAYS):
        assert verified(shown, days) == expected
    assert authority.asked == []
