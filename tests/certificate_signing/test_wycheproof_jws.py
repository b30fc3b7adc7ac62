"""Wycheproof's JSON Web Signatures, each judged as a token of another issuer whose JWK somebody trusts.

The vectors are no part of this repository or of a package: SEALWRIGHT_WYCHEPROOF names a folder with `testvectors_v1` of
https://github.com/C2SP/wycheproof (docs/development/wycheproof.md).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

import pytest

from certificate_signing.foreign_credentials import token_signed
from certificate_signing.foreign_keys import public_key

VARIABLE: Final = "SEALWRIGHT_WYCHEPROOF"
FILE: Final = "json_web_signature_test.json"
# Vectors that are valid and that we refuse, by tcId. None that is invalid may be taken.
REFUSED: Final[dict[str, tuple[int, ...]]] = {
    "HS256: a secret that two share proves nothing to a third": (1, 348, 352, 357, 358, 359, 372, 373, 376, 377),
    "RS384, RS512, PS384, PS512: of RSA we know RS256 and PS256": (
        *range(264, 272),
        *range(320, 324),
        *range(325, 329),
    ),
    "ES512, P-521: of curves we know P-256 and Ed25519": (347, 351),
    "the JWK says PS256, the token PS384": (346, 350),
}


def groups() -> list[dict[str, Any]]:
    folder = os.environ.get(VARIABLE)
    if not folder:
        # Also where nothing else is skipped: no package has these vectors, and tests fetch nothing.
        pytest.skip(f"{VARIABLE} names no folder with Wycheproof's {FILE}")
    found = next((file for file in (Path(folder) / FILE, Path(folder) / "testvectors_v1" / FILE) if file.is_file()), None)
    assert found is not None, f"{VARIABLE}={folder} has no {FILE}"
    return list(json.loads(found.read_bytes())["testGroups"])


def taken(group: dict[str, Any], token: object) -> bool:
    jwk = group.get("public") or {name: value for name, value in group["private"].items() if name not in {"d", "p", "q", "dp", "dq", "qi"}}
    try:
        key = public_key(json.dumps(jwk))
    except ValueError:
        return False
    return token_signed(token if isinstance(token, str) else json.dumps(token), key)


@pytest.mark.judge
def test_every_token_is_judged_as_it_says_but_those_that_we_refuse() -> None:
    vectors = [(group, vector) for group in groups() for vector in group["tests"]]
    assert len(vectors) >= 400
    valid = {vector["tcId"] for _, vector in vectors if vector["result"] == "valid"}
    good = {vector["tcId"] for group, vector in vectors if taken(group, vector["jws"])}
    assert good - valid == set()
    assert {tc for reason in REFUSED.values() for tc in reason} == valid - good
