"""A document as words on pages, and as rows of lexemes that phrases, names and dates are found in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lti_tool.evidence.reading import Place

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without a space.

    `box` is in fractions of the page, origin top left; `size` the height of its line in points; `turned` tells writing that
    does not run level, as watermarks do; `visible` that it changes the picture of the page enough for a reader to see; `proportion` is the
    width of its page over the height.
    """

    text: str
    page: int
    box: Box
    size: float
    turned: bool = False
    visible: bool = True
    proportion: float = 0.7071


@dataclass(frozen=True, slots=True)
class Segment:
    """Words that stand on one line without a wide gap between: a line, or one column's part of it."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words with single spaces."""
        return " ".join(word.text for word in self.words)

    @property
    def size(self) -> float:
        """The median height of its words in points."""
        return sorted(word.size for word in self.words)[len(self.words) // 2]

    @property
    def page(self) -> int:
        """The page it stands on, from 1."""
        return self.words[0].page

    @property
    def box(self) -> Box:
        """The box around all of its words."""
        return around(self.words)


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A run of letters, a run of digits, or one mark.

    `form` is the folded word or the mark itself; `glued` tells that no space stands before it; `segment` is the index of its
    segment in the row's document; `fresh` that a new paragraph begins with it.
    """

    form: str
    raw: str
    word: Word
    segment: int
    glued: bool
    fresh: bool

    @property
    def is_word(self) -> bool:
        """Tell letters and digits from marks."""
        return self.form[0].isalnum()


@dataclass(frozen=True, slots=True)
class Row:
    """Lexemes in an order of reading, and the words among them that phrases are compared with.

    `at[i]` is the index of `words[i]` in `lexemes`; `joined` tells that words broken over two lines were put together.
    """

    lexemes: tuple[Lexeme, ...]
    words: tuple[str, ...]
    at: tuple[int, ...]
    joined: bool = True

    def lexeme(self, word_index: int) -> Lexeme:
        """Return the lexeme of a word."""
        return self.lexemes[self.at[word_index]]

    def place(self, begin: int, end: int) -> Place:
        """Return where words `begin` to `end` stand; on the first page if they run over two."""
        return place_of([self.lexeme(index).word for index in range(begin, end)])

    def raw(self, begin: int, end: int) -> str:
        """Return words `begin` to `end` as they are written, marks between them included."""
        return spelled(self.lexemes[self.at[begin] : self.at[end - 1] + 1])


@dataclass(frozen=True, slots=True)
class Document:
    """What is visible of a document, in lines; and apart from it what is turned, faint or hidden."""

    pages: int
    segments: tuple[Segment, ...]
    rows: tuple[Row, ...]
    turned: tuple[Segment, ...] = ()
    hidden: tuple[Word, ...] = ()
    median_size: float = field(default=11.0)

    def segment_of(self, word: Word) -> Segment | None:
        """Return the line that this very word stands in; None for one that is turned, faint or hidden."""
        return next((segment for segment in self.segments if any(other is word for other in segment.words)), None)


def spelled(lexemes: Iterable[Lexeme]) -> str:
    """Return lexemes as they are written, with single spaces."""
    return "".join(lexeme.raw if lexeme.glued else f" {lexeme.raw}" for lexeme in lexemes).strip()


def around(words: Sequence[Word]) -> Box:
    """Return the box around words of one page."""
    return (
        round(min(word.box[0] for word in words), 4),
        round(min(word.box[1] for word in words), 4),
        round(max(word.box[2] for word in words), 4),
        round(max(word.box[3] for word in words), 4),
    )


def share_baseline(one: Lexeme, other: Lexeme) -> bool:
    """Tell words that stand on one line of a page, whatever their sizes and columns."""
    return one.word.page == other.word.page and abs(one.word.box[3] - other.word.box[3]) < 0.6 * (other.word.box[3] - other.word.box[1])


def place_of(words: Sequence[Word]) -> Place:
    """Return the place of words, on the page of the first."""
    return Place(words[0].page, around([word for word in words if word.page == words[0].page]))
