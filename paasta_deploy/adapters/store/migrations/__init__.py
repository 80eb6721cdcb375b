"""Alembic's environment and the migrations of the store, run by ``store/migrate.py``."""
