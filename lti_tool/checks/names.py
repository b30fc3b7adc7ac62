"""Is the name on a certificate the applicant's? Same, close (a person must look), or different."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

from anyascii import anyascii
from rapidfuzz import fuzz

from lti_tool.checks.cases import restored
from lti_tool.checks.turned import turned
from lti_tool.scheme.phrases import fold

LONGEST_WORD: Final = 40
# How alike (0 to 100) two words must be for a slip of the pen or another form of the name.
ALIKE: Final = 72
_HYPHENED: Final = re.compile(r"\w+(?:[-‐‑]\w+)+")
_SPLIT: Final = re.compile(r"[^\w]+|_+")


class Likeness(StrEnum):
    """How two names compare."""

    SAME = "same"
    CLOSE = "close"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class _Tables:
    particles: frozenset[str]
    titles: frozenset[str]
    letters: dict[str, tuple[str, ...]]
    digraphs: dict[str, str]
    short: dict[str, str]


@cache
def _tables() -> _Tables:
    stored = tomllib.loads((resources.files("lti_tool.checks") / "names.toml").read_text(encoding="utf-8"))
    letters: dict[str, tuple[str, ...]] = {}
    for letter, ways in stored["letters"].items():
        # ё and е fold to one letter, which is then written in the ways of both.
        letters[fold(letter)] = tuple(dict.fromkeys((*letters.get(fold(letter), ()), *ways)))
    particles, titles = (frozenset(fold(word) for word in stored[key]) for key in ("particles", "titles"))
    return _Tables(particles, titles, letters, stored["digraphs"], {fold(word): fold(name) for word, name in stored["short"].items()})


def compare(given_name: str, family_name: str, printed: str) -> Likeness:
    """Compare the applicant's name with the printed one, in any order, script, and case that a sentence asks for.

    Same: one of the two names is all found in the other, among it the first given name in full and a family name. So a middle
    name or second surname may be missing on either side, and nobody passes with a brother's name.
    """
    likeness = _compare(given_name, family_name, printed)
    ways = turned(printed, parts(given_name), parts(family_name), _equal)
    if likeness is Likeness.SAME or any(_compare(given_name, family_name, way) is Likeness.SAME for way in ways):
        return Likeness.SAME
    others = restored(parts(given_name), parts(family_name), parts(printed), _equal)
    found = any(_compare(given_name, family_name, _with_words(printed, words)) is Likeness.SAME for words in others)
    return Likeness.SAME if found else likeness


def _with_words(printed: str, words: Sequence[str]) -> str:
    """Return a printed name with other words in the places of its own."""
    following = iter(words)
    return re.sub(r"[^\W_]+", lambda _: next(following, ""), _shown(printed))


def _compare(given_name: str, family_name: str, printed: str) -> Likeness:
    given, family, shown = parts(given_name), parts(family_name), parts(printed)
    shown = [word for word in shown if fold(word) not in _tables().titles or len(shown) <= 2]
    if len(given) + len(family) < 2 or len(shown) < 2:
        return Likeness.CLOSE if _overlap(given + family, shown) else Likeness.DIFFERENT
    if not given or not family:
        # The LMS keeps the whole name in one field: its ends stand for both.
        both = given + family
        given, family = both[:1], both[1:]
    shown = _joined(shown, given + family)
    given, family = _joined(given, shown), _joined(family, shown)
    likeness = _judge(given, family, shown)
    if likeness is Likeness.SAME and (_two_people(given, family, printed) or _joined_anew(family, shown, family_name, printed)):
        return Likeness.CLOSE
    return likeness


def _two_people(given: Sequence[str], family: Sequence[str], printed: str) -> bool:
    """Tell a list of people from a surname before a comma: the whole name stands on one side, and another on the other."""
    sides = [parts(side) for side in printed.split(",")]
    sides = [words for words in sides if any(fold(word) not in _tables().titles for word in words)]
    if len(sides) < 2:
        return False
    whole = [all(any(_equal(word, other) for other in side) for word in (given[0], family[-1])) for side in sides]
    return any(whole) and any(len(side) > 1 for side, is_whole in zip(sides, whole, strict=True) if not is_whole)


def _joined_anew(family: Sequence[str], shown: Sequence[str], family_name: str, printed: str) -> bool:
    """Tell a surname that a hyphen joins with another one on one side only: a changed surname, which a person must see."""
    for text, others, mine in ((printed, family, shown), (family_name, shown, family)):
        for group in _HYPHENED.findall(unicodedata.normalize("NFKC", text)):
            words = parts(group)
            met = [any(_equal(word, other) for other in others) for word in words]
            joined = any(_equal("".join(words), other) for other in (*others, *mine))
            if any(met) and not all(met) and not joined:
                return True
    return False


def parts(name: str) -> list[str]:
    """Return the words of a name; hyphens and apostrophes part words, invisible characters vanish."""
    return [word for word in _SPLIT.split(_shown(name)) if word]


def _shown(name: str) -> str:
    """Return a name without invisible characters."""
    return "".join(character for character in unicodedata.normalize("NFKC", name) if unicodedata.category(character) != "Cf")


def _judge(given: Sequence[str], family: Sequence[str], shown: Sequence[str]) -> Likeness:
    # Small words count only where the whole name consists of them.
    core_given, core_family = _core(given), _core(family)
    core_shown = _core(shown, keep=[*core_given, *core_family])
    matched = _assign([*core_given, *core_family], core_shown)
    own = len(core_given) + len(core_family)
    first_given = 0 in matched and len(core_shown[matched[0]]) > 1 and len(core_given[0]) > 1
    families = [
        index
        for index in range(len(core_given), own)
        if index in matched and len(core_shown[matched[index]]) > 1 and _long(core_family, index, core_given)
    ]
    covered = len(matched) == own or len(matched) == len(core_shown)
    extra = abs(own - len(core_shown))
    in_order = _rising(matched, range(len(core_given))) and _rising(matched, range(len(core_given), own))
    if first_given and families and covered and in_order and extra <= 2:
        return Likeness.SAME
    return _how_far([*core_given], [*core_family], core_shown)


def _rising(matched: dict[int, int], indexes: Iterable[int]) -> bool:
    """Tell whether words keep their order: García Márquez is not Márquez García, nor José Luis Luis José."""
    partners = [matched[index] for index in indexes if index in matched]
    return partners == sorted(partners)


def _long(family: Sequence[str], index: int, given: Sequence[str]) -> bool:
    return len(family[index - len(given)]) > 1


def _core(words: Sequence[str], keep: Sequence[str] = ()) -> list[str]:
    kept = [word for word in words if fold(word) not in _tables().particles or any(_equal(word, other) for other in keep)]
    return kept or list(words)


def _assign(own: Sequence[str], shown: Sequence[str]) -> dict[int, int]:
    """Pair words one to one, whole words before initials; the index of a word of `own` → that of its partner."""
    matched: dict[int, int] = {}
    for fits in (_equal, _initial):
        for index, word in enumerate(own):
            if index in matched:
                continue
            free = (other for other in range(len(shown)) if other not in matched.values())
            partner = next((other for other in free if fits(word, shown[other])), None)
            if partner is not None:
                matched[index] = partner
    return matched


def _equal(one: str, other: str) -> bool:
    """Tell whether two words are one in some accepted spelling."""
    if not latin_forms(one).isdisjoint(latin_forms(other)) or _accusative(fold(one), fold(other)):
        return True
    if _tables().short.get(fold(one)) == fold(other) or _tables().short.get(fold(other)) == fold(one):
        return True
    for foreign, latin in ((one, other), (other, one)):
        if not fold(foreign).isascii() and any(spellings(foreign).fullmatch(form) for form in latin_forms(latin)):
            return True
    return False


def _accusative(one: str, other: str) -> bool:
    """Γεώργιος, Γεώργιο: certificates in Greek print names after "to" without their final s."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) > 3 and "α" <= shorter[-1] <= "ω" and longer == f"{shorter}σ"


def _initial(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) == 1 and _plain(longer)[:1] == _plain(shorter)[:1]


@cache
def latin_forms(word: str) -> frozenset[str]:
    """Return a word folded, and with its Latin digraphs written out (Müller, Mueller)."""
    folded = fold(word)
    lower = unicodedata.normalize("NFC", word.casefold())
    if not folded.isascii() or not any(letter in lower for letter in _tables().digraphs):
        return frozenset({folded})
    return frozenset({folded, fold("".join(_tables().digraphs.get(letter, letter) for letter in lower))})


@cache
def spellings(word: str) -> re.Pattern[str]:
    """Return a pattern of all Latin spellings of a Greek or Cyrillic word; long words match nothing, to bound the work."""
    folded = fold(word)
    if len(folded) > LONGEST_WORD:
        return re.compile(r"(?!)")
    pattern = "".join(f"(?:{'|'.join(map(re.escape, ways))})" for ways in _options(folded))
    if folded[-1] in "οη" and len(folded) > 3:
        # The accusative that Greek certificates print after "to" has no final s (not after α: Ανδρέα may be Andrea).
        pattern += "s?"
    return re.compile(pattern)


def _options(word: str) -> list[tuple[str, ...]]:
    """Return for each letter, or pair with a sound of its own, the ways it is written; of pairs also letter by letter."""
    letters = _tables().letters
    options: list[tuple[str, ...]] = []
    at = 0
    while at < len(word):
        pair = word[at : at + 2]
        if len(pair) == 2 and pair in letters:
            apart = tuple(a + b for a in letters.get(pair[0], (pair[0],)) for b in letters.get(pair[1], (pair[1],)))
            options.append(tuple(dict.fromkeys(letters[pair] + apart)))
            at += 2
        else:
            options.append(letters.get(word[at], (anyascii(word[at]).lower(),)))
            at += 1
    return options


def spells(name: str, printed: str) -> bool:
    """Tell whether every word of `printed` is a word of a name, in some accepted spelling."""
    return all(any(_equal(word, other) for other in parts(name)) for word in parts(printed))


def _joined(words: Sequence[str], other: Sequence[str]) -> list[str]:
    """Join neighbours that the other side writes as one: Anne Marie and Annemarie, De Luca and Deluca."""
    joined: list[str] = []
    at = 0
    while at < len(words):
        for length in (3, 2):
            together = "".join(words[at : at + length])
            if at + length <= len(words) and any(_equal(together, word) for word in other):
                joined.append(together)
                at += length
                break
        else:
            joined.append(words[at])
            at += 1
    return joined


def _how_far(given: Sequence[str], family: Sequence[str], shown: Sequence[str]) -> Likeness:
    """Tell a slip, a nickname or a changed surname (close) from another person (different)."""
    if any(_vowelless(word) for word in shown) is not any(_vowelless(word) for word in (*given, *family)):
        return Likeness.CLOSE
    given_equal = any(_equal(word, other) for word in given for other in shown)
    family_equal = any(_equal(word, other) for word in family for other in shown)
    if given_equal:
        # A changed surname, or a common given name: a person must look.
        return Likeness.CLOSE
    if family_equal:
        rest = [word for word in shown if not any(_equal(word, other) for other in family)]
        near = any(_alike(word, other) or _initial(word, other) for word in given for other in rest)
        return Likeness.CLOSE if near or not rest else Likeness.DIFFERENT
    near_given = any(_alike(word, other) for word in given for other in shown)
    near_family = any(_alike(word, other) for word in family for other in shown)
    return Likeness.CLOSE if near_given and near_family else Likeness.DIFFERENT


def _vowelless(word: str) -> bool:
    """Tell a script that leaves vowels out: what is written in it can't be told apart from Latin letters by rules."""
    return any(unicodedata.name(letter, "").startswith(("ARABIC", "HEBREW")) for letter in word)


def _alike(one: str, other: str) -> bool:
    ones, others = _plain(one), _plain(other)
    if min(len(ones), len(others)) < 3:
        return False
    # Of three letters the last is the ending in a case that nobody listed: "Ani" is perhaps Ana, and a person must look.
    short = len(ones) == len(others) == 3 and ones[:2] == others[:2]
    return short or fuzz.ratio(ones, others) >= ALIKE or (len(ones) > 3 and len(others) > 3 and ones[:3] == others[:3])


def _plain(word: str) -> str:
    """Return a word in Latin letters as its country's rule writes it."""
    return "".join(ways[0] for ways in _options(fold(word))) if not fold(word).isascii() else fold(word)


def _overlap(own: Sequence[str], shown: Sequence[str]) -> bool:
    return any(_equal(word, other) or _alike(word, other) for word in own for other in shown) or not shown or not own
