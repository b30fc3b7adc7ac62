"""The web application, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from flask import Flask
from flask_bootstrap import Bootstrap5
from werkzeug.middleware.proxy_fix import ProxyFix

from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.web import errors, guard, headers, kept, language, limits, logs, tokens
from lti_tool.web.configuration import configuration
from lti_tool.web.first_view import FirstView
from lti_tool.web.kept import KeptAnswers
from lti_tool.web.page_forms import FORMS, Forms
from lti_tool.web.places import STATIC, templates
from lti_tool.web.sessions import Sessions

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask_wtf.csrf import CSRFProtect

# Every module here has a `blueprint`.
ADMIN: Final = ("admin", "admin_platforms", "admin_connect", "admin_tenant", "admin_outbox", "operators")
PAGES: Final = (
    "apply",
    "uploading",
    "pieces",
    "final",
    "certificates",
    "review",
    "asking",
    "roster",
    "participation",
    "choose",
    "submission",
    "verify",
    "published",
    "public_log",
    "offline",
    "window",
    "home",
    "health",
    *ADMIN,
)
# The key of `app.extensions` under which a server finds a kept answer without a thread.
AGAIN: Final = "sealwright.again"
# Other sites post to these by design: the only routes without our CSRF token.
LAUNCH: Final = ("login", "message", "registering", "stored")
# Anybody's programs call these, from any site, and nothing here knows who asks.
OPEN: Final = ("api", "wallets")


class Tool(Flask):
    """Flask, told that nothing here is a coroutine: it would look at every function before each call."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function as it is."""
        return func


def create_app(installation: Installation) -> Flask:
    """Return the WSGI application that serves this installation."""
    app = Tool("lti_tool.web", static_folder=str(STATIC), template_folder=str(templates()))
    app.config.update(configuration(installation.settings, installation.secret))
    app.session_interface = Sessions(app)
    app.extensions["sealwright"] = installation
    # The order of these is the order in which a request is checked: size, rate, origin, token, visit.
    logs.init_app(app)
    within = limits.init_app(app, installation.settings)
    guard.init_app(app)
    csrf = tokens.init_app(app)
    language.init_app(app)
    headers.init_app(app, https=installation.settings.base_url.startswith("https://"))
    kept.init_app(app)
    errors.init_app(app)
    Bootstrap5(app)
    _add_blueprints(app, csrf)
    forms = app.extensions[FORMS] = Forms()
    answers, hops = KeptAnswers(app.wsgi_app, within, FirstView(installation, forms).page), installation.settings.proxy_hops
    app.extensions[AGAIN] = answers.again
    app.wsgi_app = _held_clock(_behind_proxies(answers, hops))  # type: ignore[assignment]  # as Flask documents it
    return app


def _add_blueprints(app: Flask, csrf: CSRFProtect) -> None:
    for name in PAGES:
        app.register_blueprint(import_module(f"lti_tool.web.{name}").blueprint)
    for route in tokens.PUBLIC:
        csrf.exempt(app.view_functions[route])
    for name in OPEN:
        blueprint = import_module(f"lti_tool.web.{name}").blueprint
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
    for name in LAUNCH:
        blueprint = import_module(f"lti_tool.launch.{name}").blueprint
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)


def _behind_proxies(inner: WSGIApplication, hops: int) -> WSGIApplication:
    """Believe exactly as many proxies as are there, about the caller's address and the scheme; never about the host (threat L25)."""
    return ProxyFix(inner, x_for=hops, x_proto=hops, x_host=0, x_port=0, x_prefix=0) if hops else inner


def _held_clock(inner: WSGIApplication) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """Give every request one reference time (design rule 3)."""

    def held(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with clock.held():
            return inner(environ, start_response)

    return held
