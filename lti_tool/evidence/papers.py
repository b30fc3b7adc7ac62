"""What a paper says that it is: a certificate of something completed, or an enrolment, a programme, a sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from lti_tool.evidence.answers import affirmed, answered_otherwise, denied, left_unsaid
from lti_tool.evidence.arrangement import FIELD_GAP, gap_between
from lti_tool.evidence.denials import NEGATION_REACH, conditional, course_denied, denies, is_of_the_note, stands_by, without_idle_denials
from lti_tool.evidence.drafts import marked_unfinished
from lti_tool.evidence.field_labels import labels_a_field
from lti_tool.evidence.layout import Document, Row
from lti_tool.evidence.names_that_mark import NameOnPaper
from lti_tool.evidence.plain_certificate import is_plain_certificate
from lti_tool.evidence.reading import Doubt, Fact, Place
from lti_tool.evidence.sentences import attests_alone, begins_line, ends_inside, in_one_sentence, is_written_large, lies_within, sentence_around
from lti_tool.evidence.shares import shares
from lti_tool.evidence.stamps import MARKS, doubted_stamp, stamp
from lti_tool.evidence.ticks import parts_left_open, without_left_open, without_ticked_parts
from lti_tool.evidence.vocabulary import Hit, Vocabulary

# A phrase counts as a heading when it is set this much larger than the median, or fills this share of its line.
HEADING_SIZE: Final = 1.25
HEADING_SHARE: Final = 0.6
# A verb may stand far from its participle ("hat den Kurs … bestanden"); beyond so many words only inside one sentence.
LONG_AFFIRMATION: Final = 8
# Papers that say by their heading alone that they are nothing the scheme asks for.
_BY_HEADING: Final = frozenset(
    {"enrolment", "attendance", "programme", "curriculum-vitae", "refusal", "progress", "sample", "template", "letter", "closing", "application"}
)
# Words that a certificate of what the scheme asks for has no reason to use: a person should see them.
_IN_DOUBT: Final = frozenset({"attendance", "refusal", "progress", "application", "enclosure", "conduct", "void", "provisional", "declaration"})
# What is attended or entered and not completed; a label may be handed over at an event, and its note speak of an application.
_NO_COMPLETION: Final = frozenset({"enrolment", "event"})
# What stands against a completion that it is said of: who "has as a tutor completed" something has taught it all the same.
_ALWAYS: Final = frozenset({"conduct", "provisional", "declaration"})
# Phrases that are none over the end of a line, or of a paragraph.
_OF_ONE_LINE: Final = frozenset({"template", "conduct"})
# Papers that say so in any sentence, if nothing is said to be completed.
_BY_SENTENCE: Final = frozenset({"enrolment", "refusal", "progress"})

# What a certificate is headed with.
_CERTIFICATE: Final = frozenset({("statement", "certificate")})
_HEADINGS: Final = _CERTIFICATE | {("label", "name")}
# What ends the line that a letter begins with ("Dear Ms Rossi,").
_ADDRESS_ENDS: Final = frozenset({",", ":", "!"})

# Papers that may look like a certificate's form; that somebody took part does not say that anything was completed.
_AGAINST: Final = frozenset({"enrolment", "participation", "attendance", "refusal", "progress", "event", "template", "application"})


@dataclass(frozen=True, slots=True)
class Statements:
    """`certifies` and `completes`: what it says of itself; `other` the phrase by which it is another paper.

    `incomplete` is what it says of an enrolment or an event, which tells that nothing of a course was completed.
    """

    certifies: bool
    completes: bool
    other: Fact[str] | None
    doubts: tuple[Doubt, ...]
    incomplete: Doubt | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    paper: str
    text: str
    place: Place
    heading: bool
    whole: bool
    field: bool
    words: int
    address: bool
    large: bool


def statements(document: Document, vocabulary: Vocabulary) -> Statements:
    """Return what a paper says of itself."""
    name = NameOnPaper(document, vocabulary)
    other = stamp(document, vocabulary, name)
    hits = [(row, without_ticked_parts(row, without_idle_denials(row, _chosen(row, vocabulary), vocabulary, name))) for row in document.rows]
    completes = any(_affirmed(document, row, found) or affirmed(row, found) for row, found in hits)
    completes = completes or any(_is_a_form(document, row, found) for row, found in hits[:1]) or is_plain_certificate(document, vocabulary)
    unmet = next(
        (
            row.place(hit.begin, hit.end)
            for row, found in hits
            for hit in _denials(found)
            + _negated(row, found)
            + shares(row, found, vocabulary)
            + parts_left_open(row, found)
            + course_denied(row, found)
            + conditional(row, found, _affirmations(found))
            + denied(row, found)
        ),
        None,
    )
    # "Certificate" says so, and so does "awarded to".
    certifies = any((hit.group, hit.name) in (("statement", "certificate"), ("holder", "before")) for _, found in hits for hit in found)
    everything = [_said(document, row, hit) for row, found in hits for hit in _papers(row, found)]
    named = [entry for entry in everything if entry.paper in MARKS and name.holds(entry.text, entry.place)]
    headed = any(_is_headed(document, row, found, _HEADINGS) for row, found in hits)
    instead = any(_is_instead(row, found) for row, found in hits)
    attests = completes and attests_alone(hits)
    said = _without_a_letters_ends([entry for entry in everything if entry not in named], headed=headed, instead=instead, attests=attests)
    # What somebody has learned may be listed below, in small print.
    said = [entry for entry in said if entry.paper != "programme" or entry.large or not (completes and certifies and headed)]
    heading = next((entry for entry in said if entry.heading and entry.paper in _BY_HEADING), None)
    sentence = next((entry for entry in said if entry.paper in _BY_SENTENCE and (entry.paper != "enrolment" or entry.words > 1)), None)
    doubts: list[Doubt] = []
    if other is None and heading and not _certified(completes, heading, certifies=certifies, headed=headed):
        other = Fact(heading.text, heading.text, heading.place)
    elif other is None and heading:
        doubts.append(Doubt("paper-contradicts-itself", heading.text, heading.place))
    if other is None and sentence and not completes:
        other = Fact(sentence.text, sentence.text, sentence.place)
    doubtful = next((entry for entry in said if entry.paper in _IN_DOUBT), None)
    if other is None and doubtful and not doubts:
        doubts.append(Doubt("paper-contradicts-itself", doubtful.text, doubtful.place))
    if other is None and unmet is not None:
        doubts.append(Doubt("completion-denied", "", unmet))
    template = next((entry for entry in said if entry.paper == "template"), None)
    if other is None and template and not doubts:
        doubts.append(Doubt("looks-like-template", template.text, template.place))
    # Whose name it is can be told only where the applicant is known (checks/pieces.py).
    doubts += [Doubt("paper-contradicts-itself", entry.text, entry.place) for entry in named[:1] if other is None]
    marked = (find(document, vocabulary, name) for find in (doubted_stamp, marked_unfinished) if other is None)
    doubts += [doubt for doubt in marked if doubt is not None]
    unfinished = (entry for entry in said if entry.paper in _NO_COMPLETION and not entry.field)
    incomplete = next((Doubt("paper-contradicts-itself", entry.text, entry.place) for entry in unfinished), None)
    return Statements(certifies, completes, other, tuple(doubts), incomplete)


def _chosen(row: Row, vocabulary: Vocabulary) -> list[Hit]:
    """Return the phrases of a row without those of boxes left empty: "☐ Enrolment ☑ Completion"."""
    hits = vocabulary.hits(row.words)
    kept = without_left_open(row, hits)
    return [hit for hit in hits if hit in kept or hit.group == "part"]


def _is_instead(row: Row, hits: Sequence[Hit]) -> bool:
    """Tell a letter that says it is the certificate itself, "this letter serves as your certificate", with no word that denies before or inside."""
    denying = [hit for hit in hits if (hit.group, hit.name) == ("statement", "negation") and denies(row, hit)]
    said = [hit for hit in hits if (hit.group, hit.name) == ("statement", "instead")]
    return any(not any(hit.begin - NEGATION_REACH <= no.begin < hit.end for no in denying) for hit in said)


def _without_a_letters_ends(said: Sequence[_Said], *, headed: bool, instead: bool, attests: bool) -> list[_Said]:
    """Leave out that a paper headed as a certificate begins or ends like a letter: some do; what does both may accompany a certificate.

    So may what ends as one, but not if it attests itself and is addressed to nobody ("To whom it may concern").
    """
    if instead:
        return [entry for entry in said if entry.paper not in ("letter", "closing")]
    if attests and not any(entry.address or entry.paper in ("letter", "enclosure") for entry in said):
        return [entry for entry in said if entry.paper != "closing"]
    if not headed or (any(entry.address for entry in said) and any(entry.paper == "closing" for entry in said)):
        return list(said)
    return [entry for entry in said if entry.paper != "closing" and not entry.address]


def _certified(completes: bool, heading: _Said, *, certifies: bool, headed: bool) -> bool:
    """Tell whether a certificate stands against a heading: one that denies weighs more than the word alone; a completed course makes it a doubt.

    So does a certificate's own heading, below which others may head its parts ("Learning outcomes"). A word for a sample among others of
    a large line may be of a project's title ("Model United Europe"), which a person can tell.
    """
    if heading.paper == "sample":
        return certifies and not heading.whole
    if heading.paper in ("letter", "closing"):
        # A letter may be all that somebody has: a person can tell.
        return completes or certifies
    return (completes or headed) and certifies and heading.paper not in ("template", "curriculum-vitae")


def _affirmed(document: Document, row: Row, hits: Sequence[Hit]) -> bool:
    """Tell whether something is said to be completed, in one sentence and outside of every phrase that says it is not."""
    unmet = _denials(hits) + _negated(row, hits)
    whole = [hit for hit in _affirmations(hits) if hit.end - hit.begin <= LONG_AFFIRMATION or not ends_inside(row, hit)]
    whole = [hit for hit in whole if not _only_names_a_paper(document, row, hit, hits)]
    asked = answered_otherwise(row, hits)
    whole = [hit for hit in whole if not any(row.at[hit.begin] in label for label in asked)]
    return any(not any(other.begin < hit.end and hit.begin < other.end for other in unmet) for hit in whole)


def _only_names_a_paper(document: Document, row: Row, hit: Hit, hits: Sequence[Hit]) -> bool:
    """Tell a paper's name in a sentence that gives it to nobody: "Certificates of completion are issued once the course is finished"."""
    papers = [other for other in hits if (other.group, other.name) == ("statement", "certificate")]
    if not any(other.begin < hit.end and hit.begin < other.end for other in papers) or _said(document, row, hit).heading:
        return False
    begin, end = sentence_around(row, hit)
    if row.lexemes[begin].raw[:1].islower():
        # What begins in small letters goes on from a name above: "Maria Rossi / earned this certificate for passing …".
        return False
    # Whom it is given to stands in the sentence, or below it.
    announced = any(
        (other.group, other.name) == ("holder", "before") and row.at[other.end - 1] + 1 == end and other.begin >= hit.end for other in hits
    )
    return not announced and not any(is_written_large(one) and is_written_large(other) for one, other in pairwise(row.lexemes[begin:end]))


def _negated(row: Row, hits: Sequence[Hit]) -> list[Hit]:
    """Return what a word that denies stands shortly before or after, in one sentence: "did not manage to finish", "fullførte ikke kurset"."""
    denying = [hit for hit in hits if (hit.group, hit.name) == ("statement", "negation") and denies(row, hit)]
    return [hit for hit in _affirmations(hits) if any(stands_by(row, no, hit) for no in denying)]


def _affirmations(hits: Sequence[Hit]) -> list[Hit]:
    """Return what says that something is completed, with no word inside that denies."""
    denying = [hit for hit in hits if (hit.group, hit.name) == ("statement", "negation")]
    affirming = [hit for hit in hits if (hit.group, hit.name) == ("statement", "completed")]
    return [hit for hit in affirming if not any(hit.begin <= other.begin and other.end <= hit.end for other in denying)]


def _is_a_form(document: Document, row: Row, hits: Sequence[Hit]) -> bool:
    """Tell a certificate that is a heading and fields ("Name", "Course", "Date of issue") and says nothing else of what was done."""
    said = {(hit.group, hit.name) for hit in hits}
    if any(group == "paper" and name in _AGAINST for group, name in said) or ("statement", "unmet") in said:
        return False
    # Where a field tells how it ended, its words say whether it was completed.
    if any(hit.group == "outcome" and begins_line(row, row.at[hit.begin]) for hit in hits) or left_unsaid(row, hits):
        return False
    # "Issued 21.9.2026" may be said in words that stand before a name too.
    dates = {(hit.begin, hit.end) for hit in hits if hit.group == "date"}
    labels = [hit for hit in hits if (hit.group, hit.name) == ("holder", "label") and (hit.begin, hit.end) not in dates]
    fields = any(_heads_a_field(row, hit) for hit in labels)
    courses = any(hit.group == "course" and begins_line(row, row.at[hit.begin]) for hit in hits)
    return _is_headed(document, row, hits, _CERTIFICATE) and fields and (courses or not said.isdisjoint({("date", "issue"), ("date", "plain")}))


def _is_headed(document: Document, row: Row, hits: Sequence[Hit], marks: frozenset[tuple[str, str]]) -> bool:
    return any((hit.group, hit.name) in marks and _said(document, row, hit).heading for hit in hits)


def _heads_a_field(row: Row, hit: Hit) -> bool:
    """Tell the label of a field from the first word of a line, as of a body's name ("Teacher Academy")."""
    last = row.at[hit.end - 1]
    if not begins_line(row, row.at[hit.begin]):
        return False
    if last + 1 == len(row.lexemes) or row.lexemes[last + 1].segment != row.lexemes[last].segment:
        return True
    return not row.lexemes[last + 1].is_word or gap_between(row.lexemes[last].word, row.lexemes[last + 1].word) > FIELD_GAP


def _denials(hits: Sequence[Hit]) -> list[Hit]:
    """Return what says that something is not completed; inside a longer phrase that affirms it says nothing ("congratulations on completing")."""
    affirmed = _affirmations(hits)
    denied = [hit for hit in hits if (hit.group, hit.name) == ("statement", "unmet") and not is_of_the_note(hit, hits)]
    # What lies inside of what affirms, as words between "has" and "completed" may, is none of it: "has the entrance test … completed".
    return [hit for hit in denied if not any(lies_within(hit, other) and (hit.begin == other.begin or hit.end == other.end) for other in affirmed)]


def _papers(row: Row, hits: Sequence[Hit]) -> list[Hit]:
    """Return what names another paper; "attendance" inside "attendance and completion" names none, nor "attached" in the sentence of a note."""
    affirmed = _affirmations(hits)
    noted = [hit for hit in hits if (hit.group, hit.name) == ("note", "purpose")]
    named = [hit for hit in hits if hit.group == "paper" and (hit.name in _ALWAYS or not any(lies_within(hit, other) for other in affirmed))]
    named = [hit for hit in named if hit.name != "enclosure" or not any(in_one_sentence(row, *sorted((hit, other), key=_begin)) for other in noted)]
    named = [hit for hit in named if not labels_a_field(row, hit, hits)]
    # The labels of two fields beside each other are no blank form's "First name Surname", nor a heading and a label "in quality of teacher".
    return [hit for hit in named if hit.name not in _OF_ONE_LINE or not _is_parted(row, hit)]


def _is_parted(row: Row, hit: Hit) -> bool:
    """Tell a phrase that goes from one line or column on to another; of what somebody did, from one paragraph."""
    first, last = row.at[hit.begin], row.at[hit.end - 1]
    apart = any(lexeme.fresh for lexeme in row.lexemes[first + 1 : last + 1])
    return apart or (hit.name == "template" and row.lexemes[first].segment != row.lexemes[last].segment)


def _begin(hit: Hit) -> int:
    return hit.begin


def _said(document: Document, row: Row, hit: Hit) -> _Said:
    first = row.lexeme(hit.begin)
    line = [lexeme for lexeme in row.lexemes if lexeme.segment == first.segment]
    words = [lexeme for lexeme in line if lexeme.is_word]
    share = sum(1 for index in range(hit.begin, hit.end) if row.lexeme(index).segment == first.segment) / max(1, len(words))
    # A stamp may say more than that the paper is void: "VOID – withdrawn on 2 March 2026".
    large = first.word.size >= HEADING_SIZE * document.median_size and (share >= 0.25 or hit.name in MARKS)
    # The last word of a sentence may stand in a line alone, and is no heading.
    alone = share >= HEADING_SHARE and (words[0].fresh or not words[0].raw[:1].islower())
    # "Enrolled since: March" beside the date of completion is a field and no statement.
    field = begins_line(row, row.at[hit.begin]) and any(lexeme.form == ":" for lexeme in row.lexemes[row.at[hit.end - 1] + 1 :][:3])
    text, place = row.raw(hit.begin, hit.end), row.place(hit.begin, hit.end)
    address = hit.name == "letter" and first is line[0] and line[-1].form in _ADDRESS_ENDS
    return _Said(hit.name, text, place, large or alone or address, share >= HEADING_SHARE, field, hit.end - hit.begin, address, large)
