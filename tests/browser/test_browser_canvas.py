"""Canvas's manner, in a browser that blocks third-party cookies: one issuer, two clients, a deployment for every course."""

from __future__ import annotations

import re

import pytest
import story
from playwright.sync_api import expect
from story import APPLY, PATIENCE, Demo, Opener, Surface, Visitor

pytestmark = pytest.mark.browser

STAFF = "3"
EVENING, SCIENCE = "3", "4"
# The link for applying in each of these courses.
LINKS = {EVENING: "31", SCIENCE: "41"}
CLIENTS = {EVENING: "practice-lms-client", SCIENCE: "practice-lms-client-2"}


def approve(demo: Demo, client_id: str, deployment: str) -> None:
    lms = f"{demo.lms_url}/mod/lti"
    addresses = ("--auth-url", f"{lms}/auth.php", "--token-url", f"{lms}/token.php", "--jwks-url", f"{lms}/certs.php")
    ended = demo.run(
        "lms", "add", "--issuer", demo.lms_url, "--client-id", client_id, *addresses, "--deployment", deployment, "--reviewers", "course"
    )
    assert ended.returncode == 0, ended.stderr


def asked_to_wait(surface: Surface, client_id: str, course: str) -> str:
    """Read the page that a new place gets; return the deployment id that it shows."""
    expect(surface.locator("body")).to_contain_text(client_id, timeout=PATIENCE)
    found = re.search(rf"\b{course}:[0-9a-f]{{40}}\b", surface.locator("body").inner_text())
    assert found
    return found[0]


@pytest.mark.parametrize("course", [EVENING, SCIENCE], ids=["evening-first-client", "science-second-client"])
def test_a_new_course_waits_for_approval_shows_both_ids_and_then_works(canvas_demo: Demo, browser: Opener, course: str) -> None:
    demo, link, client_id = canvas_demo, LINKS[course], CLIENTS[course]
    teacher = Visitor.arrive(demo, browser(), "5" if course == EVENING else "7")
    # The first course is approved, and stays so whatever happens elsewhere.
    teacher.open(APPLY, "frame")
    deployment = asked_to_wait(teacher.try_to_open(link, "frame", course), client_id, course)
    assert asked_to_wait(teacher.try_to_open(link, "window", course), client_id, course) == deployment
    approve(demo, client_id, deployment)
    documents = teacher.documents("right")
    tool = teacher.open(link, "frame", course)
    story.drop(tool, documents)
    story.wait_until_read(tool, 7)
    story.declare(tool)
    story.submit(tool)
    story.certificate(tool)
    story.until(lambda: bool(demo.scores(teacher.person)), "a score arrives at the LMS")
    assert teacher.grade(course) == "100.00 of 100"
    # Told not to, the score made no submission; and the same person has nothing in the first course.
    expect(teacher.page.locator("main")).not_to_contain_text("Submissions made by scores")
    assert teacher.grade() == "–"
    first = teacher.open(APPLY, "frame")
    assert first.locator("section.certificate").count() == 0


def test_whoever_learns_here_reviews_nothing_in_spite_of_roles_elsewhere(canvas_demo: Demo, browser: Opener) -> None:
    staff = Visitor.arrive(canvas_demo, browser(), STAFF)
    # A member of staff finds the deployment id without a launch that fails.
    staff.page.goto(f"{canvas_demo.lms_url}/mod/lti/coursetools.php?id={SCIENCE}")
    approve(canvas_demo, CLIENTS[SCIENCE], staff.page.locator('[data-tool="2"] code').inner_text())
    window = story.page_of(staff.open(LINKS[SCIENCE], "window", SCIENCE))
    assert window.url == f"{canvas_demo.tool_url}/apply"
    answer = window.goto(f"{canvas_demo.tool_url}/review")
    assert answer
    assert answer.status in {403, 404}
    desk = staff.open(story.REVIEW, "window")
    assert desk.url == f"{canvas_demo.tool_url}/review"


def test_the_page_around_the_tool_keeps_things_for_it(canvas_demo: Demo, browser: Opener) -> None:
    teacher = Visitor.arrive(canvas_demo, browser(), "6")
    tool = teacher.open(APPLY, "frame")
    asked = tool.evaluate(
        """async lms => {
            const answers = [];
            addEventListener("message", event => answers.push([event.origin, event.data]));
            const frame = parent.frames["post_message_forwarding"];
            parent.postMessage({subject: "lti.capabilities", message_id: "1"}, lms);
            frame.postMessage({subject: "lti.put_data", message_id: "2", key: "state", value: "kept"}, lms);
            frame.postMessage({subject: "lti.get_data", message_id: "3", key: "state"}, lms);
            frame.postMessage({subject: "lti.get_data", message_id: "4", key: "other"}, lms);
            frame.postMessage({subject: "lti.put_data", message_id: "5", key: "", value: "x"}, lms);
            parent.postMessage({subject: "lti.put_data", message_id: "6", key: "a", value: "b"}, lms);
            frame.postMessage({subject: "lti.get_data", message_id: "7", key: "state"}, "https://elsewhere.example");
            await new Promise(resolve => setTimeout(resolve, 500));
            return answers;
        }""",
        canvas_demo.lms_url,
    )
    assert {origin for origin, _ in asked} == {canvas_demo.lms_url}
    answers = {answer["message_id"]: answer for _, answer in asked}
    assert set(answers) == {"1", "2", "3", "4", "5"}
    offered = {message["subject"]: message.get("frame") for message in answers["1"]["supported_messages"]}
    assert offered == {"lti.capabilities": None, "lti.put_data": "post_message_forwarding", "lti.get_data": "post_message_forwarding"}
    assert answers["2"] == {"subject": "lti.put_data.response", "message_id": "2", "key": "state", "value": "kept"}
    assert (answers["3"]["value"], answers["4"]["value"]) == ("kept", None)
    assert answers["5"]["error"]["code"] == "bad_request"
