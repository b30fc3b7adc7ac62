"""The award as a European Digital Credential (European Learning Model 3, application profile edc-generic-full), for Europass.

Nothing in it but what the certificate says. The profile asks for a picture of the certificate and for the issuer's legal
identifier; without the latter there is none.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime, time
from typing import Any, Final

from certificate_signing.instants import xsd_instant
from lti_tool.decision.outcome import LearningEvent
from lti_tool.issuing import fonts, render
from lti_tool.issuing.certificate import CertificateContent, LegalEntity
from lti_tool.issuing.countries import country
from lti_tool.scheme.model import Alignment, Award

CONTEXTS: Final = ("https://www.w3.org/2018/credentials/v1", "http://data.europa.eu/snb/model/context/edc-ap")
PROFILE: Final = "http://data.europa.eu/snb/model/ap/edc-generic-full"
_AUTHORITY: Final = "http://publications.europa.eu/resource/authority"
# Concepts of the controlled vocabularies that the profile names: id, scheme, label in English.
_GENERIC: Final = ("http://data.europa.eu/snb/credential/e34929035b", "http://data.europa.eu/snb/credential/25831c2", "Generic")
_BASE64: Final = ("http://data.europa.eu/snb/encoding/6146cde7dd", "http://data.europa.eu/snb/encoding/25831c2", "base64")
_PNG: Final = (f"{_AUTHORITY}/file-type/PNG", f"{_AUTHORITY}/file-type", "PNG")
_ENGLISH: Final = (f"{_AUTHORITY}/language/ENG", f"{_AUTHORITY}/language", "English")


def credential(content: CertificateContent, award: Award, legal: LegalEntity, picture: bytes) -> dict[str, Any]:
    """Return the credential, not sealed; `picture` is the certificate as PNG."""
    issued = xsd_instant(content.issued_at)
    document: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": f"{content.address}#europass",
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
        "credentialSchema": {"id": PROFILE, "type": "ShaclValidator2017"},
        "credentialProfiles": _concept(_GENERIC),
        "displayParameter": _display(content, picture),
        "issuer": _organisation(content, legal),
        "issuanceDate": issued,
        "issued": issued,
        "validFrom": issued,
        "credentialSubject": {
            "id": f"{content.address}#holder",
            "type": "Person",
            "fullName": _said(fonts.legible(content.holder_name)),
            "hasClaim": _activity(content, award) if content.event else _achievement(content, award),
        },
    }
    if content.expires_on is not None:
        document["expirationDate"] = f"{content.expires_on.isoformat()}T23:59:59Z"
    return document


def _achievement(content: CertificateContent, award: Award) -> dict[str, Any]:
    address = f"{content.address}#achievement"
    return {
        "id": address,
        "type": "LearningAchievement",
        "title": _said(f"{content.title}, {content.level}" if content.level else content.title),
        "description": _said(award.description),
        "awardedBy": _awarding(content),
        "specifiedBy": {
            "id": f"{address}-specification",
            "type": "LearningAchievementSpecification",
            "title": _said(content.title),
            "description": _said(award.criteria),
            "learningOutcome": [_outcome(f"{address}-outcome-{index}", area) for index, area in enumerate(content.areas, start=1)]
            or [_outcome(f"{address}-outcome-1", content.title)],
            "supplementaryDocument": [_alignment(address, index, one) for index, one in enumerate(award.alignments, start=1)]
            or [_page(f"{address}-page", content.title, content.address)],
        },
        "supplementaryDocument": [_page(f"{content.address}#page", "This certificate, to be checked", content.address)],
        "additionalNote": _note(f"{content.address}#checked", render.words("en")["checked"][content.checked]),
    }


def _activity(content: CertificateContent, award: Award) -> dict[str, Any]:
    event = content.event
    assert event is not None  # noqa: S101 - certificates of participation alone come here
    return {
        "id": f"{content.address}#activity",
        "type": "LearningActivity",
        "title": _said(fonts.legible(event.title)),
        "description": _said(award.description),
        "awardedBy": _awarding(content),
        "temporal": _when(content, event),
        "supplementaryDocument": [_page(f"{content.address}#page", "This certificate, to be checked", content.address)],
    } | ({} if event.minutes is None else {"workload": f"PT{event.minutes}M"})


def _when(content: CertificateContent, event: LearningEvent) -> dict[str, Any]:
    first, last = (xsd_instant(datetime.combine(day, time(), UTC)) for day in (event.starts_on, event.ends_on))
    return {"id": f"{content.address}#when", "type": "PeriodOfTime", "startDate": first, "endDate": last}


def _awarding(content: CertificateContent) -> dict[str, Any]:
    return {
        "id": f"{content.address}#awarding",
        "type": "AwardingProcess",
        # The node itself stands once, as the issuer.
        "awardingBody": {"id": _organisation_id(content), "type": "Organisation"},
        "awardingDate": xsd_instant(content.issued_at),
    }


def _organisation(content: CertificateContent, legal: LegalEntity) -> dict[str, Any]:
    address, place = _organisation_id(content), _country(legal.country)
    return {
        "id": address,
        "type": "Organisation",
        "legalName": _said(content.issuer_name),
        "eIDASIdentifier": {
            "id": f"{address}-identifier",
            "type": "LegalIdentifier",
            "notation": legal.identifier,
            "spatial": place,
        },
        "location": {
            "id": f"{address}-location",
            "type": "Location",
            "address": {"id": f"{address}-address", "type": "Address", "countryCode": place},
        },
        "homepage": _page(f"{address}-homepage", content.issuer_name, content.base_url),
    }


def _organisation_id(content: CertificateContent) -> str:
    return f"{content.base_url}/#organisation"


def _display(content: CertificateContent, picture: bytes) -> dict[str, Any]:
    address, language = f"{content.address}#display", _concept(_ENGLISH)
    image = {
        "id": f"{address}-image",
        "type": "MediaObject",
        "content": base64.b64encode(picture).decode(),
        "contentEncoding": _concept(_BASE64),
        "contentType": _concept(_PNG),
    }
    return {
        "id": address,
        "type": "DisplayParameter",
        "title": _said(content.title if content.event is None else f"{content.title}: {fonts.legible(content.event.title)}"),
        "description": _said(f"{fonts.legible(content.holder_name)} {content.sentence}"),
        "primaryLanguage": language,
        "language": language,
        "individualDisplay": {
            "id": f"{address}-individual",
            "type": "IndividualDisplay",
            "language": language,
            "displayDetail": {"id": f"{address}-detail", "type": "DisplayDetail", "image": image, "page": 1},
        },
    }


def _alignment(address: str, index: int, alignment: Alignment) -> dict[str, Any]:
    return _page(f"{address}-framework-{index}", alignment.name, alignment.url)


def _outcome(address: str, title: str) -> dict[str, Any]:
    return {"id": address, "type": "LearningOutcome", "title": _said(title)}


def _page(address: str, title: str, url: str) -> dict[str, Any]:
    return {"id": address, "type": "WebResource", "title": _said(title), "contentURL": url}


def _note(address: str, text: str) -> dict[str, Any]:
    return {"id": address, "type": "Note", "noteLiteral": _said(text)}


def _country(alpha_2: str) -> dict[str, Any]:
    code, name = country(alpha_2) or (alpha_2, alpha_2)
    return _concept((f"{_AUTHORITY}/country/{code}", f"{_AUTHORITY}/country", name))


def _concept(concept: tuple[str, str, str]) -> dict[str, Any]:
    address, scheme, label = concept
    return {"id": address, "type": "Concept", "inScheme": {"id": scheme, "type": "ConceptScheme"}, "prefLabel": _said(label)}


def _said(text: str) -> dict[str, str]:
    return {"en": text}
