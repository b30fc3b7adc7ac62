"""What a file that can't be trusted claims to be, and what the register holds under the number that it names."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lti_tool.installation import Installation
from lti_tool.issuing.certificate import Certificate
from lti_tool.issuing.keys import ring
from lti_tool.issuing.register import by_number
from lti_tool.verification.traces import Traces, find


def traces_in(installation: Installation, content: bytes) -> Traces:
    """Look for traces of this installation in any bytes."""
    return find(content, installation.settings.base_url, [known.certificate for known in ring(installation).known_seals])


def named(session: Session, traces: Traces) -> Certificate | None:
    """Return the one certificate that the file names, from the register: the reader can compare. None for none or several."""
    return by_number(session, traces.numbers[0]) if len(traces.numbers) == 1 else None
