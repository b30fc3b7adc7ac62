"""Phrases: how scheme and language files say what words to look for, without being expressions.

A phrase is a row of words, compared without case and accents. A word may be given as alternatives (``can|may``), by its
beginning (``competenc*``), by its end (``*certifikat``) or both, and may be left out (``[the]``). ``..`` stands for up to
four words of any kind. Nothing else has a meaning, so that a phrase can be matched in time linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Generic, TypeVar

Label = TypeVar("Label", bound=Hashable)
GAP: Final = 4
# By how many letters of its first word a phrase is filed.
KEY: Final = 3
_SPECIAL: Final = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ħ": "h", "ŧ": "t",
    "ŋ": "n", "ĸ": "k", "ς": "σ", "µ": "μ",
})  # fmt: skip
# Marks of expressions and templates, which have no meaning here and must not look as if they had one; brackets come in pairs.
_FOREIGN: Final = re.compile(r"[\\^$(){}+?#@<>=~;%]|\.\*|\[[^\]\s]*(?:\s|$)|(?:^|\s)[^\[\s]*\]")
_WORD: Final = re.compile(r"\d+|[^\W\d_]+")


@cache
def fold(word: str) -> str:
    """Return a word as it is compared: NFKC, no case, no accents; letters keep their script."""
    word = unicodedata.normalize("NFKC", word).casefold().translate(_SPECIAL)
    decomposed = unicodedata.normalize("NFD", word)
    # й is a letter of its own, not an accented и; its breve stays.
    kept = "".join(c for i, c in enumerate(decomposed) if not unicodedata.combining(c) or (c == "\u0306" and decomposed[i - 1] == "и"))
    return unicodedata.normalize("NFC", kept)


def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of a text: runs of letters and runs of digits; every mark, also an apostrophe, separates."""
    return tuple(fold(word) for word in _WORD.findall(unicodedata.normalize("NFKC", text)))


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a phrase: its alternatives as (exact, beginning, end) sets; a gap matches up to GAP words."""

    exact: frozenset[str] = frozenset()
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    optional: bool = False
    gap: bool = False

    def fits(self, word: str) -> bool:
        """Tell whether a folded word fits this place."""
        return (
            word in self.exact
            or (bool(self.starts) and word.startswith(self.starts))
            or (bool(self.ends) and word.endswith(self.ends))
            or (bool(self.holds) and any(part in word for part in self.holds))
        )


@cache
def parse_phrase(phrase: str) -> tuple[Element, ...]:
    """Read a phrase. Raises ValueError naming what is wrong with it."""
    if foreign := _FOREIGN.search(phrase):
        raise ValueError(f"the phrase {phrase!r} holds {foreign.group().strip()!r}, which means nothing in a phrase")
    elements = [element for part in phrase.split() for element in _element(part, phrase)]
    if not any(not element.optional and not element.gap for element in elements):
        raise ValueError(f"the phrase {phrase!r} asks for nothing")
    if elements[0].gap or elements[-1].gap:
        raise ValueError(f"the phrase {phrase!r} begins or ends with a gap")
    return tuple(elements)


def _element(part: str, phrase: str) -> list[Element]:
    if part == "..":
        return [Element(gap=True)]
    optional = part.startswith("[") and part.endswith("]")
    alternatives = (part[1:-1] if optional else part).split("|")
    found: dict[str, list[str]] = {"exact": [], "starts": [], "ends": [], "holds": []}
    for alternative in alternatives:
        core = alternative.strip("*")
        folded = words_of(core)
        if len(folded) != 1:
            # A hyphenated or otherwise compound word stands for its parts in a row, if nothing else hangs on it.
            if len(alternatives) == 1 and len(folded) > 1 and "*" not in alternative and not optional:
                return [Element(exact=frozenset([word])) for word in folded]
            raise ValueError(f"{alternative!r} in the phrase {phrase!r} is not one word")
        head, tail = alternative.startswith("*"), alternative.endswith("*")
        found["holds" if head and tail else "ends" if head else "starts" if tail else "exact"].append(folded[0])
    return [Element(frozenset(found["exact"]), tuple(found["starts"]), tuple(found["ends"]), tuple(found["holds"]), optional)]


def match_at(phrase: Sequence[Element], words: Sequence[str], at: int) -> int | None:
    """Return the index after the phrase if it begins at `at` (the longest such match), else None."""
    reached = {at}
    for element in phrase:
        following: set[int] = set()
        for index in reached:
            if element.gap:
                following.update(range(index, min(index + GAP, len(words)) + 1))
                continue
            if element.optional:
                following.add(index)
            if index < len(words) and element.fits(words[index]):
                following.add(index + 1)
        reached = following
        if not reached:
            return None
    return max(reached)


def find(phrase: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return every (begin, end) at which the phrase stands in a row of folded words."""
    elements = parse_phrase(phrase)
    return [(at, end) for at in range(len(words)) if (end := match_at(elements, words, at)) is not None and end > at]


class PhraseIndex(Generic[Label]):
    """Many labelled phrases, found in one pass over the words: each is filed under what its first word is, begins or ends with."""

    def __init__(self, labelled: Iterable[tuple[Label, str]]) -> None:
        self._exact: dict[str, list[tuple[Label, tuple[Element, ...]]]] = {}
        self._begins: dict[str, list[tuple[Label, tuple[Element, ...]]]] = {}
        self._ends: dict[str, list[tuple[Label, tuple[Element, ...]]]] = {}
        self._any: list[tuple[Label, tuple[Element, ...]]] = []
        for label, phrase in labelled:
            self._add(label, parse_phrase(phrase))

    def _add(self, label: Label, elements: tuple[Element, ...]) -> None:
        # A phrase that begins with words to leave out is indexed without them too.
        for skipped in range(len(elements)):
            first = elements[skipped]
            entry = (label, elements[skipped:])
            for word in first.exact:
                self._exact.setdefault(word, []).append(entry)
            for start in first.starts:
                self._begins.setdefault(start[:KEY], []).append(entry)
            for end in first.ends:
                self._ends.setdefault(end[-KEY:], []).append(entry)
            if first.holds:
                self._any.append(entry)
            if not first.optional:
                return

    def hits(self, words: Sequence[str]) -> list[tuple[Label, int, int]]:
        """Return (label, begin, end) of every phrase found, in the order of the words; the same hit once."""
        found: dict[tuple[Label, int, int], None] = {}
        for at, word in enumerate(words):
            for label, elements in self._exact.get(word, ()):
                if (end := _end(elements, words, at)) is not None:
                    found[(label, at, end)] = None
            for label, elements in self._filed(word):
                if elements[0].fits(word) and (end := _end(elements, words, at)) is not None:
                    found[(label, at, end)] = None
        return list(found)

    def _filed(self, word: str) -> list[tuple[Label, tuple[Element, ...]]]:
        candidates = list(self._any)
        for length in range(1, min(KEY, len(word)) + 1):
            candidates += self._begins.get(word[:length], ())
            candidates += self._ends.get(word[-length:], ())
        return candidates


def _end(elements: tuple[Element, ...], words: Sequence[str], at: int) -> int | None:
    """Return where a phrase ends whose first word stands at `at`; most fail at their second, so that it is asked first."""
    if len(elements) == 1:
        return at + 1
    second = elements[1]
    if not second.optional and not second.gap and (at + 1 >= len(words) or not second.fits(words[at + 1])):
        return None
    return match_at(elements[1:], words, at + 1)
