"""`automatic = "proved"`: the program awards if every fact of every piece is proved, and for one piece of paper it does not."""

from __future__ import annotations

import dataclasses

import pytest
from record_parts import KINDS, pdf_named, person, reading, tenant, upload

from lti_tool.decision import submitting
from lti_tool.decision.outcome import Checked
from lti_tool.decision.records import DecisionRecord
from lti_tool.evidence import intake
from lti_tool.evidence.reading import Fact, Proof, ProofLevel, Reading, Source
from lti_tool.evidence.records import ApplicationRecord
from lti_tool.installation import Installation
from lti_tool.scheme.catalogue import Catalogue, shipped


def proved(read: Reading) -> Reading:
    """The same, proved by a seal."""

    def fact(one: Fact | None) -> Fact | None:
        return None if one is None else dataclasses.replace(one, source=Source.PROVED)

    facts = {name: fact(getattr(read, name)) for name in ("title", "holder", "issue_date", "disclaimer")}
    return dataclasses.replace(read, proof=Proof(ProofLevel.SEAL, "The Ministry", "x"), **facts)


@pytest.mark.parametrize("paper", [None, *KINDS], ids=["none", *KINDS])
@pytest.mark.parametrize("by", [Source.TEXT, Source.OCR])
def test_one_piece_of_paper_calls_a_person(tool: Installation, monkeypatch: pytest.MonkeyPatch, paper: str | None, by: Source) -> None:
    scheme = shipped().get("digital-competence").model_copy(update={"automatic": "proved", "sample": 0.0})
    monkeypatch.setattr(submitting, "shipped", lambda: Catalogue((scheme,)))
    teacher = person(tool, tenant(tool))
    application = intake.application_for(tool, teacher)
    for kind in KINDS:
        content = pdf_named(f"{kind} {teacher.visitor.sub} {teacher.tenant_id}")
        read = proved(reading(kind, teacher.visitor.full_name, content))
        if kind == paper:
            # A link to a page where it can be checked proves nothing by itself.
            assert read.holder is not None
            read = dataclasses.replace(read, holder=dataclasses.replace(read.holder, source=by), proof=Proof(ProofLevel.LINK, "x", "y"))
        upload(tool, teacher, application, kind, read)
    with tool.database.read() as session:
        version = session.get_one(ApplicationRecord, application).version
    submitting.submit(tool, teacher, application, comment="", version=version)
    with tool.database.read() as session:
        assert session.get_one(ApplicationRecord, application).state == ("awarded" if paper is None else "submitted")
        awards = [record.award for record in session.query(DecisionRecord)]
    assert [award["checked"] for award in awards if award] == ([Checked.PROVED.value] if paper is None else [])
