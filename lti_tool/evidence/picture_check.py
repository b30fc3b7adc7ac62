"""What a file says compared with what its pages show (design rule 4), at the places that decide; runs in the child only.

A file may draw "Mario" and say "Maria": its fonts map what is drawn to what is said as they like. So the letters of the holder, the
date, the title and the note are compared with their pictures by shape. Where shapes can't tell, OCR reads the line if it is to be
had; without it only what is another letter for certain is doubted. In names and dates every letter counts, elsewhere every word.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz.distance import Editop, Levenshtein

from lti_tool.evidence import letter_shapes, ocr
from lti_tool.evidence.layout import Document, Word
from lti_tool.evidence.letter_shapes import Likeness, confused, likeness, resembles
from lti_tool.evidence.picture_lines import Letter, Sheet, Strip, strip_of
from lti_tool.evidence.reading import Doubt, Place, Reading
from lti_tool.scheme.phrases import fold

# Ink that no letter explains, in letters' worth: more than this may be other writing.
_MOST_UNEXPLAINED: Final = 0.4
# A word that is not looked at letter by letter may have this share of letters that don't resemble theirs.
_MOST_UNLIKE: Final = 0.34
# Letters that one sign may stand for: ligatures have up to three.
_MOST_JOINED: Final = 3
# What OCR says counts against a file only where it is this sure of every word.
_SURE: Final = 0.6
# Letters that OCR adds to a line with more ink than its letters have; one may be a stroke of the pen, two may be a "no", a figure is a figure.
_LEAST_ADDED: Final = 2
_COUNTS_FOR: Final = 1000
# In a title or a note this share of slips is borne; where fewer letters than this share are known at all, the picture shows something else.
_MOST_SLIPS: Final = 0.2
_LEAST_KNOWN: Final = 0.4
_MOST_LINES: Final = 12
# As `_READ_ALIKE` leaves them.
_VOWELS: Final = frozenset("ae0uαεηουωаеиоу")
_RAISED: Final = frozenset("ªº")
# Lines are drawn as high as lines of twelve points are at this resolution.
_DPI: Final = 200
_READ_ALIKE: Final = str.maketrans({"o": "0", "l": "1", "i": "1", "|": "1", "s": "5", "b": "8", "z": "2"})
# Latin letters, as `_READ_ALIKE` leaves them, that OCR takes Greek and Cyrillic ones for, which are drawn so.
_DRAWN_ALIKE: Final = {
    "0": "οо", "1": "ιі", "2": "ζ", "8": "βв", "a": "αа", "c": "сς", "e": "εе", "h": "ηн", "k": "κк", "m": "μм", "n": "ηνп", "p": "ρр",
    "r": "г", "t": "τт", "u": "υи", "v": "νυ", "w": "ωш", "x": "χх", "y": "γυу",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Look:
    """What shapes tell about a line.

    `said` are its letters, folded, `confirmed` tells for each whether its shape was known again; `more` that there is ink which no
    letter explains; `settled` that nothing is open, `forged` that some letter is another one for certain. `raised` are the places of small
    letters set high ("Mª"), of which OCR can tell no more than that they are vowels.
    """

    said: str
    confirmed: tuple[bool, ...]
    more: bool
    settled: bool
    forged: bool
    raised: frozenset[int] = frozenset()


def warm() -> None:
    """Load what the forks compare with; does nothing the second time."""
    letter_shapes.warm()
    ocr.warm()


def compared(reading: Reading, document: Document, sheets: Sequence[Sheet]) -> Reading:
    """Return the reading with a doubt for each fact that the picture of its page doesn't show; `sheets` are the pages from 1 on."""
    doubts: list[Doubt] = []
    for place, strict in _places(reading):
        if not 1 <= place.page <= len(sheets):
            continue
        for line in list(_lines(document, place))[:_MOST_LINES]:
            seen = _disagreement(sheets[place.page - 1], line, strict=strict)
            if seen is not None:
                doubts.append(Doubt("picture-disagrees", seen[:200], place))
                break
    return replace(reading, doubts=(*reading.doubts, *doubts)) if doubts else reading


def _places(reading: Reading) -> Iterator[tuple[Place, bool]]:
    for fact, strict in ((reading.holder, True), (reading.issue_date, True), (reading.title, False), (reading.disclaimer, False)):
        if fact is not None and fact.place is not None:
            yield fact.place, strict


def _lines(document: Document, place: Place) -> Iterator[list[Word]]:
    left, top, right, bottom = place.box
    for segment in document.segments:
        if segment.page == place.page:
            words = [word for word in segment.words if _middle_in(word, left, top, right, bottom)]
            if words:
                yield words


def _middle_in(word: Word, left: float, top: float, right: float, bottom: float) -> bool:
    across, down = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2
    return left <= across <= right and top <= down <= bottom


def _disagreement(sheet: Sheet, line: Sequence[Word], *, strict: bool) -> str | None:
    """Return what the picture of a line says where that is something else than the file says; None where it agrees or can't tell."""
    strip = strip_of(sheet, line)
    if strip is None:
        return None
    look = _look(strip, strict=strict)
    if look.settled:
        return None
    script = _script(look.said)
    if not (ocr.ready() and script in ocr.scripts()):
        return "" if look.forged else None
    read = ocr.recognised(strip.picture, dpi=_DPI, script=script, mode=ocr.LINE)
    text, sure = " ".join(word.text for word in read), min((word.sure for word in read), default=0.0)
    wrong, known = _differences(look, text)
    if wrong <= (0 if strict else _MOST_SLIPS * len(look.said)):
        return None
    # A hand that OCR can't read says nothing; one that it reads as quite another says that.
    strange = known < _LEAST_KNOWN * len(look.said) <= len(_folded(text))
    return text if look.forged or sure >= _SURE or strange else None


def _look(strip: Strip, *, strict: bool) -> _Look:
    letters = [letter for word in strip.words for letter in word]
    joined = any(len(letter.text) > _MOST_JOINED for letter in letters)
    likes = [likeness(letter.text, letter.ink) if strict or letter.text.isdigit() else _resembling(letter) for letter in letters]
    confirmed = tuple(like is Likeness.SAME for letter, like in zip(letters, likes, strict=True) for _ in _folded(letter.text))
    more = strip.unexplained > _MOST_UNEXPLAINED
    figures = all(like is Likeness.SAME for letter, like in zip(letters, likes, strict=True) if letter.text.isdigit())
    settled = all(confirmed) if strict else figures and _words_are_seen(strip, confirmed)
    forged = Likeness.OTHER in likes or joined
    said = "".join(_folded(letter.text) for letter in letters)
    raised = frozenset(at for at, sign in enumerate(sign for letter in letters for sign in letter.text if _folded(sign)) if sign in _RAISED)
    if settled and not more and not joined:
        return _Look(said, confirmed, more, settled=True, forged=False)
    return _Look(said, confirmed, more, settled=False, forged=forged or confused((letter.text, letter.ink) for letter in letters), raised=raised)


def _resembling(letter: Letter) -> Likeness:
    return Likeness.SAME if resembles(letter.text, letter.ink) else Likeness.UNCLEAR


def _words_are_seen(strip: Strip, confirmed: Sequence[bool]) -> bool:
    begin = 0
    for word in strip.words:
        end = begin + sum(len(_folded(letter.text)) for letter in word)
        if confirmed[begin:end].count(False) > max(1, _MOST_UNLIKE * (end - begin)):
            return False
        begin = end
    return True


def _script(said: str) -> str:
    """Return the script of most letters, as `ocr.SCRIPTS` names it."""
    names = Counter(unicodedata.name(letter, "").split(" ")[0].title() for letter in said if letter.isalpha())
    return names.most_common(1)[0][0] if names else "Latin"


def _folded(text: str) -> str:
    # OCR reads "№" as the two letters that it is drawn with.
    return "".join(sign for sign in fold(unicodedata.normalize("NFKC", text)) if sign.isalnum())


def _of_one_month(said: str, read: str, step: Editop) -> bool:
    """Tell a vowel that OCR took for another: no two months of a language differ by that alone, as they do by n and l."""
    return step.tag == "replace" and said in _VOWELS and read[step.dest_pos] in _VOWELS


def _differences(look: _Look, text: str) -> tuple[int, int]:
    """Return how many letters OCR reads other than the file says, and how many are known by either.

    Its slips at letters whose shapes are confirmed don't count, nor letters that it adds where there is no ink for them.
    """
    said, read = look.said.translate(_READ_ALIKE), _folded(text).translate(_READ_ALIKE)
    in_date = any(map(str.isdigit, look.said)) and any(map(str.isalpha, look.said))
    steps = Levenshtein.editops(said, read)
    added = [read[step.dest_pos] for step in steps if step.tag == "insert"] if look.more else []
    open_ = {
        step.src_pos
        for step in steps
        if step.tag != "insert" and not look.confirmed[step.src_pos]
        if not ((in_date or step.src_pos in look.raised) and _of_one_month(said[step.src_pos], read, step))
        if not (step.tag == "replace" and said[step.src_pos] in _DRAWN_ALIKE.get(read[step.dest_pos], ""))
    }
    return len(open_) + (_COUNTS_FOR if len(added) >= _LEAST_ADDED or any(map(str.isdigit, added)) else 0), len(said) - len(open_)
