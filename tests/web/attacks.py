"""Everything that a forger may show a verifier, as rows: what is shown, and what it must be told (threats S04 to S09, S16).

None of them is ever valid, on the page, by the interface for programs, on the command line, or by a trust kit.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from forgeries import FORGERIES
from jwt_forgeries import JWTS, by_shared_secret
from paper_pictures import NAME, another_page, overlaid, page, photo, saved, scan, with_code, without_seal, written_over

from certificate_signing.decimal_text import digits
from certificate_signing.keyring import KeyRing
from certificate_signing.offline_token import sign_token
from lti_tool.installation import Installation
from lti_tool.issuing import keys, register
from lti_tool.issuing.certificate import CertificateContent
from lti_tool.issuing.make import make
from lti_tool.issuing.number import new_number, shown
from lti_tool.issuing.token import claims_of
from lti_tool.scheme.catalogue import shipped

NOT_VALID, CANNOT_TELL, WAS_VALID = "not-valid", "cannot-tell", "was-valid"


@dataclass
class Loot:
    """What a forger has: a certificate of A, the number of B, one that was revoked, one that was replaced, and keys of their own."""

    installation: Installation
    a: str
    b: str
    revoked: str
    replaced: str
    stranger: KeyRing

    @property
    def base(self) -> str:
        return self.installation.settings.base_url

    def pdf(self, number: str = "") -> bytes:
        return register.pdf(self.installation, number or self.a)

    def credential(self, number: str = "") -> bytes:
        return register.credential(self.installation, number or self.a)

    def jwt(self, number: str = "") -> bytes:
        return register.jwt(self.installation, number or self.a)

    def content(self, number: str = "") -> CertificateContent:
        with self.installation.database.read() as session:
            found = register.by_number(session, number or self.a)
        assert found is not None
        return found.content

    def made_with(self, ring: KeyRing) -> Any:
        return make(self.content(), shipped().get("digital-competence").award, ring)

    def code(self, number: str, at: str, ring: KeyRing | None = None) -> bytes:
        """The token of one certificate behind the address of another."""
        key = (ring or keys.ring(self.installation)).credential
        token = digits(sign_token(claims_of(self.content(number)), key))
        return f"{self.base}/c/{at}#{token}".encode()

    def public_key(self) -> bytes:
        """Our public key for JWTs, as anybody can fetch it."""
        (key,) = keys.ring(self.installation).jwt_public.values()
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def altered(self, change: Callable[[dict[str, Any]], object]) -> bytes:
        document = json.loads(self.credential())
        change(document)
        return json.dumps(document).encode()


@dataclass(frozen=True)
class Attack:
    """What is shown, the outcome, and the reasons of which one must be given; `text` tells what is typed rather than sent as a file."""

    show: Callable[[Loot], bytes]
    outcome: str
    reasons: frozenset[str]
    text: bool = False


def _file(outcome: str, *reasons: str) -> Callable[[Callable[[Loot], bytes]], Attack]:
    return lambda show: Attack(show, outcome, frozenset(reasons))


def _text(outcome: str, *reasons: str) -> Callable[[Callable[[Loot], bytes]], Attack]:
    return lambda show: Attack(show, outcome, frozenset(reasons), text=True)


# The code that ends the check of a PDF → the reasons that a reader may be told.
_TOLD = {
    "no-seal": {"seal-removed"},
    "unreadable-pdf": {"changed", "unreadable"},
    "cannot-be-verified": {"changed"},
    "not-certified": {"seal-broken"},
}
# Of these so little is left that nothing in them names us; one that is empty is nothing to check at all.
_NOTHING_LEFT = {"half of it", "only the header"}


def _forged(name: str) -> Attack:
    forge, codes = FORGERIES[name][:2]
    reasons = frozenset().union(*(_TOLD.get(code, {code}) for code in codes)) | {"changed"}
    if name in _NOTHING_LEFT:
        return Attack(lambda loot: forge(loot.pdf()), "", reasons | {"not-ours", "unreadable"})
    return Attack(lambda loot: forge(loot.pdf()), NOT_VALID, reasons)


def _forged_jwt(name: str) -> Attack:
    forge, reason = JWTS[name]
    return Attack(lambda loot: forge(loot.jwt()), NOT_VALID, frozenset({reason}))


PDFS = {f"PDF: {name}": _forged(name) for name in FORGERIES if name != "empty"}
PAPERS = {
    "the page of A with the number of B": _file(NOT_VALID, "content-changed")(lambda loot: loot.pdf().replace(loot.a.encode(), loot.b.encode())),
    "another name painted over": _file(NOT_VALID, "changed-after-sealing")(lambda loot: overlaid("Mallory Example")(loot.pdf())),
    "another name, without the seal": _file(NOT_VALID, "seal-removed")(lambda loot: without_seal(overlaid("Mallory Example")(loot.pdf()))),
    "a page more": _file(NOT_VALID, "changed-after-sealing")(lambda loot: another_page(loot.pdf())),
    "sealed by another body of our name": _file(NOT_VALID, "other-signer")(lambda loot: loot.made_with(loot.stranger).pdf),
    "a PDF that was revoked": _file(NOT_VALID, "revoked")(lambda loot: loot.pdf(loot.revoked)),
    "a PDF that was replaced": _file(WAS_VALID, "replaced")(lambda loot: loot.pdf(loot.replaced)),
    "a photo of a forged paper": _file(NOT_VALID, "paper-differs")(
        lambda loot: saved(photo(written_over(page(loot.pdf()), NAME, "Mallory Example")), "JPEG")
    ),
    "a scan of A with the code of B": _file(NOT_VALID, "paper-differs")(lambda loot: scan(with_code(page(loot.pdf()), f"{loot.base}/c/{loot.b}"))),
    "a photo with a code to a look-alike": _file(NOT_VALID, "other-address")(
        lambda loot: saved(with_code(page(loot.pdf()), f"https://evil.example/c/{loot.a}"))
    ),
    "a photo with the code of another token": _file(NOT_VALID, "token-differs")(
        lambda loot: saved(with_code(page(loot.pdf()), loot.code(loot.b, loot.a).decode()))
    ),
    "a photo of one that was revoked": _file(NOT_VALID, "revoked")(lambda loot: saved(page(loot.pdf(loot.revoked)))),
    "a good photo of a good paper": _file(CANNOT_TELL, "picture-agrees", "picture-not-compared")(lambda loot: saved(page(loot.pdf()))),
}  # fmt: skip
CREDENTIALS = {
    "credential: another name": _file(NOT_VALID, "content-changed")(
        lambda loot: loot.altered(lambda said: said["credentialSubject"]["identifier"][0].update(identityHash="Mallory"))
    ),
    "credential: proof removed": _file(NOT_VALID, "seal-removed")(lambda loot: loot.altered(lambda said: said.pop("proof"))),
    "credential: two proofs": _file(NOT_VALID, "changed")(lambda loot: loot.altered(lambda said: said.update(proof=[said["proof"]] * 2))),
    "credential: issuer that is not the key's": _file(NOT_VALID, "other-signer")(
        lambda loot: loot.altered(lambda said: said["issuer"].update(id="did:web:evil.example"))
    ),
    "credential: a context that redefines terms": _file(NOT_VALID, "changed")(
        lambda loot: loot.altered(lambda said: said["@context"].append({"name": "https://evil.example/name"}))
    ),
    "credential: a term that nobody signs": _file(NOT_VALID, "changed")(lambda loot: loot.altered(lambda said: said.update(remark="top"))),
    "credential: a key twice": _file(NOT_VALID, "changed")(lambda loot: loot.credential()[:-1] + b',"name":"Something else"}'),
    "credential: the status of another": _file(NOT_VALID, "content-changed", "changed")(lambda loot: loot.altered(_other_status)),
    "credential: a status list elsewhere": _file(NOT_VALID, "content-changed", "changed")(lambda loot: loot.altered(_status_elsewhere)),
    "credential: a key elsewhere": _file(NOT_VALID, "other-signer")(
        lambda loot: loot.altered(lambda said: said["proof"].update(verificationMethod="did:web:evil.example#key-1"))
    ),
    "credential: made with other keys": _file(NOT_VALID, "other-signer")(lambda loot: loot.made_with(loot.stranger).credential),
    "credential: revoked": _file(NOT_VALID, "revoked")(lambda loot: loot.credential(loot.revoked)),
    "JWT: made with other keys": _file(NOT_VALID, "other-signer")(lambda loot: loot.made_with(loot.stranger).jwt),
    "JWT: signature of another": _file(NOT_VALID, "content-changed")(
        lambda loot: loot.jwt().rsplit(b".", 1)[0] + b"." + loot.jwt(loot.b).rsplit(b".", 1)[1]
    ),
    "JWT: revoked": _file(NOT_VALID, "revoked")(lambda loot: loot.jwt(loot.revoked)),
    "JWT: replaced": _file(WAS_VALID, "replaced")(lambda loot: loot.jwt(loot.replaced)),
    "JWT: by a secret that is our public key": _file(NOT_VALID, "changed")(lambda loot: by_shared_secret(loot.jwt(), loot.public_key())),
    **{f"JWT: {name}": _forged_jwt(name) for name in JWTS},
}  # fmt: skip
TEXTS = {
    "a number that nobody issued": _text(NOT_VALID, "number-unknown")(lambda loot: shown(new_number()).encode()),
    "a number that was revoked": _text(NOT_VALID, "revoked")(lambda loot: loot.revoked.encode()),
    "a number that was replaced": _text(WAS_VALID, "replaced")(lambda loot: loot.replaced.encode()),
    "a look-alike host": _text(NOT_VALID, "other-address")(lambda loot: f"https://evil.example/c/{loot.a}".encode()),
    "our host before an @": _text(NOT_VALID, "other-address")(lambda loot: f"{loot.base}@evil.example/c/{loot.a}".encode()),
    "our host as a part": _text(NOT_VALID, "other-address")(lambda loot: f"{loot.base}.evil.example/c/{loot.a}".encode()),
    "our host over another scheme": _text(NOT_VALID, "other-address")(lambda loot: f"{loot.base}/c/{loot.a}".replace("http", "https").encode()),
    "a redirect on our host": _text(CANNOT_TELL, "not-recognised")(lambda loot: f"{loot.base}/go?to=https://evil.example/c/{loot.a}".encode()),
    "the token of A at the address of B": _text(NOT_VALID, "token-other-number")(lambda loot: loot.code(loot.a, loot.b)),
    "a token of other keys": _text(NOT_VALID, "token-other-key")(lambda loot: loot.code(loot.a, loot.a, loot.stranger)),
}  # fmt: skip
ATTACKS = PDFS | PAPERS | CREDENTIALS | TEXTS
# What a trust kit says where the register says more: it holds no names to compare a number with, and reads no pictures.
BY_THE_KIT = {
    **dict.fromkeys(("a number that nobody issued", "a number that was revoked", "a number that was replaced"), (CANNOT_TELL, "kit-number-alone")),
    **dict.fromkeys((name for name in PAPERS if "photo" in name), (CANNOT_TELL, "not-recognised")),
    "a scan of A with the code of B": (CANNOT_TELL, "not-ours"),
}
NEEDS_OCR = {"a photo of a forged paper", "a scan of A with the code of B"}


def _other_status(said: dict[str, Any]) -> None:
    entries = said["credentialStatus"]
    for entry in entries if isinstance(entries, list) else [entries]:
        entry["statusListIndex"] = "1"


def _status_elsewhere(said: dict[str, Any]) -> None:
    entries = said["credentialStatus"]
    for entry in entries if isinstance(entries, list) else [entries]:
        entry["statusListCredential"] = "https://evil.example/status/1"
