"""From the claims of a verified message to clean values: text without surprises, addresses that belong to the platform."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from babel import Locale, UnknownLocaleError

from lti_tool.launch.own_urls import activity_of
from lti_tool.launch.visit import LINKED, Activity

CLAIM: Final = "https://purl.imsglobal.org/spec/lti/claim/"
AGS: Final = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS: Final = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"

# The messages that are taken (LTI 1.3, Deep Linking 2.0, Submission Review 1.0).
RESOURCE_LINK: Final = "LtiResourceLinkRequest"
DEEP_LINKING: Final = "LtiDeepLinkingRequest"
SUBMISSION_REVIEW: Final = "LtiSubmissionReviewRequest"

_MARKUP: Final = re.compile(r"<[^<>]*>")
_VARIABLE: Final = re.compile(r"\$[A-Za-z]\w*(\.\w+)*")
_SCHEME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Joiners are letters' neighbours in names of several scripts; every other invisible formatting character goes.
_JOINERS: Final = frozenset("\u200c\u200d")
_PORTS: Final = {"http": 80, "https": 443}


def text(value: object, most: int = 255) -> str:
    """Return a claim as one line of plain text: NFC, no markup, no control or direction characters, at most `most` characters.

    Anything but a text, and a variable that the platform did not substitute (``$Person.name.full``), is "".
    """
    if not isinstance(value, str) or _VARIABLE.fullmatch(value.strip()):
        return ""
    value = value[: 20 * most]
    if value.isprintable() and "<" not in value:
        # No control or formatting character in it, nor any space but the plain one.
        return _normal(value, most)
    spaced = "".join(" " if character in "\t\r\n\u2028\u2029" else character for character in _MARKUP.sub("", value))
    visible = "".join(one for one in spaced if unicodedata.category(one) not in {"Cc", "Cf", "Cs", "Co", "Cn"} or one in _JOINERS)
    return _normal(visible, most)


def _normal(value: str, most: int) -> str:
    return unicodedata.normalize("NFC", " ".join(value.split()))[:most].strip()


def member(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a claim that is an object; anything else, or nothing, is an empty one."""
    value = claims.get(name)
    return value if isinstance(value, dict) else {}


def origin(url: object) -> str | None:
    """Return scheme, host and port of an http(s) URL, default ports left out; None for anything that is not a plain URL."""
    return _origin(url) if isinstance(url, str) else None


# The same few addresses of a platform come with every launch.
@lru_cache(maxsize=2048)
def _origin(url: str) -> str | None:
    if not url.isprintable() or not url.isascii() or " " in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return _written(parts, port)


def _written(parts: SplitResult, port: int | None) -> str:
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if port in {None, _PORTS[parts.scheme]} else f":{port}")


def address(value: object, most: int = 1000) -> str | None:
    """Return a claim that is an http(s) address of reasonable length, else None (an empty text means "none" in Moodle)."""
    return value if isinstance(value, str) and len(value) <= most and origin(value) else None


def names(claims: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return given name, family name and full name, each perhaps empty: a platform may send none of them."""
    given, family = text(claims.get("given_name")), text(claims.get("family_name"))
    return given, family, text(claims.get("name"), 500) or f"{given} {family}".strip()


def locale(value: object) -> str:
    """Return a BCP 47 tag such as ``pt-BR`` for what platforms send (``pt_br``, ``de_du``, ``sr-Latn-RS``); "en" when unknown."""
    return _locale(text(value, 35))


# The same few languages come with every launch.
@lru_cache(maxsize=2048)
def _locale(value: str) -> str:
    words = re.split(r"[-_.@]", value)[:3]
    for length in range(len(words), 0, -1):
        try:
            return str(Locale.parse("_".join(words[:length]))).replace("_", "-")
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    return "en"


def activity(custom: Mapping[str, Any], target: str) -> Activity:
    """Return what the link opens: its custom parameter `activity`, else its target's query, else applying."""
    asked = custom.get("activity")
    if isinstance(asked, str) and asked in LINKED:
        return Activity(asked)
    return activity_of(target) or Activity.APPLY


def scheme_id(custom: Mapping[str, Any], default: str) -> str:
    """Return the scheme that the link names in its custom parameter `scheme`, if it is a word a scheme can have."""
    asked = custom.get("scheme")
    return asked if isinstance(asked, str) and len(asked) <= 80 and _SCHEME.fullmatch(asked) else default
