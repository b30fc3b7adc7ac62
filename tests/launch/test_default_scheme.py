"""Which scheme a launch is about: the one that its link names, else the tenant's own."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from fake_platform import BASE, CLAIM, Browser, FakePlatform

from lti_tool.installation import Installation
from lti_tool.launch.records import Deployment
from lti_tool.launch.visits import find_visit

CASES: list[tuple[Any, str]] = [
    ({}, "tenants-own"),
    ({"scheme": ""}, "tenants-own"),
    ({"scheme": "$Unknown.variable"}, "tenants-own"),
    ({"scheme": "../../etc/passwd"}, "tenants-own"),
    ({"scheme": ["another"]}, "tenants-own"),
    ({"scheme": "a" * 81}, "tenants-own"),
    ({"scheme": "another-one"}, "another-one"),
]


@pytest.mark.parametrize(("custom", "expected"), CASES, ids=range(len(CASES)))
def test_the_links_scheme_comes_before_the_tenants(custom: Any, expected: str, tool: Installation, browser: Browser, platform: FakePlatform) -> None:
    with tool.database.write() as session:
        session.execute(sa.update(Deployment).values(default_scheme="tenants-own"))
    assert browser.launch(platform, {CLAIM + "custom": custom}).status_code == 303
    with browser.client.session_transaction(base_url=BASE) as cookie, tool.database.read() as session:
        assert find_visit(session, cookie["visit"]).scheme_id == expected
