"""Lists whose lines are ticked: what is done, and which one of several is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lti_tool.evidence.layout import Lexeme, Row
from lti_tool.evidence.sentences import begins_item
from lti_tool.evidence.vocabulary import Hit

_DONE: Final = frozenset("✓✔☑✅🗸🗹")
_OPEN: Final = frozenset("☐□○◯◻⬜▢❏❑")
# These say "this one" only beside empty ones of their kind, and "not this one" beside ticks.
_BOXED: Final = frozenset("☒⊠")
_CROSSED: Final = _BOXED | frozenset("✗✘✕✖☓")
# What a tick before a line is read as in a scan; of fewer lines than these nobody could tell.
_READ_AS: Final = frozenset({"v", "y", "z", "7", "vy", "7y", "√", "¥", "/"})
_FEW: Final = 3
# What is said of parts, and they themselves, which would else be counted.
_OF_PARTS: Final = frozenset({("paper", "programme"), ("statement", "unmet"), ("part", "")})
_FULL: Final = frozenset("●■◉◼⬛◾")


@dataclass(frozen=True, slots=True)
class Ticked:
    """Which lexemes of a row stand in a line that is ticked (`done`), and which in one that is left open."""

    done: frozenset[int] = frozenset()
    left: frozenset[int] = frozenset()

    @property
    def chooses(self) -> bool:
        """Tell a list of which some lines are ticked and others are not."""
        return bool(self.done) and bool(self.left)


def ticked(row: Row) -> Ticked:
    """Return what the ticks of a row say; nothing where it has none."""
    marks = _marks(row.lexemes)
    done: set[int] = set()
    left: set[int] = set()
    for line in _lines(row.lexemes) if marks else ():
        found = [at for at in line if at in marks]
        for mark, covered in _covered(row.lexemes, line, found, marks):
            (done if marks[mark] else left).update(covered)
    return Ticked(frozenset(done), frozenset(left))


def without_ticked_parts(row: Row, hits: Sequence[Hit]) -> list[Hit]:
    """Leave out that a list of parts is a programme, or only a part of something, where each part that it names is ticked."""
    parts = _parts(row, hits)
    if not parts or _ticked_of(row, parts) != parts:
        return list(hits)
    return [hit for hit in hits if hit.begin not in parts or (hit.group, hit.name) not in _OF_PARTS]


def parts_left_open(row: Row, hits: Sequence[Hit]) -> list[Hit]:
    """Return the parts of a ticked list that are not ticked: something is left to do."""
    parts = _parts(row, hits)
    left = parts - _ticked_of(row, parts) if parts and _is_ticked_list(row, parts) else set()
    return [hit for hit in hits if hit.group == "part" and hit.begin in left]


def without_left_open(row: Row, hits: Sequence[Hit]) -> list[Hit]:
    """Leave out what stands in the lines of a list that are not ticked, where others are: of six courses the one that was completed is meant."""
    seen = ticked(row)
    return [hit for hit in hits if row.at[hit.begin] not in seen.left] if seen.chooses else list(hits)


def _marks(lexemes: Sequence[Lexeme]) -> dict[int, bool]:
    """Return index of a mark → whether it ticks."""
    forms = [lexeme.form for lexeme in lexemes]
    ticks, open_ones = any(form in _DONE for form in forms), any(form in _OPEN for form in forms)
    found: dict[int, bool] = {}
    for at, form in enumerate(forms):
        if form in _DONE or form in _OPEN:
            found[at] = form in _DONE
        elif form in _CROSSED and (ticks or open_ones):
            found[at] = not ticks
        elif (form in _FULL and open_ones and not ticks) or forms[at : at + 3] == ["[", "x", "]"]:
            found[at] = True
        elif forms[at : at + 2] == ["[", "]"]:
            found[at] = False
    return found


def _lines(lexemes: Sequence[Lexeme]) -> list[list[int]]:
    """Return the indexes of the lexemes line by line, over all columns that stand level."""
    lines: list[list[int]] = []
    for at, lexeme in enumerate(lexemes):
        if lines and _level(lexemes[lines[-1][-1]], lexeme):
            lines[-1].append(at)
        else:
            lines.append([at])
    return lines


def _level(before: Lexeme, lexeme: Lexeme) -> bool:
    one, other = before.word.box, lexeme.word.box
    apart = abs(one[1] + one[3] - other[1] - other[3])
    return before.word.page == lexeme.word.page and apart < one[3] - one[1] + other[3] - other[1]


def _covered(lexemes: Sequence[Lexeme], line: Sequence[int], found: Sequence[int], marks: dict[int, bool]) -> list[tuple[int, list[int]]]:
    """Return each mark of a line with what it is of: what follows it up to the next; the whole line for one that ends it."""
    if not found:
        return []
    if any(lexemes[at].is_word for at in line if at < found[0]):
        if len(found) == 1:
            return [(found[0], list(line))]
        if lexemes[found[0] - 1].form != ":":
            # Beside two marks behind words nobody can tell whose they are.
            return []
        # "Result: ☒ completed ☐ not completed", on one line.
        ends = [*found[1:], line[-1] + 1]
    else:
        ends = [*found[1:], _end(lexemes, line[-1] + 1, marks)]
    return [(mark, list(range(mark, end))) for mark, end in zip(found, ends, strict=True)]


def _end(lexemes: Sequence[Lexeme], at: int, marks: dict[int, bool]) -> int:
    """Return where the last item of a line ends: it may go on in the next line, up to another mark or paragraph."""
    while at < len(lexemes) and at not in marks and not lexemes[at].fresh:
        at += 1
    return at


def _parts(row: Row, hits: Sequence[Hit]) -> set[int]:
    """Return the first words of parts that begin the lines of a list: "✓ Module 1", and not "module 4 of 6" in a sentence."""
    numbered = (hit.begin for hit in hits if hit.group == "part" and hit.end < len(row.words) and row.words[hit.end].isdecimal())
    return {begin for begin in numbered if begins_item(row, row.at[begin])}


def _ticked_of(row: Row, parts: set[int]) -> set[int]:
    """Return the parts that are ticked, or look so in a scan, where an empty box is read as something else."""
    seen = ticked(row)
    if seen.done or seen.left:
        marks = [row.lexemes[at] for at in _marks(row.lexemes)]
        return {begin for begin in parts if row.at[begin] in seen.done and any(_level(mark, row.lexeme(begin)) for mark in marks)}
    looks = {begin for begin in parts if _before(row, begin) in _READ_AS}
    return looks if len(looks) >= _FEW else set()


def _is_ticked_list(row: Row, parts: set[int]) -> bool:
    seen = ticked(row)
    marked = any(row.at[begin] in seen.done | seen.left for begin in parts)
    return marked or bool(_ticked_of(row, parts)) or any(_before(row, begin) in _CROSSED - _BOXED for begin in parts)


def _before(row: Row, begin: int) -> str:
    """Return what stands right before a part on its line."""
    at = row.at[begin] - 1
    return row.lexemes[at].form if at >= 0 and row.lexemes[at].segment == row.lexeme(begin).segment else ""
