"""The special indication on a label: whether one sentence says that this document serves in the application."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lti_tool.evidence.arrangement import least_torn_first
from lti_tool.evidence.layout import Document, Row
from lti_tool.evidence.note_fields import value_around, words_of_titles
from lti_tool.evidence.reading import Doubt, Fact
from lti_tool.evidence.sentences import lies_within
from lti_tool.evidence.vocabulary import Hit, Vocabulary

BEFORE_CLAUSE: Final = 14
# What a note begins with that leaves out what it speaks of stands at most so many words behind its beginning.
_OPENS: Final = 2
_ENDS: Final = frozenset({".", "!", "?", ";", "•", "·"})
# What a project's title may say, and the note does not.
_DOUBTING: Final = frozenset({"negation", "hedge"})
_TELLING: Final = frozenset({("note", "subject"), ("note", "purpose"), ("series", "subject")})


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words `begin` to `end` of a row; `asks` tells a question."""

    row: Row
    begin: int
    end: int
    asks: bool


def note(document: Document, vocabulary: Vocabulary, languages: Sequence[str]) -> tuple[Fact[bool] | None, tuple[Doubt, ...]]:
    """Return whether the note is there.

    A sentence about the scheme's matter that is negated near its verb says no; one that is conditional, speaks of other
    documents, or says nothing of use comes with the doubt ``disclaimer-unclear``, as one does that may be the note in words not known.
    None where the language is not known.
    """
    answers = _answers(document, vocabulary, languages)
    said = {answer for answer, _ in answers} - {"nothing"}
    if said in ({"yes"}, {"no"}):
        sentence = next(sentence for answer, sentence in answers if answer in said)
        return _fact(sentence, value=said == {"yes"}, sure=1.0), ()
    if said:
        sentence = next(sentence for answer, sentence in answers if answer in ("unclear", "no"))
        return _fact(sentence, value=False, sure=0.5), (_unclear(sentence),)
    if languages and languages[0] not in vocabulary.scheme.note.matter.by_language:
        return None, (Doubt("disclaimer-language-unknown", ", ".join(languages)),)
    # A sentence that names the matter and says no more, as a project's title may, is no note, but a person should see it.
    doubted = [sentence for _, sentence in answers[:1]] or _like_a_note(document, vocabulary, languages)[:1]
    return Fact(False, "", None), tuple(_unclear(sentence) for sentence in doubted)


def _answers(document: Document, vocabulary: Vocabulary, languages: Sequence[str]) -> list[tuple[str, Sentence]]:
    """Return what each sentence about the matter says; words put together count, torn ones only for what they deny."""
    answers: list[tuple[str, Sentence]] = []
    ordered = least_torn_first(document.rows)
    # Sentences of two columns read in turn come last, and count only for what they deny.
    for torn, row in ordered:
        hits = [hit for hit in vocabulary.hits(row.words) if hit.group in ("note", "statement", "course")]
        quoted = words_of_titles(row, hits)
        hits = [hit for hit in hits if hit.name not in _DOUBTING or hit.begin not in quoted]
        found = [(_answer(sentence, hits, languages), sentence) for sentence in sentences(row) if _about(sentence, hits)]
        decided = any(answer in ("yes", "no") for answer, _ in answers)
        counts = row.joined and torn == ordered[0][0]
        answers += [entry for entry in found if counts or not decided or entry[0] == "no"]
    return answers


def _like_a_note(document: Document, vocabulary: Vocabulary, languages: Sequence[str]) -> list[Sentence]:
    """Return sentences that speak of a use and of two more of what a note speaks of: this paper, an application, the competencies."""
    found: list[Sentence] = []
    for row in document.rows:
        hits = [hit for hit in vocabulary.hits(row.words) if hit.language in languages or hit.group == "series"]
        for sentence in sentences(row):
            said = {(hit.group, hit.name) for hit in hits if _inside(hit, sentence)}
            if ("note", "use") in said and len(said & _TELLING) > 1:
                found.append(sentence)
    return found


def _fact(sentence: Sentence, *, value: bool, sure: float) -> Fact[bool]:
    return Fact(value, sentence.row.raw(sentence.begin, sentence.end), sentence.row.place(sentence.begin, sentence.end), sure)


def _unclear(sentence: Sentence) -> Doubt:
    return Doubt("disclaimer-unclear", sentence.row.raw(sentence.begin, sentence.end)[:300], sentence.row.place(sentence.begin, sentence.end))


def sentences(row: Row) -> Iterator[Sentence]:
    """Split a row at marks that end a sentence and at new paragraphs."""
    begin = 0
    for index in range(1, len(row.words) + 1):
        if index == len(row.words):
            yield Sentence(row, begin, index, asks=_marks(row, index - 1).count("?") > 0)
        elif _breaks(row, index):
            yield Sentence(row, begin, index, asks="?" in _marks(row, index - 1))
            begin = index


def _marks(row: Row, index: int) -> str:
    end = row.at[index + 1] if index + 1 < len(row.at) else len(row.lexemes)
    return "".join(lexeme.form for lexeme in row.lexemes[row.at[index] + 1 : end])


def _breaks(row: Row, index: int) -> bool:
    """Tell whether a sentence ends before word `index`; in small letters it runs on over a page's edge and lines broken by hand."""
    first = row.lexeme(index)
    marks = _marks(row, index - 1)
    if any(lexeme.fresh for lexeme in row.lexemes[row.at[index - 1] + 1 : row.at[index] + 1]):
        return not first.raw[:1].islower() or any(mark in _ENDS for mark in marks)
    if not any(mark in _ENDS for mark in marks):
        return False
    # "e.g. this", "no. 4": a point after a short word, and a small letter or figure after it, end nothing.
    return marks.strip() != "." or len(row.words[index - 1]) > 3 or first.raw[:1].isupper()


def _inside(hit: Hit, sentence: Sentence) -> bool:
    return sentence.begin <= hit.begin and hit.end <= sentence.end


def _about(sentence: Sentence, hits: Sequence[Hit]) -> bool:
    return any(hit.group == "note" and hit.name == "matter" and _inside(hit, sentence) for hit in hits)


def _understood(hits: Sequence[Hit], languages: Sequence[str]) -> list[Hit]:
    """Leave out conditions and denials in languages that this sentence is not written in: small words mean much elsewhere.

    A sentence in none of the paper's languages is heard in its own; one whose language nobody knows, as to denials, in all.
    """
    named = [{hit.language for hit in hits if hit.name == name} for name in ("matter", "use", "purpose")]
    written = set.intersection(*(codes for codes in named if codes)) if any(named) else set()
    known = written.intersection(languages)
    spoken = {*languages, "en"} | (set() if known else written)
    return [hit for hit in hits if hit.language in spoken or not (hit.name == "hedge" or (hit.name == "negation" and known))]


def _answer(sentence: Sentence, hits: Sequence[Hit], languages: Sequence[str] = ()) -> str:
    """Return ``yes``, ``no``, ``unclear``, or ``nothing`` for a sentence that names the matter and says no more."""
    here = _understood([hit for hit in hits if _inside(hit, sentence)], languages)
    uses = [hit for hit in here if hit.name == "use"]
    first = min((hit.begin for hit in uses), default=sentence.begin)
    subject = max((hit.begin for hit in here if hit.name == "subject" and hit.begin < first), default=first)
    # Lines before the note that end without a full stop hang on to it: what they deny or condition is not the note.
    clause = subject - BEFORE_CLAUSE
    here = [hit for hit in here if hit.group == "note" or hit.begin >= clause]
    matters = _shortest([hit for hit in here if hit.name == "matter"])
    # "for the certificate of …" is what is applied for, and not the paper that speaks.
    groups = {hit.name for hit in here if hit.name != "subject" or not _is_of_matter(hit, matters)}
    # "With this label you may apply" conditions nothing, though "you may apply" alone does; nor does "when applying".
    purposes = [hit for hit in here if hit.name == "purpose"]
    if all(_says_no_condition(hit, uses, purposes) for hit in here if hit.name == "hedge"):
        groups.discard("hedge")
    negations = _apart([hit for hit in here if hit.name == "negation"])
    if not uses:
        return "unclear" if negations or "purpose" in groups else "nothing"
    if negations:
        near = any(_negates(negation, use) for negation in negations for use in uses)
        return "no" if near and "hedge" not in groups and len(negations) == 1 else "unclear"
    if sentence.asks or "hedge" in groups or "purpose" not in groups:
        return "unclear"
    # "For applications for the certificate of …: usable" leaves out what is.
    tells = min([first, *(hit.begin for hit in (*purposes, *matters))])
    # "Together with the application other papers are to be handed in": what would be a condition alone begins no note.
    begins = [purpose for purpose in purposes if not any(hit.name == "hedge" and lies_within(hit, purpose) for hit in here)]
    opens = first == sentence.begin or any(purpose.begin - sentence.begin <= _OPENS for purpose in begins)
    opens = opens or tells - value_around(sentence.row, tells) <= _OPENS
    return "yes" if "subject" in groups or (opens and not _speaks_of_others(here, (*purposes, *matters))) else "unclear"


def _speaks_of_others(here: Sequence[Hit], known: Sequence[Hit]) -> bool:
    """Tell a sentence that does not say "this label" and speaks of courses or of other certificates: "You may attach the course certificates …"."""
    papers = [hit for hit in here if hit.group == "course" or (hit.group, hit.name) == ("statement", "certificate")]
    return any(not any(_overlap(paper, other) for other in known) for paper in papers)


def _is_of_matter(subject: Hit, matters: Sequence[Hit]) -> bool:
    """Tell what is applied for from the paper that speaks; its name may border on the matter: Hungarian "ezt a tanúsítványt a … tanúsítványára"."""
    taken = [matter for matter in matters if _overlap(subject, matter)]
    return bool(taken) and not any(_overlap(matter, other) and not _overlap(subject, other) for matter in taken for other in matters)


def _says_no_condition(hedge: Hit, uses: Sequence[Hit], purposes: Sequence[Hit]) -> bool:
    if any(use.begin < hedge.begin and hedge.end == use.end for use in uses):
        return True
    length = hedge.end - hedge.begin
    return any(purpose.begin <= hedge.begin and hedge.end <= purpose.end and purpose.end - purpose.begin > length for purpose in purposes)


def _shortest(hits: Sequence[Hit]) -> list[Hit]:
    return [hit for hit in hits if not any(lies_within(other, hit) for other in hits)]


def _overlap(one: Hit, other: Hit) -> bool:
    return one.begin < other.end and other.begin < one.end


def _apart(negations: Sequence[Hit]) -> list[Hit]:
    """Return negations that stand apart: "ne … pas" and one word heard in two languages are one."""
    apart: list[Hit] = []
    for hit in sorted(negations, key=lambda hit: hit.begin):
        if not apart or hit.begin - apart[-1].begin > 2:
            apart.append(hit)
    return apart


def _negates(negation: Hit, use: Hit) -> bool:
    return use.begin - 3 <= negation.begin <= use.end + 1
