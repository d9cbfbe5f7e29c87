"""Writes the next revision: what the tables in the code have that the present revisions don't make. For the desk."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from storage import revision, schema
from storage.database import create_engine


def main(what_changes: str) -> None:
    """To be read and mended afterwards: a renamed column looks like one dropped and one added."""
    settings = Config(toml_file=Path(__file__).parents[1] / "pyproject.toml")
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/coach.db")
        schema.upgrade(engine)
        with engine.connect() as settings.attributes["connection"]:
            command.revision(settings, what_changes, autogenerate=True, rev_id=f"{int(revision.head()) + 1:04}")
        engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
