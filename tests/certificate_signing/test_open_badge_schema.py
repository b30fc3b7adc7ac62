"""Our credentials against a JSON schema of Open Badges 3.0, which is written from the specification's tables (tests/data/open_badges)."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from certificate_parts import AWARD, content

from certificate_signing.keyring import KeyRing
from lti_tool.decision.outcome import Checked, CheckedFile, LearningEvent
from lti_tool.issuing.make import signed_credential
from lti_tool.scheme.catalogue import shipped

pytestmark = pytest.mark.judge
SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "open_badges" / "open-badge-3.0.schema.json").read_text(encoding="utf-8"))
JUDGE = jsonschema_rs.Draft202012Validator(SCHEMA, validate_formats=True)
FILES = tuple(CheckedFile(f"MOOC {number}", Checked.READ, f"{number:064x}") for number in range(7))
EVENT = LearningEvent("e", "A seminar", date(2026, 11, 1), date(2026, 11, 2), 90)
VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "with files": {"evidence": FILES},
    "expiring": {"expires_on": date(2028, 1, 1)},
    "an event": {"event": EVENT, "level": "", "areas": ()},
    "without level and areas": {"level": "", "areas": ()},
}


def badge(ring: KeyRing, **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(signed_credential(content(**changes), AWARD, ring))
    return made


@pytest.mark.parametrize("name", VARIANTS)
def test_every_credential_of_ours_fits(ring: KeyRing, name: str) -> None:
    assert [error.message for error in JUDGE.iter_errors(badge(ring, **VARIANTS[name]))] == []


@pytest.mark.parametrize(
    "scheme", shipped().schemes if hasattr(shipped(), "schemes") else [shipped().get("digital-competence")], ids=lambda one: one.id
)
def test_the_shipped_awards_fit_and_say_what_they_align_to(ring: KeyRing, scheme: Any) -> None:
    document = json.loads(signed_credential(content(level=scheme.award.level, areas=scheme.award.areas), scheme.award, ring))
    assert [error.message for error in JUDGE.iter_errors(document)] == []
    achievement = document["credentialSubject"]["achievement"]
    assert achievement["criteria"]["narrative"]
    for alignment in achievement.get("alignment", ()):
        assert {"targetName", "targetUrl", "targetFramework", "targetCode", "targetType"} <= set(alignment)


def _cut(*path: str) -> Callable[[dict[str, Any]], object]:
    def cut(document: dict[str, Any]) -> None:
        for step in path[:-1]:
            document = document[step]
        del document[path[-1]]

    return cut


WRONG: dict[str, Callable[[dict[str, Any]], object]] = {
    "no issuer": _cut("issuer"),
    "no validFrom": _cut("validFrom"),
    "no subject": _cut("credentialSubject"),
    "no id": _cut("id"),
    "no achievement": _cut("credentialSubject", "achievement"),
    "no criteria": _cut("credentialSubject", "achievement", "criteria"),
    "no description": _cut("credentialSubject", "achievement", "description"),
    "nobody": lambda document: [document["credentialSubject"].pop(name) for name in ("id", "identifier")],
    "contexts in another order": lambda document: document["@context"].reverse(),
    "another type": lambda document: document.update(type=["VerifiableCredential"]),
    "two statuses": lambda document: document.update(credentialStatus=[document["credentialStatus"]] * 2),
    "evidence that is no list": lambda document: document.update(evidence=document["evidence"][0]),
    "an empty list": lambda document: document["credentialSubject"]["achievement"].update(tag=[]),
    "a time without a zone": lambda document: document.update(validFrom="2026-11-21T10:00:00"),
    "another target type": lambda document: document["credentialSubject"]["achievement"]["alignment"][0].update(targetType="Level"),
    "an identity of no kind": lambda document: document["credentialSubject"]["identifier"][0].pop("identityType"),
    "a relative id": lambda document: document.update(id="badge.json"),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_schema_would_see_what_is_wrong(ring: KeyRing, name: str) -> None:
    document = copy.deepcopy(badge(ring))
    WRONG[name](document)
    assert not JUDGE.is_valid(document)
