"""A platform that launches: its key set on loopback, whose visits are counted, and its tokens."""

from __future__ import annotations

import base64
import json
import threading
import time
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
KID = "bench-key"


class Platform(AbstractContextManager["Platform"]):
    """One platform with one registration; every launch is somebody else's."""

    def __init__(self) -> None:
        self.visits = 0
        self._key = generate_private_key(65537, 2048)
        self._people = count()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Platform:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def registration(self) -> dict[str, Any]:
        """What a tool must know of this platform."""
        urls = {f"{name}_url": f"{self.url}/{name}" for name in ("auth", "token", "jwks")}
        return {"issuer": self.url, "client_id": "bench", "deployment_ids": ["1"], **urls}

    def token(self, nonce: str, target: str) -> str:
        """Return a signed id_token as Moodle writes it, for somebody who was never here."""
        now, person = int(time.time()), next(self._people)
        claims = {
            "iss": self.url,
            "aud": "bench",
            "sub": f"person-{person}",
            "nonce": nonce,
            "iat": now,
            "exp": now + 60,
            "given_name": "Þóra",
            "family_name": f"Guðmundsdóttir {person}",
            "name": f"Þóra Guðmundsdóttir {person}",
            "email": f"thora{person}@school.example",
            CLAIM + "message_type": "LtiResourceLinkRequest",
            CLAIM + "version": "1.3.0",
            CLAIM + "deployment_id": "1",
            CLAIM + "target_link_uri": target,
            CLAIM + "roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
            CLAIM + "resource_link": {"id": "1", "title": "Apply for your certificate"},
            CLAIM + "context": {"id": "2", "label": "C2", "title": "Apply for your certificate", "type": ["CourseSection"]},
            CLAIM + "tool_platform": {"product_family_code": "moodle", "guid": "bench", "name": "Bench", "version": "4.5"},
            CLAIM + "launch_presentation": {"locale": "en", "document_target": "iframe", "return_url": self.url + "/return"},
            "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {"scope": [], "lineitem": self.url + "/lineitems/1/lineitem?type_id=1"},
        }
        return self._signed(claims)

    def _signed(self, claims: dict[str, Any]) -> str:
        parts = (json.dumps(part).encode() for part in ({"typ": "JWT", "alg": "RS256", "kid": KID}, claims))
        signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
        return (signed + b"." + base64.urlsafe_b64encode(self._key.sign(signed, PKCS1v15(), SHA256())).rstrip(b"=")).decode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        platform, document = self, json.dumps({"keys": [self._jwk()]}).encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                platform.visits += 1
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(document)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler

    def _jwk(self) -> dict[str, str]:
        numbers = self._key.public_key().public_numbers()
        n, e = (base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8)).rstrip(b"=").decode() for value in (numbers.n, numbers.e))
        return {"kty": "RSA", "kid": KID, "alg": "RS256", "use": "sig", "n": n, "e": e}
