"""Certificates of the six courses, in every wording and order that an issuer may choose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from documents.days import forms, written
from documents.paper import Block
from documents.words import Words

TITLES = ("both", "both", "both", "number", "area", "broken", "table")


@dataclass(frozen=True)
class Course:
    """What a course certificate says; `form` is how its dates are written, `title` one of TITLES."""

    words: Words
    number: int
    name: str
    issued: date
    form: str
    title: str
    shown: str = ""  # another text in place of the date

    @property
    def date(self) -> str:
        """The date as it is printed."""
        return self.shown or written(self.issued, self.words, self.form)


def any_course(rng: Random, words: Words, number: int, name: str, issued: date) -> Course:
    """Choose the wording of a certificate."""
    return Course(words, number, name, issued, rng.choice(forms(words)), rng.choice(TITLES))


def course_page(rng: Random, course: Course, *, extras: bool = True) -> tuple[Block, ...]:
    """Return the blocks of a certificate."""
    body = _table(rng, course) if course.title == "table" else _sentence(rng, course)
    head = [Block("head", course.words.one(rng, "heads"))]
    dated = [Block("date", course.words.one(rng, "issued", date=course.date))]
    if course.title == "table" and rng.random() < 0.7:
        dated = []
        body = [*body[:-1], _with_row(body[-1], course.words["table.date"], course.date)]
    more = _extras(rng, course) if extras else []
    signer = Block("sign", course.words.one(rng, "signers"))
    if dated and rng.random() < 0.25:
        dated = [Block("pair", rows=((dated[0].text, signer.text),))]
    elif rng.random() < 0.5:
        more.append(signer)
    where = rng.randrange(len(more) + 1)
    after = [*more[:where], *dated, *more[where:]]
    early = rng.random() < 0.1
    return tuple([*head, *dated, *body, *more] if early else [*_logo(rng), *head, *body, *after])


def _logo(rng: Random) -> list[Block]:
    return [
        Block("logo", rng.choice(["eTwinning", "European School Education Platform", "EUN", "EU Academy", "Co-funded by the European Union"]))
    ] * (rng.random() < 0.4)


def _title(rng: Random, course: Course) -> tuple[str, list[Block]]:
    """Return the title for a sentence, and as blocks of its own."""
    area = rng.choice(course.words["areas"][course.number - 1])
    filled = {"n": course.number, "area": area}
    if course.title == "number":
        text = course.words.one(rng, "number", **filled)
    elif course.title == "area":
        text = area
    else:
        text = course.words.one(rng, "course", **filled)
    if course.title == "broken":
        return text, [Block("line", course.words.one(rng, "number", **filled)), Block("course", area)]
    return text, [Block("course", text.upper() if rng.random() < 0.1 else text)]


def _sentence(rng: Random, course: Course) -> list[Block]:
    series = rng.choice(course.words["series"])
    text, blocks = _title(rng, course)
    found: list[Block] = []
    for line in rng.choice(course.words["patterns"]):
        if line == "{course}":
            found += blocks
        else:
            role = {"{name}": "name", "{series}": "series"}.get(line, "line")
            found.append(Block(role, _once(line.format(name=course.name, course=text, series=series))))
    return found


def _once(line: str) -> str:
    """Leave out a word that a title repeats: no issuer prints "the MOOC MOOC 3"."""
    return re.sub(r"\b(\w+) \1\b", r"\1", line)


def _table(rng: Random, course: Course) -> list[Block]:
    """Return what a form with labels says."""
    words = course.words
    text, _ = _title(rng, course)
    rows = [(words["table.holder"], course.name), (words["table.series"], rng.choice(words["series"])), (words["table.course"], text)]
    if rng.random() < 0.5:
        rows.append((words["table.hours"], f"{rng.choice([15, 20, 25])} h"))
    return [Block("table", rows=tuple(rows))]


def _with_row(table: Block, label: str, value: str) -> Block:
    return Block("table", rows=(*table.rows, (label, value)))


def _extras(rng: Random, course: Course) -> list[Block]:
    """Return what else stands on certificates: other dates, numbers, who organised it."""
    words, issued = course.words, course.issued
    form = course.form if rng.random() < 0.8 else rng.choice(forms(words))

    def shown(days: int) -> str:
        return written(issued + timedelta(days=days), words, form)

    start = -rng.randrange(25, 60)
    wanted: Sequence[tuple[float, Block]] = [
        (0.35, Block("line", words.one(rng, "period", start=shown(start), end=shown(-rng.randrange(1, 15))))),
        (0.35, Block("small", words.one(rng, "hours", h=rng.choice([12, 15, 20, 25, 30])))),
        (0.12, Block("small", words.one(rng, "printed", date=shown(rng.randrange(0, 3))))),
        (0.12, Block("line", words.one(rng, "born", date=written(date(rng.randrange(1958, 1998), rng.randrange(1, 13), 17), words, form)))),
        (0.5, Block("small", words.one(rng, "code", code=code(rng)))),
        (0.6, Block("small", words.one(rng, "organisers"))),
        (0.25, Block("small", words.one(rng, "topics"))),
    ]
    found = [block for chance, block in wanted if rng.random() < chance]
    rng.shuffle(found)
    return found


def code(rng: Random) -> str:
    """Return a certificate number as some system may make it."""
    return rng.choice(
        [
            f"ESEP-{rng.randrange(10**6):06}",
            f"{rng.randrange(16**10):010X}",
            f"{rng.randrange(10**5):05}/{rng.choice([2025, 2026])}",
            f"{rng.randrange(16**4):04x}-{rng.randrange(16**4):04x}-{rng.randrange(16**4):04x}",
        ]
    )
