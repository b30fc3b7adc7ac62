"""Forged, stolen, replayed and broken messages: each is refused with a 4xx and its own code, never with a 500.

Numbers are those of the threat list. A row changes claims, the header or what is posted of an otherwise perfect launch.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fake_platform import AGS, CLAIM, COURSE, GONE, LAUNCH, Begun, Browser, FakePlatform, base64url, jwk, pem, public_pem, rsa_key

NOW = int(time.time())
VERSION, TYPE, ROLES, DEPLOYMENT = CLAIM + "version", CLAIM + "message_type", CLAIM + "roles", CLAIM + "deployment_id"
TARGET, LINK = CLAIM + "target_link_uri", CLAIM + "resource_link"
EVIL = "attacker's key"

Forge = Callable[[FakePlatform, dict[str, Any]], str]


def in_seconds(name: str, seconds: float) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda _claims: {name: int(time.time()) + seconds}


@dataclass(frozen=True)
class Attack:
    threat: str
    name: str
    code: str
    claims: Mapping[str, Any] | Callable[[dict[str, Any]], Mapping[str, Any]] = field(default_factory=dict)
    header: Mapping[str, Any] = field(default_factory=dict)
    forge: Forge | None = None


def _head(**header: Any) -> bytes:
    return base64url(json.dumps({"typ": "JWT", **header}).encode())


def unsigned(algorithm: str, signature: bytes = b"") -> Forge:
    return lambda platform, claims: b".".join(
        (_head(alg=algorithm, kid=platform.kid), base64url(json.dumps(claims).encode()), base64url(signature))
    ).decode()


def hmac_with(secret: Callable[[FakePlatform], bytes]) -> Forge:
    def forge(platform: FakePlatform, claims: dict[str, Any]) -> str:
        signed = _head(alg="HS256", kid=platform.kid) + b"." + base64url(json.dumps(claims).encode())
        return (signed + b"." + base64url(hmac.digest(secret(platform), signed, hashlib.sha256))).decode()

    return forge


def signed_with(algorithm: str) -> Forge:
    return lambda platform, claims: jwt.encode(claims, pem(platform.key), algorithm=algorithm, headers={"kid": platform.kid})


def elliptic(platform: FakePlatform, claims: dict[str, Any]) -> str:
    return jwt.encode(claims, ec.generate_private_key(ec.SECP256R1()), algorithm="ES256", headers={"kid": platform.kid})


def listing(entry: Callable[[], Mapping[str, Any]], forge: Forge) -> Forge:
    """First let the platform itself list an unfit key under the kid of the token."""

    def forged(platform: FakePlatform, claims: dict[str, Any]) -> str:
        platform.jwks = {"keys": [entry()]}
        return forge(platform, claims)

    return forged


def by(key_name: str, bits: int = 2048, **header: Any) -> Forge:
    return lambda platform, claims: platform.sign(claims, key=rsa_key(key_name, bits), header=header)


def ambiguous(platform: FakePlatform, claims: dict[str, Any]) -> str:
    platform.jwks = {"keys": [jwk(platform.key, platform.kid), jwk(rsa_key(EVIL), platform.kid)]}
    return platform.sign(claims)


def literal(name: str, text: str) -> Forge:
    """A JSON number that Python would not write."""
    return lambda platform, claims: platform.sign(json.dumps({**claims, name: "@"}).replace('"@"', text).encode())


def payload(content: bytes) -> Forge:
    return lambda platform, _claims: platform.sign(content)


def nested(platform: FakePlatform, claims: dict[str, Any]) -> str:
    deep = b"[" * 36_000 + b"]" * 36_000
    return platform.sign(json.dumps(claims).encode()[:-1] + b', "deep": ' + deep + b"}")


def posted(text: str) -> Forge:
    return lambda _platform, _claims: text


def ending_with(end: str) -> Forge:
    return lambda platform, claims: platform.sign(claims) + end


MISNAMED = ["none", "HS256", "RS512", "PS256", "ES256", "rs256", "RS256 ", "", None, 256, ["RS256"], {"RS256": 1}]


def oct_key() -> dict[str, Any]:
    return {"kty": "oct", "kid": "key-1", "alg": "HS256", "k": base64url(b"known to everybody, and long enough").decode()}


ATTACKS = [
    # Audience and authorised party
    Attack("L04", "aud of another client", "platform-unknown", {"aud": "client-9"}),
    Attack("L04", "aud missing", "audience-wrong", {"aud": GONE}),
    Attack("L04", "aud empty", "audience-wrong", {"aud": ""}),
    Attack("L04", "aud an empty list", "audience-wrong", {"aud": []}),
    Attack("L04", "aud a list of null", "audience-wrong", {"aud": [None]}),
    Attack("L04", "aud an object", "audience-wrong", {"aud": {"client-1": True}}),
    Attack("L04", "aud a number", "audience-wrong", {"aud": 1}),
    Attack("L04", "two audiences without azp", "audience-wrong", {"aud": ["client-1", "x"]}),
    Attack("L04", "two audiences, azp another's", "platform-unknown", {"aud": ["client-1", "x"], "azp": "x"}),
    Attack("L04", "two audiences, azp ours, we are not among them", "audience-wrong", {"aud": ["x", "y"], "azp": "client-1"}),
    Attack("L04", "one audience, azp another's", "audience-wrong", {"azp": "x"}),
    Attack("L04", "azp a list", "audience-wrong", {"azp": ["client-1"]}),
    Attack("L04", "azp null", "audience-wrong", {"azp": None}),
    Attack("L04", "aud in other case", "platform-unknown", {"aud": "Client-1"}),
    # Issuer and deployment
    Attack("L05", "issuer unknown", "platform-unknown", {"iss": "https://other.example"}),
    Attack("L05", "issuer with a slash too many", "platform-unknown", lambda claims: {"iss": claims["iss"] + "/"}),
    Attack("L05", "issuer missing", "claim-missing", {"iss": GONE}),
    Attack("L05", "issuer an object", "claim-wrong", {"iss": {"a": 1}}),
    Attack("L05", "issuer with NUL", "claim-wrong", lambda claims: {"iss": claims["iss"] + "\0"}),
    Attack("L05", "issuer half a surrogate pair", "claim-wrong", {"iss": "\ud800"}),
    Attack("L05", "deployment never seen", "deployment-pending", {DEPLOYMENT: "of a sibling client"}),
    Attack("L05", "deployment a number", "claim-wrong", {DEPLOYMENT: 1}),
    Attack("L05", "deployment an object", "claim-wrong", {DEPLOYMENT: {"id": "1"}}),
    Attack("L05", "deployment a list", "claim-wrong", {DEPLOYMENT: ["1"]}),
    Attack("L05", "deployment with NUL", "claim-wrong", {DEPLOYMENT: "1\0"}),
    Attack("L05", "deployment too long", "claim-wrong", {DEPLOYMENT: "1" * 256}),
    # Algorithms
    *(Attack("L06", f"alg {name}", "bad-signature", forge=unsigned(name)) for name in ("none", "None", "NONE", "nOnE")),
    Attack("L06", "alg none with a signature", "bad-signature", forge=unsigned("none", b"x" * 256)),
    Attack("L06", "RS256 without a signature", "bad-signature", forge=unsigned("RS256")),
    Attack("L06", "HS256 with the public key", "bad-signature", forge=hmac_with(lambda platform: public_pem(platform.key))),
    Attack("L06", "HS256 with the key's number", "bad-signature", forge=hmac_with(lambda platform: jwk(platform.key, "k")["n"].encode())),
    *(Attack("L06", f"alg {name}", "bad-signature", forge=signed_with(name)) for name in ("RS384", "RS512", "PS256")),
    Attack("L06", "ES256", "bad-signature", forge=elliptic),
    *(Attack("L06", f"a good RS256 signature that calls itself {name!r}", "bad-signature", header={"alg": name}) for name in MISNAMED),
    Attack("L06", "a good signature without its algorithm", "bad-signature", header={"alg": GONE}),
    *(Attack("L06", f"a good signature with {end!r} behind it", "bad-signature", forge=ending_with(end)) for end in ("!", "ñ", "AAAA")),
    Attack(
        "L06",
        "HS256 with an oct key of the key set",
        "unknown-key",
        forge=listing(oct_key, hmac_with(lambda _: b"known to everybody, and long enough")),
    ),
    Attack("L06", "RSA key of 1024 bits", "unknown-key", forge=listing(lambda: jwk(rsa_key("small", 1024), "key-1"), by("small", 1024))),
    Attack("L06", "key for encryption", "unknown-key", forge=listing(lambda: jwk(rsa_key("platform"), "key-1", use="enc"), by("platform"))),
    Attack("L06", "key for RS512", "unknown-key", forge=listing(lambda: jwk(rsa_key("platform"), "key-1", alg="RS512"), by("platform"))),
    # Keys
    Attack("L07", "another key under the platform's kid", "bad-signature", forge=by(EVIL)),
    Attack("L07", "kid unknown", "unknown-key", header={"kid": "key-9"}),
    Attack("L07", "kid a path", "unknown-key", header={"kid": "../../../dev/null"}),
    Attack("L07", "kid SQL", "unknown-key", header={"kid": "' or 1=1 --"}),
    Attack("L07", "kid a number", "unknown-key", header={"kid": 1}),
    Attack("L07", "kid a list", "unknown-key", header={"kid": ["key-1"]}),
    Attack("L07", "kid too long", "unknown-key", header={"kid": "k" * 600}),
    Attack("L07", "kid twice in the key set", "unknown-key", forge=ambiguous),
    Attack("L07", "critical extension", "token-unreadable", header={"crit": ["b64"], "b64": False}),
    # Times
    Attack("L09", "exp missing", "claim-missing", {"exp": GONE}),
    Attack("L09", "exp a minute ago", "token-time", in_seconds("exp", -60)),
    Attack("L09", "exp eleven seconds ago", "token-time", in_seconds("exp", -12)),
    Attack("L09", "exp text", "claim-wrong", {"exp": str(NOW + 600)}),
    Attack("L09", "exp true", "claim-wrong", {"exp": True}),
    Attack("L09", "exp null", "claim-missing", {"exp": None}),
    Attack("L09", "exp a list", "claim-wrong", {"exp": [NOW + 600]}),
    Attack("L09", "exp negative", "claim-wrong", {"exp": -1}),
    Attack("L09", "exp NaN", "token-unreadable", forge=literal("exp", "NaN")),
    Attack("L09", "exp Infinity", "token-unreadable", forge=literal("exp", "Infinity")),
    Attack("L09", "exp 1e400", "claim-wrong", forge=literal("exp", "1e400")),
    Attack("L09", "exp 1e300", "claim-wrong", forge=literal("exp", "1e300")),
    Attack("L09", "exp of five thousand digits", "token-unreadable", forge=literal("exp", "1" * 5000)),
    Attack("L09", "iat missing", "claim-missing", {"iat": GONE}),
    Attack("L09", "iat eleven minutes ago", "token-time", in_seconds("iat", -660)),
    Attack("L09", "iat a day ago", "token-time", in_seconds("iat", -86_400)),
    Attack("L09", "iat ten years ago", "token-time", in_seconds("iat", -315_360_000)),
    Attack("L09", "iat in ten minutes", "token-time", in_seconds("iat", 600)),
    Attack("L09", "iat text", "claim-wrong", {"iat": str(NOW)}),
    Attack("L09", "iat 1e400", "claim-wrong", forge=literal("iat", "1e400")),
    Attack("L09", "nbf in ten minutes", "token-time", in_seconds("nbf", 600)),
    Attack("L09", "nbf text", "claim-wrong", {"nbf": "soon"}),
    Attack("L09", "nbf -Infinity", "token-unreadable", forge=literal("nbf", "-Infinity")),
    # The bad payloads of the certification suite (those not above)
    Attack("L11", "no kid", "unknown-key", header={"kid": GONE}),
    Attack("L11", "wrong kid", "unknown-key", header={"kid": "imstester_66067"}),
    Attack("L11", "wrong LTI version", "claim-wrong", {VERSION: "11.3"}),
    Attack("L11", "no LTI version", "claim-missing", {VERSION: GONE}),
    Attack("L11", "not LTI", "token-unreadable", forge=payload(b'"some text"')),
    Attack("L11", "claims missing", "claim-missing", forge=payload(b"{}")),
    Attack("L11", "timestamps wrong", "token-time", {"iat": 11_111, "exp": 22_222}),
    Attack("L11", "message type missing", "claim-missing", {TYPE: GONE}),
    Attack("L11", "roles missing", "claim-missing", {ROLES: GONE}),
    Attack("L11", "deployment missing", "claim-missing", {DEPLOYMENT: GONE}),
    Attack("L11", "resource link id missing", "claim-missing", {LINK: {"title": "no id"}}),
    Attack("L11", "resource link missing", "claim-missing", {LINK: GONE}),
    Attack("L11", "sub missing", "claim-missing", {"sub": GONE}),
    Attack("L11", "nonce missing", "claim-missing", {"nonce": GONE}),
    Attack("L11", "message type unknown", "message-not-offered", {TYPE: "LtiNonsense"}),
    Attack("L11", "message type a list", "claim-wrong", {TYPE: ["LtiResourceLinkRequest"]}),
    Attack("L11", "resource link a list", "claim-missing", {LINK: ["1"]}),
    Attack("L11", "resource link id a number", "claim-wrong", {LINK: {"id": 1}}),
    # Targets
    *(
        Attack("L12", f"target in the token: {target!r}", "target-changed", {TARGET: target})
        for target in ("https://evil.example/lti/launch", LAUNCH + "?activity=review", LAUNCH + "/", LAUNCH.upper(), "", None, [LAUNCH])
    ),
    Attack("L12", "target missing", "target-changed", {TARGET: GONE}),
    # Roles that are no roles
    Attack("L17", "roles a text", "claim-wrong", {ROLES: COURSE + "Instructor"}),
    Attack("L17", "roles an object", "claim-wrong", {ROLES: {COURSE + "Instructor": True}}),
    Attack("L17", "roles null", "claim-missing", {ROLES: None}),
    Attack("L17", "roles of numbers", "claim-wrong", {ROLES: [1, 2]}),
    Attack("L17", "roles in a list too deep", "claim-wrong", {ROLES: [[COURSE + "Instructor"]]}),
    # Sizes and shapes
    Attack("L24", "a token of 2 MB", "token-too-large", {"padding": "x" * 2_000_000}),
    Attack("L24", "a token of 101 kB", "token-too-large", {"padding": "x" * 76_000}),
    Attack("L24", "36,000 nested lists", "token-unreadable", forge=nested),
    Attack("L24", "thirty nested lists", "token-unreadable", {"deep": json.loads("[" * 30 + "]" * 30)}),
    Attack("L24", "a large header", "token-unreadable", header={"padding": "x" * 5000}),
    Attack("L24", "sub of 5,000 characters", "claim-wrong", {"sub": "5" * 5000}),
    Attack("L24", "sub with NUL", "claim-wrong", {"sub": "5\0"}),
    Attack("L24", "sub a number", "claim-wrong", {"sub": 5}),
    Attack("L24", "10,000 roles", "token-too-large", {ROLES: [COURSE + "Learner"] * 10_000}),
    Attack("L24", "1,000 roles", "claim-wrong", {ROLES: ["Learner"] * 1_000}),
    Attack("L24", "resource link id too long", "claim-wrong", {LINK: {"id": "1" * 256}}),
    Attack("L24", "nonce of 5,000 characters", "claim-wrong", {"nonce": "1" * 5000}),
    Attack("L24", "nonce with letters beyond ASCII", "nonce-wrong", {"nonce": "ñonce"}),
    Attack("L24", "claims a list", "token-unreadable", forge=payload(b"[]")),
    Attack("L24", "claims not UTF-8", "token-unreadable", forge=payload(b'{"iss": "\xff"}')),
    Attack("L24", "no token", "token-missing", forge=posted("")),
    Attack("L24", "one part", "token-unreadable", forge=posted("x")),
    Attack("L24", "four parts", "token-unreadable", forge=posted("a.b.c.d")),
    Attack("L24", "parts that are not base64", "token-unreadable", forge=posted("ñ.ñ.ñ")),
    Attack("L24", "an encrypted token", "token-unreadable", forge=posted("a.b.c.d.e")),
]


def test_there_are_many_attacks() -> None:
    assert len(ATTACKS) >= 100
    assert len({(attack.threat, attack.name) for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: f"{attack.threat} {attack.name}")
def test_a_bad_message_is_refused(attack: Attack, browser: Browser, platform: FakePlatform) -> None:
    begun = browser.begin(platform)
    claims = platform.claims(begun.nonce)
    claims |= attack.claims(claims) if callable(attack.claims) else attack.claims
    token = attack.forge(platform, claims) if attack.forge else platform.sign(claims, header=attack.header)
    started = time.thread_time()
    answer = browser.post(begun.state, token)
    assert time.thread_time() - started < 1
    assert (answer.status_code // 100, answer.json["code"]) == (4, attack.code), answer.json
    assert browser.visit().json["code"] == "session-over"


POINTED = ["jku", "x5u"]


@pytest.mark.parametrize("pointer", POINTED)
def test_a_token_does_not_say_where_its_key_is(pointer: str, browser: Browser, platform: FakePlatform, other_platform: FakePlatform) -> None:
    begun = browser.begin(platform)
    token = platform.sign(
        platform.claims(begun.nonce), key=other_platform.key, header={"kid": other_platform.kid, pointer: other_platform.url + "/jwks"}
    )
    assert browser.post(begun.state, token).json["code"] == "unknown-key"
    assert other_platform.seen == []


def test_a_token_does_not_bring_its_key(browser: Browser, platform: FakePlatform) -> None:
    begun = browser.begin(platform)
    token = platform.sign(platform.claims(begun.nonce), key=rsa_key(EVIL), header={"jwk": jwk(rsa_key(EVIL), platform.kid)})
    assert browser.post(begun.state, token).json["code"] == "bad-signature"


def test_a_certificate_chain_in_the_header_is_not_believed(browser: Browser, platform: FakePlatform) -> None:
    begun = browser.begin(platform)
    token = platform.sign(platform.claims(begun.nonce), key=rsa_key(EVIL), header={"x5c": [base64.b64encode(b"x").decode()]})
    assert browser.post(begun.state, token).json["code"] == "bad-signature"


def good(platform: FakePlatform, begun: Begun) -> str:
    return platform.sign(platform.claims(begun.nonce))


def test_a_message_counts_once(browser: Browser, platform: FakePlatform) -> None:  # L01
    begun = browser.begin(platform)
    token = good(platform, begun)
    browser.client.set_cookie(*begun.cookie)
    assert browser.post(begun.state, token).status_code == 303
    browser.client.set_cookie(*begun.cookie)
    answer = browser.post(begun.state, token)
    assert (answer.status_code, answer.json["code"]) == (409, "already-used")


def test_a_nonce_counts_for_its_own_login(browser: Browser, platform: FakePlatform) -> None:  # L02
    first, second = browser.begin(platform), browser.begin(platform)
    swapped = [browser.post(first.state, good(platform, second)), browser.post(second.state, good(platform, first))]
    assert [answer.json["code"] for answer in swapped] == ["nonce-wrong", "nonce-wrong"]


def test_a_nonce_is_not_used_by_a_second_token(browser: Browser, platform: FakePlatform) -> None:  # L02
    first, second = browser.begin(platform), browser.begin(platform)
    assert browser.post(first.state, good(platform, first)).status_code == 303
    answer = browser.post(second.state, platform.sign({**platform.claims(first.nonce), "sub": "6"}))
    assert answer.json["code"] == "nonce-wrong"


@pytest.mark.parametrize("victim_has_a_login", [False, True])
def test_a_stolen_state_does_not_work_in_another_browser(  # L03
    victim_has_a_login: bool, app: Any, platform: FakePlatform
) -> None:
    attacker, victim = Browser(app), Browser(app)
    begun = attacker.begin(platform)
    if victim_has_a_login:
        victim.begin(platform)
    answer = victim.post(begun.state, good(platform, begun))
    assert (answer.status_code, answer.json["code"]) == (403, "no-cookie")
    assert victim.visit().json["code"] == "session-over"


STATES = ["", "x", "state-unknown-to-us-but-long-enough", "'; drop table login --", "\0" * 30, "ñ" * 30, "a" * 5000]


@pytest.mark.parametrize("state", STATES, ids=range(len(STATES)))
def test_a_state_that_we_never_gave(state: str, browser: Browser, platform: FakePlatform) -> None:  # L03
    answer = browser.post(state, good(platform, browser.begin(platform)))
    assert (answer.status_code, answer.json["code"]) == (400, "state-unknown")


def test_the_answer_of_another_tenant_does_not_end_this_login(  # L05
    browser: Browser, platform: FakePlatform, other_platform: FakePlatform
) -> None:
    begun = browser.begin(platform)
    answer = browser.post(begun.state, good(other_platform, begun))
    assert (answer.status_code, answer.json["code"]) == (403, "other-registration")


def test_another_tenants_issuer_with_ones_own_key(browser: Browser, platform: FakePlatform, other_platform: FakePlatform) -> None:  # L05
    begun = browser.begin(platform)
    token = platform.sign(platform.claims(begun.nonce), key=other_platform.key)
    assert browser.post(begun.state, token).json["code"] == "bad-signature"


def test_a_line_item_on_another_host_is_not_kept(browser: Browser, platform: FakePlatform, tool: Any) -> None:  # L21
    assert browser.launch(platform, {AGS: {"lineitem": "https://evil.example/lineitem"}}).status_code == 303
    assert stored(tool)["line_item"] is None


def test_a_return_address_on_another_host_is_not_kept(browser: Browser, platform: FakePlatform, tool: Any) -> None:  # L12
    assert browser.launch(platform, {CLAIM + "launch_presentation": {"return_url": "https://evil.example/"}}).status_code == 303
    assert stored(tool)["return_url"] is None


def stored(tool: Any) -> Any:
    from lti_tool.launch.records import VisitRecord

    with tool.database.read() as session:
        return session.query(VisitRecord).one().content
