"""The least platform that frames a tool: a course page, single-use hints, a storage for tools, and pages of strangers."""

from __future__ import annotations

import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request, Response

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"

# A storage as Client Side postMessages has it: by the asking origin, answers to the asking window at its origin alone.
STORAGE = """
const kept = new Map();
window.heard = [];
addEventListener("message", ({ data, source, origin }) => {
  heard.push(data?.subject);
  const at = `${origin} ${data.key}`;
  if (data.subject === "lti.put_data") kept.set(at, data.value);
  if (!/^lti\\.(put|get)_data$/.test(data.subject)) return;
  answer({ subject: `${data.subject}.response`, message_id: data.message_id, key: data.key, value: kept.get(at) }, source, origin);
});
"""
SAYING = "const answer = (content, source, origin) => source.postMessage(%s, origin);"
# The ways in which a page may answer; all but the first are wrong.
ANSWERS = {
    "honest": SAYING % "content",
    "silent": "const answer = () => {};",
    "another message id": SAYING % "{ ...content, message_id: `x${content.message_id}` }",
    "no message id": SAYING % "{ ...content, message_id: undefined }",
    "another subject": SAYING % "{ ...content, subject: 'lti.capabilities.response' }",
    "an error": SAYING % "{ ...content, error: { code: 'storage_exhaustion' } }",
    "nothing": SAYING % "null",
    "no object": SAYING % "'lti.put_data.response'",
    "another value": SAYING % "{ ...content, value: 'other' }",
    # The platform's own page tells a stranger's frame what to say, who says it at once: only the origin is wrong.
    "from a stranger": "const answer = (content) => frames['stranger'].postMessage(content, '*');",
}
STRANGER = "addEventListener('message', ({ data }) => parent.frames['tool'].postMessage(data, '*'));"
LISTENING = "window.heard = []; addEventListener('message', ({ data }) => heard.push(data));"


@dataclass
class FramingPlatform:
    """`storage` is what it sends as lti_storage_target ("" for none), `answers` one of ANSWERS."""

    tool_url: str = ""
    storage: str = ""
    answers: str = "honest"
    key: RSAPrivateKey = field(default_factory=lambda: generate_private_key(65537, 2048))
    hints: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    tokens: list[dict[str, str]] = field(default_factory=list)

    def __enter__(self) -> FramingPlatform:
        self.servers: list[BaseWSGIServer] = [make_server(host, 0, self, threaded=True) for host in ("127.0.0.1", "127.0.0.2")]
        for server in self.servers:
            server.log = lambda *_: None  # type: ignore[method-assign]
            threading.Thread(target=server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        for server in self.servers:
            server.shutdown()
            server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.servers[0].server_port}"

    @property
    def strange_url(self) -> str:
        """The same pages under another origin: nobody's platform."""
        return f"http://127.0.0.2:{self.servers[1].server_port}"

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        asked = Request(environ)
        name = asked.path.strip("/").replace("/", "_")
        self.asked.append(name)
        return getattr(self, f"_{name}", lambda _asked: Response(status=404))(asked)(environ, start_response)

    def _course(self, asked: Request) -> Response:
        """A page with the tool in a frame; the storage is in the page, or in a frame of it."""
        script = f"{ANSWERS[self.answers]}{STORAGE}"
        if self.storage in {"", "_parent"}:
            inner = f"<script>{script if self.storage else LISTENING}</script>"
        else:
            inner = f'<script>{LISTENING}</script><iframe name="{self.storage}" src="/storage"></iframe>'
        strangers = f'<iframe name="stranger" src="{self.strange_url}/stranger"></iframe>'
        return page(f'{inner}{strangers}<iframe name="tool" class="tool" width="900" height="600" src="/start"></iframe>')

    def _storage(self, _asked: Request) -> Response:
        return page(f"<script>{ANSWERS[self.answers]}{STORAGE}</script>")

    def _stranger(self, _asked: Request) -> Response:
        return page(f"<script>{STRANGER}</script>")

    def _start(self, _asked: Request) -> Response:
        hint = secrets.token_hex(8)
        self.hints.add(hint)
        return posting(f"{self.tool_url}/lti/login", self.login(hint))

    def login(self, hint: str) -> dict[str, str]:
        """What begins a login."""
        sent = {"iss": self.url, "client_id": "client-1", "target_link_uri": f"{self.tool_url}/lti/launch"}
        return {**sent, "login_hint": "5", "lti_message_hint": hint, **({"lti_storage_target": self.storage} if self.storage else {})}

    def _auth(self, asked: Request) -> Response:
        """Sign, once for each hint, as Moodle does."""
        if asked.args["lti_message_hint"] not in self.hints:
            return Response("This hint was used.", 404)
        self.hints.remove(asked.args["lti_message_hint"])
        sent = {"state": asked.args["state"], "id_token": self.token(asked.args["nonce"])}
        self.tokens.append(sent)
        return posting(asked.args["redirect_uri"], sent)

    def token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": "client-1",
            "sub": "5",
            "nonce": nonce,
            "iat": now,
            "exp": now + 60,
            "given_name": "Ilse",
            "family_name": "Beispiel",
            "name": "Ilse Beispiel",
            CLAIM + "message_type": "LtiResourceLinkRequest",
            CLAIM + "version": "1.3.0",
            CLAIM + "deployment_id": "1",
            CLAIM + "target_link_uri": f"{self.tool_url}/lti/launch",
            CLAIM + "roles": [LEARNER],
            CLAIM + "resource_link": {"id": "1"},
            CLAIM + "launch_presentation": {"return_url": f"{self.url}/return?course=2&sesskey=invented"},
        }
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "key-1"})

    def _jwks(self, _asked: Request) -> Response:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return Response(json.dumps({"keys": [{**public, "kid": "key-1", "alg": "RS256", "use": "sig"}]}), mimetype="application/json")

    def _return(self, _asked: Request) -> Response:
        return page("<h1>Your course</h1>")

    def _hostile(self, asked: Request) -> Response:
        """A stranger's page that frames the tool and posts what it likes to it, or begins a login of this platform in it."""
        to, sent = asked.args["to"], {name: value for name, value in asked.args.items() if name != "to"}
        begin = f"/posting?{urlencode({'to': to, **sent})}"
        return page(f'<script>{LISTENING}</script><iframe name="tool" class="tool" width="900" height="600" src="{escape(begin)}"></iframe>')

    def _posting(self, asked: Request) -> Response:
        return posting(asked.args["to"], {name: value for name, value in asked.args.items() if name != "to"})

    def _linking(self, asked: Request) -> Response:
        return page(f'<a href="{escape(asked.args["to"])}">Free certificates</a>')

    def registration(self) -> dict[str, Any]:
        named = {name: f"{self.url}/{name.removesuffix('_url')}" for name in ("auth_url", "token_url", "jwks_url")}
        return {"issuer": self.url, "client_id": "client-1", "deployment_ids": ["1"], **named}


def page(body: str) -> Response:
    return Response(f'<!doctype html><html lang="en"><title>A platform</title>{body}', mimetype="text/html")


def posting(address: str, sent: dict[str, str]) -> Response:
    fields = "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in sent.items())
    return page(f'<form method="post" action="{escape(address)}">{fields}</form><script>document.forms[0].submit()</script>')
