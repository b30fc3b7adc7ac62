"""What a serving process compiles once in its life, compiled once for all the tests of a process, which make hundreds of applications.

Nothing is left out or answered otherwise: the same templates and the same rules of addresses give the same code.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class _Templates(BytecodeCache):
    """The code of templates by name and content."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._codes[bucket.key, bucket.checksum] = bucket.code


def keep() -> None:
    """Let every application that this process makes from now on share what is compiled."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Templates()}
    builders: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}
    compiled = Rule._compile_builder

    def once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        # All that the code is made of; the rule itself is given to it when it runs.
        made_of = (append_unknown, rule.rule, tuple(rule._trace), tuple(sorted((rule.defaults or {}).items())), rule.subdomain, rule.host)
        if made_of not in builders:
            builders[made_of] = compiled(rule, append_unknown)
        return builders[made_of]

    Rule._compile_builder = once  # type: ignore[method-assign]
