"""A real Chromium, and the demo as real processes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect, sync_playwright
from record_parts import keys_folder
from story import PATIENCE, Demo, Opener

__all__ = ["keys_folder"]

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A frame of another site that gets a process of its own is lost to the driver now and then, on its way: asked anything, it never answers.
    "--disable-site-isolation-trials",
)


@pytest.fixture(scope="module")
def playwright(request: pytest.FixtureRequest) -> Iterator[Playwright]:
    """The driver, for a module at a time: while it lives it runs an event loop, in which other tests could run none of their own."""
    missing = [name for name in (CHROMIUM, "pdftoppm", "zbarimg") if not shutil.which(name)]
    if missing:
        rules = request.config.pluginmanager.get_plugin(str(Path(__file__).parents[1] / "conftest.py"))
        rules.skip_or_fail(f"not installed here: {', '.join(missing)}")
    with sync_playwright() as driver:
        expect.set_options(timeout=PATIENCE)
        yield driver


@pytest.fixture
def browser(playwright: Playwright, tmp_path: Path) -> Iterator[Opener]:
    """Open browsers with empty profiles; they block third-party cookies unless told otherwise."""
    with ExitStack() as opened:

        def fresh(*, third_party_cookies: bool = False, width: int = 1280, no_cookies_in_frames: bool = False) -> BrowserContext:
            profile = tmp_path / f"profile-{len(list(tmp_path.glob('profile-*')))}"
            (profile / "Default").mkdir(parents=True)
            # 0 = allow all, 1 = block third-party cookies; test_browser_cookies.py proves that both take effect.
            profiled: dict[str, Any] = {"cookie_controls_mode": 0 if third_party_cookies else 1, "block_third_party_cookies": not third_party_cookies}
            if no_cookies_in_frames:
                # 2 = block. Partitioned cookies too, but only inside pages of these hosts; windows of localhost keep theirs.
                patterns = [f"http://localhost:*,http://127.0.0.{number}:*" for number in (1, 2)]
                profiled["content_settings"] = {"exceptions": {"cookies": {pattern: {"setting": 2} for pattern in patterns}}}
            preferences = {"profile": profiled}
            (profile / "Default" / "Preferences").write_text(json.dumps(preferences), encoding="utf-8")
            context = playwright.chromium.launch_persistent_context(
                profile, executable_path=CHROMIUM, headless=True, args=list(QUIET), viewport={"width": width, "height": 900}, accept_downloads=True
            )
            context.set_default_timeout(60_000)
            opened.callback(context.close)
            return context

        yield fresh


def _running(home: Path, manner: str = "moodle") -> Iterator[Demo]:
    demo = Demo(home, manner)
    demo.start()
    yield demo
    assert demo.stop() == 0, demo.logs()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`sealwright demo`, running, for all tests of a module."""
    yield from _running(tmp_path_factory.mktemp("demo") / "home")


@pytest.fixture(scope="module")
def another_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A second one, with the same people anew."""
    yield from _running(tmp_path_factory.mktemp("demo") / "home")


@pytest.fixture(scope="module")
def canvas_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One whose LMS has Canvas's manner."""
    yield from _running(tmp_path_factory.mktemp("demo") / "home", "canvas")
