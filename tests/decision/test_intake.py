"""Taking documents in: what is taken, what is not, and whose it is."""

from __future__ import annotations

import dataclasses
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from record_parts import PDF, Tenant, complete, pdf_named, person, reading, settle, tenant, upload, with_settings

from lti_tool import clock
from lti_tool.evidence import dossiers, intake
from lti_tool.evidence.records import ApplicationRecord, DocumentRecord
from lti_tool.evidence.uploads import clean_name
from lti_tool.installation import Installation
from lti_tool.launch.visit import Role, Visit
from lti_tool.problem import Problem


@pytest.fixture
def where(tool: Installation) -> Tenant:
    return tenant(tool)


@pytest.fixture
def teacher(tool: Installation, where: Tenant) -> Visit:
    return person(tool, where)


@pytest.fixture
def application(tool: Installation, teacher: Visit) -> str:
    return intake.application_for(tool, teacher)


def asked(installation: Installation) -> list[str]:
    """The work that was asked for, by its id."""
    schema = "" if installation.database.engine.dialect.name == "sqlite" else "dbos."
    with installation.database.read() as session:
        return list(session.scalars(sa.text(f"select workflow_uuid from {schema}workflow_status")))  # noqa: S608 - a constant


def test_opened_in_ten_windows_at_once_it_is_one_draft(either_tool: Installation) -> None:
    visit = person(either_tool, tenant(either_tool))
    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(lambda _: intake.application_for(either_tool, visit), range(10)))) == 1


def test_a_draft_follows_the_latest_launch(tool: Installation, teacher: Visit, application: str) -> None:
    renamed = dataclasses.replace(teacher, visitor=dataclasses.replace(teacher.visitor, family_name="Guðmunds"), line_item="https://lms/item")
    assert intake.application_for(tool, renamed) == application
    assert intake.application_for(tool, dataclasses.replace(renamed, line_item=None)) == application
    seen = dossiers.view(tool, teacher, application)
    assert (seen.applicant.family_name, seen.line_item) == ("Guðmunds", "https://lms/item")


def test_a_whole_name_alone_is_kept(tool: Installation, where: Tenant) -> None:
    visit = person(tool, where, sub="other", given="", family="")
    visit = dataclasses.replace(visit, visitor=dataclasses.replace(visit.visitor, full_name="Zoë Ó Briain"))
    assert dossiers.view(tool, visit, intake.application_for(tool, visit)).applicant.full_name == "Zoë Ó Briain"


def test_an_upload_commits_with_the_request_to_read_it(either_tool: Installation) -> None:
    visit = person(either_tool, tenant(either_tool))
    application_id = intake.application_for(either_tool, visit)
    document = intake.receive(either_tool, visit, application_id, "mooc1.pdf", PDF)
    assert asked(either_tool) == [f"read-document:{document}"]
    (shown,) = dossiers.view(either_tool, visit, application_id).documents
    assert (shown.id, shown.file_name, shown.state, shown.reading) == (document, "mooc1.pdf", "received", None)
    assert either_tool.files.get(shown.sha256) == PDF


def test_the_same_bytes_again_are_the_same_document(tool: Installation, teacher: Visit, application: str) -> None:
    first = intake.receive(tool, teacher, application, "a.pdf", PDF)
    assert intake.receive(tool, teacher, application, "b.pdf", PDF) == first
    intake.remove(tool, teacher, application, first)
    assert intake.receive(tool, teacher, application, "a.pdf", PDF) != first


REFUSED = [
    (b"", "file-empty"),
    (b"%PDF-1.7" + bytes(1024 * 1024), "file-too-large"),
    (b"<html><script>1</script>", "file-type"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file-type"),
    (b"PK\x03\x04" + bytes(50), "file-type"),
    (b"GIF89a" + bytes(50), "file-type"),
    (b"II*\x00" + bytes(50), "file-type"),
    (b"MZ%PDF-1.7", "file-type"),
    (b"hello", "file-type"),
    (bytes(100), "file-type"),
]


@pytest.mark.parametrize(("content", "code"), REFUSED)
def test_what_is_not_taken(tool: Installation, teacher: Visit, application: str, content: bytes, code: str) -> None:
    small = with_settings(tool, max_upload_mb=1)
    with pytest.raises(Problem, match=code):
        intake.receive(small, teacher, application, "certificate.pdf", content)
    assert dossiers.view(tool, teacher, application).documents == ()
    assert asked(tool) == []


def test_the_content_decides_whatever_the_name_says(tool: Installation, teacher: Visit, application: str) -> None:
    intake.receive(tool, teacher, application, "picture.pdf", b"\xff\xd8\xff\xe0" + bytes(20))
    assert dossiers.view(tool, teacher, application).documents[0].media_type == "image/jpeg"


def test_quota_of_an_application_holds_in_parallel(either_tool: Installation) -> None:
    visit = person(either_tool, tenant(either_tool))
    small = with_settings(either_tool, max_documents=7)
    application_id = intake.application_for(small, visit)

    def add(number: int) -> str:
        try:
            return intake.receive(small, visit, application_id, f"{number}.pdf", pdf_named(str(number)))
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(add, range(24)))
    assert answers.count("too-many-documents") == 17
    assert len(dossiers.view(small, visit, application_id).documents) == 7


def test_uploading_and_removing_for_ever_has_an_end(tool: Installation, teacher: Visit, application: str) -> None:
    small = with_settings(tool, person_daily_documents=35)
    for number in range(35):
        intake.remove(small, teacher, application, intake.receive(small, teacher, application, "a.pdf", pdf_named(str(number))))
    with pytest.raises(Problem, match="too-many-uploads"):
        intake.receive(small, teacher, application, "a.pdf", PDF)


HOSTILE = [
    ("../../etc/passwd", "passwd"),
    ("C:\\Users\\me\\cert.pdf", "cert.pdf"),
    ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
    ("gpj.\u202efdp.exe", "gpj.fdp.exe"),
    ("a\x00b.pdf", "ab.pdf"),
    ("\u2066x\u2069.pdf", "x.pdf"),
    ("e\u0301.pdf", "é.pdf"),
    ("...", "document"),
    ("", "document"),
    ("   ", "document"),
    ("/", "document"),
]


@pytest.mark.parametrize(("name", "clean"), HOSTILE)
def test_names_are_good_for_being_shown(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@given(st.text(max_size=400))
def test_any_name_comes_out_short_whole_and_visible(name: str) -> None:
    clean = clean_name(name)
    assert 0 < len(clean.encode()) <= 255
    assert "/" not in clean
    assert "\\" not in clean
    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs"} for character in clean)


def test_a_long_name_keeps_its_ending() -> None:
    assert clean_name("ж" * 4000 + ".pdf").endswith("….pdf")


def test_placing_removing_declaring(tool: Installation, teacher: Visit, application: str) -> None:
    document = intake.receive(tool, teacher, application, "a.pdf", PDF)
    intake.place(tool, teacher, application, document, "mooc-3")
    assert dossiers.view(tool, teacher, application).documents[0].placed_at == "mooc-3"
    intake.place(tool, teacher, application, document, None)
    assert dossiers.view(tool, teacher, application).documents[0].placed_at is None
    with pytest.raises(Problem, match="requirement-unknown"):
        intake.place(tool, teacher, application, document, "mooc-99")
    intake.remove(tool, teacher, application, document)
    intake.remove(tool, teacher, application, document)
    assert dossiers.view(tool, teacher, application).documents == ()
    with pytest.raises(Problem, match="declaration-unknown"):
        intake.declare(tool, teacher, application, "nonsense", on=True)


# Every way to an application, tried by everybody who has no business there: the answer is that of an unknown id.

WAYS = {
    "receive": lambda tool, visit, application, _document: intake.receive(tool, visit, application, "a.pdf", PDF),
    "remove": intake.remove,
    "place": lambda tool, visit, application, document: intake.place(tool, visit, application, document, "nql"),
    "declare": lambda tool, visit, application, _document: intake.declare(tool, visit, application, "selfie", True),
    "view": lambda tool, visit, application, _document: dossiers.view(tool, visit, application),
    "content": dossiers.content,
}


@pytest.mark.parametrize("way", WAYS)
def test_other_peoples_ids_answer_like_unknown_ones(either_tool: Installation, way: str) -> None:
    here, there = tenant(either_tool), tenant(either_tool)
    owner = person(either_tool, here)
    application_id = intake.application_for(either_tool, owner)
    document = intake.receive(either_tool, owner, application_id, "a.pdf", PDF)
    strangers = [
        person(either_tool, here, sub="teacher-2"),
        person(either_tool, there),
        person(either_tool, there, sub="staff", role=Role.STAFF),
        person(either_tool, here, sub="staff", role=Role.STAFF),
        dataclasses.replace(owner, tenant_id=there.id),
    ]
    for stranger in strangers:
        answers = []
        for ids in ((application_id, document), ("0" * 32, document), ("", "")):
            with pytest.raises(Problem) as refused:
                WAYS[way](either_tool, stranger, *ids)
            answers.append((refused.value.code, refused.value.details))
        assert answers == [("not-found", {})] * 3


def test_a_document_of_another_application_is_unknown(tool: Installation, teacher: Visit, application: str, where: Tenant) -> None:
    other = person(tool, where, sub="teacher-2")
    theirs = intake.receive(tool, other, intake.application_for(tool, other), "a.pdf", PDF)
    with pytest.raises(Problem, match="not-found"):
        intake.remove(tool, teacher, application, theirs)


@pytest.mark.parametrize("state", ["submitted", "awarded", "refused", "withdrawn"])
@pytest.mark.parametrize("way", ["receive", "remove", "place", "declare"])
def test_what_was_submitted_is_closed(tool: Installation, teacher: Visit, application: str, state: str, way: str) -> None:
    document = intake.receive(tool, teacher, application, "a.pdf", PDF)
    with tool.database.write() as session:
        session.get_one(ApplicationRecord, application).state = state
    with pytest.raises(Problem, match="application-closed"):
        WAYS[way](tool, teacher, application, document)


def test_a_new_draft_begins_after_an_end(tool: Installation, teacher: Visit, application: str) -> None:
    with tool.database.write() as session:
        session.get_one(ApplicationRecord, application).state = "withdrawn"
    assert intake.application_for(tool, teacher) != application


# The same document in somebody else's application (threat U10).


def _dossier_marks(tool: Installation, visit: Visit, application_id: str) -> set[frozenset[str]]:
    with tool.database.read() as session:
        found = dossiers.dossier(session, application_id, clock.now().date())
    return {piece.seen_with_others for piece in found.pieces}


def test_documents_of_others_are_recognised(either_tool: Installation) -> None:
    where, elsewhere = tenant(either_tool), tenant(either_tool)
    first, second = person(either_tool, where), person(either_tool, elsewhere, sub="teacher-2")
    for visit in (first, second):
        application_id = intake.application_for(either_tool, visit)
        document = intake.receive(either_tool, visit, application_id, "same.pdf", PDF)
        settle(either_tool, document, reading("nql", "X", PDF))
    assert _dossier_marks(either_tool, second, intake.application_for(either_tool, second)) == {frozenset({"bytes", "text"})}
    mine = intake.application_for(either_tool, first)
    intake.remove(either_tool, first, mine, dossiers.view(either_tool, first, mine).documents[0].id)
    assert _dossier_marks(either_tool, second, intake.application_for(either_tool, second)) == {frozenset()}


def test_ones_own_documents_are_not_somebody_elses(tool: Installation, teacher: Visit) -> None:
    application_id = complete(tool, teacher)
    assert _dossier_marks(tool, teacher, application_id) == {frozenset()}
    with tool.database.write() as session:
        session.get_one(ApplicationRecord, application_id).state = "withdrawn"
    again = complete(tool, teacher)
    assert again != application_id
    assert _dossier_marks(tool, teacher, again) == {frozenset()}


def test_certificate_numbers_are_compared(tool: Installation, where: Tenant) -> None:
    from lti_tool.evidence.records import DocumentNumber

    for sub in ("a", "b"):
        visit = person(tool, where, sub=sub)
        document = upload(tool, visit, intake.application_for(tool, visit), "one", reading("nql", "X", pdf_named(sub)))
        with tool.database.write() as session:
            session.add(DocumentNumber(document_id=document, number="EUN-1234"))
    assert _dossier_marks(tool, visit, intake.application_for(tool, visit)) == {frozenset({"number"})}


def test_documents_that_are_still_read_are_not_judged(tool: Installation, teacher: Visit, application: str) -> None:
    upload(tool, teacher, application, "unread")
    assert _dossier_marks(tool, teacher, application) == set()
    with tool.database.read() as session:
        assert session.scalars(sa.select(DocumentRecord.state)).one() == "received"
