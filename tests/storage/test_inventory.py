"""Whatever is kept is known to hold something about people, or not."""

from storage.inventory import INVENTORY
from storage.tables import metadata


def test_every_column_of_every_table_is_in_the_inventory():
    there = {name: {it.name for it in table.columns} for name, table in metadata.tables.items()}
    known = {kind.__tablename__: set(columns) for kind, columns in INVENTORY.items()}
    assert known == there, "say in storage/inventory.py what the new column holds about people"
