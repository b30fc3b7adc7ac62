"""The level of proof of each document: shown to its applicant where it holds, and to staff always."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from test_piece_page import READ, page

from lti_tool.evidence.reading import Doubt, Proof, ProofLevel
from lti_tool.launch.visit import Role

LEVELS = {
    ProofLevel.OWN: "Issued by The Ministry: it stands in the register.",
    ProofLevel.SEAL: "Sealed by The Ministry, and unchanged since.",
    ProofLevel.CREDENTIAL: "The credential in it was issued by The Ministry and says the same.",
    ProofLevel.LINK: "It leads to a page of The Ministry where it can be checked.",
    ProofLevel.NONE: "Paper: it was read, and nothing in the file proves it.",
}


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_has_words_and_an_icon(house, level):
    anna = house.arrive()
    document = anna.add(reading=replace(READ, proof=Proof(level, "The Ministry", "x")))
    shown = page(anna, document)
    assert LEVELS[level] in words(shown)
    proof = re.search(r'<dt id="fact-[0-9a-f]+-proof">.*?</dd>', shown, re.DOTALL)
    assert proof is not None
    assert '<svg class="icon' in proof[0]
    # On the page of the application only what holds is said.
    applying = words(anna.client.get("/apply").text)
    assert (LEVELS[level] in applying) is (level not in (ProofLevel.LINK, ProofLevel.NONE))


def test_a_document_that_nothing_proves_is_paper(house):
    anna = house.arrive()
    assert LEVELS[ProofLevel.NONE] in words(page(anna, anna.add(reading=READ)))


def test_what_could_not_count_as_a_proof_is_said_beside_it(house):
    anna = house.arrive()
    text = words(page(anna, anna.add(reading=replace(READ, doubts=(Doubt("signature-unknown", "<b>Somebody</b>"),)))))
    assert "Signed by “&lt;b&gt;Somebody&lt;/b&gt;”, whom this installation does not know" in text


def test_staff_see_the_level_on_the_desk(house):
    anna = house.arrive()
    anna.add(reading=replace(READ, proof=Proof(ProofLevel.SEAL, "The Ministry", "x")))
    anna.submit()
    sam = house.arrive("sam", role=Role.STAFF)
    assert LEVELS[ProofLevel.SEAL] in words(sam.client.get(f"/review/{anna.application}").text)
