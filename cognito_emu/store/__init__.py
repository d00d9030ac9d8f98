"""What must survive: tables, migrations, queries named by intent.

Owns the schema and all SQL. Does not own rules: a query answers what it is asked, the operations decide. One interface, `Store`, serves
SQLite and PostgreSQL; one conformance suite (`tests/store`) runs against both.
"""

from cognito_emu.store.engine import Store, open_store
from cognito_emu.store.opening import DatabaseUnusableError, open_database
from cognito_emu.store.transaction import Tx

__all__ = ["DatabaseUnusableError", "Store", "Tx", "open_database", "open_store"]
