"""The only package that knows pylti1p3: its parts, made safe by subclasses.

pylti1p3 2.0.0 parses messages and speaks to services well, but it is not a security boundary: it takes a message twice, mixes
logins, ignores audiences and times, fetches keys without limits and keeps state on its classes. Each subclass says what it
replaces. Nothing of the library is shared between requests.
"""

from lti_tool.launch.hardened.connector import Connector
from lti_tool.launch.hardened.login_start import LoginStart
from lti_tool.launch.hardened.message import Checks, Message
from lti_tool.launch.hardened.refusal import ServiceRefused
from lti_tool.launch.hardened.registered import ToolConf
from lti_tool.launch.hardened.request import Asked, Proof, StateCookies

__all__ = ["Asked", "Checks", "Connector", "LoginStart", "Message", "Proof", "ServiceRefused", "StateCookies", "ToolConf"]
