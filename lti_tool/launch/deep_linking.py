"""What a deep linking request asks for (LTI Deep Linking 2.0, 4.4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lti_tool.launch.claims import address, member
from lti_tool.launch.records import Registration
from lti_tool.launch.registrations import may_call
from lti_tool.launch.visit import DeepLinking
from lti_tool.problem import Problem

SETTINGS: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
RESOURCE_LINK: Final = "ltiResourceLink"
MOST_DATA: Final = 20_000


def asked(claims: Mapping[str, Any], registration: Registration) -> DeepLinking:
    """Read the settings claim of a verified message.

    The answer goes to an address of the platform alone (threats L12, L23); the platform's own `data` goes back with it.
    Raises Problem: claim-missing, claim-wrong, or links-not-taken where the platform wants files or pages and no links to a tool.
    """
    settings = member(claims, SETTINGS)
    if not settings:
        raise Problem("claim-missing", claim="deep_linking_settings")
    if RESOURCE_LINK not in _words(settings, "accept_types"):
        raise Problem("links-not-taken")
    targets = _words(settings, "accept_presentation_document_targets")
    return DeepLinking(
        return_url=_return_url(settings, registration),
        data=_data(settings),
        # Not said means one (Deep Linking 2.0: the platform MAY accept several only if it says so).
        several=settings.get("accept_multiple") is True,
        links=True,
        # Not said means that nothing is known; a line item that is not wanted is ignored.
        grades=settings.get("accept_lineitem") is not False,
        frames="iframe" in targets,
        windows="window" in targets,
    )


def _return_url(settings: Mapping[str, Any], registration: Registration) -> str:
    if not settings.get("deep_link_return_url"):
        raise Problem("claim-missing", claim="deep_link_return_url")
    found = address(settings["deep_link_return_url"], 2000)
    if found is None or not may_call(registration, found):
        raise Problem("claim-wrong", claim="deep_link_return_url")
    return found


def _data(settings: Mapping[str, Any]) -> str:
    data = settings.get("data")
    if data is not None and (not isinstance(data, str) or len(data) > MOST_DATA):
        raise Problem("claim-wrong", claim="data")
    return data or ""


def _words(settings: Mapping[str, Any], name: str) -> frozenset[str]:
    value = settings.get(name)
    if not isinstance(value, list) or len(value) > 50 or not all(isinstance(word, str) for word in value):
        raise Problem("claim-wrong" if name in settings else "claim-missing", claim=name)
    return frozenset(value)
