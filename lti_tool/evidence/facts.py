"""From a laid-out document to a `Reading`: kind, holder, date, note, numbers and doubts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.blanks import blank
from lti_tool.evidence.holder import holder, mixes_scripts
from lti_tool.evidence.issue_date import issue_date
from lti_tool.evidence.kinds import recognise
from lti_tool.evidence.layout import Document, place_of
from lti_tool.evidence.note import note
from lti_tool.evidence.numbers import numbers
from lti_tool.evidence.reading import Doubt, Kind, Reading
from lti_tool.evidence.vocabulary import vocabulary
from lti_tool.scheme.model import Scheme

# What a word broken over two lines may end in; anywhere else it hides.
_BREAK: Final = "\u00ad"
_JOINTS: Final = re.compile(r"[-‐‑–—/.,:;()\[\]|+&]")


def reading_of(document: Document, scheme: Scheme, *, sha256: str, media_type: str, doubts: Sequence[Doubt] = ()) -> Reading:
    """Return everything that is read from the visible text of a document; `doubts` are those of its making."""
    text = document.rows[0].words if document.rows else ()
    languages = vocabulary(scheme).spoken(text)
    words = vocabulary(scheme).speaking(languages)
    recognised = recognise(document, words)
    name, name_doubts = holder(document, words)
    issued, date_doubts = issue_date(document, words, languages)
    disclaimer, note_doubts = note(document, words, languages) if recognised.kind is Kind.NQL else (None, ())
    return Reading(
        sha256=sha256,
        media_type=media_type,
        pages=document.pages,
        kind=recognised.kind,
        kind_id=recognised.kind_id,
        mooc_no=recognised.number,
        title=recognised.title,
        holder=name,
        issue_date=issued,
        disclaimer=disclaimer,
        numbers=numbers(document, words),
        text_sha256=hashlib.sha256(" ".join(text).encode()).hexdigest() if len(text) >= 8 else None,
        doubts=(*doubts, *doubts_of_making(document), *recognised.doubts, *blank(document, words), *name_doubts, *date_doubts, *note_doubts),
    )


def doubts_of_making(document: Document) -> tuple[Doubt, ...]:
    """Return doubts about the text itself: hidden writing, letters of two scripts in one word, writing over other writing."""
    doubts: list[Doubt] = []
    hidden = [word for word in document.hidden if sum(character.isalnum() for character in word.text) >= 2]
    if hidden:
        first = [word for word in hidden if word.page == hidden[0].page]
        doubts.append(Doubt("hidden-text", " ".join(word.text for word in hidden)[:200], place_of(first)))
    written = [(word, word.text.rstrip(_BREAK)) for segment in document.segments for word in segment.words]
    # "e-Δάσκαλος" and "Код/Code" are two words, each in letters of its own.
    mixed = [word for word, text in written if mixes_scripts(text) and any(map(mixes_scripts, _JOINTS.split(text)))]
    if mixed:
        doubts.append(Doubt("mixed-script", mixed[0].text, place_of(mixed[:1])))
    return tuple(doubts)
