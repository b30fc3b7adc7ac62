"""From an invitation to an activity, as an administrator and a teacher do it in Moodle's manner: register, activate, switch on, select content."""

from __future__ import annotations

import json

import pytest
import story
from playwright.sync_api import Page, expect
from story import PATIENCE, Demo, Frame, Opener, Visitor

pytestmark = pytest.mark.browser

ADMINISTRATOR, STAFF, TEACHER = "2", "3", "5"
NAME = "Sealwright (Example Academy)"


def invitation(demo: Demo) -> str:
    ended = demo.run("lms", "invite", "--approve", "--label", "Oakfield Learning", "--json")
    assert ended.returncode == 0, ended.stderr
    return str(json.loads(ended.stdout)["address"])


def pasted(administrator: Visitor, address: str, choice: str) -> Frame:
    """Paste an address, choose between updating and adding; return the tool's page in the frame."""
    page = administrator.page
    page.goto(f"{administrator.demo.lms_url}/mod/lti/toolconfigure.php")
    page.fill("#url", address)
    page.get_by_role("button", name="Add LTI Advantage").click()
    page.get_by_role("link", name=choice).click()
    frame = administrator.in_frame("#registration")
    frame.wait_for_url(lambda url: url.startswith(administrator.demo.tool_url), timeout=PATIENCE)
    return frame


def registered(administrator: Visitor, tool: Frame) -> None:
    """Agree, and close the frame from within."""
    tool.get_by_role("button", name="Register").click()
    expect(tool.locator("main")).to_contain_text("Client ID", timeout=PATIENCE)
    tool.get_by_role("button", name="Close and go back").click()
    administrator.page.wait_for_url("**/mod/lti/toolconfigure.php")


def select(page: Page, demo: Demo) -> Frame:
    """Open the tool's choice of links in the form of a new activity."""
    page.locator("summary", has_text="Select content").click()
    frame = page.locator("iframe.tool").element_handle().content_frame()
    assert frame
    frame.wait_for_url(f"{demo.tool_url}/choose", timeout=PATIENCE)
    return frame


def test_from_an_invitation_to_an_activity(demo: Demo, browser: Opener) -> None:
    administrator = Visitor.arrive(demo, browser(), ADMINISTRATOR)
    tool = pasted(administrator, invitation(demo), "Register as a new tool")
    registered(administrator, tool)
    card = administrator.page.locator("li.activity", has_text=NAME)
    expect(card).to_contain_text("Pending")
    staff = Visitor.arrive(demo, browser(), STAFF)
    add = staff.page.get_by_role("link", name=f"Add an activity: {NAME}")
    expect(add).to_have_count(0)
    card.get_by_role("button", name="Activate").click()
    expect(administrator.page.locator("li.activity", has_text=NAME)).to_contain_text("Active")
    staff.page.reload()
    expect(add).to_have_count(0)
    staff.page.get_by_role("link", name="LTI External tools").click()
    staff.page.locator("li.activity", has_text=NAME).get_by_role("button", name="Show in activity chooser").click()
    staff.page.get_by_role("link", name="Back to the course").click()
    add.click()
    # One choice fills the form; it is graded because the tool says so.
    choices = select(staff.page, demo)
    choices.get_by_role("button", name="Put into the course").click()
    expect(staff.page.locator("main")).to_contain_text("This is what you chose", timeout=PATIENCE)
    expect(staff.page.locator("#graded")).to_be_checked()
    expect(staff.page.locator("#custom")).not_to_be_empty()
    title = staff.page.locator("#name").input_value()
    staff.page.get_by_role("button", name="Save and return").click()
    teacher = Visitor.arrive(demo, browser(), TEACHER)
    teacher.page.locator("li.activity", has_text=title).get_by_role("link", name="Open here").click()
    inside = teacher.in_frame()
    inside.wait_for_url(f"{demo.tool_url}/apply", timeout=PATIENCE)
    expect(inside.locator("body")).to_contain_text("Þóra Guðmundsdóttir")


def test_an_invitation_opens_once(demo: Demo, browser: Opener) -> None:
    administrator = Visitor.arrive(demo, browser(), ADMINISTRATOR)
    address = invitation(demo)
    registered(administrator, pasted(administrator, address, "Register as a new tool"))
    again = pasted(administrator, address, "Register as a new tool")
    expect(again.locator("main")).to_be_visible(timeout=PATIENCE)
    assert again.get_by_role("button", name="Register").count() == 0


def test_registering_again_updates(demo: Demo, browser: Opener) -> None:
    administrator = Visitor.arrive(demo, browser(), ADMINISTRATOR)
    tool = pasted(administrator, invitation(demo), "Update Sealwright (practice-lms-client)")
    registered(administrator, tool)
    # Client id and deployment stay, and so do the links of the course.
    card = administrator.page.locator('li[data-tool="1"]')
    expect(card).to_contain_text("Active")
    card.locator("summary").click()
    expect(card).to_contain_text("practice-lms-client")
    Visitor.arrive(demo, browser(), TEACHER).open(story.APPLY, "frame")


def test_several_choices_become_activities_and_a_copied_course_keeps_them(demo: Demo, browser: Opener) -> None:
    staff = Visitor.arrive(demo, browser(), STAFF)
    staff.page.goto(f"{demo.lms_url}/course/modedit.php?course=2&tool=1")
    choices = select(staff.page, demo)
    for box in choices.locator('input[name="chosen"]').all()[:2]:
        box.check()
    choices.get_by_role("button", name="Put into the course").click()
    expect(staff.page.locator("main")).to_contain_text("links are in the course now", timeout=PATIENCE)
    staff.page.get_by_role("button", name="Copy this course").click()
    expect(staff.page.locator("h1")).to_have_text("Apply for your certificate (copy)")
    staff.page.locator("ol li.activity").last.get_by_role("link", name="Open here").click()
    inside = staff.in_frame()
    inside.wait_for_url(lambda url: url.startswith(demo.tool_url) and "/lti/" not in url, timeout=PATIENCE)
    expect(inside.locator("main")).to_be_visible()


def test_grade_analysis_opens_one_person_s_application(demo: Demo, browser: Opener) -> None:
    staff = Visitor.arrive(demo, browser(), STAFF)
    staff.page.goto(f"{demo.lms_url}/grade/report.php")
    staff.page.locator('tr[data-person="8"] a.analysis').first.click()
    inside = staff.in_frame()
    inside.wait_for_url(f"{demo.tool_url}/submission**", timeout=PATIENCE)
    expect(inside.locator("main")).to_contain_text("Nothing was submitted yet")
