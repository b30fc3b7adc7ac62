"""Papers of every language that are drafts, unsigned, provisional, dependent on something, or deny, are never accepted; without that they are."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from lti_tool.checks.findings import Verdict
from lti_tool.evidence.language import languages

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

NAMES = {"ar": "سلمى النجار", "hy": "Նարե Դավթյան", "ka": "თამარ ბერიძე"}
COURSE = "MOOC 4 (Unlocking the power of teachers' digital competencies)"
ISSUED = "Linz, 12.10.2026"
PAPERS: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "not_final.toml").read_text(encoding="utf-8"))


def _verdict(code: str, lines: list[str]) -> Verdict:
    name = NAMES.get(code, "Mira Quillfeather")
    filled = [line.replace("NAME", name).replace("COURSE", COURSE) for line in lines]
    return judged(read([_as_set(line) for line in filled], name), *name.split(" ", 1)).verdict


def _as_set(line: str) -> str:
    """Return a line of Arabic with its words from left to right as they stand on the sheet."""
    mark = "# " if line.startswith("# ") else ""
    runs = [(arabic, list(words)) for arabic, words in groupby(line.removeprefix(mark).split(), key=lambda word: "\u0600" <= max(word) <= "\u06ff")]
    if not any(arabic for arabic, _ in runs):
        return line
    return mark + " ".join(word for arabic, words in reversed(runs) for word in (reversed(words) if arabic else words))


def _issued(paper: dict[str, Any]) -> str:
    return str(paper.get("issued", ISSUED))


def _traps(paper: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    heading, fine, draft = f"# {paper['heading']}", f"{paper['fine']}.", paper["draft"]
    issued = _issued(paper)
    yield "a draft in brackets", [f"{heading} ({draft})", fine, issued]
    yield "a draft in the line of the date", [f"{draft.upper()} – {issued}", heading, fine]
    yield "a draft after a dash, in a small line", [f"{paper['heading']} – {draft}", fine, issued]
    yield "a draft alone", [heading, fine, issued, f"[{draft}]"]
    yield "nobody signed", [heading, fine, issued, f"({paper['unsigned']})"]
    yield "nobody signed in a field", [heading, fine, issued, f"{paper.get('signer', 'Anna Muster')}: {paper['unsigned']}"]
    yield "provisional", [f"# {paper['provisional']}", fine, issued]
    yield "provisional, in a small line", [paper["provisional"], fine, issued]
    yield "with a reserve", [heading, f"{paper['fine']}, {paper['reserve']}.", issued]
    yield "with a reserve below", [heading, fine, f"{paper['reserve'][0].upper()}{paper['reserve'][1:]}.", issued]
    for number, denied in enumerate(paper["denied"], start=1):
        yield f"denied {number}", [heading, f"{denied}.", issued]


def test_every_language_has_its_paper() -> None:
    assert sorted(PAPERS) == sorted(language.code for language in languages())


@pytest.mark.parametrize("code", PAPERS)
def test_the_paper_alone_is_accepted(code: str) -> None:
    assert _verdict(code, [f"# {PAPERS[code]['heading']}", f"{PAPERS[code]['fine']}.", _issued(PAPERS[code])]) is Verdict.ACCEPT


@pytest.mark.parametrize("code", PAPERS)
def test_a_paper_that_is_not_final_is_never_accepted(code: str) -> None:
    assert [what for what, lines in _traps(PAPERS[code]) if _verdict(code, lines) is Verdict.ACCEPT] == []


def test_a_reserve_inside_of_what_is_said_to_be_completed_is_heard() -> None:
    fine = ["# Certificaat", f"NAME heeft met succes voltooid: de cursus {COURSE}", ISSUED]
    assert _verdict("nl", fine) is Verdict.ACCEPT
    assert _verdict("nl", [line.replace("met succes", "onder voorbehoud") for line in fine]) is Verdict.REVIEW
