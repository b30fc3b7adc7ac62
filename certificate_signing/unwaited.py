"""Coroutines of pyHanko that have nothing to wait for, run without an event loop: that needs descriptors, and may run already."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

from pyhanko.pdf_utils.misc import PdfReadError

_T = TypeVar("_T")


def finished(coroutine: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine to its end. Raises PdfReadError if it waits for something outside."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        value: _T = done.value
        return value
    coroutine.close()
    raise PdfReadError("the check waits for something outside")
