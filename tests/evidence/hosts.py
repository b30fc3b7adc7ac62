"""Machines that allow less than this one does: their work is `hostile_work`, in a warm process that was first stripped of something.

Each name is used as ``hosts:NAME__ACTION``; the part before the two underlines says what the machine lacks.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import hostile_work

from lti_tool.evidence import child, sandbox

SOMEBODY = 54_321
# What there is on each machine: (root, name spaces, the filter of system calls).
HOSTS = {
    "root": (True, True, True),
    "root_without_filter": (True, True, False),
    "user": (False, True, True),
    "user_without_namespaces": (False, False, True),
    "user_without_anything": (False, False, False),
}
_here = ""


def __getattr__(name: str) -> Callable[[dict[str, Any], bytes], bytes]:
    global _here  # noqa: PLW0603 - the warm process is one such machine for as long as it lives
    host, parted, action = name.partition("__")
    if not parted or host not in HOSTS:
        raise AttributeError(name)
    _here = host
    return getattr(hostile_work, action)  # type: ignore[no-any-return]


def warm() -> None:
    """Take away, before anything is cut off or given up, what the machine does not have."""
    root, namespaces, filtered = HOSTS[_here]
    if not root and os.getuid() == 0:
        os.setgroups([])
        os.setresgid(SOMEBODY, SOMEBODY, SOMEBODY)
        os.setresuid(SOMEBODY, SOMEBODY, SOMEBODY)
    if not namespaces:
        child.cut_off_network = lambda: None
    if not filtered:
        sandbox.allow_no_more = lambda: False
