"""RSA keys that never make anyone wait.

A pool has two 2048-bit keys, one for ID tokens and one for access tokens. Making one takes some 15 ms, so a background process below all
else in priority keeps a stock in the store; a pool takes its two when it first signs or shows its JWKS.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import sys
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.utils import to_base64url_uint

from cognito_emu.environment import Environment
from cognito_emu.outage import Outage
from cognito_emu.records import Hidden, Record
from cognito_emu.store import Store, Tx
from cognito_emu.store.signing_keys import SigningKey
from cognito_emu.store.user_pools import UserPool
from cognito_emu.tokens import key_maker
from cognito_emu.tokens.key_maker import SIZE_BYTES, make_private_key
from cognito_emu.tokens.rsa_keys import PrivateKey

ID = "id"
ACCESS = "access"
_USES = (ID, ACCESS)
_SHARED = "shared_keys"
_KEY_MAKER = Path(key_maker.__file__)

# Seconds between two looks at the stock while the database is away; the first pauses are shorter.
_LONGEST_PAUSE = 30.0


class KeyPair(Record):
    """A parsed key pair."""

    kid: str
    private_key: Hidden[PrivateKey]
    public_key: Hidden[rsa.RSAPublicKey]

    def jwk(self) -> dict[str, str]:
        """The public key as a member of a JWKS (RFC 7517)."""
        numbers = self.public_key.public_numbers()
        return {
            "alg": "RS256",
            "e": to_base64url_uint(numbers.e).decode(),
            "kid": self.kid,
            "kty": "RSA",
            "n": to_base64url_uint(numbers.n).decode(),
            "use": "sig",
        }


class PoolKeys(Record):
    """The two key pairs of a pool, and the JWKS that publishes them, rendered once."""

    id: KeyPair
    access: KeyPair
    jwks: bytes

    def by_kid(self, kid: object) -> KeyPair | None:
        """The key pair that a token's header names."""
        return next((pair for pair in (self.id, self.access) if pair.kid == kid), None)


class KeyRing:
    """The keys of all pools, parsed and remembered.

    A pool's keys never change while it lives, so they are remembered under its id and its birth: a pool that is deleted and made again
    under a chosen id gets new ones.
    """

    _REMEMBERED = 500

    def __init__(self, store: Store, env: Environment, executor: Executor, *, shared: bool = False) -> None:
        self._store = store
        self._env = env
        self._executor = executor
        self._shared = shared
        self._remembered: dict[tuple[str, float], PoolKeys] = {}
        self._common: PoolKeys | None = None

    async def of_pool(self, pool: UserPool) -> PoolKeys:
        """The pool's keys; taken from the stock, or made on the spot when that is empty, the first time they are asked for."""
        birth = (pool.id, pool.created_at)
        keys = self._remembered.get(birth)
        if keys is None:
            keys = await self._load(pool.id)
            while len(self._remembered) >= self._REMEMBERED:
                self._remembered.pop(next(iter(self._remembered)))
            self._remembered[birth] = keys
        return keys

    async def _load(self, pool_id: str) -> PoolKeys:
        stored = await self._store.read(lambda tx: tx.signing_keys.of_pool(pool_id))
        if stored or not self._shared:
            return _parse(stored or await self._equip(pool_id))
        shared = await self._share()
        if self._common is None or self._common.access.kid != shared[ACCESS].kid:
            self._common = _parse(shared)
        return self._common

    async def _equip(self, pool_id: str) -> dict[str, SigningKey]:
        """Give the pool keys of its own: from the stock, or new ones when that is empty."""

        def take(tx: Tx) -> dict[str, SigningKey]:
            stored = tx.signing_keys.of_pool(pool_id)
            if not stored and tx.signing_keys.assign_from_stock(pool_id, _USES):
                stored = tx.signing_keys.of_pool(pool_id)
            return stored

        stored = await self._store.transact(take)
        if stored:
            return stored
        made = await self._make()

        def put(tx: Tx) -> dict[str, SigningKey]:
            present = tx.signing_keys.of_pool(pool_id)
            if not present:  # else somebody else was faster, and theirs count
                for use, key in made.items():
                    tx.signing_keys.add(SigningKey(key.kid, pool_id, use, key.private_key, key.created_at))
                present = tx.signing_keys.of_pool(pool_id)
            return present

        return await self._store.transact(put)

    async def _share(self) -> dict[str, SigningKey]:
        """The keys of all pools that have none of their own, made when the first of them asks."""
        known = await self._store.read(lambda tx: tx.emulator_state.get(_SHARED))
        if known is None:
            made = await self._make()

            def agree(tx: Tx) -> dict[str, Any]:
                agreed: dict[str, Any] | None = tx.emulator_state.get(_SHARED)
                if agreed is None:
                    agreed = {use: [key.kid, base64.b64encode(key.private_key).decode(), key.created_at] for use, key in made.items()}
                    tx.emulator_state.set(_SHARED, agreed)
                return agreed

            known = await self._store.transact(agree)
        return {use: SigningKey(kid, None, use, base64.b64decode(private_key), at) for use, (kid, private_key, at) in known.items()}

    async def _make(self) -> dict[str, SigningKey]:
        loop = asyncio.get_running_loop()
        keys = await asyncio.gather(*(loop.run_in_executor(self._executor, make_key, self._env) for _ in _USES))
        return dict(zip(_USES, keys, strict=True))


def make_key(env: Environment) -> SigningKey:
    """A new key pair, not yet anybody's. Takes some 15 ms of a core, and holds the GIL a third of it at a time."""
    return _stored(make_private_key(), env)


def _stored(encoded: bytes, env: Environment) -> SigningKey:
    # AWS's kid is 32 bytes in standard base64, so it may hold "+", "/" and "=".
    kid = base64.b64encode(hashlib.sha256(encoded).digest()).decode()
    return SigningKey(kid=kid, pool_id=None, use=None, private_key=encoded, created_at=env.now())


def _parse(stored: dict[str, SigningKey]) -> PoolKeys:
    pairs = {}
    for use in _USES:
        private_key = PrivateKey.from_der(stored[use].private_key)
        pairs[use] = KeyPair(stored[use].kid, private_key, private_key.public_key())
    jwks = orjson.dumps({"keys": [pairs[ID].jwk(), pairs[ACCESS].jwk()]})
    return PoolKeys(pairs[ID], pairs[ACCESS], jwks)


class KeyStock:
    """Keeps keys in stock, made by a process of the lowest priority.

    A thread of low priority could be put aside while it holds the interpreter's lock, and the whole server would wait with it.
    """

    def __init__(self, store: Store, env: Environment, size: int) -> None:
        self._store = store
        self._env = env
        self._size = size
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to fill the stock."""
        if self._size > 0:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Make no more keys."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        pause, outage = 0.0, Outage("the stock of keys cannot be refilled for now")
        while True:
            await asyncio.sleep(pause)
            try:
                missing = self._size - await self._store.read(lambda tx: tx.signing_keys.count_stock())
                if missing > 0:
                    await self._refill(missing)
                pause = 1.0
                outage.over()
            except Exception as error:  # noqa: BLE001 - a database that is away must not end it
                outage.tell(error)
                pause = min(max(pause, 1.0) * 2, _LONGEST_PAUSE)

    async def _refill(self, missing: int) -> None:
        maker = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(_KEY_MAKER),
            str(missing),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C in a terminal is for the server, which ends it
        )
        assert maker.stdout is not None
        try:
            for _ in range(missing):
                size = int.from_bytes(await maker.stdout.readexactly(SIZE_BYTES), "big")
                key = _stored(await maker.stdout.readexactly(size), self._env)
                await self._store.transact(partial(_add, key))
        finally:
            with contextlib.suppress(ProcessLookupError):
                maker.kill()
            await asyncio.shield(maker.wait())


def _add(key: SigningKey, tx: Tx) -> None:
    tx.signing_keys.add(key)
