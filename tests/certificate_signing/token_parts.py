"""A real token for the tests: SoftHSM2, in a folder of its own, with RSA, Ed25519 and elliptic keys made inside."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so")
PIN, SO_PIN, LABEL = "1234-test", "4321-test", "sealwright-test"


@dataclass(frozen=True)
class Token:
    """Where the token is (SOFTHSM2_CONF) and the module that opens it."""

    configuration: Path
    module: str


def module() -> str | None:
    return next((each for each in MODULES if Path(each).is_file()), None)


def make_token(folder: Path, found: str, environment: dict[str, str]) -> Token:
    """Make an empty token; `environment` must hold SOFTHSM2_CONF for whoever opens it."""
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    environment["SOFTHSM2_CONF"] = str(configuration)
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", SO_PIN],
        check=True,
        env=environment,
        capture_output=True,
    )
    return Token(configuration, found)


def fill(token: Token) -> Any:
    """Make the keys inside; return the session, which must stay open while they are used."""
    import pkcs11
    from pkcs11.util.ec import encode_named_curve_parameters

    session = pkcs11.lib(token.module).get_token(token_label=LABEL).open(user_pin=PIN, rw=True)
    for number, label in enumerate(("seal", "other-seal"), start=1):
        session.generate_keypair(pkcs11.KeyType.RSA, 2048, store=True, label=label, id=bytes([number]))
    curve = session.create_domain_parameters(
        pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("1.3.101.112")}, local=True
    )
    curve.generate_keypair(store=True, label="credential", id=b"\x07", mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN)
    curve.generate_keypair(store=True, label="log", id=b"\x08", mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN)
    for number, (label, name) in enumerate((("jwt", "secp256r1"), ("other-curve", "secp384r1")), start=9):
        named = session.create_domain_parameters(pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(name)}, local=True)
        named.generate_keypair(store=True, label=label, id=bytes([number]))
    return session
