"""What goes wrong is said in plain words: wrong documents, other people's pages, a used launch."""

from __future__ import annotations

import pytest
import story
from playwright.sync_api import expect
from story import APPLY, REVIEW, Demo, Opener, Visitor

pytestmark = pytest.mark.browser

# For each wrong document the words that a teacher must read beside it.
WORDS = {
    "too-old-by-a-day.pdf": "too old",
    "another-person.pdf": "The name on it is Matteo Rinaldi-Bianchi; yours here is Þóra Guðmundsdóttir.",
    "label-without-note.pdf": "The note that this label can be used in the application for a digital competencies certificate is not on it.",
    "same-course-once.pdf": "Another of your documents already counts for MOOC 1",
    "protected.pdf": "This file is protected by a password.",
    "photo.jpg": "This is a picture: a person will read it.",
}


def test_the_wrong_documents_are_refused_in_plain_words(demo: Demo, browser: Opener) -> None:
    teacher = Visitor.arrive(demo, browser(), "5")
    documents = teacher.documents("wrong")
    tool = teacher.open(APPLY, "frame")
    story.drop(tool, documents)
    story.wait_until_read(tool, len(documents))
    for name, words in WORDS.items():
        expect(tool.locator("#live-list .item", has_text=name)).to_contain_text(words)
    expect(tool.locator("#submit-form button")).to_be_disabled()
    expect(tool.locator("#why-not")).to_contain_text("MOOC 6")
    story.remove_all(tool)
    assert story.found(tool) == []


def test_going_back_to_a_used_launch_is_the_lms_s_404(demo: Demo, browser: Opener) -> None:
    teacher = Visitor.arrive(demo, browser(), "7")
    sent: list[str] = []
    teacher.context.on("request", lambda request: sent.append(request.url) if "/mod/lti/auth.php" in request.url else None)
    teacher.open(APPLY, "window")
    assert len(sent) == 1
    page = teacher.context.new_page()
    page.goto(sent[0])
    expect(page.locator("h1")).to_contain_text("404")


def test_a_teacher_has_no_way_to_the_desk(demo: Demo, browser: Opener) -> None:
    teacher = Visitor.arrive(demo, browser(), "7")
    window = teacher.open(APPLY, "window")
    answer = window.goto(f"{demo.tool_url}/review")
    assert answer
    assert answer.status in {403, 404}
    staff = Visitor.arrive(demo, browser(), "3").open(REVIEW, "window")
    expect(staff.locator("h1")).to_be_visible()


def test_a_page_of_the_tool_without_a_launch_says_what_to_do(demo: Demo, browser: Opener) -> None:
    page = browser().new_page()
    answer = page.goto(f"{demo.tool_url}/apply")
    assert answer
    assert 400 <= answer.status < 500
    expect(page.locator("main")).to_contain_text("course")


def test_from_the_frame_into_a_window_by_a_ticket_that_opens_once(demo: Demo, browser: Opener) -> None:
    teacher = Visitor.arrive(demo, browser(), "6")
    frame = teacher.open(APPLY, "frame")
    # The frame's cookie lives in the LMS's partition: by itself a window knows nobody.
    alone = teacher.context.new_page()
    answer = alone.goto(f"{demo.tool_url}/apply")
    assert answer
    assert answer.status == 403
    tickets: list[str] = []
    teacher.context.on("request", lambda request: tickets.append(request.url) if "/enter/" in request.url else None)
    with teacher.context.expect_page() as opening:
        frame.locator('form[action$="/window"] button').click()
    window = opening.value
    window.wait_for_url(f"{demo.tool_url}/apply")
    expect(window.locator("#live-list h3").first).to_be_visible()
    assert len(tickets) == 1
    stranger = browser().new_page()
    answer = stranger.goto(tickets[0])
    assert answer
    assert 400 <= answer.status < 500
    expect(stranger.locator("main")).not_to_contain_text("Παπαδοπούλου")
