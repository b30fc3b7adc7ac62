"""Open edX's own LTI consumer as a platform, in a process and an environment of its own: `python serve.py FOLDER`.

Prints its address as the first line. Besides the consumer's addresses under /api it answers five of ours under /control:
`registration` makes a platform entry for a tool, `launch` begins a launch, `scores` tells what the gradebook holds,
`items` what deep linking brought, `paths` lists what was asked for.
The parts of Open edX that hold courses, people and grades are not installed; `stand_in_for_courses` replaces them.
"""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django
from django.conf import settings


class Server(ThreadingMixIn, WSGIServer):
    """The platform fetches the tool's keys while the tool waits for its token, so one thread would not do."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        pass


class Counted:
    """Counts requests by path, so that tests see how often keys and tokens were asked for."""

    def __init__(self, inner):
        self.inner = inner
        self.paths = []

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/control/paths":
            start_response("200 OK", [("Content-Type", "application/json")])
            return [json.dumps(self.paths).encode()]
        self.paths.append(environ["PATH_INFO"])
        return self.inner(environ, start_response)


def configure(folder: Path, url: str) -> None:
    settings.configure(
        SECRET_KEY="test-only",
        DEBUG=True,
        ALLOWED_HOSTS=["*"],
        USE_TZ=True,
        ROOT_URLCONF=__name__,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "rest_framework",
            "waffle",
            "lti_consumer.apps.LTIConsumerApp",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "crum.CurrentRequestUserMiddleware",
            "edx_django_utils.cache.middleware.RequestCacheMiddleware",
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "open-edx.sqlite3"), "OPTIONS": {"timeout": 30}}},
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        USAGE_ID_PATTERN=r"(?P<usage_id>(?:i4x://?[^/]+/[^/]+/[^/]+/[^@]+(?:@[^/]+)?)|(?:[^/]+))",
        LMS_ROOT_URL=url,
        LMS_BASE=url.removeprefix("http://"),
        LTI_API_BASE=url,
        FEATURES={},
        PLATFORM_NAME="Open edX (test)",
        LEARNING_MICROFRONTEND_URL=url,
        REST_FRAMEWORK={"PAGE_SIZE": 10},
        STATIC_URL="/static/",
    )


PUBLISHED = []
PEOPLE = (("ana", "Ana Teacher", "student"), ("thora", "Þóra Guðmundsdóttir", "student"), ("stella", "Stella Staff", "staff"))


class Block:
    """An activity that is graded and still open; its gradebook is a list."""

    has_score = True
    accept_grades_past_due = True

    def __init__(self, location, published):
        self.scope_ids = types.SimpleNamespace(usage_id=location)
        self.published = published

    def is_past_due(self):
        return False

    def max_score(self):
        return 1

    def set_user_module_score(self, user, score, _most, comment):
        self.published.append([str(self.scope_ids.usage_id), user, score, comment])


def stand_in_for_courses(published):
    """Stand in for the rest of Open edX: the people of a course, their ids for tools, and the gradebook, which is a list."""
    from lti_consumer.plugin import compat, views

    compat.get_course_members = lambda _course: {
        number: {"id": number, "username": name, "email": f"{name}@example.org", "name": full, "roles": [role]}
        for number, (name, full, role) in enumerate(PEOPLE, 1)
    }
    compat.merge_course_forum_roles = lambda _course, _people: None
    compat.nrps_pii_disallowed = lambda: False
    compat.load_block_as_user = lambda location: Block(location, published)
    compat.get_user_from_external_user_id = lambda user_id: user_id
    compat.user_has_studio_write_access = lambda _user, _course: True
    views.get_lti_pii_sharing_state_for_course = lambda _course: True
    views.LtiNrpsContextMembershipViewSet.attach_external_user_ids = name_them


def name_them(_view, people):
    for person in people.values():
        person["external_id"] = f"external-{person['username']}"


def registration(request):
    """POST {"tool": URL}: one platform entry and one activity for a tool; answers what the tool's administrator types in."""
    from django.http import JsonResponse
    from lti_consumer.models import Lti1p3Passport, LtiConfiguration

    tool = json.loads(request.body)["tool"]
    passport = Lti1p3Passport.objects.create(name="Sealwright", lti_1p3_tool_keyset_url=f"{tool}/lti/jwks")
    activity = LtiConfiguration.objects.create(
        version="lti_1p3",
        config_store="CONFIG_ON_DB",
        lti_1p3_passport=passport,
        location=f"block-v1:edX+DC+2026+type@lti_consumer+block@b{passport.id}",
        lti_1p3_oidc_url=f"{tool}/lti/login",
        lti_1p3_launch_url=f"{tool}/lti/launch",
        lti_advantage_ags_mode="programmatic",
        lti_advantage_enable_nrps=True,
        lti_advantage_deep_linking_enabled=True,
        lti_advantage_deep_linking_launch_url=f"{tool}/lti/launch",
    )
    base = f"{settings.LMS_ROOT_URL}/api/lti_consumer/v1"
    return JsonResponse(
        {
            "activity": activity.id,
            "issuer": settings.LMS_ROOT_URL,
            "client_id": passport.lti_1p3_client_id,
            "auth_url": f"{base}/launch/",
            "token_url": f"{base}/token/{passport.passport_id}",
            "jwks_url": f"{base}/public_keysets/{passport.passport_id}",
            "deployment": "1",
        }
    )


def launch(request):
    """POST {"activity", "role", "user", "name", "custom", "deep", "item"}: answers the tool's login address that the browser opens."""
    from django.http import JsonResponse
    from lti_consumer.api import get_lti_1p3_launch_start_url
    from lti_consumer.data import Lti1p3LaunchData
    from lti_consumer.models import LtiAgsLineItem, LtiConfiguration

    asked = json.loads(request.body)
    activity = LtiConfiguration.objects.get(id=asked["activity"])
    location = str(activity.location)
    # With its own parts Open edX makes the activity's line item when a teacher adds the activity.
    item = {"lti_configuration": activity, "resource_link_id": activity.location, "label": "Certificate", "score_maximum": 1}
    LtiAgsLineItem.objects.get_or_create(lti_configuration=activity, defaults=item)
    data = Lti1p3LaunchData(
        user_id="42",
        user_role=asked["role"],
        config_id=activity.config_id,
        resource_link_id=location,
        external_user_id=asked["user"],
        name=asked["name"],
        email="ana@example.org",
        context_id="course-v1:edX+DC+2026",
        context_type=["course_offering"],
        context_title="Apply for your certificate",
        context_label="DC",
        custom_parameters=asked.get("custom") or {},
        launch_presentation_document_target="iframe",
    )
    chosen = {"dl_content_id": asked["item"]} if asked.get("item") else {}
    return JsonResponse({"address": get_lti_1p3_launch_start_url(data, deep_link_launch=bool(asked.get("deep")), **chosen)})


def items(request):
    """GET ?activity=: what deep linking put into an activity."""
    from django.http import JsonResponse
    from lti_consumer.models import LtiDlContentItem

    found = LtiDlContentItem.objects.filter(lti_configuration_id=request.GET["activity"]).order_by("id")
    return JsonResponse({"items": list(found.values("id", "content_type", "attributes"))})


def scores(request):
    """GET ?activity=: the scores that the consumer holds of an activity, and what it published to the gradebook."""
    from django.http import JsonResponse
    from lti_consumer.models import LtiAgsScore, LtiConfiguration

    activity = LtiConfiguration.objects.get(id=request.GET["activity"])
    found = LtiAgsScore.objects.filter(line_item__lti_configuration=activity).order_by("id")
    columns = ("user_id", "score_given", "score_maximum", "activity_progress", "grading_progress", "comment", "timestamp")
    return JsonResponse({"scores": list(found.values(*columns)), "published": [one[1:] for one in PUBLISHED if one[0] == str(activity.location)]})


def main() -> None:
    server = Server(("127.0.0.1", 0), Quiet)
    url = f"http://127.0.0.1:{server.server_port}"
    configure(Path(sys.argv[1]), url)
    django.setup()
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from django.urls import include, path
    from django.views.decorators.csrf import csrf_exempt

    call_command("migrate", verbosity=0)
    stand_in_for_courses(PUBLISHED)
    control = {"registration": registration, "launch": launch, "scores": scores, "items": items}
    urls = types.ModuleType("open_edx_urls")
    urls.urlpatterns = [path("api/", include("lti_consumer.plugin.urls"))]
    urls.urlpatterns += [path(f"control/{name}", csrf_exempt(view)) for name, view in control.items()]
    sys.modules["open_edx_urls"] = urls
    settings.ROOT_URLCONF = "open_edx_urls"
    server.set_app(Counted(get_wsgi_application()))
    print(url, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
