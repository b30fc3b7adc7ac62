"""Sealwright: an LTI 1.3 tool that turns a teacher's evidence into a signed, verifiable certificate."""

__version__ = "0.1.0"
