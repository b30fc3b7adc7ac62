"""Every record of every stage, gathered so that migrations and tests see the whole database."""

from lti_tool.administration import records as administration
from lti_tool.database import Base
from lti_tool.decision import records as decision
from lti_tool.delivery import records as delivery
from lti_tool.evidence import records as evidence
from lti_tool.history import Event
from lti_tool.issuing import records as issuing
from lti_tool.launch import records as launch
from lti_tool.public_log import records as public_log

METADATA = Base.metadata

__all__ = ["METADATA", "Event", "administration", "decision", "delivery", "evidence", "issuing", "launch", "public_log"]
