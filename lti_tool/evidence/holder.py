"""The name of the person a document is for, by the words before and after it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lti_tool.evidence.arrangement import least_torn_first
from lti_tool.evidence.holder_candidates import WEIGHT, Candidate, Names
from lti_tool.evidence.holder_mentions import mentions
from lti_tool.evidence.holder_others import without_others
from lti_tool.evidence.holder_staff import without_staff
from lti_tool.evidence.holder_standing import by_themselves
from lti_tool.evidence.holder_standing import standing as standing_in
from lti_tool.evidence.layout import Document, place_of
from lti_tool.evidence.reading import AMONG_OTHERS, Doubt, Fact
from lti_tool.evidence.vocabulary import Vocabulary
from lti_tool.scheme.phrases import words_of

CLEARLY_LARGER: Final = 1.2
# What parts the names that two doubts list: of ``holder-ambiguous`` all if they are two, else the likeliest three; of ``named-beside`` the first.
SEPARATED_NAMES: Final = " / "
MOST_BESIDE: Final = 12


def holder(document: Document, vocabulary: Vocabulary) -> tuple[Fact[str] | None, tuple[Doubt, ...]]:
    """Return the holder's name and what is doubtful about it: ``holder-ambiguous``, ``holder-unannounced``, ``mixed-script`` or ``named-beside``.

    The last one lists who else is named on lines of their own and does not sign or teach: a school or a project may have been taken for
    the holder, so nobody whose name it lists is told that the document is another person's.
    """
    fact, doubts = _holder(document, vocabulary)
    if fact is None or not document.rows:
        return fact, doubts
    lines = list(by_themselves(Names(document, document.rows[0], vocabulary), document.segments))
    others = [found for found in without_staff(lines, document, vocabulary) if not set(words_of(fact.value)) & found.words]
    if not others:
        return fact, doubts
    listed = SEPARATED_NAMES.join(dict.fromkeys(found.text for found in others[:MOST_BESIDE]))
    return fact, (*doubts, Doubt("named-beside", listed, fact.place))


def _holder(document: Document, vocabulary: Vocabulary) -> tuple[Fact[str] | None, tuple[Doubt, ...]]:
    single: list[Candidate] = []
    # The order of reading that tears the fewest lines apart comes first.
    for _, row in least_torn_first(document.rows):
        named = [found for found in Names(document, row, vocabulary).candidates() if found.lexemes]
        candidates = _likely(without_others(without_staff(named, document, vocabulary), document, vocabulary))
        if any(len(candidate.words) > 1 for candidate in candidates):
            if all(candidate.how == "address" for candidate in candidates):
                # A letter to somebody may be about somebody else.
                candidates += without_staff(_mentioned_after(candidates[0], Names(document, row, vocabulary)), document, vocabulary)
            return _beside_others(_chosen(candidates), _lines(document, vocabulary))
        single = single or candidates
    lines = _lines(document, vocabulary)
    standing = _largest(without_others(without_staff(lines, document, vocabulary), document, vocabulary))
    if standing or single:
        return _chosen(standing or single)
    mentioned = [found for row in document.rows[:1] for found in mentions(Names(document, row, vocabulary))]
    mentioned = without_others(without_staff(mentioned, document, vocabulary), document, vocabulary)
    return _chosen(mentioned) if mentioned else (None, ())


def _mentioned_after(addressed: Candidate, names: Names) -> list[Candidate]:
    at = {id(lexeme): index for index, lexeme in enumerate(names.row.lexemes)}
    begin = at.get(id(addressed.lexemes[0]), 0)
    return [found for found in mentions(names) if at.get(id(found.lexemes[0]), len(at)) > begin]


def _lines(document: Document, vocabulary: Vocabulary) -> list[Candidate]:
    return [found for row in document.rows[:1] for found in standing_in(Names(document, row, vocabulary))]


def _beside_others(chosen: tuple[Fact[str] | None, tuple[Doubt, ...]], lines: Sequence[Candidate]) -> tuple[Fact[str] | None, tuple[Doubt, ...]]:
    """Be less sure of a name where another one that nothing announces is set large: a label may be of what stands on its other side."""
    fact, doubts = chosen
    if fact is None or all(set(words_of(fact.value)) & line.words for line in lines):
        return chosen
    return replace(fact, sure=min(fact.sure, AMONG_OTHERS)), doubts


def _largest(standing: Sequence[Candidate]) -> list[Candidate]:
    """Leave out lines set clearly smaller than the largest one that could be a name: who signs stands smaller than whom it is for."""
    sizes = [max(lexeme.word.size for lexeme in candidate.lexemes) for candidate in standing]
    return [candidate for candidate, size in zip(standing, sizes, strict=True) if size * CLEARLY_LARGER > max(sizes)]


def _likely(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Leave out single words and words in small letters where something that looks more like a name was found too."""
    whole = [candidate for candidate in candidates if len(candidate.words) > 1]
    large = [candidate for candidate in whole if candidate.lexemes[0].raw[:1].isupper() or not candidate.lexemes[0].raw[:1].islower()]
    return large or whole or list(candidates)


def _chosen(candidates: Sequence[Candidate]) -> tuple[Fact[str] | None, tuple[Doubt, ...]]:
    groups: list[list[Candidate]] = []
    # A name from two fields first: what each of them holds alone is a part of it.
    for candidate in sorted(candidates, key=lambda candidate: candidate.how != "fields"):
        group = next((group for group in groups if _same(group[0], candidate)), None)
        if group is None:
            groups.append([candidate])
        else:
            group.append(candidate)
    groups.sort(key=lambda group: -max(WEIGHT[candidate.how] for candidate in group) - 0.5 * len({candidate.how for candidate in group}))
    best = max(groups[0], key=lambda candidate: (WEIGHT[candidate.how], -len(candidate.lexemes)))
    strong = [group for group in groups if max(WEIGHT[candidate.how] for candidate in group) >= WEIGHT["before"]]
    place = place_of([lexeme.word for lexeme in best.lexemes])
    doubts: list[Doubt] = []
    if len(strong) > 1 or (not strong and len(groups) > 1):
        doubts.append(Doubt("holder-ambiguous", SEPARATED_NAMES.join(group[0].text for group in groups[:3]), place))
    if best.how in ("standing", "mentioned"):
        doubts.append(Doubt("holder-unannounced", best.text, place))
    if mixes_scripts(best.text):
        doubts.append(Doubt("mixed-script", best.text, place))
    return Fact(best.text, best.text, place, 1.0 if len(groups) == 1 else AMONG_OTHERS), tuple(doubts)


def _same(one: Candidate, other: Candidate) -> bool:
    return one.words <= other.words or other.words <= one.words


def mixes_scripts(text: str) -> bool:
    """Tell whether one word mixes letters of two scripts, or holds characters that steer the direction of writing."""
    if any(unicodedata.category(character) == "Cf" for character in text):
        return True
    return any(len({unicodedata.name(c, "?").split()[0] for c in word if c.isalpha() and c not in "ªº"}) > 1 for word in text.split())
