"""Alembic's entry: runs the migrations on the connection it is given."""

from typing import Any, Literal

from alembic import context

from lti_tool.database import JSON, Instant
from lti_tool.migrations.records import METADATA


def _render(kind: str, value: Any, autogenerate: Any) -> str | Literal[False]:
    # Our column types are spelt with plain SQLAlchemy ones, so that old migrations never depend on today's code.
    if kind == "type" and isinstance(value, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and value is JSON:
        autogenerate.imports.add("from sqlalchemy.dialects.postgresql import JSONB")
        return 'sa.JSON().with_variant(JSONB(), "postgresql")'
    return False


connection = context.config.attributes.get("connection")
if connection is None:
    raise RuntimeError("migrations run through lti_tool.migrations.upgrade, which hands over a connection")
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=True,
    render_item=_render,
    compare_type=True,
    include_name=lambda name, kind, parents: kind != "table" or name in METADATA.tables,
)
with context.begin_transaction():
    context.run_migrations()
