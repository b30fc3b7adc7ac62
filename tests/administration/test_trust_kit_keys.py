"""What a trust kit says of the work of keys that were stolen: what is proved older stands, nothing genuine is called forged (threat S13)."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from kit_parts import FORMS, Issuer, told, write
from record_parts import SCHEME, keys_folder, tool

from certificate_signing.keyring import KeyRing, KeyUse, compromise, create_key
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.issuing import register
from lti_tool.issuing.certificate import CertificateContent
from lti_tool.issuing.keys import ring
from lti_tool.issuing.make import make
from lti_tool.issuing.number import new_number
from lti_tool.issuing.token import qr_text
from lti_tool.public_log.records import LogCheckpoint, LogLeaf
from lti_tool.scheme.catalogue import shipped
from lti_tool.verification.kit import TrustKit
from lti_tool.verification.kit_verify import verify_with_kit
from lti_tool.verification.verify import verify_anything

__all__ = ["keys_folder", "tool"]

HOUR = timedelta(hours=1)
VALID = ("valid", ())
NO_PROOF = ("cannot-tell", ("key-compromised",))
NO_LONGER = ("cannot-tell", ("seal-not-trusted",))
STOLEN = ("not-valid", ("key-stolen",))
# The forms that a key signs. The PDF carries the other forms, but its seal is what counts of it.
SIGNS = {KeyUse.SEAL: ("pdf",), KeyUse.CREDENTIAL: ("credential", "token"), KeyUse.JWT: ("jwt",)}


@pytest.fixture
def issuer(tool: Installation, tmp_path: Path) -> Issuer:
    return Issuer(tool, tmp_path / "kit")


@dataclass(frozen=True)
class Thief:
    """Somebody with every key of the issuer as they were, and what they know of its certificates."""

    issuer: Issuer
    keys: KeyRing

    def content(self, name: str, **changes: Any) -> CertificateContent:
        with self.issuer.installation.database.read() as session:
            found = register.by_number(session, self.issuer.numbers[name])
        assert found is not None
        number = changes.get("number", found.content.number)
        return replace(found.content, address=f"{found.content.base_url}/c/{number}", holder_name="Mallory Example", **changes)

    def forged(self, name: str, **changes: Any) -> dict[str, bytes]:
        content = self.content(name, **changes)
        made = make(content, shipped().get(SCHEME).award, self.keys)
        assert made.jwt is not None
        return {"pdf": made.pdf, "credential": made.credential, "jwt": made.jwt, "token": qr_text(content, self.keys.credential).encode()}


def stolen(installation: Installation, use: KeyUse, since: timedelta) -> Any:
    """Replace the active key of a use, and declare it compromised from an instant on, relative to the present; return when that was."""
    old = next(entry for entry in ring(installation).entries if entry.use is use)
    now = clock.now()
    later = now + 2 * HOUR
    create_key(installation.settings.keys, use, "Example Academy", "BE", later)
    compromise(installation.settings.keys, old.id, now + since, later)
    return later


@pytest.mark.parametrize("use", SIGNS)
@pytest.mark.parametrize("since", [HOUR, -HOUR], ids=["made before", "made after"])
def test_what_a_stolen_key_made_counts_if_the_log_proves_it_older(issuer: Issuer, tool: Installation, use: KeyUse, since: timedelta) -> None:
    later = stolen(tool, use, since)
    live = {form: verify_anything(tool, issuer.files["kept"][form]) for form in FORMS}
    kit = issuer.gone()
    found = {form: verify_with_kit(kit, issuer.files["kept"][form], later) for form in FORMS}
    expected = dict.fromkeys(FORMS, VALID)
    if since < timedelta():
        expected |= dict.fromkeys(SIGNS[use], NO_LONGER)
    agreed = {form: (verdict.outcome.value, verdict.reasons) for form, verdict in live.items()}
    # The register compares what a code says with its record; a kit has no names to compare with.
    assert agreed == expected | {"token": VALID}
    assert {form: told(answer) for form, answer in found.items()} == expected | ({"token": NO_PROOF} if use is KeyUse.CREDENTIAL else {})
    # Nothing is said under the issuer's signature that may be the thief's.
    assert all(bool(answer.said) is (told(answer) == VALID) for answer in found.values())


@pytest.mark.parametrize("use", SIGNS)
def test_what_was_revoked_or_replaced_stays_so(issuer: Issuer, tool: Installation, use: KeyUse) -> None:
    later = stolen(tool, use, HOUR)
    kit = issuer.gone()
    for name, standing in {"revoked": ("not-valid", ("revoked",)), "replaced": ("was-valid", ("replaced",))}.items():
        for form in FORMS:
            doubtful = use is KeyUse.CREDENTIAL and form == "token" and name == "replaced"
            assert told(verify_with_kit(kit, issuer.files[name][form], later)) == (NO_PROOF if doubtful else standing), (name, form)


REWRITTEN = {
    "other spaces": ({"indent": 2}, VALID),
    "other letters": ({"ensure_ascii": True}, VALID),
    "another order": ({"sort_keys": True}, NO_PROOF),
}


@pytest.mark.parametrize("rewritten", REWRITTEN)
def test_a_credential_that_a_wallet_wrote_anew(issuer: Issuer, tool: Installation, rewritten: str) -> None:
    """With other spaces it is still the one that the log knows; in another order it is not forged, but nothing proves when it was made."""
    how, expected = REWRITTEN[rewritten]
    shown = json.dumps(json.loads(issuer.files["kept"]["credential"]), **({"ensure_ascii": False} | how)).encode()
    assert shown != issuer.files["kept"]["credential"]
    write(tool, issuer.folder)
    assert told(verify_with_kit(TrustKit.open(issuer.folder), shown, clock.now())) == VALID
    later = stolen(tool, KeyUse.CREDENTIAL, HOUR)
    assert told(verify_with_kit(issuer.gone(), shown, later)) == expected


def test_a_jwt_may_end_in_a_new_line(issuer: Issuer, tool: Installation) -> None:
    later = stolen(tool, KeyUse.JWT, HOUR)
    assert told(verify_with_kit(issuer.gone(), b"\n" + issuer.files["kept"]["jwt"] + b"\n", later)) == VALID


# What a thief may claim: which certificate it is, and how many days before its true issue it is dated.
CLAIMS: dict[str, tuple[str, bool, int]] = {
    "a certificate of somebody else": ("kept", False, 0),
    "one of somebody else, dated back": ("kept", False, 400),
    "one that was replaced": ("replaced", False, 0),
    # Dated like the last one: the first may be dated a second before the log that began with it.
    "one that nobody issued": ("corrected", True, 0),
    "one that nobody issued, older than the log": ("kept", True, 400),
}


@pytest.mark.parametrize("since", [HOUR, -HOUR], ids=["stolen later", "stolen earlier"])
def test_whatever_a_thief_makes_is_never_valid(issuer: Issuer, tool: Installation, since: timedelta) -> None:
    thief = Thief(issuer, ring(tool))
    forged = {}
    for claim, (name, invented, days) in CLAIMS.items():
        dated = thief.content(name).issued_at - timedelta(days=days)
        number = new_number() if invented else issuer.numbers[name]
        forged[claim] = thief.forged(name, number=number, issued_at=dated, issued_on=dated.date())
    for use in SIGNS:
        later = stolen(tool, use, since)
    kit = issuer.gone()
    for claim, files in forged.items():
        for form in FORMS:
            answer = verify_with_kit(kit, files[form], later)
            assert told(answer) == EXPECTED[claim].get(form, EXPECTED[claim][""]), (claim, form)
            assert answer.said == {}


# A code and a credential might be genuine ones that the log can't know; of PDFs and JWTs it knows the very file.
OF_ANOTHER = {"pdf": STOLEN, "jwt": STOLEN, "": NO_PROOF}
EXPECTED: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    "a certificate of somebody else": OF_ANOTHER,
    "one of somebody else, dated back": OF_ANOTHER,
    "one that was replaced": OF_ANOTHER,
    "one that nobody issued": {"": ("cannot-tell", ("kit-unknown",))},
    "one that nobody issued, older than the log": {"": NO_PROOF},
}


def test_a_jwt_of_a_stolen_key_that_nobody_missed_is_not_valid_either(issuer: Issuer, tool: Installation) -> None:
    """Nobody has a reason to write a JWT anew: like a PDF it must be the very one that was issued."""
    forged = Thief(issuer, ring(tool)).forged("kept")
    kit = issuer.gone()
    for form in ("pdf", "jwt"):
        assert told(verify_with_kit(kit, forged[form], clock.now())) == ("cannot-tell", ("sealed-not-registered",))


def test_what_is_older_than_the_log_and_of_a_stolen_key_is_not_called_forged(issuer: Issuer, tool: Installation) -> None:
    with tool.database.write() as session:
        for table in (LogCheckpoint, LogLeaf):
            session.execute(sa.delete(table))
    for use in SIGNS:
        later = stolen(tool, use, HOUR)
    kit = issuer.gone()
    assert {form: told(verify_with_kit(kit, issuer.files["kept"][form], later)) for form in FORMS} == dict.fromkeys(FORMS, NO_PROOF)


def test_a_code_dated_before_its_key_can_not_be_told(issuer: Issuer, tool: Installation) -> None:
    day = clock.now() - timedelta(days=400)
    early = Thief(issuer, ring(tool)).forged("kept", issued_on=day.date())["token"]
    assert told(verify_with_kit(issuer.gone(), early, clock.now())) == ("cannot-tell", ("key-out-of-time",))
