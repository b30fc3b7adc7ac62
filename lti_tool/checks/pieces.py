"""The checks of one document, by the names that scheme files use. All pure: (requirement, piece, applicant, day) → finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Final

from lti_tool.checks.calendar import oldest_day, usable_until
from lti_tool.checks.findings import Finding, Verdict
from lti_tool.checks.names import Likeness, compare, parts, spells
from lti_tool.evidence.dossier import Applicant, Piece
from lti_tool.evidence.holder import SEPARATED_NAMES
from lti_tool.evidence.issue_date import candidates_of
from lti_tool.evidence.proof_doubts import is_about_proof
from lti_tool.evidence.reading import AMONG_OTHERS, Doubt, Fact, Kind, Place, Source
from lti_tool.scheme.model import Requirement, Scheme
from lti_tool.scheme.phrases import fold

# Reasons by which no person could read the file either; everything else that is unreadable goes to a person.
HOPELESS: Final = frozenset({"empty", "not-supported"})
# Doubts that another check answers.
ANSWERED_ELSEWHERE: Final = frozenset(
    {"holder-unannounced", "date-ambiguous", "date-of-something-else", "disclaimer-unclear", "disclaimer-language-unknown", "named-beside"}
)
_OF_DAYS: Final = frozenset({"valid-until", "dated-later"})

# How alike two names are of which one was misread in a letter or two: the share of their letters that stand in both in the same order.
_MISREAD: Final = 0.85


@dataclass(frozen=True, slots=True)
class Case:
    """What one check looks at; `requirement` None for a document that belongs nowhere."""

    piece: Piece
    applicant: Applicant
    day: date
    scheme: Scheme
    requirement: Requirement | None

    def finding(self, code: str, verdict: Verdict, place: Place | None = None, **details: str) -> Finding:
        """Return a finding about this document at this requirement."""
        requirement = self.requirement.id if self.requirement else None
        return Finding(code, verdict, requirement, self.piece.document_id, place, MappingProxyType(details))


def kind(case: Case) -> list[Finding]:
    """Find whether it is the document that the requirement asks for."""
    reading = case.piece.reading
    place = reading.title.place if reading.title else None
    seen = reading.title.text if reading.title else ""
    if reading.unreadable:
        verdict = Verdict.REJECT if reading.unreadable in HOPELESS else Verdict.REVIEW
        return [case.finding(f"unreadable-{reading.unreadable}", verdict)]
    if reading.kind is Kind.OTHER and not any(doubt.code == "ocr-unsure" for doubt in reading.doubts):
        return [case.finding("not-asked-for", Verdict.REJECT, place, seen=seen)]
    if reading.kind in (Kind.OTHER, Kind.UNKNOWN):
        return [case.finding("kind-unknown", Verdict.REVIEW, place, seen=seen)]
    if case.requirement is None:
        return [case.finding("not-asked-for", Verdict.REJECT, place, seen=seen)]
    if case.requirement.kind != reading.kind_id:
        found = case.scheme.requirement_for(reading.kind_id)
        return [case.finding("wrong-place", Verdict.REVIEW, place, seen=seen, better=found.title if found else "")]
    return [case.finding("kind-fits", Verdict.ACCEPT, place, title=case.requirement.title)]


def holder(case: Case) -> list[Finding]:
    """Find whether it is in the applicant's name."""
    reading, applicant = case.piece.reading, case.applicant
    if reading.holder is None:
        return [case.finding("holder-missing", Verdict.REVIEW, applicant=applicant.full_name)]
    details = {"seen": reading.holder.value, "applicant": applicant.full_name}
    likeness = compare(applicant.given_name, applicant.family_name, reading.holder.value)
    # What else a reader is less sure of, as of a word in a scan, is weighed by `_may_be_misread`.
    beside = reading.holder.sure <= AMONG_OTHERS or _is_named_beside(case)
    unsure = beside or any(doubt.code in ("holder-ambiguous", "holder-unannounced", "hidden-text") for doubt in reading.doubts)
    if likeness is Likeness.SAME:
        return [case.finding("holder-fits", Verdict.ACCEPT, reading.holder.place, **details)]
    if likeness is Likeness.CLOSE or unsure or not _is_whole_name(reading.holder.value) or _may_be_misread(reading.holder, applicant):
        return [case.finding("holder-close", Verdict.REVIEW, reading.holder.place, **details)]
    return [case.finding("holder-differs", Verdict.REJECT, reading.holder.place, **details)]


def _is_whole_name(name: str) -> bool:
    """Tell two words or more written as names are; a piece of a sentence taken for one is for a person to see, and no other name."""
    return len([word for word in parts(name) if not word[0].islower()]) >= 2


def _may_be_misread(holder: Fact[str], applicant: Applicant) -> bool:
    """Tell a name that was recognised in a picture and differs by a letter or two: a person sees whether it is the picture's or the reading's."""
    if holder.source is not Source.OCR:
        return False
    seen, own = ([fold(word) for word in parts(name)] for name in (holder.value, applicant.full_name))
    # The family name may stand first.
    turned = (" ".join((*seen[first:], *seen[:first])) for first in range(len(seen)))
    return any(SequenceMatcher(None, words, " ".join(own)).ratio() >= _MISREAD for words in turned)


def fresh(case: Case) -> list[Finding]:
    """Find whether it is young enough on the day of application."""
    years = case.scheme.rules.fresh_years
    oldest = oldest_day(case.day, years)

    def one(issued: date) -> Finding:
        place = case.piece.reading.issue_date.place if case.piece.reading.issue_date else None
        if issued >= oldest:
            return case.finding("fresh", Verdict.ACCEPT, place, date=issued.isoformat(), until=usable_until(issued, years).isoformat())
        days = str((oldest - issued).days)
        return case.finding("too-old", Verdict.REJECT, place, date=issued.isoformat(), days=days, oldest=oldest.isoformat())

    return _dated(case, one)


def not_in_future(case: Case) -> list[Finding]:
    """Find whether it was issued by the day of application: a date in the future is an error, not a pass."""

    def one(issued: date) -> Finding:
        place = case.piece.reading.issue_date.place if case.piece.reading.issue_date else None
        if issued <= case.day:
            return case.finding("not-in-future", Verdict.ACCEPT, place, date=issued.isoformat())
        return case.finding("in-future", Verdict.REJECT, place, date=issued.isoformat(), day=case.day.isoformat())

    return _dated(case, one)


def _dated(case: Case, one: Callable[[date], Finding]) -> list[Finding]:
    """Judge each day that the date may mean; where they disagree a person must look."""
    reading = case.piece.reading
    if reading.issue_date is None:
        return [case.finding("date-missing", Verdict.REVIEW)]
    days = {reading.issue_date.value}
    for doubt in reading.doubts:
        if doubt.code == "date-ambiguous":
            days.update(candidates_of(doubt))
    findings = [one(day) for day in sorted(days)]
    badly_read = any(doubt.code == "ocr-unsure" and doubt.place == reading.issue_date.place for doubt in reading.doubts)
    if len({finding.verdict for finding in findings}) == 1 and not badly_read:
        return [one(reading.issue_date.value)]
    shown = ", ".join(day.isoformat() for day in sorted(days))
    return [case.finding("date-unsure", Verdict.REVIEW, reading.issue_date.place, seen=reading.issue_date.text, dates=shown)]


def disclaimer(case: Case) -> list[Finding]:
    """Find whether the label carries the note."""
    reading = case.piece.reading
    if reading.kind is not Kind.NQL:
        return []
    unclear = next((doubt for doubt in reading.doubts if doubt.code in ("disclaimer-unclear", "disclaimer-language-unknown")), None)
    if unclear or reading.disclaimer is None:
        return [case.finding("disclaimer-unsure", Verdict.REVIEW, unclear.place if unclear else None, seen=unclear.seen if unclear else "")]
    if reading.disclaimer.value:
        return [case.finding("disclaimer-fits", Verdict.ACCEPT, reading.disclaimer.place, seen=reading.disclaimer.text)]
    if reading.disclaimer.text:
        return [case.finding("disclaimer-denied", Verdict.REJECT, reading.disclaimer.place, seen=reading.disclaimer.text)]
    # A picture on the page, or writing that is hidden, may hold what was not found.
    if any(doubt.code in ("writing-in-picture", "hidden-text", "annotations", "form-fields", "ocr-unsure") for doubt in reading.doubts):
        return [case.finding("disclaimer-unsure", Verdict.REVIEW, None, seen="")]
    return [case.finding("disclaimer-missing", Verdict.REJECT)]


def doubts(case: Case) -> list[Finding]:
    """Find what about the document a person should see."""
    return [
        case.finding(doubt.code, Verdict.REVIEW, doubt.place, seen=doubt.seen, **_days_of(doubt))
        for doubt in case.piece.reading.doubts
        if doubt.code not in ANSWERED_ELSEWHERE
        and not (_still_valid(case, doubt) or _is_to_come(case, doubt) or _is_own_name(case, doubt) or _says_own_name_twice(case, doubt))
        and not is_about_proof(doubt)
    ]


def _days_of(doubt: Doubt) -> dict[str, str]:
    """Return the days that a doubt is about, which its words show as the reader writes days."""
    return {"dates": ", ".join(day.isoformat() for day in candidates_of(doubt))} if doubt.code in _OF_DAYS else {}


def _still_valid(case: Case, doubt: Doubt) -> bool:
    """Tell an end of validity that is not past, and so does not matter."""
    return doubt.code == "valid-until" and min(candidates_of(doubt)) >= case.day


def _is_to_come(case: Case, doubt: Doubt) -> bool:
    """Tell a later day on which nothing can have happened to the paper yet, such as one until which it can be looked up."""
    return doubt.code == "dated-later" and min(candidates_of(doubt)) > case.day


def _is_own_name(case: Case, doubt: Doubt) -> bool:
    """Tell a word for a sample that is a part of the printed name and of the applicant's too: Anna Muster, Niccolò Esempio."""
    named = case.piece.reading.holder
    if doubt.code != "paper-contradicts-itself" or named is None or named.place is None or doubt.place is None:
        return False
    within = doubt.place.page == named.place.page and not set(parts(doubt.seen)) - set(parts(named.value))
    return within and _overlaps(doubt.place, named.place) and spells(case.applicant.full_name, doubt.seen)


def _says_own_name_twice(case: Case, doubt: Doubt) -> bool:
    """Tell two names that are both the applicant's, such as one in Greek letters and the same in Latin ones."""
    names = doubt.seen.split(SEPARATED_NAMES)
    applicant = case.applicant
    return doubt.code == "holder-ambiguous" and len(names) == 2 and all(_is_theirs(applicant, name) for name in names)


def _is_named_beside(case: Case) -> bool:
    """Tell an applicant whose whole name stands on a line of its own, where something else was taken for the holder's name."""
    listed = [doubt.seen.split(SEPARATED_NAMES) for doubt in case.piece.reading.doubts if doubt.code == "named-beside"]
    return any(_is_theirs(case.applicant, name) for names in listed for name in names)


def _is_theirs(applicant: Applicant, name: str) -> bool:
    return _is_whole_name(name) and compare(applicant.given_name, applicant.family_name, name) is Likeness.SAME


def _overlaps(one: Place, other: Place) -> bool:
    return one.box[0] < other.box[2] and other.box[0] < one.box[2] and one.box[1] < other.box[3] and other.box[1] < one.box[3]


def seen_with_others(case: Case) -> list[Finding]:
    """Find whether somebody else has handed in the same document; the words never say who."""
    seen = case.piece.seen_with_others
    if "bytes" in seen:
        return [case.finding("seen-bytes", Verdict.REJECT)]
    told = [case.finding(f"seen-{how}", Verdict.REVIEW) for how in ("number", "text") if how in seen]
    return told or ([case.finding("seen-copy", Verdict.REVIEW)] if "copy" in seen else [])


CHECKS: Final[Mapping[str, Callable[[Case], list[Finding]]]] = MappingProxyType(
    {
        "kind": kind,
        "holder": holder,
        "fresh": fresh,
        "not-in-future": not_in_future,
        "disclaimer": disclaimer,
        "doubts": doubts,
        "seen-with-others": seen_with_others,
    }
)
