"""What Alembic runs before the migrations: hand them the connection that ``migrate.py`` opened."""

from alembic import context

from paasta_deploy.adapters.store.schema import metadata

# Batch mode, because SQLite cannot alter a column and needs the table copied instead.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
