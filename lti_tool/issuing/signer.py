"""The signer: the one process that holds the keys of certificates, and signs nothing but what this installation decided.

Nobody hands it anything to sign. It reads the decision from the database, compares what was approved with what was prepared,
builds the document itself, and stores it; the status lists and the log's checkpoint it makes from the database alone. See
docs/decisions/0007-signer.md for what this keeps from whom.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from typing import Final, NoReturn

import structlog
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from certificate_signing.errors import SigningError
from certificate_signing.status_list import Purpose
from lti_tool import history
from lti_tool.installation import Installation
from lti_tool.issuing import issue, keys, snapshot, status
from lti_tool.issuing.certificate import CertificateState
from lti_tool.issuing.logged import current_checkpoint
from lti_tool.issuing.number import parse
from lti_tool.issuing.records import CertificateRecord
from lti_tool.issuing.signer_calls import Answer, Asked, Question
from lti_tool.problem import Problem

CALLED: Final = "signer.called"
REFUSED: Final = "signer.refused"
_CAPPED: Final = RateLimitItemPerMinute(1)

# What there is one of: made from the database alone.
_NAMELESS: Final[dict[Asked, Callable[[Installation], str]]] = {
    Asked.CHECKPOINT: current_checkpoint,
    Asked.SNAPSHOT: lambda installation: base64.b64encode(snapshot.status(installation)).decode(),
}

_log = structlog.get_logger(__name__)


class Signer:
    """Answers questions; safe to share between threads. `allowed` are the numeric ids of the users who may ask."""

    def __init__(self, installation: Installation, allowed: frozenset[int], parallel: int) -> None:
        # Its own calls must not go out to a signer again.
        self._installation = Installation(installation.settings.model_copy(update={"signer": None}))
        self._allowed = allowed
        self._rate = RateLimitItemPerMinute(installation.settings.signer_per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._hands = threading.BoundedSemaphore(parallel)

    def answer(self, uid: int, line: bytes) -> Answer:
        """Answer one question of the user `uid`, as the kernel names them; whatever goes wrong is an answer too."""
        try:
            return self._answer(uid, line)
        except Problem as problem:
            return Answer(done=False, code=problem.code, details={name: str(value) for name, value in problem.details.items()})
        except Exception as error:
            # Its words may hold anything; the log of this process alone has them.
            _log.exception("signer-failed", error=type(error).__name__)
            return Answer(done=False, code="signer-failed")

    def _answer(self, uid: int, line: bytes) -> Answer:
        # 1. Who asks?
        if uid not in self._allowed:
            self._refuse(uid, "", "signer-stranger")
        # 2. Not too often: whoever has taken over a process that may ask gets no more than an installation needs.
        if not self._limiter.hit(self._rate, str(uid)):
            self._refuse(uid, "", "signer-busy")
        # 3. Is it a question that there is?
        try:
            question = Question.parse(line)
        except ValueError:
            self._refuse(uid, "", "signer-question")
        # 4. Make it from what is stored.
        with self._hands:
            return self._made(uid, question)

    def _made(self, uid: int, question: Question) -> Answer:
        if question.asked is Asked.CERTIFICATE:
            return self._certificate(uid, question.name)
        if question.asked in _NAMELESS:
            if question.name:
                self._refuse(uid, "", "signer-question")
            return Answer(done=True, text=_NAMELESS[question.asked](self._installation))
        number, _, purpose = question.name.partition("/")
        if not number.isascii() or not number.isdecimal() or len(number) > 9 or purpose not in {each.value for each in Purpose}:
            self._refuse(uid, "", "signer-question")
        return Answer(done=True, text=status.status_list(self._installation, int(number), Purpose(purpose)).decode())

    def _certificate(self, uid: int, name: str) -> Answer:
        number = parse(name)
        if number is None or number != name:
            self._refuse(uid, "", "certificate-unknown")
        installation = self._installation
        with installation.database.read() as session:
            record = session.get(CertificateRecord, number)
            state = None if record is None else record.state
        if state is None:
            self._refuse(uid, number, "certificate-unknown")
        if state == CertificateState.PREPARED:
            try:
                issue.sign(installation, keys.signing_ring(installation), number)
            except Problem as problem:
                self._note(REFUSED, uid, number, problem.code)
                raise
            except SigningError as error:
                raise Problem("keys-missing", reason=str(error)) from None
        self._note(CALLED, uid, number, "signed" if state == CertificateState.PREPARED else "signed-before")
        return Answer(done=True)

    def _refuse(self, uid: int, number: str, code: str) -> NoReturn:
        """Note a refusal and raise it. One who knocks too often, or has no business here, is noted once a minute."""
        seldom = code in ("signer-busy", "signer-stranger")
        if not seldom or self._limiter.hit(_CAPPED, code, str(uid)):
            self._note(REFUSED, uid, number, code)
        raise Problem(code)

    def _note(self, kind: str, uid: int, number: str, answer: str) -> None:
        with self._installation.database.write() as session:
            history.append(session, kind, number or "signer", f"uid:{uid}", {"answer": answer})
