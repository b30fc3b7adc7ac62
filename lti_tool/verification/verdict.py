"""The frozen value of verification: one of four answers, why, and what the certificate says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from certificate_signing.log_proof import LogProof
from lti_tool.issuing.certificate import Certificate


class VerdictOutcome(StrEnum):
    """The four answers; their exit statuses on the command line are 0, 1, 1 and 2."""

    VALID = "valid"
    WAS_VALID = "was-valid"
    NOT_VALID = "not-valid"
    CANNOT_TELL = "cannot-tell"


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step of a verification: a code of `verification/words.toml` and whether it held (None: not asked)."""

    code: str
    held: bool | None


class Shown(StrEnum):
    """What was shown to us; `UNKNOWN` could not be told."""

    NUMBER = "number"
    ADDRESS = "address"
    PDF = "pdf"
    CREDENTIAL = "credential"
    JWT = "vc-jwt"
    TOKEN = "token"  # noqa: S105 - a kind of thing, no secret
    PICTURE = "picture"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Difference:
    """Where what was shown says something else than our record.

    `field` is a code of `verification/words.toml` (``holder_name``, ``issued_on``, ``number``, …) or, of a credential, the place of
    the member (``credentialSubject.achievement.name``); `ours` what the record says, empty where it says nothing there; `theirs` what was
    shown, empty where we could not make out what it says instead.
    """

    field: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class PageDifference:
    """A page that does not look like ours; `page` from 1, `boxes` in fractions of the page (left, top, right, bottom), origin top left.

    `ours` and `given` are PNGs of the same size with the boxes drawn, None where no pictures were asked for or may be shown
    (docs/decisions/0013-verifying.md).
    """

    page: int
    boxes: tuple[tuple[float, float, float, float], ...]
    ours: bytes | None = None
    given: bytes | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What we can say about something shown to us.

    `certificate` is *our* record or None, never the file's own claims; `shown` what it was; `differences` and `pages` what was changed,
    as far as we can tell; `proved_at` when it existed at the latest, by a timestamp or its place in the public
    log (UTC); `log` is the proof of that place.
    """

    outcome: VerdictOutcome
    reasons: tuple[str, ...]
    steps: tuple[Step, ...]
    certificate: Certificate | None = None
    shown: Shown = Shown.UNKNOWN
    differences: tuple[Difference, ...] = ()
    pages: tuple[PageDifference, ...] = ()
    proved_at: datetime | None = None
    log: LogProof | None = None
