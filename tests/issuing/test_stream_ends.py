"""A stream whose data end in a carriage return is counted alike by every reader."""

from __future__ import annotations

import io
from pathlib import Path

import page
import pikepdf
import pytest
from certificate_parts import content

from lti_tool.issuing import render
from lti_tool.issuing.stream_ends import told_apart

# Found by trying: a stream of these certificates ends so.
NAMES = ("Anna Muster 274", "Anna Muster 314", "Anna Muster 315")


def drawn(name: str, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Return a page as it is set, its streams' ends as they come."""
    with monkeypatch.context() as patched:
        patched.setattr(render, "told_apart", lambda pdf: pdf)
        return render.render(content(holder_name=name), b"{}")


def failures(pdf: bytes, folder: Path) -> list[str]:
    file = folder / "page.pdf"
    file.write_bytes(pdf)
    profiles = (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1)
    return [failure.rule_id for profile in profiles for failure in page.validate_pdf(str(file), profile=profile).failures]


@pytest.mark.judge
@pytest.mark.parametrize("name", NAMES)
def test_a_judge_counts_what_the_file_says(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    as_set = drawn(name, monkeypatch)
    assert failures(as_set, tmp_path) == ["PDFA3A-STREAM-LENGTH-001"], "this example shows nothing any more: look for another name"
    made = render.render(content(holder_name=name), b"{}")
    assert made == told_apart(as_set) != as_set
    assert failures(made, tmp_path) == []


@pytest.mark.parametrize("name", NAMES)
def test_everything_stands_where_the_table_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        pikepdf.open(io.BytesIO(drawn(name, monkeypatch))) as before,
        pikepdf.open(io.BytesIO(render.render(content(holder_name=name), b"{}"))) as after,
    ):
        assert after.check_pdf_syntax() == []
        streams = [[each.read_raw_bytes() for each in pdf.objects if isinstance(each, pikepdf.Stream)] for pdf in (before, after)]
    assert streams[0] == streams[1]


def test_any_other_page_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    as_set = drawn("Anna Muster", monkeypatch)
    assert told_apart(as_set) is as_set
