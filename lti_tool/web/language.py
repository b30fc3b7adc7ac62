"""Which language a page speaks, and its words; the only module that knows Flask-Babel."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from functools import cache, lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import flask_babel  # type: ignore[import-untyped]  # ships no py.typed
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from flask import Flask, g, has_app_context, request, session
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from lti_tool.launch.visit import Visit
from lti_tool.web.places import TRANSLATIONS

SOURCE: Final = "en"
# Bidirectional classes that turn the direction of writing (UAX #9).
_TURNING: Final = frozenset({"R", "AL", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI"})
LONGEST_TAG: Final = 35
# `Accept-Language` lists are read this far and no further.
LONGEST_HEADER: Final = 500


@cache
def offered() -> tuple[str, ...]:
    """Return the languages that there are words for, the source first."""
    shipped = sorted(folder.parent.parent.name for folder in TRANSLATIONS.glob("*/LC_MESSAGES/messages.mo"))
    return (SOURCE, *(name for name in shipped if name != SOURCE))


def known(tag: str | None) -> str | None:
    """Return the offered language that a BCP 47 tag or POSIX name asks for, or None; never opens what it is given."""
    if not tag or len(tag) > LONGEST_TAG:
        return None
    primary = tag.replace("_", "-").split("-", 1)[0].lower()
    return primary if primary in offered() else None


def current_language() -> str:
    """Return the language of this answer, a BCP 47 tag."""
    return str(flask_babel.get_locale()).replace("_", "-")


def choose() -> str:
    """Return this request's language: asked for in the address, chosen before, the visit's, the browser's, English."""
    if request.blueprint == "api":
        # Programs have no session, and are not known by one that their user's browser may have.
        return of_stranger(request.args.get("language", ""), request.headers.get("Accept-Language", ""))
    visit: Visit | None = g.get("visit")
    asked = (request.args.get("language"), session.get("language"), visit.locale if visit else None)
    for tag in asked:
        if found := known(tag):
            return found
    return _from_browser(request.headers.get("Accept-Language", "")) or SOURCE


def of_stranger(asked: str, accepted: str) -> str:
    """Return the language for somebody without a session: asked for in the address, the browser's (its `Accept-Language`), English."""
    return known(asked) or _from_browser(accepted) or SOURCE


def _from_browser(accepted: str) -> str | None:
    return None if len(accepted) > LONGEST_HEADER else _first_known(accepted, offered())


# Browsers send the same few lists all the time.
@lru_cache(maxsize=1024)
def _first_known(accepted: str, _offered: tuple[str, ...]) -> str | None:
    listed = parse_accept_header(accepted, LanguageAccept)
    return next((found for tag in listed.values() if (found := known(tag))), None)


def own_name(tag: str) -> str:
    """Return a language's name in that language, for example ``Ελληνικά``."""
    try:
        return str(Locale.parse(tag).get_display_name(tag) or tag).capitalize()
    except (ValueError, UnknownLocaleError):
        return tag


def language_name(tag: str) -> str:
    """Return a language's name in the reader's language, for example ``Greek``; a tag that nobody knows stays as it is."""
    try:
        return str(Locale.parse(tag, sep="-").get_display_name(current_language().replace("-", "_")) or tag)
    except (ValueError, UnknownLocaleError):
        return tag


def gettext(message: str) -> str:
    """Translate a sentence that stands in the code."""
    return _in_context(message) if has_app_context() else message


def _in_context(message: str) -> str:
    # A page has a hundred sentences: its language is found once, where the library would find it for each of them.
    if "words" not in g:
        g.words = flask_babel.get_translations()
    return str(g.words.ugettext(message))


def translated(message: str, details: Mapping[str, Any] | None = None) -> str:
    """Translate a sentence that stands in a data file and fill its `{placeholders}`; unknown ones become an ellipsis."""
    text = gettext(message) if message else ""
    return text.format_map(_Lenient({name: isolated(str(value)) for name, value in (details or {}).items()}))


def isolated(value: str) -> str:
    """Keep the writing direction of a value from turning the sentence around it (Unicode FSI … PDI); plain values stay as they are."""
    turns = any(unicodedata.bidirectional(character) in _TURNING for character in value)
    return f"\u2068{value}\u2069" if turns else value


class _Lenient(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def day(value: date | datetime) -> str:
    """Write a day as the reader's language does, with the month as a word so that nobody mixes up day and month."""
    return _day_in(current_language(), value)


def _day_in(tag: str, value: date | datetime) -> str:
    return str(format_date(value, "d MMM y" if _spells_plainly(tag) else "medium", locale=tag.replace("-", "_")))


def long_day(value: date | datetime) -> str:
    """Write a day in full, for sentences."""
    return long_day_in(current_language(), value)


def long_day_in(tag: str, value: date | datetime) -> str:
    """Write a day in full in a language, for whoever has no request."""
    return str(format_date(value, "d MMMM y" if _spells_plainly(tag) else "long", locale=tag.replace("-", "_")))


def moment(value: datetime, zone: str) -> str:
    """Write an instant as the clocks of the tenant's time zone show it, with the zone's name; `zone` holds where the tenant names none.

    Only what is shown follows the tenant. The days of the rules, such as the day of application and the two years that a document
    counts, are days in the scheme's time zone (design rule 3).
    """
    return moment_in(current_language(), value, _zone(zone))


def moment_in(tag: str, value: datetime, zone: tzinfo) -> str:
    """Write an instant in a language as the clocks of a time zone show it, for whoever has no request."""
    local = value.astimezone(zone)
    return f"{_day_in(tag, local)}, {format_time(local, 'HH:mm', locale=tag.replace('-', '_'))} {local.tzname()}"


def _zone(fallback: str) -> ZoneInfo:
    visit: Visit | None = g.get("visit")
    try:
        return ZoneInfo(visit.time_zone if visit and visit.time_zone else fallback)
    except (ZoneInfoNotFoundError, ValueError):
        # This machine's table of zones may lack one that another machine's has.
        return ZoneInfo(fallback)


def _spells_plainly(tag: str) -> bool:
    return tag.split("-", 1)[0] == "en"


def init_app(app: Flask) -> None:
    """Give templates their words, dates and the list of languages."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    flask_babel.Babel(app, locale_selector=choose)
    app.jinja_env.install_gettext_callables(gettext, flask_babel.ngettext, newstyle=True)  # type: ignore[attr-defined]  # by its extension
    app.jinja_env.filters.update(day=day, long_day=long_day, moment=moment, translated=translated, language_name=language_name)

    @app.context_processor
    def _languages() -> dict[str, object]:
        locale = flask_babel.get_locale()
        return {
            "language": str(locale).replace("_", "-"),
            "direction": locale.text_direction,
            "languages": {tag: own_name(tag) for tag in offered()},
        }

    @app.before_request
    def _remember() -> None:
        # Only in a session that is there already: a reader of a public page gets no cookie for choosing a language.
        if session and (found := known(request.args.get("language"))):
            session["language"] = found
