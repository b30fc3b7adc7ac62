"""The two ends of a launch as a process of its own, so that its clock can be wrong: `faketime -f +5m python skewed_tool.py HOME`.

Prints its port. `/skew` tells what it noticed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fake_platform import make_app
from flask import jsonify
from werkzeug.serving import make_server

from lti_tool.installation import Installation
from lti_tool.launch import skew
from lti_tool.settings import Settings


def main() -> None:
    app = make_app(Installation(Settings(home=Path(sys.argv[1]), base_url="http://localhost:8400", allow_private_hosts=True)))
    app.get("/skew")(lambda: jsonify([[round(one.seconds), one.messages] for one in skew.troubling()]))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
