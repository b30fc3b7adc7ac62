"""What a learning platform must be told of this tool: typed in by hand, or sent by dynamic registration. One value for both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from lti_tool.launch.claims import DEEP_LINKING, RESOURCE_LINK, SUBMISSION_REVIEW
from lti_tool.launch.own_urls import redirect_uri
from lti_tool.launch.visit import LINKED, Activity
from lti_tool.settings import Settings

LOGIN_PATH: Final = "/lti/login"
JWKS_PATH: Final = "/lti/jwks"
ICON_PATH: Final = "/static/icon.svg"
DESCRIPTION: Final = "Teachers hand in what they have learnt and receive a signed certificate that anybody can check."
# Scores are sent to the line item that a launch names, which needs no right to line items themselves (LTI-AGS 2.0, 3.6).
SCOPES: Final = (
    "https://purl.imsglobal.org/spec/lti-ags/scope/score",
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
)
CLAIMS: Final = ("iss", "sub", "name", "given_name", "family_name", "email", "locale")
MESSAGES: Final = (RESOURCE_LINK, DEEP_LINKING, SUBMISSION_REVIEW)


@dataclass(frozen=True, slots=True)
class TargetLink:
    """The address of one activity, for a link made by hand; a custom parameter ``activity=…`` on the launch address does the same."""

    activity: Activity
    url: str


@dataclass(frozen=True, slots=True)
class ToolDetails:
    """Every value that a platform's settings ask for. Addresses are absolute and come from the configured base URL alone.

    `domain` carries the port if it is not the usual one (Moodle compares it with the target links). `launch_url` is the target
    link, the only redirect address and the deep linking address at once. `custom_parameters` are names and the values they may have.
    """

    name: str
    description: str
    home_url: str
    domain: str
    login_url: str
    launch_url: str
    jwks_url: str
    icon_url: str
    target_links: tuple[TargetLink, ...]
    messages: tuple[str, ...]
    scopes: tuple[str, ...]
    claims: tuple[str, ...]
    custom_parameters: tuple[tuple[str, str], ...]

    @property
    def redirect_uri(self) -> str:
        """Where id_tokens are posted to; platforms compare it letter by letter."""
        return self.launch_url

    @property
    def deep_linking_url(self) -> str:
        """Where a platform asks for a choice of links ("content selection URL"): the message tells what is asked, not the address."""
        return self.launch_url


def tool_details(settings: Settings) -> ToolDetails:
    """Return what platforms must be told of the installation with these settings."""
    base_url = settings.base_url
    launch_url = redirect_uri(base_url)
    activities = sorted(LINKED, key=list(Activity).index)
    return ToolDetails(
        name=f"Sealwright ({settings.organisation})",
        description=DESCRIPTION,
        home_url=base_url + "/",
        domain=urlsplit(base_url).netloc,
        login_url=base_url + LOGIN_PATH,
        launch_url=launch_url,
        jwks_url=base_url + JWKS_PATH,
        icon_url=base_url + ICON_PATH,
        target_links=tuple(TargetLink(activity, f"{launch_url}?activity={activity.value}") for activity in activities),
        messages=MESSAGES,
        scopes=SCOPES,
        claims=CLAIMS,
        custom_parameters=(("activity", " | ".join(activity.value for activity in activities)), ("scheme", "digital-competence")),
    )
