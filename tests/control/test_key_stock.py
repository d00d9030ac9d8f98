"""The stock of signing keys: made in the background, handed out, and made again."""

import contextlib
import os
import sqlite3
import time
from pathlib import Path

from tests.support.server import Server


def in_stock(server: Server) -> int:
    with contextlib.closing(sqlite3.connect(f"file:{server.folder}/data/cognito.db?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM signing_keys WHERE pool_id IS NULL").fetchone()[0])


def wait_for_stock(server: Server, size: int) -> None:
    deadline = time.monotonic() + 60
    while in_stock(server) != size:
        assert time.monotonic() < deadline, f"{in_stock(server)} keys in stock, not {size}"
        time.sleep(0.05)


def makers(server: Server) -> list[int]:
    """The processes that make keys for this server."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if folder.name.isdigit() and b"key_maker.py" in (folder / "cmdline").read_bytes():
                status = (folder / "status").read_text()
                if f"PPid:\t{server.process.pid}\n" in status:
                    found.append(int(folder.name))
    return found


def test_the_stock_is_filled_and_refilled_when_a_pool_takes_its_two_keys(start_server, account):
    server = start_server(key_stock=3)
    wait_for_stock(server, 3)
    pool_id = server.client(account=account).create_user_pool(PoolName="one")["UserPool"]["Id"]
    keys = server.http.get(f"{server.url}/{pool_id}/.well-known/jwks.json").json()["keys"]
    assert len({key["kid"] for key in keys}) == 2
    wait_for_stock(server, 3)


def test_whoever_makes_keys_has_the_lowest_priority_and_ends_with_the_server(start_server):
    server = start_server(key_stock=1000)
    deadline = time.monotonic() + 60
    while not (found := makers(server)) or os.getpriority(os.PRIO_PROCESS, found[0]) != 19:
        assert time.monotonic() < deadline, f"the processes that make keys: {found}"
        time.sleep(0.05)
    assert server.stop() == 0
    assert not Path(f"/proc/{found[0]}").exists()
