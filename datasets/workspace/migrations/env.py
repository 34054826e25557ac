"""Run by Alembic for each migration, on the connection that ``opening`` gives it."""

from __future__ import annotations

from alembic import context

from datasets.workspace.tables import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    # Both databases undo a change of tables with its transaction: a step is whole or did not run.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
