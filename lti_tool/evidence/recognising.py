"""How reading asks whether a file is a certificate of this installation, without knowing the register (which lies above)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from lti_tool.evidence.reading import Reading
from lti_tool.scheme.model import Scheme


@dataclass(frozen=True, slots=True)
class AskedFor:
    """For whom a document is read: the applicant's person and tenant, None where nobody was named."""

    person_id: int | None = None
    tenant_id: int | None = None


class Recognise(Protocol):
    """Answers with the readings of a file; `read` reads it, and need not be called for what is known at sight."""

    def __call__(self, content: bytes, scheme: Scheme, asked: AskedFor, read: Callable[[], tuple[Reading, ...]]) -> tuple[Reading, ...]:
        """Return the readings of a file, one for each certificate in it."""


def as_read(content: bytes, scheme: Scheme, asked: AskedFor, read: Callable[[], tuple[Reading, ...]]) -> tuple[Reading, ...]:
    """Recognise nothing: every file is read."""
    return read()
