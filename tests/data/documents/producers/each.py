"""Every paper by the program it was meant for; where that is not installed, by typst."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from documents.producers import chromium_pages, libreoffice_pages, reportlab_pages, typst_pages
from documents.truth import Draft, seeded

# How often each is chosen, of a hundred.
SHARES = {"typst": 35, "reportlab": 35, "chromium": 20, "libreoffice": 10}


def any_producer(rng: Random, *, quick: bool = False) -> str:
    """Choose a program; a `quick` one takes no time to start."""
    names = ("typst", "reportlab") if quick else tuple(SHARES)
    return rng.choices(names, [SHARES[name] for name in names])[0]


def render_all(drafts: Sequence[Draft]) -> list[bytes]:
    """Return the PDF of each draft, before anything is done to it."""
    found: dict[int, bytes] = {}
    for name, module in (("chromium", chromium_pages), ("libreoffice", libreoffice_pages)):
        # Writer has no simple way to a watermark.
        chosen = [index for index, draft in enumerate(drafts) if draft.producer == name and not (name == "libreoffice" and draft.style.watermark)]
        if chosen and module.there():
            files = module.render_all([(drafts[index].paper, drafts[index].style) for index in chosen])
            found.update(zip(chosen, files, strict=True))
    for index, draft in enumerate(drafts):
        if index not in found and draft.producer == "reportlab":
            found[index] = reportlab_pages.render(draft.paper, draft.style, seeded(draft.name))
        elif index not in found:
            found[index] = typst_pages.render(draft.paper, draft.style)
    return [found[index] for index in range(len(drafts))]
