"""Which pages of a file belong together, and which begin a certificate of their own: by what each page says when read alone.

A page that is a certificate by itself begins a part, unless it says the same in another language. What has no certificate of
its own (a note, a list of marks, an empty page) belongs to the one before, and what comes before the first to the first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz import fuzz

from lti_tool.evidence.arrangement import document_of
from lti_tool.evidence.layout import Document, Row, Segment, Word
from lti_tool.evidence.reading import Kind, Reading
from lti_tool.evidence.vocabulary import vocabulary
from lti_tool.scheme.model import Scheme
from lti_tool.scheme.phrases import words_of

# Fewer letters and figures than these are a page's number or a stray mark.
FEWEST: Final = 8
# Papers that accompany a certificate and say nothing about it.
ACCOMPANYING: Final = frozenset({"programme", "letter", "closing", "enclosure"})
# What a page is in doubt for that may be a letter and does not say that anything was completed or given.
_SAYS_NOTHING: Final = frozenset({"completion-not-said", "not-said-to-be-a-certificate"})
# More than these are not taken apart any further.
MOST_PARTS: Final = 40
# How alike (0 to 100) two spellings of one holder are, in two scripts or read from a poor picture.
ALIKE: Final = 80
# Several certificates printed on one sheet: columns and rows of them.
SHEETS: Final = ((2, 1), (1, 2), (3, 1), (1, 3), (2, 2), (2, 3), (3, 2))

Read = Callable[[Document], Reading]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page, read alone: what it says, in which language, and whether it only accompanies others."""

    number: int
    reading: Reading
    language: str
    accompanies: bool

    @property
    def named(self) -> bool:
        """Tell a page that names a kind of the scheme and a holder: a certificate by itself."""
        return self.reading.kind_id is not None and self.reading.holder is not None

    @property
    def complete(self) -> bool:
        """Tell a certificate by itself that lacks nothing and leaves no doubt about what it is."""
        return self.named and self.reading.issue_date is not None and not self.reading.doubts


@dataclass(frozen=True, slots=True)
class Stretch:
    """One part of a file: its pages from `first` to `last`, the writing to read it from, and what accompanies it.

    `reading` is there already where one page says everything.
    """

    first: int
    last: int
    document: Document
    beside: Document | None = None
    reading: Reading | None = None


def stretches(document: Document, scheme: Scheme, read: Read) -> tuple[Stretch, ...]:
    """Return the parts of a document in the order of its pages; `read` reads a document as one certificate."""
    if document.pages <= 1:
        return _of_page(document, 1, read(document), read)
    leaves = [_leaf(document, number, scheme, read) for number in range(1, document.pages + 1)]
    groups: list[list[Leaf]] = []
    for leaf in leaves:
        if leaf is not None and groups and _begins(leaf, groups[-1]):
            groups.append([leaf])
        elif leaf is not None and not groups:
            groups = [[leaf]]
        elif leaf is not None:
            groups[-1].append(leaf)
    found = [_stretch(document, group, read) for group in _with_ends(groups, document.pages)]
    if sum(len(entry) for entry in found) > MOST_PARTS:
        return (Stretch(1, document.pages, document),)
    return tuple(stretch for entry in found for stretch in entry) or (Stretch(1, document.pages, document),)


def _leaf(document: Document, number: int, scheme: Scheme, read: Read) -> Leaf | None:
    """Read one page alone; None if hardly anything stands on it."""
    page = of_pages(document, {number})
    words = page.rows[0].words if page.rows else ()
    if sum(len(word) for word in words) < FEWEST:
        return None
    reading = read(page)
    known = vocabulary(scheme)
    spoken = known.spoken(words)
    titles = [reading.title.text] if reading.kind is Kind.OTHER and reading.title else []
    if reading.kind_id is None or any(doubt.code in _SAYS_NOTHING for doubt in reading.doubts):
        # A certificate that is only doubted, for a word such as "programme", is never taken for what accompanies another one.
        titles += [doubt.seen for doubt in reading.doubts if doubt.code == "paper-contradicts-itself"]
    papers = {hit.name for title in titles for hit in known.hits(words_of(title)) if hit.group == "paper"}
    return Leaf(number, reading, spoken[0] if spoken else "", bool(papers) and papers <= ACCOMPANYING)


def _begins(leaf: Leaf, group: Sequence[Leaf]) -> bool:
    """Tell whether a page begins a part after the pages of `group`."""
    anchor = _anchor(group)
    if leaf.accompanies:
        return False
    if anchor is None:
        # Whatever stood before the first certificate introduces it, unless that is a paper about somebody.
        return leaf.named and any(_is_paper(before) or _of_somebody_else(before.reading, leaf.reading) for before in group)
    if leaf.named:
        return not _same(anchor, leaf)
    reading, before = leaf.reading, anchor.reading
    if reading.kind_id is not None:
        return reading.kind_id != before.kind_id and reading.issue_date is not None and not reading.doubts
    if _is_paper(leaf):
        return True
    return _names_another(reading, before)


def _names_another(reading: Reading, before: Reading) -> bool:
    """Tell a page that was not understood and yet is of somebody or some day else than the certificate before it."""
    if reading.holder is None or reading.issue_date is None or len(words_of(reading.holder.value)) < 2:
        return False
    return not same_holder(reading, before) or (before.issue_date is not None and reading.issue_date.value != before.issue_date.value)


def _of_somebody_else(one: Reading, other: Reading) -> bool:
    """Tell a dated page that was not understood and names somebody else, however alike: it may be a certificate of theirs."""
    if one.holder is None or one.issue_date is None or other.holder is None:
        return False
    words, others = set(words_of(one.holder.value)), set(words_of(other.holder.value))
    return len(words) > 1 and not words <= others and not others <= words and _is_latin(sorted(words)) == _is_latin(sorted(others))


def _anchor(group: Sequence[Leaf]) -> Leaf | None:
    named = [leaf for leaf in group if leaf.named or _is_paper(leaf)]
    return named[0] if named else next((leaf for leaf in group if leaf.reading.kind_id is not None), None)


def _is_paper(leaf: Leaf) -> bool:
    """Tell another paper that names somebody, such as an enrolment: no page of a certificate."""
    return leaf.reading.kind is Kind.OTHER and leaf.reading.holder is not None and not leaf.accompanies


def _same(one: Leaf, other: Leaf) -> bool:
    """Tell a certificate that goes on, or says the same in another language, from two: twice in one language are two copies."""
    same = one.reading.kind_id == other.reading.kind_id and same_holder(one.reading, other.reading)
    return same and (one.language != other.language or not other.complete)


def same_holder(one: Reading, other: Reading) -> bool:
    """Tell whether two readings name the same person, in any order, as far as spelling tells.

    What is no full name, or is written in another script, may be anybody's.
    """
    if one.holder is None or other.holder is None:
        return True
    words, others = words_of(one.holder.value), words_of(other.holder.value)
    if min(len(words), len(others)) < 2 or set(words) <= set(others) or set(others) <= set(words):
        return True
    return _is_latin(words) != _is_latin(others) or fuzz.token_sort_ratio(" ".join(words), " ".join(others)) >= ALIKE


def _is_latin(words: Sequence[str]) -> bool:
    return all(ord(character) < 0x250 for word in words for character in word)


def _with_ends(groups: Sequence[Sequence[Leaf]], pages: int) -> list[tuple[Sequence[Leaf], int, int]]:
    """Give each group its pages: empty ones go to the group before, the first ones to the first."""
    firsts = [group[0].number if index else 1 for index, group in enumerate(groups)]
    lasts = [first - 1 for first in firsts[1:]] + [pages]
    return list(zip(groups, firsts, lasts, strict=True))


def _stretch(document: Document, group: tuple[Sequence[Leaf], int, int], read: Read) -> tuple[Stretch, ...]:
    leaves, first, last = group
    told = _told(leaves)
    if len(told) == 1 and len(leaves) == 1:
        return tuple(replace(found, first=first, last=last) for found in _of_page(of_pages(document, {told[0].number}), first, told[0].reading, read))
    numbers = {leaf.number for leaf in told}
    beside = {leaf.number for leaf in leaves} - numbers
    core = of_pages(document, set(range(first, last + 1)) - beside)
    reading = told[0].reading if len(told) == 1 else None
    return (Stretch(first, last, core, of_pages(document, beside) if beside else None, reading),)


def _told(leaves: Sequence[Leaf]) -> list[Leaf]:
    """Return the pages that facts are read from: not what accompanies a certificate, introduces a complete one, or repeats it."""
    told = [leaf for leaf in leaves if not leaf.accompanies] or list(leaves)
    main = next((leaf for leaf in told if leaf.complete), None)
    if main is None:
        return told
    return [leaf for leaf in told if leaf is main or not (_introduces(leaf, main) or _repeats(leaf, main))]


def _introduces(leaf: Leaf, main: Leaf) -> bool:
    return leaf.number < main.number and leaf.reading.kind in (Kind.UNKNOWN, Kind.OTHER)


def _repeats(leaf: Leaf, main: Leaf) -> bool:
    """Tell a page that says again what a complete course certificate says; a label's may hold the note, so it is read."""
    same_day = leaf.reading.issue_date is None or (
        main.reading.issue_date is not None and leaf.reading.issue_date.value == main.reading.issue_date.value
    )
    return leaf.named and leaf.reading.kind_id == main.reading.kind_id and main.reading.kind is Kind.MOOC and same_day


# -- several on one sheet ---------------------------------------------------------------------------------------------------


def _of_page(document: Document, page: int, reading: Reading, read: Read) -> tuple[Stretch, ...]:
    """Return the certificates that stand side by side on one page, if each is complete; else the page as one."""
    if any(doubt.code in ("course-unclear", "holder-ambiguous", "kind-unclear", "course-contradiction") for doubt in reading.doubts):
        for columns, rows in SHEETS:
            cells = _cells(document, columns, rows)
            found = [(cell, read(cell)) for cell in cells]
            if len(found) > 1 and all(_whole(entry) for _, entry in found):
                return tuple(Stretch(page, page, cell, None, entry) for cell, entry in found)
    return (Stretch(page, page, document, None, reading),)


def _whole(reading: Reading) -> bool:
    return reading.kind_id is not None and reading.holder is not None and reading.issue_date is not None and not reading.doubts


def _cells(document: Document, columns: int, rows: int) -> list[Document]:
    """Cut a page into equal cells; none if a line runs over a cut or a cell stays empty."""
    cells: dict[tuple[int, int], list[Word]] = {}
    for segment in document.segments:
        left, top, right, bottom = segment.box
        begin, end = (int(left * columns), int(top * rows)), (int(right * columns), int(bottom * rows))
        if begin != end:
            return []
        cells.setdefault(begin, []).extend(segment.words)
    if len(cells) != columns * rows or document.turned or document.hidden:
        return []
    return [document_of(words, document.pages) for _, words in sorted(cells.items(), key=lambda entry: (entry[0][1], entry[0][0]))]


# -- pages of a document ----------------------------------------------------------------------------------------------------


def of_pages(document: Document, numbers: set[int]) -> Document:
    """Return what stands on some pages of a document, in the same orders of reading; it keeps the page numbers of the file."""
    segments = tuple(segment for segment in document.segments if segment.page in numbers)
    sizes = sorted(word.size for segment in segments for word in segment.words)
    rows: dict[tuple[str, ...], Row] = {}
    for row in document.rows:
        kept = _row(row, numbers)
        rows.setdefault(kept.words, kept)
    return replace(
        document,
        segments=segments,
        rows=tuple(row for row in rows.values() if row.lexemes),
        turned=_on(document.turned, numbers),
        hidden=tuple(word for word in document.hidden if word.page in numbers),
        median_size=sizes[len(sizes) // 2] if sizes else document.median_size,
    )


def _on(segments: Sequence[Segment], numbers: set[int]) -> tuple[Segment, ...]:
    return tuple(segment for segment in segments if segment.page in numbers)


def _row(row: Row, numbers: set[int]) -> Row:
    lexemes = tuple(lexeme for lexeme in row.lexemes if lexeme.word.page in numbers)
    at = tuple(index for index, lexeme in enumerate(lexemes) if lexeme.is_word)
    return Row(lexemes, tuple(lexemes[index].form for index in at), at, row.joined)
