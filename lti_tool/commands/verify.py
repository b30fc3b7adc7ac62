"""`sealwright verify`: are these certificates genuine and in force? Exit status 0 valid, 1 not valid, 2 cannot tell."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from lti_tool.commands import verify_output as output
from lti_tool.commands.opened import opened
from lti_tool.commands.verify_kit import verify_all
from lti_tool.commands.verify_many import INTERRUPTED, Answer, verified

if TYPE_CHECKING:
    from lti_tool.installation import Installation

# What a folder is searched for.
_ENDINGS: Final = frozenset({".pdf", ".json", ".jwt", ".png", ".jpg", ".jpeg", ".webp"})


@click.command("verify")
@click.argument("what", nargs=-1, metavar="[WHAT]...")
@click.option("-r", "--recursive", is_flag=True, help="Look for certificates in folders and in the folders inside them.")
@click.option("--from", "listed", type=click.File("r", encoding="utf-8"), help="Read what to verify from a file (- for standard input), one a line.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: an object for one, a list for several.")
@click.option("--jsonl", is_flag=True, help="Print one JSON object a line, as soon as each is known.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for a spreadsheet.")
@click.option("--jobs", type=click.IntRange(1, 64), default=None, help="How many processes work at once; default: one for each core.")
@click.option("--pictures", type=click.Path(path_type=Path, file_okay=False), help="Put pictures of changed pages into this folder.")
@click.option(
    "--trust-kit",
    "kit",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Verify with this trust kit alone, without an installation.",
)
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 - click passes every option as a parameter
    context: click.Context,
    what: tuple[str, ...],
    recursive: bool,
    listed: Iterable[str] | None,
    as_json: bool,
    jsonl: bool,
    as_csv: bool,
    jobs: int | None,
    pictures: Path | None,
    kit: Path | None,
) -> None:
    """Verify each WHAT: a PDF or credential file (- for standard input), a photo or scan of the paper, the address from a QR code, or a number.

    One or ten thousand. The exit status is 0 if all are valid, 1 if any is not, 2 if none is invalid but something can't be told, and
    130 if it was interrupted.
    """
    if sum((as_json, jsonl, as_csv)) > 1:
        raise click.UsageError("choose one of --json, --jsonl and --csv")
    items = list(_items(what, _lines(listed), recursive=recursive))
    if not items:
        raise click.UsageError("name at least one WHAT, or give --from" if not (what or listed) else "there is nothing to verify in there")
    if kit is not None:
        sys.exit(verify_all(kit, items, as_json=as_json))
    installation = opened(context)
    written = output.chosen(as_json=as_json, jsonl=jsonl, as_csv=as_csv, single=len(items) == 1)
    sys.exit(_run(installation, items, written, jobs, pictures))


def _run(installation: Installation, items: list[str], written: output.Output, jobs: int | None, pictures: Path | None) -> int:
    """Answer every item in order; return the exit status."""
    statuses: set[int] = set()
    with click.progressbar(length=len(items), label="Verifying", file=sys.stderr, hidden=len(items) == 1) as bar:
        try:
            for answer in verified(installation, items, jobs, pictures=pictures is not None):
                statuses.add(output.STATUSES[answer.report["outcome"]])
                if pictures is not None:
                    _save(answer, pictures)
                written.add(answer)
                bar.update(1)
        except KeyboardInterrupt:
            statuses = {INTERRUPTED}
    written.end(interrupted=statuses == {INTERRUPTED})
    return next((status for status in (INTERRUPTED, 1, 2) if status in statuses), 0)


def _lines(listed: Iterable[str] | None) -> list[str]:
    return [stripped for line in listed or () if (stripped := line.strip())]


def _items(what: Iterable[str], lines: Iterable[str], *, recursive: bool) -> Iterable[str]:
    """Return everything to verify; folders only where they were asked for."""
    for name in (*what, *lines):
        folder = _as_folder(name)
        if folder is None:
            yield name
        elif recursive:
            yield from (str(file) for file in sorted(folder.rglob("*")) if file.suffix.casefold() in _ENDINGS and file.is_file())
        else:
            raise click.UsageError(f"{name} is a folder: give -r to verify what it holds")


def _as_folder(name: str) -> Path | None:
    try:
        return path if (path := Path(name)).is_dir() else None
    except (OSError, ValueError):
        # Too long for a path: then it is a text.
        return None


def _save(answer: Answer, folder: Path) -> None:
    import base64

    folder.mkdir(parents=True, exist_ok=True)
    for page in answer.report["pages"]:
        for side in ("ours", "given"):
            if page[side]:
                name = f"{Path(answer.item).stem[:80]}-page-{page['page']}-{side}.png"
                (folder / name).write_bytes(base64.b64decode(page[side].partition(",")[2]))
