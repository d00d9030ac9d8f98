"""CI that makes a pool for each test: pool, client, user, password, sign-in. What decides is where the pool's two RSA keys come from.

A stock that lasts for the whole run shows the cost of the five requests; shared keys cost nothing; without either, making keys takes
some 15 ms each. Each is measured on a server of its own.
"""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.client import Connection
from bench.measure import Result, Target, measure
from bench.scenarios import JANE, Operation, Scenario, new_pool, new_user, sign_in
from bench.server import own_server

_STOCK = 600  # key pairs, for 300 pools: more than a round can make
_SECONDS = 1.0
_SETTLING_SECONDS = 2.0  # what the server loads behind its first answer


async def prepare(connection: Connection) -> Operation:
    """The five requests, each time with a pool of its own. Done once before: keys that all share are there when it counts."""

    async def operation(connection: Connection) -> None:
        pool, client = await new_pool(connection)
        await new_user(connection, pool, JANE)
        await sign_in(connection, client, JANE)

    await operation(connection)
    return operation


async def figures(*, connections: int) -> dict[str, Any]:
    """One round each, as long as the stock surely lasts."""
    found = {}
    for name, settings in (
        ("CI isolation, keys in stock", {"COGNITO_EMU_KEY_STOCK": str(_STOCK)}),
        ("CI isolation, shared keys", {"COGNITO_EMU_SHARED_KEYS": "true", "COGNITO_EMU_KEY_STOCK": "0"}),
    ):
        with _server(settings) as target:
            result: Result = (await measure(Scenario(name, 5, prepare), [target], connections=connections, seconds=_SECONDS, rounds=1))[0]
            found[name] = result.summary()
    return found


@contextlib.contextmanager
def _server(settings: dict[str, str]) -> Iterator[Target]:
    with tempfile.TemporaryDirectory() as folder, own_server(Path(folder) / "data", **settings) as (target, _):
        while _keys_in_stock(Path(folder) / "data") < int(settings["COGNITO_EMU_KEY_STOCK"]):
            time.sleep(0.5)
        time.sleep(_SETTLING_SECONDS)
        yield target


def _keys_in_stock(data: Path) -> int:
    with contextlib.closing(sqlite3.connect(f"file:{next(data.glob('*.db'))}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM signing_keys WHERE pool_id IS NULL").fetchone()[0])
