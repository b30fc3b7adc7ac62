"""One PostgreSQL database for many tests: emptied for each of them, made anew only if one left other tables behind.

Making and dropping a database writes and syncs some hundred files each time; emptying the few tables that a test filled does not.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

import psycopg
from psycopg.sql import SQL, Identifier

# Everything that a test could have changed but rows and the numbers that sequences have reached.
_STRUCTURE = """
with ours as (select oid, nspname from pg_namespace where nspname !~ '^pg_|^information_schema$')
select md5(string_agg(line, ';' order by line)) from (
    select concat(nspname, relname, relkind, attname, atttypid, attnotnull) as line
    from pg_class c join ours on ours.oid = c.relnamespace left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    union all select concat(tgname, tgenabled) from pg_trigger where not tgisinternal
    union all select concat(conname, pg_get_constraintdef(oid)) from pg_constraint where conrelid <> 0
    union all select concat(proname, md5(prosrc)) from pg_proc p join ours on ours.oid = p.pronamespace
) as lines
"""
_TABLES = "select schemaname, tablename from pg_tables where schemaname !~ '^pg_|^information_schema$'"
_SEQUENCES = "select schemaname, sequencename from pg_sequences where last_value is not null"
_OTHERS = "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"


class PostgreSQLRoom:
    """A database made from a template when it is first asked for; `url` turns its name into an SQLAlchemy URL."""

    def __init__(self, admin: psycopg.Connection, template: str, url: Callable[[str], str]) -> None:
        self._admin = admin
        self._template = template
        self._url = url
        self._name = ""
        self._structure = ""
        self._first: frozenset[tuple[str, str]] = frozenset()

    def emptied(self) -> str:
        """Return the URL of the database as it was when it was made, whatever the test before left in it."""
        if not self._name or not self._emptied():
            self.give_up()
            self._make()
        return self._url(self._name)

    def give_up(self) -> None:
        """Drop the database, if there is one."""
        if self._name:
            self._admin.execute(SQL("drop database {} with (force)").format(Identifier(self._name)))
            self._name = ""

    def _make(self) -> None:
        self._name = f"sealwright_{uuid.uuid4().hex[:12]}"
        self._admin.execute(SQL("create database {} template {}").format(Identifier(self._name), Identifier(self._template)))
        with self._inside() as inside:
            self._structure = _structure(inside)
            self._first = _filled(inside)

    def _emptied(self) -> bool:
        """Empty what is filled and was not at first; False if the structure is another one."""
        with self._inside() as inside:
            inside.execute(_OTHERS)
            if _structure(inside) != self._structure:
                return False
            if filled := _filled(inside) - self._first:
                inside.execute(SQL("truncate {} restart identity cascade").format(SQL(",").join(Identifier(*table) for table in filled)))
            for schema, name in inside.execute(_SEQUENCES).fetchall():
                inside.execute(SQL("alter sequence {} restart").format(Identifier(schema, name)))
            return _filled(inside) == self._first

    def _inside(self) -> psycopg.Connection:
        # What somebody still holds is an error, not something to wait for.
        return psycopg.connect(self._url(self._name).replace("+psycopg", ""), autocommit=True, options="-c lock_timeout=60s")


def _structure(inside: psycopg.Connection) -> str:
    row = inside.execute(_STRUCTURE).fetchone()
    assert row is not None
    return str(row[0])


def _filled(inside: psycopg.Connection) -> frozenset[tuple[str, str]]:
    tables = inside.execute(_TABLES).fetchall()
    asking = SQL(" union all ").join(
        SQL("select {}, {} where exists (select from {})").format(schema, name, Identifier(schema, name)) for schema, name in tables
    )
    return frozenset((str(schema), str(name)) for schema, name in inside.execute(asking).fetchall())
