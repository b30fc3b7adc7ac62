"""Write a set of documents with its truth: `python -m documents FOLDER [--seed N] [--count N] [--only PART-OF-NAME]`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from documents.sets import RECIPES, drafts, make
from documents.truth import Made


def line(made: Made, folder: Path) -> dict[str, Any]:
    """Return what `sealwright evidence read --jsonl` takes, and under "truth" what is right."""
    draft, truth = made.draft, made.draft.truth
    return {
        "file": str(folder / made.file),
        "given_name": draft.applicant.given,
        "family_name": draft.applicant.family,
        "date": draft.day.isoformat(),
        "language": draft.language,
        "trap": draft.trap,
        "medium": draft.medium,
        "producer": draft.producer,
        "truth": {
            "kind": truth.kind,
            "allowed": list(truth.allowed),
            "mooc_no": truth.number,
            "holder_name": truth.holder,
            "issue_date": truth.issued.isoformat() if truth.issued else None,
            "disclaimer": truth.disclaimer,
        },
    }


def write(made: list[Made], folder: Path) -> list[dict[str, Any]]:
    """Write files and `truth.jsonl`, and return its lines."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [line(each, folder) for each in made]
    for each in made:
        (folder / each.file).write_bytes(each.content)
    (folder / "truth.jsonl").write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines), encoding="utf-8")
    return lines


def main() -> None:
    """Write a set."""
    parser = argparse.ArgumentParser(prog="python -m documents", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--only", default="", help="only documents with this in their name")
    parser.add_argument("--recipe", action="append", choices=[*RECIPES, []], help="only of this recipe; may be given again")
    given = parser.parse_args()
    chosen = [draft for draft in drafts(given.seed, given.count, chosen=given.recipe or ()) if given.only in draft.name]
    print(f"{len(write(make(chosen), given.folder))} documents in {given.folder}")


if __name__ == "__main__":
    main()
