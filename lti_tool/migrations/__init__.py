"""The database's tables through the releases (Alembic), on both databases."""
