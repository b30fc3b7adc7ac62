"""All phrases that matter for one scheme, compiled once: its own, and those of every language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from lti_tool.evidence.dates import Calendar
from lti_tool.evidence.language import Language, languages
from lti_tool.scheme.model import Scheme
from lti_tool.scheme.phrases import PhraseIndex, words_of

Mark = tuple[str, str, str]
SCHEME_GROUPS: Final = frozenset({"kind", "series", "label", "note"})
LONG_PHRASE: Final = 7
MOST_REMEMBERED: Final = 200
HOLDER_LISTS: Final = ("before", "label", "after", "stop", "titles", "others", "institutions", "joins")


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
    """What the words of a document are compared with."""

    scheme: Scheme
    languages: tuple[Language, ...]
    calendar: Calendar
    index: PhraseIndex[Mark]
    common: dict[str, tuple[str, ...]]
    particles: frozenset[str]
    only: frozenset[str] | None = None
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
        return [hit for hit in found if self._counts(hit)]

    def speaking(self, codes: Sequence[str]) -> Vocabulary:
        """Return the vocabulary for a document written in these languages; English may stand beside any of them."""
        return replace(self, only=frozenset(codes) | {"", "en"}, memory={}) if codes else self

    def _counts(self, hit: Hit) -> bool:
        """Short words mean different things in different languages; only a "no" is heard in all of them."""
        return self.only is None or hit.language in self.only or hit.group in SCHEME_GROUPS or hit.name == "negation"

    def spoken(self, words: Sequence[str]) -> tuple[str, ...]:
        """Return the languages a document seems written in, the likeliest first; short papers may show several."""
        counts = Counter(code for word in words for code in self.common.get(word, ()))
        # Short papers have few small words: longer phrases of a language tell it too.
        for begin, end, code in {(hit.begin, hit.end, hit.language) for hit in self.hits(words) if hit.language and hit.group not in SCHEME_GROUPS}:
            counts[code] += 2 if sum(len(word) for word in words[begin:end]) >= LONG_PHRASE else 0
        best = counts.most_common(1)[0][1] if counts else 0
        return tuple(code for code, count in counts.most_common() if count >= max(2, best * 0.25))


@cache
def vocabulary(scheme: Scheme) -> Vocabulary:
    """Compile the phrases of a scheme and of every language."""
    known = languages()
    common: dict[str, list[str]] = {}
    for language in known:
        for word in language.common:
            for part in words_of(word):
                common.setdefault(part, []).append(language.code)
    entries = [*_of_scheme(scheme), *(entry for language in known for entry in _of_language(language))]
    particles = frozenset(part for language in known for entry in language.holder.particles for part in words_of(entry))
    codes = {word: tuple(found) for word, found in common.items()}
    return Vocabulary(scheme, known, Calendar.of(known), PhraseIndex(entries), codes, particles)


def _of_scheme(scheme: Scheme) -> Iterator[tuple[Mark, str]]:
    for kind in scheme.kinds:
        yield from _labelled("kind", kind.id, kind.names.by_language)
    yield from _labelled("series", "title", scheme.series.titles.by_language)
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
        ("number", ""): language.numbers,
        ("date", "plain"): language.dates.plain,
        ("date", "until"): language.dates.until,
        **{("date", label): phrases for label, phrases in language.dates.labels.items()},
        **{("holder", name): getattr(language.holder, name) for name in HOLDER_LISTS},
        **{("statement", name): getattr(language.statement, name) for name in ("certificate", "completed", "unmet", "negation", "hedge")},
        **{("paper", paper): phrases for paper, phrases in language.papers.items()},
    }
    for (group, name), phrases in lists.items():
        for phrase in phrases:
            yield (group, name, code), phrase
