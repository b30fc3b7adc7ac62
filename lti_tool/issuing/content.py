"""The to-be-signed content: made from an approved award, stored as JSON, read back, and compared before signing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lti_tool.decision.outcome import Award, CheckedFile, LearningEvent
from lti_tool.issuing.certificate import CertificateContent, LegalEntity
from lti_tool.issuing.countries import country
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped
from lti_tool.scheme.model import Edition
from lti_tool.settings import Settings


def content_for(award: Award, settings: Settings, *, number: str, status_index: int, at: datetime) -> CertificateContent:
    """Return what the certificate will say; `at` is the time of issue, cut to whole seconds.

    Raises Problem("scheme-unknown").
    """
    scheme = approved_scheme(award)
    issued_at = at.astimezone(UTC).replace(microsecond=0)
    issued_on = issued_at.astimezone(ZoneInfo(scheme.time_zone)).date()
    return CertificateContent(
        number=number,
        holder_name=award.holder_name,
        title=scheme.award.title,
        sentence=scheme.award.sentence,
        level=scheme.award.level,
        areas=scheme.award.areas,
        issuer_name=settings.organisation,
        issued_at=issued_at,
        issued_on=issued_on,
        expires_on=None if scheme.award.valid_years is None else years_after(issued_on, scheme.award.valid_years),
        scheme_id=award.scheme_id,
        scheme_edition=award.scheme_edition,
        checked=award.checked.value,
        address=f"{settings.base_url}/c/{number}",
        base_url=settings.base_url,
        status_index=status_index,
        event=award.event,
        evidence=award.evidence,
        legal=legal_entity(settings),
    )


def legal_entity(settings: Settings) -> LegalEntity | None:
    """Return the issuing body for European Digital Credentials, or None if its identifier or country is not configured."""
    place = settings.legal_country or settings.country
    return LegalEntity(settings.legal_identifier, place) if settings.legal_identifier and country(place) else None


def approved_scheme(award: Award) -> Edition:
    """Return the edition that the award was made under. Raises Problem("scheme-unknown")."""
    return shipped().edition(award.scheme_id, award.scheme_edition)


def refuse_drift(award: Award, content: CertificateContent, settings: Settings) -> None:
    """Raise Problem("award-drifted") unless the stored content is the one that this award gives (threat S03)."""
    again = content_for(award, settings, number=content.number, status_index=content.status_index, at=content.issued_at)
    # The organisation may have been renamed, or have moved, between preparing and signing: what was prepared then stands.
    then = dataclasses.replace(again, issuer_name=content.issuer_name, base_url=content.base_url, address=content.address, legal=content.legal)
    if then != content or content.address != f"{content.base_url}/c/{content.number}":
        raise Problem("award-drifted", note=content.number)


def to_json(content: CertificateContent) -> dict[str, Any]:
    """Return the content as JSON values; times in ISO 8601. What a certificate says nothing of is left out, as before it could be said."""
    stored = {name: value for name, value in dataclasses.asdict(content).items() if name not in ("event", "evidence", "legal")}
    event = {} if content.event is None else {"event": content.event.to_json()}
    evidence = {"evidence": [file.to_json() for file in content.evidence]} if content.evidence else {}
    legal = {} if content.legal is None else {"legal": dataclasses.asdict(content.legal)}
    return (
        stored
        | event
        | evidence
        | legal
        | {
            "areas": list(content.areas),
            "issued_at": content.issued_at.isoformat(),
            "issued_on": content.issued_on.isoformat(),
            "expires_on": None if content.expires_on is None else content.expires_on.isoformat(),
        }
    )


def from_json(stored: Mapping[str, Any]) -> CertificateContent:
    """Return the content that was stored. Raises KeyError, TypeError or ValueError for anything else."""
    expires_on = stored["expires_on"]
    return CertificateContent(
        **dict(stored)
        | {
            "areas": tuple(stored["areas"]),
            "issued_at": datetime.fromisoformat(stored["issued_at"]),
            "issued_on": date.fromisoformat(stored["issued_on"]),
            "expires_on": None if expires_on is None else date.fromisoformat(expires_on),
            "event": LearningEvent.from_json(stored["event"]) if "event" in stored else None,
            "evidence": tuple(CheckedFile.from_json(file) for file in stored.get("evidence", ())),
            "legal": LegalEntity(**stored["legal"]) if "legal" in stored else None,
        }
    )


def years_after(day: date, years: int) -> date:
    """Return the same day `years` later; 29 February falls back to 28."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
