"""Certificates for everybody on a list, once each, however often and by how many processes the list is worked off.

A row's decision has an id that is made of the row itself, so the database knows which rows were decided; from there on every
step of issuing looks how far it is (docs/decisions/0018-lists.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from certificate_signing.keyring import KeyRing
from lti_tool import clock
from lti_tool.decision.awarding import Grounds, record_awards
from lti_tool.decision.events import Particulars
from lti_tool.decision.freezing import canonical
from lti_tool.decision.outcome import Award, Checked, LearningEvent
from lti_tool.failpoints import failpoint
from lti_tool.installation import Installation
from lti_tool.issuing.issue import issue_all
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped
from lti_tool.scheme.model import EventScheme, Scheme

# Rows that are decided and issued together: many share a transaction, none holds up others for long.
TOGETHER: Final = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One person of a list: `key` tells them from all others of it, `name` is certified letter by letter."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a list is about: a scheme, the event if the scheme rests on one, and the administrator's reason."""

    scheme_id: str
    reason: str
    event: LearningEvent | None = None


def occasion(scheme_id: str, reason: str, said: Particulars | None) -> Occasion:
    """Return what a list is about; the same words are the same occasion.

    Raises Problem: reason-missing, scheme-unknown, or event-not-over for an event that goes on.
    """
    if not reason.strip():
        raise Problem("reason-missing")
    if said is None:
        shipped().get(scheme_id)
        return Occasion(scheme_id, reason.strip())
    scheme = shipped().get_event_scheme(scheme_id)
    if said.ends_on > clock.today(scheme.time_zone):
        raise Problem("event-not-over")
    event = LearningEvent("", said.title, said.starts_on, said.ends_on, said.minutes)
    return Occasion(scheme_id, reason.strip(), replace(event, id=_digest(event.to_json())))


def issue_rows(installation: Installation, ring: KeyRing, about: Occasion, rows: Sequence[Row]) -> dict[str, str]:
    """Decide and issue some rows; return their numbers by key. What was done before is found, not done again.

    Raises Problem("list-name-differs") if a row was decided under another name: a certificate is renamed by `sealwright reissue`.
    """
    awards = {decision_id(about, row): _award(about, row.name) for row in rows}
    with installation.database.write() as session:
        otherwise = record_awards(session, awards, Grounds(actor="administrator", reason=about.reason))
    if otherwise:
        raise Problem("list-name-differs", id=next(row.key for row in rows if decision_id(about, row) in otherwise))
    failpoint("rows-decided")
    numbers = issue_all(installation, ring, list(awards), lambda *_: None)
    return {row.key: numbers[decision_id(about, row)] for row in rows}


def decision_id(about: Occasion, row: Row) -> str:
    """Return the id of a row's decision. The reason is no part of it: the same list given for another reason is the same list."""
    return _digest({"scheme": about.scheme_id, "event": about.event.id if about.event else None, "row": row.key})


def _award(about: Occasion, name: str) -> Award:
    if about.event is None:
        scheme: Scheme | EventScheme = shipped().get(about.scheme_id)
        checked = Checked.PERSON
    else:
        scheme, checked = shipped().get_event_scheme(about.scheme_id), Checked.ORGANISERS
    return Award(name, scheme.id, scheme.edition, scheme.sha256, checked, clock.today(scheme.time_zone), about.event)


def _digest(content: Mapping[str, object]) -> str:
    return hashlib.sha256(b"list " + canonical(dict(content))).hexdigest()[:32]
