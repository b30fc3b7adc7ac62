"""Names that LTI Advantage gives to claims, scopes and message types."""

from __future__ import annotations

from typing import Final

LTI: Final = "https://purl.imsglobal.org/spec/lti/claim/"
AGS: Final = "https://purl.imsglobal.org/spec/lti-ags/"
NRPS: Final = "https://purl.imsglobal.org/spec/lti-nrps/"
DEEP_LINKING: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/"
TOOL_CONFIGURATION: Final = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM_CONFIGURATION: Final = "https://purl.imsglobal.org/spec/lti-platform-configuration"

SCOPE_SCORE: Final = f"{AGS}scope/score"
SCOPE_RESULT: Final = f"{AGS}scope/result.readonly"
SCOPE_LINE_ITEM: Final = f"{AGS}scope/lineitem"
SCOPE_LINE_ITEM_READ: Final = f"{AGS}scope/lineitem.readonly"
SCOPE_MEMBERS: Final = f"{NRPS}scope/contextmembership.readonly"
SCOPES: Final = (SCOPE_LINE_ITEM, SCOPE_LINE_ITEM_READ, SCOPE_RESULT, SCOPE_SCORE)

RESOURCE_LINK: Final = "LtiResourceLinkRequest"
DEEP_LINK: Final = "LtiDeepLinkingRequest"
DEEP_LINK_RESPONSE: Final = "LtiDeepLinkingResponse"
SUBMISSION_REVIEW: Final = "LtiSubmissionReviewRequest"
