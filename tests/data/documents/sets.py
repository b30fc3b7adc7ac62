"""From a seed to a set of files: which recipe, language, program and medium each one is made by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import Random

import scans

from documents.cheats import CHEATS, FILES
from documents.pictures import KINDS, stamped
from documents.producers.each import any_producer, render_all
from documents.recipes import FINE, WRONG, Making
from documents.truth import Draft, Made, seeded
from documents.words import MAIN, languages

RECIPES: dict[str, tuple[int, Callable[[Making], Draft]]] = {**FINE, **WRONG, **CHEATS, **FILES}
# What a scan shows as well as a text does; of the others the file itself is the point.
SCANNABLE = frozenset([*FINE, *WRONG])
SCANS = 0.22
PICTURES = 0.25
MAIN_LANGUAGES = 0.86


def drafts(
    seed: int, count: int, *, scans_share: float = SCANS, chosen: Sequence[str] = (), languages_of: Sequence[str] = (), quick: bool = False
) -> Iterator[Draft]:
    """Yield the drafts of a set; draft `index` is the same however many are made. `chosen` names recipes.

    `languages_of` limits the languages, `quick` leaves out the programs that take seconds to start.
    """
    names = list(chosen or RECIPES)
    for index in range(count):
        rng = seeded(f"{seed}-{index}")
        recipe = rng.choices(names, [RECIPES[name][0] for name in names])[0]
        language = rng.choice(list(languages_of)) if languages_of else _language(rng)
        draft = RECIPES[recipe][1](Making(rng, language))
        draft = replace(draft, trap=recipe, name=f"{seed}-{index:04}-{draft.language}-{recipe}", producer=any_producer(rng, quick=quick))
        if recipe in SCANNABLE:
            draft = _with_picture(draft)
        yield _scanned(draft, rng) if recipe in SCANNABLE and rng.random() < scans_share else draft


def _language(rng: Random) -> str:
    others = [language for language in languages() if language not in MAIN]
    main = rng.random() < MAIN_LANGUAGES or not others
    return rng.choice([each for each in languages() if each in MAIN] if main else others)


def _with_picture(draft: Draft) -> Draft:
    """Put a logo, a signature or a code on some; chosen apart, so that it changes nothing else."""
    own = seeded(f"picture-{draft.name}")
    if own.random() >= PICTURES:
        return draft
    kind = own.choice(KINDS)
    return replace(draft, after=[lambda pdf, rng: stamped(pdf, rng, kind), *draft.after])


def _scanned(draft: Draft, rng: Random) -> Draft:
    kind = rng.choice(list(scans.KINDS))
    medium = "scan" if scans.KINDS[kind].store == "pdf" else "picture"
    step: Callable[[bytes, Random], bytes] = lambda pdf, own: scans.scan(pdf, own, kind=kind)  # noqa: E731
    return replace(draft, medium=medium, name=f"{draft.name}-{kind}", after=[*draft.after, step])


def make(chosen: Sequence[Draft]) -> list[Made]:
    """Make the files of drafts."""
    made = []
    for draft, pdf in zip(chosen, render_all(chosen), strict=True):
        rng, content = seeded(f"file-{draft.name}"), pdf
        for step in draft.after:
            content = step(content, rng)
        suffix = draft.suffix if draft.suffix != ".pdf" else _suffix(content)
        made.append(Made(f"{draft.name}{suffix}", content, draft))
    return made


def _suffix(content: bytes) -> str:
    return ".png" if content.startswith(b"\x89PNG") else ".jpg" if content.startswith(b"\xff\xd8") else ".pdf"
