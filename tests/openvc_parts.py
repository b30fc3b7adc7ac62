"""openvc-core, a library of others, which finds an issuer's DID document and status list where they are published, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from importlib import resources
from typing import Any

from openvc import VerificationPolicy, verify_credential
from openvc.did.base import DidDocument, parse_did_document

from certificate_signing.canonical import CONTEXTS

AWAY = {address: json.loads((resources.files("certificate_signing.contexts") / file).read_bytes()) for address, file in CONTEXTS.items()}
AskOpenvc = Callable[[Any], Any]


def openvc_with(did: dict[str, Any], listed: dict[str, Any], at: datetime) -> AskOpenvc:
    """A way to ask it at an instant; it raises OpenvcError for what it does not take."""
    parsed = parse_did_document(did)

    class Resolver:
        def supports(self, asked: str) -> bool:
            return asked == did["id"]

        def resolve(self, asked: str) -> DidDocument:
            assert asked == did["id"]
            return parsed

    def status_list(address: str, *_: object, **__: object) -> Any:
        assert address == listed["id"]
        return verify_credential(listed, policy=VerificationPolicy(now=at, require_status=False), resolver=Resolver(), extra_contexts=AWAY).credential

    def asked(shown: Any) -> Any:
        policy = VerificationPolicy(now=at, expected_types=["OpenBadgeCredential"])
        return verify_credential(shown, policy=policy, resolver=Resolver(), resolve_status_list=status_list, extra_contexts=AWAY)

    return asked
