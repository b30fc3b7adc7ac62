"""A launch as it should be: what the visit holds, on both databases."""

from __future__ import annotations

import pytest
from fake_platform import BASE, CLAIM, LAUNCH, Browser, FakePlatform


def test_a_launch_opens_a_visit(either_browser: Browser, either_platform: FakePlatform) -> None:
    answer = either_browser.launch(either_platform)
    assert (answer.status_code, answer.headers["Location"]) == (303, BASE + "/apply")
    assert either_browser.visit().json["roles"] == ["teacher"]
