"""The code's token shown to us: only what our own register says is valid; three cases in four are refusals."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from record_parts import BASE, issued
from token_cases import CASES, STRANGER, Impostor

from certificate_signing.decimal_text import digits, from_digits
from certificate_signing.key_folder import KeyUse
from certificate_signing.keyring import compromise, create_key
from certificate_signing.offline_token import LARGEST, sign_token
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.issuing import keys, register, revoking
from lti_tool.issuing.number import new_number
from lti_tool.issuing.render import render
from lti_tool.issuing.token import claims_of, packed, qr_text
from lti_tool.verification.verdict import Shown, VerdictOutcome
from lti_tool.verification.verify import verify_anything, verify_text

VALID, WAS_VALID, NOT_VALID, CANNOT_TELL = VerdictOutcome


class Case:
    """A certificate on record, its code, and codes that our own key signs over something else."""

    def __init__(self, tool: Installation) -> None:
        self.tool = tool
        self.number = issued(tool)
        with tool.database.read() as session:
            held = register.by_number(session, self.number)
        assert held
        self.content = held.content
        self.key = keys.ring(tool).credential
        self.code = qr_text(held.content, self.key)
        self.token = self.code.partition("#")[2]

    def saying(self, **changes: object) -> str:
        return digits(sign_token(replace(claims_of(self.content), **changes), self.key))

    def told(self, text: str) -> tuple[VerdictOutcome, str]:
        verdict = verify_text(self.tool, text)
        return verdict.outcome, verdict.reasons[0] if verdict.reasons else ""


@pytest.fixture
def case(tool: Installation) -> Case:
    return Case(tool)


def test_a_genuine_code_is_valid(either_tool: Installation) -> None:
    case = Case(either_tool)
    for text in (case.code, case.token, f"{BASE}/c/{case.number}/#{case.token}"):
        verdict = verify_anything(case.tool, text.encode())
        assert (verdict.outcome, verdict.shown) == (VALID, Shown.TOKEN)
        assert all(step.held for step in verdict.steps)
        assert verdict.certificate.content == case.content


@pytest.mark.parametrize("behind", ["main", "", ":~:text=Valid", "12345", "9" * 2000, "x" * 400, "0" * 300])
def test_what_is_no_token_behind_an_address_does_not_matter(case: Case, behind: str) -> None:
    assert case.told(f"{BASE}/c/{case.number}#{behind}") == (VALID, "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"holder": "Anna Muster"}, "holder_name"), ({"award": "Another award"}, "title"), ({"level": "C2"}, "level"), ({"level": ""}, "level"),
        ({"issued_on": date(2020, 1, 1)}, "issued_on"), ({"holder": "Þóra", "shortened": frozenset({"award"})}, "holder_name"),
    ],
)  # fmt: skip
def test_a_code_that_says_something_else_than_the_register(case: Case, changes: dict[str, object], field: str) -> None:
    verdict = verify_text(case.tool, f"{BASE}/c/{case.number}#{case.saying(**changes)}")
    assert (verdict.outcome, verdict.reasons) == (NOT_VALID, ("token-differs",))
    assert field in [difference.field for difference in verdict.differences]
    assert verdict.certificate.content == case.content


def test_another_index_is_something_else_too(case: Case) -> None:
    assert case.told(case.saying(status_index=case.content.status_index + 1)) == (NOT_VALID, "token-differs")


FORGED: dict[str, tuple[Callable[[Case], str], str]] = {
    "somebody else's": (lambda case: digits(sign_token(claims_of(case.content), STRANGER)), "token-other-key"),
    "under our key's name": (lambda case: digits(sign_token(claims_of(case.content), Impostor(STRANGER, case.key.public_bytes))), "token-altered"),
    "altered": (lambda case: digits(from_digits(case.token, LARGEST).replace(b"educators", b"engineers")), "token-altered"),
    "of another certificate": (lambda case: Case(case.tool).token, "token-other-number"),
    "of a number that is none": (lambda case: case.saying(number=b"\xff" * 15), "token-other-number"),
    "of a short number": (lambda case: case.saying(number=b"\x01" * 14), "token-other-number"),
}


@pytest.mark.parametrize(("made", "reason"), FORGED.values(), ids=FORGED.keys())
def test_forged_codes_behind_a_true_address(case: Case, made: Callable[[Case], str], reason: str) -> None:
    assert case.told(f"{BASE}/c/{case.number}#{made(case)}") == (NOT_VALID, reason)


@pytest.mark.parametrize("name", [name for name, (token, code) in CASES.items() if code == "token-unreadable" and 90 < len(token) <= LARGEST])
def test_unreadable_codes(case: Case, name: str) -> None:
    assert case.told(digits(CASES[name][0])) == (CANNOT_TELL, "token-unreadable")


def test_a_number_that_was_never_issued(case: Case) -> None:
    assert case.told(case.saying(number=packed(new_number()))) == (NOT_VALID, "number-unknown")


def test_what_became_of_it_counts(case: Case) -> None:
    issued(case.tool, supersedes=case.number)
    assert case.told(case.code) == (WAS_VALID, "replaced")
    other = Case(case.tool)
    revoking.revoke(case.tool, other.number, "by mistake", "administrator")
    assert other.told(other.code) == (NOT_VALID, "revoked")


def test_a_true_code_at_a_foreign_address(case: Case) -> None:
    assert case.told(f"https://certificates.example/c/{case.number}#{case.token}") == (NOT_VALID, "other-address")


def test_a_key_that_was_stolen_later_does_no_harm_to_what_the_register_holds(case: Case) -> None:
    keys_folder = case.tool.settings.keys
    create_key(keys_folder, KeyUse.CREDENTIAL, "", "", clock.now())
    compromise(keys_folder, case.key.key_id, clock.now(), clock.now())
    assert case.told(case.code) == (VALID, "")
    assert case.told(case.saying(holder="Anna Muster")) == (NOT_VALID, "token-differs")


def test_a_photo_of_a_paper_whose_code_was_exchanged(case: Case) -> None:
    forged = f"{BASE}/c/{case.number}#{case.saying(holder='Anna Muster')}"
    for text, reason in ((forged, "token-differs"), (f"{BASE}/c/{case.number}#{FORGED['altered'][0](case)}", "token-altered")):
        page = pypdfium2.PdfDocument(render(case.content, b"{}", text))[0].render(scale=150 / 72).to_pil()
        stored = io.BytesIO()
        page.convert("RGB").save(stored, "PNG")
        verdict = verify_anything(case.tool, stored.getvalue())
        assert (verdict.outcome, verdict.reasons) == (NOT_VALID, (reason,))
