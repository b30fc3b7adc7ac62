"""The practice LMS as a process: ``python -m lti_tool.practice_lms.server``, told by its environment what it is.

Werkzeug's threaded server, not granian: it passes on reason phrases and header bytes, where Moodle has peculiar ones.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

from werkzeug.serving import WSGIRequestHandler, make_server

from lti_tool.practice_lms.app import create_lms
from lti_tool.practice_lms.manner import MANNERS


class _Quiet(WSGIRequestHandler):
    """HTTP/1.1, and no line in the log for each request: addresses hold session keys."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""


def main() -> None:
    """Serve until SIGTERM or SIGINT; PRACTICE_LMS_FOLDER, _URL, _TOOL_URL, _CLIENT_ID and perhaps _MANNER say what."""
    folder, own_url, tool_url, client_id = (os.environ[f"PRACTICE_LMS_{name}"] for name in ("FOLDER", "URL", "TOOL_URL", "CLIENT_ID"))
    address = urlsplit(own_url)
    app = create_lms(Path(folder), own_url, tool_url, client_id, MANNERS[os.environ.get("PRACTICE_LMS_MANNER", "moodle")])
    server = make_server(address.hostname or "127.0.0.1", address.port or 80, app, threaded=True, request_handler=_Quiet)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
    server.serve_forever()


if __name__ == "__main__":
    main()
