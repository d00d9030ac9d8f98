"""RSA key pairs: two a pool, and a stock that waits for new pools."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Hidden, Record, asdict
from cognito_emu.store.prepared import Prepared
from cognito_emu.store.schema.pools import signing_keys


class SigningKey(Record):
    """A key pair; `pool_id` and `use` are None while it is in stock. `private_key` is PKCS #1 in DER, or PKCS #8 from an older version."""

    kid: str
    pool_id: str | None
    use: str | None
    private_key: Hidden[bytes]
    created_at: float


_C = signing_keys.c
_OF_POOL = Prepared(sa.select(signing_keys).where(_C.pool_id == sa.bindparam("pool_id")))
_ADD = Prepared(signing_keys.insert())
_STOCK = Prepared(sa.select(_C.kid).where(_C.pool_id.is_(None)).limit(sa.bindparam("count")).with_for_update(skip_locked=True))
_ASSIGN = Prepared(
    sa.update(signing_keys).where(_C.kid == sa.bindparam("key")).values(pool_id=sa.bindparam("owner"), use=sa.bindparam("usage"))
)


class SigningKeys:
    """Queries about signing keys."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_pool(self, pool_id: str) -> dict[str, SigningKey]:
        """The pool's keys by their use, `id` and `access`; empty when it has not signed yet."""
        keys = [SigningKey(*row) for row in _OF_POOL.all(self._connection, {"pool_id": pool_id})]
        return {key.use: key for key in keys if key.use is not None}

    def assign_from_stock(self, pool_id: str, uses: tuple[str, ...]) -> bool:
        """Hand keys in stock to the pool, one for each use. False, and nothing changed, when the stock is too small."""
        stock = _STOCK.all(self._connection, {"count": len(uses)})
        if len(stock) < len(uses):
            return False
        _ASSIGN.run_for_each(
            self._connection, [{"key": kid, "owner": pool_id, "usage": use} for (kid,), use in zip(stock, uses, strict=True)]
        )
        return True

    def add(self, key: SigningKey) -> None:
        """Put a key into the stock, or straight into a pool's hands."""
        _ADD.run(self._connection, asdict(key))

    def count_stock(self) -> int:
        """How many keys wait for a pool."""
        statement = sa.select(sa.func.count()).select_from(signing_keys).where(_C.pool_id.is_(None))
        return int(self._connection.execute(statement).scalar_one())
