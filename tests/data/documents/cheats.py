"""Drafts whose file is tampered with, locked, broken or misnamed: a recipe makes the paper, a step spoils the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

from documents import files
from documents.course import course_page
from documents.days import oldest, written
from documents.paper import Paper
from documents.producers import typst_pages
from documents.recipes import Making, good_course, other_person
from documents.truth import EITHER, NEVER, Draft, Truth

Step = Callable[[bytes, Random], bytes]


def _then(draft: Draft, step: Step) -> Draft:
    return replace(draft, after=[*draft.after, step])


def hidden_name(making: Making) -> Draft:
    """Somebody else's certificate with the applicant's name where nobody sees it."""
    draft, applicant = other_person(making), making.person.applicant
    way = making.rng.choice(["white", "invisible", "tiny", "outside", "under"])
    lines = ["This is to certify that", f"{applicant.given} {applicant.family}"]
    return _then(draft, lambda pdf, rng: files.with_hidden(pdf, lines, way))


def hidden_date(making: Making) -> Draft:
    """Too old, with a fresh date where nobody sees it."""
    fresh = making.issued
    making.issued = oldest(making.day) - timedelta(days=making.rng.randrange(30, 600))
    made = making.course()
    line = making.words.one(making.rng, "issued", date=written(fresh, making.words, made.form))
    way = making.rng.choice(["white", "invisible", "tiny", "outside", "under"])
    return _then(making.of_course(made, NEVER), lambda pdf, rng: files.with_hidden(pdf, [line], way))


def hidden_note(making: Making) -> Draft:
    """A label without the note, which is there in white."""
    note = making.words.one(making.rng, "label.notes")
    way = making.rng.choice(["white", "invisible", "tiny", "under"])
    return _then(making.of_label(NEVER), lambda pdf, rng: files.with_hidden(pdf, [note], way))


def patched_date(making: Making) -> Draft:
    """Too old, with a fresh date pasted over the old one."""
    fresh, form = making.issued, making.rng.choice(["{d} {month} {y}", "{dd}.{mm}.{y}", "{dd}/{mm}/{y}"])
    making.issued = oldest(making.day) - timedelta(days=making.rng.randrange(30, 600))
    made = making.course(form=form, title="both")
    way = making.rng.choice(["page", "page", "annotation"])
    old, new = written(made.issued, making.words, form), written(fresh, making.words, form)
    draft = replace(making.of_course(made, NEVER), truth=Truth("mooc", NEVER))
    draft = replace(draft, style=replace(draft.style, align="left", hyphenate=False, columns=False))
    return _then(draft, lambda pdf, rng: files.patched(pdf, old, new, way))


def patched_name(making: Making) -> Draft:
    """Somebody else's certificate with the applicant's name pasted over theirs."""
    draft, applicant = other_person(making), making.person.applicant
    old = making.name
    draft = replace(draft, truth=Truth("mooc", NEVER), style=replace(draft.style, hyphenate=False))
    return _then(draft, lambda pdf, rng: files.patched(pdf, old, f"{applicant.given} {applicant.family}", "page"))


def false_layer(making: Making) -> Draft:
    """A picture of somebody else's certificate under a layer of words with the applicant's name."""
    own = making.course()
    draft = making.of_course(replace(own, name=making.rng.choice(making.person.others)), ("review", "reject"))
    words = typst_pages.render(Paper((course_page(making.rng, own),), making.language), draft.style)
    return _then(replace(draft, truth=Truth("mooc", ("review", "reject"))), lambda pdf, rng: files.searchable(pdf, words, rng))


def true_layer(making: Making) -> Draft:
    """A scan with its own words as an invisible layer, as good scanners make it."""
    draft = good_course(making)
    return _then(replace(draft, truth=replace(draft.truth, allowed=EITHER), medium="scan"), lambda pdf, rng: files.searchable(pdf, pdf, rng))


def locked(making: Making) -> Draft:
    draft = good_course(making)
    return _then(replace(draft, truth=Truth("unknown", ("review", "reject"))), lambda pdf, rng: files.locked(pdf))


def locked_to_changes(making: Making) -> Draft:
    return _then(good_course(making), lambda pdf, rng: files.locked(pdf, owner_only=True))


def truncated(making: Making) -> Draft:
    draft = replace(good_course(making), truth=Truth("unknown", ("review", "reject")))
    return _then(draft, lambda pdf, rng: pdf[: int(len(pdf) * rng.uniform(0.1, 0.6))])


def misnamed(making: Making) -> Draft:
    return replace(good_course(making), suffix=making.rng.choice([".jpg", ".png", ".docx", "", ".PDF.txt"]))


def not_a_document(making: Making) -> Draft:
    """A page of the web, an archive or nothing, called a PDF."""
    content = making.rng.choice([b"", b"<html><body>MOOC 3 certificate</body></html>", b"PK\x03\x04" + bytes(200), b"GIF89a" + bytes(80)])
    draft = replace(good_course(making), truth=Truth("unknown", NEVER))
    return _then(draft, lambda pdf, rng: content)


# Recipe, how often of a thousand.
CHEATS: dict[str, tuple[int, Callable[[Making], Draft]]] = {
    "hidden-name": (14, hidden_name),
    "hidden-date": (8, hidden_date),
    "hidden-note": (8, hidden_note),
    "patched-date": (14, patched_date),
    "patched-name": (8, patched_name),
    "false-layer": (10, false_layer),
}
FILES: dict[str, tuple[int, Callable[[Making], Draft]]] = {
    "true-layer": (6, true_layer),
    "locked": (6, locked),
    "locked-to-changes": (8, locked_to_changes),
    "truncated": (6, truncated),
    "misnamed": (8, misnamed),
    "not-a-document": (4, not_a_document),
}
