"""The award as an Open Badges 3.0 credential (on W3C Verifiable Credentials 2.0)."""

from __future__ import annotations

from typing import Any, Final

from certificate_signing.canonical import CONTEXTS
from certificate_signing.commitment import as_multibase
from certificate_signing.did import did_web
from certificate_signing.instants import xsd_instant
from certificate_signing.status_list import status_entry
from lti_tool.decision.outcome import LearningEvent
from lti_tool.issuing import fonts, render, status
from lti_tool.issuing.certificate import CertificateContent
from lti_tool.scheme.model import Award

_SCHEMA: Final = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
_COMMITMENT: Final = (
    "A salted SHA-256 commitment to the file that was checked. It tells nothing of the file; the holder, who has the salt, can show "
    "that a file is the one."
)
# The places in which two credentials of one award differ; everything else is canonicalised once (`add_proof(varying=…)`).
_VARYING: Final = (
    ("id",),
    ("validFrom",),
    ("awardedDate",),
    ("credentialSubject", "id"),
    ("credentialSubject", "identifier", 0, "identityHash"),
    ("evidence", 0, "id"),
    ("credentialStatus", "id"),
    ("credentialStatus", "statusListIndex"),
)


def credential(content: CertificateContent, award: Award) -> dict[str, Any]:
    """Return the credential without its proof.

    Every node but the holder's identity has an `id`. The holder is named in plain words, as on the paper: a hashed name
    would be found by guessing, and a verifier could not read it.
    """
    document: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": f"{content.address}.json",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": content.title if content.event is None else f"{content.title}: {event_title(content.event)}",
        "issuer": {"id": did_web(content.base_url), "type": ["Profile"], "name": content.issuer_name, "url": content.base_url},
        "validFrom": xsd_instant(content.issued_at),
        "awardedDate": xsd_instant(content.issued_at),
        "credentialSubject": _subject(content, award),
        "evidence": [_evidence(content), *(_file(content, index) for index in range(len(content.evidence)))],
        "credentialStatus": _status(content),
        "credentialSchema": [{"id": _SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }
    if content.expires_on is not None:
        document["validUntil"] = f"{content.expires_on.isoformat()}T23:59:59Z"
    return document


def _status(content: CertificateContent) -> dict[str, str]:
    number, bit = status.place(content.status_index)
    return status_entry(status.address(content.base_url, number), bit)


def varying(document: dict[str, Any]) -> tuple[tuple[str | int, ...], ...]:
    """Return the places in which this credential differs from others of the same award."""
    places: list[tuple[str | int, ...]] = list(_VARYING)
    if "result" in document["credentialSubject"]:
        places.append(("credentialSubject", "result", 0, "id"))
    if "activityStartDate" in document["credentialSubject"]:
        places += [("credentialSubject", "activityStartDate"), ("credentialSubject", "activityEndDate")]
    if "validUntil" in document:
        places.append(("validUntil",))
    for index in range(1, len(document["evidence"])):
        places += [("evidence", index, name) for name in ("id", "narrative", "digestMultibase")]
    return tuple(places)


def _subject(content: CertificateContent, award: Award) -> dict[str, Any]:
    achievement = f"{content.base_url}/schemes/{content.scheme_id}/{content.scheme_edition}#{award.id}"
    if content.event is not None:
        # One achievement for all who took part in the same event; the address leads to what such certificates are.
        achievement = f"{achievement}-{content.event.id}"
    subject: dict[str, Any] = {
        "id": f"{content.address}#holder",
        "type": ["AchievementSubject"],
        "identifier": [{"type": "IdentityObject", "hashed": False, "identityHash": fonts.legible(content.holder_name), "identityType": "name"}],
        "achievement": _achievement(achievement, content, award),
    }
    if content.level:
        subject["result"] = [
            {"id": f"{content.address}#result", "type": ["Result"], "resultDescription": f"{achievement}-level", "value": content.level}
        ]
    if content.event is not None:
        subject["activityStartDate"] = f"{content.event.starts_on.isoformat()}T00:00:00Z"
        subject["activityEndDate"] = f"{content.event.ends_on.isoformat()}T23:59:59Z"
    return subject


def event_title(event: LearningEvent) -> str:
    """Return the event's title as credentials state it."""
    return fonts.legible(event.title)


def _achievement(address: str, content: CertificateContent, award: Award) -> dict[str, Any]:
    achievement: dict[str, Any] = {
        "id": address,
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "name": content.title if content.event is None else event_title(content.event),
        "description": award.description if content.event is None else _described(content.event, award),
        "criteria": {"id": f"{address}-criteria", "narrative": award.criteria},
        "inLanguage": content.language,
    }
    if content.areas:
        achievement["tag"] = list(content.areas)
    if award.alignments:
        achievement["alignment"] = [_alignment(address, index, award) for index in range(len(award.alignments))]
    if content.level:
        level = {"id": f"{address}-level", "type": ["ResultDescription"], "name": "Proficiency level", "resultType": "PerformanceLevel"}
        achievement["resultDescription"] = [level]
    return achievement


def _described(event: LearningEvent, award: Award) -> str:
    fixed = render.words("en")
    facts = [event_title(event), render.when(event, fixed), render.length(event, fixed)]
    return f"{award.description} {', '.join(fact for fact in facts if fact)}."


def _alignment(address: str, index: int, award: Award) -> dict[str, Any]:
    alignment = award.alignments[index]
    stated: dict[str, Any] = {
        "id": f"{address}-alignment-{index + 1}",
        "type": ["Alignment"],
        "targetName": alignment.name,
        "targetUrl": alignment.url,
        "targetFramework": alignment.framework,
        "targetType": "ceasn:Competency",
    }
    if alignment.code:
        stated["targetCode"] = alignment.code
    return stated


def _evidence(content: CertificateContent) -> dict[str, Any]:
    """State how the evidence was checked; the teachers' files are personal data and never stand here themselves."""
    return {
        "id": f"{content.address}#evidence",
        "type": ["Evidence"],
        "name": "How the evidence was checked" if content.event is None else "Who confirmed it",
        "narrative": render.words("en")["checked"][content.checked],
    }


def _file(content: CertificateContent, index: int) -> dict[str, Any]:
    """State one file that was checked, by a commitment that its holder alone can open."""
    file = content.evidence[index]
    return {
        "id": f"{content.address}#evidence-{index + 1}",
        "type": ["Evidence"],
        "name": file.title,
        "description": _COMMITMENT,
        "narrative": render.words("en")["checked"][file.checked],
        "digestMultibase": as_multibase(bytes.fromhex(file.commitment)),
    }
