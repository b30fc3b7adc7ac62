"""Names of uploads: only ever shown, never a place in the store, and nothing that looks like what it is not (threat U06)."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_parts import person, tenant

from lti_tool.evidence import dossiers, intake
from lti_tool.evidence.uploads import clean_name
from lti_tool.installation import Installation

PDF = b"%PDF-1.7\n%%EOF"
# (the name sent, the name kept)
NAMES = [
    ("../../../../etc/passwd", "passwd"),
    ("..\\..\\windows\\system32\\cmd.exe", "cmd.exe"),
    ("/dev/null", "null"),
    ("file:///etc/passwd", "passwd"),
    ("a\x00.pdf.exe", "a.pdf.exe"),
    ("certificate\u202efdp.exe", "certificatefdp.exe"),
    ("\u2067certificate\u2069.pdf", "certificate.pdf"),
    ("a\u200b\u200d\u2060\ufeffb.pdf", "ab.pdf"),
    ("a\r\nContent-Type: text/html\r\n\r\n<script>.pdf", "html<script>.pdf"),
    ("a\u2028b\u2029c.pdf", "abc.pdf"),
    ("a\x1b[2Jb.pdf", "a[2Jb.pdf"),
    ("a\x7f\x80\x9fb.pdf", "ab.pdf"),
    ("\ud800.pdf", "pdf"),
    ("\U000e0041\U000e0042.pdf", "pdf"),
    ("e\u0301te\u0301.pdf", "été.pdf"),
    (".", "document"),
    ("..", "document"),
    (". . .", "document"),
    ("\u202e\u202d", "document"),
    ("", "document"),
    ("a.pdf.", "a.pdf"),
    (" a \t b .pdf ", "a b .pdf"),
    ('"><img src=x onerror=alert(1)>.pdf', '"><img src=x onerror=alert(1)>.pdf'),
    ('a"; filename="b.exe', 'a"; filename="b.exe'),
    ("{{7*7}}$(reboot)`id`;|&.pdf", "{{7*7}}$(reboot)`id`;|&.pdf"),
    ("=cmd|' /C calc'!A0.pdf", "C calc'!A0.pdf"),
    ("x" * 3996 + ".pdf", "x" * 248 + "….pdf"),
    ("я" * 4000, "я" * 126 + "…"),
    ("Σ" * 200 + "." + "p" * 200, "Σ" * 126 + "…"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "kept"), NAMES, ids=[ascii(name)[:40] for name, _ in NAMES])
def test_a_hostile_name_is_shown_as_a_name(name: str, kept: str) -> None:
    assert clean_name(name) == kept


@given(st.text(max_size=5000) | st.text(alphabet="\u202e\u2066.\u200b/\\ a\r\n\x00é", max_size=300))
@settings(max_examples=300, deadline=None)
def test_no_name_leaves_its_line_its_folder_or_its_length(name: str) -> None:
    shown = clean_name(name)
    assert 1 <= len(shown.encode()) <= 255
    assert not set(shown) & set("/\\")
    assert shown not in (".", "..")
    assert all(unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in shown)
    assert clean_name(shown) == shown


@pytest.mark.parametrize("name", [name for name, _ in NAMES[:6]])
def test_the_store_names_files_itself(tool: Installation, name: str) -> None:
    visit = person(tool, tenant(tool))
    application = intake.application_for(tool, visit)
    before = set(files_of(tool))
    intake.receive(tool, visit, application, name, PDF + name.encode("utf-8", "surrogatepass"))
    (added,) = set(files_of(tool)) - before
    assert re.fullmatch(r"[0-9a-f/]+", added)
    (document,) = dossiers.view(tool, visit, application).documents
    assert document.file_name == clean_name(name)


def files_of(tool: Installation) -> list[str]:
    """Everything in the installation's store, by its place there."""
    store = tool.settings.home / "files"
    return [str(file.relative_to(store)) for file in store.rglob("*") if file.is_file()]
