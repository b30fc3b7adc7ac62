"""Files that arrive in parts: cut, resumed, sent twice, by somebody else, never finished (threats U13 and U14)."""

from __future__ import annotations

import dataclasses
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from record_parts import Tenant, pdf_named, person, tenant, with_settings

from lti_tool import clock
from lti_tool.administration import retention
from lti_tool.evidence import dossiers, intake, resuming
from lti_tool.evidence.records import ApplicationRecord, UploadRecord
from lti_tool.evidence.resuming import LEAST_PART, Announced, At, Upload
from lti_tool.files import sha256
from lti_tool.installation import Installation
from lti_tool.launch.visit import Role, Visit
from lti_tool.problem import Problem

# Ten parts and a bit.
CONTENT = pdf_named("resumed") + random.Random(13).randbytes(10 * LEAST_PART)  # noqa: S311 - no secret
CUTS = [*range(0, len(CONTENT), LEAST_PART), len(CONTENT)]
PARTS = list(pairwise(CUTS))
FILE = Announced("scan.pdf", len(CONTENT), sha256(CONTENT))


@pytest.fixture
def where(tool: Installation) -> Tenant:
    return tenant(tool)


@pytest.fixture
def teacher(tool: Installation, where: Tenant) -> Visit:
    return person(tool, where)


@pytest.fixture
def application(tool: Installation, teacher: Visit) -> str:
    return intake.application_for(tool, teacher)


def send(tool: Installation, visit: Visit, at: At, parts: list[tuple[int, int]], content: bytes = CONTENT) -> Upload:
    for start, end in parts:
        upload = resuming.append(tool, visit, at, start, content[start:end])
    return upload


def stored(tool: Installation) -> list[str]:
    return list(tool.files.parts())


def refused(tool: Installation, visit: Visit, at: At, offset: int, part: bytes) -> str:
    with pytest.raises(Problem) as problem:
        resuming.append(tool, visit, at, offset, part)
    return problem.value.code


def test_cut_in_the_middle_and_resumed_it_is_the_same_file(either_tool: Installation) -> None:
    visit = person(either_tool, tenant(either_tool))
    application = intake.application_for(either_tool, visit)
    at = At(application, resuming.begin(either_tool, visit, application, FILE).id)
    half = len(PARTS) // 2
    assert send(either_tool, visit, at, PARTS[:half]).document_id is None
    # The page was left and comes back, in another serving process: the same file is known, and goes on.
    again = resuming.begin(either_tool, visit, application, FILE)
    assert (again.id, again.received) == (at.upload_id, PARTS[half][0])
    done = send(either_tool, visit, at, PARTS[half:])
    (document,) = dossiers.view(either_tool, visit, application).documents
    assert done.document_id == document.id
    assert (document.file_name, document.size) == ("scan.pdf", len(CONTENT))
    assert either_tool.files.get(document.sha256) == CONTENT
    assert stored(either_tool) == []


def test_a_lost_last_answer_can_be_asked_for_again(tool: Installation, teacher: Visit, application: str) -> None:
    at = At(application, resuming.begin(tool, teacher, application, FILE).id)
    done = send(tool, teacher, at, PARTS)
    assert resuming.look(tool, teacher, at) == done
    assert resuming.append(tool, teacher, at, len(CONTENT), b"") == done
    assert resuming.begin(tool, teacher, application, FILE).document_id == done.document_id
    assert len(dossiers.view(tool, teacher, application).documents) == 1


def test_a_part_sent_twice_or_too_far_counts_once(tool: Installation, teacher: Visit, application: str) -> None:
    at = At(application, resuming.begin(tool, teacher, application, FILE).id)
    send(tool, teacher, at, PARTS[:2])
    for start, end in (PARTS[0], PARTS[1], PARTS[3]):
        assert refused(tool, teacher, at, start, CONTENT[start:end]) == "upload-offset"
    assert resuming.look(tool, teacher, at).received == PARTS[2][0]
    assert len(stored(tool)) == 2


def test_of_ten_that_send_the_same_part_at_once_one_counts(either_tool: Installation) -> None:
    visit = person(either_tool, tenant(either_tool))
    application = intake.application_for(either_tool, visit)
    at = At(application, resuming.begin(either_tool, visit, application, FILE).id)

    def add(_: int) -> str:
        try:
            return str(resuming.append(either_tool, visit, at, 0, CONTENT[:LEAST_PART]).received)
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(add, range(10)))
    assert answers.count(str(LEAST_PART)) == 1
    assert answers.count("upload-offset") == 9
    assert len(stored(either_tool)) == 1
    send(either_tool, visit, at, PARTS[1:])
    assert either_tool.files.get(dossiers.view(either_tool, visit, application).documents[0].sha256) == CONTENT


def test_parts_that_are_too_small_too_large_or_too_many(tool: Installation, teacher: Visit, application: str) -> None:
    at = At(application, resuming.begin(tool, teacher, application, FILE).id)
    for part in (b"", b"x", CONTENT[: LEAST_PART - 1], CONTENT + b"x", bytes(resuming.MOST_PART + 1)):
        assert refused(tool, teacher, at, 0, part) == "upload-part"
    assert refused(tool, teacher, at, -1, CONTENT[:LEAST_PART]) == "upload-offset"
    assert stored(tool) == []


@pytest.mark.parametrize(
    ("content", "digest", "code"),
    [(CONTENT, sha256(b"something else"), "upload-damaged"), (b"<html>" + bytes(LEAST_PART), None, "file-type")],
    ids=["changed", "not-a-document"],
)
def test_what_is_refused_at_its_end_leaves_nothing(tool: Installation, *, content: bytes, digest: str, code: str) -> None:
    teacher = person(tool, tenant(tool))
    application = intake.application_for(tool, teacher)
    at = At(application, resuming.begin(tool, teacher, application, Announced("x.pdf", len(content), digest)).id)
    send(tool, teacher, at, [(0, LEAST_PART)], content)
    assert refused(tool, teacher, at, LEAST_PART, content[LEAST_PART:]) == code
    assert refused(tool, teacher, at, LEAST_PART, content[LEAST_PART:]) == "not-found"
    assert stored(tool) == []
    assert dossiers.view(tool, teacher, application).documents == ()


def test_what_can_never_be_taken_is_refused_before_its_first_byte(tool: Installation, teacher: Visit, application: str) -> None:
    small = with_settings(tool, max_upload_mb=1, max_documents=7)
    for size, code in ((0, "file-empty"), (-1, "file-empty"), ((1 << 20) + 1, "file-too-large")):
        with pytest.raises(Problem, match=code):
            resuming.begin(small, teacher, application, Announced("x.pdf", size))
    for number in range(7):
        intake.receive(small, teacher, application, "x.pdf", pdf_named(str(number)))
    with pytest.raises(Problem, match="too-many-documents"):
        resuming.begin(small, teacher, application, FILE)


def test_unfinished_uploads_have_an_end(tool: Installation, teacher: Visit, application: str) -> None:
    for number in range(resuming.MOST_UNFINISHED):
        resuming.begin(tool, teacher, application, Announced(f"{number}.pdf", 100))
    with pytest.raises(Problem, match="too-many-unfinished"):
        resuming.begin(tool, teacher, application, Announced("x.pdf", 100))
    narrow = with_settings(tool, person_mb=20)
    with pytest.raises(Problem, match="person-full"):
        resuming.begin(narrow, teacher, application, Announced("x.pdf", 20 << 20))


def test_an_upload_of_somebody_else_is_unknown(either_tool: Installation) -> None:
    here, there = tenant(either_tool), tenant(either_tool)
    owner = person(either_tool, here)
    application = intake.application_for(either_tool, owner)
    at = At(application, resuming.begin(either_tool, owner, application, FILE).id)
    send(either_tool, owner, at, PARTS[:1])
    strangers = [
        person(either_tool, here, sub="teacher-2"),
        person(either_tool, there),
        person(either_tool, here, sub="staff", role=Role.STAFF),
        dataclasses.replace(owner, tenant_id=there.id),
    ]
    for stranger in strangers:
        own = intake.application_for(either_tool, stranger)
        for tried in (at, At(own, at.upload_id), At(application, "0" * 32)):
            for act in (
                lambda visit, at: resuming.look(either_tool, visit, at),
                lambda visit, at: resuming.append(either_tool, visit, at, LEAST_PART, CONTENT[slice(*PARTS[1])]),
                lambda visit, at: resuming.cancel(either_tool, visit, at),
            ):
                with pytest.raises(Problem, match="not-found"):
                    act(stranger, tried)
        with pytest.raises(Problem, match="not-found"):
            resuming.begin(either_tool, stranger, application, FILE)
    assert resuming.look(either_tool, owner, at).received == LEAST_PART


@pytest.mark.parametrize("state", ["submitted", "awarded", "refused", "withdrawn"])
def test_nothing_goes_on_after_submission(tool: Installation, teacher: Visit, application: str, state: str) -> None:
    at = At(application, resuming.begin(tool, teacher, application, FILE).id)
    send(tool, teacher, at, PARTS[:-1])
    with tool.database.write() as session:
        session.get_one(ApplicationRecord, application).state = state
    assert refused(tool, teacher, at, PARTS[-1][0], CONTENT[PARTS[-1][0] :]) == "application-closed"
    assert len(stored(tool)) == len(PARTS) - 1
    with pytest.raises(Problem, match="application-closed"):
        resuming.begin(tool, teacher, application, FILE)


def test_what_nobody_goes_on_with_is_swept_and_what_is_under_way_is_not(either_tool: Installation) -> None:
    visit = person(either_tool, tenant(either_tool))
    application = intake.application_for(either_tool, visit)
    left, going = (At(application, resuming.begin(either_tool, visit, application, Announced(name, len(CONTENT))).id) for name in ("a.pdf", "b.pdf"))
    for at in (left, going):
        send(either_tool, visit, at, PARTS[:3])
    either_tool.files.put_part(f"{'0' * 32}-{'0' * 16}", b"of an upload that was never begun")
    with either_tool.database.write() as session:
        session.get_one(UploadRecord, left.upload_id).touched_at = clock.now() - timedelta(days=1, seconds=1)
    assert refused(either_tool, visit, left, PARTS[3][0], CONTENT[slice(*PARTS[3])]) == "upload-ended"
    retention.run(either_tool)
    assert {name.partition("-")[0] for name in stored(either_tool)} == {going.upload_id}
    with pytest.raises(Problem, match="not-found"):
        resuming.look(either_tool, visit, left)
    assert send(either_tool, visit, going, PARTS[3:]).document_id


def test_uploading_and_removing_in_a_loop_leaves_no_file_behind(tool: Installation, teacher: Visit, application: str) -> None:
    for number in range(20):
        content = pdf_named(f"round {number}").ljust(LEAST_PART + 100)
        at = At(application, resuming.begin(tool, teacher, application, Announced("x.pdf", len(content))).id)
        document = send(tool, teacher, at, [(0, LEAST_PART), (LEAST_PART, len(content))], content).document_id
        assert document
        intake.remove(tool, teacher, application, document)
        half = At(application, resuming.begin(tool, teacher, application, Announced("y.pdf", len(content))).id)
        send(tool, teacher, half, [(0, LEAST_PART)], content)
        resuming.cancel(tool, teacher, half)
    retention.erase(tool, application)
    retention.run(tool)
    assert [path for path in (tool.settings.home / "files").rglob("*") if path.is_file()] == []


def test_a_hundred_at_once_are_a_hundred_documents(either_tool: Installation) -> None:
    wide = with_settings(either_tool, max_documents=100)
    visit = person(wide, tenant(wide))
    application = intake.application_for(wide, visit)

    def whole(number: int) -> str | None:
        content = pdf_named(f"parallel {number}").ljust(LEAST_PART + 1 + number)
        # Not all begin at once: no more than fifty of one person may be under way.
        at = At(application, resuming.begin(wide, visit, application, Announced(f"{number}.pdf", len(content), sha256(content))).id)
        return send(wide, visit, at, [(0, LEAST_PART), (LEAST_PART, len(content))], content).document_id

    with ThreadPoolExecutor(16) as pool:
        documents = list(pool.map(whole, range(100)))
    assert len({document for document in documents if document}) == 100
    assert {document.id for document in dossiers.view(wide, visit, application).documents} == set(documents)
    assert stored(wide) == []
