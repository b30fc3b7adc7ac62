"""The serving side of checking proofs: asks the process that checks signatures and credentials, and names whose links they are."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from anyascii import anyascii

from lti_tool import clock
from lti_tool.evidence.addresses import host_of
from lti_tool.evidence.codec import from_json, to_json
from lti_tool.evidence.process import Child
from lti_tool.evidence.proof_doubts import is_against_proof
from lti_tool.evidence.reading import Doubt, Proof, ProofLevel, Reading
from lti_tool.evidence.trust import NOBODY, TrustList
from lti_tool.scheme.model import Scheme

PROOF_WORK: Final = "lti_tool.evidence.proof_work:proof_work"
CHECKED: Final = ("signature", "credential")
_MOST_ANSWER: Final = 4 << 20


class Prover:
    """Checks what proves a document; its process starts with the first file that has anything to check. Use it from any thread.

    `trust` gives the trust list, each time anew, so that a changed list counts at once.
    """

    def __init__(self, trust: Callable[[], TrustList] | None = None, seconds: float = 30.0) -> None:
        self._trust = trust or (lambda: NOBODY)
        self._seconds = seconds
        self._child = Child(PROOF_WORK)

    def close(self) -> None:
        """End the process."""
        self._child.close()

    def with_proof(self, content: bytes, readings: tuple[Reading, ...], to_check: object, scheme: Scheme) -> tuple[Reading, ...]:
        """Return the readings of a file with what proves them; `to_check` is what the reading process asks to have checked.

        Never raises for what the file holds. Raises Problem("reader-not-started").
        """
        trust = self._trust()
        wanted = [name for name in CHECKED if isinstance(to_check, list) and name in to_check]
        checked = self._checked(content, readings, wanted, trust, scheme) if wanted else readings
        return tuple(linked(reading, trust) for reading in checked)

    def _checked(self, content: bytes, readings: tuple[Reading, ...], wanted: Sequence[str], trust: TrustList, scheme: Scheme) -> tuple[Reading, ...]:
        request: dict[str, Any] = {"task": "prove", "scheme": scheme.sha256, "trust": trust.sha256, "to_check": wanted, "most": _MOST_ANSWER}
        request |= {"at": clock.now().timestamp(), "readings": [to_json(reading) for reading in readings]}
        data = json.dumps({"scheme": scheme.model_dump(mode="json"), "trust": trust.model_dump(mode="json")}).encode()
        answer = self._child.ask(request, content, self._seconds, (f"{scheme.sha256} {trust.sha256}", data))
        try:
            proved = tuple(from_json(entry) for entry in json.loads(answer)["parts"])
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            proved = ()
        same = [(reading.sha256, reading.part) for reading in proved] == [(reading.sha256, reading.part) for reading in readings]
        return proved if same else tuple(_unchecked(reading, wanted) for reading in readings)


def linked(reading: Reading, trust: TrustList) -> Reading:
    """Return a reading whose links name the issuer to whose pages they lead; such a link is a proof only when a person follows it."""
    links = tuple(replace(link, issuer=trust.of_address(link.text)) for link in reading.links)
    alike = [link for link in links if not link.issuer and _looks_like(link.text, trust)]
    doubts = tuple(Doubt("link-look-alike", link.text[:200], link.place) for link in alike)
    found = replace(reading, links=links, doubts=(*reading.doubts, *doubts))
    first = next((link for link in links if link.issuer), None)
    if found.proof is not None or first is None or any(is_against_proof(doubt) for doubt in found.doubts):
        return found
    return replace(found, proof=Proof(ProofLevel.LINK, first.issuer, first.text[:300]))


def _looks_like(text: str, trust: TrustList) -> bool:
    """Tell a text that bears the host of somebody trusted, or one spelt alike, and leads elsewhere."""
    hosts = {host_of(prefix) for issuer in trust.issuers for prefix in issuer.addresses}
    host = host_of(text)
    return host not in hosts and any(wanted in text.casefold() or wanted in _spelt(text) for wanted in hosts)


def _spelt(text: str) -> str:
    """Return the host of any text in plain letters, as it looks to a reader."""
    host = text.partition("://")[2].partition("/")[0]
    with contextlib.suppress(UnicodeError):
        host = host.encode("ascii").decode("idna")
    return anyascii(host).casefold()


def _unchecked(reading: Reading, wanted: Sequence[str]) -> Reading:
    return replace(reading, doubts=(*reading.doubts, *(Doubt(f"{name}-unchecked") for name in wanted)))
