"""Make a set, let `sealwright` read it, and count: `python -m documents.report [--unseen]`; exit status 1 on a false accept."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from documents import folders, tables
from documents.__main__ import write
from documents.score import Scored, outcome, scored
from documents.sets import SCANS, drafts, make
from documents.truth import DAY

# Sets of seeds from here on are held out: only their sums are looked at, so that no rule is written for one of their documents.
UNSEEN = 1_000_000


def ask(command: Sequence[str], lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the answers of the command line to lines."""
    program = str(Path(sys.executable).parent / "sealwright")
    asked = "".join(json.dumps({key: value for key, value in line.items() if key != "truth"}) + "\n" for line in lines)
    done = subprocess.run([program, *command, "--jsonl"], input=asked, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def read_documents(
    place: Path, seed: int, count: int, *, only: str = "", share: float = SCANS, recipes: Sequence[str] = (), quick: bool = False
) -> list[Scored]:
    """Make documents below a folder, read them, and compare."""
    chosen = [draft for draft in drafts(seed, count, scans_share=share, chosen=recipes, quick=quick) if only in draft.name]
    lines = write(make(chosen), place / "documents")
    return [scored(line, answer) for line, answer in zip(lines, ask(("evidence", "read"), lines), strict=True)]


def read_folders(place: Path, seed: int, count: int) -> list[dict[str, Any]]:
    """Make folders of seven, check them in one go, and compare."""
    made = folders.make(seed, count)
    lines = []
    for folder in made:
        (place / "folders" / folder.name).mkdir(parents=True)
        for name, content in folder.files:
            (place / "folders" / folder.name / name).write_bytes(content)
        applicant = {"given_name": folder.applicant.given, "family_name": folder.applicant.family, "date": DAY.isoformat()}
        lines.append({"folder": str(place / "folders" / folder.name), **applicant})
    return [_folder(folder, answer) for folder, answer in zip(made, ask(("application", "check"), lines), strict=True)]


def _folder(folder: folders.Folder, answer: Mapping[str, Any]) -> dict[str, Any]:
    codes = sorted({f"{Path(finding['file'] or '').name}:{finding['code']}" for finding in answer["findings"] if not finding["ok"]})
    given = answer["outcome"]
    return {
        "name": folder.name,
        "case": folder.case,
        "given": given,
        "allowed": folder.allowed,
        "outcome": outcome(given, folder.allowed),
        "codes": codes,
    }


def _print(documents: Sequence[Scored], made: Sequence[Mapping[str, Any]], *, unseen: bool) -> None:
    for key in ("medium",) if unseen else tables.KEYS:
        print(f"\n{tables.printed(tables.table(documents, key))}")
    print(
        f"\nfolders: {sum(folder['outcome'] == 'right' for folder in made)} of {len(made)} right", dict(Counter(folder["outcome"] for folder in made))
    )
    if unseen:
        return
    for folder in made:
        if folder["outcome"] != "right":
            print(f"{folder['name']}: given {folder['given']}, wanted {folder['allowed'][0]} {folder['codes']}")
    print()
    for document in tables.failures(documents):
        print(tables.failure(document))


def main() -> int:
    """Print the tables and write them as `report.html` and `report.json`."""
    parser = argparse.ArgumentParser(prog="python -m documents.report", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=300, help="documents; default 300")
    parser.add_argument("--folders", type=int, default=15, help="folders of seven; default 15")
    parser.add_argument("--scans", type=float, default=SCANS, help="the share of scans and photos")
    parser.add_argument("--only", default="", help="only documents with this in their name")
    parser.add_argument("--recipe", action="append", default=[], help="only documents of this recipe; may be given again")
    parser.add_argument("--unseen", action="store_true", help="a held-out set: only sums are shown and nothing is kept")
    parser.add_argument("--place", type=Path, default=Path("build/evidence-report"), help="where files and report go")
    given = parser.parse_args()
    place = (given.place / "unseen" if given.unseen else given.place).absolute()
    shutil.rmtree(place, ignore_errors=True)
    seed = given.seed + UNSEEN if given.unseen and given.seed < UNSEEN else given.seed
    documents = read_documents(place, seed, given.count, only=given.only, share=given.scans, recipes=given.recipe)
    made = read_folders(place, seed, given.folders)
    _print(documents, made, unseen=given.unseen)
    if given.unseen:
        shutil.rmtree(place)
    else:
        (place / "report.json").write_text(json.dumps(tables.as_json(documents, made), indent=1, ensure_ascii=False), encoding="utf-8")
        (place / "report.html").write_text(tables.page(documents, made), encoding="utf-8")
        print(f"\n{place / 'report.html'}")
    bad = sum(document.outcome == "false-accept" for document in documents) + sum(folder["outcome"] == "false-accept" for folder in made)
    print(f"false accepts: {bad}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
