"""The server with little patience, so that a test need not wait: run by granian as `patient_server:server`."""

from __future__ import annotations

from lti_tool.web import serving
from lti_tool.web.serving import Server

serving.SILENCE = 1.0  # type: ignore[misc]
serving.PATIENCE = 3.0  # type: ignore[misc]
# Nothing earns more time.
serving.LEAST_PACE = 1 << 40  # type: ignore[misc]


def server() -> Server:
    """Return what `sealwright serve` runs."""
    return serving.server()
