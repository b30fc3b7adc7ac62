"""Launch, score and roster against Open edX's own LTI consumer, through the whole tool."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from bs4 import BeautifulSoup
from click.testing import CliRunner
from open_edx_client import Browser, OpenEdx

from lti_tool import clock
from lti_tool.commands.main import sealwright
from lti_tool.installation import Installation
from lti_tool.launch.records import VisitRecord
from lti_tool.launch.roster import read_roster
from lti_tool.launch.services import send_score
from lti_tool.launch.visit import Activity, Role, Visit
from lti_tool.launch.visits import find_visit

pytestmark = pytest.mark.platform


@dataclass
class World:
    """An activity of the platform that opens our tool."""

    tool: Installation
    open_edx: OpenEdx
    activity: int

    def launch(self, web: requests.Session, **members: Any) -> requests.Response:
        page = web.get(self.open_edx.start(self.activity, **members), timeout=20)
        assert page.status_code == 200, page.text[:500]
        return self.submit(web, page)

    def submit(self, web: requests.Session, page: requests.Response) -> requests.Response:
        form = BeautifulSoup(page.text, "html.parser").find("form")
        assert form is not None, page.text[:500]
        fields = {str(one["name"]): str(one.get("value", "")) for one in form.find_all("input") if one.get("name")}
        return web.post(str(form["action"]), data=fields, headers={"Accept": "application/json"}, allow_redirects=False, timeout=20)

    def visit(self) -> Visit:
        with self.tool.database.read() as session:
            newest = sa.select(VisitRecord.id).order_by(VisitRecord.created_at.desc()).limit(1)
            return find_visit(session, session.scalars(newest).one())


@pytest.fixture
def world(tool: Installation, open_edx: OpenEdx) -> World:
    told = open_edx.register(tool.settings.base_url)
    activity = told.pop("activity")
    words = [word for name, value in told.items() for word in ("--" + name.replace("_", "-"), value)]
    environment = {"SEALWRIGHT_ALLOW_PRIVATE_HOSTS": "true", "SEALWRIGHT_BASE_URL": tool.settings.base_url}
    answer = CliRunner(env=environment).invoke(sealwright, ["--home", str(tool.settings.home), "lms", "add", "--family", "open-edx", *words])
    assert answer.exit_code == 0, answer.output
    return World(tool, open_edx, activity)


def test_a_teacher_arrives(world: World, web: requests.Session) -> None:
    answer = world.launch(web, name="Þóra Guðmundsdóttir", custom={"activity": "final"})
    assert (answer.status_code, answer.headers["Location"]) == (303, world.tool.settings.base_url + "/final")
    visit = world.visit()
    assert (visit.visitor.sub, visit.visitor.full_name) == ("external-ana", "Þóra Guðmundsdóttir")
    assert (visit.activity, visit.context_title, visit.in_frame) == (Activity.FINAL, "Apply for your certificate", True)
    assert visit.roles == {Role.TEACHER}
    assert visit.line_item is not None


# Open edX calls its course administrators instructors, and its instructors staff.
ROLES = {"student": {Role.TEACHER}, "guest": {Role.TEACHER}, "staff": {Role.STAFF}, "instructor": {Role.STAFF, Role.ADMINISTRATOR}}


@pytest.mark.parametrize(("role", "rights"), ROLES.items())
def test_roles_give_rights(role: str, rights: set[Role], world: World, web: requests.Session) -> None:
    answer = world.launch(web, role=role)
    assert answer.status_code == 303, answer.text
    assert world.visit().roles == rights


def test_the_same_answer_does_not_work_twice(world: World, web: requests.Session) -> None:
    page = web.get(world.open_edx.start(world.activity), timeout=20)
    cookies = web.cookies.copy()
    assert world.submit(web, page).status_code == 303
    web.cookies.update(cookies)
    again = world.submit(web, page)
    assert (again.status_code, again.json()["code"]) == (409, "already-used")


def test_a_score_arrives_once(world: World, web: requests.Session) -> None:
    world.launch(web)
    visit, at = world.visit(), clock.now()
    assert visit.line_item is not None
    score = (world.tool, visit.visitor.registration_id, visit.line_item, visit.visitor.sub)
    assert send_score(*score, at, 1, 1, "Awarded").kind == "sent"
    assert send_score(*score, at, 1, 1, "Awarded").kind == "already-there"
    assert send_score(*score, at - timedelta(days=1), 0, 1, "Old").kind == "already-there"
    (held,), published = world.open_edx.scores(world.activity)
    assert published == [["external-ana", 1, "Awarded"]]
    assert (held["user_id"], held["score_given"], held["score_maximum"], held["comment"]) == ("external-ana", 1, 1, "Awarded")
    assert (held["activity_progress"], held["grading_progress"]) == ("Completed", "FullyGraded")


def test_a_score_for_a_line_item_that_is_gone_is_refused(world: World, web: requests.Session) -> None:
    world.launch(web)
    visit = world.visit()
    assert visit.line_item is not None
    gone = visit.line_item.rstrip("0123456789") + "99999"
    answer = send_score(world.tool, visit.visitor.registration_id, gone, visit.visitor.sub, clock.now(), 1, 1, "")
    assert (answer.kind, answer.status) == ("refused", 404)


def test_a_link_that_was_chosen_opens_what_was_chosen(world: World, web: requests.Session) -> None:
    answer = world.launch(web, role="instructor", deep=True)
    assert (answer.status_code, answer.headers["Location"]) == (303, world.tool.settings.base_url + "/choose")
    page = web.get(answer.headers["Location"], timeout=20)
    form = BeautifulSoup(page.text, "html.parser").find("form")
    assert form is not None
    fields = {str(one["name"]): str(one["value"]) for one in form.find_all("input", type="hidden")}
    chosen = web.post(answer.headers["Location"], data={**fields, "chosen": "final-digital-competence"}, timeout=20)
    taken = world.submit(web, chosen)
    assert taken.status_code == 200, taken.text[:500]
    (item,) = world.open_edx.items(world.activity)
    assert item["content_type"] == "ltiResourceLink"
    assert item["attributes"]["url"] == world.tool.settings.base_url + "/lti/launch"
    with Browser() as learner:
        opened = world.launch(learner, user="external-thora", item=item["id"])
    assert opened.headers["Location"] == world.tool.settings.base_url + "/final"
    assert world.visit().link_id == item["attributes"]["custom"]["link"]


def test_the_roster_names_everybody(world: World, web: requests.Session) -> None:
    world.launch(web, role="instructor")
    visit = world.visit()
    assert visit.members_url is not None
    everybody = read_roster(world.tool, visit.visitor.registration_id, visit.members_url).members
    assert {(one.user_id, one.full_name) for one in everybody} >= {("external-ana", "Ana Teacher"), ("external-thora", "Þóra Guðmundsdóttir")}
    page_by_page = read_roster(world.tool, visit.visitor.registration_id, visit.members_url + "?limit=1").members
    assert page_by_page == everybody


def test_many_launches_and_grades_need_one_key_fetch_and_one_token(world: World) -> None:
    keys, tokens = world.open_edx.asked_for("/public_keysets/"), world.open_edx.asked_for("/token/")
    for number in range(3):
        with Browser() as web:
            assert world.launch(web, user=f"external-{number}").status_code == 303
    visit = world.visit()
    assert visit.line_item is not None
    for number in range(10):
        sent = send_score(world.tool, visit.visitor.registration_id, visit.line_item, f"external-{number}", clock.now(), 1, 1, "")
        assert sent.kind == "sent"
    assert len(world.open_edx.scores(world.activity)[1]) == 10
    assert world.open_edx.asked_for("/public_keysets/") - keys == 1
    assert world.open_edx.asked_for("/token/") - tokens == 1
