"""Pages name files of the project that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = sorted([CHECKOUT / "README.md", *(CHECKOUT / "docs").rglob("*.md")])
# A path in backquotes that begins with a folder of the checkout and names one file; `…/*.toml` and `FOLDER/NAME.py` stand for many.
_NAMED = re.compile(r"`((?:tests|lti_tool|certificate_signing|templates|bench|docs)/[\w./-]+\.[a-z]+)`")


def missing(text: str) -> list[str]:
    return [place for place in _NAMED.findall(text) if not (CHECKOUT / place).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_whatever_file_a_page_names_is_there(page: Path) -> None:
    assert missing(page.read_text(encoding="utf-8")) == []


def test_a_file_that_is_not_there_is_found() -> None:
    assert missing("see `tests/verification/test_attack_matrix.py` and `tests/web/test_attack_matrix.py`") == [
        "tests/verification/test_attack_matrix.py"
    ]
