"""A tool with the two ends of a launch, and platforms that launch it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_platform import Browser, FakePlatform, make_app
from flask import Flask

from certificate_signing.keyring import KeyRing
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.launch import registrations


@pytest.fixture(scope="session")
def development_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys are slow to make: one folder for all tests."""
    folder = tmp_path_factory.mktemp("keys") / "keys"
    KeyRing.create_for_development(folder, "Example Academy", "BE", clock.now())
    return folder


def _prepared(installation: Installation, keys: Path) -> Installation:
    shutil.copytree(keys, installation.settings.keys)
    return installation


@pytest.fixture
def tool(sqlite_installation: Installation, development_keys: Path) -> Installation:
    """A tool on SQLite, for what the database does not decide."""
    return _prepared(sqlite_installation, development_keys)


@pytest.fixture
def either_tool(installation: Installation, development_keys: Path) -> Installation:
    """A tool on each database, for what the database decides."""
    return _prepared(installation, development_keys)


def _known(tool: Installation, platform: FakePlatform) -> FakePlatform:
    with tool.database.write() as session:
        registrations.add(session, **platform.registration())
    return platform


@pytest.fixture
def platform(tool: Installation) -> Iterator[FakePlatform]:
    with FakePlatform() as started:
        yield _known(tool, started)


@pytest.fixture
def other_platform(tool: Installation) -> Iterator[FakePlatform]:
    """A second tenant, with a key and an issuer of its own."""
    with FakePlatform(client_id="client-2", key_name="other platform", kid="key-2") as started:
        yield _known(tool, started)


@pytest.fixture
def either_platform(either_tool: Installation) -> Iterator[FakePlatform]:
    with FakePlatform() as started:
        yield _known(either_tool, started)


@pytest.fixture
def app(tool: Installation) -> Flask:
    return make_app(tool)


@pytest.fixture
def either_app(either_tool: Installation) -> Flask:
    return make_app(either_tool)


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def either_browser(either_app: Flask) -> Browser:
    return Browser(either_app)
