"""What may be asked of the signer, and what it answers: names only. No question carries anything to be signed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

# A question is one line of JSON, and so is an answer; lengths in bytes.
LONGEST_QUESTION: Final = 256
LONGEST_ANSWER: Final = 16 * 1024 * 1024


class Asked(StrEnum):
    """What there is to ask for: a certificate by its number, a status list by its place, the list for browsers, the log's checkpoint."""

    CERTIFICATE = "certificate"
    STATUS_LIST = "status-list"
    SNAPSHOT = "snapshot"
    CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `name` is a certificate's number, ``LIST/PURPOSE``, or "" for the others."""

    asked: Asked
    name: str

    def encoded(self) -> bytes:
        """Return the line that is sent."""
        return json.dumps({"asked": self.asked.value, "name": self.name}).encode() + b"\n"

    @classmethod
    def parse(cls, line: bytes) -> Question:
        """Read such a line. Raises ValueError for anything else, members too many included."""
        try:
            read = json.loads(line.decode())
        except RecursionError:
            raise ValueError("nested too deep") from None
        if not isinstance(read, dict) or set(read) != {"asked", "name"} or not isinstance(read["name"], str):
            raise ValueError("not a question")
        return cls(Asked(read["asked"]), read["name"])


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: `done` with the text that was made, or the code of a `Problem` and its details.

    The text is "" for a certificate, which is stored and not sent, and base64 for what is no text.
    """

    done: bool
    text: str = ""
    code: str = ""
    details: dict[str, Any] | None = None

    def encoded(self) -> bytes:
        """Return the line that is sent."""
        return json.dumps({"done": self.done, "text": self.text, "code": self.code, "details": self.details or {}}).encode() + b"\n"

    @classmethod
    def parse(cls, line: bytes) -> Answer:
        """Read such a line. Raises ValueError."""
        read = json.loads(line.decode())
        if not isinstance(read, dict) or not {"done", "text", "code", "details"} <= set(read):
            raise ValueError("not an answer")
        return cls(bool(read["done"]), str(read["text"]), str(read["code"]), dict(read["details"]))
