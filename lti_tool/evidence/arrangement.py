"""From words on pages to lines, columns and paragraphs, and to the orders in which they may be read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from lti_tool.evidence.layout import Document, Lexeme, Row, Segment, Word, around
from lti_tool.evidence.table_cells import begins_row, with_whole_labels
from lti_tool.scheme.phrases import fold

# Wider spaces than these, in heights of the line, part columns and part sentences.
COLUMN_GAP: Final = 1.6
# Between a label and its field, in heights of the line.
FIELD_GAP: Final = 0.7
SENTENCE_GAP: Final = 5.0
# What a line ends with when its last word goes on in the next: PDFium puts U+FFFE or U+0002 for a hyphen it recognised.
LINE_HYPHENS: Final = ("\ufffe", "\x02", "\u00ad", "-", "\u2010")
LONGEST_ENDING: Final = 4
# Letters that make a spaced-out line; among capitals fewer do, of which up to three may stand close; two or three alone stand nearer
# than this, in heights of the line.
LETTERS_APART: Final = 5
FEW_CAPITALS: Final = 4
CAPITALS_CLOSE: Final = 3
NEAR: Final = 0.6
# PDFium turns the letters of the ligature of lam and alef round.
_LAM_ALEF: Final = re.compile("ا([أإآ])ل")
# Four dots or more.
_LEADER: Final = re.compile(r"[.·‥…]{4,}")
_LEXEME: Final = re.compile(r"\d+|[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*|[^\s]")


def segments_of(words: Sequence[Word]) -> list[Segment]:
    """Return level words as segments, top to bottom and left to right, page by page."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.page, _middle(word))):
        if lines and word.page == lines[-1][0].page and _same_line(lines[-1], word):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [segment for line in lines for segment in _in_reading_order(_split(sorted(line, key=lambda word: word.box[0])))]


def _in_reading_order(line: list[Segment]) -> list[Segment]:
    """Turn a line of Arabic or Hebrew round: its parts and words run from the right, figures and Latin words among them from the left."""
    if not any(_runs_left(word.text) for segment in line for word in segment.words):
        return line
    turned = [Segment(tuple(_turned(segment.words))) if _is_right_to_left(segment.words) else segment for segment in line]
    return turned[::-1] if _is_right_to_left([word for segment in line for word in segment.words]) else turned


def _turned(words: Sequence[Word]) -> list[Word]:
    ordered: list[Word] = []
    for word in words:
        at = next((index for index, other in enumerate(ordered) if _runs_left(other.text)), len(ordered))
        ordered.insert(0 if _runs_left(word.text) else at, word)
    return ordered


def _is_right_to_left(words: Sequence[Word]) -> bool:
    return sum(_runs_left(word.text) for word in words) * 2 > sum(any(letter.isalpha() for letter in word.text) for word in words)


def _runs_left(text: str) -> bool:
    return any("\u0590" <= letter <= "\u08ff" and unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)


def _middle(word: Word) -> float:
    return (word.box[1] + word.box[3]) / 2


def _same_line(line: Sequence[Word], word: Word) -> bool:
    last = line[-1]
    heights = (last.box[3] - last.box[1], word.box[3] - word.box[1])
    # A stamp across the page is not of the small line that it crosses.
    return max(heights) < 2.2 * min(heights) and abs(_middle(last) - _middle(word)) < 0.45 * min(heights)


def gap_between(before: Word, after: Word) -> float:
    """Return the space between two words of one line, in heights of the line."""
    height = max(before.box[3] - before.box[1], after.box[3] - after.box[1], 1e-6)
    return (after.box[0] - before.box[2]) * after.proportion / height


def _split(line: Sequence[Word]) -> list[Segment]:
    line = _close_up(line)
    parts: list[list[Word]] = [[line[0]]]
    for before, word in pairwise(line):
        if gap_between(before, word) > COLUMN_GAP:
            parts.append([])
        parts[-1].append(word)
    return [Segment(tuple(_close_up(part))) for part in parts]


def _close_up(line: Sequence[Word]) -> Sequence[Word]:
    """Put spaced-out letters (``M A R I A   R O S S I``) together again: spaces clearly wider than most part words."""
    if not _is_spaced_out(line):
        return line
    gaps = [gap_between(before, word) for before, word in pairwise(line)]
    usual = sorted(gaps)[len(gaps) // 2]
    closed: list[list[Word]] = [[line[0]]]
    for word, gap in zip(line[1:], gaps, strict=True):
        if gap > 1.5 * usual + 0.05:
            closed.append([])
        closed[-1].append(word)
    return [replace(part[0], text="".join(word.text for word in part), box=around(part)) for part in closed]


def _is_spaced_out(line: Sequence[Word]) -> bool:
    """Tell letters that are set apart: five or more, or a line of capitals of which some pairs stand close (``Q UA L I T Y``).

    Two or three capitals are all of a line only where a heading is set so (``S E L O / D E / ...``).
    """
    single = sum(1 for word in line if len(word.text) == 1 and word.text.isalpha())
    if single >= LETTERS_APART and single >= 0.8 * len(line):
        return True
    if len(line) < 2 or not all(word.text.isalpha() and word.text.isupper() and len(word.text) <= CAPITALS_CLOSE for word in line):
        return False
    if len(line) >= FEW_CAPITALS:
        return single >= 0.5 * len(line)
    return single == len(line) and max(gap_between(before, word) for before, word in pairwise(line)) < NEAR


def row_of(segments: Sequence[Segment], *, join_hyphens: bool) -> Row:
    """Return segments as a row of lexemes; with `join_hyphens` a word broken over two lines is one word."""
    lexemes: list[Lexeme] = []
    pending: tuple[str, Word] | None = None
    for index, segment in enumerate(segments):
        for position, word in enumerate(segment.words):
            text = _LAM_ALEF.sub(r"ال\1", unicodedata.normalize("NFKC", word.text))
            if _LEADER.fullmatch(text) and 0 < position < len(segment.words) - 1:
                # "Name ........ Anna Muster": the dots lead from the label to what it holds.
                text = ":"
            first, last = position == 0, position == len(segment.words) - 1
            fresh = first and begins_paragraph(segments, index)
            if pending is not None:
                text, fresh, pending = pending[0] + text, False, None
            if last and join_hyphens and len(text) > 1 and text.endswith(LINE_HYPHENS) and text[-2].isalpha() and index + 1 < len(segments):
                pending = (text[:-1], word)
                continue
            lexemes.extend(_lexemes(_inner_hyphens(text, join=join_hyphens), word, index, fresh))
    words = [number for number, lexeme in enumerate(lexemes) if lexeme.is_word and not _is_an_ending(lexemes, number)]
    return Row(tuple(lexemes), tuple(lexemes[number].form for number in words), tuple(words), join_hyphens)


def _is_an_ending(lexemes: Sequence[Lexeme], at: int) -> bool:
    """Tell the other gender's ending, which forms hang on a word: "ukończył(a)", "završio/la", "pabeidzis/-usi"."""
    ending = lexemes[at]
    if at < 2 or not ending.glued or not ending.raw.islower() or len(ending.form) > LONGEST_ENDING:
        return False
    mark = at - 2 if lexemes[at - 1].form == "-" and at > 2 else at - 1
    stem = lexemes[mark - 1]
    if not lexemes[mark].glued or not stem.is_word or not stem.raw[-1:].islower():
        return False
    if lexemes[mark].form == "(":
        return at + 1 < len(lexemes) and lexemes[at + 1].form == ")" and lexemes[at + 1].glued
    return lexemes[mark].form == "/" and len(stem.form) > LONGEST_ENDING


def _inner_hyphens(text: str, *, join: bool) -> str:
    """Undo what PDFium does, which closes up a hyphen it takes for a line's: read it as closed up in one row, as a hyphen in the other."""
    for mark in LINE_HYPHENS[:3]:
        text = text.replace(mark, "" if join else "-")
    return text


def begins_paragraph(segments: Sequence[Segment], index: int) -> bool:
    """Tell whether a segment begins something new: another column, page, size, or after a wide space."""
    if index == 0:
        return True
    before, this = segments[index - 1], segments[index]
    if before.page != this.page:
        return True
    height = this.box[3] - this.box[1]
    if abs(_middle(before.words[-1]) - _middle(this.words[0])) < 0.45 * height:
        # Lines set to both edges in a narrow column have wide spaces too: only a wider one parts two columns' sentences.
        return not 0 <= gap_between(before.words[-1], this.words[0]) < SENTENCE_GAP
    larger, smaller = max(before.size, this.size), min(before.size, this.size)
    if begins_row(segments, index):
        return True
    return larger > 1.18 * smaller or this.box[1] - before.box[3] > 0.9 * height or _broken_by_hand(before, this)


def _broken_by_hand(before: Segment, this: Segment) -> bool:
    """Tell a line's end that no lack of room explains: this line is wider than the last one with this line's first word."""
    if before.words[-1].text.endswith(LINE_HYPHENS):
        return False
    first = this.words[0].box
    return (before.box[2] - before.box[0]) + 1.25 * (first[2] - first[0]) < 0.98 * (this.box[2] - this.box[0])


def tears(row: Row) -> int:
    """Count where a row goes on in small letters in a line that does not stand under the one before, as in two columns read in turn."""
    torn = 0
    parts: list[tuple[int, list[Lexeme]]] = []
    for lexeme in row.lexemes:
        if not parts or parts[-1][0] != lexeme.segment:
            parts.append((lexeme.segment, []))
        parts[-1][1].append(lexeme)
    for (_, before), (_, this) in pairwise(parts):
        last, first = before[-1].word.box, this[0].word.box
        apart = before[0].word.box[0] >= this[-1].word.box[2] or last[2] <= first[0]
        torn += apart and before[0].word.page == this[0].word.page and this[0].raw[:1].islower()
    return torn


def least_torn_first(rows: Sequence[Row]) -> list[tuple[int, Row]]:
    """Return the rows with their tears, the orders of reading that tear least first; a row without joined words counts as the one with them."""
    counted: list[tuple[int, Row]] = []
    for row in rows:
        counted.append((tears(row) if row.joined or not counted else counted[-1][0], row))
    return sorted(counted, key=lambda entry: entry[0])


def _lexemes(text: str, word: Word, segment: int, fresh: bool) -> list[Lexeme]:
    found: list[Lexeme] = []
    for match in _LEXEME.finditer(text):
        raw = match.group()
        form = fold(raw) if raw[0].isalnum() else raw
        if form:
            found.append(Lexeme(_digits(form), raw, word, segment, glued=bool(found), fresh=fresh and not found))
    return found


def _digits(form: str) -> str:
    return "".join(str(unicodedata.digit(c)) for c in form) if form.isdecimal() and not form.isascii() else form


def document_of(words: Sequence[Word], pages: int) -> Document:
    """Lay out the words of a document; `words` stand in the order of the file."""
    level = [word for word in words if word.visible and not word.turned]
    turned = [word for word in words if word.turned]
    segments = with_whole_labels(segments_of(level))
    rows: dict[tuple[str, ...], Row] = {}
    for order in _orders(segments, _file_order(level)):
        for join in (True, False) if _has_hyphens(level) else (True,):
            row = row_of(order, join_hyphens=join)
            rows.setdefault(row.words, row)
    sizes = sorted(word.size for word in level)
    return Document(
        pages,
        tuple(segments),
        tuple(rows.values()),
        _turned_lines(turned),
        tuple(word for word in words if not word.visible),
        sizes[len(sizes) // 2] if sizes else 11.0,
    )


def _orders(read: list[Segment], filed: list[Segment]) -> tuple[list[Segment], ...]:
    return (read,) if read == filed else (read, filed)


def _has_hyphens(words: Sequence[Word]) -> bool:
    """Tell whether it makes a difference how hyphens are read; compatibility forms may turn out to be some."""
    return any(mark in text for word in words for text in (word.text, unicodedata.normalize("NFKC", word.text)) for mark in LINE_HYPHENS)


def _file_order(words: Sequence[Word]) -> list[Segment]:
    parts: list[list[Word]] = []
    for word in words:
        near = parts and parts[-1][-1].page == word.page and _same_line(parts[-1], word) and word.box[0] >= parts[-1][-1].box[0]
        if near:
            parts[-1].append(word)
        else:
            parts.append([word])
    return [piece for part in parts for piece in _split(part)]


def _turned_lines(words: Sequence[Word]) -> tuple[Segment, ...]:
    """Return turned writing in the order of the file; a watermark is rarely more than one line."""
    parts: list[list[Word]] = []
    for word in words:
        if parts and parts[-1][-1].page == word.page and abs(parts[-1][-1].size - word.size) < 0.2 * word.size:
            parts[-1].append(word)
        else:
            parts.append([word])
    return tuple(Segment(tuple(part)) for part in parts)
