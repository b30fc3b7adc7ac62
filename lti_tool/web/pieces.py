"""One document, opened: the picture of its pages with the boxes of what was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from lti_tool.decision.submitting import findings_now
from lti_tool.evidence.dossiers import content, view
from lti_tool.evidence.intake import OPEN
from lti_tool.evidence.page_image import page_png
from lti_tool.evidence.reading import Place, Reading
from lti_tool.problem import Problem
from lti_tool.web.apply import scheme_of
from lti_tool.web.checklist import PieceRow, piece_row
from lti_tool.web.guard import current_visit, installation, tool_blueprint
from lti_tool.web.language import gettext as _

blueprint: Blueprint = tool_blueprint("pieces")
WIDTH = 1200
# A picture can do nothing in a browser, and this says so again.
PICTURE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Box:
    """A box on a page, in fractions of it; `attention` for something that stands against the document."""

    label: str
    left: float
    top: float
    width: float
    height: float
    attention: bool


@blueprint.get("/piece/<application_id>/<document_id>")
def piece(application_id: str, document_id: str) -> str:
    """Show a document's pages with what was read, to its owner and to those who review it."""
    application = view(installation(), current_visit(), application_id)
    scheme = scheme_of(application)
    row = piece_row(application, findings_now(installation(), application.id), scheme, document_id)
    if row is None:
        raise Problem("not-found")
    return render_template(
        "pages/piece.html",
        application=application,
        scheme=scheme,
        piece=row,
        pages=pages(row, installation().settings.max_pages),
        open=application.own and application.state in OPEN,
    )


@blueprint.get("/piece/<application_id>/<document_id>/<int:page>.png")
def picture(application_id: str, document_id: str, page: int) -> Response:
    """Return one page as pixels, drawn in a process of its own; the document itself is never served (design rule 7)."""
    _document, body = content(installation(), current_visit(), application_id, document_id)
    if not 1 <= page <= installation().settings.max_pages:
        raise Problem("page-not-shown")
    return png(page_png(body, page, WIDTH))


def png(pixels: bytes) -> Response:
    """Return a picture that a browser can do nothing with but show."""
    return Response(pixels, mimetype="image/png", headers={"Content-Security-Policy": PICTURE_POLICY})


def pages(row: PieceRow, most: int) -> list[tuple[int, list[Box]]]:
    """Return the document's pages, from 1, each with its boxes; one page for what could not be read."""
    boxes = list(_boxes(row))
    count = min(max(row.reading.pages if row.reading else 1, 1), most)
    return [(number, [box for page, box in boxes if page == number]) for number in range(1, count + 1)]


def _boxes(row: PieceRow) -> Iterator[tuple[int, Box]]:
    if row.reading:
        for label, place in _facts(row.reading):
            yield place.page, _box(label, place, attention=False)
    for said in row.complaints:
        if said.place:
            yield said.place.page, _box(said.seen, said.place, attention=True)


def _facts(reading: Reading) -> Iterator[tuple[str, Place]]:
    labelled = ((_("Title"), reading.title), (_("Holder"), reading.holder), (_("Date"), reading.issue_date), (_("Note"), reading.disclaimer))
    for label, fact in labelled:
        if fact is not None and fact.place is not None:
            yield label, fact.place


def _box(label: str, place: Place, *, attention: bool) -> Box:
    left, top, right, bottom = place.box
    return Box(label, left, top, max(right - left, 0.0), max(bottom - top, 0.0), attention)
