"""Certificates of the National Quality Label, with the note, without it, and with what only looks like it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from documents.days import forms, written
from documents.paper import Block
from documents.words import Words

PROJECTS = (
    "Digital bridges",
    "Rivers of Europe",
    "Maths without borders",
    "Green schools – blue planet",
    "Letters from home",
    "Assessment of water quality",
    "Our digital resources",
    "Once upon a code 2.0",
)
SCHOOLS = (
    "1st Primary School of Example",
    "IES Ejemplo",
    "Liceo Esempio",
    "Lycée Exemple",
    "Szkoła Podstawowa nr 7 w Przykładowie",
    "Gymnasium Musterstadt",
    "Agrupamento de Escolas Exemplo",
    "ОУ „Пример“",
)


def label_page(
    rng: Random, words: Words, name: str, issued: date, *, note: str = "", title: str = "", form: str = "", shown: str = ""
) -> tuple[tuple[Block, ...], ...]:
    """Return the pages of a label's certificate; a note stands at its foot, in its middle, small, or on a page of its own."""
    form = form or rng.choice(forms(words))
    filled = {"name": name, "school": rng.choice(SCHOOLS), "project": rng.choice(PROJECTS)}
    body = [Block("name" if line == "{name}" else "line", line.format(**filled)) for line in rng.choice(words["label.patterns"])]
    dated = Block("date", words.one(rng, "label.issued", date=shown or written(issued, words, form)))
    more = [Block("small", words.one(rng, "label.plain"))] * (rng.random() < 0.5)
    foot: Sequence[Block] = [Block("sign", words.one(rng, "label.nso"))] * (rng.random() < 0.7)
    first = [Block("head", title or words.one(rng, "label.titles")), *body, *more, dated, *foot]
    if "etwinning" not in " ".join(block.text for block in first).casefold():
        first.insert(0, Block("logo", "eTwinning"))
    if not note:
        return (tuple(first),)
    block = Block("note", note)
    way = rng.choice(["foot", "foot", "middle", "before", "page"])
    if way == "page":
        return tuple(first), (block,)
    at = {"foot": len(first), "middle": len(body) + 1, "before": len(first) - len(foot) - 1}[way]
    return ((*first[:at], block, *first[at:]),)
