"""What is known of a launch while it is still being checked, for whoever has to answer when it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Launching:
    """The parts of a launch that may be believed so far; each is None until then.

    `registration_id` is the platform that the login of this very browser was begun for; `deployment_id` the tenant's row, and
    `return_url` the way back to the course, come only from a token whose signature, issuer and audience were verified, the way
    back at the platform's own origins alone. It is a secret of the LMS and never logged.
    """

    registration_id: int | None = None
    deployment_id: int | None = None
    return_url: str | None = None


# Where nothing is known, and outside a launch. `flask.g.launching` holds the value of the request under way.
UNKNOWN: Final = Launching()
