"""Files in parts over HTTP: who may, with which token, and what a program reads in the answers (threats U13 and U14)."""

from __future__ import annotations

import io

import pytest

from lti_tool.evidence import dossiers
from lti_tool.evidence.resuming import LEAST_PART, MOST_PART
from lti_tool.files import sha256
from lti_tool.launch.visit import Role

CONTENT = b"%PDF-1.7\n" + bytes(range(256)) * 700
PARTIAL = "application/partial-upload"
JSON = {"Accept": "application/json"}


def begin(guest, application=None, **more):
    fields = {**guest.token(), "name": "scan.pdf", "size": str(len(CONTENT)), "sha256": sha256(CONTENT), **more}
    return guest.client.post(f"/apply/{application or guest.application}/uploads", data=fields, headers=JSON)


def part(guest, address, offset, content, **headers):
    token = guest.token()
    sent = {"X-CSRFToken": token["csrf_token"], "X-Visit": token["visit"], "Upload-Offset": str(offset), "Content-Type": PARTIAL, **JSON, **headers}
    return guest.client.patch(address, data=content, headers={name: value for name, value in sent.items() if value})


def test_a_file_in_parts_is_the_same_file(house):
    anna = house.arrive()
    begun = begin(anna)
    address = begun.headers["Location"]
    assert (begun.status_code, begun.headers["Upload-Offset"], begun.headers["Upload-Complete"]) == (201, "0", "?0")
    assert begun.headers["Upload-Limit"] == f"max-append-size={MOST_PART}, min-append-size={LEAST_PART}, max-age=86400"
    assert part(anna, address, 0, CONTENT[:LEAST_PART]).headers["Upload-Offset"] == str(LEAST_PART)
    for asked in (anna.client.head(address), anna.client.get(address)):
        assert (asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == (str(LEAST_PART), str(len(CONTENT)))
        assert asked.headers["Cache-Control"] == "no-store"
    done = part(anna, address, LEAST_PART, CONTENT[LEAST_PART:])
    (document,) = dossiers.view(house.installation, anna.visit, anna.application).documents
    assert (done.headers["Upload-Complete"], done.json["document"]) == ("?1", document.id)
    assert house.installation.files.get(document.sha256) == CONTENT
    # Chosen again, not one byte needs to be sent.
    assert begin(anna).json == {"address": None, "offset": len(CONTENT), "document": document.id}


def test_a_wrong_offset_is_told_and_harms_nothing(house):
    anna = house.arrive()
    address = begin(anna).headers["Location"]
    refused = part(anna, address, LEAST_PART, CONTENT[LEAST_PART:])
    assert (refused.status_code, refused.json["code"]) == (409, "upload-offset")
    assert anna.client.head(address).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"X-CSRFToken": ""}, "form-outdated"),
        ({"X-CSRFToken": "made-up"}, "form-outdated"),
        ({"X-Visit": ""}, "other-visitor"),
        ({"X-Visit": "made-up"}, "other-visitor"),
        ({"Origin": "https://evil.example"}, "form-from-elsewhere"),
        ({"Upload-Offset": ""}, "bad-request"),
        ({"Upload-Offset": "-1"}, "bad-request"),
        ({"Upload-Offset": "0x0"}, "bad-request"),
        ({"Content-Type": "application/octet-stream"}, "bad-request"),
    ],
)
def test_a_forged_or_broken_part_is_refused(house, headers, code):
    anna = house.arrive()
    address = begin(anna).headers["Location"]
    refused = part(anna, address, 0, CONTENT[:LEAST_PART], **headers)
    assert refused.json["code"] == code
    assert anna.client.head(address).headers["Upload-Offset"] == "0"


def test_a_form_cannot_send_a_part(house):
    """What another site's page could send without asking the browser first: a form, by POST."""
    anna = house.arrive()
    address = begin(anna).headers["Location"]
    assert anna.client.post(address, data={**anna.token(), "files": (io.BytesIO(CONTENT), "x.pdf")}).status_code == 405


@pytest.mark.parametrize("size", ["", "-5", "1e3", "9" * 13, "x"])
def test_a_size_that_is_none_is_refused(house, size):
    assert begin(house.arrive(), size=size).json["code"] == "bad-request"


def test_a_part_larger_than_allowed_is_refused_unread(house):
    anna = house.arrive()
    address = begin(anna, size=str(2 * MOST_PART), sha256="").headers["Location"]
    assert part(anna, address, 0, bytes(MOST_PART + 1)).status_code == 413
    assert anna.client.head(address).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize("state", ["submitted", "awarded"])
def test_after_submission_and_after_decision_nothing_is_taken(house, state):
    anna = house.arrive()
    address, application, token = begin(anna).headers["Location"], anna.application, anna.token()
    if state == "submitted":
        anna.submit()
    else:
        anna.certify()
    anna.token = lambda: token
    refused = [part(anna, address, 0, CONTENT[:LEAST_PART]), begin(anna, application)]
    assert [(each.status_code, each.json["code"]) for each in refused] == [(409, "application-closed")] * 2


def test_staff_who_may_see_a_file_may_not_send_one(house):
    anna, sam = house.arrive(), house.arrive("sam", role=Role.STAFF)
    address, application = begin(anna).headers["Location"], anna.submit()
    token = sam.token("/review")
    sam.token = lambda: token
    assert [each.status_code for each in (part(sam, address, 0, CONTENT[:LEAST_PART]), begin(sam, application))] == [404, 404]


def test_giving_up_forgets_what_came(house):
    anna = house.arrive()
    address = begin(anna).headers["Location"]
    part(anna, address, 0, CONTENT[:LEAST_PART])
    token = anna.token()
    headers = {"X-CSRFToken": token["csrf_token"], "X-Visit": token["visit"]}
    assert anna.client.delete(address, headers=headers).status_code == 204
    assert anna.client.head(address).status_code == 404
    assert list(house.installation.files.parts()) == []
