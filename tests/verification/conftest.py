"""Fixtures shared with the other tests of the record."""

from record_parts import either_tool, keys_folder, tool
from served_authority import authority, stamping

__all__ = ["authority", "either_tool", "keys_folder", "stamping", "tool"]
