from __future__ import annotations

from pathlib import Path

import pytest

from lti_tool.problem import Problem
from lti_tool.settings import Settings, load


def test_the_environment_comes_before_the_file_and_the_file_before_the_default(tmp_path: Path) -> None:
    (tmp_path / "sealwright.toml").write_text('organisation = "From the file"\nport = 9000\n')
    settings = load(tmp_path, {"SEALWRIGHT_PORT": "9001"})
    assert (settings.organisation, settings.port, settings.host) == ("From the file", 9001, "127.0.0.1")


@pytest.mark.parametrize(
    ("file", "environment", "setting", "source"),
    [
        ('organization = "spelt otherwise"', {}, "organization", "sealwright.toml"),
        ("port = 70000", {}, "port", "sealwright.toml"),
        ("port = ", {}, "the whole file", "sealwright.toml"),
        ('base_url = "https://certificates.example/"', {}, "base_url", "sealwright.toml"),
        ("", {"SEALWRIGHT_SAMPLE": "2"}, "sample", "the environment"),
        ("", {"SEALWRIGHT_THREADS": "1"}, "threads", "the environment"),
    ],
)
def test_a_mistake_names_the_setting_and_where_it_stands(tmp_path: Path, file: str, environment: dict[str, str], setting: str, source: str) -> None:
    (tmp_path / "sealwright.toml").write_text(file)
    with pytest.raises(Problem) as refused:
        load(tmp_path, environment)
    assert refused.value.code == "setting-wrong"
    assert refused.value.details["setting"] == setting
    assert source in str(refused.value.details["source"])


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
