"""Who is read next: nobody waits because somebody else handed in a lot (threat R14)."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from record_parts import Tenant, person, tenant, upload

from lti_tool.evidence import intake, waiting
from lti_tool.evidence.records import DocumentRecord
from lti_tool.installation import Installation


class Queue:
    """Applications of people, and the documents that wait, in the order in which they will be read."""

    def __init__(self, tool: Installation) -> None:
        self.tool = tool
        self.applications: dict[tuple[Tenant, str], str] = {}

    def hand_in(self, where: Tenant, who: str, count: int = 1) -> None:
        visit = person(self.tool, where, sub=who)
        application = self.applications.setdefault((where, who), intake.application_for(self.tool, visit))
        for _ in range(count):
            upload(self.tool, visit, application, uuid.uuid4().hex)

    def order(self, state: str = "received") -> list[str]:
        names = {application: who for (_, who), application in self.applications.items()}
        query = sa.select(DocumentRecord.application_id).where(DocumentRecord.state == state)
        with self.tool.database.read() as session:
            return [names[found] for found in session.scalars(query.order_by(DocumentRecord.turn, DocumentRecord.received_at))]

    def ahead(self, where: Tenant, who: str) -> int:
        return waiting.ahead(self.tool, self.applications[where, who])

    def read(self, count: int, *, into: str = "read") -> None:
        """Take the next ones, as a worker does."""
        query = sa.select(DocumentRecord).where(DocumentRecord.state.in_(("received", "reading")))
        with self.tool.database.write() as session:
            for document in session.scalars(query.order_by(DocumentRecord.turn, DocumentRecord.received_at).limit(count)):
                document.state = into


def test_two_hundred_of_one_tenant_do_not_keep_another_waiting(installation: Installation) -> None:
    queue, large, small = Queue(installation), tenant(installation), tenant(installation)
    for number in range(30):
        queue.hand_in(large, f"large-{number}")
    queue.hand_in(small, "small", 5)
    assert queue.order().index("small") <= 2
    # One for each of theirs: the tenants share the readers, whatever their size.
    assert queue.order()[:12].count("small") == 5
    assert queue.ahead(small, "small") <= 2
    assert queue.ahead(large, "large-29") >= 29


def test_one_person_with_much_does_not_keep_a_colleague_waiting(installation: Installation) -> None:
    queue, where = Queue(installation), tenant(installation)
    queue.hand_in(where, "much", 20)
    queue.hand_in(where, "little", 3)
    assert [place for place, who in enumerate(queue.order()) if who == "little"] == [2, 5, 8]
    assert queue.ahead(where, "little") == 2
    assert queue.ahead(where, "much") == 0


def test_those_who_come_later_do_not_overtake_for_ever(installation: Installation) -> None:
    queue, where = Queue(installation), tenant(installation)
    queue.hand_in(where, "first", 4)
    waited = 0
    while "first" in queue.order():
        queue.read(1, into="reading")
        # Of a place of their own, so that nobody else's waiting sets them back.
        queue.hand_in(tenant(installation), f"later-{waited}")
        queue.read(1)
        waited += 1
        assert waited < 12, queue.order()


def test_the_same_person_is_read_in_the_order_of_coming(installation: Installation) -> None:
    queue, where = Queue(installation), tenant(installation)
    queue.hand_in(where, "one", 3)
    with installation.database.read() as session:
        turns = list(session.scalars(sa.select(DocumentRecord.turn).order_by(DocumentRecord.received_at)))
    assert turns == [1, 2, 3]
    queue.read(3)
    queue.hand_in(where, "one")
    assert queue.order() == ["one"]


def test_who_waits_for_nothing_has_nobody_ahead(installation: Installation) -> None:
    queue, where = Queue(installation), tenant(installation)
    queue.hand_in(where, "one", 2)
    queue.hand_in(where, "none", 0)
    assert queue.ahead(where, "none") == 0
