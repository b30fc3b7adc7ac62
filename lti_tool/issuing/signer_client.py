"""Asking the signer, from a process that holds no key that signs certificates."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Final

from lti_tool.issuing.signer_calls import LONGEST_ANSWER, Answer, Question
from lti_tool.problem import Problem

# The signer has as many certificates in hand at once as there are cores: others wait their turn.
PATIENCE: Final = 60.0


def ask(place: Path, question: Question) -> str:
    """Return what the signer made. Raises the Problem that it names, or Problem("signer-silent") if it does not answer."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
            asking.settimeout(PATIENCE)
            asking.connect(str(place))
            asking.sendall(question.encoded())
            answer = Answer.parse(_line(asking))
    except (OSError, ValueError) as error:
        raise Problem("signer-silent", note=f"{type(error).__name__}: {error}") from None
    if not answer.done:
        raise Problem(answer.code, **(answer.details or {}))
    return answer.text


def _line(asking: socket.socket) -> bytes:
    with asking.makefile("rb") as reading:
        line = reading.readline(LONGEST_ANSWER)
    if not line.endswith(b"\n"):
        raise ValueError("the answer ends early")
    return line
