"""All phrases that matter for one scheme, compiled once: its own, and those of every language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from lti_tool.evidence.calendar_words import Calendar
from lti_tool.evidence.language import Language, languages
from lti_tool.scheme.model import Scheme
from lti_tool.scheme.phrases import PhraseIndex, parse_phrase, words_of

Mark = tuple[str, str, str]
SCHEME_GROUPS: Final = frozenset({"kind", "series", "label", "note"})
# Titles may be quoted in a language that the paper isn't written in.
TITLES: Final = frozenset({"kind", "series", "label"})
LONG_PHRASE: Final = 7
# Which share of the likeliest language's weight a further one needs: of words not explained yet, or of all words.
FURTHER: Final = 0.2
AS_LIKELY: Final = 0.9
MOST_REMEMBERED: Final = 200
HOLDER_LISTS: Final = (
    *("before", "address", "label", "after", "stop", "titles", "others", "institutions", "joins", "staff", "signing", "given", "surname"),
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found: `group` and `name` say which list it is of, `language` whose; words `begin` to `end` of the row."""

    group: str
    name: str
    language: str
    begin: int
    end: int


@dataclass(frozen=True)
class Vocabulary:
    """What the words of a document are compared with; `idle` says in which languages a word denies nothing, `things` are words of headings."""

    scheme: Scheme
    languages: tuple[Language, ...]
    calendar: Calendar
    index: PhraseIndex[Mark]
    common: dict[str, tuple[str, ...]]
    links: dict[str, tuple[str, ...]]
    nouns: dict[str, tuple[str, ...]]
    counters: frozenset[str]
    idle: dict[str, frozenset[str]]
    things: frozenset[str]
    particles: frozenset[str]
    number_words: dict[tuple[str, str], dict[str, int]]
    only: frozenset[str] | None = None
    heard: frozenset[str] = frozenset()
    memory: dict[tuple[str, ...], list[Hit]] = field(default_factory=dict, compare=False, repr=False)

    def hits(self, words: Sequence[str]) -> list[Hit]:
        """Return every phrase found in a row of folded words; the rows of one document are asked for again and again."""
        key = tuple(words)
        if key not in self.memory:
            if len(self.memory) > MOST_REMEMBERED:
                self.memory.clear()
            self.memory[key] = self._hits(key)
        return self.memory[key]

    def _hits(self, words: Sequence[str]) -> list[Hit]:
        found = [Hit(group, name, language, begin, end) for (group, name, language), begin, end in self.index.hits(words)]
        return [hit for hit in found if self._counts(hit, words)]

    def speaking(self, codes: Sequence[str]) -> Vocabulary:
        """Return the vocabulary for a document written in these languages; English may stand beside any of them."""
        return replace(self, only=frozenset(codes) | {"", "en"}, heard=frozenset(codes), memory={}) if codes else self

    def _counts(self, hit: Hit, words: Sequence[str]) -> bool:
        """Short words mean different things in different languages; only a "no" is heard in all of them."""
        # What makes a note conditional is weighed where the sentence's own language is known (note.py).
        if self.only is None or hit.group in SCHEME_GROUPS or hit.name == "hedge":
            return True
        if hit.name != "negation" or all(len(word) == 1 for word in words[hit.begin : hit.end]):
            return hit.language in self.only
        # Portuguese "no" is no Spanish or English one: a small word of the paper's own language denies in no other.
        return hit.language in self.heard or not all(self.only.intersection(self.idle.get(word, ())) for word in words[hit.begin : hit.end])

    def number_word(self, word: str, how: str) -> int | None:
        """Return the number that a folded word says in a language of the document; `how` is ``ordinals`` or ``cardinals``."""
        for code, number in self.number_words.get((how, word), {}).items():
            if self.only is None or code in self.only:
                return number
        return None

    def leads(self, word: str) -> bool:
        """Tell an article, a preposition or another small word of a language of the document."""
        codes = (*self.common.get(word, ()), *self.links.get(word, ()))
        return any(self.only is None or code in self.only for code in codes)

    def means_a_thing(self, word: str) -> bool:
        """Tell a word of a language of the document for a paper or for whom it is for: "badge", "holder"."""
        return any(self.only is None or code in self.only for code in self.nouns.get(word, ()))

    def counts_to(self, word: str) -> bool:
        """Tell "no.", "numéro" and the like, which stand before the number of a course."""
        return word in self.counters

    def spoken(self, words: Sequence[str]) -> tuple[str, ...]:
        """Return the languages a document seems written in, the likeliest first; short papers may show several.

        A further language counts only for words that the ones before it do not explain: kin share many small words.
        """
        weights = self._weights(words)
        totals = {code: sum(found.values()) for code, found in weights.items()}
        if not totals:
            return ()
        best = max(totals.values())
        explained: set[int] = set()
        chosen: list[str] = []
        while len(chosen) < len(weights):
            rest = {code: sum(weight for at, weight in found.items() if at not in explained) for code, found in weights.items() if code not in chosen}
            code = max(rest, key=lambda entry: (rest[entry], totals[entry]))
            if rest[code] < max(2.0, best * FURTHER):
                break
            chosen.append(code)
            explained.update(weights[code])
        # Two languages as likely as each other (Danish, Norwegian) are both heard.
        chosen += [code for code, total in totals.items() if code not in chosen and total >= max(2.0, best * AS_LIKELY)]
        return tuple(chosen)

    def _weights(self, words: Sequence[str]) -> dict[str, dict[int, float]]:
        """Return language → index of a word → how much it tells; short papers have few small words, longer phrases tell a language too."""
        weights: dict[str, dict[int, float]] = {}
        quoted = {at for hit in self.hits(words) if (hit.group, hit.name) == ("series", "title") for at in range(hit.begin, hit.end)}
        for at, word in enumerate(words):
            # The title of the series stands in English on papers of every language.
            if at in quoted:
                continue
            for code in self.common.get(word, ()):
                weights.setdefault(code, {})[at] = 1.0
            for _, code in self.calendar.months.get(word, ()):
                weights.setdefault(code, {})[at] = 1.0
        for hit in self.hits(words):
            if hit.language and hit.group not in TITLES and hit.group != "answer" and sum(map(len, words[hit.begin : hit.end])) >= LONG_PHRASE:
                found = weights.setdefault(hit.language, {})
                for at in range(hit.begin, hit.end):
                    found[at] = max(found.get(at, 0.0), 2.0 / (hit.end - hit.begin))
        return weights


@cache
def vocabulary(scheme: Scheme) -> Vocabulary:
    """Compile the phrases of a scheme and of every language."""
    known = languages()
    common = _small_words((language.code, language.common) for language in known)
    links = _small_words((language.code, language.links) for language in known)
    nouns = _small_words((language.code, language.holder.nouns) for language in known)
    counters = frozenset(part for language in known for word in language.counters for part in words_of(word))
    entries = [*_of_scheme(scheme), *(entry for language in known for entry in _of_language(language))]
    particles = frozenset(part for language in known for entry in language.holder.particles for part in words_of(entry))
    return Vocabulary(
        scheme,
        known,
        Calendar.of(known),
        PhraseIndex(entries),
        common,
        links,
        nouns,
        counters,
        _idle(known),
        _things(scheme, known),
        particles,
        _number_words(known),
    )


def _small_words(listed: Iterable[tuple[str, Sequence[str]]]) -> dict[str, tuple[str, ...]]:
    """Return folded word → the codes of the languages that list it."""
    found: dict[str, dict[str, None]] = {}
    for code, words in listed:
        for word in words:
            for part in words_of(word):
                found.setdefault(part, {})[code] = None
    return {word: tuple(codes) for word, codes in found.items()}


def _idle(known: Sequence[Language]) -> dict[str, frozenset[str]]:
    """Return folded word → the languages that it denies nothing in: their small words, months, and what is listed for that."""
    idle: dict[str, set[str]] = {}
    for language in known:
        for phrase in (*language.common, *language.ordinary, *(name for names in language.dates.months for name in names)):
            for word in words_of(phrase):
                idle.setdefault(word, set()).add(language.code)
    return {word: frozenset(codes) for word, codes in idle.items()}


def _things(scheme: Scheme, known: Sequence[Language]) -> frozenset[str]:
    """Return the folded words of which titles and headings of certificates are made, and no person's whole name."""
    titles = [scheme.series.titles, scheme.label.names, scheme.label.rivals, *(kind.names for kind in scheme.kinds)]
    phrases = [phrase for names in titles for found in names.by_language.values() for phrase in found]
    phrases += [phrase for language in known for phrase in (*language.statement.certificate, *language.course)]
    return frozenset(word for phrase in phrases for element in parse_phrase(phrase) for word in element.exact)


def _number_words(known: Sequence[Language]) -> dict[tuple[str, str], dict[str, int]]:
    """Return (how, folded word) → language → number; figures with an ending ("1ο") are read as figures."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for language in known:
        for how in ("ordinals", "cardinals"):
            for number, names in enumerate(getattr(language, how), start=1):
                for name in names:
                    if not name[:1].isdigit():
                        found.setdefault((how, words_of(name)[0]), {})[language.code] = number
    return found


def _of_scheme(scheme: Scheme) -> Iterator[tuple[Mark, str]]:
    for kind in scheme.kinds:
        yield from _labelled("kind", kind.id, kind.names.by_language)
    yield from _labelled("series", "title", scheme.series.titles.by_language)
    yield from _labelled("series", "described", scheme.series.described.by_language)
    yield from _labelled("series", "framework", scheme.series.framework.by_language)
    yield from _labelled("series", "subject", scheme.series.subjects.by_language)
    for organiser in scheme.series.organisers:
        yield ("series", "organiser", ""), organiser
    yield from _labelled("label", "name", scheme.label.names.by_language)
    yield from _labelled("label", "rival", scheme.label.rivals.by_language)
    for context in scheme.label.context:
        yield ("label", "context", ""), context
    for name in ("subject", "use", "purpose", "matter"):
        yield from _labelled("note", name, getattr(scheme.note, name).by_language)


def _labelled(group: str, name: str, by_language: dict[str, tuple[str, ...]]) -> Iterator[tuple[Mark, str]]:
    for language, phrases in by_language.items():
        for phrase in phrases:
            yield (group, name, language), phrase


def _of_language(language: Language) -> Iterator[tuple[Mark, str]]:
    code = language.code
    lists: dict[tuple[str, str], tuple[str, ...]] = {
        ("course", ""): language.course,
        ("sequence", ""): language.series,
        ("qualifier", ""): language.qualifiers,
        ("part", ""): language.parts,
        ("outcome", ""): language.statement.outcome,
        ("outcome", "any"): language.statement.results,
        **{("answer", name): getattr(language.statement, name) for name in ("asked", "yes", "standing", "no")},
        ("number", ""): language.numbers,
        ("printer", ""): language.dates.printers,
        ("date", "plain"): language.dates.plain,
        ("date", "until"): language.dates.until,
        ("weekday", ""): language.dates.weekdays,
        **{("date", label): phrases for label, phrases in language.dates.labels.items()},
        **{("holder", name): getattr(language.holder, name) for name in HOLDER_LISTS},
        **{
            ("statement", name): getattr(language.statement, name)
            for name in ("certificate", "completed", "unmet", "negation", "hedge", "condition", "idle", "share", "instead")
        },
        **{("paper", paper): phrases for paper, phrases in language.papers.items()},
    }
    for (group, name), phrases in lists.items():
        for phrase in phrases:
            yield (group, name, code), phrase
