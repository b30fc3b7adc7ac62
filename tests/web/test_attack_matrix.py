"""Every attack on whoever verifies, by every way to verify: never valid, told by the right reason, and nothing elsewhere is asked."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import no_network
import pytest
from attacks import ATTACKS, BY_THE_KIT, CANNOT_TELL, NEEDS_OCR, Attack, Loot
from bs4 import BeautifulSoup
from kit_parts import write
from record_parts import issued
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from certificate_signing.keyring import KeyRing
from lti_tool import clock
from lti_tool.evidence import ocr
from lti_tool.issuing import keys, revoking
from lti_tool.issuing.issue import issue
from lti_tool.verification import words
from lti_tool.verification.kit import TrustKit
from lti_tool.verification.kit_verify import verify_with_kit

MAIN = "from lti_tool.commands.main import main; main()"


@pytest.fixture
def loot(house, tmp_path) -> Loot:
    opened = house.installation
    stranger = KeyRing.create_for_development(tmp_path / "stranger", "Example Academy", "BE", clock.now())
    a, b, revoked, replaced = (issued(opened, holder) for holder in ("Þóra Guðmundsdóttir", "Benedikta Example", "Revoked Example", "Anna Exmaple"))
    revoking.revoke(opened, revoked, "a mistake", "administrator")
    corrected = revoking.reissue(opened, replaced, holder_name="Anna Example", reason="x", actor="administrator")
    issue(opened, keys.ring(opened), corrected, lambda *_: None)
    return Loot(opened, a, b, revoked, replaced, stranger)


# What has an address of its own by its number, and what is the very file that was issued.
NUMBERS = {"a number that nobody issued", "a number that was revoked", "a number that was replaced"}
KNOWN_FILES = {"a PDF that was revoked", "a PDF that was replaced"}


def expected(name: str, attack: Attack) -> tuple[set[str], set[str]]:
    """The outcomes and reasons that may be told; without OCR a forged paper is one that can't be compared, and the test does not pass."""
    if name in NEEDS_OCR and not ocr.available():
        return {CANNOT_TELL}, {"picture-not-compared"}
    return {attack.outcome} if attack.outcome else {"not-valid", CANNOT_TELL}, set(attack.reasons)


def test_no_attack_is_ever_valid(house, loot, tmp_path, request):
    """One test, so that everything is forged once and the command line starts once."""
    shown = {name: attack.show(loot) for name, attack in ATTACKS.items()}
    assert len(shown) > 60
    genuine = {loot.pdf(), loot.credential(), loot.jwt()}
    by_command = on_the_command_line(loot, shown, tmp_path)
    kit = exported(loot, tmp_path / "kit")
    wrong = []
    for name, content in shown.items():
        attack = ATTACKS[name]
        if content in genuine:
            # A way to forge that needs other bytes than this certificate has; tests/certificate_signing holds its own.
            continue
        outcomes, reasons = expected(name, attack)
        with no_network.watched() as tried:
            told = {"command": by_command[name], "programs": by_interface(house, content), "page": on_the_page(house, content, attack)}
            told |= by_number(house, content) if name in NUMBERS else {}
            by_digest = {} if attack.text else by_hash(house, content)
            told_by_kit = by_the_kit(kit, content)
        for way, (outcome, reason) in told.items():
            if outcome not in outcomes or reason not in reasons:
                wrong.append((name, way, outcome, reason))
        # A file that is not the very one that was issued is nothing that a hash could be known by.
        known = (attack.outcome, *attack.reasons) if name in KNOWN_FILES else (CANNOT_TELL, "file-unknown")
        wrong += [(name, way, *found) for way, found in by_digest.items() if found != known]
        wrong += [(name, "reached", whereto) for whereto in tried]
        if told_by_kit not in expected_of_the_kit(name, attack):
            wrong.append((name, "kit", *told_by_kit))
    assert wrong == []
    request.getfixturevalue("needs_ocr")


def on_the_command_line(loot: Loot, shown: dict[str, bytes], folder: Path) -> dict[str, tuple[str, str]]:
    items = {}
    for place, (name, content) in enumerate(shown.items()):
        if ATTACKS[name].text:
            items[name] = content.decode()
        else:
            file = folder / f"{place}.bin"
            file.write_bytes(content)
            items[name] = str(file)
    (folder / "list").write_text("\n".join(items.values()))
    nowhere, tried = no_network.everywhere(folder)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEALWRIGHT_")} | nowhere
    home = str(loot.installation.settings.home)
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "--home", home, "verify", "--jsonl", "--from", str(folder / "list")],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert tried.read_text() == ""
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["what"] for line in lines] == list(items.values())
    return {name: (line["outcome"], line["reasons"][0] if line["reasons"] else "") for name, line in zip(items, lines, strict=True)}


def exported(loot: Loot, folder: Path) -> TrustKit:
    write(loot.installation, folder)
    return TrustKit.open(folder)


def by_the_kit(kit: TrustKit, content: bytes) -> tuple[str, str]:
    verdict = verify_with_kit(kit, content, clock.now()).verdict
    return verdict.outcome.value, verdict.reasons[0] if verdict.reasons else ""


def expected_of_the_kit(name: str, attack: Attack) -> set[tuple[str, str]]:
    """What the register says, but for what a kit can't know."""
    if name in BY_THE_KIT:
        return {BY_THE_KIT[name]}
    return set(itertools.product({attack.outcome} if attack.outcome else {"not-valid", CANNOT_TELL}, attack.reasons))


def somebody(house):
    """A client at an address of its own: nobody may ask so much in so little time."""
    client = house.app.test_client()
    client.environ_base["REMOTE_ADDR"] = f"2001:db8::{next(_addresses):x}"
    return client


_addresses = itertools.count(1)


def by_interface(house, content: bytes) -> tuple[str, str]:
    told = somebody(house).post("/api/verify", data=content, content_type="application/octet-stream").json
    return told["outcome"], told["reasons"][0]["code"] if told["reasons"] else ""


def on_the_page(house, content: bytes, attack: Attack) -> tuple[str, str]:
    """What the page says, told back from its words: whoever reads it has nothing else."""
    data = {"number": content.decode()} if attack.text else {"file": FileStorage(io.BytesIO(content), "x.pdf")}
    # Encoded here: the client's own way leaves temporary files behind.
    boundary, body = encode_multipart(data)
    kind = f"multipart/form-data; boundary={boundary}"
    return said_on(somebody(house).post("/verify", data=body, content_type=kind, follow_redirects=True))


def by_number(house, content: bytes) -> dict[str, tuple[str, str]]:
    """The addresses that a number has, for people and for programs."""
    number = content.decode()
    told = somebody(house).get(f"/api/verify/{number}").json
    return {"address": said_on(somebody(house).get(f"/c/{number}")), "number": (told["outcome"], told["reasons"][0]["code"])}


def by_hash(house, content: bytes) -> dict[str, tuple[str, str]]:
    """What is told of a file that stays where it is."""
    digest = hashlib.sha256(content).hexdigest()
    told = somebody(house).get(f"/api/verify/sha256/{digest}").json
    reason = told["reasons"][0]["code"] if told["reasons"] else ""
    return {"hash": (told["outcome"], reason), "hash on the page": said_on(somebody(house).get(f"/verify?sha256={digest}"))}


def said_on(answer) -> tuple[str, str]:
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 200
    mood, sentence = page.find(class_="verdict")["class"][1], page.find(class_="verdict").p.text
    codes = [code for code, text in words.vocabulary()["reasons"].items() if text == sentence]
    if mood == "good" or not codes:
        return "valid", sentence
    outcome = {"wrong": "not-valid", "attention": "was-valid" if codes[0] in {"replaced", "expired"} else "cannot-tell"}[mood]
    return outcome, codes[0]
