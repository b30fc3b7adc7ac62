"""A verdict as data for programs: what `POST /api/verify` answers, as models from which its OpenAPI document is made."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from certificate_signing.checkpoint import unverified_checkpoint
from certificate_signing.log_proof import LogProof
from lti_tool.issuing.certificate import Certificate
from lti_tool.verification import words
from lti_tool.verification.verdict import Difference, PageDifference, Step, Verdict

Translate = Callable[[str], str]


class Model(BaseModel):
    """A part of an answer; nothing stands in it that is not described."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Reason(Model):
    """Why the answer is not "valid"."""

    code: Annotated[str, Field(description="A stable code, such as `revoked`.", examples=["revoked"])]
    words: Annotated[str, Field(description="One sentence in the language asked for.")]


class TakenStep(Model):
    """One step of the verification; the first that does not hold ends it."""

    number: Annotated[int, Field(ge=1)]
    code: Annotated[str, Field(description="A stable code, such as `not-revoked`.", examples=["not-revoked"])]
    held: Annotated[bool | None, Field(description="Whether it held; null for steps that were not asked any more.")]
    words: Annotated[str, Field(description="What holds if it held, in the language asked for.")]


class Event(Model):
    """What a certificate of participation is about."""

    id: str
    title: str
    starts_on: date
    ends_on: date
    minutes: int | None


class CheckedFile(Model):
    """A file that an award rests on: what it is called, how it was checked, and a commitment (hexadecimal digits) that its holder can open."""

    title: str
    checked: str
    commitment: str


class LegalEntity(Model):
    """The issuing body before the law."""

    identifier: Annotated[str, Field(description="A VAT or register number.")]
    country: Annotated[str, Field(description="ISO 3166-1 alpha-2.")]


class SaidCertificate(Model):
    """Everything that the certificate says, from the issuer's own record, and what became of it."""

    number: Annotated[str, Field(description="24 characters without hyphens.", min_length=24, max_length=24)]
    holder_name: str
    title: str
    sentence: str
    level: Annotated[str, Field(description="Empty where the certificate states none.")]
    areas: list[str]
    evidence: Annotated[list[CheckedFile], Field(description="The files that were checked, each as a commitment to its bytes.")]
    event: Annotated[Event | None, Field(description="Only for certificates of participation.")]
    issuer_name: str
    legal: Annotated[LegalEntity | None, Field(description="Where the certificate names it.")]
    issued_at: Annotated[datetime, Field(description="UTC.")]
    issued_on: Annotated[date, Field(description="The day of issue where the scheme is at home.")]
    expires_on: Annotated[date | None, Field(description="The last day on which it counts; null for no end.")]
    scheme_id: str
    scheme_edition: str
    checked: Annotated[str, Field(description="How the evidence was checked: `proved`, `read`, `person` or `organisers`.")]
    language: str
    address: Annotated[str, Field(description="The page that says the same to people.")]
    credential: Annotated[str, Field(description="The address of the Open Badges 3.0 credential.")]
    status_index: Annotated[int, Field(description="Its place in the status list.")]
    state: Literal["issued", "superseded", "revoked"]
    revoked_at: Annotated[datetime | None, Field(description="When it was revoked (UTC); null if it was not.")]
    superseded_by: Annotated[str | None, Field(description="The number of the certificate that replaced it.")]
    superseded_by_address: str | None


class ChangedField(Model):
    """A field that says something else than the record."""

    field: Annotated[str, Field(description="A stable code, such as `holder_name`, or the place of a member of a credential.")]
    words: Annotated[str, Field(description="Its name in the language asked for.")]
    ours: Annotated[str, Field(description="What the record says; empty where it says nothing there.")]
    theirs: Annotated[str, Field(description="What was shown; empty where that could not be made out.")]


class ChangedPage(Model):
    """A page that looks different; boxes are (left, top, right, bottom) in fractions of the page, origin top left."""

    page: Annotated[int, Field(ge=1)]
    boxes: list[tuple[float, float, float, float]]
    ours: Annotated[str | None, Field(description="Our page with the boxes as a PNG (data URI), with `?pictures=1` and where it may be shown.")]
    given: Annotated[str | None, Field(description="The given page with the boxes as a PNG (data URI), likewise.")]


class LogPlace(Model):
    """Where the public log has the certificate; `/log/proof/inclusion` proves it to whoever keeps checkpoints."""

    index: Annotated[int, Field(ge=0)]
    size: Annotated[int, Field(ge=1, description="The size of the tree whose checkpoint proves it.")]
    at: Annotated[datetime, Field(description="When it was logged (UTC).")]


class Report(Model):
    """The answer of a verification."""

    outcome: Annotated[Literal["valid", "was-valid", "not-valid", "cannot-tell"], Field(description="One of four answers.")]
    words: Annotated[str, Field(description="The answer in the language asked for.")]
    reasons: Annotated[list[Reason], Field(description="Why it is not `valid`; empty if it is.")]
    shown: Annotated[Literal["number", "address", "pdf", "credential", "vc-jwt", "token", "picture", "unknown"], Field(description="What was shown.")]
    steps: list[TakenStep]
    certificate: Annotated[SaidCertificate | None, Field(description="The issuer's own record; never what the file says of itself.")]
    differences: Annotated[list[ChangedField], Field(description="Fields that were changed, as far as that can be told.")]
    pages: Annotated[list[ChangedPage], Field(description="Pages of a changed PDF that look different from the one issued.")]
    proved_at: Annotated[datetime | None, Field(description="When it existed at the latest, by a timestamp or the public log (UTC); null without.")]
    log: Annotated[LogPlace | None, Field(description="Its place in the public log; null for certificates that are older than that.")]
    as_of: Annotated[datetime, Field(description="When this answer was given (UTC).")]
    language: str


def report(verdict: Verdict, at: datetime, translate: Translate = str, language: str = "en") -> Report:
    """Return a verdict for programs, its words put through `translate`."""
    return Report(
        outcome=verdict.outcome.value,
        words=translate(words.outcome(verdict.outcome)),
        reasons=[Reason(code=code, words=translate(words.reason(code))) for code in verdict.reasons],
        shown=verdict.shown.value,
        steps=[_step(number, step, translate) for number, step in enumerate(verdict.steps, start=1)],
        certificate=None if verdict.certificate is None else said(verdict.certificate),
        differences=[_difference(entry, translate) for entry in verdict.differences],
        pages=[_page(entry) for entry in verdict.pages],
        proved_at=verdict.proved_at,
        log=_log(verdict.log),
        as_of=at,
        language=language,
    )


def said(certificate: Certificate) -> SaidCertificate:
    """Return everything that a certificate says."""
    content = certificate.content
    newer = certificate.superseded_by
    return SaidCertificate(
        number=content.number,
        holder_name=content.holder_name,
        title=content.title,
        sentence=content.sentence,
        level=content.level,
        areas=list(content.areas),
        evidence=[CheckedFile.model_validate(file.to_json()) for file in content.evidence],
        event=None if content.event is None else Event.model_validate(content.event.to_json()),
        issuer_name=content.issuer_name,
        legal=None if content.legal is None else LegalEntity(identifier=content.legal.identifier, country=content.legal.country),
        issued_at=content.issued_at,
        issued_on=content.issued_on,
        expires_on=content.expires_on,
        scheme_id=content.scheme_id,
        scheme_edition=content.scheme_edition,
        checked=content.checked,
        language=content.language,
        address=content.address,
        credential=f"{content.address}.json",
        status_index=content.status_index,
        state=certificate.state.value,  # type: ignore[arg-type]  # only published certificates are ever answered with
        revoked_at=certificate.revoked_at,
        superseded_by=newer,
        superseded_by_address=f"{content.base_url}/c/{newer}" if newer else None,
    )


def _log(proof: LogProof | None) -> LogPlace | None:
    if proof is None:
        return None
    size = unverified_checkpoint(proof.checkpoint).size
    return LogPlace(index=proof.index, size=size, at=datetime.fromisoformat(proof.entry.at))


def _step(number: int, step: Step, translate: Translate) -> TakenStep:
    return TakenStep(number=number, code=step.code, held=step.held, words=translate(words.step(step.code)))


def _difference(entry: Difference, translate: Translate) -> ChangedField:
    return ChangedField(field=entry.field, words=translate(words.field(entry.field)), ours=entry.ours, theirs=entry.theirs)


def _page(entry: PageDifference) -> ChangedPage:
    return ChangedPage(page=entry.page, boxes=list(entry.boxes), ours=data_uri(entry.ours), given=data_uri(entry.given))


def data_uri(png: bytes | None) -> str | None:
    """Return a PNG as an address that holds it."""
    return None if png is None else f"data:image/png;base64,{base64.b64encode(png).decode()}"
