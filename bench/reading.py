"""What it costs to read a document, against the bare extraction of its text by pypdfium2; and what memory that takes.

Processor time, not time on the clock: the documents are those of `tests/data/documents`, each another one. "Whole" is everything the
child does (text, what of it is seen, QR codes, links, which proofs there are, fingerprints, facts), the answer taken apart, and
the checks; "bare" is `get_text_range` of every page.
"""

from __future__ import annotations

import cProfile
import io
import json
import pstats
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pypdfium2 as pdfium

from bench.report import Report

WANTED_RATIO = 4.0
WANTED_MB = 400
# With typefaces of its own, as papers of the real programmes have, a page's bare text takes this long.
HEAVY_MS = 5.0


def documents(count: int, *, share: float = 0.0, after: int = 0) -> list[tuple[bytes, str, str]]:
    """Return invented text PDFs in order, those `after` so many, each with its applicant's given and family name; `share` of them scans instead."""
    place = str(Path(__file__).parents[1] / "tests" / "data")
    if place not in sys.path:
        sys.path.insert(0, place)
    from documents.sets import drafts, make

    made = make(list(drafts(7, after + count, scans_share=share, chosen=("good-course", "good-label")))[after:])
    return [(each.content, each.draft.applicant.given, each.draft.applicant.family) for each in made]


def bare(content: bytes) -> int:
    """Extract the text of a PDF and nothing else."""
    with pdfium.PdfDocument(content) as pdf:
        return sum(len(page.get_textpage().get_text_range()) for page in pdf)


def whole() -> Callable[[bytes, str, str], object]:
    """Return the way that a document goes, in this process: no fork and no pipe."""
    from lti_tool.checks.check import check_piece
    from lti_tool.evidence import reading_work
    from lti_tool.evidence.codec import from_json
    from lti_tool.evidence.dossier import Applicant, Piece
    from lti_tool.evidence.reader import MAX_PAGES
    from lti_tool.scheme.catalogue import shipped

    scheme = shipped().get("digital-competence")
    reading_work.warm()
    reading_work.prepare(scheme.model_dump_json().encode())
    request = {"task": "read", "scheme": scheme.sha256, "max_pages": MAX_PAGES}

    def way(content: bytes, given: str, family: str) -> object:
        stored = json.loads(reading_work.reading_work(request, content))
        readings = [from_json(entry) for entry in stored.get("parts", (stored,))]
        piece = Piece("document", "document.pdf", readings[0])
        return check_piece(piece, Applicant(given, family), scheme.valid_from, scheme)

    return way


def measure(quick: bool) -> Report:
    """Read the same documents both ways, in turn; then let a child read them and look at its memory."""
    report = Report()
    chosen = documents(6 if quick else 40)
    way = whole()
    ratios, costs, bares = _ratios(chosen, way, 2 if quick else 5)
    report.values = {
        "whole_ms": statistics.median(costs),
        "bare_ms": statistics.median(bares),
        "ratio": statistics.median(ratios),
        "ratio_p90": sorted(ratios)[int(len(ratios) * 0.9)],
    }
    values = report.values
    report.say(f"a text PDF whole {values['whole_ms']:.1f} ms, its bare text {values['bare_ms']:.1f} ms of processor time ({len(chosen)} documents)")
    report.say(f"ratio {values['ratio']:.1f} (wanted at most {WANTED_RATIO:.0f}), nine in ten below {values['ratio_p90']:.1f}")
    report.wants("a text PDF whole, times its bare text", values["ratio"], at_most=WANTED_RATIO)
    if heavy := [ratio for ratio, cheap in zip(ratios, bares, strict=True) if cheap >= HEAVY_MS]:
        values["heavy_ratio"] = statistics.median(heavy)
        report.say(f"of {len(heavy)} whose bare text takes {HEAVY_MS:.0f} ms and more: ratio {values['heavy_ratio']:.1f}")
        report.wants(f"the same, where the bare text takes {HEAVY_MS:.0f} ms and more", values["heavy_ratio"], at_most=WANTED_RATIO)
    report.values |= _memory(chosen, documents(2 if quick else 8, share=1.0))
    report.say(
        f"memory of the warm child {values['child_idle_mb']:.0f} MB, at most {values['child_peak_mb']:.0f} MB with its forks (shared pages once)"
    )
    if not quick:
        report.lines += _profile(chosen, way)
    return report


def _ratios(
    chosen: Sequence[tuple[bytes, str, str]], way: Callable[[bytes, str, str], object], rounds: int
) -> tuple[list[float], list[float], list[float]]:
    """Return for each document how much dearer the whole is, and both costs in ms: the least of the rounds, which noise only adds to."""
    wholes = [float("inf")] * len(chosen)
    bares = [float("inf")] * len(chosen)
    for _ in range(rounds):
        for index, (content, given, family) in enumerate(chosen):
            wholes[index] = min(wholes[index], _cost(lambda: way(content, given, family)))  # noqa: B023 - called at once
            bares[index] = min(bares[index], _cost(lambda: bare(content)))  # noqa: B023 - called at once
    return [dear / cheap for dear, cheap in zip(wholes, bares, strict=True)], wholes, bares


def _cost(way: Callable[[], object]) -> float:
    begun = time.process_time_ns()
    way()
    return (time.process_time_ns() - begun) / 1e6


def _memory(texts: Sequence[tuple[bytes, str, str]], scans: Sequence[tuple[bytes, str, str]]) -> dict[str, float]:
    """Let one child read everything, and watch it and its forks."""
    from bench.memory import Watched
    from lti_tool.evidence.reader import Reader
    from lti_tool.scheme.catalogue import shipped

    scheme = shipped().get("digital-competence")
    with Reader(seconds=120) as reader:
        reader.read(texts[0][0], scheme)
        children = [int(pid) for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()]
        watched = Watched(children)
        idle = watched.look()
        done = threading.Event()

        def look() -> None:
            while not done.wait(0.02):
                watched.look()

        thread = threading.Thread(target=look)
        thread.start()
        for content, _, _ in (*texts, *scans):
            reader.read(content, scheme)
        done.set()
        thread.join()
    return {"child_idle_mb": idle, "child_peak_mb": watched.peak}


def _profile(chosen: Sequence[tuple[bytes, str, str]], way: Callable[[bytes, str, str], object]) -> list[str]:
    """Return the dearest functions with all they call."""
    profile = cProfile.Profile()
    profile.enable()
    for content, given, family in chosen:
        way(content, given, family)
    profile.disable()
    stream = io.StringIO()
    pstats.Stats(profile, stream=stream).sort_stats("cumulative").print_stats("lti_tool|pypdfium2|PIL|zxing", 25)
    lines = [line.strip() for line in stream.getvalue().splitlines() if line.strip()]
    start = next(index for index, line in enumerate(lines) if line.startswith("ncalls"))
    return ["where the time goes (calls, own time, …, time with what is called, …):", *(f"  {_short(line)}" for line in lines[start + 1 :])]


def _short(line: str) -> str:
    return line.replace(str(Path(__file__).parents[1]), "").replace("/.venv/lib/python3.11/site-packages", "")
