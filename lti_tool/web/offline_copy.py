"""The page that checks certificates in the browser as a folder of files, for a host that serves nothing but files."""

from __future__ import annotations

import json
from posixpath import basename

from lti_tool.issuing import snapshot
from lti_tool.web import offline
from lti_tool.web.guard import installation


def standalone() -> dict[str, bytes]:
    """Return the folder's files by name: the page, its parts, the keys and the list as they are now. Call inside a request's context.

    With the index of `lti_tool/verification/kit_files.py` beside them the page finds files as well.

    Whoever replaces `keys.json` and `status.cwt` by newer ones brings every copy up to date that has a network.
    """
    kept = offline.files()
    page = offline.rendered("app.webmanifest", keys="keys.json", status="status.cwt", worker="worker.js", scope="./", ask="", files="files/")
    for address in kept:
        page = page.replace(f'"{address}"', f'"{basename(address)}"')
    parts = {basename(address): content for address, content in kept.items()}
    manifest = offline.app_manifest("./", "./", str)
    return {
        **parts,
        "index.html": page.encode(),
        "app.webmanifest": json.dumps(manifest).encode(),
        "worker.js": offline.worker_script("./", parts, offline.version(page, parts)),
        "keys.json": snapshot.keys(installation()),
        "status.cwt": snapshot.status(installation()),
    }
