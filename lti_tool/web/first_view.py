"""A certificate's page for the first who asks, without the application: the verdict is made anew, the page is a form filled in.

The application has to have given a page of the same kind before, to somebody without a cookie, in the same language; its headers are
used again. Whatever is different, and every error, is left to the application.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from werkzeug.http import generate_etag, quote_etag

from lti_tool.installation import Installation
from lti_tool.issuing.number import parse
from lti_tool.verification.numbers import verify_number
from lti_tool.web.asked import Asked
from lti_tool.web.page_forms import Form, Forms, kind_of, places_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ROUTE: Final = "verify.certificate"
_PATH: Final = "/c/"
_FORM: Final = "sealwright.form"
_OF_ONE_PAGE: Final = frozenset({"content-length", "etag"})

# Headers, body and tag of an answer with status 200.
Page = tuple[list[tuple[str, str]], bytes, str]


class FirstView:
    """Makes pages of forms that the application has made."""

    def __init__(self, installation: Installation, forms: Forms) -> None:
        self._installation = installation
        self._forms = forms

    def page(self, asked: Asked) -> Page | None:
        """Return the page that is asked for, or None if the application has to make it."""
        if asked.method != "GET" or not asked.path.startswith(_PATH) or asked.path.endswith(".json"):
            return None
        try:
            return self._page(asked.path.removeprefix(_PATH), asked.language)
        except Exception:
            return None

    def _page(self, typed: str, language: str) -> Page | None:
        verdict, number = verify_number(self._installation, typed), parse(typed)
        form = self._forms.of(kind_of(verdict, number, language))
        if form is None or form.headers is None:
            return None
        body = form.filled(places_of(verdict, number, language))
        tag = generate_etag(body)
        return [*form.headers, ("Content-Length", str(len(body))), ("ETag", quote_etag(tag))], body, tag


def note(environ: WSGIEnvironment, form: Form) -> None:
    """Say of which form the answer to this request is."""
    environ[_FORM] = form


def learn(environ: WSGIEnvironment, headers: list[tuple[str, str]]) -> None:
    """Keep, for the form of this answer, what every answer of its kind has in its head: one that is for everybody."""
    form = environ.get(_FORM)
    if isinstance(form, Form):
        form.headers = [(name, value) for name, value in headers if name.lower() not in _OF_ONE_PAGE]
