"""Fixtures shared with the other tests of the record."""

from record_parts import either_tool, keys_folder, tool

__all__ = ["either_tool", "keys_folder", "tool"]
