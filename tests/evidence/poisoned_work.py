"""The reader, in a child that some documents kill: those that hold one of the words below, whatever else they are."""

from __future__ import annotations

import os
import time
from typing import Any

from lti_tool.evidence import reading_work as reading

KILLS, STOPS = b"%KILLS", b"%STOPS"
prepare, warm = reading.prepare, reading.warm


def work(request: dict[str, Any], content: bytes) -> bytes:
    if KILLS in content:
        os.abort()
    if STOPS in content:
        time.sleep(600)
    return reading.reading_work(request, content)
