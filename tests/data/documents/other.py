"""Papers that are not it, however much they look like it."""

from __future__ import annotations

from datetime import date
from random import Random

from documents.days import forms, written
from documents.label import PROJECTS
from documents.paper import Block
from documents.words import Words

OTHERS = ("programme", "enrolment", "attendance", "cv", "foreign")


def other_page(rng: Random, words: Words, what: str, name: str, day: date) -> tuple[Block, ...]:
    """Return a paper of a kind of OTHERS; a programme or an enrolment looks ahead, the others back."""
    number = rng.randrange(1, 7)
    area = rng.choice(words["areas"][number - 1])
    filled = {
        "name": name,
        "area": area,
        "course": words.one(rng, "course", n=number, area=area),
        "series": rng.choice(words["series"]),
        "project": rng.choice(PROJECTS),
        "date": written(day, words, rng.choice(forms(words))),
    }
    lines = [line.format(**filled) for line in words[f"other.{what}"]]
    roles = {filled["name"]: "name", filled["course"]: "course"}
    return (Block("head", lines[0]), *(Block(roles.get(line, "line"), line) for line in lines[1:]))
