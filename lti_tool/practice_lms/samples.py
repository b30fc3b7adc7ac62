"""Downloads of the signed-in teacher's sample documents."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template

from lti_tool.practice_lms import documents
from lti_tool.practice_lms.people import Kind, Person
from lti_tool.practice_lms.signing_in import signed_in

blueprint = Blueprint("samples", __name__, url_prefix="/documents")


@blueprint.get("")
def index() -> str:
    """List both sets."""
    person = signed_in()
    sets = {name: documents.samples(name) for name in documents.SETS} if person.kind is Kind.TEACHER else {}
    return render_template("practice_lms/documents.html", sets=sets)


@blueprint.get("/<set_name>/<file>")
def one(set_name: str, file: str) -> Response:
    """Make one document."""
    person = _teacher()
    sample = documents.find(set_name, file)
    if sample is None:
        abort(404)
    return _download(documents.make(sample, person), sample.media_type, sample.file)


@blueprint.get("/<any(right, wrong):set_name>.zip")
def archive(set_name: str) -> Response:
    """Make a whole set."""
    person = _teacher()
    return _download(documents.zipped(set_name, person), "application/zip", f"{set_name}-documents-{person.username}.zip")


def _teacher() -> Person:
    person = signed_in()
    if person.kind is not Kind.TEACHER:
        abort(404)
    return person


def _download(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, mimetype=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"})
