"""Alembic's revisions, part of the package so that `coach migrate` finds them wherever it is installed."""
