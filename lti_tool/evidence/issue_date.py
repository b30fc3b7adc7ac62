"""Which of a document's dates is the day it was issued: by the words beside, above or below each date."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from lti_tool.evidence.date_boxes import neighbours
from lti_tool.evidence.date_marks import interrupted
from lti_tool.evidence.dates import DateFound, find_dates
from lti_tool.evidence.explained_days import telling
from lti_tool.evidence.layout import Document, Row, Segment, Word, place_of
from lti_tool.evidence.letter_days import heads_letter
from lti_tool.evidence.print_edges import Printed, printed_by_browser
from lti_tool.evidence.reading import Doubt, Fact, Place
from lti_tool.evidence.registrations import registers
from lti_tool.evidence.vocabulary import Hit, Vocabulary
from lti_tool.scheme.phrases import words_of

# How well a label says that a date is the day of issue; those of rank 0 say that it is another day.
RANK: Final = {"issue": 4, "place": 3, "plain": 3, "completed": 2, "registered": 2, "letter": 2, "bare": 1}
# "from 3 March 2026" begins a period only if an end follows; alone it may be anything.
# How many words may stand between a label and its date.
REACH: Final = {"issue": 10, "completed": 8, "born": 5, "other": 5, "period": 2, "from": 2, "plain": 3, "reissued": 14, "printed": 7}
# Roles that do not say what a day after the day of issue is for.
_UNEXPLAINED: Final = frozenset({"bare", "plain", "completed", "registered", "letter"})
# Roles that say less of a day than a number of the paper's own before it.
_LOOSE: Final = frozenset({"bare", "from", "letter"})
SEPARATOR: Final = " | "


@dataclass(frozen=True, slots=True)
class Dated:
    """A date with its role: a key of RANK, or ``period``, ``printed``, ``reissued``, ``born``, ``valid``, ``other``."""

    found: DateFound
    role: str
    place: Place
    words: tuple[Word, ...] = ()


def issue_date(document: Document, vocabulary: Vocabulary, languages: Sequence[str]) -> tuple[Fact[date] | None, tuple[Doubt, ...]]:
    """Return the date of issue and what is doubtful about it.

    A date that may be meant differently comes with the doubt ``date-ambiguous``, whose `seen` lists what else it may be; the
    checks send it to a person only if that changes the answer.
    """
    # Columns tear dates apart in one order of reading and not in the other: the order that leaves the most whole dates is right.
    readings = [dates_with_roles(document, row, vocabulary, languages) for row in document.rows]
    dated = _without_months(max(readings, key=lambda found: sum(1 if entry.found.whole else -1 for entry in found), default=[]))
    dated = _without_printed(document, dated)
    if any(entry.role in ("bare", "registered") for entry in dated):
        # Of a letter's day only the days in its sentences are no rivals: beside another lone day it says no more than that one.
        dated = [replace(entry, role="bare") if entry.role == "letter" else entry for entry in dated]
    ranked = sorted((entry for entry in dated if entry.role in RANK), key=_likeliest_first)
    ends = tuple(_ending(entry) for entry in dated if entry.role == "valid")
    if not ranked:
        return None, (*ends, Doubt("date-of-something-else", dated[0].found.text, dated[0].place)) if dated else ()
    best = ranked[0]
    # Whether a duplicate counts from its own day is for a person to say.
    rivals = [*_rivals(ranked), *(entry for entry in dated if entry.role == "reissued")]
    candidates = dict.fromkeys(candidate for entry in rivals for candidate in entry.found.candidates)
    fact = Fact(best.found.candidates[0], best.found.text, best.place, 1.0 if len(candidates) == 1 else 0.6)
    ends += _later(dated, fact.value)
    if len(candidates) == 1:
        return fact, ends
    return fact, (
        *ends,
        Doubt("date-ambiguous", SEPARATOR.join(day.isoformat() for day in candidates), best.place),
    )


def _likeliest_first(entry: Dated) -> tuple[int, bool, int]:
    """Order dates by what is said of them; of two that say it as well the one after a place, above a signature, is the likelier, then the later.

    "Anna Muster (Linz, 3 May 1981) completed … on 3 March 2026. Sofia, 7 March 2026".
    """
    return -RANK[entry.role], entry.role != "place", -max(entry.found.candidates).toordinal()


def _without_months(dated: Sequence[Dated]) -> list[Dated]:
    """Leave out months alone of which a day is named too ("in December 2025 … 19 December 2025")."""
    days = {day for entry in dated if entry.found.whole and entry.role in RANK for day in entry.found.candidates}
    return [entry for entry in dated if entry.found.whole or not any(entry.found.candidates[0] <= day <= entry.found.candidates[-1] for day in days)]


def _without_printed(document: Document, dated: Sequence[Dated]) -> list[Dated]:
    """Say of dates in the line that a browser prints at a page's edge that they are the print's; of a doubtful line only if another date stands."""
    by = {id(entry): printed_by_browser(document, entry.words) for entry in dated if entry.role in ("bare", "letter")}
    others = any(entry.role in RANK and by.get(id(entry), Printed.NO) is Printed.NO for entry in dated)
    prints = {Printed.SURELY} | ({Printed.PERHAPS} if others else set())
    return [replace(entry, role="printed") if by.get(id(entry)) in prints else entry for entry in dated]


def _ending(entry: Dated) -> Doubt:
    return Doubt("valid-until", SEPARATOR.join(day.isoformat() for day in entry.found.candidates), entry.place)


def _later(dated: Sequence[Dated], issued: date) -> tuple[Doubt, ...]:
    """Return the doubts ``dated-later`` about days after `issued` of which nobody says what they are.

    A paper that was withdrawn, replaced or cancelled names the day, and there are more ways to say so than a list of words holds; of a
    good paper's later day its words say what it is: when it was printed, until when it is valid, when the course took place. A day that
    may be meant differently counts if one meaning is later, a month alone only if all of it is.
    """
    later = [
        entry
        for entry in dated
        if entry.role in _UNEXPLAINED and (max(entry.found.candidates) if entry.found.whole else min(entry.found.candidates)) > issued
    ]
    return tuple(Doubt("dated-later", SEPARATOR.join(day.isoformat() for day in entry.found.candidates), entry.place) for entry in later)


def candidates_of(doubt: Doubt) -> tuple[date, ...]:
    """Return the days that a ``date-ambiguous``, ``valid-until`` or ``dated-later`` doubt lists."""
    return tuple(date.fromisoformat(part) for part in doubt.seen.split(SEPARATOR))


def _rivals(ranked: Sequence[Dated]) -> list[Dated]:
    """Return the dates that might be the day of issue: those of the best rank, and below a plain label all unlabelled ones."""
    best = RANK[ranked[0].role]
    return [entry for entry in ranked if RANK[entry.role] == best or best < RANK["issue"]]


def dates_with_roles(document: Document, row: Row, vocabulary: Vocabulary, languages: Sequence[str]) -> list[Dated]:
    """Return every date of a row with its role."""
    found = find_dates(row, vocabulary.calendar, languages)
    every = vocabulary.hits(row.words)
    hits = [hit for hit in every if hit.group in ("date", "weekday")]
    word_at = {lexeme: word for word, lexeme in enumerate(row.at)}
    dated: list[Dated] = []
    for index, entry in enumerate(found):
        begin = _first_word(word_at, entry.begin)
        role = _joined_role(row, dated, found[index - 1] if index else None, entry, hits)
        told = telling(row, hits, every, range(begin, _first_word_behind(row, entry.end)), vocabulary)
        role = role or _label_before(row, _near(row, told, entry), begin, found[index - 1] if index else None)
        role = role or _label_around(document, row, found, entry, vocabulary)
        role = role or ("place" if _after_a_place(row, entry) else "letter" if heads_letter(document, row, entry) else "bare")
        role = _of_a_number(row, entry, role, hits, vocabulary)
        if role != "period" and _begins_range(row, entry, found[index + 1] if index + 1 < len(found) else None, hits):
            role = "period"
        role = "reissued" if _is_of_a_duplicate(row, hits, entry, found[index - 1] if index else None) else role
        words = [row.lexemes[at].word for at in range(entry.begin, entry.end)]
        dated.append(Dated(entry, role, place_of(words), tuple(words)))
    return dated


def _of_a_number(row: Row, entry: DateFound, role: str, hits: Sequence[Hit], vocabulary: Vocabulary) -> str:
    """Tell the day with the paper's own number from that with another paper's, which hangs on its number alone."""
    if role in _LOOSE and registers(row, entry, hits, vocabulary):
        return "registered"
    return "other" if entry.numbered else "bare" if role == "from" else role


def _near(row: Row, hits: Sequence[Hit], entry: DateFound) -> Sequence[Hit]:
    """Leave out words for some other day that stand on an earlier line than a place and its date: "… resolution / Granada, 27 May 2026"."""
    if not _after_a_place(row, entry):
        return hits
    line = row.lexemes[entry.begin].segment
    return [hit for hit in hits if hit.name != "other" or row.lexeme(hit.begin).segment == line]


def _is_of_a_duplicate(row: Row, hits: Sequence[Hit], entry: DateFound, previous: DateFound | None) -> bool:
    """Tell the day on which a duplicate was made, whatever word stands right before it: "DUPLICATE, issued on 9 November 2026"."""
    begin = max(entry.begin - REACH["reissued"], previous.end if previous is not None else 0)
    words = [hit for hit in hits if hit.name == "reissued" and begin <= row.at[hit.begin] and row.at[hit.end - 1] < entry.begin]
    return any(not interrupted(row, row.at[hit.end - 1] + 1, entry.begin) for hit in words)


def _first_word(word_at: dict[int, int], lexeme: int) -> int:
    while lexeme not in word_at:
        lexeme += 1
    return word_at[lexeme]


def _first_word_behind(row: Row, lexeme: int) -> int:
    return bisect_left(row.at, lexeme)


def _between(row: Row, begin: int, end: int) -> list[str]:
    return [lexeme.form for lexeme in row.lexemes[begin:end]]


def _joins(forms: Sequence[str], row: Row, begin: int, hits: Sequence[Hit]) -> bool:
    """Tell whether nothing but a dash or a word such as "to" stands between two dates."""
    if not forms:
        return False
    inside = [hit for hit in hits if begin <= row.at[hit.begin] < begin + len(forms)]
    # A weekday may stand between: "Monday 3 March 2026 – Friday 28 March 2026".
    days = {row.lexemes[row.at[word]].form for hit in inside if hit.group == "weekday" for word in range(hit.begin, hit.end)}
    if all(form in ("-", "–", "—", "÷", "→", ",", ".") or form in days for form in forms) and any(form in "-–—÷→" for form in forms):
        return True
    covered = {row.at[word] for hit in inside for word in range(hit.begin, hit.end)}
    if any(row.lexemes[at].is_word and at not in covered for at in range(begin, begin + len(forms))):
        return False
    inside = [hit for hit in inside if hit.group == "date"]
    # "No. 22 of 13 April": a word that only begins a period joins nothing.
    joined = all(hit.name in ("until", "from") for hit in inside) and any(hit.name == "until" for hit in inside)
    return len(forms) <= 4 and joined and row.at[inside[0].begin] - begin <= 1


def _joined_role(row: Row, before: Sequence[Dated], previous: DateFound | None, entry: DateFound, hits: Sequence[Hit]) -> str | None:
    if previous is None or not before:
        return _partial_range(row, entry, hits)
    if _joins(_between(row, previous.end, entry.begin), row, previous.end, hits):
        return "period" if before[-1].role in RANK else before[-1].role
    return _partial_range(row, entry, hits)


def _partial_range(row: Row, entry: DateFound, hits: Sequence[Hit]) -> str | None:
    """``from 3 to 28 March 2026``, ``3–28 March 2026``, ``3 March – 28 March 2026``: the date is a period's end."""
    for length in (1, 2):
        start = entry.begin - length
        if start < 1 or not _joins(_between(row, start, entry.begin), row, start, hits):
            continue
        ahead = [lexeme.form for lexeme in row.lexemes[max(0, start - 3) : start]]
        if _ends_in_a_day(ahead):
            return "period"
    return None


def _ends_in_a_day(forms: Sequence[str]) -> bool:
    """Tell whether words end in a day, with or without its month: ``3``, ``3 March``, ``3. 3.``."""
    words = [form for form in forms if form.isalnum()]
    return bool(words) and (
        (words[-1].isdecimal() and int(words[-1]) <= 31)
        or (len(words) > 1 and words[-2].isdecimal() and len(words[-2]) <= 2 and forms[-1] not in (",", ":"))
    )


def _begins_range(row: Row, entry: DateFound, following: DateFound | None, hits: Sequence[Hit]) -> bool:
    return following is not None and _joins(_between(row, entry.end, following.begin), row, entry.end, hits)


def _label_before(row: Row, hits: Sequence[Hit], begin: int, previous: DateFound | None) -> str | None:
    """Return the nearest label in front of a date, in the same sentence and after any other date."""
    candidates: list[tuple[int, int, str]] = []
    for hit in hits:
        if hit.group == "weekday" or hit.name == "until" or hit.end > begin or begin - hit.end > REACH.get(hit.name, 3):
            continue
        if previous is not None and row.at[hit.begin] < previous.begin:
            continue
        if previous is not None and row.at[hit.end - 1] < previous.end:
            continue
        if interrupted(row, row.at[hit.end - 1] + 1, row.at[begin]):
            continue
        candidates.append((hit.end, hit.end - hit.begin, hit.name))
    # "born on" says more than the "on" that ends it.
    told = {end for end, _, name in candidates if name != "plain"}
    candidates = [entry for entry in candidates if entry[2] != "plain" or entry[0] - entry[1] not in told]
    return max(candidates)[2] if candidates else None


def _label_around(document: Document, row: Row, found: Sequence[DateFound], entry: DateFound, vocabulary: Vocabulary) -> str | None:
    """Return the label in a box of its own: to the left, else above, else below, as in tables and above signature lines."""
    here = document.segment_of(row.lexemes[entry.begin].word)
    if here is None:
        return None
    dated = [segment for other in found if other is not entry and (segment := document.segment_of(row.lexemes[other.begin].word))]
    for neighbour in neighbours(document, here):
        if _has_its_own(neighbour, here, dated):
            continue
        words = words_of(neighbour.text)
        # "10. Date of issue"
        words = words[1:] if len(words) > 1 and words[0].isdecimal() and len(words[0]) <= 2 else words
        if any(word.isdecimal() for word in words):
            continue
        labels = [
            (hit.end - hit.begin, hit.name)
            for hit in vocabulary.hits(words)
            if hit.group == "date" and hit.name not in ("until", "registered") and 2 * (hit.end - hit.begin) >= len(words)
        ]
        if labels:
            return max(labels)[1]
    return None


def _has_its_own(label: Segment, here: Segment, dated: Sequence[Segment]) -> bool:
    """Tell a label above or below that another date answers, to its right on its own line: a form's last field is none for the line below."""
    if label.box[1] < here.box[3] and here.box[1] < label.box[3]:
        return False
    return any(
        other.page == label.page and other.box[0] >= label.box[2] and other.box[1] < label.box[3] and label.box[1] < other.box[3] for other in dated
    )


def _after_a_place(row: Row, entry: DateFound) -> bool:
    """``Brussels, 12 March 2026``: a capitalised place and a comma in front, at the beginning of a line."""
    at = entry.begin - 1
    while at > 0 and row.lexemes[at].form.isalpha() and not row.lexemes[at].raw[:1].isupper() and entry.begin - at < 4:
        at -= 1
    if at < 1 or row.lexemes[at].form != "," or not row.lexemes[at - 1].raw[:1].isupper():
        return False
    start = at - 1
    while start > 0 and not row.lexemes[start].fresh and row.lexemes[start].segment == row.lexemes[start - 1].segment and at - start < 8:
        start -= 1
    return start == 0 or row.lexemes[start].fresh or row.lexemes[start].segment != row.lexemes[start - 1].segment
