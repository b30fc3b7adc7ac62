"""What the child does on a machine without OCR: the same work with the extra not to be had."""

from __future__ import annotations

from lti_tool.evidence import ocr, reading_work

ocr.ready = lambda: False
warm, prepare = reading_work.warm, reading_work.prepare
load = reading_work.load
unsighted = reading_work.reading_work
