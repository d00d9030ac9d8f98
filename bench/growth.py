"""How figures change with the number of users: written straight into the store, then asked for through the API."""

from __future__ import annotations

from pathlib import Path

from cognito_emu.store import Tx, open_store
from cognito_emu.store.users import User

SIZES = (1_000, 10_000, 100_000)
_BATCH = 2_000


def fill(data: Path, pool_id: str, count: int) -> None:
    """Add users `user0` ... to a pool, until it has `count`."""
    store = open_store(f"sqlite:///{data / 'cognito.db'}")
    present = store.run_now(lambda tx: tx.user_pools.count_users(pool_id))
    for start in range(present, count, _BATCH):
        store.run_now(lambda tx, start=start: _add(tx, pool_id, range(start, min(start + _BATCH, count))))
    store.close()


def _add(tx: Tx, pool_id: str, numbers: range) -> None:
    for number in numbers:
        tx.users.add(
            User(
                id=f"{number:08x}-0000-4000-8000-000000000000",
                pool_id=pool_id,
                username=f"user{number}",
                username_key=f"user{number}",
                status="CONFIRMED",
                enabled=True,
                created_at=1_700_000_000.0 + number,
                modified_at=1_700_000_000.0 + number,
                attributes={"email": f"user{number}@example.com", "email_verified": "true"},
            ),
            fold=False,
        )
